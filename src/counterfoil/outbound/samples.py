"""What a mail would say of something real, for whoever writes its text. Nothing of it opens anything."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from counterfoil.books.customers.models import ContactPerson, Customer
from counterfoil.books.organizations.mail_templates import Text
from counterfoil.books.organizations.models import Organization
from counterfoil.books.payments.models import Payment
from counterfoil.books.sales.document_links import LIFETIME
from counterfoil.books.sales.models import DocumentLink
from counterfoil.foundation import clock
from counterfoil.foundation.events import Event
from counterfoil.foundation.languages import speaking

from . import document_letters, letters, links, mail, wordings
from .mail import Recipient
from .stationery import Letter

_BY_LINK: dict[str, Callable[..., Letter]] = {
    "invoice": document_letters.invoice,
    "retainer_invoice": document_letters.retainer_invoice,
}
_PLAIN: dict[str, Callable[..., Letter]] = {
    "quote": document_letters.quote,
    "sales_order": document_letters.sales_order,
    "credit_note": document_letters.credit_note,
    "approval_request": document_letters.approval_request,
}


def of(kind: str, text: Text, about: Any, contact: ContactPerson, organization: Organization) -> Letter:
    """The mail of a kind with this text, about a document, a payment or a customer, as `contact` would get it.

    In the language that is spoken now. Its button leads to the portal, where everybody signs in.
    """
    customer = about if isinstance(about, Customer) else about.customer
    letter = _letter(kind, about, contact, organization)
    if letter.button:
        letter = replace(letter, button=replace(letter.button, address=links.portal(organization.id, "")))
    return wordings.told(letter, text, customer.display_name, contact.full_name)


def send(letter: Letter, to: Recipient, organization: Organization) -> None:
    """Mail it to whoever writes its text. It looks as a customer's would, and its subject says that it is a test."""
    with speaking(to.language):
        trial = replace(letter, subject=_("Test: %(subject)s") % {"subject": letter.subject}, template="")
    mail.queue(trial, template="trial", to=to, event=None, organization=organization)


def _letter(kind: str, about: Any, contact: ContactPerson, organization: Organization) -> Letter:
    if kind in _BY_LINK:
        return _BY_LINK[kind](about, _link(), organization)
    if kind in _PLAIN:
        return _PLAIN[kind](about, contact, organization)
    if kind == "receipt":
        return letters.receipt(about, _paid(about), contact, organization)
    if kind == "statement":
        return letters.statement(_this_month(organization), contact, organization)
    if kind == "portal_invitation":
        return letters.portal_invitation(about, organization)
    return document_letters.reminder(about, _reminded(kind, about), _link(), organization)


def _link() -> DocumentLink:
    """As one would be that is mailed now; it is not kept, and opens nothing."""
    return DocumentLink(expires_at=clock.now() + LIFETIME)


def _paid(payment: Payment) -> Event:
    """What happened when the money arrived; for what was brought over, nothing that is known."""
    told = Event.objects.filter(
        organization_id=payment.organization_id,
        subject_kind="payment",
        subject_id=payment.id,
        name__in=("payment.made", "payment.recorded"),
    )
    return told.first() or Event(data={"invoices": {}, "credit_minor": 0})


def _reminded(kind: str, invoice: Any) -> Event:
    owed = {"amount_minor": invoice.balance_minor, "currency": invoice.currency}
    return Event(data={"due_on": invoice.due_on.isoformat(), "is_overdue": kind == "reminder", **owed})


def _this_month(organization: Organization) -> Event:
    today: date = clock.today(organization.time_zone)
    return Event(data={"first": today.replace(day=1).isoformat(), "last": today.isoformat()})
