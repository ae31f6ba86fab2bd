"""The list of customers."""

from typing import Any

from django.http import FileResponse, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from counterfoil.books.customers import finding
from counterfoil.design import batches, columns
from counterfoil.design.lists import ALL, Column, Filter, Listed, asks_for_file, list_file, read_list
from counterfoil.foundation.formats import format_day_of
from counterfoil.foundation.pages import Sort
from counterfoil.office.pages import page
from counterfoil.office.words import written
from counterfoil.reach.doors import needs
from counterfoil.reach.requests import OfficeRequest

LISTED = Listed(
    sorts={"name": Sort("name_key"), "added": Sort("id", int)},
    filters=(
        ALL,
        Filter("owing", _("Owing"), lambda rows, _today: rows.filter(receivable_minor__gt=0)),
        Filter("credit", _("With unused credits"), lambda rows, _today: rows.filter(credit_minor__gt=0)),
    ),
    columns=(
        Column(_("Name"), lambda customer, _today: customer.display_name),
        Column(_("Company"), lambda customer, _today: customer.company_name),
        Column(_("Language"), lambda customer, _today: customer.language),
        columns.CURRENCY,
        columns.money(_("Unused credits"), "credit_minor"),
        columns.money(_("Receivables"), "receivable_minor"),
    ),
    first="name",
)


@needs("customers.read")
@require_safe
def index(request: OfficeRequest) -> HttpResponse | FileResponse:
    """By name, or the newest first, filtered as the address says; found by words of the name."""
    reach = request.reach

    def search(rows: Any, text: str) -> Any:
        return finding.named(rows, text, organization_id=reach.organization.id)

    rows = reach.customers_with_balances
    if asks_for_file(request):
        return list_file(request, rows, LISTED, search=search, today=reach.today, name="customers")
    listing = read_list(request, rows, LISTED, search=search, today=reach.today)
    return page(
        request,
        "office/customers/index.html",
        rows=[_row(request, customer) for customer in listing.rows],
        listing=listing,
        new_url=reach.url("customer_new") if reach.may("customers.edit") else "",
        invite_url=reach.url("customers_invite") if reach.may("customers.invite") else "",
        batch_key=batches.fresh(),
    )


@needs("customers.invite")
@require_POST
def invite(request: OfficeRequest) -> HttpResponse:
    """Invite the primary contact person of each customer that is ticked; the worker does it, watched on a page."""
    reach = request.reach
    return batches.begin(
        request,
        reach,
        "invite",
        kind=batches.CUSTOMERS,
        documents=reach.customers,
        list_url=reach.url("customers"),
        owner=reach.member,
    )


def _row(request: OfficeRequest, customer: Any) -> dict[str, Any]:
    reach = request.reach
    return {
        "id": customer.id,
        "name": customer.display_name,
        "company": customer.company_name if customer.company_name != customer.display_name else "",
        "url": reach.url("customer", customer.id),
        "added": format_day_of(
            customer.made_at, reach.language, reach.organization.time_zone, reach.organization.date_format
        ),
        "receivable": written(reach, customer.receivable_minor, customer.currency),
        "credit": written(reach, customer.credit_minor, customer.currency) if customer.credit_minor else "",
    }
