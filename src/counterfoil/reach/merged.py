"""Addresses of a customer that was merged into another one: they lead to the survivor, and no payment is sent there."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from counterfoil.books.customers.models import Customer

from .account.look import look_of
from .office import OfficeReach
from .portal import PortalReach

READING = ("GET", "HEAD")


def survivor_of(organization_id: int, customer_id: int) -> int | None:
    """Into whom an organization's customer was merged."""
    found = Customer.objects.filter(id=customer_id, organization_id=organization_id, merged_into__isnull=False)
    return found.values_list("merged_into_id", flat=True).first()


def in_office(request: HttpRequest) -> HttpResponse | None:
    """For an address of the office where nothing was found: where it leads by now, if it names such a customer.

    What was sent from a page that was opened before is not done: it was meant for somebody else than it would change.
    """
    reach, match = getattr(request, "reach", None), request.resolver_match
    was = match.kwargs.get("customer_id") if match else None
    if not isinstance(reach, OfficeReach) or was is None:
        return None
    customer_id = survivor_of(reach.organization.id, was)
    if customer_id is None:
        return None
    if request.method in READING:
        return _lasting(request.get_full_path().replace(f"/customers/{was}/", f"/customers/{customer_id}/", 1))
    messages.error(request, _("This customer was merged into another one, which you see here. Nothing was done."))
    return HttpResponseRedirect(reach.url("customer", customer_id), status=303)


def in_portal(request: HttpRequest, reach: PortalReach, was: int, asked: dict[str, Any]) -> HttpResponse:
    """For an address of the portal of a customer that is gone, for whom the survivor's is open.

    What was sent about a document goes on to that document. What was sent about the customer alone is not done: it was
    meant for somebody else than it would change.
    """
    if request.method in READING or asked:
        here = f"/portal/{reach.portal_name}/"
        path = request.get_full_path().replace(f"{here}{was}/", f"{here}{reach.customer.id}/", 1)
        return _lasting(path, status=301 if request.method in READING else 308)
    messages.error(request, _("Two of your accounts here became one, which you see here. Nothing was sent."))
    return HttpResponseRedirect(reach.url("home"), status=303)


def payment_refused(request: HttpRequest, reach: PortalReach, was: int) -> HttpResponse:
    """CP1004: a payment from a page that was opened before. `reach` is the survivor's."""
    sent = reach.attempts.filter(form_key=request.POST.get("form_key") or None)
    if paid := sent.exclude(state="failed").first():  # sent a second time, and the first one went through before
        return HttpResponseRedirect(reach.attempt_url(paid) or reach.url("home"), status=303)
    account, here = f"/portal/{reach.portal_name}/account", f"/portal/{reach.portal_name}/"
    context = look_of(reach.organization, language_url=f"{account}/language/") | {
        "customer_name": reach.customer.display_name,
        "again_url": request.path.replace(f"{here}{was}/", f"{here}{reach.customer.id}/", 1),
        "code": "CP1004",
    }
    return render(request, "portal/merged.html", context, status=409)


def _lasting(path: str, *, status: int = 301) -> HttpResponse:
    return HttpResponseRedirect(path, status=status)
