"""A timer runs while somebody works, and becomes time."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from counterfoil.books.organizations import staff
from counterfoil.books.projects import projects, tasks, timers
from counterfoil.books.projects.models import TimeEntry, Timer
from counterfoil.foundation import clock
from counterfoil.foundation.events import Event
from tests.support import projects as make
from tests.support.cast import Cast, actor
from tests.support.refusals import refused

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def tess(cast: Cast) -> Any:
    return make.timekeeper(cast)


@pytest.fixture
def drawing(cast: Cast, tess: Any) -> Any:
    return make.task(cast, make.project(cast, members=[cast.olga, tess]))


def test_stopping_logs_what_was_worked_since_it_was_started(drawing: Any, tess: Any) -> None:
    with clock.travel(to=NOON):
        running = timers.start(drawing, by=actor(tess), notes=" By hand ")
    with clock.travel(to=NOON + timedelta(minutes=75, seconds=30)):
        timers.stop(running, by=actor(tess))
    entry = TimeEntry.objects.get()
    assert (entry.minutes, entry.notes, entry.member, entry.task) == (76, "By hand", tess, drawing)
    assert (entry.worked_on, entry.is_billable) == (NOON.date(), True)
    assert not Timer.objects.exists()
    told = Event.objects.filter(actor__id=tess.id, name__startswith="time").order_by("id")
    assert [event.name for event in told] == ["timer.started", "time.logged"]


@pytest.mark.parametrize(
    ("worked", "minutes"),
    [
        (timedelta(seconds=-90), 1),  # a clock that was put back
        (timedelta(seconds=1), 1),
        (timedelta(seconds=40), 1),
        (timedelta(minutes=2, seconds=1), 3),
        (timedelta(hours=23, minutes=58, seconds=30), 1_439),
        (timedelta(days=3), 1_440),
    ],
)
def test_begun_minutes_count_and_a_day_is_the_most(drawing: Any, tess: Any, worked: timedelta, minutes: int) -> None:
    with clock.travel(to=NOON):
        running = timers.start(drawing, by=actor(tess))
    with clock.travel(to=NOON + worked):
        assert timers.stop(running, by=actor(tess)).minutes == minutes


def test_it_counts_on_the_day_when_it_was_started_where_the_business_is(drawing: Any, tess: Any) -> None:
    late = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)  # already July in London
    with clock.travel(to=late):
        running = timers.start(drawing, by=actor(tess))
    with clock.travel(to=late + timedelta(hours=5)):
        assert timers.stop(running, by=actor(tess)).worked_on.isoformat() == "2026-07-01"


def test_everybody_has_one_at_most(cast: Cast, drawing: Any, tess: Any) -> None:
    other = make.task(cast, make.project(cast, cast.tidewater, members=[tess]), "Glazing")
    timers.start(drawing, by=actor(tess))
    for task in (drawing, other):
        with refused("TIMER_RUNS") as refusal:
            timers.start(task, by=actor(tess))
        assert "Drawing" in str(refusal.value.sentence)
    assert timers.start(drawing, by=cast.by_olga).member == cast.olga


def test_it_is_started_where_time_could_be_logged(cast: Cast, drawing: Any, tess: Any) -> None:
    with refused("NOT_ON_PROJECT"):
        timers.start(drawing, by=actor(cast.stig))
    for by in (actor(cast.vera), actor(cast.otto), cast.by_ana):
        with refused("NOT_ALLOWED"):
            timers.start(drawing, by=by)
    with refused("NOTES_TOO_LONG", field="notes"):
        timers.start(drawing, by=actor(tess), notes="x" * 501)
    tasks.retire(drawing, by=cast.by_olga)
    with refused("TASK_RETIRED"):
        timers.start(drawing, by=actor(tess))
    projects.deactivate(drawing.project, by=cast.by_olga, revision=1)
    with refused("PROJECT_INACTIVE"):
        timers.start(drawing, by=actor(tess))


def test_one_that_was_stopped_is_gone(drawing: Any, tess: Any) -> None:
    running = timers.start(drawing, by=actor(tess))
    stale = Timer.objects.get()
    timers.stop(running, by=actor(tess))
    with refused("TIMER_GONE"):
        timers.stop(stale, by=actor(tess))
    with refused("TIMER_GONE"):
        timers.discard(stale, by=actor(tess))
    assert TimeEntry.objects.count() == 1


def test_discarding_logs_nothing(drawing: Any, tess: Any) -> None:
    timers.discard(timers.start(drawing, by=actor(tess)), by=actor(tess))
    assert not TimeEntry.objects.exists()
    assert not Timer.objects.exists()
    assert Event.objects.get(name="timer.discarded").data == {"task": "Drawing", "project": "Shop window"}


def test_a_colleague_may_stop_it_but_timesheet_staff_only_their_own(cast: Cast, drawing: Any, tess: Any) -> None:
    hers, olgas = timers.start(drawing, by=actor(tess)), timers.start(drawing, by=cast.by_olga)
    for by in (actor(tess), actor(cast.vera), actor(cast.otto), cast.by_ana):
        with refused("NOT_ALLOWED"):
            timers.stop(olgas, by=by)
        with refused("NOT_ALLOWED"):
            timers.discard(olgas, by=by)
    entry = timers.stop(hers, by=actor(cast.stig))
    assert entry.member == tess


def test_what_somebody_who_left_had_running_is_stopped_by_a_colleague(cast: Cast, drawing: Any, tess: Any) -> None:
    running = timers.start(drawing, by=actor(tess))
    staff.remove(tess, by=cast.by_olga)
    assert timers.stop(running, by=cast.by_olga).member == tess


def test_whoever_may_log_no_time_any_more_stops_no_timer_into_time(cast: Cast, drawing: Any, tess: Any) -> None:
    running = timers.start(drawing, by=actor(tess))
    tess = staff.change_role(tess, role="viewer", by=cast.by_olga)
    with refused("NOT_ALLOWED"):
        timers.stop(running, by=actor(tess))
