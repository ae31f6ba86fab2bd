"""The office's list of recurring invoices."""

from typing import Any

from django.http import FileResponse, HttpResponse
from django.views.decorators.http import require_safe

from counterfoil.design.lists import asks_for_file, list_file, read_list
from counterfoil.design.marks import pill
from counterfoil.foundation.languages import label
from counterfoil.office.documents.lists import customers_named
from counterfoil.office.pages import page
from counterfoil.office.words import written
from counterfoil.reach.doors import needs
from counterfoil.reach.office import OfficeReach
from counterfoil.reach.requests import OfficeRequest

from .kind import RECURRING


@needs("recurring_invoices.read")
@require_safe
def index(request: OfficeRequest) -> HttpResponse | FileResponse:
    """Those that were not deleted, the newest first, filtered and searched as the address says; or all as a file."""
    kind, reach = RECURRING, request.reach

    def search(rows: Any, text: str) -> Any:
        return kind.search(rows, text, customers_named(reach, text))

    rows = reach.recurring_invoices
    if asks_for_file(request):
        rows = rows.select_related("customer")
        return list_file(request, rows, kind.listed, search=search, today=reach.today, name=kind.plural)
    listing = read_list(request, rows.for_list_of_all(), kind.listed, search=search, today=reach.today)
    return page(
        request,
        kind.list_template,
        kind=kind,
        words=kind.words,
        rows=[_row(reach, profile) for profile in listing.rows],
        listing=listing,
        new_url=reach.url("recurring_invoice_new") if reach.may(kind.edits) else "",
    )


def _row(reach: OfficeReach, profile: Any) -> dict[str, Any]:
    status = profile.status(reach.today)
    return {
        "name": profile.name,
        "url": reach.url("recurring_invoice", profile.id),
        "customer": profile.customer_name,
        "pill": pill(status.value, label(status)),
        "amount": written(reach, profile.total_minor, profile.currency),
        **RECURRING.row(reach, profile),
    }
