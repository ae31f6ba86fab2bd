"""Making an invoice of a sales order: how much of each line."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from counterfoil.books.sales import conversions
from counterfoil.design.forms import refuse
from counterfoil.foundation.refusal import Refused
from counterfoil.office.answers import done, status_of
from counterfoil.office.making import fresh_key
from counterfoil.office.pages import page
from counterfoil.reach.doors import needs
from counterfoil.reach.requests import OfficeRequest

from .forms import InvoicingForm
from .show import lines_of


@needs("sales_orders.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def invoice(request: OfficeRequest, sales_order_id: int) -> HttpResponse:
    """Everything that is left stands in the form; what is typed becomes a draft invoice."""
    order = get_object_or_404(request.reach.sales_orders.select_related("customer"), id=sales_order_id)
    lines = lines_of(order)
    names = {line["id"]: line["name"] for line in lines}
    if request.method != "POST":
        initial = {f"quantity-{line['id']}": line["left"] for line in lines if line["left"]}
        initial |= {"revision": order.revision, "making_key": fresh_key()}
        return _show(request, order, lines, InvoicingForm(initial=initial, lines=names))
    form = InvoicingForm(request.POST, lines=names)
    if not form.is_valid():
        return _show(request, order, lines, form)
    try:
        made = conversions.order_to_invoice(
            order,
            by=request.reach.actor,
            revision=form.cleaned_data["revision"] or 0,
            quantities=form.quantities(),
            making_key=form.cleaned_data["making_key"],
        )
    except Refused as refusal:
        refuse(form, refusal)
        return _show(request, order, lines, form)
    return done(request, request.reach.url("invoice", made.id), _("Here is the draft invoice."))


def _show(request: OfficeRequest, order: Any, lines: list[dict[str, Any]], form: InvoicingForm) -> HttpResponse:
    is_said_once = bool(order.shipping_minor or order.adjustment_minor or order.discount_kind == "amount")
    return page(
        request,
        "office/sales_orders/invoice.html",
        status=status_of(form),
        form=form,
        number=order.name,
        customer=order.customer,
        rows=[line | {"field": form[f"quantity-{line['id']}"]} for line in lines],
        says_what_goes_with_it=is_said_once or order.lines.filter(discount_kind="amount").exists(),
        back_url=request.reach.url("sales_order", order.id),
    )
