"""A customer's people pass a document on to somebody: to read, by a link of their own, and nothing else."""

from datetime import timedelta
from typing import TypeVar

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from counterfoil.books.customers import contacts
from counterfoil.books.customers.models import ContactPerson
from counterfoil.books.ledger import ledger
from counterfoil.books.organizations import modules
from counterfoil.books.organizations.models import Organization
from counterfoil.foundation import clock
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.events import Event, record
from counterfoil.foundation.refusal import Refused

from .models import SalesDocument
from .taking import lock
from .writing import told

D = TypeVar("D", bound=SalesDocument)

MODULE = "forwarding"
MOST, WITHIN = 20, timedelta(hours=1)  # of one customer's people together


@transaction.atomic
def forward(document: D, *, email: str, name: str = "", by: Actor) -> ContactPerson:
    """Mail it to an address. A new one becomes a contact person of the customer, without access to the portal.

    Raises Refused: NOT_YOURS, FORWARDING_OFF, NOT_TO_FORWARD (void, or a draft), TOO_MANY_FORWARDED.
    """
    ledger.lock_of(document)
    document = lock(document)
    if by.kind != "contact":
        raise Refused("NOT_YOURS", _("You can't do this for this customer."))
    by.must_act_for(document.customer_id, organization_id=document.organization_id)
    if not modules.is_on(Organization.objects.get(id=document.organization_id), MODULE):
        raise Refused("FORWARDING_OFF", _("Documents can't be forwarded here."))
    if document.state in ("draft", "void"):
        raise Refused("NOT_TO_FORWARD", _("This document can't be forwarded any more."))
    _must_not_be_too_many(document)
    contact = contacts.known_or_new(document.customer_id, email=email, name=name, actor=by)
    record(
        f"{document.kind()}.forwarded",
        document,
        by=by,
        audience="both",
        contact_ids=[str(contact.id)],
        name=contact.full_name,
        **told(document),
    )
    return contact


def _must_not_be_too_many(document: SalesDocument) -> None:
    """Who got into one account is not to send mail to the whole world from it."""
    lately = Event.objects.filter(
        organization_id=document.organization_id,
        customer_id=document.customer_id,
        name__endswith=".forwarded",
        at__gt=clock.now() - WITHIN,
    )
    if lately.count() >= MOST:
        raise Refused("TOO_MANY_FORWARDED", _("You have forwarded a lot just now. Please wait an hour."))
