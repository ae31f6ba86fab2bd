"""Of which project and which days time is to be approved, as the address says it."""

from datetime import date
from typing import Any

from django import forms
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from counterfoil.books.sales.writing import EARLIEST
from counterfoil.design.forms import LongSelect
from counterfoil.foundation.ids import whole_number
from counterfoil.office.documents.forms import date_input
from counterfoil.reach.office import OfficeReach
from counterfoil.reach.requests import OfficeRequest

MOST = 500  # projects; a longer list nobody reads


class PeriodForm(forms.Form):
    """From a day to a day."""

    first = forms.DateField(label=pgettext_lazy("beginning of a period", "From"), widget=date_input())
    last = forms.DateField(label=pgettext_lazy("end of a period", "To"), widget=date_input())

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        for name in ("first", "last"):
            if data.get(name) and not EARLIEST <= data[name] <= date(9999, 12, 30):
                self.add_error(name, _("Please check the year."))
        if data.get("first") and data.get("last") and data["last"] < data["first"]:
            self.add_error("last", _("This is before the first day."))
        return data


class ChoosingForm(PeriodForm):
    """With the project."""

    project = forms.TypedChoiceField(label=_("Project"), coerce=int, widget=LongSelect)
    field_order = ("project", "first", "last")

    def __init__(self, data: Any, *, projects: list[tuple[Any, Any]], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["project"].choices = [("", _("Choose a project")), *projects]  # type: ignore[attr-defined]


def chosen(request: OfficeRequest) -> tuple[ChoosingForm, Any]:
    """The form as the address fills it, and the project that it names; of days that it lacks, those of this month."""
    reach = request.reach
    named = request.GET.get("project", "")
    projects = _projects(reach, named)
    asked = {"project": named, "first": request.GET.get("first"), "last": request.GET.get("last")}
    days = {"first": reach.today.replace(day=1).isoformat(), "last": reach.today.isoformat()}
    data = {name: value or days.get(name, "") for name, value in asked.items()}
    choices = [(one.id, f"{one.name}, {one.customer.display_name}") for one in projects]
    form = ChoosingForm(data if named else None, projects=choices, initial=data, auto_id="choose_%s")
    if not named or not form.is_valid():
        return form, None
    return form, next(one for one in projects if one.id == form.cleaned_data["project"])


def _projects(reach: OfficeReach, named: str) -> list[Any]:
    """The active ones by name, and the one that is named in any case. Raises Http404 where that isn't theirs."""
    rows = reach.projects.select_related("customer")
    found = list(rows.active().order_by("name_key", "id")[:MOST])
    number = whole_number(named)
    if number is not None and number not in {one.id for one in found}:
        found.append(get_object_or_404(rows, id=number))
    return found
