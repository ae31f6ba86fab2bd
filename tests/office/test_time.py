"""**Timesheets**: the list of time, and each piece of it."""

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from counterfoil.books.projects import approvals, billing, projects, tasks
from counterfoil.books.projects.billing import Wish
from counterfoil.books.projects.models import TimeEntry
from counterfoil.foundation import clock
from counterfoil.office.projects import finding
from tests.support import projects as make
from tests.support.attacks import nothing_changes
from tests.support.cast import Cast, actor, visitor


def at(cast: Cast, rest: str = "") -> str:
    return f"/office/{cast.studio.id}/timesheets/{rest}"


def rows(page: Any) -> list[dict[str, Any]]:
    return list(page.context["rows"])


def hours(page: Any) -> list[str]:
    return [row["hours"] for row in rows(page)]


def today() -> date:
    return clock.today("Europe/London")


def form(task: Any, member: Any, **more: Any) -> dict[str, Any]:
    """As the page sends it that was opened for a billable task."""
    box = {"is_billable": "on", "box_of": str(task.id), "box_was": "True"}
    sent = {"task": task.id, "member": member.id, "worked_on": today().isoformat(), "minutes": "1:30"}
    return sent | box | {"making_key": "a-key", "revision": "1"} | more


@pytest.fixture
def drawing(cast: Cast) -> Any:
    """A billable task of a project on which Olga and Stig work."""
    return make.task(cast, make.project(cast, members=[cast.olga, cast.stig]))


def bill(project: Any, cast: Cast) -> Any:
    return billing.bill(project, Wish(until=today()), by=cast.by_olga, revision=project.revision)


def sent_approval(cast: Cast, project: Any) -> Any:
    make.show_projects(cast.studio, by=cast.by_olga)
    return make.approval(cast, project)


def test_time_is_listed_with_what_it_was_for(cast: Cast, drawing: Any) -> None:
    make.time(cast, drawing, 90, days_ago=1, notes="Two sketches")
    make.time(cast, drawing, 30, by=actor(cast.stig))
    page = visitor(cast.vera).get(at(cast))
    assert [(row["hours"], row["task"], row["who"]) for row in rows(page)] == [
        ("0:30", "Drawing", "Stig Holm"),
        ("1:30", "Drawing", "Olga Lindqvist"),
    ]
    for words in ("Two sketches", "Harbour Bakery Ltd", "Shop window", "Unbilled"):
        assert words in page.text
    assert hours(visitor(cast.vera).get(at(cast), {"sort": "date"})) == ["1:30", "0:30"]


def test_the_filters_show_what_they_say(cast: Cast, drawing: Any) -> None:
    def of(status: str) -> list[str]:
        return hours(visitor(cast.olga).get(at(cast), {"status": status}))

    make.time(cast, drawing, 60)
    bill(drawing.project, cast)
    make.time(cast, drawing, 50)
    approval = sent_approval(cast, drawing.project)
    make.time(cast, drawing, 40)
    make.time(cast, drawing, 20, is_billable=False)
    assert [of(name) for name in ("billed", "awaiting", "approved", "not-billable")] == [
        ["1:00"],
        ["0:50"],
        [],
        ["0:20"],
    ]
    assert of("unbilled") == ["0:40", "0:50"]
    assert of("") == ["0:20", "0:40", "0:50", "1:00"]
    approvals.approve(approval, by=cast.by_ana, revision=approval.revision)
    assert (of("approved"), of("awaiting")) == (["0:50"], [])
    assert "No time fits" in visitor(cast.olga).get(at(cast), {"status": "awaiting"}).text
    marks = [str(row["pill"]) for row in rows(visitor(cast.olga).get(at(cast)))]
    for words, mark in zip(("Not billable", "Unbilled", "Approved", "Billed"), marks, strict=True):
        assert words in mark


def test_the_list_is_narrowed_to_a_project_and_a_person_page_by_page(cast: Cast, drawing: Any) -> None:
    other = make.task(cast, make.project(cast, name="Menu boards"))
    make.time(cast, other, 5)
    make.time(cast, drawing, 7, by=actor(cast.stig))
    for _time in range(51):
        make.time(cast, drawing, 10)
    olga = visitor(cast.olga)
    only = {"project": drawing.project_id, "member": cast.olga.id}
    page = olga.get(at(cast), only)
    assert len(rows(page)) == 50
    assert all(f"project={drawing.project_id}" in one["url"] for one in page.context["listing"].menu)
    assert f"new/?project={drawing.project_id}" in page.text
    assert hours(olga.get(at(cast) + page.context["listing"].older)) == ["0:10"]
    assert hours(olga.get(at(cast), {"member": cast.stig.id})) == ["0:07"]
    assert len(rows(olga.get(at(cast), {"project": "1"}))) == 50, "what isn't there narrows nothing"


@pytest.mark.parametrize("few", [finding.FEW, 0], ids=["few projects fit", "many do"])
def test_it_is_found_by_the_project_and_by_the_customer(
    cast: Cast, drawing: Any, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(finding, "FEW", few)
    make.time(cast, drawing, 7)
    other = make.project(cast, name="Menu boards")
    make.time(cast, make.task(cast, other), 5)
    make.time(cast, make.task(cast, make.project(cast, customer=cast.tidewater)), 3)
    olga = visitor(cast.olga)
    for text, found in (("MENU", ["0:05"]), ("tidew", ["0:03"]), ("harb bak", ["0:05", "0:07"]), ("boards", [])):
        assert hours(olga.get(at(cast), {"q": text})) == found, text
    page = olga.get(at(cast), {"q": "harbour", "project": other.id, "status": "unbilled"})
    assert hours(page) == ["0:05"]
    for name, value in (("project", other.id), ("status", "unbilled")):
        assert f'<input type="hidden" name="{name}" value="{value}">' in page.text, "searching again keeps it"


def test_the_list_comes_as_csv(cast: Cast, drawing: Any) -> None:
    make.time(cast, drawing, 90, notes="Two sketches")
    answer = visitor(cast.vera).get(at(cast), {"format": "csv"})
    lines = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert lines[0] == ["Date", "Project", "Customer", "Task", "Staff", "Notes", "Hours", "Status"]
    about = ["Shop window", "Harbour Bakery Ltd", "Drawing", "Olga Lindqvist", "Two sketches", "1.5", "Unbilled"]
    assert lines[1] == [today().isoformat(), *about]


def test_where_there_is_none_the_page_says_what_to_do(cast: Cast) -> None:
    page = visitor(cast.olga).get(at(cast))
    assert "No time yet" in page.text
    assert at(cast, "new/") in page.text
    assert "No task takes time" in visitor(cast.olga).get(at(cast, "new/")).text
    assert at(cast, "new/") not in visitor(cast.vera).get(at(cast)).text


def test_time_is_logged_on_a_task(cast: Cast, drawing: Any) -> None:
    stig = visitor(cast.stig)
    page = stig.get(at(cast, "new/"), {"task": drawing.id})
    assert '<optgroup label="Shop window, Harbour Bakery Ltd">' in page.text
    assert page.context["form"].initial["member"] == cast.stig.id
    answer = stig.post(at(cast, "new/"), form(drawing, cast.stig, minutes="1h 30m", notes="Two sketches"))
    assert (answer.status_code, answer.headers["Location"]) == (303, at(cast))
    entry = TimeEntry.objects.get()
    assert (entry.minutes, entry.member_id, entry.worked_on) == (90, cast.stig.id, today())
    assert (entry.notes, entry.is_billable) == ("Two sketches", True)
    stig.post(at(cast, "new/"), form(drawing, cast.stig))
    assert TimeEntry.objects.count() == 1, "the same form sent again makes one"


def test_the_box_is_as_the_task_says_unless_it_is_touched(cast: Cast, drawing: Any) -> None:
    cleaning = make.task(cast, drawing.project, "Cleaning", is_billable=False)
    stig = visitor(cast.stig)
    assert stig.get(at(cast, "new/"), {"task": cleaning.id}).context["form"].initial["is_billable"] is False
    unsent = {"box_of": "", "box_was": "True"}  # no task was chosen yet when the box was drawn
    kinds = [
        (form(cleaning, cast.stig, **unsent), False),
        (form(drawing, cast.stig, **unsent), True),
        (form(cleaning, cast.stig, box_of=str(cleaning.id), box_was="False"), True),
        (form(drawing, cast.stig, is_billable=""), False),
    ]
    for place, (sent, expected) in enumerate(kinds):
        assert stig.post(at(cast, "new/"), sent | {"making_key": f"key-{place}"}).status_code == 303
        assert TimeEntry.objects.latest("id").is_billable is expected, place


def test_colleagues_log_for_each_other_if_they_are_on_the_project(cast: Cast, drawing: Any) -> None:
    offered = [name for _id, name in visitor(cast.stig).get(at(cast, "new/")).context["form"].fields["member"].choices]
    assert [str(name) for name in offered] == ["Choose a person", "Olga Lindqvist", "Stig Holm"]
    assert visitor(cast.stig).post(at(cast, "new/"), form(drawing, cast.olga)).status_code == 303
    assert TimeEntry.objects.get().member_id == cast.olga.id
    other = make.task(cast, make.project(cast, name="Menu boards"))
    with nothing_changes("Logging for who isn't on it"):
        answer = visitor(cast.olga).post(at(cast, "new/"), form(other, cast.stig))
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {"member"}


def test_what_is_wrong_is_said_and_what_was_typed_stays(cast: Cast, drawing: Any) -> None:
    stig = visitor(cast.stig)
    wrong: dict[str, dict[str, str]] = {
        "minutes": {"minutes": "soon"},
        "worked_on": {"worked_on": "1850-01-01"},
        "task": {"task": "7"},
        "notes": {"notes": "x" * 501},
    }
    for field, change in wrong.items():
        with nothing_changes(field):
            answer = stig.post(at(cast, "new/"), form(drawing, cast.stig) | change)
        assert answer.status_code == 422
        assert answer.context["form"].errors.keys() == {field}
    kept = stig.post(at(cast, "new/"), form(drawing, cast.stig, minutes="25:00", notes="All day and more"))
    assert "A day has 24 hours." in kept.text
    assert 'value="25:00"' in kept.text
    assert "All day and more" in kept.text


def test_nothing_is_logged_on_what_is_at_rest(cast: Cast, drawing: Any) -> None:
    stig = visitor(cast.stig)
    tasks.retire(drawing, by=cast.by_olga)
    with nothing_changes("A retired task"):
        answer = stig.post(at(cast, "new/"), form(drawing, cast.stig))
    assert answer.status_code == 422
    assert "No time can be logged on this task any more." in answer.text
    other = make.task(cast, drawing.project, "Printing")
    projects.deactivate(drawing.project, by=cast.by_olga, revision=1)
    with nothing_changes("An inactive project"):
        assert stig.post(at(cast, "new/"), form(other, cast.stig)).status_code == 422


def test_time_is_put_right_by_who_saw_its_latest_form(cast: Cast, drawing: Any) -> None:
    entry, stig = make.time(cast, drawing, 90), visitor(cast.stig)
    page = stig.get(at(cast, f"{entry.id}/edit/"))
    assert 'value="1:30"' in page.text
    answer = stig.post(at(cast, f"{entry.id}/edit/"), form(drawing, cast.olga, minutes="2"))
    assert (answer.status_code, answer.headers["Location"]) == (303, at(cast, f"{entry.id}/"))
    entry.refresh_from_db()
    assert (entry.minutes, entry.revision) == (120, 2)
    with nothing_changes("What was read before"):
        again = stig.post(at(cast, f"{entry.id}/edit/"), form(drawing, cast.olga, minutes="3", notes="Mine"))
    assert again.status_code == 409
    assert "Mine" in again.text


def test_the_form_shows_the_box_of_another_task(cast: Cast, drawing: Any) -> None:
    cleaning, entry = make.task(cast, drawing.project, "Cleaning", is_billable=False), make.time(cast, drawing)
    page = visitor(cast.stig).get(at(cast, f"{entry.id}/edit/"), {"task": cleaning.id, "member": cast.stig.id})
    shown = page.context["form"].initial
    assert (shown["task"], shown["is_billable"], shown["member"]) == (cleaning.id, False, cast.stig.id)


def test_time_is_deleted_after_a_question(cast: Cast, drawing: Any) -> None:
    entry, stig = make.time(cast, drawing), visitor(cast.stig)
    page = stig.get(at(cast, f"{entry.id}/"), {"ask": "delete"})
    assert page.context["asks_delete"]
    with nothing_changes("What was read before"):
        stig.post(at(cast, f"{entry.id}/deletion/"), {"revision": "7"})
    answer = stig.post(at(cast, f"{entry.id}/deletion/"), {"revision": "1"}, follow=True)
    assert "The time was deleted." in answer.text
    assert not TimeEntry.objects.exists()


def test_what_waits_for_the_customer_is_only_read(cast: Cast, drawing: Any) -> None:
    entry, stig = make.time(cast, drawing), visitor(cast.stig)
    approval = sent_approval(cast, drawing.project)
    page = stig.get(at(cast, f"{entry.id}/"))
    assert "It is part of a timesheet that waits for the customer." in page.text
    assert f'href="/office/{cast.studio.id}/approvals/{approval.id}/">{approval.number}</a>' in page.text
    _is_only_read(cast, entry, page)
    approvals.approve(approval, by=cast.by_ana, revision=approval.revision)
    page = stig.get(at(cast, f"{entry.id}/"))
    assert "that the customer approved" in page.text
    _is_only_read(cast, entry, page)


def test_what_is_billed_is_only_read(cast: Cast, drawing: Any) -> None:
    entry = make.time(cast, drawing)
    invoice = bill(drawing.project, cast)
    page = visitor(cast.stig).get(at(cast, f"{entry.id}/"))
    assert "It is billed with an invoice." in page.text
    assert f'href="/office/{cast.studio.id}/invoices/{invoice.id}/">Draft</a>' in page.text
    _is_only_read(cast, entry, page)


def _is_only_read(cast: Cast, entry: Any, page: Any) -> None:
    assert not page.context["edit_url"]
    assert not page.context["delete_url"]
    stig, address = visitor(cast.stig), at(cast, f"{entry.id}/edit/")
    assert stig.get(address).headers["Location"] == at(cast, f"{entry.id}/")
    with nothing_changes("What is fixed"):
        answer = stig.post(address, form(entry.task, cast.olga, minutes="9"))
        assert answer.status_code == 422
        assert 'value="9"' in answer.text
        assert stig.post(at(cast, f"{entry.id}/deletion/"), {"revision": "1"}).status_code == 303


def test_what_is_in_a_draft_can_be_put_right_and_says_so(cast: Cast, drawing: Any) -> None:
    entry = make.time(cast, drawing)
    make.draft_approval(cast, drawing.project)
    page = visitor(cast.stig).get(at(cast, f"{entry.id}/"))
    assert "It is part of a timesheet that was not sent yet." in page.text
    assert page.context["edit_url"]


def test_time_of_an_inactive_project_can_be_taken_back_alone(cast: Cast, drawing: Any) -> None:
    entry, stig = make.time(cast, drawing), visitor(cast.stig)
    projects.deactivate(drawing.project, by=cast.by_olga, revision=1)
    page = stig.get(at(cast, f"{entry.id}/"))
    assert "The project is inactive" in page.text
    assert not page.context["edit_url"]
    assert stig.post(at(cast, f"{entry.id}/deletion/"), {"revision": "1"}).status_code == 303
    assert not TimeEntry.objects.exists()


def test_a_viewer_reads_and_changes_nothing(cast: Cast, drawing: Any) -> None:
    entry, vera = make.time(cast, drawing), visitor(cast.vera)
    page = vera.get(at(cast, f"{entry.id}/"))
    assert "1:30" in page.text
    assert not page.context["edit_url"]
    for rest in ("new/", f"{entry.id}/edit/", f"{entry.id}/deletion/", "timer/"):
        assert vera.post(at(cast, rest), form(drawing, cast.olga)).status_code == 403
    assert visitor(cast.otto).get(at(cast, f"{entry.id}/")).status_code == 404


def test_the_pages_take_as_many_queries_however_much_there_is(
    cast: Cast, drawing: Any, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    entry = make.time(cast, drawing)
    addresses = (at(cast), at(cast, "new/"), at(cast, f"{entry.id}/"), at(cast, f"{entry.id}/edit/"))
    olga = visitor(cast.olga)
    for _round in range(2):
        for address in addresses:
            with django_assert_max_num_queries(12, info=address):
                assert olga.get(address).status_code == 200
        _many(entry, 60)


def _many(entry: Any, count: int) -> None:
    from counterfoil.foundation.ids import new_id

    copies = []
    for place in range(count):
        copy = TimeEntry.objects.get(id=entry.id)
        copy.id, copy.worked_on = new_id(), entry.worked_on - timedelta(days=place)
        copies.append(copy)
    TimeEntry.objects.bulk_create(copies)
