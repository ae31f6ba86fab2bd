"""One sales order: what every document's page has, how much of it is invoiced, and the invoices made of it."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from counterfoil.books.sales import order_progress
from counterfoil.design.marks import pill
from counterfoil.foundation.formats import format_number
from counterfoil.office.documents import pages
from counterfoil.office.pages import page
from counterfoil.office.words import day, written
from counterfoil.reach.doors import needs
from counterfoil.reach.office import OfficeReach
from counterfoil.reach.requests import OfficeRequest

from .kind import SALES_ORDERS


@needs("sales_orders.read")
@require_safe
def show(request: OfficeRequest, sales_order_id: int) -> HttpResponse:
    """The document with everything that can be done with it. A dialog that the address asks for stands open."""
    reach = request.reach
    order = pages.find(SALES_ORDERS, reach, sales_order_id)
    made = _made(reach, order)
    return page(
        request,
        "office/sales_orders/show.html",
        **pages.shown(SALES_ORDERS, request, order),
        lines=lines_of(order) if order.state != "draft" else [],
        made=made,
        can_be_made=order.standing in ("open", "partially_invoiced"),
        can_be_voided=order.state in ("open", "closed") and not any(one["stands"] for one in made),
        invoice_url=reach.url("sales_order_invoice", order.id),
    )


def lines_of(order: Any) -> list[dict[str, Any]]:
    """How much of each line was ordered, is invoiced, and is left."""
    done = order_progress.invoiced(order)
    return [
        {
            "id": line.source_line_id,
            "name": line.name,
            "ordered": format_number(line.quantity),
            "invoiced": format_number(done.get(line.source_line_id, 0 * line.quantity)),
            "left": line.quantity - done.get(line.source_line_id, 0),
            "left_written": format_number(line.quantity - done.get(line.source_line_id, 0)),
        }
        for line in order.lines.all()
    ]


def _made(reach: OfficeReach, order: Any) -> list[dict[str, Any]]:
    """The invoices made of it, the oldest first."""
    found = reach.invoices.filter(came_from_kind=order.kind(), came_from_id=order.id).order_by("id")
    return [
        {
            "name": one.name or _("Draft"),
            "url": reach.url("invoice", one.id),
            "day": day(reach, one.dated),
            "pill": pill(one.status(reach.today).value, str(one.status(reach.today).label)),
            "amount": written(reach, one.total_minor, one.currency),
            "stands": one.state != "void",
        }
        for one in found
    ]
