"""Settings: the prefix and next number of each kind of document."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from counterfoil.books.organizations import numbering
from counterfoil.office.answers import done, status_of, succeeded
from counterfoil.reach.doors import needs
from counterfoil.reach.requests import OfficeRequest

from .pages import settings_page

DIGITS = {"inputmode": "numeric", "autocomplete": "off"}


class SeriesForm(forms.Form):
    """How the next document of a kind is numbered."""

    next_number = forms.IntegerField(label=_("Next number"), min_value=1, widget=forms.TextInput(attrs=DIGITS))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Not a class attribute, since every form has a `prefix` of its own.
        self.fields["prefix"] = forms.CharField(label=_("Prefix"), max_length=20, required=False)
        self.order_fields(["prefix", "next_number"])


@needs("settings.read")
@require_safe
def index(request: OfficeRequest) -> HttpResponse:
    return _show(request)


@needs("settings.edit")
@require_POST
def change(request: OfficeRequest, series_id: int) -> HttpResponse:
    series = get_object_or_404(request.reach.number_series, id=series_id)
    form = _form(series, request.POST)

    def save(data: dict[str, Any]) -> None:
        numbering.change(series, **data, by=request.reach.actor)

    if succeeded(form, save):
        return done(request, request.reach.url("settings_numbering"), _("Saved."))
    return _show(request, series_id=series_id, form=form)


def _form(series: Any, data: Any = None) -> SeriesForm:
    initial = {"prefix": series.prefix, "next_number": series.next_number}
    return SeriesForm(data, initial=initial, auto_id=f"{series.kind}_%s")


def _show(request: OfficeRequest, series_id: int = 0, form: SeriesForm | None = None) -> HttpResponse:
    """Every series with its form; the one that was posted with what was typed."""
    rows = [
        {
            "label": series.get_kind_display(),
            "next": series.written(series.next_number),
            "form": form if form and series.id == series_id else _form(series),
            "url": request.reach.url("settings_series", series.id),
        }
        for series in request.reach.number_series.order_by("id")
    ]
    return settings_page(request, "numbering.html", status=status_of(form) if form else 200, rows=rows)
