"""The tasks of a project: added, changed, retired."""

from decimal import Decimal
from typing import Any

import pytest

from counterfoil.books.projects import projects, tasks, timers
from counterfoil.books.projects.models import ProjectTask
from counterfoil.books.projects.tasks import TaskContent
from counterfoil.foundation.events import Event
from tests.support import projects as make
from tests.support.cast import Cast, actor
from tests.support.refusals import refused


def written(**content: Any) -> TaskContent:
    full: dict[str, Any] = {"name": "Printing"} | content
    return TaskContent(**full)


def test_a_task_is_added_and_told_of(cast: Cast) -> None:
    one = make.project(cast)
    added = tasks.add(one, written(name=" Printing ", rate=Decimal("42.5"), budget_minutes=600), by=cast.by_olga)
    kept = ProjectTask.objects.get()
    assert (kept.id, kept.name, kept.rate, kept.budget_minutes, kept.is_billable) == (
        added.id,
        "Printing",
        Decimal("42.5"),
        600,
        True,
    )
    told = Event.objects.get(name="task.added")
    assert (told.customer_id, told.data) == (cast.bakery.id, {"name": "Printing", "project": "Shop window"})


@pytest.mark.parametrize(
    ("content", "code", "field"),
    [
        ({"name": " "}, "NAME_MISSING", "name"),
        ({"name": "x" * 201}, "NAME_TOO_LONG", "name"),
        ({"name": "dRAWING"}, "NAME_TAKEN", "name"),
        ({"rate": Decimal(-1)}, "RATE", "rate"),
        ({"rate": Decimal("Infinity")}, "RATE", "rate"),
        ({"budget_minutes": -5}, "BUDGET", "budget_minutes"),
    ],
)
def test_what_makes_no_sense_is_refused(cast: Cast, content: dict[str, Any], code: str, field: str) -> None:
    one = make.project(cast)
    make.task(cast, one)
    other = make.task(cast, one, "Talking")
    with refused(code, field=field):
        tasks.add(one, written(**content), by=cast.by_olga)
    with refused(code, field=field):
        tasks.edit(other, written(**content), by=cast.by_olga, revision=1)


def test_two_projects_may_have_a_task_of_one_name(cast: Cast) -> None:
    make.task(cast, make.project(cast))
    assert make.task(cast, make.project(cast, name="Menu")).name == "Drawing"


def test_a_change_says_what_was_and_what_is(cast: Cast) -> None:
    task = make.task(cast, make.project(cast))
    content = written(name="Drawing", rate=Decimal("40.50"), is_billable=False)
    task = tasks.edit(task, content, by=cast.by_olga, revision=1)
    assert task.revision == 2
    told = Event.objects.get(name="task.edited")
    assert told.data["changed"] == {
        "rate": {"was": "40", "now": "40.5"},
        "is_billable": {"was": True, "now": False},
    }
    with refused("TASK_CHANGED"):
        tasks.edit(task, content, by=cast.by_olga, revision=1)


def test_what_was_logged_stays_billable_when_its_task_is_no_more(cast: Cast) -> None:
    task = make.task(cast, make.project(cast))
    entry = make.time(cast, task)
    tasks.edit(task, written(is_billable=False), by=cast.by_olga, revision=1)
    entry.refresh_from_db()
    assert entry.is_billable
    assert not make.time(cast, task).is_billable


def test_a_retired_task_keeps_its_time_and_takes_no_more_and_its_name_is_free(cast: Cast) -> None:
    one = make.project(cast)
    task = make.task(cast, one)
    make.time(cast, task)
    for _twice in range(2):
        retired = tasks.retire(task, by=cast.by_olga)
    assert retired.retired_at is not None
    assert Event.objects.filter(name="task.retired").count() == 1
    with refused("TASK_RETIRED", field="task"):
        make.time(cast, task)
    with refused("TASK_RETIRED"):
        tasks.edit(task, written(), by=cast.by_olga, revision=1)
    assert make.task(cast, one).name == "Drawing"


def test_no_task_is_retired_while_a_timer_runs_on_it(cast: Cast) -> None:
    task = make.task(cast, make.project(cast))
    running = timers.start(task, by=cast.by_olga)
    with refused("STAFF_HAS_TIMER"):
        tasks.retire(task, by=cast.by_olga)
    timers.discard(running, by=cast.by_olga)
    assert tasks.retire(task, by=cast.by_olga).retired_at


def test_an_inactive_project_gets_no_tasks(cast: Cast) -> None:
    one = projects.deactivate(make.project(cast), by=cast.by_olga, revision=1)
    with refused("PROJECT_INACTIVE"):
        tasks.add(one, written(), by=cast.by_olga)


def test_there_is_an_end_to_tasks_but_retired_ones_do_not_count(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "MOST", 2)
    one = make.project(cast)
    first = make.task(cast, one)
    make.task(cast, one, "Printing")
    with refused("TOO_MANY_TASKS", field="name"):
        make.task(cast, one, "Talking")
    tasks.retire(first, by=cast.by_olga)
    assert make.task(cast, one, "Talking")


def test_only_owner_and_staff_of_the_business_change_tasks(cast: Cast) -> None:
    one = make.project(cast)
    task = make.task(cast, one)
    for by in (actor(cast.vera), actor(cast.otto), cast.by_ana, actor(make.timekeeper(cast))):
        with refused("NOT_ALLOWED"):
            tasks.add(one, written(), by=by)
        with refused("NOT_ALLOWED"):
            tasks.edit(task, written(), by=by, revision=1)
        with refused("NOT_ALLOWED"):
            tasks.retire(task, by=by)
