"""What is enclosed with a mail: made when it is sent, since it can be made again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_noop

from counterfoil.books.ledger import statements
from counterfoil.books.sales.models import CreditNote, Invoice, Quote, RetainerInvoice, SalesDocument, SalesOrder
from counterfoil.foundation import clock
from counterfoil.paper.documents import (
    Standing,
    document_pdf,
    standing_of,
    standing_of_credit_note,
    standing_of_quote,
    standing_of_retainer,
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


# What is enclosed as it was last sent: the model of each kind, how it stands on paper, and why it is not sent any more
# once it is void.
_SENT: dict[str, tuple[type[SalesDocument], Callable[[Any, date], Standing], str]] = {
    Quote.kind(): (Quote, standing_of_quote, ""),
    SalesOrder.kind(): (
        SalesOrder,
        standing_of_sales_order,
        gettext_noop("The sales order was made void before the mail went out."),
    ),
    RetainerInvoice.kind(): (
        RetainerInvoice,
        standing_of_retainer,
        gettext_noop("The retainer invoice was made void before the mail went out."),
    ),
    CreditNote.kind(): (
        CreditNote,
        standing_of_credit_note,
        gettext_noop("The credit note was made void before the mail went out."),
    ),
}


def _document(mail: Mail) -> Sequence[Enclosure]:
    """The document as it was last sent, in the customer's language."""
    event = mail.event
    if event is None:
        return ()
    model, standing, why_not = _SENT[event.subject_kind]
    documents: Any = model._default_manager
    document = documents.with_content().select_related("customer", "organization").get(id=event.subject_id)
    if document.state == "void":
        raise links.Withdrawn(why_not)
    content = document_pdf(
        document.content,
        document.organization,
        document.customer.language,
        standing(document, clock.today(document.organization.time_zone)),
        at=mail.made_at,
        pay_url=links.payment(document),
    )
    return (Enclosure(_file_name(document.number), content, "application/pdf"),)


def _statement(mail: Mail) -> Sequence[Enclosure]:
    """The customer's account over the period, as it is now, in the customer's language."""
    if mail.event is None or mail.customer is None:
        return ()
    customer, organization = mail.customer, mail.customer.organization
    period = words.period_of(mail.event)
    statement = statements.of(customer, period, today=clock.today(organization.time_zone))
    content = statement_pdf(statement, customer, organization, customer.language, at=mail.made_at)
    return (Enclosure(_file_name(f"statement-{period.first}-{period.last}"), content, "application/pdf"),)


def _file_name(number: str) -> str:
    """A name that no header and no file system can misread."""
    return "".join(letter if letter.isalnum() or letter in "-_" else "-" for letter in number) + ".pdf"


def _forwarded(mail: Mail) -> Sequence[Enclosure]:
    """As it is sent to the customer."""
    return _MAKERS[mail.event.subject_kind](mail) if mail.event else ()


_MAKERS: dict[str, Callable[[Mail], Sequence[Enclosure]]] = {
    **dict.fromkeys(_SENT, _document),
    "invoice": _invoice,
    "forwarded": _forwarded,
    "statement": _statement,
}
