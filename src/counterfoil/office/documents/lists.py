"""The office's list of the documents of one type."""

from typing import Any

from django.http import FileResponse, HttpResponse
from django.utils.translation import gettext as _

from counterfoil.books.customers import finding
from counterfoil.design import batches
from counterfoil.design.lists import asks_for_file, list_file, read_list, tick_label
from counterfoil.design.marks import pill
from counterfoil.foundation.formats import person_name
from counterfoil.foundation.languages import label
from counterfoil.office.pages import page
from counterfoil.office.words import day, written
from counterfoil.reach.office import OfficeReach
from counterfoil.reach.requests import OfficeRequest

from .kinds import Kind

MOST_CUSTOMERS = 100


def index(kind: Kind, request: OfficeRequest) -> HttpResponse | FileResponse:
    """The list, newest first, filtered and searched as its address says; or all of it as a file."""
    reach = request.reach

    def search(rows: Any, text: str) -> Any:
        return kind.search(rows, text, customers_named(reach, text))

    rows = kind.all(reach)
    if asks_for_file(request):
        rows = rows.select_related("customer")
        return list_file(request, rows, kind.listed, search=search, today=reach.today, name=kind.plural)
    listing = read_list(request, rows.for_list_of_all(), kind.listed, search=search, today=reach.today)
    return page(
        request,
        kind.list_template,
        kind=kind,
        words=kind.words,
        rows=[_row(kind, reach, document) for document in listing.rows],
        listing=listing,
        together_url=reach.url(f"{kind.plural}_together"),
        send_url=reach.url(f"{kind.plural}_send") if reach.may(kind.edits) else "",
        batch_key=batches.fresh(),
        new_url=reach.url(f"{kind.name}_new") if reach.may(kind.edits) else "",
    )


def customers_named(reach: OfficeReach, text: str) -> list[int]:
    """Whose name fits, if it is a few; more say too little to be what was looked for."""
    found = finding.named(reach.customers, text, organization_id=reach.organization.id).values_list("id", flat=True)
    ids = list(found[: MOST_CUSTOMERS + 1])
    return ids if len(ids) <= MOST_CUSTOMERS else []


def _row(kind: Kind, reach: OfficeReach, document: Any) -> dict[str, Any]:
    status, number = document.status(reach.today), document.name or _("Draft")
    return {
        "id": document.id,
        "tick": tick_label(number),
        "number": number,
        "url": reach.url(kind.name, document.id),
        "customer": document.customer_name,
        "dated": day(reach, document.dated),
        "pill": pill(status.value, label(status)),
        "seen": _reader_of(document),
        "amount": written(reach, document.total_minor, document.currency),
        **kind.row(reach, document),
    }


def _reader_of(document: Any) -> str:
    """Who of the customer opened it first; a list has no room for the moment."""
    if document.viewed_at is None:
        return ""
    who = person_name(document.viewer_first_name, document.viewer_last_name) or document.viewer_email
    return _("by link, %(who)s") % {"who": who} if document.viewed_by_link else str(who)
