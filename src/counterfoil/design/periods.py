"""Choosing a period: one by its name, or from a day to a day, as the address says it."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from counterfoil.foundation.periods import EARLIEST, LATEST, Period, named

NAMES = {
    "this-month": gettext_lazy("This month"),
    "last-month": gettext_lazy("Last month"),
    "this-quarter": gettext_lazy("This quarter"),
    "last-quarter": gettext_lazy("Last quarter"),
    "this-year": gettext_lazy("This year"),
    "last-year": gettext_lazy("Last year"),
    "custom": gettext_lazy("From … to …"),
}
FIRST = "this-month"


class DaysForm(forms.Form):
    """From a day to a day, either of which may be left out."""

    first = forms.DateField(
        label=pgettext_lazy("beginning of a period", "From"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    last = forms.DateField(
        label=pgettext_lazy("end of a period", "To"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class PeriodForm(DaysForm):
    """Which period. The names are those of NAMES, perhaps with other labels."""

    period = forms.ChoiceField(label=gettext_lazy("Period"), required=False)
    field_order = ("period", "first", "last")

    def __init__(self, data: Any = None, *, names: Mapping[str, Any] = NAMES) -> None:
        super().__init__(data, initial={"period": FIRST})
        self.fields["period"].choices = list(names.items())  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("period") == "custom":
            for name in ("first", "last"):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, _("Choose a day."))
                elif data.get(name) and not EARLIEST <= data[name] <= LATEST:
                    self.add_error(name, _("Please check the year."))
            if data.get("first") and data.get("last") and data["last"] < data["first"]:
                self.add_error("last", _("This is before the first day."))
        return data

    def chosen(self, today: Any, fiscal_year_start: int = 1) -> Period | None:
        """The period; None where nonsense was asked."""
        if not self.is_bound:
            return named(FIRST, today, fiscal_year_start)
        if not self.is_valid():
            return None
        if self.cleaned_data.get("period") == "custom":
            return Period(self.cleaned_data["first"], self.cleaned_data["last"])
        return named(self.cleaned_data.get("period") or FIRST, today, fiscal_year_start)
