"""Many documents at once, as they are brought over from elsewhere: with their own numbers, states and totals."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction

from counterfoil.books.customers.models import Customer
from counterfoil.books.ledger.bulk import Postings
from counterfoil.books.organizations import lock_date, numbering, organizations
from counterfoil.books.organizations.models import Organization
from counterfoil.foundation import clock
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.copying import values, write_rows
from counterfoil.foundation.events import record_past

from . import posting, writing
from .invoices import InvoiceContent
from .models import Invoice, InvoiceLine, InvoiceRevision, Quote, QuoteLine, QuoteRevision, ReminderStep, SalesDocument
from .models.quotes import NEVER
from .pricing import Priced
from .quotes import QuoteContent
from .search import last_digits
from .snapshots import Snapshot, composed, customer_party, organization_party
from .writing import DocumentContent, told

D = TypeVar("D", bound=SalesDocument)
FURTHEST = 32_000  # days that a step of reminders can be away


@dataclass(frozen=True, kw_only=True)
class Past:
    """A document as it was elsewhere. A draft has no number. `priced` is what `content` comes to."""

    customer: Customer
    priced: Priced
    state: str
    number: str = ""


@dataclass(frozen=True, kw_only=True)
class PastInvoice(Past):
    """One that waits for its payments (`is_held`) is neither reminded of nor paid online until they are here.

    `quote_id` is the quote here that it was made of.
    """

    content: InvoiceContent
    is_held: bool = False
    quote_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class PastQuote(Past):
    content: QuoteContent


@dataclass(frozen=True)
class Parties:
    """The business and its customers as documents name them, each worked out once."""

    organization: Snapshot
    customers: dict[int, Snapshot]

    def of(self, customer: Customer) -> Snapshot:
        if customer.id not in self.customers:
            self.customers[customer.id] = customer_party(customer)
        return self.customers[customer.id]


@transaction.atomic
def bring_invoices(organization: Organization, past: Sequence[PastInvoice], *, by: Actor) -> list[Invoice]:
    """Write invoices down, in this order. What is issued is owed as of its date; nobody is told of it as of now.

    The caller has locked the customers' balances and made sure that the numbers are free. Raises Refused: LOCKED; the
    database refuses a number that is there already.
    """
    by.must_be_staff_of(organization.id)
    now, parties = clock.now(), Parties(organization_party(organization), {})
    made, lines, revisions = [], [], []
    for one in past:
        content = replace(one.content, gateway_ids=[] if one.is_held else None)
        own = {"due_on": content.due, "payment_days": content.payment_days, "gateway_ids": content.gateway_ids}
        invoice = _begun(Invoice, one, content, now, by, **own, allows_partial=content.allows_partial)
        invoice.reminders_stopped_at = now if one.is_held else None
        if one.quote_id is not None:
            invoice.came_from_kind, invoice.came_from_id = Quote.kind(), one.quote_id
        if one.state == Invoice.State.VOID:
            invoice.voided_at, invoice.voided_by = now, by.as_json()
        invoice.balance_minor = invoice.total_minor if one.state == Invoice.State.ISSUED else 0
        own_lines = writing.new_lines(invoice, content, one.priced)
        made.append(invoice)
        lines += own_lines
        if one.state != Invoice.State.DRAFT:
            kept = composed(invoice, own_lines, organization=parties.organization, customer=parties.of(one.customer))
            revisions.append(
                InvoiceRevision(document=invoice, revision=1, content=kept, made_at=now, made_by=by.as_json())
            )
    _write(Invoice, made, InvoiceLine, lines, InvoiceRevision, revisions)
    _post(organization, [one for one in made if one.state == Invoice.State.ISSUED], by)
    _remember_steps(organization, made, now)
    _number(organization, Invoice, made)
    _record(made, by)
    return made


@transaction.atomic
def bring_quotes(organization: Organization, past: Sequence[PastQuote], *, by: Actor) -> list[Quote]:
    """Write quotes down, in this order. What was decided elsewhere was decided by whoever brings it, on their word.

    As `bring_invoices`, but that nothing of them is in the ledger.
    """
    by.must_be_staff_of(organization.id)
    now, parties = clock.now(), Parties(organization_party(organization), {})
    made, lines, revisions = [], [], []
    for one in past:
        quote = _begun(Quote, one, one.content, now, by, expires_on=one.content.expires_on or NEVER)
        own_lines = writing.new_lines(quote, one.content, one.priced)
        made.append(quote)
        lines += own_lines
        if one.state == Quote.State.DRAFT:
            continue
        kept = composed(quote, own_lines, organization=parties.organization, customer=parties.of(one.customer))
        revision = QuoteRevision(document=quote, revision=1, content=kept, made_at=now, made_by=by.as_json())
        if one.state != Quote.State.SENT:
            declined = one.state == Quote.State.DECLINED
            decision = QuoteRevision.Decision.DECLINED if declined else QuoteRevision.Decision.ACCEPTED
            for row in (quote, revision):
                row.decided_at, row.decided_by = now, by.as_json()
            revision.decision, revision.accepted = decision, None if declined else kept
        revisions.append(revision)
    _write(Quote, made, QuoteLine, lines, QuoteRevision, revisions)
    _number(organization, Quote, made)
    _record(made, by)
    return made


def _begun(model: type[D], past: Past, content: DocumentContent, now: datetime, actor: Actor, **own: Any) -> D:
    """Its row, not yet written."""
    document = model(
        organization_id=past.customer.organization_id,
        customer=past.customer,
        currency=past.customer.currency,
        number=past.number,
        number_key=past.number.casefold(),
        digits_key=last_digits(past.number),
        made_at=now,
        made_by=actor.as_json(),
    )
    document.state = past.state
    if past.state != "draft":
        document.issued_at, document.issued_by = now, actor.as_json()
    writing.fill(document, content, past.priced, **own)
    return document


def _write(
    model: type[Any],
    made: Iterable[Any],
    line_model: type[Any],
    lines: Iterable[Any],
    revision_model: type[Any],
    revisions: Iterable[Any],
) -> None:
    for of, rows in ((model, made), (line_model, lines), (revision_model, revisions)):
        write_rows(of, [values(row) for row in rows])


def _post(organization: Organization, issued: Sequence[Invoice], actor: Actor) -> None:
    if not issued:
        return
    lock_date.must_be_open(organization.id, min(one.dated for one in issued), actor=actor)
    with Postings(organization.id, {one.customer_id: one.currency for one in issued}) as postings:
        for one in issued:
            postings.add(one.customer_id, "invoice.issued", posting.legs(one), counts_on=one.dated, actor=actor)


def _remember_steps(organization: Organization, made: Iterable[Invoice], now: datetime) -> None:
    """What they would have been reminded of by itself until today counts as done elsewhere."""
    today = organizations.day_of(organization.id, now)
    steps = (
        ReminderStep(invoice=one, due_on=one.due_on, days=_within((today - one.due_on).days), made_at=now)
        for one in made
        if one.balance_minor
    )
    write_rows(ReminderStep, [values(step) for step in steps])


def _within(days: int) -> int:
    return max(-FURTHEST, min(FURTHEST, days))


def _number(organization: Organization, model: type[SalesDocument], made: Iterable[SalesDocument]) -> None:
    numbers = [one.number for one in made if one.number]
    if numbers:
        numbering.move_past(organization.id, model.numbered_as, numbers)


def _record(made: Sequence[SalesDocument], actor: Actor) -> None:
    for name, is_draft in (("imported", False), ("draft_imported", True)):
        rows = [(one, told(one)) for one in made if (one.state == "draft") is is_draft]
        if rows:
            record_past(f"{rows[0][0].kind()}.{name}", rows, by=actor, audience="office")
