"""The list of projects."""

from typing import Any

from django.http import FileResponse, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from counterfoil.design.lists import ALL, Column, Filter, Listed, asks_for_file, list_file, read_list
from counterfoil.foundation.formats import format_day_of
from counterfoil.foundation.hours import format_hours, in_hours
from counterfoil.foundation.pages import Sort
from counterfoil.office.customer_choice import asked_number
from counterfoil.office.documents.lists import customers_named
from counterfoil.office.pages import page
from counterfoil.reach.doors import needs
from counterfoil.reach.office import OfficeReach
from counterfoil.reach.requests import OfficeRequest

from . import finding
from .words import mark

LISTED = Listed(
    sorts={"newest": Sort("id", int), "name": Sort("name_key")},
    filters=(
        ALL,
        Filter("active", _("Active"), lambda rows, _today: rows.active()),
        Filter("inactive", _("Inactive"), lambda rows, _today: rows.filter(state="inactive")),
    ),
    columns=(
        Column(_("Project"), lambda row, _today: row.name),
        Column(_("Customer"), lambda row, _today: row.customer_name),
        Column(_("Billing"), lambda row, _today: row.get_billing_display()),
        Column(_("Logged hours"), lambda row, _today: in_hours(row.logged_minutes).normalize()),
        Column(_("Unbilled hours"), lambda row, _today: in_hours(row.unbilled_minutes).normalize()),
        Column(_("Status"), lambda row, _today: row.get_state_display()),
    ),
    first="-newest",
    keeps=("customer",),
)


@needs("projects.read")
@require_safe
def index(request: OfficeRequest) -> HttpResponse | FileResponse:
    """The newest first, narrowed as the address says, perhaps to those of a customer; or all of it as a file."""
    reach, rows = request.reach, request.reach.projects_for_list
    customer_id = asked_number(request, "customer")
    customer = reach.customers.filter(id=customer_id).first() if customer_id else None
    if customer:
        rows = rows.of(customer)

    def search(rows: Any, text: str) -> Any:
        return rows.filter(finding.named(text, customers_named(reach, text)))

    if asks_for_file(request):
        return list_file(request, rows, LISTED, search=search, today=reach.today, name="projects")
    listing = read_list(request, rows, LISTED, search=search, today=reach.today)
    about = f"?customer={customer.id}" if customer else ""
    return page(
        request,
        "office/projects/index.html",
        rows=[_row(reach, project) for project in listing.rows],
        listing=listing,
        only=customer.display_name if customer else "",
        new_url=reach.url("project_new") + about if reach.may("projects.edit") else "",
    )


def _row(reach: OfficeReach, project: Any) -> dict[str, Any]:
    where = (reach.language, reach.organization.time_zone, reach.organization.date_format)
    return {
        "name": project.name,
        "url": reach.url("project", project.id),
        "customer": project.customer_name,
        "billing": str(project.get_billing_display()),
        "added": format_day_of(project.made_at, *where),
        "logged": format_hours(project.logged_minutes),
        "unbilled": format_hours(project.unbilled_minutes),
        "pill": mark(project),
    }
