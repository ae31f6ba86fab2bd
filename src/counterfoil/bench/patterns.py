"""A few dozen invoices made through the verbs, to be repeated: what every row of a copy looks like.

So the rows of a million invoices are those that the verbs write, whatever columns are added to them later.
"""

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from counterfoil.books.customers.models import ContactPerson, Customer
from counterfoil.books.ledger.models import Allocation, Leg, Posting
from counterfoil.books.payments import payments
from counterfoil.books.payments.models import Payment
from counterfoil.books.sales import invoices
from counterfoil.books.sales.invoices import InvoiceContent
from counterfoil.books.sales.models import Invoice, InvoiceLine, InvoiceRevision
from counterfoil.books.sales.pricing import LineContent
from counterfoil.foundation import clock
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.events import Event, Unspread
from counterfoil.foundation.money import Money

WARES = (
    ("Shopfront sign, design", "Hand-drawn lettering, two rounds of changes", "", "900"),
    ("Menu boards", "Chalk finish, ready to hang", "", "180"),
    ("Site visit and measuring", "", "h", "70"),
    ("Window lettering", "Gilded by hand, on the inside of the glass", "", "320"),
    ("Website care", "Updates, backups and small changes", "month", "95"),
    ("招牌设计", "手绘字体，可修改两次", "", "640"),
    ("Poster", "A2, including two proofs", "", "120"),
)
PAID, OPEN, PARTIAL, CREDIT, DRAFT = "paid", "open", "partial", "credit", "draft"
KINDS = {PAID: 40, OPEN: 12, PARTIAL: 3, CREDIT: 3, DRAFT: 2}  # how many different ones of each
DAYS = 30  # to pay


@dataclass(frozen=True)
class Pattern:
    """One invoice with all that belongs to it, as rows of the tables that a copy writes."""

    kind: str
    dated: date
    rows: dict[type[Any], list[Any]]

    @property
    def invoice(self) -> Invoice:
        found: Invoice = self.rows[Invoice][0]
        return found

    @property
    def age(self) -> int:
        """How many days old the invoice must be at least."""
        return max([(payment.paid_on - self.dated).days for payment in self.rows[Payment]], default=0)


def make(customer: Customer, contact: ContactPerson, *, owner: Actor, tax_rate_id: int) -> list[Pattern]:
    """The patterns, as invoices of this customer, each dated so that it could be what it is today."""
    chance = random.Random(1907)  # noqa: S311 (believable, not secret)
    made = [
        _make(kind, customer, contact, owner, _lines(chance, tax_rate_id), chance)
        for kind, count in KINDS.items()
        for _ in range(count)
    ]
    Unspread.objects.all().delete()  # history: nobody is told of it by bell or mail
    return made


def _lines(chance: random.Random, tax_rate_id: int) -> list[LineContent]:
    return [
        LineContent(
            name,
            Decimal(chance.randint(1, 9)),
            Decimal(rate) + chance.randint(0, 40),
            description=description,
            unit=unit,
            tax_rate_id=tax_rate_id,
        )
        for name, description, unit, rate in chance.sample(WARES, chance.randint(1, 3))
    ]


def _make(
    kind: str,
    customer: Customer,
    contact: ContactPerson,
    owner: Actor,
    lines: list[LineContent],
    chance: random.Random,
) -> Pattern:
    dated = clock.today("UTC") - timedelta(days=90)
    content = InvoiceContent(dated=dated, payment_days=DAYS, lines=lines, notes="Thank you.", allows_partial=True)
    with _on(dated):
        invoice = invoices.create(customer, content, by=owner)
        if kind != DRAFT:
            invoice = invoices.mark_as_sent(invoice, by=owner, revision=invoice.revision)
    if kind != DRAFT and chance.random() < 0.7:
        with _on(dated + timedelta(days=1)):
            invoices.view(invoice, by=_as(contact))
    if kind in (PAID, PARTIAL, CREDIT):
        paid_on = dated + timedelta(days=chance.randint(3, DAYS + 20))
        with _on(paid_on):
            _pay(kind, invoice, paid_on, owner)
    return Pattern(kind, dated, _rows(invoice.id))


def _pay(kind: str, invoice: Invoice, paid_on: date, owner: Actor) -> None:
    share = invoice.total_minor // 3 if kind == PARTIAL else invoice.total_minor
    payments.record(
        customer_id=invoice.customer_id,
        amount=Money(share + (500 if kind == CREDIT else 0), invoice.currency),
        shares={invoice.id: share},
        paid_on=paid_on,
        mode=Payment.Mode.BANK_TRANSFER,
        reference=invoice.number,
        recording_key=f"pattern-{invoice.id}",
        by=owner,
    )


def _rows(invoice_id: int) -> dict[type[Any], list[Any]]:
    about = Leg.objects.filter(document_id=invoice_id).values("posting_id")
    used = Allocation.objects.filter(target_id=invoice_id).values_list("source_id", flat=True)
    paid = list(Payment.objects.filter(id__in=list(used)))
    documents = [invoice_id, *(payment.id for payment in paid)]
    posting_ids = Leg.objects.filter(document_id__in=documents).values("posting_id")
    return {
        Invoice: list(Invoice.objects.filter(id=invoice_id)),
        InvoiceLine: list(InvoiceLine.objects.filter(document_id=invoice_id)),
        InvoiceRevision: list(InvoiceRevision.objects.filter(document_id=invoice_id)),
        Payment: paid,
        Posting: list(Posting.objects.filter(id__in=posting_ids).order_by("id")),
        Leg: list(Leg.objects.filter(posting_id__in=posting_ids).order_by("id")),
        Allocation: list(Allocation.objects.filter(posting_id__in=about).order_by("id")),
        Event: list(Event.objects.filter(subject_id__in=documents).order_by("id")),
    }


def _on(day: date) -> Any:
    return clock.travel(to=datetime.combine(day, time(10), tzinfo=UTC))


def _as(contact: ContactPerson) -> Actor:
    return Actor(
        kind="contact",
        id=contact.id,
        name=contact.full_name,
        organization_id=contact.organization_id,
        customer_id=contact.customer_id,
    )
