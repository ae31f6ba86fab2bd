"""A page of the office: what it is about, inside the shell that all of them share."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from counterfoil.reach.account.look import account_menu
from counterfoil.reach.logos import logo_url
from counterfoil.reach.requests import OfficeRequest

from . import navigation


def page(request: OfficeRequest, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """Render a template below `office/` that extends `design/office.html`. Takes two queries for the shell."""
    return render(request, template, _shell(request) | context, status=status)


def _shell(request: OfficeRequest) -> dict[str, Any]:
    reach = request.reach
    return {
        "organization_name": reach.organization.name,
        "brand_colour": reach.organization.brand_colour,
        "logo_url": logo_url(reach.organization),
        "nav": navigation.menu(request, navigation.MAIN),
        "home_url": reach.url("home"),
        "person_name": reach.member.name,
        "person_detail": reach.member.get_role_display(),
        "account_nav": account_menu("/office/"),
        "switcher": _switcher(request),
        "sign_out_url": "/office/account/logout/",
        "language_url": request.reach.url("language"),
        "bell_url": request.reach.url("bell"),
        "unread": reach.unread,
        "search_url": reach.url("search") if reach.may("customers.read") else "",
        "create": navigation.menu(request, navigation.NEW),
    }


def _switcher(request: OfficeRequest) -> list[dict[str, Any]]:
    """The organizations that this person works for."""
    here = request.reach.organization.id
    return [
        {
            "label": one.organization.name,
            "url": f"/office/{one.organization_id}/",
            "current": one.organization_id == here,
        }
        for one in request.reach.places
    ]
