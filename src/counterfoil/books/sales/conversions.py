"""Making one document of another."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from counterfoil.books.customers.models import Customer
from counterfoil.books.organizations import organizations
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.events import record
from counterfoil.foundation.refusal import Refused

from . import credit_notes, crediting, invoices, origins, writing
from .credit_notes import CreditNoteContent
from .invoices import InvoiceContent
from .models import CreditNote, Invoice, Quote
from .pricing import LineContent
from .taking import move, take


@transaction.atomic
def quote_to_invoice(quote: Quote, *, by: Actor, revision: int) -> Invoice:
    """A draft invoice of what was accepted, dated today with the customer's terms.

    Raises Refused: QUOTE_CHANGED, NOT_ACCEPTED, ALREADY_MADE (it has become something already).
    """
    _balance, quote = take(quote, staff=by, revision=revision)
    if origins.made_of(quote):
        raise Refused("ALREADY_MADE", _("Something was already made of this quote. Its page shows what."))
    if quote.state != Quote.State.ACCEPTED:
        raise Refused("NOT_ACCEPTED", _("Only an accepted quote becomes an invoice."))
    customer = Customer.objects.get(id=quote.customer_id)
    content = InvoiceContent(
        **writing.shared_content(quote) | {"dated": organizations.today(quote.organization_id)},
        lines=[LineContent(**writing.line_content(line)) for line in quote.lines.all() if line.is_counted],
        payment_days=customer.payment_days,
    )
    invoice = invoices.create(customer, content, by=by)
    origins.came_from(invoice, quote)
    move(quote, Quote.State.INVOICED)
    quote.save(update_fields=["state"])
    record("quote.invoiced", quote, by=by, audience="office", number=quote.number, invoice_id=str(invoice.id))
    return invoice


@transaction.atomic
def invoice_to_credit_note(invoice: Invoice, *, by: Actor, revision: int) -> CreditNote:
    """A draft credit note of everything on an invoice, dated today: what is not taken back is taken out of the draft.

    Raises Refused: INVOICE_CHANGED, NOT_ISSUED, OPENING_BALANCE, CREDITED (nothing of it is left to be credited).
    """
    _balance, invoice = take(invoice, staff=by, revision=revision)
    if invoice.is_opening:
        raise Refused("OPENING_BALANCE", _("The opening balance is changed on the customer's page."))
    if invoice.state != Invoice.State.ISSUED:
        raise Refused("NOT_ISSUED", _("Only an invoice that was issued can be credited."))
    if crediting.creditable_minor(invoice) <= 0:
        raise Refused("CREDITED", _("All of this invoice was credited already."))
    content = CreditNoteContent(
        **writing.shared_content(invoice) | {"dated": organizations.today(invoice.organization_id)},
        lines=[LineContent(**writing.line_content(line)) for line in invoice.lines.all()],
    )
    note = credit_notes.create(Customer.objects.get(id=invoice.customer_id), content, by=by)
    origins.came_from(note, invoice)
    return note
