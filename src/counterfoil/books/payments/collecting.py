"""Collects money: speaks to the gateway between verbs, never inside a transaction.

Each step is committed before the next call, so that a crash at any point leaves an attempt which `asking` can settle.
"""

import logging
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from counterfoil.foundation.money import Money
from counterfoil.foundation.refusal import Refused

from . import attempts
from .gateways import accounts
from .gateways.interface import Failure, Gateway, GatewayRefused, Order, OutcomeUnknown, Payer, Snapshot
from .models import PaymentAttempt

log = logging.getLogger("counterfoil.payments")


def order_for(
    attempt: PaymentAttempt,
    *,
    return_url: str = "",
    language: str = "en",
    description: str = "",
    payer: Payer | None = None,
) -> Order:
    """What the gateway is told of an attempt. A repeat of a create must be word for word the same."""
    return Order(
        attempt=str(attempt.id),
        money=Money(attempt.amount_minor, attempt.currency),
        idempotency_key=attempt.idempotency_key,
        description=description,
        return_url=return_url,
        language=language,
        method_token=attempt.method_token,
        kind="bank" if attempt.method_kind == "bank" else "card",
        payer=payer,
        saves=attempt.saves,
    )


def collect(attempt: PaymentAttempt, order: Order) -> PaymentAttempt:
    """Create the payment at the gateway and, where the card is already known to it, take the money.

    Only for a new attempt: one that is under way is left as it is. Returns the attempt as it then is: paid, failed,
    waiting for the payer at `next_url`, or processing when the answer was lost.
    """
    if attempt.state != PaymentAttempt.State.CREATED or attempt.provider_id:
        return attempt
    gateway = accounts.connect(attempt.gateway)
    try:
        begun = gateway.start(order)
        attempt = attempts.mark_started(attempt, begun)
        if not attempt.method_token:
            return attempt
        if begun.kind not in ("", attempt.method_kind):
            # Whether this customer may pay with a bank account was asked for what they chose, not for what they sent.
            failure = Failure("not_supported", f"{begun.kind} instead of {attempt.method_kind}")
            return _refused(gateway, attempt, GatewayRefused(failure))
        attempt, is_ours = attempts.mark_confirming(attempt)
        if not is_ours:
            return attempt  # it was let go while the gateway was slow, or the same form is being served twice
        return attempts.settle(attempt, gateway.confirm(order, attempt.provider_id))
    except GatewayRefused as refusal:
        return _refused(gateway, attempt, refusal)
    except OutcomeUnknown as unknown:
        return _unknown(attempt, unknown)


def _unknown(attempt: PaymentAttempt, unknown: OutcomeUnknown) -> PaymentAttempt:
    log.warning("attempt=%s outcome unknown: %s", attempt.id, unknown)
    return attempts.postpone(attempt)


def _refused(gateway: Gateway, attempt: PaymentAttempt, refusal: GatewayRefused) -> PaymentAttempt:
    """A decline: nothing was taken. The payment at the gateway is closed, so that nothing can be taken later."""
    if not attempt.provider_id:
        return attempts.fail(attempt, refusal.failure)
    try:
        return close(gateway, attempt, failure=refusal.failure)
    except GatewayRefused:
        # Not even a look is allowed, so neither was the charge: the credentials are no longer good.
        return attempts.fail(attempt, refusal.failure)
    except OutcomeUnknown as unknown:
        return _unknown(attempt, unknown)


def look(attempt: PaymentAttempt) -> PaymentAttempt:
    """Ask the gateway how an open attempt stands, now that somebody is looking; the fast path of the return page."""
    if attempt.state not in PaymentAttempt.OPEN or not attempt.provider_id:
        return attempt
    try:
        return examine(accounts.connect(attempt.gateway), attempt)[0]
    except (GatewayRefused, OutcomeUnknown) as unknown:
        log.warning("attempt=%s could not be looked at: %s", attempt.id, unknown)
        return attempt


def examine(gateway: Gateway, attempt: PaymentAttempt, *, event_id: str = "") -> tuple[PaymentAttempt, Snapshot]:
    """Fetch the payment and settle the attempt by it. A decline whose answer was lost is closed at the gateway.

    On the gateway's own page a decline is no end: the payer may try another card there.
    """
    snapshot = gateway.fetch(attempt.provider_id)
    attempt = attempts.settle(attempt, snapshot, event_id=event_id)
    if attempt.state in PaymentAttempt.OPEN and attempt.method_token and snapshot.failure:
        attempt = close(gateway, attempt, failure=snapshot.failure)
    return attempt, snapshot


def abandon(attempt: PaymentAttempt) -> PaymentAttempt:
    """The payer gave up: close the payment at the gateway and let the money go, unless it was taken after all.

    Raises Refused: STILL_CHECKING when the gateway can't say.
    """
    if attempt.state not in PaymentAttempt.OPEN:
        return attempt
    try:
        return close(accounts.connect(attempt.gateway), attempt)
    except (OutcomeUnknown, GatewayRefused) as unknown:
        raise Refused("STILL_CHECKING", _("We are checking with your bank. Please wait a moment.")) from unknown


def close(gateway: Gateway, attempt: PaymentAttempt, *, failure: Failure | None = None) -> PaymentAttempt:
    """Make sure that nothing can be taken any more, or settle what was. Raises OutcomeUnknown, GatewayRefused.

    `failure` is why it is closed, where that is known.
    """
    if not attempt.provider_id:
        found = gateway.find(order_for(attempt))
        if found is None:
            return attempts.let_go(attempt)
        attempt = attempts.mark_started(attempt, found)
    try:
        snapshot = gateway.cancel(attempt.provider_id, key=f"{attempt.idempotency_key}-cancel")
    except GatewayRefused:
        snapshot = gateway.fetch(attempt.provider_id)
    return attempts.settle(attempt, replace(snapshot, failure=failure or snapshot.failure))
