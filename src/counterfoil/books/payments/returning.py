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
from counterfoil.books.sales.models import Invoice, RetainerInvoice
from counterfoil.foundation import clock
from counterfoil.foundation.actors import SYSTEM, Actor
from counterfoil.foundation.events import record

from . import retaining
from .gateways.interface import Failure
from .models import Payable, Payment, Return, ReturnShare, naming


def returned_minor(payment: Payment) -> int:
    """What has gone back of a payment, or is on its way back; what only became credit has not.

    What went back although nothing was left of the payment is not of it.
    """
    gone = (one for one in payment.returns.all() if one.state not in Return.UNDONE and one.way != Return.Way.CREDIT)
    return sum(one.amount_minor - one.excess_minor for one in gone)


def returnable_minor(payment: Payment) -> int:
    """What can still go back of a payment: all that is unused or used, less credit that was given."""
    used = sum(ledger.applied_from(payment).values())
    return max(0, min(payment.amount_minor - returned_minor(payment), payment.balance_minor + used))


def move(balance: CustomerBalance, back: Return, wished: Mapping[int, int], *, on: date, by: Actor) -> bool:
    """Bring the amount into what is unused of the payment, and out of it unless it stays there as credit.

    Whether that opened an invoice, which the office may see otherwise.
    """
    payment = back.payment
    out_of = shares(payment, wished, missing(payment, back.amount_minor - back.excess_minor, back.way))
    back.save(force_insert=True)
    opened = _take_out(balance, back, out_of, on=on, by=by)
    if back.way != Return.Way.CREDIT:
        kind = "payment.charged_back" if back.kind == Return.Kind.CHARGEBACK else "payment.refunded"
        back.posting = ledger.post(balance, kind, _gone(back), counts_on=on, by=by)
        back.save(update_fields=["posting"])
    return opened


def _gone(back: Return, sign: int = 1) -> list[NewLeg]:
    """The legs by which it went: of the payment what was left of it, and the rest is lost."""
    of_payment = sign * (back.amount_minor - back.excess_minor)
    return [
        NewLeg(Account.CREDIT, of_payment, back.payment),
        NewLeg(Account.LOSSES, sign * back.excess_minor, back.payment),
        NewLeg(Account.CASH, -sign * back.amount_minor, back.payment),
    ]


def _take_out(balance: CustomerBalance, back: Return, out_of: Mapping[int, int], *, on: date, by: Actor) -> bool:
    """Out of each document so much (id → minor units), into what is unused of the payment.

    Whether that opened an invoice; a retainer simply is unpaid.
    """
    opened = False
    for document in retaining.lock_payables(back.customer_id, out_of).values():
        if isinstance(document, RetainerInvoice):
            _take_out_of_retainer(balance, back, document, out_of[document.id], on=on, by=by)
        else:
            opened |= _take_out_of_invoice(balance, back, document, out_of[document.id], on=on, by=by)
    return opened


def _take_out_of_invoice(
    balance: CustomerBalance, back: Return, invoice: Invoice, minor: int, *, on: date, by: Actor
) -> bool:
    """Whether the invoice is open again; otherwise the customer is credited that much on it, and it stays paid."""
    if back.effect == Return.Effect.STAYS_PAID or invoice.state == Invoice.State.WRITTEN_OFF:
        _grant(balance, back, invoice, minor, on=on, by=by)
        return False
    ledger.allocate(balance, back.payment, invoice, -minor, counts_on=on, by=by)
    invoice.reopened_at = clock.now()
    invoice.save(update_fields=["reopened_at"])
    _share(back, invoice, minor).save()
    return True


def _grant(balance: CustomerBalance, back: Return, invoice: Invoice, minor: int, *, on: date, by: Actor) -> None:
    """Credit so much on an invoice, beside what of it is open again."""
    grant = crediting.grant(balance, invoice, back.payment, minor, counts_on=on, by=by)
    ReturnShare.objects.create(of=back, invoice=invoice, minor=minor, grant=grant)


def _take_out_of_retainer(
    balance: CustomerBalance, back: Return, retainer: RetainerInvoice, minor: int, *, on: date, by: Actor
) -> None:
    """What the business gives back is held no longer; what a bank took back was never paid.

    What is used for invoices is taken off these first, as far as it is needed.
    """
    for invoice_id, part in retaining.recall(balance, retainer, minor, on=on, by=by).items():
        # That invoice is written off: it was worth less in the end, and the retainer stays used for it.
        invoice = Invoice.objects.select_for_update().get(id=invoice_id)
        _grant(balance, back, invoice, part, on=on, by=by)
        minor -= part
    if minor:
        share = _share(back, retainer, minor)
        if back.kind == Return.Kind.CHARGEBACK:
            retaining.take_off(balance, back.payment, retainer, minor, on=on, by=by)
        else:
            share.grant = retaining.give_back(balance, back.payment, retainer, minor, on=on, by=by)
        share.save()


def _share(back: Return, document: Payable, minor: int) -> ReturnShare:
    """The share of a document that nothing was granted on yet, with so much more."""
    named = naming(document)
    share = back.shares.filter(grant=None, **named).first() or ReturnShare(of=back, minor=0, **named)
    share.minor += minor
    return share


def missing(payment: Payment, minor: int, way: str) -> int:
    """How much of an amount must come out of invoices: what isn't unused, and all of it if it is to become credit."""
    return minor if way == Return.Way.CREDIT else max(0, minor - payment.balance_minor)


def shares(payment: Payment, wished: Mapping[int, int], needed: int) -> dict[int, int]:
    """From which documents so much comes (id → minor units): those wished, else those it was used for last."""
    if wished or not needed:
        return dict(wished)
    out_of: dict[int, int] = {}
    retainers = RetainerInvoice.objects.in_bulk([id for kind, id in ledger.applied_from(payment) if kind != "invoice"])
    for (_kind, document_id), used in reversed(ledger.applied_from(payment).items()):
        retainer = retainers.get(document_id)
        # What was given back of a retainer stays used for it and is there no more.
        most = min(used, retaining.obtainable_minor(retainer)) if retainer else used
        if minor := min(most, needed):
            out_of[document_id] = minor
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
    for share in back.shares.select_related("grant").order_by("invoice_id", "retainer_id", "id"):
        document = retaining.lock_payables(back.customer_id, [share.document_id])[share.document_id]
        is_granted = share.grant is not None and not hasattr(share.grant, "reversed_by")
        if share.grant and isinstance(document, RetainerInvoice):
            if is_granted:
                retaining.keep(balance, payment, document, share.minor, on=today, by=SYSTEM, given=share.grant)
        elif share.grant and is_granted:
            crediting.take_back(balance, share.grant, payment, counts_on=today, by=SYSTEM)
        elif share.grant is None:
            use_again(balance, payment, document, share.minor, on=today, by=SYSTEM)
    back.state, back.must_decide, back.ask_at, back.settled_at = state, False, None, clock.now()
    back.failure_reason = (failure.raw or failure.reason)[:40] if failure else ""
    back.save(update_fields=["state", "must_decide", "ask_at", "settled_at", "failure_reason"])
    _cover(balance, payment, on=today)
    tell("payment.chargeback_won" if state == Return.State.WON else "payment.refund_failed", back, SYSTEM)
    return back


def _cover(balance: CustomerBalance, payment: Payment, *, on: date) -> None:
    """Money of it is back: what else went of it and was lost comes out of that first. The office is asked again where
    that opens an invoice.
    """
    lost = Return.objects.select_for_update().filter(payment=payment, excess_minor__gt=0)
    for back in lost.exclude(state__in=Return.UNDONE).order_by("id"):
        back.payment = payment
        minor = min(back.excess_minor, returnable_minor(payment))
        if minor:
            out_of = shares(payment, {}, missing(payment, minor, back.way))
            back.effect = Return.Effect.OPEN_AGAIN if out_of else back.effect
            opened = _take_out(balance, back, out_of, on=on, by=SYSTEM)
            legs = [NewLeg(Account.CREDIT, minor, payment), NewLeg(Account.LOSSES, -minor, payment)]
            ledger.post(balance, "payment.return_covered", legs, counts_on=on, by=SYSTEM)
            back.excess_minor -= minor
            back.must_decide = back.must_decide or opened
            back.save(update_fields=["excess_minor", "must_decide", "effect"])


def use_again(
    balance: CustomerBalance, payment: Payment, document: Payable, minor: int, *, on: date, by: Actor
) -> None:
    """Use so much of a payment for a document, as far as there is that much and it is still owed."""
    used = retaining.use(balance, payment, document, minor, on=on, by=by)
    if used and isinstance(document, Invoice) and document.reopened_at and not document.balance_minor:
        document.reopened_at = None
        document.save(update_fields=["reopened_at"])


def take(payment: Payment) -> tuple[CustomerBalance, Payment]:
    balance = ledger.lock_of(payment)
    return balance, Payment.objects.select_for_update(of=("self",)).select_related("gateway").get(id=payment.id)


def lock(back: Return) -> Return:
    return Return.objects.select_for_update(of=("self",)).select_related("payment", "posting").get(id=back.id)


def alert(payment: Payment, wrong: str) -> None:
    record("payment.return_mismatched", payment, by=SYSTEM, audience="office", number=payment.number, wrong=wrong[:200])


def tell(name: str, back: Return, by: Actor, **more: str) -> None:
    shares_of: Counter[str] = Counter()
    for share in back.shares.all():
        shares_of[str(share.document_id)] += share.minor
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
