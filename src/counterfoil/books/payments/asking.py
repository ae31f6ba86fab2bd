"""Asks the gateway about every attempt whose outcome is unknown, until it is known."""

import logging
from datetime import timedelta

from django.db import connection, transaction

from counterfoil.foundation import clock

from . import attempts, collecting
from .gateways import accounts
from .gateways.interface import GatewayRefused, OutcomeUnknown, State
from .models import PaymentAttempt

log = logging.getLogger("counterfoil.payments")
LEASE = timedelta(minutes=2)
IN_FLIGHT = timedelta(seconds=60)  # a confirming call may still be on its way for this long


def ask_due(limit: int = 20) -> int:
    """Ask about the attempts that are due; returns how many. Several workers never ask about the same one at once."""
    due = claim_due(limit)
    for attempt in due:
        ask(attempt)
    return len(due)


@transaction.atomic
def claim_due(limit: int) -> list[PaymentAttempt]:
    """Take open attempts to ask about, each leased: a worker that dies gives them back by dying."""
    due = PaymentAttempt.objects.open().filter(ask_at__lte=clock.now()).order_by("ask_at")
    if connection.features.has_select_for_update_skip_locked:
        due = due.select_for_update(skip_locked=True, of=("self",))
    claimed = list(due.select_related("gateway")[:limit])
    PaymentAttempt.objects.filter(id__in=[one.id for one in claimed]).update(ask_at=clock.now() + LEASE)
    return claimed


def ask(attempt: PaymentAttempt) -> PaymentAttempt:
    """Ask about one attempt and settle it if the answer is final; a payment that nobody waits for is closed."""
    gateway = accounts.connect(attempt.gateway)
    try:
        if not attempt.provider_id:
            return collecting.close(gateway, attempt)
        attempt, snapshot = collecting.examine(gateway, attempt)
        if attempt.state in PaymentAttempt.OPEN and _is_forgotten(attempt, snapshot.state):
            return collecting.close(gateway, attempt)
    except (OutcomeUnknown, GatewayRefused) as unknown:
        log.warning("attempt=%s still unknown: %s", attempt.id, unknown)
    return attempts.postpone(attempt) if attempt.state in PaymentAttempt.OPEN else attempt


def _is_forgotten(attempt: PaymentAttempt, state: State) -> bool:
    """Whether nothing can come of it any more unless somebody acts: no money moved and the time to act is over."""
    if state == State.PROCESSING:
        return False
    if attempt.method_token and state == State.CREATED:
        # The card is known, so taking the money follows at once, unless whoever was to do it died.
        return clock.now() - (attempt.confirm_started_at or attempt.made_at) > IN_FLIGHT
    return clock.now() - attempt.made_at > attempts.PATIENCE
