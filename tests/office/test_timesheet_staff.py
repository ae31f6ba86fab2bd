"""Timesheet staff: they log their own time, and see nothing else of the office."""

from typing import Any

import pytest

from counterfoil.books.projects import projects, timers
from counterfoil.books.projects.models import TimeEntry, Timer
from tests.routes.catalogue import ROWS
from tests.support import projects as make
from tests.support.attacks import nothing_changes
from tests.support.cast import Cast, actor, visitor
from tests.support.world import World

# What is theirs: time and the timer, and what everybody has who works here.
OWN = {
    "office:home",  # leads on to their time
    "office:language",
    "office:time_entries",
    "office:time_entry_new",
    "office:time_entry",
    "office:time_entry_edit",
    "office:time_entry_delete",
    "office:timer_start",
    "office:timer_stop",
    "office:timer_discard",
    "office:bell",
    "office:bell_read",
    "office:bell_line",
}


@pytest.fixture
def tess(cast: Cast) -> Any:
    return make.timekeeper(cast)


@pytest.fixture
def drawing(cast: Cast, tess: Any) -> Any:
    """A task on which Tess and Olga work."""
    return make.task(cast, make.project(cast, members=[cast.olga, tess]))


def at(cast: Cast, rest: str = "timesheets/") -> str:
    return f"/office/{cast.studio.id}/{rest}"


def form(task: Any, **more: Any) -> dict[str, Any]:
    sent = {"task": task.id, "worked_on": "2026-01-12", "minutes": "1:30", "is_billable": "on", "box_was": "True"}
    return sent | {"revision": "1", "making_key": "a-key"} | more


def test_nothing_of_the_office_opens_but_what_is_their_own(world: World) -> None:
    side = world.harbour
    keeper, wrong = visitor(side["keeper"]), []
    theirs = [row for row in ROWS if row.door == "office" and not row.is_public and "organization_id" in row.parameters]
    assert len(theirs) > 100
    for row in theirs:
        if row.name in OWN:
            continue
        for method in row.methods:
            send = keeper.post if method == "POST" else keeper.get
            with nothing_changes(row):
                status = send(row.address(side), row.body(side) if method == "POST" else {}).status_code
            if status not in (403, 404):
                wrong.append(f"{method} {row} answers {status}")
    assert not wrong, "\n".join(wrong)
    assert {row.name for row in theirs} >= OWN


def test_what_is_another_s_is_not_there(world: World) -> None:
    side = world.harbour
    keeper = visitor(side["keeper"])
    for other in (world.tidewater, world.quay):
        for row in ROWS:
            if row.name in OWN and {"entry_id", "timer_id"} & set(row.parameters):
                for method in row.methods:
                    send = keeper.post if method == "POST" else keeper.get
                    address = row.address(side, **{one: other.key(row.named(one)) for one in row.parameters[1:]})
                    with nothing_changes(row):
                        assert send(address, row.body(side)).status_code == 404, row
    olgas = side["entry"]
    assert keeper.get(f"/office/{side.organization.id}/timesheets/{olgas.id}/").status_code == 404


def test_the_first_page_is_their_time_and_the_menus_have_nothing_else(cast: Cast, tess: Any, drawing: Any) -> None:
    browser = visitor(tess)
    answer = browser.get(at(cast, ""))
    assert (answer.status_code, answer.headers["Location"]) == (302, at(cast))
    page = browser.get(at(cast))
    assert [str(place["label"]) for place in page.context["nav"]] == ["Timesheets"]
    assert [str(place["label"]) for place in page.context["create"]] == ["Time"]
    assert not page.context["search_url"]
    assert at(cast, "search/") not in page.text


def test_they_log_mend_and_take_back_their_own_time(cast: Cast, tess: Any, drawing: Any) -> None:
    browser = visitor(tess)
    page = browser.get(at(cast) + "new/")
    assert "member" not in page.context["form"].fields, "for whom else"
    assert browser.post(at(cast) + "new/", form(drawing, member=cast.olga.id)).status_code == 303
    entry = TimeEntry.objects.get()
    assert entry.member_id == tess.id
    answer = browser.post(f"{at(cast)}{entry.id}/edit/", form(drawing, minutes="2", member=cast.olga.id))
    assert answer.status_code == 303
    entry.refresh_from_db()
    assert (entry.minutes, entry.member_id) == (120, tess.id)
    assert browser.post(f"{at(cast)}{entry.id}/deletion/", {"revision": "2"}).status_code == 303
    assert not TimeEntry.objects.exists()


def test_they_see_no_time_timer_task_or_project_of_others(cast: Cast, tess: Any, drawing: Any) -> None:
    other = make.task(cast, make.project(cast, name="Secret plans"), "Plotting")
    olgas, hers = make.time(cast, drawing, notes="Olga's hand"), make.time(cast, drawing, 7, by=actor(tess))
    make.time(cast, other, notes="Quiet")
    timer, browser = timers.start(drawing, by=cast.by_olga), visitor(tess)
    page = browser.get(at(cast))
    assert [row["hours"] for row in page.context["rows"]] == ["0:07"]
    for words in ("Secret plans", "Plotting", "Olga", "Quiet"):
        assert words not in page.text
        assert words not in browser.get(at(cast) + "new/").text
    with nothing_changes("Another's"):
        for rest in (f"{olgas.id}/", f"{olgas.id}/edit/"):
            assert browser.get(at(cast) + rest).status_code == 404
        for rest in (f"{olgas.id}/edit/", f"{olgas.id}/deletion/", f"timer/{timer.id}/stop/"):
            assert browser.post(at(cast) + rest, form(drawing)).status_code == 404
        assert browser.post(at(cast) + "new/", form(other)).status_code == 422
        assert browser.post(f"{at(cast)}{hers.id}/edit/", form(other)).status_code == 422
        assert browser.post(at(cast) + "timer/", {"task": other.id}).status_code == 422
    assert "Secret plans" not in browser.get(at(cast), {"project": other.project_id}).text
    lines = b"".join(browser.get(at(cast), {"format": "csv"}).streaming_content).decode()
    assert "Olga" not in lines


def test_what_is_fixed_says_so_without_leading_anywhere(cast: Cast, tess: Any, drawing: Any) -> None:
    make.show_projects(cast.studio, by=cast.by_olga)
    entry = make.time(cast, drawing, by=actor(tess))
    approval = make.approval(cast, drawing.project)
    page = visitor(tess).get(f"{at(cast)}{entry.id}/")
    assert "It is part of a timesheet that waits for the customer." in page.text
    for address in ("approvals/", "customers/", "projects/", "invoices/"):
        assert at(cast, address) not in page.text
    assert approval.number not in page.text


def test_they_let_their_timer_run(cast: Cast, tess: Any, drawing: Any) -> None:
    browser = visitor(tess)
    assert browser.post(at(cast) + "timer/", {"task": drawing.id}).status_code == 303
    timer = Timer.objects.get(member=tess)
    assert browser.post(f"{at(cast)}timer/{timer.id}/stop/").status_code == 303
    assert TimeEntry.objects.get().member_id == tess.id


def test_their_time_on_what_came_to_rest_is_still_theirs_to_read(cast: Cast, tess: Any, drawing: Any) -> None:
    entry = make.time(cast, drawing, by=actor(tess))
    projects.deactivate(drawing.project, by=cast.by_olga, revision=1)
    assert visitor(tess).get(f"{at(cast)}{entry.id}/").status_code == 200
    assert "No task takes time" in visitor(tess).get(at(cast) + "new/").text
