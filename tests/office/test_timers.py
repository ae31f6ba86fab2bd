"""The timer on top of **Timesheets**."""

from datetime import timedelta
from typing import Any

import pytest

from counterfoil.books.projects import tasks, timers
from counterfoil.books.projects.models import TimeEntry, Timer
from counterfoil.foundation import clock
from tests.support import projects as make
from tests.support.attacks import nothing_changes
from tests.support.cast import Cast, actor, visitor


def at(cast: Cast, rest: str = "") -> str:
    return f"/office/{cast.studio.id}/timesheets/{rest}"


@pytest.fixture
def drawing(cast: Cast) -> Any:
    return make.task(cast, make.project(cast, members=[cast.olga, cast.stig]))


def test_a_timer_runs_and_is_stopped(cast: Cast, drawing: Any) -> None:
    stig = visitor(cast.stig)
    answer = stig.post(at(cast, "timer/"), {"task": drawing.id, "notes": "At the window"}, follow=True)
    assert "The timer runs." in answer.text
    timer = Timer.objects.get(member=cast.stig)
    with clock.travel(by=timedelta(minutes=95)):
        page = stig.get(at(cast))
        (shown,) = page.context["timers"]
        assert (shown["elapsed"], shown["task"], shown["notes"]) == ("1:35", "Drawing", "At the window")
        assert page.context["timer_form"] is None, "one at most"
        answer = stig.post(at(cast, f"timer/{timer.id}/stop/"), follow=True)
    assert "1:36 was logged on Drawing." in answer.text
    assert not Timer.objects.exists()
    entry = TimeEntry.objects.get()
    assert (entry.minutes, entry.notes, entry.member_id) == (96, "At the window", cast.stig.id)
    assert stig.post(at(cast, f"timer/{timer.id}/stop/")).status_code == 404


def test_a_timer_is_discarded_after_a_question(cast: Cast, drawing: Any) -> None:
    timer, stig = timers.start(drawing, by=actor(cast.stig)), visitor(cast.stig)
    page = stig.get(at(cast), {"ask": "discard"})
    assert page.context["asks_discard"]
    assert at(cast, f"timer/{timer.id}/discard/") in page.text
    answer = stig.post(at(cast, f"timer/{timer.id}/discard/"), follow=True)
    assert "Nothing was logged." in answer.text
    assert not Timer.objects.exists()
    assert not TimeEntry.objects.exists()


def test_tasks_are_offered_of_ones_own_active_projects(cast: Cast, drawing: Any) -> None:
    make.task(cast, make.project(cast, name="Menu boards"), "Lettering")
    retired = make.task(cast, drawing.project, "Old")
    tasks.retire(retired, by=cast.by_olga)
    choices = visitor(cast.stig).get(at(cast)).context["timer_form"].fields["task"].choices
    assert [group for group in choices if group[0]] == [("Shop window, Harbour Bakery Ltd", [(drawing.id, "Drawing")])]
    assert visitor(cast.vera).get(at(cast)).context.get("timer_form") is None


def test_what_is_wrong_is_said_on_a_page_that_keeps_what_was_typed(cast: Cast, drawing: Any) -> None:
    other = make.task(cast, make.project(cast, name="Menu boards"), "Lettering")
    stig = visitor(cast.stig)
    for task in ("", "x", str(other.id)):
        with nothing_changes(f"A timer on {task!r}"):
            answer = stig.post(at(cast, "timer/"), {"task": task, "notes": "At the window"})
        assert answer.status_code == 422
        assert "At the window" in answer.text
    timers.start(drawing, by=actor(cast.stig))
    with nothing_changes("A second timer"):
        answer = stig.post(at(cast, "timer/"), {"task": drawing.id})
    assert answer.status_code == 422
    assert "Your timer runs on Drawing already. Stop it first." in answer.text


def test_who_is_on_no_project_is_told_so(cast: Cast) -> None:
    with nothing_changes("A timer on nothing"):
        answer = visitor(cast.stig).post(at(cast, "timer/"), {"task": "1"}, follow=True)
    assert "You are on no project that takes time now." in answer.text


def test_colleagues_see_each_others_timers_and_stop_them(cast: Cast, drawing: Any) -> None:
    timer = timers.start(drawing, by=actor(cast.stig))
    page = visitor(cast.olga).get(at(cast))
    assert "Runs for Stig Holm since" in page.text
    assert page.context["timer_form"] is not None, "her own can be started"
    assert f"timer/{timer.id}/discard/" not in page.text
    assert visitor(cast.olga).post(at(cast, f"timer/{timer.id}/stop/")).status_code == 303
    assert TimeEntry.objects.get().member_id == cast.stig.id


def test_a_stranger_stops_nothing(cast: Cast, drawing: Any) -> None:
    timer = timers.start(drawing, by=actor(cast.stig))
    with nothing_changes("A stranger"):
        for rest in ("stop/", "discard/"):
            assert visitor(cast.vera).post(at(cast, f"timer/{timer.id}/{rest}")).status_code == 403
            strange = f"/office/{cast.quay.id}/timesheets/timer/{timer.id}/{rest}"
            assert visitor(cast.otto).post(strange).status_code == 404
