"""**Documents**: every file of every customer, on their account, on a document or said with a comment."""

from collections.abc import Iterable
from typing import Any

from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from counterfoil.design import files
from counterfoil.design.lists import Column, Listed, asks_for_file, list_file, read_list
from counterfoil.foundation.pages import starts_with
from counterfoil.reach.doors import needs
from counterfoil.reach.office import OfficeReach
from counterfoil.reach.requests import OfficeRequest

from .customer_choice import asked_number, choose_customer
from .customers import files as of_customer
from .documents.lists import customers_named
from .pages import page
from .search import KINDS

BY_NAME = {kind.name: kind for kind in KINDS}
LISTED = Listed(
    sorts=files.SORTS,
    filters=of_customer.LISTED.filters,
    columns=(
        Column(gettext_lazy("Name"), lambda file, _today: file.name),
        Column(gettext_lazy("Customer"), lambda file, _today: file.customer.display_name),
        Column(gettext_lazy("Size in bytes"), lambda file, _today: file.size),
        Column(gettext_lazy("Uploaded by"), lambda file, _today: file.by.name),
        Column(gettext_lazy("Date"), lambda file, _today: file.made_at.date()),
        Column(
            gettext_lazy("Seen by"),
            lambda file, _today: _("In the portal") if file.is_shown else _("Only we see this"),
        ),
    ),
)


@needs("files.read")
@require_safe
def index(request: OfficeRequest) -> HttpResponse | FileResponse:
    """All of them, newest first, filtered and searched as the address says."""
    reach = request.reach

    def search(rows: Any, text: str) -> Any:
        found, customers = starts_with("name_key", text.casefold()), customers_named(reach, text)
        return rows.filter(found) | rows.filter(customer__in=customers) if customers else rows.filter(found)

    rows = reach.files.select_related("customer")
    if asks_for_file(request):
        return list_file(request, rows, LISTED, search=search, today=reach.today, name="documents")
    listing = read_list(request, rows, LISTED, search=search, today=reach.today)
    return page(
        request,
        "office/files/index.html",
        listing=listing,
        rows=_rows(request, listing.rows),
        new_url=reach.url("files_new") if reach.may("files.add") else "",
    )


def _rows(request: OfficeRequest, found: Iterable[Any]) -> list[dict[str, Any]]:
    reach = request.reach
    names = _names(reach, found)
    rows = []
    for file in found:
        place = (file.document_kind, file.document_id)
        if file.document_kind:
            about, url = names.get(place, ""), reach.url(*place) if place in names else ""
        else:
            about = _("Comment") if file.comment_id else _("Account")
            url = reach.url("customer_comments" if file.comment_id else "customer_files", file.customer_id)
        rows.append(
            {
                "file": of_customer.row(request, file),
                "customer": file.customer.display_name,
                "about": about,
                "about_url": url,
            }
        )
    return rows


def _names(reach: OfficeReach, found: Iterable[Any]) -> dict[tuple[str, int], str]:
    """What files belong to is called so, by kind and id: a query for each kind there is."""
    others: dict[str, Any] = {"project": reach.projects, "approval": reach.approvals}
    ids: dict[str, set[int]] = {}
    for file in found:
        if file.document_kind:
            ids.setdefault(file.document_kind, set()).add(file.document_id)
    return {
        (name, document.id): document.name or _("Draft")
        for name, wanted in ids.items()
        for document in (others[name] if name in others else BY_NAME[name].all(reach)).filter(id__in=wanted)
    }


@needs("files.add")
@require_safe
def new(request: OfficeRequest) -> HttpResponse:
    """Whose documents, first; then their page, with the form to upload some."""
    reach, customer_id = request.reach, asked_number(request, "customer")
    if customer_id is None:
        return choose_customer(request, "files_new", heading=_("Upload documents"), back="files")
    customer = get_object_or_404(reach.customers, id=customer_id)
    return HttpResponseRedirect(reach.url("customer_files", customer.id))
