"""Gives money back through gateways: speaks to them between verbs, never inside a transaction."""

import logging
from datetime import timedelta

from django.db import connection, transaction

from counterfoil.foundation import clock
from counterfoil.foundation.money import Money

from . import following
from .gateways import accounts
from .gateways.interface import Failure, Gateway, GatewayRefused, OutcomeUnknown
from .models import Payment, Return

log = logging.getLogger("counterfoil.payments")
LEASE = timedelta(minutes=2)


def gives_parts(payment: Payment) -> bool:
    """Whether the gateway that a payment came through gives back a part of it. One that is silent says so itself."""
    if payment.gateway is None:
        return True
    try:
        return accounts.connect(payment.gateway).capabilities().partial_refunds
    except (OutcomeUnknown, GatewayRefused):
        return True


def send(back: Return) -> Return:
    """Ask the gateway for a refund that is stored; returns it as it then is. Safe to repeat."""
    if back.state != Return.State.STARTED or back.gateway is None:
        return back
    gateway = accounts.connect(back.gateway)
    try:
        told = gateway.refund(
            back.payment.provider_id,
            Money(back.amount_minor, back.currency),
            refund=str(back.id),
            key=back.idempotency_key,
        )
        return following.settle(back, told)
    except GatewayRefused as refusal:
        return _refused(gateway, back, refusal)
    except OutcomeUnknown as unknown:
        log.warning("refund=%s outcome unknown: %s", back.id, unknown)
        return following.postpone(back)


def _refused(gateway: Gateway, back: Return, refusal: GatewayRefused) -> Return:
    """It may be refused because an earlier try, whose answer was lost, went through: look before giving it up."""
    told = None
    try:
        told = gateway.fetch(back.payment.provider_id)
    except GatewayRefused:
        pass  # not even a look is allowed, so neither was the refund
    except OutcomeUnknown as unknown:
        log.warning("refund=%s outcome unknown: %s", back.id, unknown)
        return following.postpone(back)
    if told is None or str(back.id) not in {one.refund for one in told.refunds}:
        back = following.fail(back, refusal.failure)
    if told is not None:
        following.follow(back.payment, told)
        back.refresh_from_db()
    return back


def ask_due(limit: int = 20) -> int:
    """Ask about refunds whose outcome is unknown; returns how many. Each is asked about by one worker at a time."""
    due = claim_due(limit)
    for back in due:
        ask(back)
    return len(due)


@transaction.atomic
def claim_due(limit: int) -> list[Return]:
    """Take refunds to ask about, each leased: a worker that dies gives them back by dying."""
    due = Return.objects.filter(state__in=Return.UNKNOWN, ask_at__lte=clock.now()).order_by("ask_at")
    if connection.features.has_select_for_update_skip_locked:
        due = due.select_for_update(skip_locked=True, of=("self",))
    claimed = list(due.select_related("gateway", "payment")[:limit])
    Return.objects.filter(id__in=[one.id for one in claimed]).update(ask_at=clock.now() + LEASE)
    return claimed


def ask(back: Return) -> Return:
    """Look at the payment at the gateway. A refund that never got there is asked for again, with the same key."""
    if back.gateway is None:
        return back
    gateway = accounts.connect(back.gateway)
    try:
        following.follow(back.payment, gateway.fetch(back.payment.provider_id))
        back.refresh_from_db()
        if back.state != Return.State.STARTED:
            return following.postpone(back)
        if clock.now() - back.made_at < gateway.capabilities().key_lifetime:
            return send(back)
        # The key means nothing to the gateway any more, and it has no such refund.
        return following.fail(back, Failure("refund_failed", "never arrived"))
    except (OutcomeUnknown, GatewayRefused) as unknown:
        log.warning("refund=%s still unknown: %s", back.id, unknown)
        return following.postpone(back)
