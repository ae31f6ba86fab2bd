"""Who is written to when something happens. Called again for an event, these functions write nothing new."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from django.db.models import QuerySet

from counterfoil.books.conversations.models import Message
from counterfoil.books.customers import mail_choices
from counterfoil.books.customers.models import ContactPerson, Customer, Invitation
from counterfoil.books.organizations import notifications
from counterfoil.books.organizations.models import Organization, StaffInvitation, StaffMember
from counterfoil.books.payments.models import Payment
from counterfoil.books.projects.models import Approval
from counterfoil.books.sales import document_links
from counterfoil.books.sales.models import (
    CreditNote,
    DocumentLink,
    Invoice,
    Quote,
    RetainerInvoice,
    SalesDocument,
    SalesOrder,
)
from counterfoil.foundation.events import Event, on
from counterfoil.foundation.languages import speaking

from . import comments, concerned, document_letters, letters, links, mail, words
from .mail import Recipient
from .stationery import Letter


@on("portal.invited")
def invite_to_the_portal(event: Event) -> None:
    """The invitation goes to the address that it was made for, whatever the contact person's is now."""
    invitation = Invitation.objects.select_related("contact").get(id=int(event.data["invitation_id"]))
    contact = invitation.contact
    organization, customer = _organization(event), Customer.objects.get(id=contact.customer_id)
    with speaking(contact.language):
        letter = letters.portal_invitation(customer, organization)
    to = Recipient(invitation.email, contact.full_name, contact.language)
    _queue(letter, "portal_invitation", to, event, organization, customer)


@on("staff.invited")
def invite_to_the_office(event: Event) -> None:
    """A colleague-to-be gets the way in."""
    invitation = StaffInvitation.objects.select_related("member").get(id=int(event.data["invitation_id"]))
    member, organization = invitation.member, _organization(event)
    with speaking(member.language):
        letter = letters.staff_invitation(invitation, organization)
    _queue(letter, "staff_invitation", Recipient(invitation.email, member.name, member.language), event, organization)


# What is sent with a link of its own, by which it is read and paid.
_PAID: dict[str, tuple[type[SalesDocument], Callable[[Any, DocumentLink, Organization], Letter]]] = {
    Invoice.kind(): (Invoice, document_letters.invoice),
    RetainerInvoice.kind(): (RetainerInvoice, document_letters.retainer_invoice),
}


@on(*(f"{kind}.sent" for kind in _PAID))
def send_the_invoice(event: Event) -> None:
    """To each contact person whom the office chose, with a link of their own for this sending."""
    model, letter_of = _PAID[event.subject_kind]
    _mail_with_link(event, model, event.subject_kind, letter_of)


@on("invoice.reminded")
def send_the_reminder(event: Event) -> None:
    """To each contact person who is to be reminded, with a link of their own."""
    _mail_with_link(
        event,
        Invoice,
        "reminder",
        lambda invoice, link, organization: document_letters.reminder(invoice, event, link, organization),
    )


def _mail_with_link(
    event: Event,
    model: type[SalesDocument],
    template: str,
    letter_of: Callable[[Any, DocumentLink, Organization], Letter],
) -> None:
    document = model._default_manager.select_related("customer").get(id=event.subject_id)
    organization = _organization(event)
    for contact in _chosen(event):
        link = document_links.make(document, contact, sending_id=event.id)
        with speaking(contact.language):
            letter = letter_of(document, link, organization)
        to = replace(_addressed(contact), email=link.email)  # which is of the sending, when it is heard of again
        _queue(letter, template, to, event, organization, document.customer)


@on(*(f"{kind}.forwarded" for kind in document_links.VIEWS))
def send_what_was_forwarded(event: Event) -> None:
    """To whom a contact person passed it on, with a link of their own."""
    model, _view = document_links.VIEWS[event.subject_kind]
    document: Any = model._default_manager.select_related("customer").get(id=event.subject_id)
    organization = _organization(event)
    for contact in _chosen(event):
        link = document_links.make(document, contact, sending_id=event.id)
        with speaking(contact.language):
            letter = document_letters.forwarded(document, event, link, organization)
        _queue(letter, "forwarded", _addressed(contact), event, organization, document.customer)


# What is sent without a link of its own: the model of each kind, and its letter.
_SENT: dict[str, tuple[type[SalesDocument], Callable[[Any, ContactPerson, Organization], Letter]]] = {
    Quote.kind(): (Quote, document_letters.quote),
    SalesOrder.kind(): (SalesOrder, document_letters.sales_order),
    CreditNote.kind(): (CreditNote, document_letters.credit_note),
}


@on(*(f"{kind}.sent" for kind in _SENT))
def send_the_document(event: Event) -> None:
    """To each contact person whom the office chose."""
    model, letter_of = _SENT[event.subject_kind]
    document = model._default_manager.select_related("customer").get(id=event.subject_id)
    organization = _organization(event)
    for contact in _chosen(event):
        with speaking(contact.language):
            letter = letter_of(document, contact, organization)
        _queue(letter, event.subject_kind, _addressed(contact), event, organization, document.customer)


@on("approval.sent")
def ask_for_approval(event: Event) -> None:
    """Each contact person whom the office chose, as long as it waits as it was sent then."""
    waiting = Approval.objects.visible_to_customer().awaiting().filter(id=event.subject_id)
    approval = waiting.filter(revision=event.data["revision"]).select_related("project", "customer").first()
    if approval is None:
        return
    organization = _organization(event)
    for contact in _chosen(event):
        with speaking(contact.language):
            letter = document_letters.approval_request(approval, contact, organization)
        _queue(letter, "approval_request", _addressed(contact), event, organization, approval.customer)


@on("payment.made", "payment.recorded")
def send_the_receipt(event: Event) -> None:
    """To who paid; where nobody did so here, to the primary contact person."""
    payment = Payment.objects.select_related("customer").get(id=event.subject_id)
    contact = _payer(event) or _primary(payment.customer)
    if contact is None:
        return
    organization = _organization(event)
    with speaking(contact.language):
        letter = letters.receipt(payment, event, contact, organization)
    _queue(letter, "receipt", _addressed(contact), event, organization, payment.customer)


@on("payment.refunded")
def tell_of_the_refund(event: Event) -> None:
    """To the primary contact person: how much goes back, and where to."""
    payment = Payment.objects.select_related("customer").get(id=event.subject_id)
    contact = _primary(payment.customer)
    if contact is None:
        return
    organization = _organization(event)
    with speaking(contact.language):
        letter = letters.refund(payment, event, contact, organization)
    _queue(letter, "refund", _addressed(contact), event, organization, payment.customer)


@on("statement.sent")
def send_the_statement(event: Event) -> None:
    """To each contact person whom the office chose."""
    organization, customer = _organization(event), Customer.objects.get(id=concerned.customer_id(event))
    for contact in _chosen(event):
        with speaking(contact.language):
            letter = letters.statement(event, contact, organization)
        _queue(letter, "statement", _addressed(contact), event, organization, customer)


@on("payment.failed")
def tell_the_payer(event: Event) -> None:
    """Whether money moved, and what to do next."""
    contact = _payer(event)
    if contact is None:
        return
    organization = _organization(event)
    with speaking(contact.language):
        letter = letters.payment_failed(event, contact, organization)
    _queue(letter, "payment_failed", _addressed(contact), event, organization, contact.customer)


@on("comment.added")
def send_the_reply(event: Event) -> None:
    """What the office said to the customer, to those of them who take part; they answer where it stands."""
    if not comments.is_of_office(event):
        return
    organization, customer = _organization(event), Customer.objects.get(id=concerned.customer_id(event))
    for contact in _wanting("reply", comments.taking_part(event)):
        with speaking(contact.language):
            letter = letters.reply(event, contact, organization)
        _queue(letter, "reply", _addressed(contact), event, organization, customer)


@on("message.sent")
def pass_the_message_on(event: Event) -> None:
    """What a customer writes goes to the organization's registered address, and answers go to who wrote it."""
    message = Message.objects.select_related("contact", "customer").get(id=int(event.data["message_id"]))
    organization = _organization(event)
    if not organization.email:
        return
    with speaking(organization.language):
        letter = letters.message(message, message.customer, organization)
    to, answers_to = Recipient(organization.email, "", organization.language), message.contact.email
    _queue(letter, "message", to, event, organization, message.customer, reply_to=answers_to)


@on("file.shared")
def tell_of_what_is_shared(event: Event) -> None:
    """Whoever may open the portal; of what belongs to a document, those who take part in that."""
    organization, customer = _organization(event), Customer.objects.get(id=concerned.customer_id(event))
    for contact in _wanting("file_shared", comments.told_of_files(event, organization)):
        with speaking(contact.language):
            letter = letters.shared(event, contact, organization)
        _queue(letter, "file_shared", _addressed(contact), event, organization, customer)


@on(*words.told_to("office"))
def tell_the_office(event: Event) -> None:
    """The primary address and the staff whom the organization chose for this kind of event, each in their language."""
    if comments.is_of_office(event):
        return
    organization = _organization(event)
    customer = Customer.objects.filter(id=concerned.customer_id(event)).first()
    for to in _office_recipients(event, organization):
        with speaking(to.language):
            letter = letters.office_notice(event, customer)
        _queue(letter, "office_notice", to, event, organization, customer)


@on("organization.mail_server_changed")
def try_waiting_mail(event: Event) -> None:
    """What could not go out may go out now."""
    mail.hurry(event.organization_id)


def _office_recipients(event: Event, organization: Organization) -> Iterator[Recipient]:
    wished = notifications.preference(event.organization_id, event.name)
    told = set()
    if wished.mail_primary and organization.email:
        told.add(organization.email.casefold())
        yield Recipient(organization.email, "", organization.language)
    staff = StaffMember.objects.told_of_business().filter(id__in=wished.staff_ids)
    for member in comments.mentioned(event, staff).order_by("id"):
        is_their_own = event.by.kind == "staff" and event.by.id == member.id
        if member.email.casefold() not in told and not is_their_own:
            told.add(member.email.casefold())
            yield Recipient(member.email, member.name, member.language)


def _chosen(event: Event) -> QuerySet[ContactPerson]:
    """Those whom it was sent to, as far as they are there and can be written to."""
    people = ContactPerson.objects.current().who_are(map(int, event.data["contact_ids"]))
    return people.exclude(email="").order_by("id")


def _wanting(template: str, people: QuerySet[ContactPerson]) -> list[ContactPerson]:
    """Those of them who can be written to and didn't choose to do without."""
    return [one for one in people.exclude(email="").order_by("id") if mail_choices.is_wanted(one, template)]


def _payer(event: Event) -> ContactPerson | None:
    """The contact person who paid or tried to, or whose link it was, if they are there and can be written to."""
    if event.by.kind not in ("contact", "link"):
        return None
    people = ContactPerson.objects.current().exclude(email="").select_related("customer")
    return people.who_are([event.by.id or 0]).filter(customer_id=concerned.customer_id(event)).first()


def _primary(customer: Customer) -> ContactPerson | None:
    people = ContactPerson.objects.current().filter(customer=customer, is_primary=True)
    return people.exclude(email="").first()


def _addressed(contact: ContactPerson) -> Recipient:
    return Recipient(contact.email, contact.full_name, contact.language, links.own_portal(contact))


def _organization(event: Event) -> Organization:
    return Organization.objects.defer("logo").get(id=event.organization_id)


def _queue(
    letter: Letter,
    template: str,
    to: Recipient,
    event: Event,
    organization: Organization,
    customer: Customer | None = None,
    *,
    reply_to: str = "",
) -> None:
    mail.queue(
        letter,
        template=template,
        to=to,
        event=event,
        organization=organization,
        customer=customer,
        reply_to=reply_to,
    )
