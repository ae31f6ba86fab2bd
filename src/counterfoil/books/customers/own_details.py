"""What somebody at a customer changes of their own details and the customer's, and how the office takes it back."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from counterfoil.books.organizations import locked_details
from counterfoil.books.organizations.models import Organization
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.events import Event
from counterfoil.foundation.refusal import Refused

from . import contacts, customers, versions
from .models import ContactPerson, Customer

PERSON = ("salutation", "first_name", "last_name", "email", "phone", "mobile", "designation")
COMPANY = ("company_name", "tax_id")
ADDRESSES = ("billing_address", "shipping_address")


@transaction.atomic
def change_person(contact: ContactPerson, values: Mapping[str, str], *, by: Actor, revision: int) -> ContactPerson:
    """A contact person changes what is written down about themselves: some of PERSON. The same again is no change.

    Whatever becomes of their e-mail address, they go on signing in with that of their account. Raises Refused:
    NOT_YOURS, ACCESS_ENDED, LOCKED_DETAIL, DETAILS_CHANGED, EMAIL_MISSING, PERSON_NAME_MISSING, EMAIL_TAKEN.
    """
    contact = contacts.lock(contact)
    if by.kind != "contact" or by.id != contact.id:
        raise Refused("NOT_YOURS", _("You can't do this for this customer."))
    _must_have_access(by, contact.customer_id)
    content = replace(contacts.content_of(contact), **_only(PERSON, values))
    changed = contacts.changed_in(contact, content)
    _must_be_open(contact, changed, values, revision)
    if "email" in changed and not content.email.strip():
        raise Refused("EMAIL_MISSING", _("Write an e-mail address. Documents are sent to it."), field="email")
    return contacts.rewrite(contact, content, actor=by, told_as="details.updated")


@transaction.atomic
def change_customer(customer: Customer, values: Mapping[str, Any], *, by: Actor, revision: int) -> Customer:
    """A contact person changes some of COMPANY and ADDRESSES of their customer. The same again is no change.

    Raises Refused: NOT_YOURS, ACCESS_ENDED, LOCKED_DETAIL, DETAILS_CHANGED, ADDRESS_TOO_LONG.
    """
    customer = customers.lock_by_id(customer.id)
    _must_have_access(by, customer.id)
    content = replace(customers.content_of(customer), **_only((*COMPANY, *ADDRESSES), values))
    _must_be_open(customer, customers.changed_in(customer, content), values, revision)
    return customers.rewrite(customer, content, actor=by, told_as="details.updated")


class Standing(StrEnum):
    """What became of a change of details since."""

    STANDS = "stands"
    UNDONE = "undone"  # everything is as it was before
    CHANGED_AGAIN = "changed_again"


def standing(changed: Mapping[str, Mapping[str, Any]], row: Any) -> Standing:
    """Whether what an event tells as `changed` still holds of the row that it is about."""
    now = {name: getattr(row, name) for name in changed}
    if all(now[name] == change["now"] for name, change in changed.items()):
        return Standing.STANDS
    if all(now[name] == change["was"] for name, change in changed.items()):
        return Standing.UNDONE
    return Standing.CHANGED_AGAIN


@transaction.atomic
def undo(event: Event, *, by: Actor) -> Customer | ContactPerson:
    """Put back what a change of details (one of `versions.EDITED`) replaced. Twice is once.

    Raises Refused: CHANGED_AGAIN (some of it was changed once more since), and as editing the customer or the person.
    """
    noun: Any = customers if event.subject_kind == Customer.told_as() else contacts
    row = noun.lock_by_id(event.subject_id)
    by.must_be_staff_of(row.organization_id)
    changed = event.data["changed"]
    holds = standing(changed, row)
    if holds == Standing.CHANGED_AGAIN:
        raise Refused(
            "CHANGED_AGAIN", _("Some of this was changed again since, so it can't be undone. Edit it instead.")
        )
    if holds == Standing.UNDONE:
        return row
    was = {name: change["was"] for name, change in changed.items()}
    content = replace(noun.content_of(row), **was)
    return noun.rewrite(row, content, actor=by, told_as="details.undone")


def _must_have_access(by: Actor, customer_id: int) -> None:
    if by.kind != "contact" or by.customer_id != customer_id:
        raise Refused("NOT_YOURS", _("You can't do this for this customer."))
    if not ContactPerson.objects.with_access().filter(id=by.id or 0, customer_id=customer_id).exists():
        raise Refused("ACCESS_ENDED", _("Your access to this portal has ended. Nothing was changed."))


def _must_be_open(row: Any, changed: Collection[str], values: Mapping[str, Any], revision: int) -> None:
    """Refuse what the organization keeps to itself, and what is not as it was when it was opened.

    What somebody changed meanwhile that is in none of these fields stands in nobody's way.
    """
    organization = Organization.objects.only("modules", "locked_details").get(id=row.organization_id)
    if locked := [name for name in changed if name in locked_details.columns(organization)]:
        raise Refused("LOCKED_DETAIL", _("This can't be changed in the portal."), field=locked[0])
    if not changed or row.revision == revision:
        return
    meanwhile = versions.since(row, revision)
    if meanwhile.then is None or any(getattr(meanwhile.then, name) != getattr(row, name) for name in values):
        raise Refused(
            "DETAILS_CHANGED",
            _("Somebody changed these details after you opened them. Please look at both before you save."),
            meanwhile=meanwhile,
        )


def _only(names: Collection[str], values: Mapping[str, Any]) -> dict[str, Any]:
    """The values, none of which may be of something else. Raises KeyError."""
    if strange := sorted(set(values) - set(names)):
        raise KeyError(strange[0])
    return dict(values)
