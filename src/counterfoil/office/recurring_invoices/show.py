"""One recurring invoice: its schedule, what its invoices have, and those that were made of it."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from counterfoil.design.lists import read
from counterfoil.design.marks import pill
from counterfoil.foundation.formats import format_number
from counterfoil.office import activity
from counterfoil.office.documents.sums import sums_of
from counterfoil.office.making import fresh_key
from counterfoil.office.pages import page
from counterfoil.office.words import day, written
from counterfoil.reach.doors import needs
from counterfoil.reach.office import OfficeReach
from counterfoil.reach.requests import OfficeRequest

from . import words
from .kind import RECURRING

CHILDREN = 20  # on a page


@needs("recurring_invoices.read")
@require_safe
def show(request: OfficeRequest, recurring_invoice_id: int) -> HttpResponse:
    """Everything about it. A dialog that the address asks for stands open."""
    reach = request.reach
    profile = get_object_or_404(reach.recurring_invoices.select_related("customer"), id=recurring_invoice_id)
    status, lines = profile.status(reach.today), list(profile.lines.all())
    made = reach.invoices.filter(came_from_kind=profile.kind(), came_from_id=profile.id)
    listing = read(request, made, {"date": RECURRING.listed.sorts["date"]}, first="-date", size=CHILDREN)
    may_edit = reach.may(RECURRING.edits)
    return page(
        request,
        "office/recurring_invoices/show.html",
        document=profile,
        status_word=status.value,
        label=str(status.label),
        total=written(reach, profile.total_minor, profile.currency),
        next_on=day(reach, profile.next_on) if profile.next_on and profile.state == "active" else "",
        obstacle=words.obstacle(reach, profile),
        facts=_facts(reach, profile),
        lines=[_line(line) for line in lines],
        sums=sums_of(profile, [line.net_minor for line in lines], profile.customer, reach),
        children=[_child(reach, invoice) for invoice in listing.rows],
        listing=listing,
        activity=_history(request, profile),
        may_edit=may_edit,
        making_key=fresh_key(),
        asks={request.GET.get("ask", ""): True},
        urls={act: reach.url(f"recurring_invoice_{act}", profile.id) for act in RECURRING.buttons},
        edit_url=reach.url("recurring_invoice_edit", profile.id),
        copy_url=f"{reach.url('recurring_invoice_new')}?customer={profile.customer_id}&copy={profile.id}",
        customer_url=reach.url("customer", profile.customer_id),
        back_url=reach.url("recurring_invoices"),
    )


def _facts(reach: OfficeReach, profile: Any) -> list[tuple[str, str]]:
    terms = _("Net %(days)s") % {"days": profile.payment_days} if profile.payment_days else _("Due on receipt")
    facts = [
        (_("Frequency"), words.frequency(profile)),
        (_("Start date"), day(reach, profile.dated)),
        (_("Ends"), words.end(reach, profile)),
        (_("Last invoice"), day(reach, profile.last_on) if profile.last_on else ""),
        (_("On each date"), _sent_to(reach, profile) if profile.sends else _("Make a draft")),
        (_("Payment terms"), terms),
        (_("Order number"), profile.order_number),
    ]
    return [(label, text) for label, text in facts if text]


def _sent_to(reach: OfficeReach, profile: Any) -> str:
    people = reach.contacts.filter(id__in=profile.contact_ids, retired_at__isnull=True).order_by("id")
    return _("Send it to %(people)s") % {"people": ", ".join(person.full_name for person in people) or "–"}


def _line(line: Any) -> dict[str, Any]:
    return {
        "name": line.name,
        "description": line.description,
        "quantity": format_number(line.quantity),
        "unit": line.unit,
        "rate": format_number(line.rate),
    }


def _child(reach: OfficeReach, invoice: Any) -> dict[str, Any]:
    status = invoice.status(reach.today)
    return {
        "name": invoice.name or _("Draft"),
        "url": reach.url("invoice", invoice.id),
        "day": day(reach, invoice.dated),
        "pill": pill(status.value, str(status.label)),
        "amount": written(reach, invoice.total_minor, invoice.currency),
    }


def _history(request: OfficeRequest, profile: Any) -> list[activity.Line]:
    """What happened to it, newest first."""
    names = {profile.customer_id: profile.customer.display_name}
    return activity.tell(request, request.reach.events_about(profile, activity.TOLD), names=names)
