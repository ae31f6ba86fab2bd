"""Settings: what the organization is called and where it is, and what it looks like."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from counterfoil.books.organizations import organizations
from counterfoil.design.forms import LongSelect
from counterfoil.foundation.formats import country_names
from counterfoil.office import choices
from counterfoil.office.answers import done, status_of, succeeded
from counterfoil.reach.doors import needs
from counterfoil.reach.logos import logo_url
from counterfoil.reach.requests import OfficeRequest

from .pages import settings_page


class DetailsForm(forms.Form):
    """What the organization says of itself."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    name = forms.CharField(label=_("Name"), max_length=200)
    email = forms.EmailField(
        label=_("E-mail"), help_text=_("The primary contact: what the office is told of by mail goes there.")
    )
    phone = forms.CharField(label=_("Phone"), max_length=50, required=False)
    website = forms.URLField(label=_("Website"), required=False, assume_scheme="https")
    street = forms.CharField(label=_("Street"), max_length=200, required=False)
    street2 = forms.CharField(label=_("Street, second line"), max_length=200, required=False)
    city = forms.CharField(label=_("City"), max_length=100, required=False)
    region = forms.CharField(label=_("State or region"), max_length=100, required=False)
    postal_code = forms.CharField(label=_("Postal code"), max_length=20, required=False)
    country = forms.ChoiceField(label=_("Country"), required=False, widget=LongSelect)
    tax_id = forms.CharField(
        label=_("Tax ID"), max_length=50, required=False, help_text=_("Stands on every invoice, such as a VAT number.")
    )
    currency = forms.ChoiceField(
        label=_("Base currency"), help_text=_("Can change until the first document has its number.")
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), help_text=_("Decides when a day begins, and what is overdue."))
    language = forms.ChoiceField(label=_("Language"), help_text=_("Of new customers, unless you choose another."))
    date_format = forms.ChoiceField(label=_("Date format"))
    fiscal_year_start = forms.TypedChoiceField(label=_("Fiscal year starts in"), coerce=int)

    def __init__(self, *args: Any, speaking: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        options = {
            "country": [("", ""), *country_names(speaking).items()],
            "currency": choices.currencies(speaking),
            "time_zone": choices.time_zones(speaking),
            "language": choices.languages(),
            "date_format": choices.date_formats(speaking),
            "fiscal_year_start": choices.months(speaking),
        }
        for name, offered in options.items():
            field = self.fields[name]
            field.choices = offered  # type: ignore[attr-defined]


class LookForm(forms.Form):
    """The logo and the colour."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    brand_colour = forms.CharField(
        label=_("Brand colour"),
        max_length=7,
        help_text=_("Six digits from 0 to 9 and A to F. Text on it is chosen so that it can always be read."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "data-brand": ""}),
    )
    logo = forms.FileField(
        label=_("Logo"),
        required=False,
        help_text=_("A PNG, JPEG or WebP picture of up to 4 MB."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
    )
    remove_logo = forms.BooleanField(label=_("Remove the logo"), required=False)


@needs("settings.read")
@require_safe
def index(request: OfficeRequest) -> HttpResponse:
    return redirect(request.reach.url("settings_organization"))


@needs("settings.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def details(request: OfficeRequest) -> HttpResponse:
    organization = request.reach.organization
    form = _details_form(request, request.POST or None)

    def change(data: dict[str, Any]) -> None:
        revision = data.pop("revision")
        organizations.change_details(
            organization, organizations.Details(**data), revision=revision, by=request.reach.actor
        )

    if request.method == "POST" and succeeded(form, change):
        return done(request, request.reach.url("settings_organization"), _("Saved."))
    return _show(request, form, _look_form(request))


@needs("settings.edit")
@require_POST
def look(request: OfficeRequest) -> HttpResponse:
    organization = request.reach.organization
    form = _look_form(request, bound=True)

    def change(data: dict[str, Any]) -> None:
        organizations.change_look(
            organization,
            brand_colour=data["brand_colour"],
            logo=_logo(data),
            revision=data["revision"],
            by=request.reach.actor,
        )

    if succeeded(form, change):
        return done(request, request.reach.url("settings_organization"), _("Saved."))
    return _show(request, _details_form(request), form)


def _logo(data: dict[str, Any]) -> organizations.Logo | None:
    """The picture made harmless, before any transaction; None keeps the present one."""
    if data["logo"]:
        from counterfoil.books.files.images import safe_logo  # with Pillow, which only this needs

        return organizations.Logo(*safe_logo(data["logo"].read()))
    return organizations.Logo() if data["remove_logo"] else None


def _details_form(request: OfficeRequest, data: Any = None) -> DetailsForm:
    organization = request.reach.organization
    initial = {name: getattr(organization, name) for name in organizations.DETAIL_FIELDS}
    return DetailsForm(data, speaking=request.reach.language, initial=initial | {"revision": organization.revision})


def _look_form(request: OfficeRequest, *, bound: bool = False) -> LookForm:
    organization = request.reach.organization
    initial = {"revision": organization.revision, "brand_colour": organization.brand_colour}
    data, files = (request.POST, request.FILES) if bound else (None, None)
    return LookForm(data, files, initial=initial, auto_id="look_%s")


def _show(request: OfficeRequest, form: DetailsForm, look_form: LookForm) -> HttpResponse:
    return settings_page(
        request,
        "organization.html",
        status=max(status_of(form), status_of(look_form)),
        form=form,
        look=look_form,
        has_logo=bool(logo_url(request.reach.organization)),
        look_url=request.reach.url("settings_look"),
    )
