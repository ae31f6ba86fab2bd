"""Who of a customer's contact persons may open the portal: invite them, and end their access."""

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from counterfoil.foundation import clock
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.events import record
from counterfoil.foundation.refusal import Refused

from . import contacts, customers, invitations
from .models import ContactPerson, Customer, Invitation

Access = ContactPerson.Access


@transaction.atomic
def configure(
    customer: Customer, contact_ids: Collection[int], *, by: Actor, seen: Collection[int] | None = None
) -> list[Invitation]:
    """Give these contact persons access, and nobody else: invite who is newly checked, end the access of the unchecked.

    With their access, the links in the mails that were sent to them so far end too; what is mailed to them later opens.
    `seen` are those who were checked when the person opened the page, so that only what they changed is done and what
    somebody else did meanwhile stays; without it, those who are checked now. Returns the invitations that were made.
    Raises Refused: NO_EMAIL, CONTACT_RETIRED. Then nothing is changed for anybody.
    """
    customer = customers.lock(customer.id)
    by.must_be_staff_of(customer.organization_id)
    people = {one.id: one for one in ContactPerson.objects.filter(customer=customer).current().order_by("id")}
    before = {one.id for one in people.values() if one.access != Access.DISABLED} if seen is None else set(seen)
    added, taken = set(contact_ids) - before, before - set(contact_ids)
    if not added <= people.keys():
        raise Refused("CONTACT_RETIRED", _("A contact person was removed meanwhile. Please look at the list again."))
    made = [_invite(people[one], by) for one in sorted(added) if people[one].access == Access.DISABLED]
    for one in sorted(taken & people.keys()):
        _end(people[one], by)
    return made


@transaction.atomic
def invite_primary(customer: Customer, *, by: Actor) -> Invitation:
    """Give access to whom a customer's documents are addressed to first, as one of many customers at once.

    Nobody is invited twice, and nobody's access changes. Raises Refused: NOBODY (there is no contact person), NO_EMAIL,
    HAS_ACCESS, ALREADY_INVITED, CUSTOMER_MERGED.
    """
    customer = customers.lock(customer.id)
    by.must_be_staff_of(customer.organization_id)
    contact = ContactPerson.objects.filter(customer=customer, is_primary=True).current().first()
    if contact is None:
        raise Refused("NOBODY", _("There is no contact person yet. Add one first."))
    told = {"name": contact.full_name}
    if contact.access == Access.ENABLED:
        raise Refused("HAS_ACCESS", _("%(name)s has access already.") % told)
    if contact.access == Access.INVITED:
        raise Refused("ALREADY_INVITED", _("%(name)s was invited before and hasn't accepted yet.") % told)
    return _invite(contact, by)


@transaction.atomic
def reinvite(contact: ContactPerson, *, by: Actor, instead_of: int | None = None) -> Invitation:
    """Send a fresh link; the old one is void from now on.

    `instead_of` is the open invitation that the person saw: when it was replaced already, the newer one stands and
    nothing more is sent. Raises Refused: NOT_INVITED (disabled, or accepted already), NO_EMAIL, CONTACT_RETIRED.
    """
    contact = contacts.lock(contact)
    by.must_be_staff_of(contact.organization_id)
    contacts.must_be_current(contact)
    if contact.access != Access.INVITED:
        raise Refused(
            "NOT_INVITED",
            _("%(name)s has no invitation that could be sent again. Look at the portal access once more.")
            % {"name": contact.full_name},
        )
    standing = invitations.open_of(contact)
    if standing is not None and instead_of is not None and standing.id != instead_of:
        return standing
    return _invite(contact, by)


@transaction.atomic
def view_as(contact: ContactPerson, *, by: Actor) -> ContactPerson:
    """One of the staff begins to look at the portal as somebody has it, which is all that is written down of it.

    It is the same for who has no access: what they would see. Raises Refused: NOT_ALLOWED, CONTACT_RETIRED.
    """
    contact = contacts.lock(contact)
    by.must_be_staff_of(contact.organization_id)
    contacts.must_be_current(contact)
    told = {"contact_id": str(contact.id), "name": contact.full_name}
    record("portal.viewed_as", contact, by=by, audience="office", **told)
    return contact


def status(customer: Customer) -> ContactPerson.Access:
    """The portal status of a customer: enabled when anybody has access, invited when somebody may yet accept."""
    return status_of(ContactPerson.objects.filter(customer=customer).current().values_list("access", flat=True))


def status_of(accesses: Collection[str]) -> ContactPerson.Access:
    """The same from what its contact persons have."""
    for access in (Access.ENABLED, Access.INVITED):
        if access in accesses:
            return access
    return Access.DISABLED


def _invite(contact: ContactPerson, by: Actor) -> Invitation:
    if not contact.email:
        raise Refused(
            "NO_EMAIL",
            _("%(name)s has no e-mail address, so no invitation can be sent. Add one to the contact person first.")
            % {"name": contact.full_name},
            field=f"contact-{contact.id}",
            contact_id=contact.id,
        )
    invitations.void_open(contact)
    invitation = invitations.make(contact)
    contact.access = Access.INVITED
    contact.save(update_fields=["access"])
    record(
        "portal.invited",
        contact,
        by=by,
        audience="office",
        invitation_id=str(invitation.id),
        contact_id=str(contact.id),
        name=contact.full_name,
        email=invitation.email,
    )
    return invitation


def _end(contact: ContactPerson, by: Actor) -> None:
    if contact.access == Access.DISABLED:
        return
    was = contact.access
    invitations.void_open(contact)
    contact.access, contact.ended_at = Access.DISABLED, clock.now() if was == Access.ENABLED else contact.ended_at
    contact.links_ended_at = clock.now()
    contact.save(update_fields=["access", "ended_at", "links_ended_at"])
    record(
        "portal.access_ended",
        contact,
        by=by,
        audience="office",
        contact_id=str(contact.id),
        name=contact.full_name,
        was=was,
    )
