"""**Failed payments**: what customers tried to pay and could not, each with what to do about it."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from counterfoil.books.payments import failures
from counterfoil.design.lists import read
from counterfoil.foundation.actors import actor_from
from counterfoil.foundation.formats import format_moment
from counterfoil.foundation.pages import Sort
from counterfoil.office.pages import page
from counterfoil.office.words import written
from counterfoil.outbound.words import named
from counterfoil.reach.doors import needs
from counterfoil.reach.office import OfficeReach
from counterfoil.reach.requests import OfficeRequest

from .remedies import advice

SORTS = {"made": Sort("id", int)}


@needs("payments.read")
@require_safe
def index(request: OfficeRequest) -> HttpResponse:
    """Every payment that failed, newest first; only those that the office can mend, if the address says so."""
    reach = request.reach
    wanted = request.GET.get("kind", "")
    rows = reach.failed_attempts
    if wanted == "mend":
        rows = rows.filter(failure_reason__in=failures.CODES)
    elif wanted == "declined":
        rows = rows.exclude(failure_reason__in=failures.CODES)
    listing = read(request, rows, SORTS, first="-made")
    return page(
        request,
        "office/payments/failed.html",
        rows=[line(reach, attempt) for attempt in listing.page.rows],
        listing=listing,
        filters=_filter_menu(reach, wanted),
        is_narrowed=wanted in ("mend", "declined"),
        back_url=reach.url("payments"),
    )


def of_invoice(reach: OfficeReach, invoice: Any) -> list[dict[str, Any]]:
    """The latest that were meant for one invoice or retainer invoice."""
    return [line(reach, attempt) for attempt in reach.failed_of(invoice)]


def line(reach: OfficeReach, attempt: Any) -> dict[str, Any]:
    """One of them in words."""
    organization = reach.organization
    return {
        "when": format_moment(attempt.made_at, reach.language, organization.time_zone, organization.date_format),
        "customer": attempt.customer.display_name,
        "who": named(actor_from(attempt.actor), reach.language),
        "amount": written(reach, attempt.amount_minor, attempt.currency),
        "invoices": [
            {"number": share.document.name, "url": reach.url(share.document.kind(), share.document_id)}
            for share in attempt.shares.all()
        ],
        "gateway": attempt.gateway.get_kind_display(),
        "raw": attempt.failure_raw,
        "advice": advice(reach, attempt),
    }


def _filter_menu(reach: OfficeReach, wanted: str) -> list[dict[str, Any]]:
    labels = {"": _("All"), "mend": _("For you to mend"), "declined": _("Declined")}
    here, url = wanted if wanted in labels else "", reach.url("payments_failed")
    return [
        {"label": label, "url": f"{url}?kind={key}" if key else url, "current": key == here}
        for key, label in labels.items()
    ]
