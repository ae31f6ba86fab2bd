"""**Payments received**: the list, and each payment with what it was used for."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from counterfoil.design.answers import pdf_answer
from counterfoil.design.lists import read
from counterfoil.foundation.pages import Sort
from counterfoil.paper.receipts import receipt_pdf, receipt_sheet, uses_of
from counterfoil.reach.doors import needs
from counterfoil.reach.requests import OfficeRequest

from .pages import page
from .words import day, written

SORTS = {"date": Sort("paid_on", date.fromisoformat), "amount": Sort("amount_minor")}


@needs("payments.read")
@require_safe
def index(request: OfficeRequest) -> HttpResponse:
    """Every payment, online or recorded here, newest first."""
    reach = request.reach
    listing = read(request, reach.payments.select_related("customer"), SORTS, first="-date")
    rows: list[dict[str, Any]] = [
        {
            "number": payment.number,
            "url": reach.url("payment", payment.id),
            "customer": payment.customer.display_name,
            "day": day(reach, payment.paid_on),
            "method": payment.method_label or payment.get_mode_display(),
            "reference": payment.reference,
            "amount": written(reach, payment.amount_minor, payment.currency),
            "left": written(reach, payment.balance_minor, payment.currency) if payment.balance_minor else "",
        }
        for payment in listing.page.rows
    ]
    return page(request, "office/payments/index.html", rows=rows, listing=listing)


@needs("payments.read")
@require_safe
def show(request: OfficeRequest, payment_id: int) -> HttpResponse:
    """One payment as its receipt."""
    reach = request.reach
    payment = get_object_or_404(reach.payments.select_related("customer"), id=payment_id)
    uses = uses_of(payment)
    sheet = receipt_sheet(payment, uses, payment.customer, reach.organization, reach.language)
    paid = sheet.receipt.paid if sheet.receipt else ()
    return page(
        request,
        "office/payments/show.html",
        payment=payment,
        sheet=sheet,
        uses=[
            {"paid": one, "url": reach.url("invoice", invoice.id)}
            for (invoice, _minor), one in zip(uses, paid, strict=True)
        ],
        thanks=sheet.receipt.paid_on if sheet.receipt else "",
        customer=payment.customer,
        customer_url=reach.url("customer", payment.customer_id),
        pdf_url=reach.url("payment_pdf", payment.id),
        back_url=reach.url("payments"),
    )


@needs("payments.read")
@require_safe
def pdf(request: OfficeRequest, payment_id: int) -> HttpResponse:
    """The receipt as PDF, in the customer's language."""
    reach = request.reach
    payment = get_object_or_404(reach.payments.select_related("customer"), id=payment_id)
    content = receipt_pdf(
        payment,
        uses_of(payment),
        payment.customer,
        reach.organization,
        payment.customer.language,
        at=payment.made_at,
    )
    return pdf_answer(content, f"{payment.number}.pdf")
