"""The customer's sales orders, where the organization shows them: the list, one with its invoices, its PDF."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import FileResponse, Http404, HttpResponse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from counterfoil.books.sales import sales_orders
from counterfoil.design.lists import ALL, Filter, Listed
from counterfoil.design.marks import pill
from counterfoil.foundation.languages import label
from counterfoil.foundation.pages import Sort
from counterfoil.paper.documents import standing_of_sales_order
from counterfoil.reach.doors import needs
from counterfoil.reach.portal import PortalReach
from counterfoil.reach.requests import PortalRequest

from . import documents
from .amounts import day, written
from .invoices import status_for_customer as status_of_invoice
from .kinds import Kind, Words, file_columns
from .pages import page


def status_for_customer(order: Any, _today: date) -> tuple[str, str]:
    """The status as a word for the style sheet and a label."""
    status = order.status()
    return status.value, label(status)


SALES_ORDERS = Kind(
    name="sales_order",
    plural="sales_orders",
    icon="order",
    words=Words(
        many=gettext_lazy("Sales orders"),
        caption=gettext_lazy("Your sales orders"),
        titled=gettext_lazy("Sales order %(number)s"),
        nothing_found=gettext_lazy("No sales order found"),
        nothing_found_text=gettext_lazy("Try another number, or look at all sales orders."),
        none_yet=gettext_lazy("No sales orders yet"),
        none_yet_text=gettext_lazy("What you order appears here, with the invoices made of it."),
    ),
    listed=Listed(
        sorts={
            "date": Sort("dated", date.fromisoformat),
            "number": Sort("number_key"),
            "amount": Sort("total_minor"),
        },
        filters=(
            ALL,
            Filter("open", gettext_lazy("Open"), lambda rows, _today: rows.standing("open")),
            Filter(
                "partially-invoiced",
                gettext_lazy("Partially invoiced"),
                lambda rows, _today: rows.standing("partially_invoiced"),
            ),
            Filter("closed", gettext_lazy("Closed"), lambda rows, _today: rows.standing("closed")),
            Filter("void", gettext_lazy("Void"), lambda rows, _today: rows.standing("void")),
        ),
        columns=file_columns(status_for_customer),
    ),
    view=sales_orders.view,
    paper=standing_of_sales_order,
    status=status_for_customer,
)


@needs("sales_orders.read")
@require_safe
def index(request: PortalRequest) -> HttpResponse | FileResponse:
    """The list, newest first, filtered and searched as its address says."""
    reach = request.reach
    if not reach.shows_sales_orders:
        raise Http404
    return documents.show_list(SALES_ORDERS, request, _rows)


def _rows(reach: PortalReach, orders: Sequence[Any]) -> list[dict[str, Any]]:
    return [documents.row(SALES_ORDERS, reach, order) for order in orders]


@needs("sales_orders.read", by_link=True)
@require_safe
def show(request: PortalRequest, sales_order_id: int) -> HttpResponse:
    """One sales order as it would print, with the invoices made of it. Opening it is noticed once."""
    reach = request.reach
    order = documents.find(SALES_ORDERS, reach, sales_order_id)
    documents.notice(SALES_ORDERS, request, order)
    return page(
        request,
        "portal/sales_orders/show.html",
        **documents.shown(SALES_ORDERS, request, order),
        made=_made(reach, order),
    )


@needs("sales_orders.read", by_link=True)
@require_safe
def pdf(request: PortalRequest, sales_order_id: int) -> HttpResponse:
    """The sales order as PDF, in the reader's language."""
    return documents.pdf(SALES_ORDERS, request, documents.find(SALES_ORDERS, request.reach, sales_order_id))


def _made(reach: PortalReach, order: Any) -> list[dict[str, Any]]:
    """The invoices made of it that the customer may see, the oldest first."""
    found = reach.invoices.filter(came_from_kind=order.kind(), came_from_id=order.id).order_by("id")
    return [
        {
            "name": one.name,
            "url": reach.url("invoice", one.id),
            "day": day(reach, one.dated),
            "pill": pill(*status_of_invoice(one, reach.today)),
            "amount": written(reach, one.total_minor, one.currency),
        }
        for one in found
    ]
