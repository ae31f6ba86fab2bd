"""Compares what a gateway has with what the books say, and keeps each difference until it is gone.

What is unknown is asked for first, through the same functions as a webhook; what then still differs is never mended by
itself: a person looks at it.
"""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from counterfoil.foundation import clock
from counterfoil.foundation.actors import SYSTEM, Actor
from counterfoil.foundation.events import record

from . import asking, attempts
from .gateways import accounts
from .gateways.interface import Gateway, GatewayRefused, OutcomeUnknown, RefundState, Snapshot, State
from .models import Comparison, Difference, GatewayAccount, Payment, PaymentAttempt, Return

log = logging.getLogger("counterfoil.payments")
OVERLAP = timedelta(days=2)  # what changed at the gateway while the last comparison ran is looked at again
FIRST = timedelta(days=30)
MOST_ASKED = 500


@dataclass(frozen=True)
class Found:
    """One difference; amounts in minor units."""

    kind: Difference.Kind
    provider_id: str
    currency: str
    there_minor: int
    here_minor: int
    payment_id: int | None = None


def all_accounts() -> list[GatewayAccount]:
    """Every account that was ever connected, each to be compared for itself."""
    return list(GatewayAccount.objects.order_by("id"))


def reconcile(account: GatewayAccount, since: datetime | None = None) -> Comparison:
    """Compare with one gateway what changed since then, since the last time, or in the last thirty days.

    A gateway that doesn't answer leaves a comparison without an end, and what was known before stays known.
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
            found += _differences(account, _settled(account, snapshot))
            compared.add(snapshot.id)
        for provider_id in _only_here(account, comparison.since, compared):
            found += _look(gateway, account, provider_id)
            compared.add(provider_id)
    except (OutcomeUnknown, GatewayRefused) as silent:
        log.warning("gateway=%s could not be compared: %s", account.id, silent)
        return comparison
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


def _differences(account: GatewayAccount, snapshot: Snapshot) -> Iterator[Found]:
    payment = Payment.objects.filter(gateway=account, provider_id=snapshot.id).first()
    is_paid, money = snapshot.state == State.PAID, snapshot.moved or snapshot.money
    if payment is None:
        if is_paid and _returned_there(snapshot) < money.minor:
            yield Found(Difference.Kind.PAID_THERE, snapshot.id, money.currency, money.minor, 0)
        return
    about = {"provider_id": snapshot.id, "currency": payment.currency, "payment_id": payment.id}
    if not is_paid:
        yield Found(Difference.Kind.PAID_HERE, there_minor=0, here_minor=payment.amount_minor, **about)  # type: ignore[arg-type]
        return
    if (money.minor, money.currency) != (payment.amount_minor, payment.currency):
        yield Found(Difference.Kind.AMOUNT, there_minor=money.minor, here_minor=payment.amount_minor, **about)  # type: ignore[arg-type]
    if snapshot.live != account.is_live:
        yield Found(Difference.Kind.MODE, there_minor=money.minor, here_minor=payment.amount_minor, **about)  # type: ignore[arg-type]
    there, here = _returned_there(snapshot), _returned_here(payment)
    if there != here:
        kind = Difference.Kind.RETURNED_THERE if there > here else Difference.Kind.RETURNED_HERE
        yield Found(kind, there_minor=there, here_minor=here, **about)  # type: ignore[arg-type]


def _returned_there(snapshot: Snapshot) -> int:
    refunds = sum(one.money.minor for one in snapshot.refunds if one.state != RefundState.FAILED)
    return refunds + sum(one.money.minor for one in snapshot.disputes if one.is_withdrawn)


def _returned_here(payment: Payment) -> int:
    back = Return.objects.filter(payment=payment, gateway=payment.gateway).exclude(state__in=Return.UNDONE)
    return sum(one.amount_minor for one in back.exclude(state=Return.State.STARTED))


def _only_here(account: GatewayAccount, since: datetime, compared: Iterable[str]) -> list[str]:
    """Payments of the time that the gateway did not tell of."""
    here = Payment.objects.filter(gateway=account, made_at__gte=since).exclude(provider_id="")
    return sorted(set(here.values_list("provider_id", flat=True)) - set(compared))


def _look(gateway: Gateway, account: GatewayAccount, provider_id: str) -> list[Found]:
    try:
        return list(_differences(account, gateway.fetch(provider_id)))
    except GatewayRefused as refusal:
        if refusal.failure.reason == "gateway_settings":
            raise  # it doesn't know us: that says nothing of the payment
        payment = Payment.objects.get(gateway=account, provider_id=provider_id)
        kind = Difference.Kind.PAID_HERE
        return [Found(kind, provider_id, payment.currency, 0, payment.amount_minor, payment.id)]


def _is_settled(account: GatewayAccount, one: Found) -> bool:
    """Whether somebody said of just this that it is as it should be."""
    said = Difference.objects.filter(gateway=account, kind=one.kind, provider_id=one.provider_id)
    amounts = {"there_minor": one.there_minor, "here_minor": one.here_minor}
    return said.filter(settled_by__isnull=False, **amounts).exists()


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
    open_ones = {
        (one.kind, one.provider_id): one for one in Difference.objects.filter(gateway=account, resolved_at__isnull=True)
    }
    new = [one for one in found if (one.kind, one.provider_id) not in open_ones and not _is_settled(account, one)]
    Difference.objects.bulk_create(
        Difference(
            organization_id=account.organization_id,
            gateway=account,
            kind=one.kind,
            provider_id=one.provider_id,
            payment_id=one.payment_id,
            currency=one.currency,
            there_minor=one.there_minor,
            here_minor=one.here_minor,
            found_at=clock.now(),
        )
        for one in new
    )
    still = {(one.kind, one.provider_id) for one in found}
    gone = [one.id for key, one in open_ones.items() if key not in still and key[1] in compared]
    Difference.objects.filter(id__in=gone).update(resolved_at=clock.now())
    comparison.compared, comparison.finished_at = len(compared), clock.now()
    comparison.save(update_fields=["compared", "finished_at"])
    if new:
        record("gateway.differed", account, by=SYSTEM, audience="office", count=len(new))
    return comparison
