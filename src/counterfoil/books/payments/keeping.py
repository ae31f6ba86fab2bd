"""Changes what a gateway keeps of a card or bank account: speaks to it between verbs, never inside a transaction."""

import logging

from django.utils.translation import gettext_lazy as _

from counterfoil.foundation.actors import Actor
from counterfoil.foundation.refusal import Refused

from . import failures, saved_methods
from .gateways import accounts
from .gateways.interface import GatewayRefused, OutcomeUnknown, Payer
from .models import SavedMethod

log = logging.getLogger("counterfoil.payments")


def change(method: SavedMethod, *, expiry: tuple[int, int] | None, payer: Payer | None, actor: Actor) -> SavedMethod:
    """Another expiry (month, year), name or address.

    Raises Refused: as `saved_methods.change`, DECLINED, GATEWAY_SILENT.
    """
    try:
        told = accounts.connect(method.gateway).change_method(method.token, expiry=expiry, payer=payer)
    except GatewayRefused as refusal:
        raise _declined(refusal) from refusal
    except OutcomeUnknown as unknown:
        raise _silent() from unknown
    return saved_methods.change(method, told, payer=payer, by=actor)


def replace(method: SavedMethod, token: str, *, payer: Payer | None, actor: Actor) -> SavedMethod:
    """Keep another one, of which `token` stands for what was typed, and forget this one.

    Raises Refused: as `saved_methods.add`, OTHER_KIND, DECLINED, GATEWAY_SILENT; then nothing changed.
    """
    gateway = accounts.connect(method.gateway)
    try:
        told = gateway.keep_method(token, payer)
        if told.kind != method.kind:
            gateway.forget_method(told.token)
            raise Refused("OTHER_KIND", _("A card is replaced by a card, and a bank account by a bank account."))
    except GatewayRefused as refusal:
        raise _declined(refusal) from refusal
    except OutcomeUnknown as unknown:
        raise _silent() from unknown
    new = saved_methods.add(told, customer_id=method.customer_id, gateway=method.gateway, payer=payer, by=actor)
    remove(method, actor=actor)
    return new


def remove(method: SavedMethod, *, actor: Actor) -> None:
    """Forget it here at once, so that nothing is charged to it any more, and then at the gateway."""
    saved_methods.remove(method, by=actor)
    try:
        accounts.connect(method.gateway).forget_method(method.token)
    except (GatewayRefused, OutcomeUnknown) as trouble:
        log.warning("method=%s is forgotten here, but the gateway said: %s", method.id, trouble)


def _declined(refusal: GatewayRefused) -> Refused:
    return Refused("DECLINED", failures.sentence(refusal.failure.reason))


def _silent() -> Refused:
    return Refused("GATEWAY_SILENT", _("The payment provider can't be reached at the moment. Nothing was changed."))
