"""Settings: every mail that went out or could not, with its text, whoever it was for."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from counterfoil.design.lists import read
from counterfoil.foundation.pages import starts_with
from counterfoil.office.mails import SORTS, row, state, text_of
from counterfoil.reach.doors import needs
from counterfoil.reach.requests import OfficeRequest

from .pages import settings_page

STATES = ("waiting", "failed", "sent")


@needs("settings.read")
@require_safe
def index(request: OfficeRequest) -> HttpResponse:
    """The newest first, of one state or of all, to one address or to all."""
    asked, text = request.GET.get("state", ""), request.GET.get("q", "").strip()
    found = request.reach.mails.defer("text", "html")
    if asked in STATES:
        found = found.filter(state=asked)
    if text:
        found = found.filter(starts_with("recipient", text.lower()))
    listing = read(request, found, SORTS, first="-made")
    return settings_page(
        request,
        "mails.html",
        rows=[row(request, mail, "settings_mail") for mail in listing.page.rows],
        listing=listing,
        filters=_filters(request, asked, text),
        text=text,
        state_asked=asked if asked in STATES else "",
        is_narrowed=bool(asked or text),
        all_url=request.reach.url("settings_mails"),
    )


def _filters(request: OfficeRequest, asked: str, text: str) -> list[dict[str, Any]]:
    here = asked if asked in STATES else ""
    labels = {"": _("All")} | {one: state(one)[1] for one in STATES}
    return [
        {"label": label, "url": _address(request, one, text), "current": one == here} for one, label in labels.items()
    ]


def _address(request: OfficeRequest, asked: str, text: str) -> str:
    query = urlencode({name: value for name, value in (("state", asked), ("q", text)) if value})
    return request.reach.url("settings_mails") + (f"?{query}" if query else "")


@needs("settings.read")
@require_safe
def show(request: OfficeRequest, mail_id: int) -> HttpResponse:
    """One mail as it was written."""
    mail = get_object_or_404(request.reach.mails, id=mail_id)
    return settings_page(
        request,
        "mail.html",
        mail=row(request, mail, "settings_mail"),
        text=text_of(mail),
        back_url=request.reach.url("settings_mails"),
    )
