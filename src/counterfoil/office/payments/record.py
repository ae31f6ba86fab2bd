"""Writing down a payment that reached the business otherwise: which money, and which invoices it is used for."""

from collections.abc import Mapping, Sequence
from secrets import token_urlsafe
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from counterfoil.books.payments import attempts, payments
from counterfoil.design.forms import AmountField, refuse
from counterfoil.foundation.formats import relative_due
from counterfoil.foundation.money import Money, format_money
from counterfoil.foundation.refusal import Refused
from counterfoil.office.answers import done, status_of
from counterfoil.office.customer_choice import asked_number, choose_customer, ids_of_shares
from counterfoil.office.locked import acting, why_form
from counterfoil.office.pages import page
from counterfoil.office.words import day, written
from counterfoil.reach.doors import needs
from counterfoil.reach.office import OfficeReach
from counterfoil.reach.requests import OfficeRequest

LISTED = 100  # unpaid invoices that the form offers, the longest due first
MODES = {mode.value: mode for mode in payments.RECORDED_MODES}


class PaymentForm(forms.Form):
    """The payment, and `share-<invoice>`: how much of it is used for each invoice or retainer invoice."""

    recording_key = forms.CharField(max_length=64, widget=forms.HiddenInput)
    amount = AmountField(label=gettext_lazy("Amount received"))
    paid_on = forms.DateField(
        label=gettext_lazy("Payment date"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    mode = forms.ChoiceField(label=gettext_lazy("Mode"))
    reference = forms.CharField(label=gettext_lazy("Reference"), max_length=100, required=False)
    bank_charges = AmountField(
        label=gettext_lazy("Bank charges"),
        required=False,
        allow_zero=True,
        help_text=gettext_lazy("What the bank kept of it. The customer has paid the whole amount."),
    )
    deposited_on = forms.DateField(
        label=gettext_lazy("Deposit date"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("When the bank had it, if that was another day."),
    )
    notes = forms.CharField(
        label=gettext_lazy("Notes"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, currency: str, invoices: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["mode"].choices = [(value, mode.label) for value, mode in MODES.items()]
        for name in ("amount", "bank_charges"):
            fields[name].currency = currency
        for invoice in invoices:
            label = _("Use for %(number)s") % {"number": invoice.name}
            fields[f"share-{invoice.id}"] = AmountField(currency, label=label, required=False, allow_zero=True)
        self.invoices = invoices

    def shares(self) -> dict[int, int]:
        """How much is to be used for which invoice, in minor units."""
        typed = {invoice.id: self.cleaned_data.get(f"share-{invoice.id}") for invoice in self.invoices}
        return {invoice_id: money.minor for invoice_id, money in typed.items() if money}


@needs("payments.record")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: OfficeRequest) -> HttpResponse:
    """A payment of the customer in the address; without one, first the choice of the customer."""
    customer_id = asked_number(request, "customer")
    if customer_id is None:
        return choose_customer(request, "payment_new", heading=_("Record payment"), back="payments")
    customer = get_object_or_404(request.reach.customers, id=customer_id)
    invoices = _unpaid(request, customer)
    if request.method != "POST":
        return _show(request, customer, PaymentForm(initial=_initial(request, invoices), **_about(customer, invoices)))
    if request.POST.get("do") == "spread":
        return _show(request, customer, _spread(request.POST, customer, invoices))
    form = PaymentForm(request.POST, **_about(customer, invoices))
    if request.POST.get("do") == "update":
        form.is_valid()
        return _show(request, customer, form)
    payment = _record(request, customer, form)
    if payment is None:
        return _show(request, customer, form, status=status_of(form))
    return done(request, request.reach.url("payment", payment.id), _("The payment is recorded."))


def _unpaid(request: OfficeRequest, customer: Any) -> list[Any]:
    """The longest due invoices of the customer, and those that the address or the form names in any case.

    Below them retainer invoices, as many.
    """
    offered: list[Any] = []
    named = ids_of_shares(request) | {asked_number(request, "invoice") or 0}
    for rows in (request.reach.invoices, request.reach.retainer_invoices):
        own = rows.of(customer).filter(state="issued")
        found = list(own.unpaid().order_by("due_on", "id")[:LISTED])
        offered += [*own.filter(id__in=named - {one.id for one in found}), *found]
    return offered


def _about(customer: Any, invoices: Sequence[Any]) -> dict[str, Any]:
    return {"currency": customer.currency, "invoices": invoices}


def _initial(request: OfficeRequest, invoices: Sequence[Any]) -> dict[str, Any]:
    """Today's bank transfer; of the invoice in the address, what is payable of it."""
    initial = {"recording_key": token_urlsafe(24), "paid_on": request.reach.today, "mode": next(iter(MODES))}
    named = asked_number(request, "invoice")
    for invoice in invoices:
        if invoice.id == named and (payable := attempts.payable_minor(invoice)):
            initial |= {"amount": Money(payable, invoice.currency), f"share-{named}": Money(payable, invoice.currency)}
    return initial


def _spread(typed: Mapping[str, Any], customer: Any, invoices: Sequence[Any]) -> PaymentForm:
    """The form with the amount used for the longest due invoices first, and everything else as it was typed."""
    form = PaymentForm(typed, **_about(customer, invoices))
    form.is_valid()
    amount = form.cleaned_data.get("amount")
    if amount is None:
        return form
    filled, left = dict(typed.items()), amount.minor
    # What is paid ahead is for a person to choose.
    for invoice in sorted((one for one in invoices if not _is_ahead(one)), key=lambda one: (one.due_on, one.id)):
        used = min(left, invoice.balance_minor)
        left -= used
        filled[f"share-{invoice.id}"] = str(Money(used, customer.currency).decimal) if used else ""
    form = PaymentForm(filled, **_about(customer, invoices))
    form.is_valid()
    return form


def _is_ahead(document: Any) -> bool:
    return bool(document.kind() == "retainer_invoice")


def _record(request: OfficeRequest, customer: Any, form: PaymentForm) -> Any:
    if not form.is_valid():
        return None
    data = form.cleaned_data
    try:
        return payments.record(
            customer_id=customer.id,
            amount=data["amount"],
            shares=form.shares(),
            paid_on=data["paid_on"],
            deposited_on=data["deposited_on"],
            mode=MODES[data["mode"]],
            recording_key=data["recording_key"],
            by=acting(request),
            reference=data["reference"],
            bank_charges_minor=data["bank_charges"].minor if data["bank_charges"] else 0,
            notes=data["notes"],
        )
    except Refused as refusal:
        refuse(form, refusal)
        return None


def _show(request: OfficeRequest, customer: Any, form: PaymentForm, *, status: int = 200) -> HttpResponse:
    reach = request.reach
    return page(
        request,
        "office/payments/record.html",
        status=status,
        form=form,
        why=why_form(request, form),
        customer=customer,
        customer_url=reach.url("customer", customer.id),
        rows=[_row(reach, form, invoice) for invoice in form.invoices],
        is_cut=len(form.invoices) >= LISTED,
        sums=_sums(reach, customer, form),
        here=request.get_full_path(),
        back_url=reach.url("payments"),
    )


def _row(reach: OfficeReach, form: PaymentForm, invoice: Any) -> dict[str, Any]:
    due = invoice.due if _is_ahead(invoice) else invoice.due_on
    return {
        "number": invoice.name,
        "url": reach.url(invoice.kind(), invoice.id),
        "due_on": day(reach, due) if due else "",
        "how_far": relative_due(due, reach.today) if due else "",
        "is_late": bool(due and due < reach.today),
        "balance": written(reach, invoice.to_pay_minor, invoice.currency),
        "share": form[f"share-{invoice.id}"],
    }


def _sums(reach: OfficeReach, customer: Any, form: PaymentForm) -> list[tuple[str, str]]:
    """How much is used and how much is left as credit, as far as what is typed can be read."""
    if not form.is_bound:
        amount, used = (
            form.initial.get("amount"),
            sum(value.minor for name, value in form.initial.items() if name.startswith("share-")),
        )
    else:
        amount, used = getattr(form, "cleaned_data", {}).get("amount"), sum(form.shares().values())
    if amount is None:
        return []

    def said(minor: int) -> str:
        return format_money(Money(minor, customer.currency), reach.language)

    left = amount.minor - used
    rows = [(_("Amount received"), said(amount.minor)), (_("Used for invoices"), said(used))]
    return [*rows, (_("Left as credit") if left >= 0 else _("More is used than was received"), said(abs(left)))]
