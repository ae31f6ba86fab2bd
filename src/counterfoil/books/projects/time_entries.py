"""Time that was worked: logged, mended, taken away. What a customer was asked about, or was billed, stays as it is."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from counterfoil.books.organizations import organizations
from counterfoil.books.organizations.models import Role, StaffMember
from counterfoil.books.sales import billed_time
from counterfoil.books.sales.writing import EARLIEST
from counterfoil.foundation import clock
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.events import record
from counterfoil.foundation.hours import DAY
from counterfoil.foundation.refusal import Refused

from . import approvals
from .models import Approval, Project, ProjectTask, TimeEntry
from .taking import LOGGING, again, must_be_active, must_be_as_seen, must_log_for
from .tasks import must_take_time

LONGEST_NOTES = 500


@dataclass(frozen=True, kw_only=True)
class EntryContent:
    """What is logged. `is_billable` None: as the task says."""

    task_id: int
    member_id: int
    worked_on: date
    minutes: int
    notes: str = ""
    is_billable: bool | None = None


@transaction.atomic
def log(project: Project, content: EntryContent, *, by: Actor, making_key: str = "") -> TimeEntry:
    """Write down what somebody worked. The same form sent again (by its `making_key`) gives what it made.

    Raises Refused: NOT_ALLOWED, NOT_ON_PROJECT, PROJECT_INACTIVE, NOT_ITS_TASK, TASK_RETIRED, NO_TIME, TOO_LONG,
    DATE_FAR_OFF, NOTES_TOO_LONG.
    """
    project = again(project)
    must_log_for(by, project, content.member_id)
    made = TimeEntry.objects.filter(organization_id=project.organization_id, making_key=making_key)
    if making_key and (earlier := made.first()):
        return earlier
    must_be_active(project)
    entry = TimeEntry(
        organization_id=project.organization_id,
        customer_id=project.customer_id,
        project=project,
        making_key=making_key,
        made_at=clock.now(),
        made_by=by.as_json(),
    )
    _write(entry, content, project)
    record("time.logged", entry, by=by, audience="office", **told(entry, project))
    return entry


@transaction.atomic
def edit(entry: TimeEntry, content: EntryContent, *, by: Actor, revision: int) -> TimeEntry:
    """Put right what was logged.

    Raises Refused: TIME_ENTRY_CHANGED (since it was read), TIME_FIXED (its customer was asked about it or has approved
    it), TIME_BILLED, NOT_IN_PERIOD (of the approval that it is in), and as `log`.
    """
    project, entry = _take(entry, by)
    must_be_as_seen(entry, revision)
    if content.member_id != entry.member_id:
        must_log_for(by, project, content.member_id)
    must_be_free(entry)
    must_be_active(project)
    was = told(entry, project)
    entry.revision += 1
    _write(entry, content, project)
    if entry.approval_id:
        approvals.add_up(entry.approval_id)
    now = told(entry, project)
    changed = {name: {"was": was[name], "now": now[name]} for name in now if was[name] != now[name]}
    record("time.edited", entry, by=by, audience="office", **now, changed=changed)
    return entry


@transaction.atomic
def delete(entry: TimeEntry, *, by: Actor, revision: int) -> None:
    """Take back what was logged. Raises Refused: TIME_ENTRY_CHANGED, TIME_FIXED, TIME_BILLED, NOT_ALLOWED."""
    project, entry = _take(entry, by)
    must_be_as_seen(entry, revision)
    must_be_free(entry)
    record("time.deleted", entry, by=by, audience="office", **told(entry, project))
    approval_id = entry.approval_id
    billed_time.forget(entry.id)
    entry.delete()
    if approval_id:
        approvals.add_up(approval_id)


def must_be_free(entry: TimeEntry) -> None:
    """Refuse (TIME_FIXED, TIME_BILLED) to change what somebody relies on."""
    if entry.approval_id:
        approval = Approval.objects.get(id=entry.approval_id)
        if approval.state in (Approval.State.AWAITING, Approval.State.APPROVED):
            raise Refused(
                "TIME_FIXED",
                _("This time is part of %(number)s, which waits for the customer or is approved.")
                % {"number": approval.number},
            )
    if billed_time.billed([entry.id]):
        raise Refused("TIME_BILLED", _("This time is on an invoice. Take it off that first."))


def told(entry: TimeEntry, project: Project) -> dict[str, Any]:
    """What events tell of it."""
    return {
        "project": project.name,
        "task": entry.task.name,
        "member": entry.member.name,
        "worked_on": entry.worked_on.isoformat(),
        "minutes": entry.minutes,
        "notes": entry.notes,
        "is_billable": entry.is_billable,
    }


def _take(entry: TimeEntry, by: Actor) -> tuple[Project, TimeEntry]:
    """The entry as it is now, with its project, for who may log time at all and whose it is.

    Raises Refused: NOT_ALLOWED, TIME_GONE.
    """
    project = again(Project.objects.get(id=entry.project_id))
    by.must_be_staff_of(project.organization_id, *LOGGING)
    found = TimeEntry.objects.filter(id=entry.id).select_related("task", "member").first()
    if found is None:
        raise Refused("TIME_GONE", _("Somebody deleted this time after you opened it."))
    if by.role == Role.TIMESHEET and found.member_id != by.id:
        raise Refused("NOT_ALLOWED", _("You log your own time only."))
    return project, found


def _write(entry: TimeEntry, content: EntryContent, project: Project) -> None:
    task = ProjectTask.objects.filter(id=content.task_id).first()
    if task is None:
        raise Refused("NOT_ITS_TASK", _("Choose one of the project's tasks."), field="task")
    if task.id != entry.task_id:
        must_take_time(task, project)
    _must_be_a_time(content, project.organization_id)
    entry.task, entry.member = task, StaffMember.objects.get(id=content.member_id)
    entry.worked_on, entry.minutes, entry.notes = content.worked_on, content.minutes, content.notes.strip()
    entry.is_billable = task.is_billable if content.is_billable is None else content.is_billable
    _must_fit_its_approval(entry)
    entry.save()


def _must_fit_its_approval(entry: TimeEntry) -> None:
    """Refuse (TIME_FIXED, NOT_IN_PERIOD) to make of time in an approval what could not be put into it."""
    if not entry.approval_id:
        return
    if not entry.is_billable:
        raise Refused("TIME_FIXED", _("Take it off the approval first: customers approve billable time."))
    first, last = Approval.objects.values_list("first", "last").get(id=entry.approval_id)
    if not first <= entry.worked_on <= last:
        raise Refused(
            "NOT_IN_PERIOD",
            _("This time is in an approval of another period. Take it off that first."),
            field="worked_on",
        )


def _must_be_a_time(content: EntryContent, organization_id: int) -> None:
    if content.minutes <= 0:
        raise Refused("NO_TIME", _("Enter more than zero."), field="minutes")
    if content.minutes > DAY:
        raise Refused("TOO_LONG", _("A day has 24 hours."), field="minutes")
    if not EARLIEST <= content.worked_on <= organizations.today(organization_id) + timedelta(days=366):
        raise Refused("DATE_FAR_OFF", _("Please check the year."), field="worked_on")
    if len(content.notes) > LONGEST_NOTES:
        raise Refused("NOTES_TOO_LONG", _("Please write at most 500 characters."), field="notes")
