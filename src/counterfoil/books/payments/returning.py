"""How money of a payment goes back and comes again, in the ledger; for the verbs of `returns` and `following`.

Everything here is inside their transaction, with the customer's balance and the payment locked.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import date

from counterfoil.books.ledger import ledger
from counterfoil.books.ledger.ledger import NewLeg
from counterfoil.books.ledger.models import Account, CustomerBalance
from counterfoil.books.organizations import lock_date, organizations
from counterfoil.books.sales import crediting
from counterfoil.books.sales.models import Invoice
from counterfoil.foundation import clock
from counterfoil.foundation.actors import SYSTEM, Actor
from counterfoil.foundation.events import record

from .gateways.interface import Failure
from .models import Payment, Return, ReturnShare


def returned_minor(payment: Payment) -> int:
    """What has gone back of a payment, or is on its way back; what only became credit has not.

    What went back although nothing was left of the payment is not of it.
    """
    gone = (one for one in payment.returns.all() if one.state not in Return.UNDONE and one.way != Return.Way.CREDIT)
    return sum(one.amount_minor - one.excess_minor for one in gone)


def returnable_minor(payment: Payment) -> int:
    """What can still go back of a payment: all that is unused or used for invoices, less credit that was given."""
    used = sum(ledger.applied_from(payment).values())
    return max(0, min(payment.amount_minor - returned_minor(payment), payment.balance_minor + used))


def move(balance: CustomerBalance, back: Return, wished: Mapping[int, int], *, on: date, by: Actor) -> None:
    """Bring the amount into what is unused of the payment, and out of it unless it stays there as credit."""
    payment = back.payment
    out_of = shares(payment, wished, missing(payment, back.amount_minor - back.excess_minor, back.way))
    back.save(force_insert=True)
    _take_out(balance, back, out_of, on=on, by=by)
    if back.way != Return.Way.CREDIT:
        kind = "payment.charged_back" if back.kind == Return.Kind.CHARGEBACK else "payment.refunded"
        back.posting = ledger.post(balance, kind, _gone(back), counts_on=on, by=by)
        back.save(update_fields=["posting"])


def _gone(back: Return, sign: int = 1) -> list[NewLeg]:
    """The legs by which it went: of the payment what was left of it, and the rest is lost."""
    of_payment = sign * (back.amount_minor - back.excess_minor)
    return [
        NewLeg(Account.CREDIT, of_payment, back.payment),
        NewLeg(Account.LOSSES, sign * back.excess_minor, back.payment),
        NewLeg(Account.CASH, -sign * back.amount_minor, back.payment),
    ]


def _take_out(balance: CustomerBalance, back: Return, out_of: Mapping[int, int], *, on: date, by: Actor) -> None:
    """Out of each invoice so much (id → minor units), into what is unused of the payment."""
    for invoice in Invoice.objects.select_for_update().filter(id__in=out_of).order_by("id"):
        minor = out_of[invoice.id]
        undecided = back.shares.filter(invoice=invoice, grant=None).first()
        share = undecided or ReturnShare(of=back, invoice=invoice, minor=0)
        share.minor += minor
        if back.effect == Return.Effect.STAYS_PAID or invoice.state == Invoice.State.WRITTEN_OFF:
            share.grant = crediting.grant(balance, invoice, back.payment, minor, counts_on=on, by=by)
        else:
            ledger.allocate(balance, back.payment, invoice, -minor, counts_on=on, by=by)
            invoice.reopened_at = clock.now()
            invoice.save(update_fields=["reopened_at"])
        share.save()


def missing(payment: Payment, minor: int, way: str) -> int:
    """How much of an amount must come out of invoices: what isn't unused, and all of it if it is to become credit."""
    return minor if way == Return.Way.CREDIT else max(0, minor - payment.balance_minor)


def shares(payment: Payment, wished: Mapping[int, int], needed: int) -> dict[int, int]:
    """From which invoices so much comes (id → minor units): those that were wished, else those it was used for last."""
    if wished or not needed:
        return dict(wished)
    out_of: dict[int, int] = {}
    for (_kind, invoice_id), used in reversed(ledger.applied_from(payment).items()):
        if minor := min(used, needed):
            out_of[invoice_id] = minor
            needed -= minor
    return out_of


def undo(balance: CustomerBalance, back: Return, state: Return.State, failure: Failure | None) -> Return:
    """The money is back after all: as nothing had happened, as far as the invoices still owe it; the rest is credit."""
    payment = back.payment = Payment.objects.select_for_update().get(id=back.payment_id)
    today = lock_date.first_open_day(back.organization_id, organizations.today(back.organization_id))
    if back.posting:
        kind = "payment.return_undone"
        # By what went of the payment as it stands now: some of it may have been lost at first.
        ledger.post(balance, kind, _gone(back, -1), counts_on=today, by=SYSTEM, reverses=back.posting)
    for share in back.shares.select_related("grant").order_by("invoice_id", "id"):
        invoice = Invoice.objects.select_for_update().get(id=share.invoice_id)
        if share.grant and not hasattr(share.grant, "reversed_by"):
            crediting.take_back(balance, share.grant, payment, counts_on=today, by=SYSTEM)
        elif share.grant is None:
            use_again(balance, payment, invoice, share.minor, on=today, by=SYSTEM)
    back.state, back.must_decide, back.ask_at, back.settled_at = state, False, None, clock.now()
    back.failure_reason = (failure.raw or failure.reason)[:40] if failure else ""
    back.save(update_fields=["state", "must_decide", "ask_at", "settled_at", "failure_reason"])
    _cover(balance, payment, on=today)
    tell("payment.chargeback_won" if state == Return.State.WON else "payment.refund_failed", back, SYSTEM)
    return back


def _cover(balance: CustomerBalance, payment: Payment, *, on: date) -> None:
    """Money of it is back: what else went of it and was lost comes out of that first, and the office is asked again."""
    lost = Return.objects.select_for_update().filter(payment=payment, excess_minor__gt=0)
    for back in lost.exclude(state__in=Return.UNDONE).order_by("id"):
        back.payment = payment
        minor = min(back.excess_minor, returnable_minor(payment))
        if minor:
            out_of = shares(payment, {}, missing(payment, minor, back.way))
            back.effect = Return.Effect.OPEN_AGAIN if out_of else back.effect
            _take_out(balance, back, out_of, on=on, by=SYSTEM)
            legs = [NewLeg(Account.CREDIT, minor, payment), NewLeg(Account.LOSSES, -minor, payment)]
            ledger.post(balance, "payment.return_covered", legs, counts_on=on, by=SYSTEM)
            back.excess_minor -= minor
            back.must_decide = back.must_decide or bool(out_of)
            back.save(update_fields=["excess_minor", "must_decide", "effect"])


def use_again(balance: CustomerBalance, payment: Payment, invoice: Invoice, minor: int, *, on: date, by: Actor) -> None:
    """Use so much of a payment for an invoice, as far as there is that much and it is still owed."""
    minor = min(minor, invoice.balance_minor, payment.balance_minor)
    if invoice.state == Invoice.State.ISSUED and minor > 0:
        ledger.allocate(balance, payment, invoice, minor, counts_on=on, by=by)
        if invoice.reopened_at and not invoice.balance_minor:
            invoice.reopened_at = None
            invoice.save(update_fields=["reopened_at"])


def take(payment: Payment) -> tuple[CustomerBalance, Payment]:
    balance = ledger.lock(payment.customer_id)
    return balance, Payment.objects.select_for_update(of=("self",)).select_related("gateway").get(id=payment.id)


def lock(back: Return) -> Return:
    return Return.objects.select_for_update(of=("self",)).select_related("payment", "posting").get(id=back.id)


def alert(payment: Payment, wrong: str) -> None:
    record("payment.return_mismatched", payment, by=SYSTEM, audience="office", number=payment.number, wrong=wrong[:200])


def tell(name: str, back: Return, by: Actor, **more: str) -> None:
    shares_of: Counter[str] = Counter()
    for share in back.shares.all():
        shares_of[str(share.invoice_id)] += share.minor
    record(
        name,
        back.payment,
        by=by,
        audience="both" if name in ("payment.refunded", "payment.credited") else "office",
        number=back.payment.number,
        amount_minor=back.amount_minor,
        currency=back.currency,
        return_id=str(back.id),
        invoices=dict(shares_of),
        **more,
    )
