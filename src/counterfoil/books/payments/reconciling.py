"""Compares what a gateway has with what the books say, and keeps each difference until it is gone.

What is unknown is asked for first, through the same functions as a webhook; what then still differs is never mended by
itself: a person looks at it.
"""

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import TypedDict

from django.db import transaction
from django.db.models import Max

from counterfoil.foundation import clock
from counterfoil.foundation.actors import SYSTEM, Actor
from counterfoil.foundation.events import record

from . import asking, attempts, comparing
from .comparing import Found
from .gateways import accounts
from .gateways.interface import Gateway, GatewayRefused, OutcomeUnknown, Snapshot
from .models import Comparison, Difference, GatewayAccount, Payment, PaymentAttempt

log = logging.getLogger("counterfoil.payments")
OVERLAP = timedelta(days=2)  # what changed at the gateway while the last comparison ran is looked at again
FIRST = timedelta(days=30)
MOST_ASKED = 500
TOO_LONG = Difference.Kind.OPEN_TOO_LONG


class Amounts(TypedDict):
    """What both sides say, in the columns of a difference."""

    currency: str
    here_minor: int
    there_currency: str
    there_minor: int


def all_accounts() -> list[GatewayAccount]:
    """Every account that was ever connected, each to be compared for itself."""
    return list(GatewayAccount.objects.select_related("organization").order_by("id"))


def reconcile(account: GatewayAccount, since: datetime | None = None) -> Comparison:
    """Compare with one gateway what changed since then, since the last time, or in the last thirty days.

    A gateway that doesn't answer leaves a comparison without an end, and what was known before stays known. The office
    is told of it once, until it has answered again.
    """
    next_since = _since(account)
    comparison = Comparison(
        organization_id=account.organization_id,
        gateway=account,
        since=since or next_since,
        goes_on=since is None or since <= next_since,
        started_at=clock.now(),
    )
    comparison.save(force_insert=True)
    gateway = accounts.connect(account)
    _ask(account)
    found: list[Found] = []
    compared: set[str] = set()
    try:
        for snapshot in _changed(gateway, account, comparison.since):
            found += comparing.differences(account, _settled(account, snapshot))
            compared.add(snapshot.id)
        for provider_id in _only_here(account, comparison.since, compared):
            found += _look(gateway, account, provider_id)
            compared.add(provider_id)
        found += _open_too_long(gateway, account)
    except (OutcomeUnknown, GatewayRefused) as silent:
        log.warning("gateway=%s could not be compared: %s", account.id, silent)
        return _silent(comparison)
    return _keep(comparison, found, compared)


def _since(account: GatewayAccount) -> datetime:
    """Where the last one began that left no gap; one that looked back less far doesn't count."""
    whole = Comparison.objects.filter(gateway=account, finished_at__isnull=False, goes_on=True)
    last = whole.order_by("-id").first()
    return last.started_at - OVERLAP if last else clock.now() - FIRST


def _ask(account: GatewayAccount) -> None:
    """What is due to be asked about, before anything is called a difference; not what is being made just now."""
    due = PaymentAttempt.objects.open().filter(gateway=account, ask_at__lte=clock.now())
    for attempt in due.select_related("gateway").order_by("id")[:MOST_ASKED]:
        asking.ask(attempt)


def _changed(gateway: Gateway, account: GatewayAccount, since: datetime) -> Iterator[Snapshot]:
    """What the gateway says changed, and what differed the last time."""
    seen = set()
    for snapshot in gateway.changes(since):
        seen.add(snapshot.id)
        yield snapshot
    known = Difference.objects.filter(gateway=account, resolved_at__isnull=True).exclude(provider_id__in=seen)
    for provider_id in sorted(set(known.values_list("provider_id", flat=True))):
        try:
            yield gateway.fetch(provider_id)
        except GatewayRefused:
            continue  # it isn't there: what only the books have is looked at below


def _settled(account: GatewayAccount, snapshot: Snapshot) -> Snapshot:
    """Let the books take over what they can, as if a webhook had told it."""
    attempt = PaymentAttempt.objects.select_related("gateway").filter(gateway=account, provider_id=snapshot.id).first()
    if attempt is not None:
        attempts.settle(attempt, snapshot)
    return snapshot


def _only_here(account: GatewayAccount, since: datetime, compared: Iterable[str]) -> list[str]:
    """Payments of the time that the gateway did not tell of."""
    here = Payment.objects.filter(gateway=account, made_at__gte=since).exclude(provider_id="")
    return sorted(set(here.values_list("provider_id", flat=True)) - set(compared))


def _look(gateway: Gateway, account: GatewayAccount, provider_id: str) -> list[Found]:
    try:
        return list(comparing.differences(account, gateway.fetch(provider_id)))
    except GatewayRefused as refusal:
        if refusal.failure.reason == "gateway_settings":
            raise  # it doesn't know us: that says nothing of the payment
        return [comparing.missing(Payment.objects.get(gateway=account, provider_id=provider_id))]


def _open_too_long(gateway: Gateway, account: GatewayAccount) -> Iterator[Found]:
    """What is under way for longer than the gateway takes for any payment, and still is when it is asked again."""
    longest = gateway.capabilities().longest
    under_way = PaymentAttempt.objects.open().filter(gateway=account, state=PaymentAttempt.State.PROCESSING)
    for attempt in under_way.select_related("gateway").order_by("id"):
        is_late = clock.now() - (attempt.confirm_started_at or attempt.made_at) > longest[attempt.method_kind]
        if is_late and asking.ask(attempt).state == PaymentAttempt.State.PROCESSING:
            yield comparing.open_too_long(attempt)


def _is_settled(account: GatewayAccount, one: Found) -> bool:
    """Whether somebody said of just this that it is as it should be."""
    said = Difference.objects.filter(gateway=account, settled_by__isnull=False)
    return said.filter(kind=one.kind, provider_id=one.provider_id, **_amounts(one), child_id=one.child_id).exists()


def _amounts(one: Found) -> Amounts:
    return Amounts(
        currency=one.here.currency,
        here_minor=one.here.minor,
        there_currency=one.there.currency,
        there_minor=one.there.minor,
    )


@transaction.atomic
def settle_by_hand(difference: Difference, *, by: Actor) -> Difference:
    """Say that it is as it should be, for example since the money was recorded otherwise. Twice is once.

    Raises Refused: NOT_ALLOWED.
    """
    by.must_be_staff_of(difference.organization_id)
    GatewayAccount.objects.select_for_update().get(id=difference.gateway_id)
    difference = Difference.objects.select_related("gateway").get(id=difference.id)
    if difference.resolved_at is None:
        difference.resolved_at, difference.settled_by = clock.now(), by.as_json()
        difference.save(update_fields=["resolved_at", "settled_by"])
        record(
            "gateway.difference_settled", difference.gateway, by=by, audience="office", number=difference.provider_id
        )
    return difference


@transaction.atomic
def _keep(comparison: Comparison, found: list[Found], compared: set[str]) -> Comparison:
    """Write down what differs now; what was compared and differs no more is over."""
    account = GatewayAccount.objects.select_for_update().get(id=comparison.gateway_id)
    known = Difference.objects.filter(gateway=account, resolved_at__isnull=True)
    open_ones = {(one.kind, one.provider_id, one.child_id): one for one in known}
    new = [one for one in found if one.key not in open_ones and not _is_settled(account, one)]
    Difference.objects.bulk_create(
        Difference(
            organization_id=account.organization_id,
            gateway=account,
            kind=one.kind,
            provider_id=one.provider_id,
            child_id=one.child_id,
            payment_id=one.payment_id,
            attempt_id=one.attempt_id,
            found_at=clock.now(),
            **_amounts(one),
        )
        for one in new
    )
    still = {one.key for one in found}
    # What is open too long is looked for in the books, whether or not the gateway knows of it.
    is_known = {one.id for one in open_ones.values() if one.provider_id in compared or one.kind == TOO_LONG}
    gone = [one.id for key, one in open_ones.items() if key not in still and one.id in is_known]
    Difference.objects.filter(id__in=gone).update(resolved_at=clock.now())
    comparison.compared, comparison.finished_at = len(compared), clock.now()
    comparison.save(update_fields=["compared", "finished_at"])
    if new:
        record("gateway.differed", account, by=SYSTEM, audience="office", count=len(new))
    return comparison


@transaction.atomic
def _silent(comparison: Comparison) -> Comparison:
    """The gateway didn't answer to the end. The office hears of it once for each silence."""
    account = GatewayAccount.objects.select_for_update().get(id=comparison.gateway_id)
    earlier = Comparison.objects.filter(gateway=account)
    spoke_at = earlier.aggregate(last=Max("finished_at"))["last"]
    silences = earlier.filter(silent_at__isnull=False)
    is_told = (silences.filter(silent_at__gt=spoke_at) if spoke_at else silences).exists()
    comparison.silent_at = clock.now()
    comparison.save(update_fields=["silent_at"])
    if not is_told:
        record("gateway.silent", account, by=SYSTEM, audience="office")
    return comparison
