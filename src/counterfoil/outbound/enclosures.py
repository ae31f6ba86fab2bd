"""What is enclosed with a mail: made when it is sent, since it can be made again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_noop

from counterfoil.books.ledger import statements
from counterfoil.books.sales.models import CreditNote, Invoice, Quote, SalesOrder
from counterfoil.foundation import clock
from counterfoil.paper.documents import (
    document_pdf,
    standing_of,
    standing_of_credit_note,
    standing_of_quote,
    standing_of_sales_order,
)
from counterfoil.paper.statements import statement_pdf

from . import links, words
from .models import Mail


@dataclass(frozen=True)
class Enclosure:
    """A file that goes with a mail."""

    name: str
    content: bytes
    mime: str


def of(mail: Mail) -> Sequence[Enclosure]:
    """The files of a mail, by what it is about. Raises links.Withdrawn where there is nothing to send any more."""
    make = _MAKERS.get(mail.template)
    return make(mail) if make else ()


def _invoice(mail: Mail) -> Sequence[Enclosure]:
    """The invoice as it was last issued, in the customer's language."""
    about = mail.event.subject_id if mail.event else 0
    invoice = Invoice.objects.select_related("customer", "organization").get(id=about)
    if invoice.state != Invoice.State.ISSUED:
        raise links.Withdrawn(gettext_noop("The invoice was made void before the mail went out."))
    content = document_pdf(
        invoice.revisions.get(revision=invoice.revision).content,
        invoice.organization,
        invoice.customer.language,
        standing_of(invoice, clock.today(invoice.organization.time_zone)),
        at=mail.made_at,
        pay_url=links.payment(invoice),
    )
    return (Enclosure(_file_name(invoice.number or "opening-balance"), content, "application/pdf"),)


def _quote(mail: Mail) -> Sequence[Enclosure]:
    """The quote as it was last sent, in the customer's language."""
    about = mail.event.subject_id if mail.event else 0
    quote: Any = Quote.objects.with_content().select_related("customer", "organization").get(id=about)
    content = document_pdf(
        quote.content,
        quote.organization,
        quote.customer.language,
        standing_of_quote(quote, clock.today(quote.organization.time_zone)),
        at=mail.made_at,
    )
    return (Enclosure(_file_name(quote.number), content, "application/pdf"),)


def _credit_note(mail: Mail) -> Sequence[Enclosure]:
    """The credit note as it was issued, in the customer's language. One that is void by now is not sent."""
    about = mail.event.subject_id if mail.event else 0
    note: Any = CreditNote.objects.with_content().select_related("customer", "organization").get(id=about)
    if note.state != CreditNote.State.ISSUED:
        raise links.Withdrawn(gettext_noop("The credit note was made void before the mail went out."))
    content = document_pdf(
        note.content,
        note.organization,
        note.customer.language,
        standing_of_credit_note(note, clock.today(note.organization.time_zone)),
        at=mail.made_at,
    )
    return (Enclosure(_file_name(note.number), content, "application/pdf"),)


def _statement(mail: Mail) -> Sequence[Enclosure]:
    """The customer's account over the period, as it is now, in the customer's language."""
    if mail.event is None or mail.customer is None:
        return ()
    customer, organization = mail.customer, mail.customer.organization
    period = words.period_of(mail.event)
    statement = statements.of(customer, period, today=clock.today(organization.time_zone))
    content = statement_pdf(statement, customer, organization, customer.language, at=mail.made_at)
    return (Enclosure(_file_name(f"statement-{period.first}-{period.last}"), content, "application/pdf"),)


def _sales_order(mail: Mail) -> Sequence[Enclosure]:
    """The sales order as it was last sent, in the customer's language."""
    about = mail.event.subject_id if mail.event else 0
    order: Any = SalesOrder.objects.with_content().select_related("customer", "organization").get(id=about)
    if order.state == SalesOrder.State.VOID:
        raise links.Withdrawn(gettext_noop("The sales order was made void before the mail went out."))
    content = document_pdf(
        order.content,
        order.organization,
        order.customer.language,
        standing_of_sales_order(order, clock.today(order.organization.time_zone)),
        at=mail.made_at,
    )
    return (Enclosure(_file_name(order.number), content, "application/pdf"),)


def _file_name(number: str) -> str:
    """A name that no header and no file system can misread."""
    return "".join(letter if letter.isalnum() or letter in "-_" else "-" for letter in number) + ".pdf"


def _forwarded(mail: Mail) -> Sequence[Enclosure]:
    """As it is sent to the customer."""
    return _MAKERS[mail.event.subject_kind](mail) if mail.event else ()


_MAKERS: dict[str, Callable[[Mail], Sequence[Enclosure]]] = {
    "invoice": _invoice,
    "quote": _quote,
    "forwarded": _forwarded,
    "credit_note": _credit_note,
    "statement": _statement,
    "sales_order": _sales_order,
}
