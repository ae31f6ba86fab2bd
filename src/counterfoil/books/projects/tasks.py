"""The tasks of a project: what its time is logged on."""

from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from counterfoil.foundation import clock
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.events import record
from counterfoil.foundation.refusal import Refused

from .models import Project, ProjectTask, Timer
from .projects import must_be_a_rate, must_be_minutes, sound_name
from .taking import must_be_active, must_be_as_seen, take

MOST = 300  # of a project


@dataclass(frozen=True, kw_only=True)
class TaskContent:
    """What a task says. `rate` is of an hour, in major units, and counts where the project is billed by task hours."""

    name: str
    description: str = ""
    is_billable: bool = True
    rate: Decimal = Decimal(0)
    budget_minutes: int | None = None


@transaction.atomic
def add(project: Project, content: TaskContent, *, by: Actor) -> ProjectTask:
    """Add a task. Raises Refused: PROJECT_INACTIVE, TOO_MANY_TASKS, NAME_MISSING, NAME_TAKEN, RATE, BUDGET."""
    project = take(project, staff=by)
    must_be_active(project)
    if project.tasks.filter(retired_at__isnull=True).count() >= MOST:
        raise Refused("TOO_MANY_TASKS", _("A project can have at most 300 tasks."), field="name")
    task = ProjectTask(project=project)
    _write(task, content)
    record("task.added", task, by=by, audience="office", name=task.name, project=project.name)
    return task


@transaction.atomic
def edit(task: ProjectTask, content: TaskContent, *, by: Actor, revision: int) -> ProjectTask:
    """Change a task. Whether its time is billable holds for what is logged from now on.

    Raises Refused: TASK_CHANGED, TASK_RETIRED, and as `add`.
    """
    project, task = _take(task, by)
    _must_be_there(task)
    must_be_as_seen(task, revision)
    was = {name: getattr(task, name) for name in asdict(content)}
    task.revision += 1
    _write(task, content)
    changed = {
        name: {"was": _plain(before), "now": _plain(getattr(task, name))}
        for name, before in was.items()
        if before != getattr(task, name)
    }
    record("task.edited", task, by=by, audience="office", name=task.name, project=project.name, changed=changed)
    return task


@transaction.atomic
def retire(task: ProjectTask, *, by: Actor) -> ProjectTask:
    """Log no more on it; what was logged stays, and is billed. Twice is once. Raises Refused: STAFF_HAS_TIMER."""
    project, task = _take(task, by)
    if task.retired_at is None:
        if timer := Timer.objects.filter(task=task).select_related("member").first():
            told = {"name": timer.member.name}
            raise Refused("STAFF_HAS_TIMER", _("A timer of %(name)s runs on this task. Have it stopped first.") % told)
        task.retired_at = clock.now()
        task.save(update_fields=["retired_at"])
        record("task.retired", task, by=by, audience="office", name=task.name, project=project.name)
    return task


def must_take_time(task: ProjectTask, project: Project) -> None:
    """Refuse (NOT_ITS_TASK, TASK_RETIRED) to log time on a task that is another project's, or is no more."""
    if task.project_id != project.id:
        raise Refused("NOT_ITS_TASK", _("Choose one of the project's tasks."), field="task")
    _must_be_there(task)


def _take(task: ProjectTask, by: Actor) -> tuple[Project, ProjectTask]:
    project = take(Project.objects.get(id=task.project_id), staff=by)
    return project, ProjectTask.objects.select_for_update(of=("self",)).select_related("project").get(id=task.id)


def _must_be_there(task: ProjectTask) -> None:
    if task.retired_at is not None:
        raise Refused("TASK_RETIRED", _("This task was retired. Choose another."), field="task")


def _write(task: ProjectTask, content: TaskContent) -> None:
    name = sound_name(content.name)
    must_be_a_rate(content.rate, "rate")
    must_be_minutes(content.budget_minutes)
    others = ProjectTask.objects.filter(project_id=task.project_id, name_key=name.casefold(), retired_at__isnull=True)
    if others.exclude(id=task.id).exists():
        raise Refused("NAME_TAKEN", _("The project has a task with this name already."), field="name")
    task.name, task.name_key, task.description = name, name.casefold(), content.description.strip()
    task.is_billable, task.rate, task.budget_minutes = content.is_billable, content.rate, content.budget_minutes
    task.save()


def _plain(value: Any) -> Any:
    return f"{value.normalize():f}" if isinstance(value, Decimal) else value
