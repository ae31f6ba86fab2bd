"""Builds a request's reach from its address and lets nobody in by default."""

import re
import secrets
from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

from counterfoil.books.customers.models import ContactPerson
from counterfoil.books.organizations.models import PortalName
from counterfoil.books.payments import turned_away
from counterfoil.foundation.ids import LARGEST, whole_number
from counterfoil.foundation.languages import known

from . import kept, mailed_links, merged, office, opening, places, portal, viewing
from .account.look import look_of
from .account.second_step import led_to_set_up
from .addresses import network_address
from .languages import speak

View = Callable[..., HttpResponse]
FORM_KEY = re.compile("[A-Za-z0-9_-]{20,64}")


class ReachMiddleware:
    """Turns the names in the address into `request.reach`, or answers 404, 403, a redirect or "access has ended"."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        places.remember(request, answer)
        kept.note_who(request, answer)
        if isinstance(getattr(request, "reach", None), mailed_links.LinkReach):
            add_never_cache_headers(answer)
        return answer

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return merged.in_office(request) if isinstance(exception, Http404) else None

    def process_view(
        self, request: HttpRequest, view: View, _args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if any(isinstance(value, int) and value > LARGEST for value in kwargs.values()):
            raise Http404  # no row has such an id, and not every database can be asked for it
        if hasattr(view, "public"):
            return viewing.closed_account(request)
        capability = getattr(view, "needs", None)
        if capability is None:
            raise PermissionDenied
        # The names of the place are taken out of the arguments: a view gets them from its reach, or not at all.
        if "portal_name" in kwargs:
            here = kwargs.pop("portal_name"), kwargs.pop("customer_id")
            answer = self._enter_portal(request, *here, kwargs, by_link=getattr(view, "by_link", False))
        else:
            answer = self._enter_office(request, kwargs.pop("organization_id"))
        if answer is not None:
            return answer
        if viewing.is_too_much(request, capability):
            return viewing.read_only(request)
        if not request.reach.may(capability):  # type: ignore[attr-defined]
            raise PermissionDenied
        return kept.offer(request)

    def _enter_portal(
        self, request: HttpRequest, name: str, customer_id: int, asked: dict[str, Any], *, by_link: bool
    ) -> HttpResponse | None:
        if request.user.is_authenticated and (looking := viewing.enter(request, name, customer_id)):
            return self._let_look(request, looking)
        people = places.everybody(request.user.pk) if request.user.is_authenticated else []
        contact = portal.among(people, name, customer_id)
        has_access = contact is not None and contact.access == ContactPerson.Access.ENABLED
        if by_link and not has_access and (reach := mailed_links.opened_by(request, name, customer_id, asked)):
            return self._let_in_by_link(request, reach, asked)
        if contact is not None:
            return self._let_in(request, name, contact, people, asked)
        found = PortalName.objects.filter(name=name).first()
        if found is None:
            raise Http404
        if not found.is_current:
            return _same_page_at(request, name, found.organization_id)
        if into := merged.survivor_of(found.organization_id, customer_id):
            survivors = _reach_of_survivor(request, name, into, people, asked if by_link else {})
            if survivors is not None:
                return _lead_on(request, survivors, customer_id, asked)
        if not request.user.is_authenticated:
            kept.keep(request)
            return redirect_to_login(request.get_full_path(), f"/portal/{name}/account/login/")
        raise Http404

    def _let_in(
        self, request: HttpRequest, name: str, contact: Any, people: list[Any], asked: dict[str, Any]
    ) -> HttpResponse | None:
        reach = portal.PortalReach(contact, name, network_address(request), people)
        if contact.access != ContactPerson.Access.ENABLED:
            return _access_ended(request, reach, asked)
        if reach.organization.two_step_for_customers and (led := led_to_set_up(request, f"/portal/{name}/")):
            return led
        request.reach = reach  # type: ignore[attr-defined]
        speak(request, contact.language)
        return None

    def _let_look(self, request: HttpRequest, looking: viewing.ViewingReach | HttpResponse) -> HttpResponse | None:
        """As who they are, so that their own organization's second step holds for them here too."""
        if not isinstance(looking, viewing.ViewingReach):
            return looking
        if looking.organization.two_step_for_staff and (led := led_to_set_up(request, "/office/")):
            return led
        request.reach = looking  # type: ignore[attr-defined]
        speak(request, looking.language)
        return None

    def _let_in_by_link(
        self, request: HttpRequest, reach: mailed_links.LinkReach, asked: dict[str, Any]
    ) -> HttpResponse | None:
        speak(request, reach.language)
        if not reach.is_open:
            return _link_closed(request, reach, asked)
        request.reach = reach  # type: ignore[attr-defined]
        return None

    def _enter_office(self, request: HttpRequest, organization_id: int) -> HttpResponse | None:
        if not request.user.is_authenticated:
            kept.keep(request)
            return redirect_to_login(request.get_full_path(), "/office/account/login/")
        members = places.memberships(request.user.pk)
        member = next((one for one in members if one.organization_id == organization_id), None)
        if member is None:
            raise Http404
        if member.organization.two_step_for_staff and (led := led_to_set_up(request, "/office/")):
            return led
        request.reach = office.OfficeReach(member, network_address(request), members)  # type: ignore[attr-defined]
        speak(request, member.language)
        return None


def _reach_of_survivor(
    request: HttpRequest, name: str, customer_id: int, people: list[Any], by_link: dict[str, Any]
) -> portal.PortalReach | None:
    """As whom somebody comes to the customer that another was merged into: as themselves, or by a link they opened."""
    contact = portal.among(people, name, customer_id)
    if contact is None or contact.access != ContactPerson.Access.ENABLED:
        link = mailed_links.opened_by(request, name, customer_id, by_link) if by_link else None
        if link is not None:
            return link
    return portal.PortalReach(contact, name, network_address(request), people) if contact is not None else None


def _lead_on(request: HttpRequest, reach: portal.PortalReach, was: int, asked: dict[str, Any]) -> HttpResponse:
    """From a customer that is gone to the one that it was merged into; but no payment is sent from there to there."""
    speak(request, known(reach.language))
    if isinstance(reach, mailed_links.LinkReach):
        if reach.is_open is False:
            return _link_closed(request, reach, asked)
    elif reach.contact.access != ContactPerson.Access.ENABLED:
        return _access_ended(request, reach, asked)
    if _is_payment(request):
        _note_payment(request, reach, asked, "CP1004")
        return merged.payment_refused(request, reach, was)
    return merged.in_portal(request, reach, was, asked)


def _same_page_at(request: HttpRequest, old: str, organization_id: int) -> HttpResponse:
    current = PortalName.objects.get(organization_id=organization_id, is_current=True)
    path = request.get_full_path().replace(f"/portal/{old}/", f"/portal/{current.name}/", 1)
    answer = HttpResponsePermanentRedirect(path)
    if request.method not in ("GET", "HEAD"):
        answer.status_code = 308
    # The portal may get its old name back; a browser that kept the redirect would then go round in a circle.
    add_never_cache_headers(answer)
    return answer


def _access_ended(request: HttpRequest, reach: portal.PortalReach, asked: dict[str, Any]) -> HttpResponse:
    """Only who once had access reads that it has ended. A payment sent from a page still open is refused by code."""
    speak(request, known(reach.language))
    is_payment = _is_payment(request)
    if is_payment:
        _note_payment(request, reach, asked, "CP1003")
    account = f"/portal/{reach.portal_name}/account"
    context = look_of(reach.organization, language_url=f"{account}/language/") | {
        "sign_out_url": f"{account}/logout/",
        "code": "CP1003" if is_payment else "",
    }
    return render(request, "portal/access_ended.html", context, status=403)


def _link_closed(request: HttpRequest, reach: mailed_links.LinkReach, asked: dict[str, Any]) -> HttpResponse:
    """Who had opened it reads that it opens nothing now. A payment sent from a page still open is not taken."""
    was_paying, code = _is_payment(request), ""
    if was_paying and reach.contact.retired_at is not None:
        code = "CP1003"
        _note_payment(request, reach, asked, "CP1003")
    where = reach.organization, reach.portal_name
    return opening.opens_nothing(request, *where, status=403, was_paying=was_paying, code=code)


def _is_payment(request: HttpRequest) -> bool:
    return request.method == "POST" and request.path.endswith("/pay/")


def _note_payment(request: HttpRequest, reach: portal.PortalReach, asked: dict[str, Any], code: str) -> None:
    """The office finds what they wanted to pay among the failed payments."""
    named = asked.get("invoice_id") or asked.get("retainer_invoice_id")
    ids = [named] if named else map(whole_number, request.POST.getlist("invoice"))
    form_key = request.POST.get("form_key", "")
    turned_away.note(
        code,
        {document_id: None for document_id in ids if document_id is not None},
        customer_id=reach.customer.id,
        by=reach.actor,
        form_key=form_key if FORM_KEY.fullmatch(form_key) else secrets.token_urlsafe(24),
    )
