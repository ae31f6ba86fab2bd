"""Takes over what gateways say went back of a payment: refunds of ours, and what was done without us."""

from datetime import timedelta

from django.db import transaction

from counterfoil.books.ledger.models import CustomerBalance
from counterfoil.books.organizations import lock_date, organizations
from counterfoil.foundation import clock
from counterfoil.foundation.actors import SYSTEM, actor_from
from counterfoil.foundation.ids import whole_number
from counterfoil.foundation.money import Money

from .gateways.interface import DisputeSnapshot, DisputeState, Failure, RefundSnapshot, RefundState, Snapshot
from .models import Payment, Return
from .returning import alert, lock, move, returnable_minor, take, tell, undo

FIRST_ASK = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=6)
DISPUTES = {
    DisputeState.OPEN: Return.State.OPEN,
    DisputeState.WON: Return.State.WON,
    DisputeState.LOST: Return.State.LOST,
}


@transaction.atomic
def settle(back: Return, snapshot: RefundSnapshot) -> Return:
    """Bring a refund to where the gateway says it is. Safe to repeat; one that failed stays failed."""
    balance, _payment = take(back.payment)
    back = lock(back)
    if snapshot.money != Money(back.amount_minor, back.currency):
        alert(back.payment, f"refund {snapshot.id}: {snapshot.money} instead of {back.amount_minor} {back.currency}")
        return back
    if back.state in Return.UNDONE:
        return back
    if snapshot.state == RefundState.FAILED:
        return undo(balance, back, Return.State.FAILED, snapshot.failure)
    if back.state == Return.State.STARTED:
        tell("payment.refunded", back, actor_from(back.made_by))
    back.provider_id = snapshot.id
    is_paid = snapshot.state == RefundState.PAID or back.state == Return.State.PAID
    if is_paid and back.state != Return.State.PAID:
        back.settled_at = clock.now()
    back.state = Return.State.PAID if is_paid else Return.State.PENDING
    back.ask_at = None if is_paid else clock.now() + FIRST_ASK
    back.save(update_fields=["provider_id", "state", "settled_at", "ask_at"])
    return back


@transaction.atomic
def fail(back: Return, failure: Failure) -> Return:
    """The gateway answered that it gave nothing back and never will: the payment has its money again."""
    balance, _payment = take(back.payment)
    back = lock(back)
    return back if back.state not in Return.UNKNOWN else undo(balance, back, Return.State.FAILED, failure)


@transaction.atomic
def postpone(back: Return) -> Return:
    """The outcome is still unknown: ask again later, and later still each time."""
    take(back.payment)
    back = lock(back)
    if back.state in Return.UNKNOWN:
        back.asked += 1
        back.ask_at = clock.now() + min(timedelta(seconds=15 * 2 ** min(back.asked, 12)), LONGEST_PAUSE)
        back.save(update_fields=["asked", "ask_at"])
    return back


@transaction.atomic
def follow(payment: Payment, snapshot: Snapshot) -> None:
    """Take over what the gateway says went back of a payment: ours, and what was done at the gateway itself.

    Safe to repeat, in any order. What doesn't fit the payment is recorded and applied to nothing.
    """
    if not (snapshot.refunds or snapshot.disputes):
        return
    balance, payment = take(payment)
    # What brought money back comes first, so that there is room for what went since.
    failed = [told for told in snapshot.refunds if told.state == RefundState.FAILED]
    won = [told for told in snapshot.disputes if not told.is_withdrawn]
    for refund in failed:
        _follow_refund(balance, payment, refund)
    for dispute in won:
        _follow_dispute(balance, payment, dispute)
    for refund in snapshot.refunds:
        if refund not in failed:
            _follow_refund(balance, payment, refund)
    for dispute in snapshot.disputes:
        if dispute not in won:
            _follow_dispute(balance, payment, dispute)


def _follow_refund(balance: CustomerBalance, payment: Payment, told: RefundSnapshot) -> None:
    back = _ours(payment, told)
    if back is None:
        _found(balance, payment, told)
    else:
        settle(back, told)


def _ours(payment: Payment, told: RefundSnapshot) -> Return | None:
    """The refund that the gateway tells of: by its id, or by what we called it when its answer was lost."""
    here = Return.objects.filter(payment=payment, kind=Return.Kind.REFUND)
    known = here.filter(provider_id=told.id).first()
    if known is None and (our_id := whole_number(told.refund)):
        # One that we gave up is not it: that money went back after all, and is booked anew.
        known = here.filter(id=our_id, provider_id="", way=Return.Way.GATEWAY, state__in=Return.UNKNOWN).first()
    return known


def _found(balance: CustomerBalance, payment: Payment, told: RefundSnapshot) -> None:
    """A refund that was made at the gateway itself."""
    if told.state == RefundState.FAILED:
        return
    is_paid = told.state == RefundState.PAID
    state = Return.State.PAID if is_paid else Return.State.PENDING
    back = _from_gateway(balance, payment, Return.Kind.REFUND, state, told.id, told.money)
    if back is not None and not is_paid:
        back.settled_at, back.ask_at = None, clock.now() + FIRST_ASK
        back.save(update_fields=["settled_at", "ask_at"])


def _follow_dispute(balance: CustomerBalance, payment: Payment, told: DisputeSnapshot) -> None:
    back = Return.objects.select_for_update().filter(payment=payment, provider_id=told.id).first()
    if back is None:
        if told.is_withdrawn:
            _from_gateway(balance, payment, Return.Kind.CHARGEBACK, DISPUTES[told.state], told.id, told.money)
    elif back.state == Return.State.OPEN:
        if not told.is_withdrawn:
            undo(balance, back, Return.State.WON, None)
        elif told.state == DisputeState.LOST:
            back.state, back.settled_at = Return.State.LOST, clock.now()
            back.save(update_fields=["state", "settled_at"])
            tell("payment.chargeback_lost", back, SYSTEM)


def _from_gateway(
    balance: CustomerBalance, payment: Payment, kind: Return.Kind, state: Return.State, provider_id: str, money: Money
) -> Return | None:
    """Book what the gateway did without us: the money is gone, the invoice is open again, and the office decides.

    A payer's bank may take back what was refunded already, so that more goes than is left: the rest is lost.
    """
    payment.refresh_from_db()
    if money.currency != payment.currency or not 0 < money.minor <= payment.amount_minor:
        alert(payment, f"{kind} {provider_id}: {money} does not fit")
        return None
    # The money is gone whatever the books say, so that it counts on a day that is open.
    today = lock_date.first_open_day(payment.organization_id, organizations.today(payment.organization_id))
    back = Return(
        organization_id=payment.organization_id,
        customer_id=payment.customer_id,
        payment=payment,
        gateway=payment.gateway,
        kind=kind,
        state=state,
        way=Return.Way.GATEWAY,
        effect=Return.Effect.OPEN_AGAIN,
        currency=payment.currency,
        amount_minor=money.minor,
        excess_minor=max(0, money.minor - returnable_minor(payment)),
        provider_id=provider_id,
        returned_on=today,
        made_at=clock.now(),
        made_by=SYSTEM.as_json(),
        settled_at=None if state == Return.State.OPEN else clock.now(),
    )
    back.must_decide = move(balance, back, {}, on=today, by=SYSTEM)
    back.save(update_fields=["must_decide"])
    tell("payment.charged_back" if kind == Return.Kind.CHARGEBACK else "payment.refunded", back, SYSTEM)
    return back
