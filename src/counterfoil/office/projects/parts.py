"""The lists on a project's page: its tasks and staff, and the newest of its time, its invoices and its approvals."""

from typing import Any

from django.utils.translation import gettext as _

from counterfoil.books.projects.worked import Worked
from counterfoil.design.marks import pill
from counterfoil.foundation.formats import format_period
from counterfoil.foundation.hours import format_hours
from counterfoil.office.time.standing import mark
from counterfoil.office.words import day, written
from counterfoil.reach.office import OfficeReach

from .words import an_hour, price, used_hours

FEW, SHOWN = 8, 20


def task(reach: OfficeReach, project: Any, one: Any, sums: Worked) -> dict[str, Any]:
    """A task with its hours; where its own rate counts, with that."""
    is_retired = one.retired_at is not None
    may_edit = reach.may("projects.edit") and not is_retired
    return {
        "name": one.name,
        "url": reach.url("task", project.id, one.id) if may_edit else "",
        "description": one.description,
        "logged": format_hours(sums.logged),
        "billed": format_hours(sums.billed),
        "unbilled": format_hours(sums.unbilled),
        "budget": used_hours(sums.logged, one.budget_minutes) if one.budget_minutes else "",
        "rate": price(reach, one.rate, project.customer.currency)
        if project.billing == "task" and one.is_billable
        else "",
        "is_billable": one.is_billable,
        "is_retired": is_retired,
    }


def member(reach: OfficeReach, project: Any, one: Any) -> dict[str, str]:
    """One of the staff; where their own rate counts, with that."""
    rate = an_hour(reach, one.rate, project.customer.currency) if project.billing == "staff" else ""
    return {"name": one.name, "rate": rate}


def newest_entries(reach: OfficeReach, project: Any) -> list[dict[str, Any]]:
    """The last that was worked."""
    newest: Any = reach.time_for_list.filter(project=project).order_by("-worked_on", "-id")
    return [
        {
            "url": reach.url("time_entry", one.id),
            "day": day(reach, one.worked_on),
            "task": one.task_name,
            "who": one.member_name,
            "notes": one.notes,
            "hours": format_hours(one.minutes),
            "pill": mark(one),
        }
        for one in newest[:FEW]
    ]


def invoice(reach: OfficeReach, one: Any) -> dict[str, Any]:
    """One that was made of it."""
    status = one.status(reach.today)
    return {
        "name": one.name or _("Draft"),
        "url": reach.url("invoice", one.id),
        "day": day(reach, one.dated),
        "pill": pill(status.value, str(status.label)),
        "amount": written(reach, one.total_minor, one.currency),
    }


def approvals(reach: OfficeReach, project: Any) -> list[dict[str, Any]]:
    """The last that its customer was, or will be, asked for."""
    asked = reach.approvals.filter(project=project).order_by("-last", "-id")
    return [
        {
            "name": one.name or _("Draft"),
            "url": reach.url("approval", one.id),
            "period": format_period(one.first, one.last, reach.language, reach.organization.date_format),
            "pill": pill(one.state, str(one.get_state_display())),
            "hours": format_hours(one.minutes),
        }
        for one in asked[:SHOWN]
    ]
