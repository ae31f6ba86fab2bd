"""Who may add something to a document or to a customer's account: say something about it, or upload to it."""

from typing import Any

from django.utils.translation import gettext as _

from counterfoil.books.customers.models import ContactPerson, Customer
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.refusal import Refused


def is_visible(document: Any) -> bool:
    """Whether its customer sees a document: what its type's queryset calls `visible_to_customer`."""
    everything = type(document).objects
    return bool(everything.visible_to_customer().filter(id=document.id, customer_id=document.customer_id).exists())


def must_take_part(actor: Actor, customer: Customer, *, is_visible: bool) -> None:
    """Refuse (NOT_YOURS, NOT_ALLOWED) whoever is neither staff nor of this customer, with access, and sees it.

    Who came by a mailed link takes no part: nobody knows who they are.
    """
    if actor.kind != "contact":
        actor.must_be_staff_of(customer.organization_id)
        return
    actor.must_act_for(customer.id, organization_id=customer.organization_id)
    has_access = ContactPerson.objects.with_access().filter(id=actor.id or 0, customer=customer).exists()
    if not (has_access and is_visible):
        raise Refused("NOT_YOURS", _("You can't do this for this customer."))
