"""Hears what gateways tell by webhook. A message is believed only when signed, and even then it is no more than a hint:
the payment itself is fetched from the gateway."""

import logging
from collections.abc import Mapping

from django.db import OperationalError

from . import collecting
from .gateways import accounts
from .gateways.interface import BadSignature, Gateway, GatewayRefused, Hint, NotConfigured, OutcomeUnknown
from .models import GatewayAccount, GatewayEvent, PaymentAttempt

__all__ = ["BadSignature", "ComeAgain", "NotConfigured", "UnknownAccount", "hear"]

log = logging.getLogger("counterfoil.payments")


class UnknownAccount(Exception):
    """There is no such account here."""


class ComeAgain(Exception):
    """It could not be looked at now: the gateway is silent, or the customer's row was not to be had in time."""


def hear(account_id: int, headers: Mapping[str, str], body: bytes) -> None:
    """Take a webhook of an account, its raw body as it came. The same event again changes nothing.

    Raises UnknownAccount, NotConfigured, BadSignature, ComeAgain.
    """
    account = GatewayAccount.objects.filter(id=account_id).first()
    if account is None:
        raise UnknownAccount
    gateway = accounts.connect(account)
    for hint in gateway.verify(headers, body):
        _follow(account, gateway, hint)


def _follow(account: GatewayAccount, gateway: Gateway, hint: Hint) -> None:
    attempts = PaymentAttempt.objects.select_related("gateway").filter(gateway=account, provider_id=hint.object_id)
    attempt = attempts.first()
    if attempt is None or GatewayEvent.objects.filter(gateway=account, event_id=hint.event_id).exists():
        return
    try:
        collecting.examine(gateway, attempt, event_id=hint.event_id)
    except (OutcomeUnknown, GatewayRefused, OperationalError) as trouble:
        log.warning("attempt=%s event=%s must come again: %s", attempt.id, hint.event_id, type(trouble).__name__)
        raise ComeAgain from trouble
