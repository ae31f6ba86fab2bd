"""Choosing a customer, where a new document needs one."""

from django.http import HttpResponse

from counterfoil.books.customers import finding
from counterfoil.foundation.ids import whole_number
from counterfoil.reach.requests import OfficeRequest

from .pages import page

OFFERED = 50


def asked_number(request: OfficeRequest, name: str) -> int | None:
    """An id that the address names, such as `?customer=123`; None where it names none."""
    return whole_number(request.GET.get(name, ""))


def ids_of_shares(request: OfficeRequest) -> set[int]:
    """Whose share a posted form names, as in `share-123`, also of what is no longer listed by now."""
    named = (whole_number(name.removeprefix("share-")) for name in request.POST if name.startswith("share-"))
    return {one for one in named if one is not None}


def choose_customer(request: OfficeRequest, route: str, *, heading: str, back: str) -> HttpResponse:
    """Whom it is for: a short list, narrowed by words of a name. Each leads to the route with `?customer=`."""
    reach = request.reach
    search = request.GET.get("q", "").strip()
    named = finding.named(reach.customers, search, organization_id=reach.organization.id)
    found = named.order_by("name_key", "id")
    return page(
        request,
        "office/customers/choose.html",
        heading=heading,
        search=search,
        customers=[
            {
                "name": customer.display_name,
                "currency": customer.currency,
                "url": f"{reach.url(route)}?customer={customer.id}",
            }
            for customer in found[:OFFERED]
        ],
        back_url=reach.url(back),
        new_customer_url=reach.url("customer_new"),
    )
