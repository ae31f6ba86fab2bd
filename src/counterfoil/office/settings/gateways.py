"""Settings: how customers pay: payment gateways, and where bank transfers go."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from counterfoil.books.organizations import organizations
from counterfoil.books.payments import gateway_accounts
from counterfoil.books.payments.gateways import accounts
from counterfoil.foundation.refusal import Refused
from counterfoil.office.answers import done, refused, status_of, succeeded
from counterfoil.reach.doors import needs
from counterfoil.reach.requests import OfficeRequest

from .pages import settings_page

FIELDS = [
    ("name", _("Name")),
    ("street", _("Street")),
    ("city", _("Town or city")),
    ("postcode", _("Postal code")),
    ("region", _("State, county or province")),
    ("country", _("Country")),
]


class BankForm(forms.Form):
    """Where bank transfers go."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    holder = forms.CharField(label=_("Account holder"), max_length=200, required=False)
    bank = forms.CharField(label=_("Bank"), max_length=200, required=False)
    account = forms.CharField(label=_("Account number or IBAN"), max_length=64, required=False)
    code = forms.CharField(
        label=_("Bank code"), max_length=32, required=False, help_text=_("BIC, sort code or routing number.")
    )


@needs("settings.read")
@require_safe
def show(request: OfficeRequest) -> HttpResponse:
    return _show(request, _bank_form(request))


@needs("settings.edit")
@require_POST
def connect_sandbox(request: OfficeRequest) -> HttpResponse:
    """Open an account at the Sandbox and store it; the gateway is spoken to before anything is stored."""
    url = request.reach.url("settings_gateways")
    organization, address = request.reach.organization, settings.ENVIRONMENT.sandbox_url
    if not address or request.reach.gateways.filter(kind="sandbox").exists():
        return done(request, url)
    try:
        account = gateway_accounts.open_at_sandbox(organization.name, address=address, public_url=settings.PUBLIC_URL)
        gateway_accounts.add(organization, account, by=request.reach.actor)
    except Refused as refusal:
        return refused(request, url, refusal)
    return done(request, url, _("The Sandbox is connected. Customers can try paying with test cards."))


@needs("settings.edit")
@require_POST
def switch_on(request: OfficeRequest, gateway_id: int) -> HttpResponse:
    account = get_object_or_404(request.reach.gateways, id=gateway_id)
    gateway_accounts.enable(account, by=request.reach.actor)
    return done(request, request.reach.url("settings_gateways"), _("Customers can pay with it again."))


@needs("settings.edit")
@require_POST
def switch_off(request: OfficeRequest, gateway_id: int) -> HttpResponse:
    account = get_object_or_404(request.reach.gateways, id=gateway_id)
    gateway_accounts.disable(account, by=request.reach.actor)
    sentence = _("It is no longer offered to customers. Payments that are under way are followed to their end.")
    return done(request, request.reach.url("settings_gateways"), sentence)


@needs("settings.edit")
@require_POST
def try_out(request: OfficeRequest, gateway_id: int) -> HttpResponse:
    """Ask the gateway whether our credentials work."""
    account = get_object_or_404(request.reach.gateways, id=gateway_id)
    failure = accounts.connect(account).check()
    url = request.reach.url("settings_gateways")
    if failure is None:
        return done(request, url, _("The gateway answered, and the credentials work."))
    sentence = _("The gateway did not answer as it should: %(words)s") % {"words": failure.raw or failure.reason}
    return refused(request, url, Refused("GATEWAY_SILENT", sentence))


class VerificationForm(forms.Form):
    """**Card verification**: what the payment page asks of whoever types a card, and sends to the gateway."""

    fields_asked = forms.MultipleChoiceField(
        label=_("Ask for"), choices=FIELDS, required=False, widget=forms.CheckboxSelectMultiple
    )


@needs("settings.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def verification(request: OfficeRequest, gateway_id: int) -> HttpResponse:
    account = get_object_or_404(request.reach.gateways, id=gateway_id)
    form = VerificationForm(initial={"fields_asked": account.address_fields})
    url = request.reach.url("settings_gateways")
    if request.method == "POST":
        form = VerificationForm(request.POST)
    if form.is_valid():
        gateway_accounts.ask_for(account, form.cleaned_data["fields_asked"], by=request.reach.actor)
        return done(request, url, _("Saved."))
    return settings_page(
        request,
        "verification.html",
        status=status_of(form),
        form=form,
        name=account.get_kind_display(),
        back_url=url,
    )


@needs("settings.edit")
@require_POST
def bank(request: OfficeRequest) -> HttpResponse:
    form = _bank_form(request, request.POST)

    def change(data: dict[str, Any]) -> None:
        revision = data.pop("revision")
        organizations.change_bank_details(
            request.reach.organization, organizations.BankDetails(**data), revision=revision, by=request.reach.actor
        )

    if succeeded(form, change):
        return done(request, request.reach.url("settings_gateways"), _("Saved."))
    return _show(request, form)


def _bank_form(request: OfficeRequest, data: Any = None) -> BankForm:
    organization = request.reach.organization
    initial = {name: getattr(organization, column) for name, column in organizations.BANK_FIELDS.items()}
    return BankForm(data, initial=initial | {"revision": organization.revision})


def _show(request: OfficeRequest, form: BankForm) -> HttpResponse:
    rows = [_row(request, account) for account in request.reach.gateways.order_by("id")]
    offers_sandbox = bool(settings.ENVIRONMENT.sandbox_url) and not any(row["kind"] == "sandbox" for row in rows)
    return settings_page(
        request,
        "gateways.html",
        status=status_of(form),
        form=form,
        rows=rows,
        sandbox_url=request.reach.url("settings_sandbox") if offers_sandbox else "",
        bank_url=request.reach.url("settings_bank"),
    )


def _row(request: OfficeRequest, account: Any) -> dict[str, Any]:
    return {
        "kind": account.kind,
        "name": account.get_kind_display(),
        "is_enabled": account.is_enabled,
        "is_live": account.is_live,
        "switch_url": request.reach.url(
            "settings_gateway_off" if account.is_enabled else "settings_gateway_on", account.id
        ),
        "verification_url": request.reach.url("settings_verification", account.id),
        "dashboard_url": accounts.connect(account).dashboard(),
        "trial_url": request.reach.url("settings_gateway_trial", account.id),
    }
