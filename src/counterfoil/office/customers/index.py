"""The list of customers."""

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from counterfoil.books.customers import finding
from counterfoil.design.lists import read
from counterfoil.foundation.formats import format_day_of
from counterfoil.foundation.money import Money, format_money
from counterfoil.foundation.pages import Sort
from counterfoil.office.pages import page
from counterfoil.reach.doors import needs
from counterfoil.reach.requests import OfficeRequest

SORTS = {"name": Sort("name_key"), "added": Sort("id", int)}


@needs("customers.read")
@require_safe
def index(request: OfficeRequest) -> HttpResponse:
    """By name, or the newest first; found by words of the name."""
    text = request.GET.get("q", "").strip()
    found = finding.named(request.reach.customers, text, organization_id=request.reach.organization.id)
    listing = read(request, found, SORTS, first="name")
    balances = request.reach.balances.filter(customer_id__in=[one.id for one in listing.page.rows])
    owed = {balance.customer_id: balance for balance in balances}
    return page(
        request,
        "office/customers/index.html",
        rows=[_row(request, customer, owed.get(customer.id)) for customer in listing.page.rows],
        listing=listing,
        text=text,
        new_url=request.reach.url("customer_new") if request.reach.may("customers.edit") else "",
    )


def _row(request: OfficeRequest, customer: Any, balance: Any) -> dict[str, Any]:
    reach = request.reach
    receivable, credit = (balance.receivable_minor, balance.credit_minor) if balance else (0, 0)
    return {
        "name": customer.display_name,
        "company": customer.company_name if customer.company_name != customer.display_name else "",
        "url": reach.url("customer", customer.id),
        "added": format_day_of(
            customer.made_at, reach.language, reach.organization.time_zone, reach.organization.date_format
        ),
        "receivable": format_money(Money(receivable, customer.currency), reach.language),
        "credit": format_money(Money(credit, customer.currency), reach.language) if credit else "",
    }
