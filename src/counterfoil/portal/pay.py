"""**Pay now**: what is paid for, how much, and the possible ways. What is charged is decided when it is sent."""

import secrets
from dataclasses import dataclass
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django import forms
from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from counterfoil.books.payments import attempts, collecting, failures, offering, turned_away
from counterfoil.design.feeds import is_opened
from counterfoil.design.forms import AmountField, refuse
from counterfoil.foundation.ids import whole_number
from counterfoil.foundation.money import Money, format_amount, symbol
from counterfoil.foundation.refusal import Refused
from counterfoil.paper.transfers import bank_transfer
from counterfoil.reach.doors import needs
from counterfoil.reach.portal import PortalReach
from counterfoil.reach.requests import PortalRequest

from .amounts import due, written
from .pages import plain_page

TRANSFER = "transfer"
CARD = "card-"  # and the gateway's id
# Something else happened first: not a mistake in what was typed.
CONFLICTS = ("NOT_PAYABLE", "PAYMENT_IN_PROGRESS", "FORM_USED", "GATEWAY_OFF")


class PaymentForm(forms.Form):
    """What is sent. The token is what the gateway's fields made of the card; without JavaScript there is none."""

    form_key = forms.CharField(min_length=20, max_length=64, widget=forms.HiddenInput)
    method_token = forms.CharField(max_length=255, required=False, widget=forms.HiddenInput)
    amount = AmountField(label=gettext_lazy("Amount"))
    method = forms.CharField(max_length=40, error_messages={"required": gettext_lazy("Choose how to pay.")})


@dataclass(frozen=True)
class Desk:
    """An invoice with everything that decides how it can be paid now."""

    invoice: Any
    held: list[Any]
    payable: Money
    offers: list[offering.Offer]
    transfer: Any

    @property
    def usable(self) -> dict[str, offering.Offer]:
        return {f"{CARD}{offer.gateway.id}": offer for offer in self.offers if offer.obstacle is None}


def _desk(reach: PortalReach, invoice_id: int) -> Desk:
    """Read the invoice and ask the gateways what they can do. Not inside a transaction. Raises Http404."""
    invoice = get_object_or_404(reach.invoices, id=invoice_id)
    held = attempts.holds(invoice) if invoice.balance_minor else []
    payable = Money(attempts.payable_minor(invoice, held), invoice.currency)
    offers = offering.offers(reach.gateways, invoice, payable.minor) if payable.minor else []
    pay_url = settings.PUBLIC_URL + reach.url("pay", invoice.id) if offers else ""
    transfer = bank_transfer(reach.organization, invoice.number, payable, pay_url=pay_url)
    return Desk(invoice, held, payable, offers, transfer)


@needs("invoices.pay")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def pay(request: PortalRequest, invoice_id: int) -> HttpResponse:
    """The payment page. Sending it stores an attempt, collects the money and goes on to what became of it."""
    desk = _desk(request.reach, invoice_id)
    if request.method == "POST":
        return _send(request, desk)
    if is_opened(request):
        _note_obstacle(request.reach, desk)
    return _show(request, desk, _fresh_form(desk), earlier=_earlier(request, desk))


def _earlier(request: PortalRequest, desk: Desk) -> Any:
    """The attempt that came to nothing and led back here, if the address names one of this invoice's."""
    asked = whole_number(request.GET.get("attempt", ""))
    if asked is None:
        return None
    over = request.reach.attempts.filter(state__in=("failed", "cancelled"), shares__invoice=desk.invoice)
    return over.filter(id=asked).first()


def _fresh_form(desk: Desk) -> PaymentForm:
    method = next(iter(desk.usable), TRANSFER)
    return PaymentForm(initial={"form_key": _new_key(), "amount": desk.payable, "method": method})


def _new_key() -> str:
    return secrets.token_urlsafe(24)


def _send(request: PortalRequest, desk: Desk) -> HttpResponse:
    form = PaymentForm(request.POST)
    form.fields["amount"].currency = desk.invoice.currency  # type: ignore[attr-defined]
    if not form.is_valid():
        return _again(request, desk, form, 422)
    try:
        return _collect(request, desk, form.cleaned_data)
    except Refused as refusal:
        return _refused(request, desk, form, refusal)


def _collect(request: PortalRequest, desk: Desk, sent: dict[str, Any]) -> HttpResponse:
    """Begin, collect, and go on. The same form sent again goes to where the first one went. Raises Refused."""
    reach, shares = request.reach, {desk.invoice.id: sent["amount"].minor}
    earlier = reach.attempts.filter(form_key=sent["form_key"]).first()
    if earlier is not None:
        return _go_on(reach, attempts.same_again(earlier, shares))
    offer = desk.usable.get(sent["method"])
    if offer is None or offer.capabilities is None:
        raise _no_way(desk, sent["method"])
    attempt = attempts.begin(
        shares,
        customer_id=reach.customer.id,
        gateway=offer.gateway,
        capabilities=offer.capabilities,
        by=reach.actor,
        form_key=sent["form_key"],
        method_token=sent["method_token"],
    )
    request.under_way_url = reach.url("attempt", attempt.id)
    order = collecting.order_for(
        attempt,
        return_url=settings.PUBLIC_URL + reach.url("attempt_return", attempt.id),
        language=reach.language,
        description=f"{desk.invoice.number}, {reach.organization.name}",
    )
    return _go_on(reach, collecting.collect(attempt, order))


def _go_on(reach: PortalReach, attempt: Any) -> HttpResponse:
    """To the gateway where the payer must do something there, else to the page that knows how the attempt stands."""
    waits = attempt.state == "action" and attempt.next_url
    return HttpResponseRedirect(attempt.next_url if waits else reach.url("attempt", attempt.id), status=303)


def _no_way(desk: Desk, method: str) -> Refused:
    if not desk.payable:
        return Refused("NOT_PAYABLE", _("Nothing more was charged."))
    if method == TRANSFER:
        sentence = _("A bank transfer is made at your bank, with the details below. Nothing was charged.")
        return Refused("NOT_ONLINE", sentence)
    obstacles = [offer.obstacle for offer in desk.offers if offer.obstacle]
    return obstacles[0] if obstacles else Refused("GATEWAY_OFF", _("Choose another way to pay. Nothing was charged."))


def _refused(request: PortalRequest, desk: Desk, form: PaymentForm, refusal: Refused) -> HttpResponse:
    """Say why, with the figures as they are now. What the office can mend, it finds among the failed payments."""
    _note(request, desk, form.cleaned_data, refusal)
    if refusal.code == "CP1003":
        return _access_ended(request)
    now = _desk(request.reach, desk.invoice.id)
    refuse(form, refusal)
    return _again(request, now, form, 409 if refusal.code in CONFLICTS else 422)


def _note(request: PortalRequest, desk: Desk, sent: dict[str, Any], refusal: Refused) -> None:
    """Tell the office, unless it is only a part that is too small to be paid: that is the payer's own choice."""
    if refusal.code == "CP4001" and sent["amount"] < desk.payable:
        return
    turned_away.note(
        refusal.code,
        {desk.invoice.id: sent["amount"].minor},
        customer_id=request.reach.customer.id,
        by=request.reach.actor,
        form_key=sent["form_key"],
        gateway_id=whole_number(sent["method"].removeprefix(CARD)),
    )


def _note_obstacle(reach: PortalReach, desk: Desk) -> None:
    """Who came to pay and found no way may never send a form: tell the office, once a day for each invoice."""
    if desk.usable or not desk.payable:
        return
    for offer in desk.offers:
        if offer.obstacle is not None:
            turned_away.note(
                offer.obstacle.code,
                {desk.invoice.id: desk.payable.minor},
                customer_id=reach.customer.id,
                by=reach.actor,
                form_key=f"{offer.obstacle.code}-{desk.invoice.id}-{reach.today.isoformat()}",
                gateway_id=offer.gateway.id,
            )


def _access_ended(request: PortalRequest) -> HttpResponse:
    reach = request.reach
    context = {
        "organization_name": reach.organization.name,
        "brand_colour": reach.organization.brand_colour,
        "contact_email": reach.organization.email,
        "sign_out_url": f"/portal/{reach.portal_name}/account/logout/",
        "code": "CP1003",
    }
    return render(request, "portal/access_ended.html", context, status=403)


def _again(request: PortalRequest, desk: Desk, form: PaymentForm, status: int) -> HttpResponse:
    """The page once more, with what was typed, a key of its own and no token, which was good for one try."""
    typed = form.data.dict() | {"form_key": _new_key(), "method_token": ""}  # type: ignore[attr-defined]
    if not desk.invoice.allows_partial:
        typed["amount"] = format_amount(desk.payable, request.reach.language)
    form.data = typed
    return _show(request, desk, form, status=status)


def _show(
    request: PortalRequest, desk: Desk, form: PaymentForm, *, earlier: Any = None, status: int = 200
) -> HttpResponse:
    reach = request.reach
    if not desk.payable:
        return plain_page(request, "portal/pay/nothing.html", status=status, **_nothing(reach, desk, form))
    if earlier is not None and desk.invoice.allows_partial and earlier.amount_minor <= desk.payable.minor:
        form.initial["amount"] = Money(earlier.amount_minor, earlier.currency)
    context = _bill(reach, desk) | {
        "form": form,
        "notice": earlier and _notice(earlier),
        "methods": [_method(reach, key, offer) for key, offer in desk.usable.items()],
        "obstacles": [offer.obstacle for offer in desk.offers if offer.obstacle],
        "chosen": form["method"].value(),
        "test_money": any(not offer.gateway.is_live for offer in desk.usable.values()),
        "words": _words(reach, desk, form),
    }
    return _let_in(desk)(plain_page)(request, "portal/pay/show.html", status=status, **context)


def _let_in(desk: Desk) -> Any:
    """What this one page's policy allows beyond our own: the gateway's card fields, and its pages to be sent to."""
    origins = [offer.card_fields(language="en", accent="").origin for offer in desk.usable.values()]
    return csp_update({"frame-src": origins or None, "form-action": [SELF, *origins]})


def _bill(reach: PortalReach, desk: Desk) -> dict[str, Any]:
    """What is paid for."""
    invoice = desk.invoice
    held = sum(share.minor for share in desk.held)
    return {
        "invoice": invoice,
        "due": due(reach, invoice),
        "balance": written(reach, invoice.balance_minor),
        "payable": written(reach, desk.payable.minor),
        "held": written(reach, -held) if held else "",
        "under_way": _under_way(reach, desk),
        "sign": symbol(invoice.currency, reach.language),
        "bounds": _bounds(reach, desk),
        "transfer": desk.transfer,
        "back_url": reach.url("invoice", invoice.id),
        "contact_email": reach.organization.email,
        "organization": reach.organization,
    }


def _under_way(reach: PortalReach, desk: Desk) -> list[dict[str, str]]:
    return [
        {"amount": written(reach, share.minor), "url": reach.url("attempt", share.attempt_id)} for share in desk.held
    ]


def _bounds(reach: PortalReach, desk: Desk) -> tuple[str, str] | None:
    """From how much to how much, where part of it may be paid."""
    offer = next(iter(desk.usable.values()), None)
    if offer is None or not desk.invoice.allows_partial:
        return None
    least, most = offer.bounds(desk.payable, is_partial=True)
    return written(reach, least.minor), written(reach, most.minor)


def _method(reach: PortalReach, key: str, offer: offering.Offer) -> dict[str, Any]:
    fields = offer.card_fields(language=reach.language, accent=reach.organization.brand_colour)
    return {"key": key, "origin": fields.origin, "fields_url": fields.url}


def _words(reach: PortalReach, desk: Desk, form: PaymentForm) -> dict[str, str]:
    """The button's words, and the figure in them that a script keeps up with what is typed."""
    amount = form.initial.get("amount", desk.payable) if not form.is_bound else desk.payable
    return {
        "pay": _("Pay %(amount)s") % {"amount": written(reach, amount.minor)},
        "figure": format_amount(amount, reach.language),
    }


def _notice(earlier: Any) -> dict[str, str]:
    """What the payer reads after an attempt that came to nothing."""
    if earlier.state == "cancelled":
        return {"kind": "info", "sentence": _("The payment was cancelled. You were not charged."), "code": ""}
    return {
        "kind": "wrong",
        "sentence": str(failures.sentence(earlier.failure_reason)),
        "code": failures.code(earlier.failure_reason),
    }


def _nothing(reach: PortalReach, desk: Desk, form: PaymentForm) -> dict[str, Any]:
    """Why there is nothing to pay, and where to look instead."""
    invoice = desk.invoice
    if invoice.state == "void":
        sentence = _("This invoice is void. You don't owe it.")
    elif invoice.state == "written_off":
        sentence = _("This invoice is written off. There is nothing to pay.")
    elif desk.held:
        sentence = _("A payment for this invoice is already being processed. You don't need to pay again.")
    else:
        sentence = _("This invoice is paid. Thank you.")
    return {
        "invoice": invoice,
        "sentence": sentence,
        "under_way": _under_way(reach, desk),
        "refusals": form.non_field_errors() if form.is_bound else [],
        "back_url": reach.url("invoice", invoice.id),
    }
