"""Using what a customer has in credit for an invoice."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from counterfoil.books.payments import allocations, attempts
from counterfoil.design.forms import AmountField, refuse
from counterfoil.foundation.money import Money
from counterfoil.foundation.refusal import Refused
from counterfoil.office.answers import done, status_of
from counterfoil.office.customer_choice import ids_of_shares
from counterfoil.office.pages import page
from counterfoil.office.words import day, written
from counterfoil.reach.doors import needs
from counterfoil.reach.requests import OfficeRequest

LISTED = 100  # payments with something left, the oldest first


class CreditForm(forms.Form):
    """`share-<payment>`: how much of what is left of each payment is used."""

    balance_seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, payments: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.payments = payments
        for payment in payments:
            label = _("Use of %(number)s") % {"number": payment.number}
            self.fields[f"share-{payment.id}"] = AmountField(
                payment.currency, label=label, required=False, allow_zero=True
            )

    def shares(self) -> dict[int, int]:
        """How much of which payment, in minor units."""
        typed = {payment.id: self.cleaned_data[f"share-{payment.id}"] for payment in self.payments}
        return {payment_id: money.minor for payment_id, money in typed.items() if money}


@needs("payments.record")
@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: OfficeRequest, invoice_id: int) -> HttpResponse:
    """**Apply credits**: what is left of payments, the oldest first, as far as the invoice owes it."""
    invoice = get_object_or_404(request.reach.invoices.select_related("customer"), id=invoice_id)
    left = request.reach.payments.filter(customer=invoice.customer_id, balance_minor__gt=0)
    payments = list(left.order_by("paid_on", "id")[:LISTED])
    # What was used up meanwhile is still there to say so.
    named = ids_of_shares(request) - {payment.id for payment in payments}
    payments += request.reach.payments.filter(customer=invoice.customer_id, id__in=named)
    if request.method != "POST":
        return _show(request, invoice, CreditForm(initial=_initial(invoice, payments), payments=payments))
    form = CreditForm(request.POST, payments=payments)
    if not form.is_valid():
        return _show(request, invoice, form)
    try:
        allocations.apply(
            invoice, form.shares(), by=request.reach.actor, balance_seen=form.cleaned_data["balance_seen"]
        )
    except Refused as refusal:
        refuse(form, refusal)
        return _show(request, invoice, form)
    return done(request, request.reach.url("invoice", invoice.id), _("The credit is used for this invoice."))


def _initial(invoice: Any, payments: list[Any]) -> dict[str, Any]:
    """As much as can be paid, from the oldest payments."""
    initial: dict[str, Any] = {"balance_seen": invoice.balance_minor}
    open_minor = attempts.payable_minor(invoice)
    for payment in payments:
        used = min(open_minor, payment.balance_minor)
        open_minor -= used
        initial[f"share-{payment.id}"] = Money(used, payment.currency) if used else None
    return initial


def _show(request: OfficeRequest, invoice: Any, form: CreditForm) -> HttpResponse:
    reach = request.reach
    return page(
        request,
        "office/invoices/credits.html",
        status=status_of(form),
        form=form,
        number=invoice.name,
        customer=invoice.customer,
        payable=written(reach, attempts.payable_minor(invoice), invoice.currency),
        rows=[
            {
                "number": payment.number,
                "url": reach.url("payment", payment.id),
                "day": day(reach, payment.paid_on),
                "left": written(reach, payment.balance_minor, payment.currency),
                "share": form[f"share-{payment.id}"],
            }
            for payment in form.payments
        ],
        back_url=reach.url("invoice", invoice.id),
    )
