"""Whether a contact person may act in the portal at this very moment, asked inside the verb that they act with."""

from django.utils.translation import gettext_lazy as _

from counterfoil.foundation.actors import Actor
from counterfoil.foundation.refusal import Refused

from .models import ContactPerson


def must_still_have(by: Actor) -> None:
    """Refuse (CP1003) a contact person whose access has ended since they opened the page.

    Who came by a mailed link has no access to a portal at all (NOT_YOURS): what their link opens, the link knows.
    """
    if by.kind == "link":
        raise Refused("NOT_YOURS", _("Please sign in to do this."))
    if by.kind != "contact":
        return
    person = ContactPerson.objects.with_access().filter(id=by.id or 0, customer_id=by.customer_id or 0)
    if not person.exists():
        raise Refused("CP1003", _("Your access to this portal has ended. Nothing was charged."))
