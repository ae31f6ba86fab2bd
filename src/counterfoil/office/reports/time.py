"""**Time by project**: what was worked in a period, and what of it is billed."""

from itertools import groupby

from django.http import FileResponse, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from counterfoil.books.projects import worked
from counterfoil.books.projects.worked import OfProject, Worked
from counterfoil.foundation.money import LARGEST, Money
from counterfoil.foundation.transactions import snapshot
from counterfoil.reach.doors import needs
from counterfoil.reach.office import OfficeReach
from counterfoil.reach.requests import OfficeRequest

from . import periods
from .table import Cell, Group, Hours, Report, answer


@needs("reports.read")
@require_safe
def show(request: OfficeRequest) -> HttpResponse | FileResponse:
    """The projects on which time was logged, by customer and name, one table for each currency."""
    reach = request.reach
    form, period = periods.read(request)
    with snapshot():
        found = worked.by_project(reach.organization.id, period.first, period.last)
    columns = [
        _("Project"),
        _("Customer"),
        _("Logged"),
        _("Billable"),
        _("Billed"),
        _("Unbilled"),
        _("Unbilled amount"),
    ]
    return answer(
        request,
        Report(
            route="time-by-project",
            title=_("Time by project"),
            about=periods.written(reach, period),
            columns=columns,
            figures=5,
            groups=_groups(reach, found),
            empty=_("No time was logged in this period."),
            form=form,
        ),
    )


def _groups(reach: OfficeReach, found: list[OfProject]) -> list[Group]:
    """The organization's own currency first."""
    own = reach.organization.currency

    def order(one: OfProject) -> tuple[bool, str, str, str]:
        return (one.currency != own, one.currency, one.customer.casefold(), one.project.casefold())

    groups = []
    for currency, some in groupby(sorted(found, key=order), key=lambda one: one.currency):
        rows = list(some)
        sums = sum((one.worked for one in rows), Worked())
        total = min(LARGEST, sum(one.unbilled_minor or 0 for one in rows))
        last = [Cell(_("Total")), Cell(""), *_figures(sums), Cell(Money(total, currency))]
        groups.append(Group(currency, [_row(reach, one) for one in rows], last))
    return groups


def _row(reach: OfficeReach, one: OfProject) -> list[Cell]:
    return [
        Cell(one.project, reach.url("project", one.project_id), wraps=True),
        Cell(one.customer, wraps=True),
        *_figures(one.worked),
        Cell(_("Fixed cost") if one.unbilled_minor is None else Money(one.unbilled_minor, one.currency)),
    ]


def _figures(sums: Worked) -> list[Cell]:
    return [Cell(Hours(one)) for one in (sums.logged, sums.billable, sums.billed, sums.unbilled)]
