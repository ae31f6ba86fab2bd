"""Rings the bells: one line for each event and reader. Nobody is told of what they did themselves."""

from collections.abc import Iterable

from counterfoil.books.customers.models import ContactPerson
from counterfoil.books.organizations import notifications
from counterfoil.books.organizations.models import Organization, StaffMember
from counterfoil.books.organizations.modules import is_on
from counterfoil.foundation.events import Event, on

from . import comments, concerned, words
from .models import Notification


@on(*words.told_to("office"))
def tell_the_office(event: Event) -> None:
    """Everybody who works there, if the organization wants this kind of event in its list."""
    if comments.is_of_office(event) or not notifications.preference(event.organization_id, event.name).in_list:
        return
    staff = StaffMember.objects.told_of_business().filter(organization_id=event.organization_id)
    if event.by.kind == "staff":
        staff = staff.exclude(id=event.by.id or 0)
    _ring(event, staff_ids=comments.mentioned(event, staff).values_list("id", flat=True))


# What is only rung for where the portal has that part, by an event's name or what it is about.
_PARTS = {
    "statement.sent": "statements",
    "sales_order": "sales_orders",
    "project": "projects",
    "approval": "projects",
}


@on(*words.told_to("portal"))
def tell_the_customer(event: Event) -> None:
    """Everybody with access to the customer's portal; of a comment, those who take part."""
    people = ContactPerson.objects.with_access().filter(customer_id=concerned.customer_id(event))
    part = _PARTS.get(event.name) or _PARTS.get(event.subject_kind)
    organization = Organization.objects.defer("logo").get(id=event.organization_id)
    if part and not is_on(organization, part):
        return  # it was mailed, and in the portal there is none
    if event.name == "comment.added":
        people = people.filter(id__in=comments.taking_part(event))
    if event.name == "file.shared":
        people = people.filter(id__in=comments.told_of_files(event, organization))
    if event.name == "payment.failed":  # a failure is not what the payer did, and only theirs to know
        people = people.who_are([event.by.id or 0])
    elif event.by.kind == "contact":
        people = people.exclude(id=event.by.id or 0)
    _ring(event, contact_ids=people.values_list("id", flat=True))


def _ring(event: Event, *, staff_ids: Iterable[int] = (), contact_ids: Iterable[int] = ()) -> None:
    about = {"event": event, "organization_id": event.organization_id, "made_at": event.at}
    lines = [Notification(staff_id=one, **about) for one in staff_ids]
    lines += [Notification(contact_id=one, **about) for one in contact_ids]
    Notification.objects.bulk_create(lines, ignore_conflicts=True)
