"""A page of the portal: what it is about, inside the shell that all of them share."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from counterfoil.books.organizations.modules import is_on
from counterfoil.reach.account.look import account_menu
from counterfoil.reach.logos import logo_url
from counterfoil.reach.requests import PortalRequest


def page(request: PortalRequest, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """Render a template below `portal/` in the portal's shell. Takes two queries for the shell.

    Who came by a mailed link has no menu: there is nowhere to go. Their pages are the same otherwise.
    """
    shell = _frame(request) if request.reach.is_by_link else _shell(request)
    return render(request, template, shell | context, status=status)


def plain_page(request: PortalRequest, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """Render a template without the side bar, for pages that want one thing done. Takes no queries for the shell."""
    reach = request.reach
    shell = {
        "organization_name": reach.organization.name,
        "brand_colour": reach.organization.brand_colour,
        "logo_url": logo_url(reach.organization),
        "customer_name": reach.customer.display_name,
        "person_name": "" if reach.is_by_link else reach.contact.full_name,
    }
    return render(request, template, shell | context, status=status)


def _frame(request: PortalRequest) -> dict[str, Any]:
    reach = request.reach
    account = f"/portal/{reach.portal_name}/account"
    return {
        "frame": "portal/by_link.html",
        "organization_name": reach.organization.name,
        "brand_colour": reach.organization.brand_colour,
        "logo_url": logo_url(reach.organization),
        "language_url": f"{account}/language/",
        "sign_in_url": f"{account}/login/?next={request.path}",
    }


def _shell(request: PortalRequest) -> dict[str, Any]:
    reach = request.reach
    return {
        "frame": "design/portal.html",
        "organization_name": reach.organization.name,
        "brand_colour": reach.organization.brand_colour,
        "logo_url": logo_url(reach.organization),
        "banner": reach.organization.banner,
        "customer_name": reach.customer.display_name,
        "nav": list(_menu(request)),
        "home_url": reach.url("home"),
        "person_name": reach.contact.full_name,
        "person_detail": reach.contact.email,
        "switcher": _switcher(request),
        **({} if reach.is_viewing else _own(request)),
        "bell_url": reach.url("bell"),
        "unread": reach.unread,
    }


def _own(request: PortalRequest) -> dict[str, Any]:
    """What somebody settles for themselves, which nobody does for them who only looks."""
    reach, url = request.reach, request.reach.url("preferences")
    preferences = {"url": url, "icon": "languages", "label": _("Language and e-mail"), "current": request.path == url}
    return {
        "account_nav": [preferences, *account_menu(f"/portal/{reach.portal_name}/")],
        "sign_out_url": f"/portal/{reach.portal_name}/account/logout/",
        "language_url": reach.url("language"),
    }


def _menu(request: PortalRequest) -> Iterator[dict[str, Any]]:
    reach = request.reach
    entries = [
        ("home", "home", _("Home"), "home"),
        ("quotes", "quote", _("Quotes"), "quotes"),
        ("invoices", "invoice", _("Invoices"), "invoices"),
    ]
    if is_on(reach.organization, "payments"):
        entries.append(("payments", "payment", _("Payments made"), "payments"))
    if reach.shows_sales_orders:
        entries.append(("sales_orders", "order", _("Sales orders"), "sales_orders"))
    if reach.shows_projects:
        entries.append(("projects", "project", _("Projects"), "projects"))
        entries.append(("approvals", "clock", _("Timesheets"), "approvals"))
    if is_on(reach.organization, "statements"):
        entries.append(("statements", "statement", _("Statements"), "statements"))
    if reach.shows_files:
        entries.append(("files", "file", _("Documents"), "files"))
    for route, icon, label, family in entries:
        url = reach.url(route)
        is_here = request.path == url if family == "home" else request.path.startswith(url)
        yield {"url": url, "icon": icon, "label": label, "current": is_here, "group": ""}


def _switcher(request: PortalRequest) -> list[dict[str, Any]]:
    """The customers that this person may look at, also those of other organizations."""
    here = request.reach.contact
    places = request.reach.places
    several_organizations = len({place.organization_id for place in places}) > 1
    return [
        {
            "label": f"{place.customer}, {place.organization}" if several_organizations else str(place.customer),
            "url": f"/portal/{place.current_portal_name}/{place.customer_id}/",
            "current": place.customer_id == here.customer_id,
        }
        for place in places
    ]
