"""The customer's projects, where the organization shows them: the active ones, and one with its tasks and time."""

from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from counterfoil.design import files
from counterfoil.design.lists import Listed, read, read_list
from counterfoil.design.marks import pill
from counterfoil.foundation.hours import format_hours
from counterfoil.foundation.pages import Sort, starts_with
from counterfoil.reach.doors import needs
from counterfoil.reach.portal import PortalReach
from counterfoil.reach.requests import PortalRequest

from . import attachments, conversation
from .amounts import day
from .kinds import Subject
from .pages import page

PROJECTS = Subject("project", "projects")
LISTED = Listed(sorts={"name": Sort("name_key")}, first="name")
TIME_SORTS = {"date": Sort("worked_on", date.fromisoformat)}


@needs("projects.read")
@require_safe
def index(request: PortalRequest) -> HttpResponse:
    """The active ones by name, searched as the address says."""
    reach = request.reach
    if not reach.shows_projects:
        raise Http404
    listing = read_list(request, reach.projects_for_list, LISTED, search=_search, today=reach.today)
    return page(
        request,
        "portal/projects/index.html",
        rows=[
            {
                "name": one.name,
                "description": one.description,
                "url": reach.url("project", one.id),
                **_hours(one),
            }
            for one in listing.rows
        ],
        listing=listing,
    )


@needs("projects.read")
@require_safe
def show(request: PortalRequest, project_id: int) -> HttpResponse:
    """One of them: its tasks, its time, the newest first, and what is said about it."""
    reach = request.reach
    project = get_object_or_404(reach.projects_for_list, id=project_id)
    listing = read(request, reach.time_of(project), TIME_SORTS, first="-date")
    return page(
        request,
        "portal/projects/show.html",
        project=project,
        hours=_hours(project),
        tasks=[
            {"name": task.name, "description": task.description, **_hours(task)} for task in reach.tasks_of(project)
        ],
        entries=[_entry(reach, entry) for entry in listing.rows],
        listing=listing,
        conversation=conversation.of(PROJECTS, request, project, files.by_comment(attachments.read(request, project))),
        back_url=reach.url("projects"),
    )


def _search(projects: Any, text: str) -> Any:
    return projects.filter(starts_with("name_key", text.casefold()))


def _hours(timed: Any) -> dict[str, str]:
    """Of a project or a task with the sums of its time."""
    return {
        "logged": format_hours(timed.logged_minutes),
        "billed": format_hours(timed.logged_minutes - timed.unbilled_minutes),
        "unbilled": format_hours(timed.unbilled_minutes),
    }


def _entry(reach: PortalReach, entry: Any) -> dict[str, Any]:
    return {
        "day": day(reach, entry.worked_on),
        "task": entry.task_name,
        "who": entry.member_name,
        "notes": entry.notes,
        "hours": format_hours(entry.minutes),
        "pill": pill("invoiced", _("Billed")) if entry.is_billed else pill("open", _("Unbilled")),
    }
