"""Where somebody who is signed in may go: the customers whose portal they may open, the organizations they work for."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse

from counterfoil.books.accounts.models import User
from counterfoil.books.customers.models import ContactPerson
from counterfoil.books.organizations.models import Organization, PortalName, StaffMember
from counterfoil.foundation.prepared import Prepared
from counterfoil.outbound.reading import unread_of

KEPT_FOR = 365 * 24 * 3600
CUSTOMER, ORGANIZATION = "last_customer", "last_organization"


@dataclass(frozen=True)
class Place:
    """One customer's portal, or one organization's office."""

    id: int
    label: str
    url: str


def contacts_of(user_id: int | None) -> QuerySet[Any]:
    """As whom this user may open a portal, with customer, organization and its `current_portal_name`."""
    return _everybody(user_id or 0).filter(access=ContactPerson.Access.ENABLED, retired_at__isnull=True)


def _everybody(user_id: int) -> QuerySet[Any]:
    """Every contact person that this user is or was, with `unread` too: what each portal page needs, in one query."""
    people = _with_portal(ContactPerson.objects.filter(user_id=user_id))
    return people.order_by("organization__name", "customer__display_name", "id")


def _with_portal(people: QuerySet[Any]) -> QuerySet[Any]:
    current = PortalName.objects.filter(organization_id=OuterRef("organization_id"), is_current=True)
    people = people.select_related("customer", "organization").defer("organization__logo")
    return people.annotate(current_portal_name=current.values("name")[:1], unread=unread_of("contact"))


everybody = Prepared(_everybody)


def looked_at(contact_id: int, *, member_id: int, user_id: int) -> Any | None:
    """One contact person as `everybody` has them, with who of their organization's staff looks, if they still may.

    These are `staff_role`, `staff_name` and `staff_language`.
    """
    here = StaffMember.objects.at_work().filter(id=member_id, user_id=user_id)
    here = here.filter(organization_id=OuterRef("organization_id"))
    staff = {f"staff_{name}": Subquery(here.values(name)) for name in ("role", "name", "language")}
    return _with_portal(ContactPerson.objects.filter(id=contact_id)).annotate(**staff).first()


@Prepared
def memberships(user_id: int) -> QuerySet[StaffMember]:
    """As whom this user works for organizations, with `unread`: what each page of the office needs, in one query."""
    return (
        StaffMember.objects.at_work()
        .filter(user_id=user_id)
        .select_related("organization")
        .defer("organization__logo")
        .annotate(unread=unread_of("staff"))
        .order_by("organization__name", "id")
    )


def portals(user: User, *, organization: Organization | None = None) -> list[Place]:
    """The customers that this person may look at, of one organization or of all."""
    people = contacts_of(user.pk)
    if organization is not None:
        people = people.filter(organization=organization)
    return [
        Place(
            id=one.customer_id,
            label=f"{one.customer}, {one.organization}" if organization is None else str(one.customer),
            url=f"/portal/{one.current_portal_name}/{one.customer_id}/",
        )
        for one in people
    ]


def offices(user: User) -> list[Place]:
    """The organizations that this person works for."""
    return [
        Place(id=one.organization_id, label=one.organization.name, url=f"/office/{one.organization_id}/")
        for one in memberships(user.pk or 0)
    ]


def is_known_to(user: User, organization: Organization) -> bool:
    """Whether this organization has this person among its staff or its customers' contact persons."""
    contact = ContactPerson.objects.current().filter(user=user, organization=organization)
    member = StaffMember.objects.at_work().filter(user=user, organization=organization)
    return contact.exists() or member.exists()


def portal_named(name: str) -> tuple[Organization, str] | None:
    """The organization that a portal's name leads or led to, and the name that the portal has now."""
    row = PortalName.objects.filter(name=name).select_related("organization").defer("organization__logo").first()
    if row is None:
        return None
    if row.is_current:
        return row.organization, name
    return row.organization, PortalName.objects.get(organization_id=row.organization_id, is_current=True).name


def last(request: HttpRequest, cookie: str, among: list[Place]) -> Place | None:
    """The place where this browser was last, if it is among these; the only one, if there is one."""
    remembered = request.COOKIES.get(cookie, "")
    return next((place for place in among if str(place.id) == remembered), among[0] if len(among) == 1 else None)


def remember(request: HttpRequest, answer: HttpResponse) -> None:
    """Keep in this browser which customer or organization was looked at last."""
    reach = getattr(request, "reach", None)
    if reach is None or (reach.door == "portal" and (reach.is_by_link or reach.is_viewing)):
        return
    if reach.door == "portal":
        cookie, place, path = CUSTOMER, reach.customer.id, f"/portal/{reach.portal_name}/"
    else:
        cookie, place, path = ORGANIZATION, reach.organization.id, "/office/"
    if request.COOKIES.get(cookie) != str(place):
        answer.set_cookie(
            cookie,
            str(place),
            max_age=KEPT_FOR,
            path=path,
            samesite="Lax",
            httponly=True,
            secure=settings.SESSION_COOKIE_SECURE,
        )
