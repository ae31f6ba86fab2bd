"""The customer's projects, where the business shows them: the list, one with its tasks and time, what is said of it."""

from datetime import timedelta
from typing import Any

import pytest

from counterfoil.books.conversations import comments
from counterfoil.books.conversations.models import Comment
from counterfoil.books.projects import billing, projects
from counterfoil.books.projects.billing import Wish
from counterfoil.books.projects.models import TimeEntry
from counterfoil.foundation import clock
from counterfoil.foundation.ids import new_id
from tests.support import projects as make
from tests.support.attacks import nothing_changes
from tests.support.cast import Cast, visitor
from tests.support.switches import switch
from tests.support.uploads import PDF, Sent


def at(one: Any, rest: str = "") -> str:
    return f"/portal/lindqvist-zhou/{one.customer_id}/projects/{one.id}/{rest}"


def index(cast: Cast, query: str = "", who: Any = None) -> Any:
    who = who or cast.ana
    return visitor(who).get(f"/portal/lindqvist-zhou/{who.customer_id}/projects/{query}")


def names(answer: Any) -> list[str]:
    return [row["name"] for row in answer.context["rows"]]


@pytest.fixture
def shown(cast: Cast) -> Cast:
    switch(cast, projects=True)
    return cast


def today() -> Any:
    return clock.today("Europe/London")


def many_entries(one: Any, count: int) -> None:
    """So many pieces of time, copied from one: only for lists."""
    rows = []
    for place in range(count):
        row = TimeEntry.objects.get(id=one.id)
        row.pk = row.id = new_id()
        row._state.adding = True
        row.worked_on -= timedelta(days=place % 90)
        row.notes = f"piece {place}"
        rows.append(row)
    TimeEntry.objects.bulk_create(rows, batch_size=500)


def test_they_are_nowhere_until_the_business_shows_them(cast: Cast) -> None:
    one, ana = make.project(cast), visitor(cast.ana)
    home = f"/portal/lindqvist-zhou/{cast.bakery.id}/"
    for address in (at(one), f"{home}projects/"):
        assert ana.get(address).status_code == 404
    with nothing_changes("a comment where there are no projects"):
        assert ana.post(at(one, "comments/"), {"text": "Hello"}).status_code == 404
    assert f"{home}projects/" not in ana.get(home).text
    switch(cast, projects=True)
    assert ana.get(at(one)).status_code == 200
    menu = ana.get(home).text
    assert menu.index(f"{home}projects/") < menu.index(f"{home}approvals/") < menu.index(f"{home}statements/")
    assert ">Projects</a>" in menu
    assert ">Timesheets</a>" in menu


def test_an_empty_list_says_what_will_appear(shown: Cast) -> None:
    assert "Work that we do for you appears here" in index(shown).text


def test_the_active_ones_are_listed_with_their_billable_hours(shown: Cast) -> None:
    one, other = make.project(shown, description="Drawn by hand"), make.project(shown, name="Awning")
    idle = make.project(shown, name="Old sign")
    projects.deactivate(idle, by=shown.by_olga, revision=1)
    drawing = make.task(shown, one)
    make.time(shown, drawing, 90, days_ago=5)
    make.time(shown, drawing, 600, is_billable=False)
    billing.bill(one, Wish(until=today()), by=shown.by_olga, revision=1)
    make.time(shown, drawing, 30)
    listed = index(shown)
    assert [(row["name"], row["logged"], row["unbilled"]) for row in listed.context["rows"]] == [
        ("Awning", "0:00", "0:00"),
        ("Shop window", "2:00", "0:30"),
    ]
    assert "Drawn by hand" in listed.text
    assert names(index(shown, "?sort=-name")) == ["Shop window", "Awning"]
    assert names(index(shown, "?q=aWN")) == [other.name]
    nothing = index(shown, "?q=window").text
    assert "No project found" in nothing
    assert 'value="window"' in nothing


def test_tasks_say_what_was_logged_billed_and_is_unbilled(shown: Cast) -> None:
    one = make.project(shown, description="Drawn <by> hand")
    drawing, unused = make.task(shown, one, description="Two drafts"), make.task(shown, one, "Printing")
    talking = make.task(shown, one, "Talking to ourselves", is_billable=False)
    make.time(shown, drawing, 90, days_ago=5)
    billing.bill(one, Wish(until=today()), by=shown.by_olga, revision=1)
    make.time(shown, drawing, 45, notes="Second draft")
    make.time(shown, drawing, 600, is_billable=False, notes="A mistake of ours")
    make.time(shown, talking, 600)
    page = visitor(shown.ana).get(at(one))
    assert [(task["name"], task["logged"], task["billed"], task["unbilled"]) for task in page.context["tasks"]] == [
        (drawing.name, "2:15", "1:30", "0:45"),
        (unused.name, "0:00", "0:00", "0:00"),
    ]
    assert page.context["hours"] == {"logged": "2:15", "billed": "1:30", "unbilled": "0:45"}
    for words in ("Drawn &lt;by&gt; hand", "Two drafts", ">Tasks</h2>", ">Time entries</h2>", ">Comments</h2>"):
        assert words in page.text
    for absent in ("Talking to ourselves", "A mistake of ours", "<by>"):
        assert absent not in page.text


def test_time_entries_are_the_billable_ones_the_newest_first(shown: Cast) -> None:
    one = make.project(shown)
    drawing = make.task(shown, one)
    make.time(shown, drawing, 90, days_ago=5, notes="First draft")
    billing.bill(one, Wish(until=today()), by=shown.by_olga, revision=1)
    make.time(shown, drawing, 45)
    make.time(shown, drawing, 20, is_billable=False)
    elsewhere = make.project(shown, name="Awning")
    make.time(shown, make.task(shown, elsewhere), 7)
    found = visitor(shown.ana).get(at(one)).context["entries"]
    told = [(entry["task"], entry["who"], entry["notes"], entry["hours"]) for entry in found]
    assert told == [
        ("Drawing", "Olga Lindqvist", "", "0:45"),
        ("Drawing", "Olga Lindqvist", "First draft", "1:30"),
    ]
    assert ["Unbilled" in found[0]["pill"], "Billed" in found[1]["pill"]] == [True, True]


def test_a_project_without_anything_says_what_will_appear(shown: Cast) -> None:
    page = visitor(shown.ana).get(at(make.project(shown))).text
    assert "The tasks of this project that are billed appear here." in page
    assert "Time that is worked for you appears here" in page
    assert "Nobody has said anything yet." in page


def test_time_is_paged_by_key_both_ways(shown: Cast) -> None:
    one = make.project(shown)
    many_entries(make.time(shown, make.task(shown, one)), 119)
    ana = visitor(shown.ana)
    seen, query, back = [], "", ""
    while query is not None:
        answer = ana.get(at(one) + query)
        seen.append([(entry["day"], entry["notes"]) for entry in answer.context["entries"]])
        query, back = answer.context["listing"].older, answer.context["listing"].newer
    assert [len(part) for part in seen] == [50, 50, 20]
    assert len({entry for part in seen for entry in part}) == 120
    assert [(one["day"], one["notes"]) for one in ana.get(at(one) + back).context["entries"]] == seen[-2]


def test_both_sides_talk_about_it_with_files(shown: Cast) -> None:
    one, ana = make.project(shown), visitor(shown.ana)
    answer = ana.post(at(one, "comments/"), {"text": "Is it done?", "file": [Sent("plan.pdf", PDF)]})
    assert (answer.status_code, answer.headers["Location"]) == (303, at(one, "#conversation"))
    comments.add(one, "They are in a hurry.", by=shown.by_olga)
    comments.add(one, "On Friday.", by=shown.by_olga, shown=True)
    page = ana.get(at(one))
    lines = page.context["conversation"].lines
    assert [str(line.text) for line in lines] == ["Is it done?", "On Friday."]
    assert "They are in a hurry." not in page.text
    (file,) = lines[0].files
    assert file.name == "plan.pdf"
    assert b"".join(ana.get(file.url)) == PDF
    assert visitor(shown.bruno).get(file.url).status_code == 404


def test_what_was_typed_wrongly_is_kept(shown: Cast) -> None:
    one = make.project(shown)
    with nothing_changes("too long a comment"):
        answer = visitor(shown.ana).post(at(one, "comments/"), {"text": "x" * 4_001})
    assert answer.status_code == 422
    assert "x" * 4_001 in answer.text
    assert one.name in answer.text


def test_an_inactive_one_and_others_are_not_there(shown: Cast) -> None:
    idle = projects.deactivate(make.project(shown, name="Old"), by=shown.by_olga, revision=1)
    theirs = make.project(shown, shown.tidewater)
    ana = visitor(shown.ana)
    elsewhere = at(theirs).replace(str(shown.tidewater.id), str(shown.bakery.id))
    for address in (at(idle), at(theirs), elsewhere):
        assert ana.get(address).status_code == 404
        with nothing_changes(address):
            assert ana.post(f"{address}comments/", {"text": "Hello"}).status_code == 404
    assert names(index(shown)) == []
    assert names(index(shown, who=shown.bruno)) == [theirs.name]
    assert not Comment.objects.exists()


@pytest.mark.parametrize("count", [10, 1_000])
def test_the_pages_keep_their_budget(shown: Cast, django_assert_max_num_queries: Any, count: int) -> None:
    one = make.project(shown)
    many_entries(make.time(shown, make.task(shown, one)), count)
    for number in range(12):
        make.task(shown, one, f"Part {number}")
        make.project(shown, name=f"Other {number}")
    comments.add(one, "Hello", by=shown.by_ana)
    ana = visitor(shown.ana)
    ana.get(at(one))
    with django_assert_max_num_queries(8):
        ana.get(at(one))
    with django_assert_max_num_queries(8):
        assert len(names(ana.get(at(one).removesuffix(f"{one.id}/")))) == 13
