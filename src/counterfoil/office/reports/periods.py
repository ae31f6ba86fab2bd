"""The period that a report is about, as the address says it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from counterfoil.office.words import day
from counterfoil.reach.office import OfficeReach
from counterfoil.reach.requests import OfficeRequest

NAMES = {
    "this-month": gettext_lazy("This month"),
    "last-month": gettext_lazy("Last month"),
    "this-quarter": gettext_lazy("This quarter"),
    "last-quarter": gettext_lazy("Last quarter"),
    "this-year": gettext_lazy("This fiscal year"),
    "last-year": gettext_lazy("Last fiscal year"),
    "custom": gettext_lazy("From … to …"),
}
FIRST = "this-month"


@dataclass(frozen=True)
class Period:
    """From the first to the last day, both included."""

    first: date
    last: date

    def written(self, reach: OfficeReach) -> str:
        words = {"first": day(reach, self.first), "last": day(reach, self.last)}
        return _("%(first)s to %(last)s") % words


class PeriodForm(forms.Form):
    """Which period: one by name, or from a day to a day."""

    period = forms.ChoiceField(label=gettext_lazy("Period"), choices=list(NAMES.items()), required=False)
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

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("period") == "custom":
            for name in ("first", "last"):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, _("Choose a day."))
            if data.get("first") and data.get("last") and data["last"] < data["first"]:
                self.add_error("last", _("This is before the first day."))
        return data


def read(request: OfficeRequest) -> tuple[PeriodForm, Period]:
    """The form as it was sent, and the period; this month where nothing or nonsense was asked."""
    form = PeriodForm(request.GET or None, initial={"period": FIRST})
    reach = request.reach
    if not form.is_bound or not form.is_valid():
        return form, named(FIRST, reach.today, reach.organization.fiscal_year_start)
    data = form.cleaned_data
    if data.get("period") == "custom":
        return form, Period(data["first"], data["last"])
    return form, named(data.get("period") or FIRST, reach.today, reach.organization.fiscal_year_start)


def named(name: str, today: date, fiscal_year_start: int) -> Period:
    """A period by its name; the fiscal year starts with a month, 1 to 12, and its quarters with it."""
    which, _dash, unit = name.partition("-")
    length = {"month": 1, "quarter": 3, "year": 12}[unit]
    since_start = (today.month - fiscal_year_start) % 12
    first = _months_before(today.replace(day=1), since_start % length)
    if which == "last":
        first = _months_before(first, length)
    return Period(first, _months_before(first, -length) - timedelta(days=1))


def _months_before(first: date, months: int) -> date:
    """The first of a month so many months earlier."""
    place = first.year * 12 + first.month - 1 - months
    return date(place // 12, place % 12 + 1, 1)
