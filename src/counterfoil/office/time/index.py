"""**Timesheets**: the list of time, with the timer of whoever looks above it."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.http import FileResponse, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from counterfoil.design.lists import Column, Listed, asks_for_file, list_file, read_list
from counterfoil.foundation.hours import format_hours, in_hours
from counterfoil.foundation.pages import Sort
from counterfoil.office.customer_choice import asked_number
from counterfoil.office.pages import page
from counterfoil.office.projects import finding
from counterfoil.office.words import day
from counterfoil.reach.doors import needs
from counterfoil.reach.office import OfficeReach
from counterfoil.reach.requests import OfficeRequest

from . import timer
from .standing import FILTERS, WORDS, mark, standing

LISTED = Listed(
    sorts={"date": Sort("worked_on", date.fromisoformat)},
    filters=FILTERS,
    columns=(
        Column(_("Date"), lambda row, _today: row.worked_on),
        Column(_("Project"), lambda row, _today: row.project_name),
        Column(_("Customer"), lambda row, _today: row.customer_name),
        Column(_("Task"), lambda row, _today: row.task_name),
        Column(_("Staff"), lambda row, _today: row.member_name),
        Column(_("Notes"), lambda row, _today: row.notes),
        Column(_("Hours"), lambda row, _today: in_hours(row.minutes).normalize()),
        Column(_("Status"), lambda row, _today: WORDS[standing(row)][1]),
    ),
    keeps=("project", "member"),
)


@needs("time.read")
@require_safe
def index(request: OfficeRequest) -> HttpResponse | FileResponse:
    """What was logged, the newest day first, narrowed as the address says; or all of it as a file."""
    reach = request.reach
    found = dict(_asked(request))
    rows = reach.time_for_list.filter(**{f"{name}_id": one.id for name, one in found.items()})

    def search(rows: Any, text: str) -> Any:
        return rows.filter(finding.of_named(reach, text))

    if asks_for_file(request):
        return list_file(request, rows, LISTED, search=search, today=reach.today, name="timesheets")
    listing = read_list(request, rows, LISTED, search=search, today=reach.today)
    return page(
        request,
        "office/time/index.html",
        rows=[_row(reach, entry) for entry in listing.rows],
        listing=listing,
        only=[one.name for one in found.values()],
        **(_own(request, found) if reach.may("time.log") else {}),
    )


def _own(request: OfficeRequest, found: dict[str, Any]) -> dict[str, Any]:
    """What this person can do: the timers that run, one to start where none of theirs does, time to write down."""
    timers = timer.running(request)
    return {
        "timers": timers,
        "timer_form": None if any(one["is_own"] for one in timers) else timer.form_for(request),
        "timer_url": request.reach.url("timer_start"),
        "asks_discard": request.GET.get("ask") == "discard",
        "new_url": _new_url(request.reach, found),
    }


def _asked(request: OfficeRequest) -> Iterator[tuple[str, Any]]:
    """The project and the colleague that the address names, if there are such."""
    for name, rows in (("project", request.reach.projects), ("member", request.reach.all_staff)):
        named = asked_number(request, name)
        if named and (one := rows.filter(id=named).first()):
            yield name, one


def _new_url(reach: OfficeReach, found: dict[str, Any]) -> str:
    url = reach.url("time_entry_new")
    return f"{url}?project={found['project'].id}" if "project" in found else url


def _row(reach: OfficeReach, entry: Any) -> dict[str, Any]:
    return {
        "url": reach.url("time_entry", entry.id),
        "day": day(reach, entry.worked_on),
        "project": entry.project_name,
        "customer": entry.customer_name,
        "task": entry.task_name,
        "who": entry.member_name,
        "notes": entry.notes,
        "hours": format_hours(entry.minutes),
        "pill": mark(entry),
    }
