"""Many payments at once, as they are brought over from elsewhere: with their numbers, and what each was used for."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from counterfoil.books.customers.models import Customer
from counterfoil.books.ledger.bulk import AT_ONCE, Postings, change_balances
from counterfoil.books.ledger.ledger import NewLeg
from counterfoil.books.ledger.models import Account
from counterfoil.books.organizations import lock_date, numbering
from counterfoil.books.organizations.models import DocumentKind, Organization
from counterfoil.books.sales.models import Invoice
from counterfoil.books.sales.search import last_digits
from counterfoil.foundation import clock
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.copying import values, write_rows
from counterfoil.foundation.events import record_past

from .models import Payment


@dataclass(frozen=True, kw_only=True)
class PastPayment:
    """A payment as it was elsewhere. `shares` says how much of it was used for which invoice (minor units)."""

    customer: Customer
    number: str
    amount_minor: int
    paid_on: date
    mode: Payment.Mode
    shares: Sequence[tuple[Invoice, int]]
    bank_charges_minor: int = 0
    method_label: str = ""
    reference: str = ""
    notes: str = ""

    @property
    def unused_minor(self) -> int:
        return self.amount_minor - sum(minor for _invoice, minor in self.shares)

    def used_on(self, invoice: Invoice) -> date:
        """The day from which it counts for an invoice: not before that was owed."""
        return max(self.paid_on, invoice.dated)


@transaction.atomic
def bring_payments(
    organization: Organization, past: Sequence[PastPayment], *, complete: Sequence[Invoice], by: Actor
) -> list[Payment]:
    """Write payments down, in this order, and use them for their invoices; nobody is told of it as of now.

    `complete` are the invoices of which all payments are here now, so that they need not be held any more. The caller
    has locked the customers' balances, and made sure that the numbers are free and that each invoice owes as much.
    Raises Refused: LOCKED; the database refuses a number that is there already, and a balance below nothing.
    """
    by.must_be_staff_of(organization.id)
    made = [_payment(organization, one, by) for one in past]
    write_rows(Payment, [values(one) for one in made])
    if past:
        days = [one.paid_on for one in past]
        lock_date.must_be_open(organization.id, min(days), actor=by)
    changes: dict[int, int] = defaultdict(int)
    with Postings(organization.id, {one.customer.id: one.customer.currency for one in past}) as postings:
        for payment, one in zip(made, past, strict=True):
            postings.add(payment.customer_id, "payment.received", _legs(payment), counts_on=one.paid_on, actor=by)
            for invoice, minor in one.shares:
                postings.use(payment, invoice, minor, counts_on=one.used_on(invoice), actor=by)
                changes[invoice.id] -= minor
    change_balances(Invoice, changes)
    _let_go(complete)
    if made:
        numbering.move_past(organization.id, DocumentKind.PAYMENT, [one.number for one in made])
    told = ((payment, _told(payment, one)) for payment, one in zip(made, past, strict=True))
    record_past("payment.imported", told, by=by, audience="office")
    return made


def _payment(organization: Organization, past: PastPayment, actor: Actor) -> Payment:
    return Payment(
        organization_id=organization.id,
        customer=past.customer,
        number=past.number,
        number_key=past.number.casefold(),
        digits_key=last_digits(past.number),
        currency=past.customer.currency,
        amount_minor=past.amount_minor,
        balance_minor=past.unused_minor,
        bank_charges_minor=past.bank_charges_minor,
        paid_on=past.paid_on,
        mode=past.mode,
        method_label=past.method_label,
        reference=past.reference,
        reference_key=past.reference.casefold(),
        notes=past.notes,
        made_at=clock.now(),
        made_by=actor.as_json(),
    )


def _legs(payment: Payment) -> list[NewLeg]:
    return [
        NewLeg(Account.CASH, payment.amount_minor - payment.bank_charges_minor, payment),
        NewLeg(Account.BANK_CHARGES, payment.bank_charges_minor, payment),
        NewLeg(Account.CREDIT, -payment.amount_minor, payment),
    ]


def _let_go(complete: Sequence[Invoice]) -> None:
    """Those that were held until their payments came can be paid online and reminded of from now on."""
    held = [one.id for one in complete if one.gateway_ids == []]
    for start in range(0, len(held), AT_ONCE):
        rows = Invoice.objects.filter(id__in=held[start : start + AT_ONCE])
        rows.update(gateway_ids=None, reminders_stopped_at=None)


def _told(payment: Payment, past: PastPayment) -> Mapping[str, object]:
    return {
        "number": payment.number,
        "amount_minor": payment.amount_minor,
        "currency": payment.currency,
        "invoices": {str(invoice.id): minor for invoice, minor in past.shares},
        "retainers": {},
        "credit_minor": payment.balance_minor,
    }
