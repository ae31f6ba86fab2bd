"""Using what is held of a retainer for the customer's invoices."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from counterfoil.books.payments import allocations, attempts
from counterfoil.design.forms import refuse
from counterfoil.foundation.formats import relative_due
from counterfoil.foundation.money import Money
from counterfoil.foundation.refusal import Refused
from counterfoil.office.answers import done, status_of
from counterfoil.office.customer_choice import ids_of_shares
from counterfoil.office.pages import page
from counterfoil.office.words import day, written
from counterfoil.reach.doors import needs
from counterfoil.reach.requests import OfficeRequest

from .forms import DrawForm

LISTED = 100  # unpaid invoices that the form offers, the longest due first


@needs("payments.record")
@require_http_methods(["GET", "HEAD", "POST"])
def draw(request: OfficeRequest, retainer_invoice_id: int) -> HttpResponse:
    """**Apply to invoices**: the unpaid ones, the longest due first, as far as what is held goes."""
    retainer = get_object_or_404(
        request.reach.retainer_invoices.select_related("customer"), id=retainer_invoice_id, state="issued"
    )
    invoices = _unpaid(request, retainer)
    if request.method != "POST":
        return _show(request, retainer, DrawForm(initial=_initial(retainer, invoices), invoices=invoices))
    form = DrawForm(request.POST, invoices=invoices)
    if not form.is_valid():
        return _show(request, retainer, form)
    try:
        held_seen = form.cleaned_data["held_seen"]
        allocations.draw(retainer, form.shares(), by=request.reach.actor, held_seen=held_seen)
    except Refused as refusal:
        refuse(form, refusal)
        return _show(request, retainer, form)
    here = request.reach.url("retainer_invoice", retainer.id)
    return done(request, here, _("The retainer is used for what you chose."))


def _unpaid(request: OfficeRequest, retainer: Any) -> list[Any]:
    """The longest due, and those that the form names in any case."""
    own = request.reach.invoices.of(retainer.customer)
    found = list(own.unpaid().order_by("due_on", "id")[:LISTED])
    named = ids_of_shares(request) - {invoice.id for invoice in found}
    return [*(own.filter(id__in=named) if named else ()), *found]


def _initial(retainer: Any, invoices: list[Any]) -> dict[str, Any]:
    """As much as is held, for the longest due."""
    initial: dict[str, Any] = {"held_seen": retainer.balance_minor}
    left, held = retainer.balance_minor, attempts.holds(*invoices)
    for invoice in invoices:
        used = min(left, attempts.payable_minor(invoice, held))
        left -= used
        initial[f"share-{invoice.id}"] = Money(used, retainer.currency) if used else None
    return initial


def _show(request: OfficeRequest, retainer: Any, form: DrawForm) -> HttpResponse:
    reach = request.reach
    return page(
        request,
        "office/retainer_invoices/draw.html",
        status=status_of(form),
        form=form,
        number=retainer.number,
        customer=retainer.customer,
        held=written(reach, retainer.balance_minor, retainer.currency),
        rows=[
            {
                "number": invoice.name,
                "url": reach.url("invoice", invoice.id),
                "due_on": day(reach, invoice.due_on),
                "how_far": relative_due(invoice.due_on, reach.today),
                "is_late": invoice.due_on < reach.today,
                "balance": written(reach, invoice.balance_minor, invoice.currency),
                "share": form[f"share-{invoice.id}"],
            }
            for invoice in form.invoices
        ],
        back_url=reach.url("retainer_invoice", retainer.id),
    )
