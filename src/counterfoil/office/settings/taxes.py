"""Settings: rates of tax, groups of them, and which one is the default."""

from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from counterfoil.books.organizations import taxes
from counterfoil.books.sales import tax_rates
from counterfoil.design.forms import PercentField
from counterfoil.foundation.formats import format_number
from counterfoil.foundation.refusal import Refused
from counterfoil.office.answers import done, refused, status_of, succeeded
from counterfoil.reach.doors import needs
from counterfoil.reach.requests import OfficeRequest

from .pages import settings_page

SHOWN_STEP = Decimal("0.0001")


class RateForm(forms.Form):
    """A new rate."""

    name = forms.CharField(label=_("Name"), max_length=100, help_text=_("As it stands on invoices, such as VAT 20%."))
    percent = PercentField(
        label=_("Percentage"),
        help_text=_("It can't be changed later. For another percentage, add another rate and retire this one."),
    )
    is_default = forms.BooleanField(label=_("Make it the default"), required=False)


class NameForm(forms.Form):
    """Another name for a rate or group."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    name = forms.CharField(label=_("Name"), max_length=100)


class GroupForm(forms.Form):
    """A new group: its rates in their order, each with whether it is charged on those before it too."""

    name = forms.CharField(label=_("Name"), max_length=100, help_text=_("As it stands on invoices, such as GST + PST."))
    is_default = forms.BooleanField(label=_("Make it the default"), required=False)

    def __init__(self, *args: Any, rates: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = range(1, min(len(rates), taxes.MOST_COMPONENTS) + 1)
        for place in self.places:
            self.fields[f"rate-{place}"] = forms.TypedChoiceField(
                label=_("Rate %(place)s") % {"place": place},
                choices=[("", ""), *rates],
                coerce=int,
                empty_value=None,
                required=False,
            )
            self.fields[f"compound-{place}"] = forms.BooleanField(
                label=_("Compound: charged on the rates above it too"), required=False
            )

    def rows(self) -> list[tuple[Any, Any]]:
        """The bound fields, rate and compound, one pair for each place."""
        return [(self[f"rate-{place}"], self[f"compound-{place}"]) for place in self.places]

    def components(self) -> list[taxes.Component]:
        data = self.cleaned_data
        return [
            taxes.Component(data[f"rate-{place}"], is_compound=data[f"compound-{place}"])
            for place in self.places
            if data[f"rate-{place}"]
        ]


@needs("settings.read")
@require_safe
def index(request: OfficeRequest) -> HttpResponse:
    rates = request.reach.tax_rates.prefetch_related("components__rate").order_by("is_group", "name", "id")
    rows = [_row(request, rate) for rate in rates]
    return settings_page(
        request,
        "taxes.html",
        rows=rows,
        tabs=[{"label": _("Tax rates"), "url": request.reach.url("settings_taxes"), "current": True}],
        new_url=request.reach.url("settings_tax_new"),
        group_url=request.reach.url("settings_tax_group_new") if _can_group(rows) else "",
        lacks_default=bool(rows) and not any(row["is_default"] for row in rows),
    )


def _can_group(rows: list[dict[str, Any]]) -> bool:
    return sum(not row["is_group"] for row in rows) >= 2


def _row(request: OfficeRequest, rate: Any) -> dict[str, Any]:
    percent = taxes.effective_percent(rate).quantize(SHOWN_STEP)
    return {
        "id": str(rate.id),
        "name": rate.name,
        "percent": f"{format_number(percent)}%",
        "is_group": rate.is_group,
        "parts": [
            {
                "name": component.rate.name,
                "percent": f"{format_number(component.rate.percent)}%",
                "is_compound": component.is_compound,
            }
            for component in (rate.components.all() if rate.is_group else ())
        ],
        "is_default": rate.is_default,
        "url": request.reach.url("settings_tax", rate.id),
        "default_url": request.reach.url("settings_tax_default", rate.id),
        "stop_default_url": request.reach.url("settings_tax_stop_default", rate.id),
        "retire_url": request.reach.url("settings_tax_retire", rate.id),
    }


@needs("settings.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: OfficeRequest) -> HttpResponse:
    form = RateForm(request.POST or None)

    def add(data: dict[str, Any]) -> None:
        taxes.add_rate(request.reach.organization, **data, by=request.reach.actor)

    if request.method == "POST" and succeeded(form, add):
        return done(request, request.reach.url("settings_taxes"), _("The tax rate was added."))
    return _show_form(request, "tax_new.html", form)


@needs("settings.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def new_group(request: OfficeRequest) -> HttpResponse:
    rates = request.reach.tax_rates.filter(is_group=False).order_by("name", "id")
    offered = [(str(rate.id), f"{rate.name} ({format_number(rate.percent)}%)") for rate in rates]
    form = GroupForm(request.POST or None, rates=offered)

    def add(data: dict[str, Any]) -> None:
        taxes.add_group(
            request.reach.organization,
            name=data["name"],
            components=form.components(),
            is_default=data["is_default"],
            by=request.reach.actor,
        )

    if request.method == "POST" and succeeded(form, add):
        return done(request, request.reach.url("settings_taxes"), _("The tax group was added."))
    return _show_form(request, "tax_group_new.html", form)


@needs("settings.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: OfficeRequest, tax_id: int) -> HttpResponse:
    rate = get_object_or_404(request.reach.tax_rates.prefetch_related("components__rate"), id=tax_id)
    form = NameForm(request.POST or None, initial={"name": rate.name, "revision": rate.revision})

    def rename(data: dict[str, Any]) -> None:
        taxes.rename(rate, **data, by=request.reach.actor)

    if request.method == "POST" and succeeded(form, rename):
        return done(request, request.reach.url("settings_taxes"), _("Saved."))
    return _show_form(request, "tax_edit.html", form, tax=_row(request, rate))


@needs("settings.edit")
@require_POST
def make_default(request: OfficeRequest, tax_id: int) -> HttpResponse:
    rate = get_object_or_404(request.reach.tax_rates, id=tax_id)
    url = request.reach.url("settings_taxes")
    try:
        taxes.make_default(rate, by=request.reach.actor)
    except Refused as refusal:
        return refused(request, url, refusal)
    return done(request, url, _("%(name)s is now the default.") % {"name": rate.name})


@needs("settings.edit")
@require_POST
def stop_default(request: OfficeRequest, tax_id: int) -> HttpResponse:
    rate = get_object_or_404(request.reach.tax_rates, id=tax_id)
    url = request.reach.url("settings_taxes")
    try:
        taxes.stop_default(rate, by=request.reach.actor)
    except Refused as refusal:
        return refused(request, url, refusal)
    return done(request, url, _("%(name)s is no longer the default.") % {"name": rate.name})


@needs("settings.edit")
@require_POST
def retire(request: OfficeRequest, tax_id: int) -> HttpResponse:
    rate = get_object_or_404(request.reach.tax_rates, id=tax_id)
    url = request.reach.url("settings_taxes")
    try:
        tax_rates.retire(rate, by=request.reach.actor)
    except Refused as refusal:
        return refused(request, url, refusal)
    return done(request, url, _("%(name)s was retired. What it was used on stays as it is.") % {"name": rate.name})


def _show_form(request: OfficeRequest, template: str, form: forms.Form, **context: Any) -> HttpResponse:
    return settings_page(
        request,
        template,
        status=status_of(form),
        form=form,
        back_url=request.reach.url("settings_taxes"),
        **context,
    )
