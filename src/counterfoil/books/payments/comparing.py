"""What differs between a payment at the gateway and in the books. Each refund and dispute is compared by its own id."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypedDict

from counterfoil.foundation.money import Money

from .gateways.interface import RefundState, Snapshot, State
from .models import Difference, GatewayAccount, Payment, PaymentAttempt, Return

Kind = Difference.Kind


@dataclass(frozen=True)
class Found:
    """One difference about the payment `provider_id` at the gateway, or about its refund or dispute `child_id`."""

    kind: Difference.Kind
    provider_id: str
    there: Money
    here: Money
    child_id: str = ""
    payment_id: int | None = None
    attempt_id: int | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        return self.kind, self.provider_id, self.child_id


class About(TypedDict):
    """Whose difference it is."""

    provider_id: str
    payment_id: int


def differences(account: GatewayAccount, snapshot: Snapshot) -> Iterator[Found]:
    """What the books say otherwise than the gateway, after they took over what they could."""
    payment = Payment.objects.filter(gateway=account, provider_id=snapshot.id).first()
    is_paid, there = snapshot.state == State.PAID, snapshot.moved or snapshot.money
    if payment is None:
        if is_paid and sum(one.minor for one in _returned_there(snapshot).values()) < there.minor:
            yield Found(Kind.PAID_THERE, snapshot.id, there, Money(0, there.currency))
        return
    about = About(provider_id=snapshot.id, payment_id=payment.id)
    here = Money(payment.amount_minor, payment.currency)
    if not is_paid:
        yield Found(Kind.PAID_HERE, there=Money(0, here.currency), here=here, **about)
        return
    if there != here:
        yield Found(Kind.AMOUNT, there=there, here=here, **about)
    if snapshot.live != account.is_live:
        yield Found(Kind.MODE, there=there, here=here, **about)
    yield from _of_returns(about, _returned_there(snapshot), _returned_here(payment))


def _of_returns(about: About, there: dict[str, Money], here: dict[str, Money]) -> Iterator[Found]:
    """One by one: what is missing on either side could add up to the same."""
    for child_id in sorted(there.keys() | here.keys()):
        one, other = there.get(child_id), here.get(child_id)
        if other is None and one is not None:
            yield Found(Kind.RETURNED_THERE, there=one, here=Money(0, one.currency), child_id=child_id, **about)
        elif one is None and other is not None:
            yield Found(Kind.RETURNED_HERE, there=Money(0, other.currency), here=other, child_id=child_id, **about)
        elif one is not None and other is not None and one != other:
            yield Found(Kind.AMOUNT, there=one, here=other, child_id=child_id, **about)


def _returned_there(snapshot: Snapshot) -> dict[str, Money]:
    refunds = {one.id: one.money for one in snapshot.refunds if one.state != RefundState.FAILED}
    return refunds | {one.id: one.money for one in snapshot.disputes if one.is_withdrawn}


def _returned_here(payment: Payment) -> dict[str, Money]:
    """What went back through the gateway; of what is only started, the gateway is still asked."""
    back = Return.objects.filter(payment=payment, gateway=payment.gateway).exclude(state__in=Return.UNDONE)
    found = back.exclude(state=Return.State.STARTED)
    return {one.provider_id: Money(one.amount_minor, one.currency) for one in found}


def missing(payment: Payment) -> Found:
    """A payment that the gateway doesn't have."""
    here = Money(payment.amount_minor, payment.currency)
    return Found(Kind.PAID_HERE, payment.provider_id, Money(0, here.currency), here, payment_id=payment.id)


def open_too_long(attempt: PaymentAttempt) -> Found:
    """An attempt that is still under way after the time in which the gateway ends every payment."""
    money = Money(attempt.amount_minor, attempt.currency)
    # Without an id of the gateway, it is called what we called it there.
    name = attempt.provider_id or attempt.idempotency_key
    return Found(Kind.OPEN_TOO_LONG, name, money, money, attempt_id=attempt.id)
