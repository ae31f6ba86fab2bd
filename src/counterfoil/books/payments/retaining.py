"""How retainers are paid, used and given back, in the ledger; for the verbs of payments and returns.

Everything here is inside their transaction, with the customer's balance and the documents locked.
"""

from collections.abc import Iterable
from datetime import date

from counterfoil.books.ledger import kinds, ledger
from counterfoil.books.ledger.ledger import NewLeg
from counterfoil.books.ledger.models import Account, CustomerBalance, Posting
from counterfoil.books.sales.models import Invoice, RetainerInvoice
from counterfoil.foundation import clock
from counterfoil.foundation.actors import Actor

from .models import PAYABLE, Payable, Payment


def lock_payables(customer_id: int, ids: Iterable[int]) -> dict[int, Payable]:
    """Those of the ids that are a customer's invoices or retainer invoices, locked, by id."""
    wanted = list(ids)
    found: dict[int, Payable] = {}
    for model in PAYABLE:
        rows = model._default_manager.select_for_update().filter(id__in=wanted, customer_id=customer_id)
        found |= {row.id: row for row in rows.order_by("id")}
    return dict(sorted(found.items()))


def use(balance: CustomerBalance, payment: Payment, document: Payable, minor: int, *, on: date, by: Actor) -> int:
    """Use so much of a payment for a document, as far as there is that much and it is still to be paid.

    Gives how much that was.
    """
    minor = min(minor, document.to_pay_minor, payment.balance_minor)
    if document.state != "issued" or minor <= 0:
        return 0
    if isinstance(document, RetainerInvoice):
        document.unpaid_minor -= minor
        document.save(update_fields=["unpaid_minor"])
    ledger.allocate(balance, payment, document, minor, counts_on=on, by=by)
    return minor


def obtainable_minor(retainer: RetainerInvoice) -> int:
    """What can come out of a retainer if it must: what is held, and what is used for invoices."""
    return retainer.balance_minor + sum(ledger.applied_from(retainer).values())


def take_off(
    balance: CustomerBalance, payment: Payment, retainer: RetainerInvoice, minor: int, *, on: date, by: Actor
) -> None:
    """The money that paid it went back: that much of it is unpaid again, and unused of the payment."""
    ledger.allocate(balance, payment, retainer, -minor, counts_on=on, by=by)
    retainer.unpaid_minor += minor
    retainer.save(update_fields=["unpaid_minor"])


def recall(balance: CustomerBalance, retainer: RetainerInvoice, minor: int, *, on: date, by: Actor) -> dict[int, int]:
    """Have so much held again by taking it off the invoices that it is used for, the last first, which are open again.

    What is used for an invoice that is written off stays there: of which invoice how much (id → minor units).
    """
    stays: dict[int, int] = {}
    missing = minor - retainer.balance_minor
    for (_kind, invoice_id), used in reversed(ledger.applied_from(retainer).items()):
        if missing <= 0:
            break
        invoice = Invoice.objects.select_for_update().get(id=invoice_id)
        part = min(used, missing)
        missing -= part
        if invoice.state == Invoice.State.WRITTEN_OFF:
            stays[invoice_id] = part
            continue
        ledger.allocate(balance, retainer, invoice, -part, counts_on=on, by=by)
        invoice.reopened_at = clock.now()
        invoice.save(update_fields=["reopened_at"])
    return stays


def give_back(
    balance: CustomerBalance, payment: Payment, retainer: RetainerInvoice, minor: int, *, on: date, by: Actor
) -> Posting | None:
    """Let so much of what is held go back: it is unused of the payment, and the retainer stays paid."""
    legs = [NewLeg(Account.RETAINER, minor, retainer), NewLeg(Account.CREDIT, -minor, payment)]
    return ledger.post(balance, kinds.HELD_GIVEN_BACK, legs, counts_on=on, by=by)


def keep(
    balance: CustomerBalance,
    payment: Payment,
    retainer: RetainerInvoice,
    minor: int,
    *,
    on: date,
    by: Actor,
    given: Posting,
) -> None:
    """What was given back did not go after all: it is held again."""
    legs = [NewLeg(Account.RETAINER, -minor, retainer), NewLeg(Account.CREDIT, minor, payment)]
    ledger.post(balance, kinds.HELD_KEPT, legs, counts_on=on, by=by, reverses=given)
