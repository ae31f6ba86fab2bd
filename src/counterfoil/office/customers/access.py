"""**Configure portal access**: who of a customer's contact persons may open the portal."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from counterfoil.books.customers import portal_access
from counterfoil.foundation.ids import whole_number
from counterfoil.foundation.refusal import Refused
from counterfoil.office.answers import done, mailed, refused
from counterfoil.reach.doors import needs
from counterfoil.reach.requests import OfficeRequest

from .shell import customer_page, find, people_of


@needs("customers.invite")
@require_http_methods(["GET", "HEAD", "POST"])
def configure(request: OfficeRequest, customer_id: int) -> HttpResponse:
    """The dialog as a page of its own, and where the dialog posts to."""
    customer = find(request, customer_id)
    if request.method != "POST":
        return _show(request, customer)
    checked, seen = _ids(request.POST.getlist("contact")), _ids(request.POST.getlist("seen"))
    try:
        made = portal_access.configure(customer, checked, by=request.reach.actor, seen=seen)
    except Refused as refusal:
        status = 422 if refusal.code == "NO_EMAIL" else 409
        return _show(request, customer, status=status, refusal=refusal, checked=checked)
    answer = mailed if made else done
    return answer(request, request.reach.url("customer", customer.id), _told(len(made)))


@needs("customers.invite")
@require_POST
def reinvite(request: OfficeRequest, customer_id: int, contact_id: int) -> HttpResponse:
    """**Re-invite**. Pressing it twice on one page sends one mail."""
    contact = get_object_or_404(request.reach.contacts, id=contact_id, customer_id=customer_id)
    url = request.reach.url("customer", customer_id)
    instead_of = next(iter(_ids([request.POST.get("invitation", "")])), None)
    try:
        invitation = portal_access.reinvite(contact, by=request.reach.actor, instead_of=instead_of)
    except Refused as refusal:
        return refused(request, url, refusal)
    words = _("A fresh invitation goes to %(email)s. The link before it no longer works.")
    return mailed(request, url, words % {"email": invitation.email})


def _show(
    request: OfficeRequest, customer: Any, *, status: int = 200, checked: set[int] | None = None, **context: Any
) -> HttpResponse:
    """With what was ticked still ticked, if it was refused."""
    people = people_of(request, customer)
    ticked = {person.id for person in people if person.is_checked} if checked is None else checked
    return customer_page(
        request,
        "portal_access.html",
        customer,
        people=people,
        status=status,
        ticked=ticked,
        customer_url=request.reach.url("customer", customer.id),
        **context,
    )


def _told(invited: int) -> str:
    if not invited:
        return _("Saved.")
    return ngettext(
        "Saved. %(count)s invitation is on its way.", "Saved. %(count)s invitations are on their way.", invited
    ) % {"count": invited}


def _ids(texts: Iterable[str]) -> set[int]:
    return {found for text in texts if (found := whole_number(text))}
