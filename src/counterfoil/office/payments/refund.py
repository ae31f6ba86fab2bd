"""**Refund**: how much of a payment goes back, where to, and what becomes of the invoice. It asks once."""

import secrets
from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from counterfoil.books.payments import payments, refunding, returning, returns
from counterfoil.books.payments.returns import Wish
from counterfoil.design.forms import AmountField, refuse
from counterfoil.foundation.money import Money
from counterfoil.foundation.refusal import Refused
from counterfoil.office.answers import done, refused, status_of
from counterfoil.office.locked import acting, why_form
from counterfoil.office.pages import page
from counterfoil.office.words import written
from counterfoil.paper.receipts import uses_of
from counterfoil.reach.doors import needs
from counterfoil.reach.office import OfficeReach
from counterfoil.reach.requests import OfficeRequest

WAYS, EFFECTS = returns.WAYS, returns.EFFECTS
MODES = {mode.value: mode for mode in payments.RECORDED_MODES}


class RefundForm(forms.Form):
    """What goes back. `share-<invoice>` says how much comes out of which document, where it is used for several."""

    form_key = forms.CharField(min_length=20, max_length=64, widget=forms.HiddenInput)
    amount = AmountField(label=gettext_lazy("Amount"))
    way = forms.ChoiceField(label=gettext_lazy("Where the money goes"), widget=forms.RadioSelect)
    mode = forms.ChoiceField(label=gettext_lazy("Mode"), required=False)
    reference = forms.CharField(label=gettext_lazy("Reference"), max_length=100, required=False)
    effect = forms.ChoiceField(
        label=gettext_lazy("What becomes of the invoice"), widget=forms.RadioSelect, required=False
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200, required=False)

    def __init__(self, *args: Any, payment: Any, uses: Sequence[Any], gives_parts: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        self.payment, self.uses, self.gives_parts = payment, uses, gives_parts
        self.has_invoices = any(document.kind() == "invoice" for document, _minor in uses)
        fields["amount"].currency = payment.currency
        fields["way"].choices = _ways(payment, has_invoices=self.has_invoices, gives_parts=gives_parts)
        fields["mode"].choices = [(value, mode.label) for value, mode in MODES.items()]
        fields["effect"].choices = [
            (EFFECTS.OPEN_AGAIN, _("It is open again, so the customer owes that much")),
            (EFFECTS.STAYS_PAID, _("It stays paid: the sale is worth that much less")),
        ]
        if not self.has_invoices:
            del fields["effect"]
        for invoice, _minor in uses if len(uses) > 1 else ():
            label = _("From %(number)s") % {"number": invoice.name}
            fields[f"share-{invoice.id}"] = AmountField(payment.currency, label=label, required=False, allow_zero=True)

    def clean_way(self) -> str:
        way, amount = str(self.cleaned_data["way"]), self.cleaned_data.get("amount")
        if way == WAYS.GATEWAY and not self.gives_parts and amount and amount.minor != self.payment.amount_minor:
            self.add_error("amount", returns.NO_PART)
        return way

    def wish(self) -> Wish:
        """As the verb takes it. Without shares it comes from the invoices that the payment was used for last."""
        data = self.cleaned_data
        way, amount = WAYS(data["way"]), data["amount"]
        typed = {invoice.id: data.get(f"share-{invoice.id}") for invoice, _minor in self.uses}
        shares = {invoice_id: money.minor for invoice_id, money in typed.items() if money}
        return Wish(
            amount=amount,
            way=way,
            effect=EFFECTS(data.get("effect") or EFFECTS.OPEN_AGAIN),
            shares=shares or returning.shares(self.payment, {}, returning.missing(self.payment, amount.minor, way)),
            mode=data["mode"],
            reference=data["reference"],
            reason=data["reason"],
        )


def _ways(payment: Any, *, has_invoices: bool, gives_parts: bool) -> list[tuple[str, str]]:
    ways: list[tuple[str, str]] = []
    if payment.gateway_id and (gives_parts or _is_whole(payment)):
        label = payment.method_label or payment.get_mode_display()
        ways.append((WAYS.GATEWAY, _("Back to %(method)s, through the gateway") % {"method": label}))
    ways.append((WAYS.OTHER, _("I give it back otherwise, by bank transfer or in cash")))
    if has_invoices:
        ways.append((WAYS.CREDIT, _("It stays here as credit for later invoices")))
    return ways


def _is_whole(payment: Any) -> bool:
    """Whether nothing went back of it yet."""
    return bool(returning.returnable_minor(payment) == payment.amount_minor)


@needs("payments.record")
@require_http_methods(["GET", "HEAD", "POST"])
def refund(request: OfficeRequest, payment_id: int) -> HttpResponse:
    """The form; then what will happen, in a sentence; then it happens."""
    payment = get_object_or_404(request.reach.payments.select_related("customer", "gateway"), id=payment_id)
    uses, gives_parts = uses_of(payment), refunding.gives_parts(payment)
    if request.method != "POST":
        initial = _initial(payment, uses, gives_parts=gives_parts)
        return _show(request, RefundForm(initial=initial, payment=payment, uses=uses, gives_parts=gives_parts))
    form = RefundForm(request.POST, payment=payment, uses=uses, gives_parts=gives_parts)
    if not form.is_valid():
        # Sent twice, the first may have changed what can be chosen: then it is done.
        earlier = payment.returns.filter(form_key=request.POST.get("form_key") or "-").first()
        return _done(request, payment, earlier) if earlier else _show(request, form)
    wish = form.wish()
    if request.POST.get("do") != "confirm":
        return _show(request, form, sentences=_sentences(request.reach, form, wish))
    try:
        form_key = form.cleaned_data["form_key"]
        back = returns.begin(payment, wish, by=acting(request), form_key=form_key, gives_parts=gives_parts)
    except Refused as refusal:
        refuse(form, refusal)
        return _show(request, form)
    request.under_way_url = request.reach.url("payment", payment.id)
    return _done(request, payment, refunding.send(back))


def _done(request: OfficeRequest, payment: Any, back: Any) -> HttpResponse:
    here = request.reach.url("payment", payment.id)
    if back.state == "failed":
        words = {"reason": back.failure_reason}
        sentence = _("The gateway gave nothing back, so everything is as it was. Its reason: %(reason)s") % words
        return refused(request, here, Refused("REFUND_FAILED", sentence))
    if back.way == WAYS.CREDIT:
        return done(request, here, _("It is credit of the customer now."))
    if back.state == "paid":
        return done(request, here, _("The refund is done."))
    return done(request, here, _("The refund is on its way. This page says when the gateway has done it."))


def _left(payment: Any, uses: Sequence[Any]) -> int:
    """What can be given back as things are: of a retainer what is held, not what is used for invoices."""
    held = sum(min(minor, one.balance_minor) if one.kind() == "retainer_invoice" else minor for one, minor in uses)
    return int(min(returning.returnable_minor(payment), payment.balance_minor + held))


def _initial(payment: Any, uses: Sequence[Any], *, gives_parts: bool) -> dict[str, Any]:
    through_gateway = payment.gateway_id and (gives_parts or _is_whole(payment))
    return {
        "form_key": secrets.token_urlsafe(24),
        "amount": Money(_left(payment, uses), payment.currency),
        "way": WAYS.GATEWAY if through_gateway else WAYS.OTHER,
        "effect": EFFECTS.OPEN_AGAIN,
        "mode": "bank_transfer",
    }


def _sentences(reach: OfficeReach, form: RefundForm, wish: Wish) -> list[str]:
    """What will happen, before it is confirmed."""
    payment, amount = form.payment, written(reach, wish.amount.minor, wish.amount.currency)
    method = payment.method_label or payment.get_mode_display()
    said = {
        WAYS.GATEWAY: _("%(amount)s goes back to %(method)s."),
        WAYS.OTHER: _("You give %(amount)s back yourself; here it is only written down."),
        WAYS.CREDIT: _("%(amount)s becomes credit of the customer. No money moves."),
    }
    sentences = [said[wish.way] % {"amount": amount, "method": method}]
    of_id = {document.id: document for document, _minor in form.uses}
    owes = _("%(number)s is open again: %(amount)s more of it is owed.")
    stays = _("%(number)s stays paid. Its sale and taxes shrink by %(amount)s.")
    held = _("%(amount)s of %(number)s is held no longer.")
    for document_id, minor in wish.shares.items():
        document = of_id.get(document_id)
        words = {"number": document.name if document else "", "amount": written(reach, minor, payment.currency)}
        is_ahead = document is not None and document.kind() == "retainer_invoice"
        sentences.append((held if is_ahead else stays if wish.effect == EFFECTS.STAYS_PAID else owes) % words)
    return sentences


def _show(request: OfficeRequest, form: RefundForm, *, sentences: Sequence[str] = ()) -> HttpResponse:
    reach, payment = request.reach, form.payment
    return page(
        request,
        "office/payments/refund.html",
        status=status_of(form),
        form=form,
        payment=payment,
        number=payment.number,
        customer=payment.customer,
        left=written(reach, _left(payment, form.uses), payment.currency),
        unused=written(reach, payment.balance_minor, payment.currency) if payment.balance_minor else "",
        shares=[
            {
                "number": invoice.name,
                "used": written(reach, minor, payment.currency),
                "share": form[f"share-{invoice.id}"],
            }
            for invoice, minor in (form.uses if len(form.uses) > 1 else ())
        ],
        whole=_whole(form),
        sentences=sentences,
        why=why_form(request, form),
        why_do="confirm",
        back_url=reach.url("payment", payment.id),
    )


def _whole(form: RefundForm) -> str:
    """What somebody must know whose gateway gives back no part of a payment."""
    if form.gives_parts:
        return ""
    if _is_whole(form.payment):
        return _("The gateway gives this payment back whole or not at all. A part of it goes back another way.")
    return _("Some of this payment went back already, and its gateway gives a payment back only whole.")


@needs("payments.record")
@require_POST
def decide(request: OfficeRequest, payment_id: int, return_id: int) -> HttpResponse:
    """What becomes of the invoice of which the gateway or the bank took money back without us."""
    payment = get_object_or_404(request.reach.payments, id=payment_id)
    back = get_object_or_404(request.reach.returns.filter(payment=payment), id=return_id)
    here = request.reach.url("payment", payment.id)
    effect = request.POST.get("effect", "")
    if effect not in EFFECTS.values:
        return refused(request, here, Refused("EFFECT", _("Choose what becomes of the invoice.")))
    try:
        returns.decide(back, EFFECTS(effect), by=request.reach.actor)
    except Refused as refusal:
        return refused(request, here, refusal)
    if effect == EFFECTS.STAYS_PAID:
        return done(request, here, _("The customer has it as credit, and the invoice is paid again with it."))
    return done(request, here, _("The invoice stays open."))
