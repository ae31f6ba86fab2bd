"""The period that a report is about, as the address says it."""

from django.utils.translation import gettext_lazy

from counterfoil.design import periods
from counterfoil.design.periods import NAMES, PeriodForm
from counterfoil.foundation.formats import format_period
from counterfoil.foundation.periods import Period, named
from counterfoil.reach.office import OfficeReach
from counterfoil.reach.requests import OfficeRequest

FISCAL = NAMES | {"this-year": gettext_lazy("This fiscal year"), "last-year": gettext_lazy("Last fiscal year")}


def read(request: OfficeRequest) -> tuple[PeriodForm, Period]:
    """The form as it was sent, and the period; this month where nothing or nonsense was asked."""
    today, fiscal_year_start = request.reach.today, request.reach.organization.fiscal_year_start
    form = PeriodForm(request.GET or None, names=FISCAL)
    return form, form.chosen(today, fiscal_year_start) or named(periods.FIRST, today, fiscal_year_start)


def written(reach: OfficeReach, period: Period) -> str:
    """A period in words."""
    return format_period(period.first, period.last, reach.language, reach.organization.date_format)
