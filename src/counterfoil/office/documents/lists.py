"""The office's list of the documents of one type."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from counterfoil.books.customers import finding
from counterfoil.books.sales.search import matching
from counterfoil.design.lists import read_list
from counterfoil.design.marks import pill
from counterfoil.office.pages import page
from counterfoil.office.words import day, written
from counterfoil.reach.office import OfficeReach
from counterfoil.reach.requests import OfficeRequest

from .kinds import Kind
from .pages import reader_of

MOST_CUSTOMERS = 100


def index(kind: Kind, request: OfficeRequest) -> HttpResponse:
    """The list, newest first, filtered and searched as its address says."""
    reach = request.reach

    def search(rows: Any, text: str) -> Any:
        return matching(rows, text, of=_customers_named(reach, text))

    rows = kind.all(reach).for_list_of_all()
    listing = read_list(request, rows, kind.listed, search=search, today=reach.today)
    return page(
        request,
        kind.list_template,
        kind=kind,
        words=kind.words,
        rows=[_row(kind, reach, document) for document in listing.rows],
        listing=listing,
        new_url=reach.url(f"{kind.name}_new") if reach.may(kind.edits) else "",
    )


def _customers_named(reach: OfficeReach, text: str) -> list[int]:
    """Whose name fits, if it is a few; more say too little to be what was looked for."""
    found = finding.named(reach.customers, text, organization_id=reach.organization.id).values_list("id", flat=True)
    ids = list(found[: MOST_CUSTOMERS + 1])
    return ids if len(ids) <= MOST_CUSTOMERS else []


def _row(kind: Kind, reach: OfficeReach, document: Any) -> dict[str, Any]:
    status = document.status(reach.today)
    return {
        "number": document.name or _("Draft"),
        "url": reach.url(kind.name, document.id),
        "customer": document.customer.display_name,
        "dated": day(reach, document.dated),
        "pill": pill(status.value, str(status.label)),
        "seen": reader_of(document),
        "amount": written(reach, document.total_minor, document.currency),
        **kind.row(reach, document),
    }
