"""Making one document of another."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from counterfoil.books.customers.models import Customer
from counterfoil.books.organizations import organizations
from counterfoil.books.organizations.models import Organization, WhatAQuoteBecomes
from counterfoil.foundation.actors import SYSTEM, Actor
from counterfoil.foundation.events import record
from counterfoil.foundation.formats import format_number
from counterfoil.foundation.languages import speaking
from counterfoil.foundation.money import Money
from counterfoil.foundation.refusal import Refused

from . import credit_notes, crediting, invoices, order_progress, origins, retainer_invoices, sales_orders, writing
from .credit_notes import CreditNoteContent
from .invoices import InvoiceContent
from .models import CreditNote, Invoice, Quote, RetainerInvoice, SalesOrder
from .order_progress import OrderLineContent, Quantities
from .parts import part_of
from .pricing import LineContent
from .retainer_invoices import RetainerContent
from .sales_orders import SalesOrderContent
from .taking import move, take


@transaction.atomic
def quote_to_invoice(quote: Quote, *, by: Actor, revision: int) -> Invoice:
    """A draft invoice of what was accepted, dated today with the customer's terms.

    Raises Refused: QUOTE_CHANGED, NOT_ACCEPTED, ALREADY_MADE (it has become something already), CURRENCY_CHANGED.
    """
    quote, customer = _take_accepted(quote, by, revision)
    content = InvoiceContent(
        **_today(quote),
        lines=[LineContent(**writing.line_content(line)) for line in quote.lines.all() if line.is_counted],
        payment_days=customer.payment_days,
    )
    invoice = invoices.create(customer, content, by=by, origin=quote)
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
    return credit_notes.create(Customer.objects.get(id=invoice.customer_id), content, by=by, origin=invoice)


@transaction.atomic
def quote_to_sales_order(quote: Quote, *, by: Actor, revision: int) -> SalesOrder:
    """A draft sales order of what was accepted, dated today. The quote stays accepted.

    Raises Refused as `quote_to_invoice`.
    """
    quote, customer = _take_accepted(quote, by, revision)
    content = SalesOrderContent(
        **_today(quote),
        lines=[OrderLineContent(**writing.line_content(line)) for line in quote.lines.all() if line.is_counted],
    )
    order = sales_orders.create(customer, content, by=by, origin=quote)
    record("quote.ordered", quote, by=by, audience="office", number=quote.number, sales_order_id=str(order.id))
    return order


@transaction.atomic
def quote_to_retainer_invoice(quote: Quote, *, by: Actor, revision: int) -> RetainerInvoice:
    """A draft retainer invoice over what was accepted, with its tax, dated today. The quote stays accepted.

    What is sold is invoiced later: the draft has one line, and may be changed to a part of it. Raises Refused as
    `quote_to_invoice`.
    """
    quote, customer = _take_accepted(quote, by, revision)
    _must_be_the_first(origins.made_of(quote))
    with speaking(customer.language):
        name = _("Retainer for quote %(number)s") % {"number": quote.number}
    content = RetainerContent(
        dated=organizations.today(quote.organization_id),
        order_number=quote.order_number,
        lines=[LineContent(name, Decimal(1), Money(quote.total_minor, quote.currency).decimal)],
    )
    retainer = retainer_invoices.create(customer, content, by=by, origin=quote)
    about = {"number": quote.number, "retainer_invoice_id": str(retainer.id)}
    record("quote.retained", quote, by=by, audience="office", **about)
    return retainer


def by_itself(quote: Quote) -> None:
    """A quote was just accepted: make of it what the organization wants. Within the transaction of accepting it."""
    wanted = Organization.objects.values_list("accepted_quote_becomes", flat=True).get(id=quote.organization_id)
    makes: dict[str, Any] = {
        WhatAQuoteBecomes.INVOICE: quote_to_invoice,
        WhatAQuoteBecomes.SALES_ORDER: quote_to_sales_order,
        WhatAQuoteBecomes.RETAINER_INVOICE: quote_to_retainer_invoice,
    }
    if wanted not in makes:
        return
    try:
        makes[wanted](quote, by=SYSTEM, revision=quote.revision)
    except Refused as refusal:
        # What is in the way is the office's to see to, by hand; the customer's word counts all the same.
        record("quote.not_made", quote, by=SYSTEM, audience="office", number=quote.number, code=refusal.code)


@transaction.atomic
def order_to_invoice(
    order: SalesOrder, *, by: Actor, revision: int, quantities: Quantities | None = None, making_key: str = ""
) -> Invoice:
    """A draft invoice, dated today with the customer's terms, of so much of each line (by `source_line_id`).

    Without quantities, of everything that is not invoiced yet. What goes with a part besides its lines, `parts` says.
    The same form sent again (by its `making_key`) gives the draft that it made. Raises Refused: SALES_ORDER_CHANGED,
    NOT_OPEN, NOTHING_CHOSEN, NEGATIVE and MORE_THAN_ORDERED (field `quantity-…`), CURRENCY_CHANGED, and what pricing
    refuses.
    """
    balance, order = take(order, staff=by, revision=revision)
    made = Invoice.objects.filter(organization_id=order.organization_id, making_key=making_key)
    if making_key and (earlier := made.first()):
        return earlier
    if order.state != SalesOrder.State.OPEN:
        raise Refused("NOT_OPEN", _("Only an open sales order can be invoiced."))
    writing.must_have_their_currency(order, balance.currency)
    left = order_progress.left(order)
    wanted = left if quantities is None else {line_id: quantities.get(line_id, Decimal(0)) for line_id in left}
    _must_be_left(wanted, left)
    customer = Customer.objects.get(id=order.customer_id)
    content = part_of(order, customer, wanted, dated=organizations.today(order.organization_id))
    invoice = invoices.create(customer, content, by=by, making_key=making_key, origin=order)
    record("sales_order.invoiced", order, by=by, audience="office", number=order.number, invoice_id=str(invoice.id))
    return invoice


def _must_be_left(wanted: Quantities, left: Quantities) -> None:
    for line_id, quantity in wanted.items():
        if quantity < 0:
            raise Refused("NEGATIVE", _("Quantities and rates can't be negative."), field=f"quantity-{line_id}")
        if quantity > left[line_id]:
            raise Refused(
                "MORE_THAN_ORDERED",
                _("Only %(left)s are not invoiced yet.") % {"left": format_number(left[line_id])},
                field=f"quantity-{line_id}",
            )
    if not any(wanted.values()):
        raise Refused("NOTHING_CHOSEN", _("Say how much of at least one line is to be invoiced."))


def _take_accepted(quote: Quote, actor: Actor, revision: int) -> tuple[Quote, Customer]:
    balance, quote = take(quote, staff=actor, revision=revision)
    # What was asked for ahead is no part of what is sold.
    _must_be_the_first([one for one in origins.made_of(quote) if not isinstance(one, RetainerInvoice)])
    if quote.state != Quote.State.ACCEPTED:
        raise Refused("NOT_ACCEPTED", _("Only an accepted quote becomes another document."))
    writing.must_have_their_currency(quote, balance.currency)
    return quote, Customer.objects.get(id=quote.customer_id)


def _must_be_the_first(made: Sequence[Any]) -> None:
    if made:
        raise Refused("ALREADY_MADE", _("Something was already made of this quote. Its page shows what."))


def _today(quote: Quote) -> Mapping[str, Any]:
    """What is written in it, dated today."""
    return writing.shared_content(quote) | {"dated": organizations.today(quote.organization_id)}
