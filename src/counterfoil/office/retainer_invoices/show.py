"""One retainer invoice: what every document's page has, what was paid of it and what that is used for."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from counterfoil.books.payments import allocations
from counterfoil.foundation.refusal import Refused
from counterfoil.office.answers import done, refused
from counterfoil.office.documents import pages
from counterfoil.office.locked import acting
from counterfoil.office.pages import page
from counterfoil.office.payments import failed
from counterfoil.office.words import day, written
from counterfoil.paper.receipts import uses_of
from counterfoil.reach.doors import needs
from counterfoil.reach.office import OfficeReach
from counterfoil.reach.requests import OfficeRequest

from .kind import RETAINER_INVOICES


@needs("retainer_invoices.read")
@require_safe
def show(request: OfficeRequest, retainer_invoice_id: int) -> HttpResponse:
    """The document with everything that can be done with it. A dialog that the address asks for stands open."""
    reach = request.reach
    retainer = pages.find(RETAINER_INVOICES, reach, retainer_invoice_id)
    may_record = reach.may("payments.record")
    here = f"?customer={retainer.customer_id}&invoice={retainer.id}"
    return page(
        request,
        "office/retainer_invoices/show.html",
        **pages.shown(RETAINER_INVOICES, request, retainer),
        to_pay=written(reach, retainer.unpaid_minor, retainer.currency),
        held=written(reach, retainer.balance_minor, retainer.currency),
        payments=_payments(reach, retainer) if retainer.paid_minor else [],
        uses=_uses(reach, retainer) if retainer.paid_minor > retainer.balance_minor else [],
        failed=failed.of_invoice(reach, retainer) if retainer.unpaid_minor else [],
        can_be_voided=retainer.state == "issued" and not retainer.paid_minor,
        may_correct=may_record,
        record_url=reach.url("payment_new") + here if retainer.unpaid_minor and may_record else "",
        draw_url=reach.url("retainer_invoice_draw", retainer.id) if retainer.balance_minor and may_record else "",
    )


def _payments(reach: OfficeReach, retainer: Any) -> list[dict[str, Any]]:
    """What was paid of it, each with where it is given back."""
    can_go_back = retainer.balance_minor and reach.may("payments.record")
    return [
        {
            "number": payment.number,
            "url": reach.url("payment", payment.id),
            "day": day(reach, payment.day),
            "method": payment.method,
            "amount": written(reach, payment.minor, retainer.currency),
            "refund_url": reach.url("payment_refund", payment.id) if can_go_back else "",
        }
        for payment in reach.payments_of(retainer)
    ]


def _uses(reach: OfficeReach, retainer: Any) -> list[dict[str, Any]]:
    """The invoices that it is used for."""
    return [
        {
            "number": invoice.name,
            "url": reach.url("invoice", invoice.id),
            "amount": written(reach, minor, retainer.currency),
            "take_off_url": reach.url("retainer_invoice_take_off", retainer.id, invoice.id),
        }
        for invoice, minor in uses_of(retainer)
    ]


@needs("payments.record")
@require_POST
def take_off(request: OfficeRequest, retainer_invoice_id: int, invoice_id: int) -> HttpResponse:
    """Use the retainer no longer for that invoice."""
    retainer = get_object_or_404(request.reach.retainer_invoices, id=retainer_invoice_id)
    invoice = get_object_or_404(request.reach.invoices, id=invoice_id, customer=retainer.customer_id)
    here = request.reach.url("retainer_invoice", retainer.id)
    try:
        allocations.take_off(retainer, invoice, by=acting(request))
    except Refused as refusal:
        return refused(request, here, refusal)
    sentence = _("It is no longer used for %(number)s, which owes it again. It can be applied anew there.")
    return done(request, here, sentence % {"number": invoice.name})
