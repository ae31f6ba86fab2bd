"""What can be done with an invoice. Money that it moves goes through the ledger in the same transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from counterfoil.books.customers.models import Customer
from counterfoil.books.ledger import ledger
from counterfoil.books.ledger.models import CustomerBalance
from counterfoil.books.organizations import organizations
from counterfoil.foundation import clock
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.events import Audience, record
from counterfoil.foundation.refusal import Refused

from . import billed_time, crediting, order_progress, origins, posting, pricing, viewing, writing
from .models import Invoice, SalesOrder
from .order_progress import OrderLineContent
from .origins import Origin
from .pricing import LineContent
from .taking import move, must_be_open, take
from .writing import DocumentContent, told


@dataclass(frozen=True, kw_only=True)
class InvoiceContent(DocumentContent):
    """Everything about an invoice that a person writes."""

    due_on: date | None = None  # None: from `payment_days`
    payment_days: int | None = None
    allows_partial: bool = False
    gateway_ids: list[int] | None = None

    @property
    def due(self) -> date:
        return self.due_on or self.dated + timedelta(days=self.payment_days or 0)


@transaction.atomic
def create(
    customer: Customer,
    content: InvoiceContent,
    *,
    by: Actor,
    making_key: str = "",
    origin: Origin | None = None,
) -> Invoice:
    """Write a draft. The same form sent again (by its `making_key`) gives the draft that it made.

    `origin` is what it is made of, for the verbs of `conversions`, `recurring_invoices` and those that bill time.
    Raises Refused: NO_LINES, TOO_MANY_LINES, DATE_FAR_OFF, DUE_BEFORE_DATE, UNKNOWN_ITEM, and what the arithmetic and
    `order_progress.follow` refuse.
    """
    invoice, is_made = writing.begin(Invoice, customer, actor=by, making_key=making_key)
    if is_made:
        return invoice
    origins.name_origin(invoice, origin)
    _write(invoice, content)
    record("invoice.created", invoice, by=by, audience="office", total_minor=invoice.total_minor)
    return invoice


@transaction.atomic
def edit(invoice: Invoice, content: InvoiceContent, *, by: Actor, revision: int) -> Invoice:
    """Change what a draft says, or make the next revision of an issued invoice.

    An issued one is posted anew and the earlier posting reversed. What was paid beyond the new total becomes credit.
    Raises Refused: INVOICE_CHANGED (edited since it was read), INVOICE_VOID, LOCKED (issued, and dated or to be dated
    when the books are locked), CREDITED (less than the credit that was given on it), and as `create`.
    """
    balance, invoice = take(invoice, staff=by, revision=revision)
    _must_have_lines(invoice)
    if invoice.state == Invoice.State.VOID:
        raise Refused("INVOICE_VOID", _("This invoice is void. Make it valid again before you edit it."))
    if invoice.state == Invoice.State.WRITTEN_OFF:
        raise Refused("WRITTEN_OFF", _("This invoice is written off. Undo that first."))
    was = invoice.total_minor
    if invoice.state == Invoice.State.DRAFT:
        _write(invoice, content)
        invoice.revision += 1
        invoice.save(update_fields=["revision"])
    else:
        _revise(balance, invoice, content, by)
    record(
        "invoice.edited" if invoice.state == Invoice.State.DRAFT else "invoice.revised",
        invoice,
        by=by,
        audience=_audience(invoice),
        **told(invoice),
        revision=invoice.revision,
        was_minor=was,
    )
    return invoice


@transaction.atomic
def mark_as_sent(invoice: Invoice, *, by: Actor, revision: int) -> Invoice:
    """Issue a draft without mailing it: the customer got it otherwise.

    Raises Refused: INVOICE_CHANGED, NOT_A_DRAFT, LOCKED.
    """
    balance, invoice = take(invoice, staff=by, revision=revision)
    if invoice.state != Invoice.State.DRAFT:
        raise Refused("NOT_A_DRAFT", _("This invoice was already issued."))
    _issue(balance, invoice, by)
    return invoice


@transaction.atomic
def send(invoice: Invoice, *, to: Sequence[int], by: Actor, revision: int) -> Invoice:
    """Mail an invoice to contact persons (ids), issuing it first if it is a draft. Sending again is allowed.

    Raises Refused: INVOICE_CHANGED, INVOICE_VOID, NO_RECIPIENT, LOCKED.
    """
    balance, invoice = take(invoice, staff=by, revision=revision)
    if invoice.state == Invoice.State.VOID:
        raise Refused("INVOICE_VOID", _("A void invoice is not sent."))
    if invoice.state == Invoice.State.WRITTEN_OFF:
        raise Refused("WRITTEN_OFF", _("This invoice is written off. Undo that first."))
    ids = writing.recipients(invoice, to)
    if invoice.state == Invoice.State.DRAFT:
        _issue(balance, invoice, by)
    invoice.sent_at = clock.now()
    invoice.save(update_fields=["sent_at"])
    record(
        "invoice.sent",
        invoice,
        by=by,
        audience="both",
        **told(invoice),
        contact_ids=[str(one) for one in ids],
    )
    return invoice


@transaction.atomic
def void(invoice: Invoice, *, by: Actor, revision: int) -> Invoice:
    """Declare that an issued invoice is not owed. What was paid of it becomes the customer's credit.

    Counts on the day of voiding. Raises Refused: INVOICE_CHANGED, NOT_ISSUED, LOCKED, HAS_CREDIT_NOTE, CREDIT_USED (a
    credit that was given on it is used elsewhere).
    """
    balance, invoice = take(invoice, staff=by, revision=revision)
    _must_have_lines(invoice)
    if invoice.state != Invoice.State.ISSUED:
        raise Refused("NOT_ISSUED", _("Only an invoice that was issued can be made void."))
    must_be_open(invoice, staff=by, gives_back=True)
    crediting.must_not_be_noted(invoice)
    today = organizations.today(invoice.organization_id)
    paid = sum(ledger.applied_to(invoice).values())
    ledger.release(balance, invoice, paid, counts_on=today, by=by)
    crediting.take_all_back(balance, invoice, counts_on=today, by=by)
    if standing := posting.standing(invoice):
        ledger.reverse(balance, standing, "invoice.voided", counts_on=today, by=by, document=invoice)
    move(invoice, Invoice.State.VOID)
    invoice.voided_at, invoice.voided_by = clock.now(), by.as_json()
    invoice.save(update_fields=["state", "voided_at", "voided_by"])
    _follow(invoice)
    record("invoice.voided", invoice, by=by, audience="both", number=invoice.number, credited_minor=paid)
    return invoice


@transaction.atomic
def reinstate(invoice: Invoice, *, by: Actor, revision: int) -> Invoice:
    """Undo voiding: the invoice is owed again, as of today. Credit that came of it stays credit.

    Raises Refused: INVOICE_CHANGED, NOT_VOID, LOCKED, BEYOND_COST (the rest of a fixed cost is invoiced meanwhile), and
    as `order_progress.follow` and `billed_time.follow` (so is the rest of an order, or its time).
    """
    balance, invoice = take(invoice, staff=by, revision=revision)
    _must_have_lines(invoice)
    if invoice.state != Invoice.State.VOID:
        raise Refused("NOT_VOID", _("This invoice isn't void."))
    voided_on = organizations.day_of(invoice.organization_id, invoice.voided_at or clock.now())
    must_be_open(invoice, voided_on, staff=by)
    billed_time.must_be_welcome_again(invoice)
    move(invoice, Invoice.State.ISSUED)
    invoice.voided_at = invoice.voided_by = None
    invoice.save(update_fields=["state", "voided_at", "voided_by"])
    _follow(invoice)
    posting.post(balance, invoice, "invoice.reinstated", organizations.today(invoice.organization_id), actor=by)
    record("invoice.reinstated", invoice, by=by, audience="both", number=invoice.number)
    return invoice


@transaction.atomic
def delete(invoice: Invoice, *, by: Actor, revision: int) -> None:
    """Throw a draft away. Raises Refused: INVOICE_CHANGED, NOT_A_DRAFT (what was issued is made void instead)."""
    _balance, invoice = take(invoice, staff=by, revision=revision)
    if invoice.state != Invoice.State.DRAFT:
        raise Refused("NOT_A_DRAFT", _("An issued invoice can't be deleted. Make it void instead."))
    record("invoice.deleted", invoice, by=by, audience="office", total_minor=invoice.total_minor)
    invoice.delete()
    origins.give_back(invoice, actor=by)


@transaction.atomic
def view(invoice: Invoice, *, by: Actor) -> Invoice:
    """Remember the first time that the customer opened an invoice. Later times change nothing."""
    return viewing.first_view(invoice, actor=by)


def _must_have_lines(invoice: Invoice) -> None:
    if invoice.is_opening:
        raise Refused("OPENING_BALANCE", _("The opening balance is changed on the customer's page."))


def _audience(invoice: Invoice) -> Audience:
    return "office" if invoice.state == Invoice.State.DRAFT else "both"


def _write(invoice: Invoice, content: InvoiceContent) -> None:
    """Put the content into the rows and work out the totals; refuses before anything is written."""
    writing.must_be_in_our_time(content.dated, "dated")
    writing.must_be_in_our_time(content.due, "due_on")
    if content.due < content.dated:
        raise Refused("DUE_BEFORE_DATE", _("The due date is before the invoice date."), field="due_on")
    writing.write(
        invoice,
        replace(content, lines=_of_its_origin(invoice, content.lines)),
        due_on=content.due,
        payment_days=content.payment_days,
        allows_partial=content.allows_partial,
        gateway_ids=content.gateway_ids,
    )
    _follow(invoice)


def _of_its_origin(invoice: Invoice, lines: Sequence[LineContent]) -> list[LineContent]:
    """The lines, of which only those are said to be of its origin's that are of what the invoice came from."""
    known: set[int] = set()
    if invoice.came_from_kind == SalesOrder.kind():
        known = order_progress.lines_of(invoice.came_from_id or 0)
    elif invoice.came_from_kind == billed_time.ORIGIN:
        if invoice._state.adding:  # the verb that bills time knows them before anything is billed
            return list(lines)
        known = billed_time.lines_of(invoice)
    return [
        replace(line, source_line_id=None)
        if isinstance(line, OrderLineContent) and line.source_line_id not in known
        else line
        for line in lines
    ]


def _follow(invoice: Invoice) -> None:
    """Let what it came from know how the invoice is now."""
    order_progress.follow(invoice)
    billed_time.follow(invoice)


def _issue(balance: CustomerBalance, invoice: Invoice, by: Actor) -> None:
    """Post it, keep it whole as revision, and give it its number."""
    writing.must_have_their_currency(invoice, balance.currency)
    must_be_open(invoice, staff=by, field="dated")
    move(invoice, Invoice.State.ISSUED)
    writing.issue(invoice, actor=by)
    posting.post(balance, invoice, "invoice.issued", invoice.dated, actor=by)
    writing.keep(invoice, actor=by)
    record("invoice.issued", invoice, by=by, audience="both", **told(invoice))


def _revise(balance: CustomerBalance, invoice: Invoice, content: InvoiceContent, by: Actor) -> None:
    """The next revision of an issued invoice. Posts the new one first, so that no balance is ever below nothing."""
    earlier, dated_before = posting.standing(invoice), invoice.dated
    priced = pricing.price(content, customer=Customer.objects.get(id=invoice.customer_id))
    crediting.must_be_covered(invoice, priced.total_minor)
    excess = invoice.total_minor - invoice.balance_minor - priced.total_minor
    must_be_open(invoice, content.dated, staff=by, gives_back=excess > 0, field="dated")
    if excess > 0:
        ledger.release(balance, invoice, excess, counts_on=organizations.today(invoice.organization_id), by=by)
    invoice.revision += 1
    _write(invoice, content)
    posting.post(balance, invoice, "invoice.issued", invoice.dated, actor=by)
    if earlier is not None:
        ledger.reverse(balance, earlier, "invoice.corrected", counts_on=dated_before, by=by, document=invoice)
    writing.keep(invoice, actor=by)
