"""A timer runs while somebody works, and becomes time that is logged when it is stopped. Everybody has one at most."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from counterfoil.books.ledger import ledger
from counterfoil.books.organizations import organizations
from counterfoil.books.organizations.models import StaffMember
from counterfoil.foundation import clock
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.events import record
from counterfoil.foundation.hours import DAY
from counterfoil.foundation.refusal import Refused

from . import time_entries
from .models import Project, ProjectTask, TimeEntry, Timer
from .taking import again, must_be_active, must_log_for
from .tasks import must_take_time
from .time_entries import LONGEST_NOTES, EntryContent


@transaction.atomic
def start(task: ProjectTask, *, by: Actor, notes: str = "") -> Timer:
    """Begin to work on a task, now.

    Raises Refused: NOT_ALLOWED, NOT_ON_PROJECT, PROJECT_INACTIVE, TASK_RETIRED, TIMER_RUNS (another one of theirs),
    NOTES_TOO_LONG.
    """
    project = again(Project.objects.get(id=task.project_id))
    member_id = by.id or 0
    must_log_for(by, project, member_id)
    StaffMember.objects.select_for_update(no_key=True).only("id").get(id=member_id)
    task = ProjectTask.objects.get(id=task.id)
    must_be_active(project)
    must_take_time(task, project)
    if len(notes) > LONGEST_NOTES:
        raise Refused("NOTES_TOO_LONG", _("Please write at most 500 characters."), field="notes")
    if running := Timer.objects.filter(member_id=member_id).select_related("task").first():
        raise Refused(
            "TIMER_RUNS", _("Your timer runs on %(task)s already. Stop it first.") % {"task": running.task.name}
        )
    timer = Timer.objects.create(member_id=member_id, task=task, notes=notes.strip(), started_at=clock.now())
    record("timer.started", timer, by=by, audience="office", task=task.name, project=project.name)
    return timer


@transaction.atomic
def stop(timer: Timer, *, by: Actor) -> TimeEntry:
    """Log what was worked since it was started, on the day when it was: each begun minute, a whole day at most.

    It can be put right afterwards. Raises Refused: NOT_ALLOWED, TIMER_GONE, and as `time_entries.log`.
    """
    timer = _take(timer, by)
    project = timer.task.project
    worked = clock.now() - timer.started_at
    minutes = min(max(1, -(-worked // timedelta(minutes=1))), DAY)
    content = EntryContent(
        task_id=timer.task_id,
        member_id=timer.member_id,
        worked_on=organizations.day_of(project.organization_id, timer.started_at),
        minutes=minutes,
        notes=timer.notes,
    )
    entry = time_entries.log(project, content, by=by)
    timer.delete()
    return entry


@transaction.atomic
def discard(timer: Timer, *, by: Actor) -> None:
    """Stop it and log nothing. Raises Refused: NOT_ALLOWED, TIMER_GONE."""
    timer = _take(timer, by)
    told = {"task": timer.task.name, "project": timer.task.project.name}
    record("timer.discarded", timer, by=by, audience="office", **told)
    timer.delete()


def _take(timer: Timer, by: Actor) -> Timer:
    """One's own, with its task and project; an owner or a colleague may stop it too. The customer is locked first."""
    project = Project.objects.get(tasks=timer.task_id)
    ledger.lock_of(project)
    found = Timer.objects.select_for_update(of=("self",)).select_related("task__project", "member").filter(id=timer.id)
    running = found.first()
    if running is None:
        raise Refused("TIMER_GONE", _("This timer was stopped meanwhile."))
    if by.id != running.member_id:
        by.must_be_staff_of(running.organization_id)
    return running
