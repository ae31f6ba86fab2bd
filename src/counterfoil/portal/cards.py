"""**Card details**: what is saved for later payments; changed, replaced or removed."""

from typing import Any

from csp.decorators import csp_update
from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from counterfoil.books.payments import keeping
from counterfoil.books.payments.gateways import accounts
from counterfoil.design.forms import refuse
from counterfoil.foundation.refusal import Refused
from counterfoil.reach.doors import needs
from counterfoil.reach.portal import PortalReach
from counterfoil.reach.requests import PortalRequest

from .pages import page
from .paying.form import ADDRESS, PayerForm

MONTHS = [(str(month), f"{month:02}") for month in range(1, 13)]
YEARS_AHEAD = 15


class CardForm(PayerForm):
    """What can be changed of a saved card without typing it anew."""

    exp_month = forms.ChoiceField(label=gettext_lazy("Month"), choices=MONTHS)
    exp_year = forms.ChoiceField(label=gettext_lazy("Year"))

    def __init__(self, *args: Any, this_year: int, is_card: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        years = range(this_year, this_year + YEARS_AHEAD)
        self.fields["exp_year"].choices = [(str(year), str(year)) for year in years]  # type: ignore[attr-defined]
        if not is_card:
            del self.fields["exp_month"], self.fields["exp_year"]

    def expiry(self) -> tuple[int, int] | None:
        data = self.cleaned_data
        return (int(data["exp_month"]), int(data["exp_year"])) if "exp_month" in data else None


def rows(reach: PortalReach) -> list[dict[str, Any]]:
    """What is saved, as the pages list it, the newest first."""
    return [
        {
            "label": method.label,
            "kind": method.kind,
            "expiry": f"{method.exp_month:02}/{method.exp_year % 100:02}" if method.kind == "card" else "",
            "is_expired": method.is_expired(reach.today),
            "holder": method.holder,
            "url": reach.url("card", method.id),
        }
        for method in reach.saved()
    ]


@needs("invoices.pay")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: PortalRequest, method_id: int) -> HttpResponse:
    """Expiry, name and address of one; a new card in its place; removing it."""
    method = get_object_or_404(request.reach.saved_methods.select_related("gateway"), id=method_id)
    form = _form(request, method)
    if request.method == "POST" and form.is_valid():
        try:
            keeping.change(method, expiry=form.expiry(), payer=form.payer(), actor=request.reach.actor)
        except Refused as refusal:
            refuse(form, refusal)
        else:
            return HttpResponseRedirect(request.reach.url("home"), status=303)
    return _show(request, method, form, status=422 if form.is_bound else 200)


@needs("invoices.pay")
@require_POST
def replace(request: PortalRequest, method_id: int) -> HttpResponse:
    """Another card in place of this one: `method_token` is what the gateway's fields made of it."""
    method = get_object_or_404(request.reach.saved_methods.select_related("gateway"), id=method_id)
    token, form = request.POST.get("method_token", "")[:255], _form(request, method, bound=False)
    try:
        if not token.isascii() or not token:
            raise Refused("NO_TOKEN", _("Write the new card's details first. This needs JavaScript."))
        keeping.replace(method, token, payer=None, actor=request.reach.actor)
    except Refused as refusal:
        return _show(request, method, form, refusal=refusal, status=422)
    return HttpResponseRedirect(request.reach.url("home"), status=303)


@needs("invoices.pay")
@require_POST
def remove(request: PortalRequest, method_id: int) -> HttpResponse:
    """Keep it no longer."""
    method = get_object_or_404(request.reach.saved_methods.select_related("gateway"), id=method_id)
    try:
        keeping.remove(method, actor=request.reach.actor)
    except Refused as refusal:
        return _show(request, method, _form(request, method, bound=False), refusal=refusal, status=409)
    return HttpResponseRedirect(request.reach.url("home"), status=303)


def _form(request: PortalRequest, method: Any, *, bound: bool = True) -> CardForm:
    initial = {"exp_month": str(method.exp_month), "exp_year": str(method.exp_year), "name": method.holder}
    sent = request.POST if bound and request.method == "POST" else None
    return CardForm(
        sent,
        initial=initial | method.address,
        asked=[name for name in ADDRESS if name == "name" or name in method.gateway.address_fields],
        language=request.reach.language,
        this_year=request.reach.today.year,
        is_card=method.kind == "card",
    )


def _show(
    request: PortalRequest, method: Any, form: CardForm, *, refusal: Refused | None = None, status: int = 200
) -> HttpResponse:
    reach = request.reach
    gateway = accounts.connect(method.gateway)
    fields = gateway.card_fields(language=reach.language, accent=reach.organization.brand_colour, kind=method.kind)
    let_in: Any = csp_update({"frame-src": [fields.origin]})
    answer: HttpResponse = let_in(page)(
        request,
        "portal/cards/edit.html",
        status=status,
        form=form,
        label=method.label,
        kind=method.kind,
        refusal=refusal,
        fields_url=fields.url,
        remove_is_asked=request.GET.get("ask") == "remove",
        replace_url=reach.url("card_replace", method.id),
        remove_url=reach.url("card_remove", method.id),
        back_url=reach.url("home"),
    )
    return answer
