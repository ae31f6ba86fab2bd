"""What is enclosed with a mail: made when it is sent, since it can be made again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_noop

from counterfoil.books.ledger import statements
from counterfoil.books.projects.models import Approval
from counterfoil.books.sales.models import CreditNote, Invoice, Quote, RetainerInvoice, SalesDocument, SalesOrder
from counterfoil.books.sales.snapshots import snapshot
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
from counterfoil.paper.signed_quotes import signed_pdf
from counterfoil.paper.statements import statement_pdf

from . import links, patterns
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


def _reminded(mail: Mail) -> Sequence[Enclosure]:
    """The same, unless there is nothing to be reminded of any more."""
    about = mail.event.subject_id if mail.event else 0
    if Invoice.objects.filter(id=about, state=Invoice.State.ISSUED, balance_minor=0).exists():
        raise links.Withdrawn(gettext_noop("The invoice was paid before the reminder went out."))
    return _document(mail)


def _asked(mail: Mail) -> Sequence[Enclosure]:
    """Nothing, unless there is nothing to be approved any more, or something else."""
    sent = mail.event.data["revision"] if mail.event else 0
    about = mail.event.subject_id if mail.event else 0
    if not Approval.objects.visible_to_customer().awaiting().filter(id=about, revision=sent).exists():
        raise links.Withdrawn(gettext_noop("The timesheet was decided or taken back before the mail went out."))
    return ()


# What is enclosed as it was last sent: the model of each kind, how it stands on paper, and why it is not sent any more
# once it is void.
_SENT: dict[str, tuple[type[SalesDocument], Callable[[Any, date], Standing], str]] = {
    Invoice.kind(): (
        Invoice,
        standing_of,
        gettext_noop("The invoice was made void before the mail went out."),
    ),
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
    document = document_of(event.subject_kind, event.subject_id)
    if document.state in ("void", "written_off"):
        raise links.Withdrawn(_SENT[event.subject_kind][2])
    return (Enclosure(file_name(document.file_name), paper_of(document, at=mail.made_at), "application/pdf"),)


def document_of(kind: str, document_id: int) -> Any:
    """A document of any type with all that its paper needs."""
    documents: Any = _SENT[kind][0]._default_manager
    return documents.with_content().select_related("customer", "organization").get(id=document_id)


def paper_of(document: Any, *, at: datetime) -> bytes:
    """A document of `document_of` as PDF in its customer's language: as it was last sent, a draft as it stands."""
    _model, standing, _why_not = _SENT[document.kind()]
    return signed_pdf(document) or document_pdf(
        document.content or snapshot(document),
        document.organization,
        document.customer.language,
        standing(document, clock.today(document.organization.time_zone)),
        at=at,
        pay_url=links.payment(document),
    )


def _statement(mail: Mail) -> Sequence[Enclosure]:
    """The customer's account over the period, as it is now, in the customer's language."""
    if mail.event is None or mail.customer is None:
        return ()
    customer, organization = mail.customer, mail.customer.organization
    period = patterns.period_of(mail.event)
    statement = statements.of(customer, period, today=clock.today(organization.time_zone))
    content = statement_pdf(statement, customer, organization, customer.language, at=mail.made_at)
    return (Enclosure(file_name(f"statement-{period.first}-{period.last}"), content, "application/pdf"),)


def file_name(number: str) -> str:
    """A name that no header and no file system can misread."""
    return "".join(letter if letter.isalnum() or letter in "-_" else "-" for letter in number) + ".pdf"


def _forwarded(mail: Mail) -> Sequence[Enclosure]:
    """As it is sent to the customer."""
    return _MAKERS[mail.event.subject_kind](mail) if mail.event else ()


_MAKERS: dict[str, Callable[[Mail], Sequence[Enclosure]]] = {
    **dict.fromkeys(_SENT, _document),
    "approval_request": _asked,
    "reminder": _reminded,
    "forwarded": _forwarded,
    "statement": _statement,
}
