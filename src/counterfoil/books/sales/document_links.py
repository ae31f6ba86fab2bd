"""Links that open one document without signing in: each for one recipient of one mail, for a time, revocable.

The secret is stored nowhere: the mail derives it from the nonce whenever it is sent. A link is dead as soon as its
recipient is retired, is no longer let into the portal or belongs to another customer than the document, and as long as
the document is a draft or gone. Whoever never had access to a portal is sent links all the same.
"""

from collections.abc import Callable, Collection
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from counterfoil.books.customers import customers
from counterfoil.books.customers.models import ContactPerson
from counterfoil.foundation import clock, tokens
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.events import record
from counterfoil.foundation.refusal import Refused

from . import invoices, quotes, retainer_invoices, sales_orders
from .models import DocumentLink, Invoice, Quote, RetainerInvoice, SalesDocument, SalesOrder

VIEWS: dict[str, tuple[type[SalesDocument], Callable[..., Any]]] = {  # what links are made to, and how it is seen
    Invoice.kind(): (Invoice, invoices.view),
    Quote.kind(): (Quote, quotes.view),
    RetainerInvoice.kind(): (RetainerInvoice, retainer_invoices.view),
    SalesOrder.kind(): (SalesOrder, sales_orders.view),
}
PURPOSE = "document"
LIFETIME = timedelta(days=60)


@transaction.atomic
def make(document: SalesDocument, contact: ContactPerson, *, sending_id: int) -> DocumentLink:
    """The link in the mail of one sending to one person; asked for again, the same one."""
    customers.lock(document.customer_id)
    made = DocumentLink.objects.filter(sending_id=sending_id, contact=contact).first()
    if made is not None:
        return made
    nonce, now = tokens.new_nonce(), clock.now()
    return DocumentLink.objects.create(
        organization_id=document.organization_id,
        customer_id=document.customer_id,
        contact=contact,
        email=contact.email,
        document_kind=document.kind(),
        document_id=document.id,
        sending_id=sending_id,
        nonce=nonce,
        token_hash=tokens.hashed(tokens.derive(PURPOSE, nonce)),
        made_at=now,
        expires_at=now + LIFETIME,
    )


def token_of(link: DocumentLink) -> str:
    """The secret part of the address, derived again each time that the mail is sent."""
    return tokens.derive(PURPOSE, link.nonce)


def find(token: str, *, organization_id: int) -> DocumentLink | None:
    """The link with this secret in this organization, if it opens something now. Reading it changes nothing."""
    link = DocumentLink.objects.filter(token_hash=tokens.hashed(token), organization_id=organization_id).first()
    return link if link is not None and document_of(link) is not None else None


def document_of(link: DocumentLink) -> Any:
    """The document that a link opens at this moment, or nothing."""
    if link.revoked_at is not None or link.expires_at <= clock.now():
        return None
    people = ContactPerson.objects.current().filter(id=link.contact_id, customer_id=link.customer_id)
    people = people.exclude(links_ended_at__gte=link.made_at)
    if link.document_kind not in VIEWS or not people.exists():
        return None
    model, _view = VIEWS[link.document_kind]
    documents: Any = model._default_manager
    shown = documents.visible_to_customer().filter(customer_id=link.customer_id)
    return shown.filter(id=link.document_id).first()


def bearer(link: DocumentLink, *, address: str = "") -> Actor:
    """Who acts by a link: nobody known, in the name of the person whom it was mailed to."""
    return Actor(
        kind="link",
        id=link.contact_id,
        name=link.contact.full_name,
        organization_id=link.organization_id,
        customer_id=link.customer_id,
        address=address,
        link_id=link.id,
    )


def must_still_open(by: Actor, document_ids: Collection[int]) -> None:
    """Refuse (NO_LINK) who came by a link, unless it opens just this one document at this moment."""
    link = DocumentLink.objects.filter(id=by.link_id or 0, customer_id=by.customer_id or 0).first()
    document = document_of(link) if link else None
    if document is None or set(document_ids) != {document.id}:
        raise Refused("NO_LINK", _("Your link doesn't open this any more. Nothing was charged."))


@transaction.atomic
def open_document(link: DocumentLink, *, address: str = "") -> Any:
    """Somebody pressed the button: from now on the document counts as seen. Raises Refused: NO_LINK."""
    customers.lock(link.customer_id)
    link = DocumentLink.objects.select_related("contact").get(id=link.id)
    document = document_of(link)
    if document is None:
        raise Refused("NO_LINK", _("This link doesn't open anything any more. Please ask for a new mail."))
    if link.opened_at is None:
        link.opened_at = clock.now()
        link.save(update_fields=["opened_at"])
    _model, view = VIEWS[link.document_kind]
    return view(document, by=bearer(link, address=address))


@transaction.atomic
def revoke(link: DocumentLink, *, by: Actor) -> DocumentLink:
    """Close it at once and for good; a new mail has a new link. Twice is once. Raises Refused: NOT_ALLOWED."""
    by.must_be_staff_of(link.organization_id)
    customers.lock(link.customer_id)
    link = DocumentLink.objects.select_related("contact").get(id=link.id)
    if link.revoked_at is None:
        link.revoked_at = clock.now()
        link.save(update_fields=["revoked_at"])
        model, _view = VIEWS[link.document_kind]
        document, name = model._default_manager.get(id=link.document_id), link.contact.full_name
        event = f"{link.document_kind}.link_revoked"
        record(event, document, by=by, audience="office", number=document.number, name=name)
    return link
