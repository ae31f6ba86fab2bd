"""The office's list of invoices."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from counterfoil.books.customers import finding
from counterfoil.books.sales.search import matching
from counterfoil.design.lists import read
from counterfoil.design.marks import pill
from counterfoil.foundation.formats import relative_due
from counterfoil.foundation.pages import Sort
from counterfoil.office.pages import page
from counterfoil.office.words import day, written
from counterfoil.reach.doors import needs
from counterfoil.reach.office import OfficeReach
from counterfoil.reach.requests import OfficeRequest

from .show import seen_by

MOST_CUSTOMERS = 100
SORTS = {
    "date": Sort("dated", date.fromisoformat),
    "number": Sort("number_key"),
    "due": Sort("due_on", date.fromisoformat),
    "amount": Sort("total_minor"),
    "balance": Sort("balance_minor"),
}


@needs("invoices.read")
@require_safe
def index(request: OfficeRequest) -> HttpResponse:
    """The list, newest first, filtered and searched as its address says."""
    reach = request.reach
    status, text = request.GET.get("status", ""), request.GET.get("q", "").strip()
    rows = _filtered(reach, status).for_list_of_all()
    listing = read(request, matching(rows, text, of=_customers_named(reach, text)), SORTS, first="-date")
    return page(
        request,
        "office/invoices/index.html",
        rows=[_row(reach, invoice) for invoice in listing.page.rows],
        listing=listing,
        filters=_filter_menu(reach, status),
        is_narrowed=bool(text or status),
        text=text,
        status_asked=status,
        new_url=reach.url("invoice_new") if reach.may("invoices.edit") else "",
    )


def _customers_named(reach: OfficeReach, text: str) -> list[int]:
    """Whose name fits, if it is a few; more say too little to be what was looked for."""
    if not text:
        return []
    found = finding.named(reach.customers, text, organization_id=reach.organization.id).values_list("id", flat=True)
    ids = list(found[: MOST_CUSTOMERS + 1])
    return ids if len(ids) <= MOST_CUSTOMERS else []


def _filtered(reach: OfficeReach, status: str) -> Any:
    """All of them where the status is none that is known."""
    everything = reach.invoices
    filters: dict[str, Callable[[], Any]] = {
        "draft": partial(everything.filter, state="draft"),
        "unpaid": everything.unpaid,
        "overdue": partial(everything.overdue, reach.today),
        "partially-paid": everything.partially_paid,
        "paid": everything.paid,
        "void": partial(everything.filter, state="void"),
        "written-off": partial(everything.filter, state="written_off"),
    }
    return filters.get(status, everything.all)()


def _filter_menu(reach: OfficeReach, status: str) -> list[dict[str, Any]]:
    labels = {
        "": _("All"),
        "draft": _("Draft"),
        "unpaid": _("Unpaid"),
        "overdue": _("Overdue"),
        "partially-paid": _("Partially paid"),
        "paid": _("Paid"),
        "void": _("Void"),
        "written-off": _("Written off"),
    }
    here, url = status if status in labels else "", reach.url("invoices")
    return [
        {"label": label, "url": f"{url}?status={key}" if key else url, "current": key == here}
        for key, label in labels.items()
    ]


def _row(reach: OfficeReach, invoice: Any) -> dict[str, Any]:
    status = invoice.status(reach.today)
    return {
        "number": invoice.name or _("Draft"),
        "url": reach.url("invoice", invoice.id),
        "customer": invoice.customer.display_name,
        "dated": day(reach, invoice.dated),
        "due_on": day(reach, invoice.due_on),
        "how_late": relative_due(invoice.due_on, reach.today) if status == "overdue" else "",
        "pill": pill(status.value, str(status.label)),
        "seen": seen_by(reach, invoice),
        "amount": written(reach, invoice.total_minor, invoice.currency),
        # Nothing is owed by a draft yet; what is of interest is what it will be.
        "balance": written(
            reach, invoice.total_minor if status == "draft" else invoice.balance_minor, invoice.currency
        ),
        "is_owed": status != "draft",
    }
