"""**Projects** in the office: the list, the page of one, its tasks, and invoices of its time."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from counterfoil.books.conversations import comments
from counterfoil.books.projects import projects, tasks, timers
from counterfoil.books.projects.models import Project, ProjectTask
from counterfoil.books.sales import invoices
from counterfoil.books.sales.models import BilledTime, Invoice
from counterfoil.foundation import clock
from counterfoil.foundation.events import Event
from tests.support import projects as make
from tests.support.attacks import nothing_changes
from tests.support.cast import Cast, actor, visitor

FORM = {
    "name": "Shop window",
    "description": "All of it by hand",
    "billing": "project",
    "rate": "60",
    "fixed": "",
    "budget_minutes": "40",
    "budget": "2,000",
}


def at(cast: Cast, rest: str = "") -> str:
    return f"/office/{cast.studio.id}/projects/{rest}"


def page_of(cast: Cast, one: Any, who: Any = None) -> Any:
    return visitor(who or cast.stig).get(at(cast, f"{one.id}/"))


def names(page: Any) -> list[str]:
    return [row["name"] for row in page.context["rows"]]


def staffed(cast: Cast, **rates: str) -> dict[str, str]:
    """The part of the form about colleagues: each with their rate."""
    on = {f"on-{getattr(cast, name).id}": "on" for name in rates}
    return on | {f"rate-{getattr(cast, name).id}": rate for name, rate in rates.items()}


def test_a_new_project_asks_first_for_whom_it_is(cast: Cast) -> None:
    page = visitor(cast.stig).get(at(cast, "new/"))
    offered = {row["name"]: row["url"] for row in page.context["customers"]}
    assert offered["Harbour Bakery Ltd"] == at(cast, f"new/?customer={cast.bakery.id}")


def test_a_project_is_written_down_with_its_budget_and_staff(cast: Cast) -> None:
    stig, url = visitor(cast.stig), at(cast, f"new/?customer={cast.bakery.id}")
    form = stig.get(url).context["form"]
    assert [row["on"].label for row in form.staff()] == ["Olga Lindqvist", "Stig Holm"], "a viewer logs no time"
    assert [bool(row["on"].value()) for row in form.staff()] == [False, True], "who writes it is on it"
    answer = stig.post(url, FORM | staffed(cast, olga="50", stig=""))
    one = Project.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (303, at(cast, f"{one.id}/"))
    assert (one.customer, one.name, one.rate, one.budget_minutes, one.budget_minor) == (
        cast.bakery,
        "Shop window",
        Decimal(60),
        2_400,
        200_000,
    )
    assert dict(one.members.values_list("member__name", "rate")) == {
        "Olga Lindqvist": Decimal(50),
        "Stig Holm": Decimal(0),
    }


def test_the_same_form_twice_is_one_project(cast: Cast) -> None:
    stig, url = visitor(cast.stig), at(cast, f"new/?customer={cast.bakery.id}")
    key = stig.get(url).context["form"]["making_key"].value()
    answers = [stig.post(url, FORM | {"making_key": key}) for _time in range(2)]
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert Project.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": " "}, "name"),
        ({"billing": "gold"}, "billing"),
        ({"billing": "fixed"}, "fixed"),
        ({"rate": "dear"}, "rate"),
        ({"budget_minutes": "soon"}, "budget_minutes"),
        ({"budget": "-3"}, "budget"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(cast: Cast, wrong: dict[str, str], field: str) -> None:
    with nothing_changes(wrong):
        answer = visitor(cast.stig).post(
            at(cast, f"new/?customer={cast.bakery.id}"), FORM | wrong | staffed(cast, olga="49.50")
        )
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {field}
    for typed in (
        "All of it by hand",
        "49.50",
        *(value for value in wrong.values() if value.strip() and field != "billing"),
    ):
        assert typed in answer.text


def test_a_name_that_the_customer_has_already_is_refused(cast: Cast) -> None:
    make.project(cast)
    answer = visitor(cast.stig).post(at(cast, f"new/?customer={cast.bakery.id}"), FORM)
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {"name"}


def test_an_edit_starts_with_what_is_written_and_needs_the_latest(cast: Cast) -> None:
    one = make.project(cast, budget_minutes=750, budget_minor=1_050)
    stig, url = visitor(cast.stig), at(cast, f"{one.id}/edit/")
    form = stig.get(url).context["form"]
    values = [form[name].value() for name in ("name", "rate", "budget_minutes", "budget", f"rate-{cast.olga.id}")]
    assert values == ["Shop window", "60", "12:30", "10.50", "50"]
    assert stig.post(url, FORM | {"name": "Big window", "revision": "1"} | staffed(cast, stig="")).status_code == 303
    one.refresh_from_db()
    assert (one.name, [row.member_id for row in one.members.all()]) == ("Big window", [cast.stig.id])
    with nothing_changes("An old form"):
        answer = stig.post(url, FORM | {"name": "Small window", "revision": "1"})
    assert answer.status_code == 409
    assert 'value="Small window"' in answer.text


def test_who_left_stays_on_a_project_that_is_edited(cast: Cast) -> None:
    from counterfoil.books.organizations import staff

    one = make.project(cast, members=[cast.olga, cast.stig])
    staff.remove(cast.stig, by=cast.by_olga)
    olga, url = visitor(cast.olga), at(cast, f"{one.id}/edit/")
    assert [row["on"].label for row in olga.get(url).context["form"].staff()] == ["Olga Lindqvist", "Stig Holm"]
    olga.post(url, FORM | {"revision": "1"} | staffed(cast, olga="50", stig="50"))
    assert one.members.count() == 2
    other = make.project(cast, name="Another")
    assert [row["on"].label for row in olga.get(at(cast, f"{other.id}/edit/")).context["form"].staff()] == [
        "Olga Lindqvist"
    ]


def test_the_list_is_filtered_searched_and_sorted(cast: Cast) -> None:
    first, second = make.project(cast, name="Menu"), make.project(cast, name="archive", customer=cast.tidewater)
    projects.deactivate(second, by=cast.by_olga, revision=1)
    make.time(cast, make.task(cast, first), 90)
    make.time(cast, make.task(cast, first, "Meeting", is_billable=False), 30)
    stig = visitor(cast.stig)
    page = stig.get(at(cast))
    assert names(page) == ["archive", "Menu"], "the newest first"
    row = page.context["rows"][1]
    assert [row[name] for name in ("customer", "billing", "logged", "unbilled")] == [
        "Harbour Bakery Ltd",
        "By project hours",
        "2:00",
        "1:30",
    ]
    assert names(stig.get(at(cast), {"sort": "-name"})) == ["Menu", "archive"]
    assert names(stig.get(at(cast), {"status": "active"})) == ["Menu"]
    assert names(stig.get(at(cast), {"status": "inactive"})) == ["archive"]
    assert names(stig.get(at(cast), {"q": "ARCH"})) == ["archive"]
    assert names(stig.get(at(cast), {"q": "harbour"})) == ["Menu"]
    assert names(stig.get(at(cast), {"customer": str(cast.bakery.id)})) == ["Menu"]
    assert "No project fits" in stig.get(at(cast), {"q": "chive"}).text


def test_the_list_as_a_file_has_hours_as_numbers(cast: Cast) -> None:
    make.time(cast, make.task(cast, make.project(cast)), 600)
    answer = visitor(cast.stig).get(at(cast), {"format": "csv"})
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines == [
        "Project,Customer,Billing,Logged hours,Unbilled hours,Status",
        "Shop window,Harbour Bakery Ltd,By project hours,10,10,Active",
    ]


def test_an_empty_list_says_what_it_is_for(cast: Cast) -> None:
    assert "No projects yet" in visitor(cast.vera).get(at(cast)).text


def test_its_page_says_how_it_stands(cast: Cast) -> None:
    one = make.project(cast, budget_minutes=60, budget_minor=100_000)
    drawing = make.task(cast, one)
    make.time(cast, drawing, 90, notes="Two sketches")
    make.time(cast, make.task(cast, one, "Meeting", is_billable=False), 30)
    page = page_of(cast, one)
    assert [figure["hours"] for figure in page.context["figures"]] == ["2:00", "0:00", "0:00"]
    assert (page.context["unbilled"], page.context["unbilled_amount"]) == ("1:30", "£90.00")
    assert page.context["facts"] == [
        ("Billing", "By project hours, £60.00 an hour"),
        ("Budget of hours", "2:00 of 1:00 hours, 1:00 too many"),
        ("Budget", "£90.00 of £1,000.00"),
        ("Customer portal", "The customer doesn't see it."),
    ]
    lines = [(task["name"], task["logged"], task["billed"], task["unbilled"]) for task in page.context["tasks"]]
    assert lines == [("Drawing", "1:30", "0:00", "1:30"), ("Meeting", "0:30", "0:00", "0:00")]
    assert [entry["task"] for entry in page.context["entries"]] == ["Meeting", "Drawing"]
    assert "Two sketches" in page.text
    assert f"/timesheets/?project={one.id}" in page.text
    make.show_projects(cast.studio, by=cast.by_olga)
    assert "The customer sees it." in page_of(cast, one).text


@pytest.mark.parametrize(
    ("how", "comes_to"), [("task", "£60.00"), ("staff", "£75.00"), ("project", "£90.00"), ("fixed", "")]
)
def test_unbilled_time_comes_to_what_the_project_says(cast: Cast, how: str, comes_to: str) -> None:
    one = make.project(cast, billing=how, fixed_minor=50_000)
    make.time(cast, make.task(cast, one, rate=Decimal(40)), 90)
    assert page_of(cast, one).context["unbilled_amount"] == comes_to


def test_billed_and_approved_time_is_counted_and_leads_to_what_it_is_on(cast: Cast) -> None:
    make.show_projects(cast.studio, by=cast.by_olga)
    one = make.project(cast)
    make.time(cast, make.task(cast, one), 60)
    waiting = make.approval(cast, one)
    page = page_of(cast, one)
    assert [line["name"] for line in page.context["approvals"]] == [waiting.number]
    assert "Awaiting approval" in page.text
    from counterfoil.books.projects import approvals

    approvals.approve(waiting, by=cast.by_ana, revision=waiting.revision)
    bill(cast, one)
    page = page_of(cast, one)
    assert [figure["hours"] for figure in page.context["figures"]] == ["1:00", "1:00", "1:00"]
    assert [line["name"] for line in page.context["invoices"]] == ["Draft"]


def test_it_is_put_to_rest_and_woken_up(cast: Cast) -> None:
    one = make.project(cast)
    stig = visitor(cast.stig)
    asked = stig.get(at(cast, f"{one.id}/?ask=deactivate"))
    assert "No more time is logged on it" in asked.text
    page = stig.post(at(cast, f"{one.id}/deactivation/"), {"revision": "1"}, follow=True)
    assert "The project is inactive." in page.text
    assert (page.context["log_url"], page.context["task_new_url"]) == ("", ""), "no more time is logged on it"
    page = stig.post(at(cast, f"{one.id}/activation/"), {"revision": "2"}, follow=True)
    assert "The project is active." in page.text
    assert page.context["log_url"]


@pytest.mark.parametrize("act", ["activation", "deactivation"])
@pytest.mark.parametrize("revision", ["", "0", "1", "3", "x"])
def test_a_button_of_a_page_that_is_out_of_date_changes_nothing(cast: Cast, act: str, revision: str) -> None:
    one = make.project(cast)
    one = projects.edit(one, projects.content_of(one), by=cast.by_olga, revision=1)
    if act == "activation":
        Project.objects.filter(id=one.id).update(state="inactive")
    with nothing_changes(f"{act} with revision {revision!r}"):
        answer = visitor(cast.stig).post(at(cast, f"{one.id}/{act}/"), {"revision": revision})
    assert answer.status_code == 303


@pytest.mark.parametrize(("act", "state"), [("activation", "active"), ("deactivation", "inactive")])
def test_what_is_so_already_is_left_alone(cast: Cast, act: str, state: str) -> None:
    one = make.project(cast)
    Project.objects.filter(id=one.id).update(state=state)
    with nothing_changes(act):
        visitor(cast.stig).post(at(cast, f"{one.id}/{act}/"), {"revision": "1"})


def test_a_project_on_which_a_timer_runs_is_not_put_to_rest(cast: Cast) -> None:
    one = make.project(cast)
    timers.start(make.task(cast, one), by=cast.by_olga)
    page = visitor(cast.stig).post(at(cast, f"{one.id}/deactivation/"), {"revision": "1"}, follow=True)
    assert "A timer of Olga Lindqvist runs on this project." in page.text
    assert Project.objects.get().is_active


def test_a_task_is_added_and_changed(cast: Cast) -> None:
    one = make.project(cast, billing="task")
    stig, new = visitor(cast.stig), at(cast, f"{one.id}/tasks/new/")
    form = {"name": "Drawing", "description": "", "is_billable": "on", "rate": "45.50", "budget_minutes": "2:30"}
    assert stig.get(new).context["form"]["is_billable"].value() is True
    answer = stig.post(new, form)
    assert (answer.status_code, answer.headers["Location"]) == (303, at(cast, f"{one.id}/"))
    task = ProjectTask.objects.get()
    assert (task.name, task.rate, task.is_billable, task.budget_minutes) == ("Drawing", Decimal("45.5"), True, 150)
    (line,) = page_of(cast, one).context["tasks"]
    assert (line["rate"], line["budget"]) == ("£45.50", "0:00 of 2:30 hours")
    assert stig.post(line["url"], form | {"name": "Painting", "is_billable": "", "revision": "1"}).status_code == 303
    task.refresh_from_db()
    assert (task.name, task.is_billable) == ("Painting", False)
    assert page_of(cast, one).context["tasks"][0]["rate"] == "", "nothing of it is billed"
    with nothing_changes("An old form"):
        answer = stig.post(line["url"], form | {"name": "Sewing", "revision": "1"})
    assert answer.status_code == 409
    assert 'value="Sewing"' in answer.text


def test_a_wrong_task_stays_as_typed(cast: Cast) -> None:
    one = make.project(cast)
    make.task(cast, one)
    url = at(cast, f"{one.id}/tasks/new/")
    for wrong, field in (
        ({"name": "drawing"}, "name"),
        ({"rate": "-1"}, "rate"),
        ({"budget_minutes": "0"}, "budget_minutes"),
    ):
        with nothing_changes(wrong):
            answer = visitor(cast.stig).post(url, {"name": "Printing", "rate": "1"} | wrong)
        assert answer.status_code == 422
        assert answer.context["form"].errors.keys() == {field}
        assert f'value="{wrong[field]}"' in answer.text


def test_a_task_is_found_below_its_own_project_alone(cast: Cast) -> None:
    one, other = make.project(cast), make.project(cast, name="Another")
    task = make.task(cast, one)
    assert visitor(cast.stig).get(at(cast, f"{one.id}/tasks/{task.id}/")).status_code == 200
    assert visitor(cast.stig).get(at(cast, f"{other.id}/tasks/{task.id}/")).status_code == 404
    assert visitor(cast.otto).get(f"/office/{cast.quay.id}/projects/{one.id}/tasks/{task.id}/").status_code == 404


def test_a_retired_task_keeps_its_time_and_is_changed_no_more(cast: Cast) -> None:
    one = make.project(cast)
    task = make.task(cast, one)
    make.time(cast, task, 45)
    stig, url = visitor(cast.stig), at(cast, f"{one.id}/tasks/{task.id}/")
    assert "No more time is logged on Drawing." in stig.get(f"{url}?ask=retire").text
    page = stig.post(f"{url}retirement/", follow=True)
    assert "Drawing was retired." in page.text
    (line,) = page.context["tasks"]
    assert (line["is_retired"], line["url"], line["unbilled"]) == (True, "", "0:45")
    assert "This task was retired" in stig.get(url).text
    with nothing_changes("A retired task"):
        answer = stig.post(url, {"name": "Sewing", "revision": "1"})
    assert answer.status_code == 422
    assert 'value="Sewing"' in answer.text


def test_a_task_on_which_a_timer_runs_is_not_retired(cast: Cast) -> None:
    one = make.project(cast)
    task = make.task(cast, one)
    timers.start(task, by=cast.by_olga)
    page = visitor(cast.stig).post(at(cast, f"{one.id}/tasks/{task.id}/retirement/"), follow=True)
    assert "A timer of Olga Lindqvist runs on this task." in page.text
    assert ProjectTask.objects.get().retired_at is None


def bill(cast: Cast, one: Any, **form: str) -> Any:
    sent = {
        "until": clock.today("Europe/London").isoformat(),
        "by": "task",
        "revision": str(one.revision),
        "do": "make",
    }
    return visitor(cast.stig).post(at(cast, f"{one.id}/invoice/"), sent | form)


def test_unbilled_time_becomes_a_draft_invoice_that_comes_to_what_the_page_said(cast: Cast) -> None:
    one = make.project(cast)
    for name, minutes in (("Drawing", 20), ("Painting", 25)):
        make.time(cast, make.task(cast, one, name), minutes)
    page = visitor(cast.stig).get(at(cast, f"{one.id}/invoice/"))
    assert (page.context["hours"], page.context["offer"].lines, page.context["total"]) == ("0:45", 2, "£45.00")
    answer = bill(cast, one)
    invoice = Invoice.objects.get()
    assert answer.headers["Location"] == f"/office/{cast.studio.id}/invoices/{invoice.id}/"
    assert (invoice.state, invoice.subtotal_minor, invoice.customer) == ("draft", 4_500, cast.bakery)
    again = visitor(cast.stig).get(at(cast, f"{one.id}/invoice/"))
    assert (again.context["hours"], again.context["offer"].lines) == ("0:00", 0), "time is billed once"


@pytest.mark.parametrize(("by", "lines"), [("project", 1), ("task", 2), ("entry", 3)])
def test_the_lines_are_of_what_was_chosen(cast: Cast, by: str, lines: int) -> None:
    one = make.project(cast)
    for task in (make.task(cast, one), make.task(cast, one, "Painting")):
        make.time(cast, task, 35)
    make.time(cast, task, 10)
    shown = bill(cast, one, by=by, do="show")
    assert (shown.status_code, shown.context["offer"].lines, shown.context["total"]) == (200, lines, "£80.00")
    assert not Invoice.objects.exists(), "working it out makes nothing"
    bill(cast, one, by=by)
    assert (Invoice.objects.get().lines.count(), Invoice.objects.get().subtotal_minor) == (lines, 8_000)


def test_later_time_waits_for_the_next_invoice(cast: Cast) -> None:
    one = make.project(cast)
    task = make.task(cast, one)
    make.time(cast, task, 60, days_ago=5)
    make.time(cast, task, 30)
    until = (clock.today("Europe/London") - timedelta(days=2)).isoformat()
    assert bill(cast, one, until=until, do="show").context["hours"] == "1:00"
    bill(cast, one, until=until)
    assert BilledTime.objects.count() == 1


def test_only_approved_time_is_billed_where_the_organization_says_so(cast: Cast) -> None:
    one = make.project(cast)
    make.time(cast, make.task(cast, one), 60)
    settings = f"/office/{cast.studio.id}/settings/projects/"
    olga = visitor(cast.olga)
    revision = olga.get(settings).context["form"]["revision"].value()
    page = olga.post(settings, {"revision": str(revision), "bills_approved_only": "on"}, follow=True)
    assert "Saved." in page.text
    page = visitor(cast.stig).get(at(cast, f"{one.id}/invoice/"))
    assert "Only time that the customer approved is billed." in page.text
    assert page.context["hours"] == "0:00"
    with nothing_changes("Billing what isn't approved"):
        answer = bill(cast, one)
    assert answer.status_code == 422
    assert "There is no unbilled time until that day." in answer.text
    with nothing_changes("An old form of the settings"):
        assert olga.post(settings, {"revision": str(revision)}).status_code == 409
    assert visitor(cast.stig).get(settings).status_code == 403


def test_a_fixed_cost_is_billed_in_parts_and_no_more_than_it_is(cast: Cast) -> None:
    one = make.project(cast, billing="fixed", fixed_minor=50_000)
    make.time(cast, make.task(cast, one), 60)
    page = visitor(cast.stig).get(at(cast, f"{one.id}/invoice/"))
    assert (page.context["total"], page.context["form"]["amount"].value()) == ("£500.00", "500.00")
    assert bill(cast, one, amount="200").status_code == 303
    assert Invoice.objects.get().subtotal_minor == 20_000
    page = visitor(cast.stig).get(at(cast, f"{one.id}/invoice/"))
    assert page.context["total"] == "£300.00"
    for amount, wrong in (("300.01", "That is more than what is left"), ("", "This field is required.")):
        with nothing_changes(amount):
            answer = bill(cast, one, amount=amount)
        assert answer.status_code == 422
        assert wrong in answer.text
        assert answer.context["total"] == "£300.00"


@pytest.mark.parametrize(
    ("wrong", "field"), [({"until": "someday"}, "until"), ({"by": "week"}, "by"), ({"until": "0001-01-01"}, "until")]
)
def test_a_wrong_wish_makes_nothing_and_stays_as_typed(cast: Cast, wrong: dict[str, str], field: str) -> None:
    one = make.project(cast)
    make.time(cast, make.task(cast, one), 60)
    with nothing_changes(wrong):
        answer = bill(cast, one, **wrong)
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {field}
    assert answer.context["form"][field].value() == wrong[field]


def test_an_invoice_is_made_of_the_project_that_was_read(cast: Cast) -> None:
    one = make.project(cast)
    make.time(cast, make.task(cast, one), 60)
    projects.edit(one, projects.content_of(one), by=cast.by_olga, revision=1)
    with nothing_changes("Billing what changed"):
        assert bill(cast, one).status_code == 409


def test_a_comment_is_internal_until_show_in_portal_is_on(cast: Cast) -> None:
    make.show_projects(cast.studio, by=cast.by_olga)
    one = make.project(cast)
    stig, url = visitor(cast.stig), at(cast, f"{one.id}/comments/")
    answer = stig.post(url, {"text": "Ask for the key", "tell": [str(cast.olga.id)]})
    assert (answer.status_code, answer.headers["Location"]) == (303, at(cast, f"{one.id}/#conversation"))
    stig.post(url, {"text": "We begin on Monday.", "shown": "on"})
    page = page_of(cast, one)
    lines = page.context["conversation"].lines
    assert [(str(line.text), line.is_internal) for line in lines] == [
        ("Ask for the key", True),
        ("We begin on Monday.", False),
    ]
    assert "Told: Olga Lindqvist" in page.text
    assert Event.objects.get(name="comment.mentioned").data["staff_ids"] == [str(cast.olga.id)]
    comments.add(one, "Thank you", by=cast.by_ana)
    assert [line.is_theirs for line in page_of(cast, one).context["conversation"].lines] == [False, False, True]


def test_nothing_is_shown_on_a_project_that_its_customer_does_not_see(cast: Cast) -> None:
    one = make.project(cast)
    assert "shown" not in page_of(cast, one).context["conversation"].form.fields
    with nothing_changes("An empty comment"):
        answer = visitor(cast.stig).post(at(cast, f"{one.id}/comments/"), {"text": " "})
    assert answer.status_code == 422
    visitor(cast.stig).post(at(cast, f"{one.id}/comments/"), {"text": "For us", "shown": "on"})
    assert [line.is_internal for line in page_of(cast, one).context["conversation"].lines] == [True]


def test_a_viewer_reads_and_changes_nothing_and_timesheet_staff_are_kept_out(cast: Cast) -> None:
    one = make.project(cast)
    task = make.task(cast, one)
    make.time(cast, task, 60)
    vera = visitor(cast.vera)
    page = page_of(cast, one, cast.vera)
    ways = ("invoice_url", "log_url", "approval_url", "edit_url", "task_new_url", "activate_url", "deactivate_url")
    assert [page.context[way] for way in ways] == [""] * len(ways)
    rests = ("new/", f"{one.id}/edit/", f"{one.id}/tasks/new/", f"{one.id}/tasks/{task.id}/", f"{one.id}/invoice/")
    acts = ("deactivation/", "activation/", "comments/", f"tasks/{task.id}/retirement/")
    tess = visitor(make.timekeeper(cast))
    with nothing_changes("Who may not"):
        for rest in (*rests, *(f"{one.id}/{act}" for act in acts)):
            assert vera.post(at(cast, rest), FORM | {"revision": "1"}).status_code == 403, rest
            assert tess.post(at(cast, rest), FORM | {"revision": "1"}).status_code == 403, rest
    for rest in ("", f"{one.id}/"):
        assert tess.get(at(cast, rest)).status_code == 403
    assert visitor(cast.otto).get(f"/office/{cast.quay.id}/projects/{one.id}/").status_code == 404


def test_the_menu_leads_to_projects_and_to_a_new_one(cast: Cast) -> None:
    page = visitor(cast.stig).get(at(cast))
    (place,) = [one for one in page.context["nav"] if one["url"] == at(cast)]
    assert (place["label"], place["group"], place["current"]) == ("Projects", "Time tracking", True)
    assert at(cast, "new/") in [one["url"] for one in page.context["create"]]


def test_search_finds_projects_by_the_start_of_their_name(cast: Cast) -> None:
    make.project(cast, name="Zinc letters")
    page = visitor(cast.vera).get(f"/office/{cast.studio.id}/search/", {"q": "zinc"})
    (group,) = page.context["groups"]
    assert (group.name, [row["name"] for row in group.rows]) == ("projects", ["Zinc letters"])


def test_an_invoice_leads_back_to_its_project(cast: Cast) -> None:
    one = make.project(cast)
    make.time(cast, make.task(cast, one), 60)
    bill(cast, one)
    page = visitor(cast.stig).get(f"/office/{cast.studio.id}/invoices/{Invoice.objects.get().id}/")
    assert page.context["origin"] == {"name": "Shop window", "url": at(cast, f"{one.id}/")}


def test_void_invoices_give_their_time_back(cast: Cast) -> None:
    one = make.project(cast)
    make.time(cast, make.task(cast, one), 60)
    bill(cast, one)
    invoice = invoices.mark_as_sent(Invoice.objects.get(), by=cast.by_olga, revision=1)
    assert page_of(cast, one).context["unbilled"] == "0:00"
    invoices.void(invoice, by=cast.by_olga, revision=invoice.revision)
    assert page_of(cast, one).context["unbilled"] == "1:00"


@pytest.mark.parametrize("how", ["project", "fixed"])
def test_its_pages_take_as_many_queries_however_much_there_is(
    cast: Cast, how: str, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    make.show_projects(cast.studio, by=cast.by_olga)
    one = make.project(cast, billing=how, fixed_minor=100_000, members=[cast.olga, cast.stig], budget_minor=5)
    drawing = make.task(cast, one)
    paths = ("", f"{one.id}/", f"{one.id}/edit/", f"{one.id}/invoice/", f"{one.id}/tasks/{drawing.id}/")
    stig = visitor(cast.stig)

    def fill(few: int) -> None:
        for place in range(few):
            make.time(cast, drawing, 10, days_ago=place)
            make.time(cast, make.task(cast, one, f"Part {place} of {few}"), 10, by=actor(cast.stig))
            make.project(cast, name=f"Another {place} of {few}")
            comments.add(one, f"Number {place} of {few}", by=cast.by_olga)
        make.draft_approval(cast, one)
        make.time(cast, drawing, 5)
        bill(cast, one, amount="1")

    for few in (2, 20):
        fill(few)
        for path in paths:
            stig.get(at(cast, path))
            with django_assert_max_num_queries(12):
                assert stig.get(at(cast, path)).status_code == 200, path
    assert tasks.MOST == 300
