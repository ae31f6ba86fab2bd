"""Items: the list, and the page of one, on which it is written, changed and retired."""

from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from counterfoil.books.sales import items
from counterfoil.design.forms import RateField
from counterfoil.foundation import money
from counterfoil.foundation.formats import format_number
from counterfoil.foundation.pages import Sort, read_page, starts_with
from counterfoil.reach.doors import needs
from counterfoil.reach.requests import OfficeRequest

from .answers import done, status_of, succeeded
from .pages import page

SORT = Sort("name_key")


class ItemForm(forms.Form):
    """A product or service."""

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(label=_("Name"), max_length=200)
    description = forms.CharField(
        label=_("Description"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    rate = RateField(label=_("Rate"))
    unit = forms.CharField(label=_("Unit"), max_length=20, required=False, help_text=_("Such as hour, kg or piece."))
    tax_rate = forms.TypedChoiceField(label=_("Tax"), coerce=int, empty_value=None, required=False)

    def __init__(self, *args: Any, tax_rates: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tax_rate"].choices = [("", _("No tax")), *tax_rates]  # type: ignore[attr-defined]

    def content(self) -> items.ItemContent:
        data = self.cleaned_data
        return items.ItemContent(
            name=data["name"],
            rate=data["rate"],
            description=data["description"],
            unit=data["unit"],
            tax_rate_id=data["tax_rate"],
        )


@needs("items.read")
@require_safe
def index(request: OfficeRequest) -> HttpResponse:
    search, sort = request.GET.get("q", "").strip(), request.GET.get("sort", "")
    found = request.reach.items.filter(starts_with("name_key", search.casefold())).select_related("tax_rate")
    shown = read_page(found, SORT, descending=sort == "-name", cursor=request.GET.get("page"))
    return page(
        request,
        "office/items/index.html",
        rows=[_row(request, item) for item in shown.rows],
        search=search,
        sort=sort,
        newer=_beside(shown.newer, search, sort),
        older=_beside(shown.older, search, sort),
        new_url=request.reach.url("item_new") if request.reach.may("items.edit") else "",
    )


def _beside(cursor: str | None, search: str, sort: str) -> str | None:
    """The address of the page before or after this one, with the same search and order."""
    parts = {"q": search, "sort": sort, "page": cursor}
    return "?" + urlencode({name: value for name, value in parts.items() if value}) if cursor else None


def _row(request: OfficeRequest, item: Any) -> dict[str, Any]:
    return {
        "name": item.name,
        "description": item.description,
        "unit": item.unit,
        "tax": item.tax_rate.name if item.tax_rate else "",
        "rate": _rate(item.rate, request.reach.organization.currency),
        "url": request.reach.url("item", item.id) if request.reach.may("items.edit") else "",
    }


def _rate(rate: Decimal, currency: str) -> str:
    """A rate with at least the decimals of the currency: 85.50, or 0.0125 where it is so fine."""
    plain = format_number(rate)
    decimals = max(money.exponent(currency), len(plain.partition(".")[2]))
    return f"{rate:,.{decimals}f}"


@needs("items.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: OfficeRequest) -> HttpResponse:
    default = request.reach.tax_rates.filter(is_default=True).first()
    form = _form(request, {"tax_rate": default.id if default else None})

    def create(_data: dict[str, Any]) -> None:
        items.create(request.reach.organization, form.content(), by=request.reach.actor)

    if request.method == "POST" and succeeded(form, create):
        return done(request, request.reach.url("items"), _("%(name)s was added.") % form.cleaned_data)
    return _show(request, form)


@needs("items.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: OfficeRequest, item_id: int) -> HttpResponse:
    item = get_object_or_404(request.reach.items.select_related("tax_rate"), id=item_id)
    names = ("revision", "name", "description", "rate", "unit")
    form = _form(request, {name: getattr(item, name) for name in names} | {"tax_rate": item.tax_rate_id}, item=item)

    def change(data: dict[str, Any]) -> None:
        items.edit(item, form.content(), revision=data["revision"] or 0, by=request.reach.actor)

    if request.method == "POST" and succeeded(form, change):
        return done(request, request.reach.url("items"), _("%(name)s was saved.") % form.cleaned_data)
    told = {"name": item.name, "retire_url": request.reach.url("item_retire", item.id)}
    return _show(request, form, item=told, asks=request.GET.get("ask") == "retire")


@needs("items.edit")
@require_POST
def retire(request: OfficeRequest, item_id: int) -> HttpResponse:
    item = get_object_or_404(request.reach.items, id=item_id)
    items.retire(item, by=request.reach.actor)
    return done(request, request.reach.url("items"), _("%(name)s was retired.") % {"name": item.name})


def _form(request: OfficeRequest, initial: dict[str, Any], *, item: Any = None) -> ItemForm:
    """The rates that are offered, and the item's own where that was retired meanwhile."""
    rates = [(str(rate.id), rate.name) for rate in request.reach.tax_rates.order_by("name", "id")]
    if item and item.tax_rate and item.tax_rate.retired_at:
        rates.append((str(item.tax_rate_id), item.tax_rate.name))
    return ItemForm(request.POST if request.method == "POST" else None, initial=initial, tax_rates=rates)


def _show(request: OfficeRequest, form: ItemForm, **context: Any) -> HttpResponse:
    return page(
        request,
        "office/items/edit.html",
        status=status_of(form),
        form=form,
        currency=money.symbol(request.reach.organization.currency, request.reach.language),
        back_url=request.reach.url("items"),
        **context,
    )
