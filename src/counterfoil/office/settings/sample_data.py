"""Settings: sample data, to try everything in. It is added, and removed, whole."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from counterfoil.books.sample_data import adding, removing
from counterfoil.foundation.addresses import address
from counterfoil.foundation.refusal import Refused
from counterfoil.office.answers import done, refused
from counterfoil.reach.doors import needs
from counterfoil.reach.requests import OfficeRequest

from .pages import settings_page


@needs("settings.edit")
@require_safe
def show(request: OfficeRequest) -> HttpResponse:
    """What it is, or that it is there and what is in it. The dialog that the address asks for stands open."""
    reach = request.reach
    labels = {
        "customers": _("Customers"),
        "items": _("Items"),
        "quotes": _("Quotes"),
        "invoices": _("Invoices"),
        "payments": _("Payments received"),
        "credit_notes": _("Credit notes"),
    }
    found = reach.sample_data
    return settings_page(
        request,
        "sample_data.html",
        name=reach.organization.name,
        found=found,
        is_own=found is not None and bool(found.url),
        counts=[(labels[name], count) for name, count in found.counts.items()] if found else [],
        add_url=reach.url("settings_sample_data_add"),
        remove_url=reach.url("settings_sample_data_remove"),
        asks=request.GET.get("ask") == "remove",
    )


@needs("settings.edit")
@require_POST
def add(request: OfficeRequest) -> HttpResponse:
    """It takes a second or two, and then the owner is there."""
    try:
        sample = adding.add(request.reach.organization, by=request.reach.actor)
    except Refused as refusal:
        return refused(request, request.reach.url("settings_sample_data"), refusal)
    return done(request, address("office:home", sample.id), _("The sample data is ready. Try whatever you like."))


@needs("settings.edit")
@require_POST
def remove(request: OfficeRequest) -> HttpResponse:
    """Twice is once."""
    removing.remove(request.reach.organization, by=request.reach.actor)
    return done(request, request.reach.url("home"), _("The sample data is gone. Nothing of it is left."))
