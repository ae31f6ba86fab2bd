"""**View portal as**: one of the staff looks at a customer's portal as one of its contact persons has it, to read.

The staff member's own session keeps whom they look as, and until when. Nobody signs in as anybody: whoever acts is the
staff member, whose looking is no customer's view, and who may do nothing that writes.
"""

from datetime import timedelta
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from counterfoil.books.organizations.models import StaffMember
from counterfoil.foundation import clock
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.addresses import address

from . import places
from .account.look import look_of
from .addresses import network_address
from .capabilities import role_may
from .portal import PortalReach

VIEWING = "viewing_as"
CAPABILITY = "customers.view_as"
LASTS = timedelta(minutes=30)
READING = ("GET", "HEAD")


class ViewingReach(PortalReach):
    """What a contact person sees, for one of the staff: to read, and nothing beside it."""

    is_viewing = True

    def __init__(self, member_id: int, contact: Any, portal_name: str, network: str) -> None:
        """`contact` is of `places.looked_at`, which knows who looks."""
        super().__init__(contact, portal_name, network, ())
        self.member_id = member_id
        self.role, self.name, self.language_of_staff = contact.staff_role, contact.staff_name, contact.staff_language

    def may(self, capability: str) -> bool:
        return capability.endswith(".read") and super().may(capability)

    @cached_property
    def actor(self) -> Actor:
        """Never the person whom they look as."""
        return Actor("staff", self.member_id, self.name, self.organization.id, role=self.role, address=self.address)


def begin(request: HttpRequest, member: StaffMember, contact_id: int) -> None:
    """From now on, in this session, for a while."""
    until = int((clock.now() + LASTS).timestamp())
    request.session[VIEWING] = {"member": member.id, "contact": contact_id, "until": until}


def end(request: HttpRequest) -> int | None:
    """As whom this session looked, if it did."""
    found = request.session.pop(VIEWING, None)
    return found["contact"] if found else None


def enter(request: HttpRequest, portal_name: str, customer_id: int | None = None) -> ViewingReach | HttpResponse | None:
    """The reach of who looks at this customer (or at any) as somebody; where that has ended, the way back; else None.

    That they still work there, in a role that may do it, and that the person is still there, is asked each time.
    """
    kept = request.session.get(VIEWING)
    if kept is None:
        return None
    contact = places.looked_at(kept["contact"], member_id=kept["member"], user_id=request.user.pk or 0)
    if contact is None or contact.current_portal_name != portal_name:
        return None
    if customer_id is not None and contact.customer_id != customer_id:
        return None
    if not role_may(contact.staff_role or "", CAPABILITY):
        end(request)
        return None
    if kept["until"] <= clock.now().timestamp() or contact.retired_at is not None:
        end(request)
        messages.info(request, _("Viewing the portal as somebody else has ended. It lasts half an hour."))
        return HttpResponseRedirect(address("office:customer", contact.organization_id, contact.customer_id))
    return ViewingReach(kept["member"], contact, portal_name, network_address(request))


def is_too_much(request: Any, capability: str) -> bool:
    """Whether who only looks asks for more than to read."""
    reach = request.reach
    return isinstance(reach, ViewingReach) and not (request.method in READING and reach.may(capability))


def read_only(request: Any) -> HttpResponse:
    """What is said instead of whatever would be theirs to do."""
    reach = request.reach
    context = look_of(reach.organization, language_url="") | {
        "home_url": reach.url("home"),
        "person": reach.contact.full_name,
    }
    return render(request, "reach/viewing_is_reading.html", context, status=403)


def closed_account(request: HttpRequest) -> HttpResponse | None:
    """While somebody looks at a portal, the pages of accounts there show nobody's: not theirs, and not the person's."""
    if not (request.path.startswith("/portal/") and "/account/" in request.path and VIEWING in request.session):
        return None
    looking = enter(request, request.path.split("/")[2])
    if not isinstance(looking, ViewingReach):
        return looking
    request.reach = looking  # type: ignore[attr-defined]
    return read_only(request)


def watching(request: HttpRequest) -> dict[str, Any]:
    """The bar on every page that is looked at as somebody else, in the language of who looks."""
    reach = getattr(request, "reach", None)
    if not isinstance(reach, ViewingReach):
        return {}
    return {
        "watching": {
            "name": reach.contact.full_name,
            "language": reach.language_of_staff,
            "stop_url": address("office:viewing_stop", reach.organization.id),
        }
    }
