"""**Customer approvals**: the list."""

from datetime import date
from typing import Any

from django.http import FileResponse, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from counterfoil.design.lists import ALL, Column, Filter, Listed, asks_for_file, list_file, read_list
from counterfoil.design.marks import pill
from counterfoil.foundation.formats import format_period, person_name
from counterfoil.foundation.hours import format_hours, in_hours
from counterfoil.foundation.languages import label
from counterfoil.foundation.pages import Sort, starts_with
from counterfoil.office.pages import page
from counterfoil.office.projects import finding
from counterfoil.reach.doors import needs
from counterfoil.reach.office import OfficeReach
from counterfoil.reach.requests import OfficeRequest


def _in_state(state: str) -> Any:
    return lambda rows, _today: rows.filter(state=state)


LISTED = Listed(
    sorts={"date": Sort("last", date.fromisoformat), "number": Sort("number_key")},
    filters=(
        ALL,
        Filter("draft", gettext_lazy("Draft"), _in_state("draft")),
        Filter("awaiting", gettext_lazy("Awaiting approval"), _in_state("awaiting")),
        Filter("approved", gettext_lazy("Approved"), _in_state("approved")),
        Filter("rejected", gettext_lazy("Rejected"), _in_state("rejected")),
    ),
    columns=(
        Column(gettext_lazy("Number"), lambda row, _today: row.number),
        Column(gettext_lazy("Project"), lambda row, _today: row.project_name),
        Column(gettext_lazy("Customer"), lambda row, _today: row.customer_name),
        Column(gettext_lazy("First day"), lambda row, _today: row.first),
        Column(gettext_lazy("Last day"), lambda row, _today: row.last),
        Column(gettext_lazy("Hours"), lambda row, _today: in_hours(row.minutes).normalize()),
        Column(gettext_lazy("Status"), lambda row, _today: row.get_state_display()),
    ),
)


@needs("approvals.read")
@require_safe
def index(request: OfficeRequest) -> HttpResponse | FileResponse:
    """All of them, the latest period first, filtered and searched as the address says; or all of it as a file."""
    reach = request.reach
    rows = reach.approvals_for_list

    def search(rows: Any, text: str) -> Any:
        return rows.filter(starts_with("number_key", text.casefold()) | finding.of_named(reach, text))

    if asks_for_file(request):
        return list_file(request, rows, LISTED, search=search, today=reach.today, name="approvals")
    listing = read_list(request, rows, LISTED, search=search, today=reach.today)
    return page(
        request,
        "office/approvals/index.html",
        rows=[_row(reach, approval) for approval in listing.rows],
        listing=listing,
        new_url=reach.url("approval_new") if reach.may("approvals.edit") else "",
    )


def _row(reach: OfficeReach, approval: Any) -> dict[str, Any]:
    return {
        "number": approval.number or _("Draft"),
        "url": reach.url("approval", approval.id),
        "project": approval.project_name,
        "customer": approval.customer_name,
        "period": format_period(approval.first, approval.last, reach.language, reach.organization.date_format),
        "hours": format_hours(approval.minutes),
        "pill": pill(approval.state, label(approval.State(approval.state))),
        "seen": _reader_of(approval),
    }


def _reader_of(approval: Any) -> str:
    """Who of the customer opened it first."""
    if approval.viewed_at is None:
        return ""
    return person_name(approval.viewer_first_name, approval.viewer_last_name) or str(approval.viewer_email)
