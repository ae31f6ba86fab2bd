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

LISTED = 100  # payments, and as many credit notes and retainers, with something left, the oldest first


class CreditForm(forms.Form):
    """`share-<payment, credit note or retainer>`: how much of what is left of each is used."""

    balance_seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, offered: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = offered
        for credit in offered:
            label = _("Use of %(number)s") % {"number": credit.number}
            self.fields[f"share-{credit.id}"] = AmountField(
                credit.currency, label=label, required=False, allow_zero=True
            )

    def shares(self) -> dict[int, int]:
        """How much of which of them, in minor units."""
        typed = {credit.id: self.cleaned_data[f"share-{credit.id}"] for credit in self.offered}
        return {credit_id: money.minor for credit_id, money in typed.items() if money}


@needs("payments.record")
@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: OfficeRequest, invoice_id: int) -> HttpResponse:
    """**Apply credits**: what is left of payments, credit notes and retainers, as far as the invoice owes it."""
    invoice = get_object_or_404(request.reach.invoices.select_related("customer"), id=invoice_id)
    offered = _offered(request, invoice)
    if request.method != "POST":
        return _show(request, invoice, CreditForm(initial=_initial(invoice, offered), offered=offered))
    form = CreditForm(request.POST, offered=offered)
    if not form.is_valid():
        return _show(request, invoice, form)
    try:
        allocations.apply(
            invoice, form.shares(), by=request.reach.actor, balance_seen=form.cleaned_data["balance_seen"]
        )
    except Refused as refusal:
        refuse(form, refusal)
        return _show(request, invoice, form)
    return done(request, request.reach.url("invoice", invoice.id), _("It is used for this invoice."))


def _offered(request: OfficeRequest, invoice: Any) -> list[Any]:
    """What is left, the oldest first; what was used up meanwhile is still there to say so."""
    reach, named = request.reach, ids_of_shares(request)
    found: list[Any] = []
    sources = (
        (reach.payments, "paid_on"),
        (reach.credit_notes.exclude(state="draft"), "dated"),
        (reach.retainer_invoices.exclude(state="draft"), "dated"),
    )
    for rows, first in sources:
        of_customer = rows.filter(customer=invoice.customer_id)
        listed = list(of_customer.filter(balance_minor__gt=0).order_by(first, "id")[:LISTED])
        missing = named - {credit.id for credit in listed}
        found += [*listed, *(of_customer.filter(id__in=missing) if missing else ())]
    return sorted(found, key=lambda credit: (_day_of(credit), credit.id))


def _day_of(credit: Any) -> Any:
    return credit.paid_on if credit.ledger_kind() == "payment" else credit.dated


def _initial(invoice: Any, offered: list[Any]) -> dict[str, Any]:
    """As much as can be paid, from the oldest."""
    initial: dict[str, Any] = {"balance_seen": invoice.balance_minor}
    open_minor = attempts.payable_minor(invoice)
    for credit in offered:
        used = min(open_minor, credit.balance_minor)
        open_minor -= used
        initial[f"share-{credit.id}"] = Money(used, credit.currency) if used else None
    return initial


def _show(request: OfficeRequest, invoice: Any, form: CreditForm) -> HttpResponse:
    reach, held = request.reach, attempts.holds(invoice)
    underway = sum(share.minor for share in held)
    return page(
        request,
        "office/invoices/credits.html",
        status=status_of(form),
        form=form,
        number=invoice.name,
        customer=invoice.customer,
        payable=written(reach, attempts.payable_minor(invoice, held), invoice.currency),
        underway=written(reach, underway, invoice.currency) if underway else "",
        rows=[
            {
                "number": credit.number,
                "url": reach.url(credit.ledger_kind(), credit.id),
                "day": day(reach, _day_of(credit)),
                "left": written(reach, credit.balance_minor, credit.currency),
                "share": form[f"share-{credit.id}"],
            }
            for credit in form.offered
        ],
        back_url=reach.url("invoice", invoice.id),
    )
