"""Time is logged, mended and taken back, by whom and for whom; what somebody relies on stays as it is."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from counterfoil.books.ledger.verify import differences
from counterfoil.books.organizations import staff
from counterfoil.books.projects import approvals, billing, projects, tasks, time_entries
from counterfoil.books.projects.approvals import ApprovalContent
from counterfoil.books.projects.billing import Wish
from counterfoil.books.projects.models import Project, TimeEntry
from counterfoil.books.projects.time_entries import EntryContent
from counterfoil.books.sales import invoices
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.events import Event
from tests.support import projects as make
from tests.support.cast import Cast, actor
from tests.support.locking import days_ago, today
from tests.support.merging import duplicate, merge
from tests.support.refusals import refused


@pytest.fixture
def tess(cast: Cast) -> Any:
    return make.timekeeper(cast)


@pytest.fixture
def one(cast: Cast, tess: Any) -> Any:
    """A project with Olga and Tess on its staff."""
    return make.project(cast, members=[cast.olga, tess])


@pytest.fixture
def drawing(cast: Cast, one: Any) -> Any:
    return make.task(cast, one)


def written(task: Any, member: Any, **content: Any) -> EntryContent:
    full: dict[str, Any] = {"worked_on": today(), "minutes": 90} | content
    return EntryContent(task_id=task.id, member_id=member.id, **full)


def as_it_is(entry: Any, **content: Any) -> EntryContent:
    """What an entry says, but for this."""
    names = ("task_id", "member_id", "worked_on", "minutes", "notes", "is_billable")
    return EntryContent(**{name: getattr(entry, name) for name in names} | content)


def again(one: Any) -> Any:
    return type(one).objects.get(id=one.id)


def mend(cast: Cast, entry: Any, *, by: Any = None, **content: Any) -> Any:
    return time_entries.edit(entry, as_it_is(entry, **content), by=by or cast.by_olga, revision=entry.revision)


def test_time_is_logged_by_who_worked_and_told_of(cast: Cast, one: Any, drawing: Any, tess: Any) -> None:
    time_entries.log(one, written(drawing, tess, notes=" By hand "), by=actor(tess))
    entry = TimeEntry.objects.get()
    assert (entry.project, entry.customer, entry.organization, entry.task, entry.member) == (
        one,
        cast.bakery,
        cast.studio,
        drawing,
        tess,
    )
    assert (entry.minutes, entry.notes, entry.is_billable, entry.revision) == (90, "By hand", True, 1)
    told = Event.objects.get(name="time.logged")
    assert (told.subject_kind, told.customer_id, told.for_customer) == ("time_entry", cast.bakery.id, False)
    assert told.data == {
        "project": "Shop window",
        "task": "Drawing",
        "member": "Tess Timely",
        "worked_on": today().isoformat(),
        "minutes": 90,
        "notes": "By hand",
        "is_billable": True,
    }
    assert not differences()


def test_the_same_form_twice_is_one_entry(cast: Cast, one: Any, drawing: Any) -> None:
    content = written(drawing, cast.olga)
    made = [time_entries.log(one, content, by=cast.by_olga, making_key="k" * 20) for _twice in range(2)]
    assert made[0] == made[1]
    assert TimeEntry.objects.count() == Event.objects.filter(name="time.logged").count() == 1


def test_time_is_as_billable_as_its_task_unless_said_otherwise(cast: Cast, one: Any, drawing: Any) -> None:
    talking = make.task(cast, one, "Talking", is_billable=False)
    said = [(drawing, None), (talking, None), (drawing, False), (talking, True)]
    found = [make.time(cast, task, is_billable=wish).is_billable for task, wish in said]
    assert found == [True, False, False, True]


@pytest.mark.parametrize(
    ("content", "code", "field"),
    [
        ({"minutes": 0}, "NO_TIME", "minutes"),
        ({"minutes": -5}, "NO_TIME", "minutes"),
        ({"minutes": 1_441}, "TOO_LONG", "minutes"),
        ({"worked_on": date(1899, 12, 31)}, "DATE_FAR_OFF", "worked_on"),
        ({"worked_on": today() + timedelta(days=370)}, "DATE_FAR_OFF", "worked_on"),
        ({"notes": "x" * 501}, "NOTES_TOO_LONG", "notes"),
        ({"task_id": 7}, "NOT_ITS_TASK", "task"),
    ],
)
def test_what_nobody_worked_is_refused(
    cast: Cast, one: Any, drawing: Any, content: dict[str, Any], code: str, field: str
) -> None:
    entry = make.time(cast, drawing)
    with refused(code, field=field):
        time_entries.log(one, replace(written(drawing, cast.olga), **content), by=cast.by_olga)
    with refused(code, field=field):
        mend(cast, entry, **content)


def test_a_whole_day_is_the_most(cast: Cast, drawing: Any) -> None:
    assert make.time(cast, drawing, 1_440).minutes == 1_440


def test_time_is_logged_on_the_projects_own_tasks(cast: Cast, one: Any, drawing: Any) -> None:
    foreign = make.task(cast, make.project(cast, cast.tidewater))
    entry = make.time(cast, drawing)
    with refused("NOT_ITS_TASK", field="task"):
        time_entries.log(one, written(foreign, cast.olga), by=cast.by_olga)
    with refused("NOT_ITS_TASK", field="task"):
        mend(cast, entry, task_id=foreign.id)
    other = make.task(cast, one, "Printing")
    assert mend(cast, entry, task_id=other.id).task == other


def test_a_retired_task_keeps_its_time_but_takes_no_other(cast: Cast, one: Any, drawing: Any) -> None:
    entry, other = make.time(cast, drawing), make.task(cast, one, "Printing")
    elsewhere = make.time(cast, other)
    tasks.retire(drawing, by=cast.by_olga)
    entry = mend(cast, entry, minutes=30)
    assert entry.minutes == 30
    with refused("TASK_RETIRED", field="task"):
        mend(cast, elsewhere, task_id=drawing.id)


def test_only_of_who_is_on_the_project(cast: Cast, one: Any, drawing: Any) -> None:
    entry = make.time(cast, drawing)
    with refused("NOT_ON_PROJECT", field="member"):
        time_entries.log(one, written(drawing, cast.stig), by=actor(cast.stig))
    with refused("NOT_ON_PROJECT", field="member"):
        mend(cast, entry, member_id=cast.stig.id)


def test_colleagues_log_for_each_other_and_time_can_be_given_to_another(
    cast: Cast, one: Any, drawing: Any, tess: Any
) -> None:
    entry = time_entries.log(one, written(drawing, tess), by=actor(cast.stig))
    assert entry.member == tess
    entry = mend(cast, entry, member_id=cast.olga.id)
    assert again(entry).member == cast.olga
    assert Event.objects.get(name="time.edited").data["changed"] == {
        "member": {"was": "Tess Timely", "now": "Olga Lindqvist"}
    }


def test_timesheet_staff_log_mend_and_take_back_their_own_time_alone(
    cast: Cast, one: Any, drawing: Any, tess: Any
) -> None:
    hers, olgas = make.time(cast, drawing, by=actor(tess)), make.time(cast, drawing)
    with refused("NOT_ALLOWED"):
        time_entries.log(one, written(drawing, cast.olga), by=actor(tess))
    with refused("NOT_ALLOWED"):
        mend(cast, olgas, by=actor(tess), minutes=1)
    with refused("NOT_ALLOWED"):
        mend(cast, olgas, by=actor(tess), member_id=tess.id)
    with refused("NOT_ALLOWED"):
        mend(cast, hers, by=actor(tess), member_id=cast.olga.id)
    with refused("NOT_ALLOWED"):
        time_entries.delete(olgas, by=actor(tess), revision=1)
    hers = mend(cast, hers, by=actor(tess), minutes=60)
    time_entries.delete(hers, by=actor(tess), revision=2)
    assert list(TimeEntry.objects.all()) == [olgas]


def test_nobody_else_touches_time(cast: Cast, one: Any, drawing: Any) -> None:
    entry = make.time(cast, drawing)
    link = Actor("link", None, "Ana Moreau", cast.studio.id, cast.bakery.id, link_id=7)
    for by in (actor(cast.vera), actor(cast.otto), cast.by_ana, link):
        with refused("NOT_ALLOWED"):
            time_entries.log(one, written(drawing, cast.olga), by=by)
        with refused("NOT_ALLOWED"):
            mend(cast, entry, by=by, minutes=1)
        with refused("NOT_ALLOWED"):
            time_entries.delete(entry, by=by, revision=1)


def test_whoever_logs_time_no_more_mends_none(cast: Cast, drawing: Any, tess: Any) -> None:
    entry = make.time(cast, drawing, by=actor(tess))
    tess = staff.change_role(tess, role="viewer", by=cast.by_olga)
    with refused("NOT_ALLOWED"):
        mend(cast, entry, by=actor(tess), minutes=1)


def test_an_inactive_project_takes_no_time_but_gives_it_back(cast: Cast, one: Any, drawing: Any) -> None:
    entry = make.time(cast, drawing)
    projects.deactivate(one, by=cast.by_olga, revision=1)
    with refused("PROJECT_INACTIVE"):
        make.time(cast, drawing)
    with refused("PROJECT_INACTIVE"):
        mend(cast, entry, minutes=1)
    time_entries.delete(entry, by=cast.by_olga, revision=1)
    assert not TimeEntry.objects.exists()


def test_what_somebody_changed_meanwhile_must_be_read_again(cast: Cast, drawing: Any) -> None:
    entry = make.time(cast, drawing)
    mend(cast, entry, minutes=30)
    with refused("TIME_ENTRY_CHANGED"):
        time_entries.edit(entry, as_it_is(entry), by=cast.by_olga, revision=1)
    with refused("TIME_ENTRY_CHANGED"):
        time_entries.delete(entry, by=cast.by_olga, revision=1)


def test_what_is_gone_is_said_to_be_gone(cast: Cast, drawing: Any) -> None:
    entry = make.time(cast, drawing)
    gone = TimeEntry.objects.get()
    time_entries.delete(entry, by=cast.by_olga, revision=1)
    with refused("TIME_GONE"):
        time_entries.delete(gone, by=cast.by_olga, revision=1)
    with refused("TIME_GONE"):
        mend(cast, gone, minutes=5)
    told = Event.objects.get(name="time.deleted")
    assert (told.subject_id, told.data["minutes"], told.data["member"]) == (gone.id, 90, "Olga Lindqvist")


def test_time_is_fixed_while_its_customer_is_asked_and_once_they_approved(cast: Cast, one: Any, drawing: Any) -> None:
    make.show_projects(cast.studio, by=cast.by_olga)
    entry = make.time(cast, drawing)
    asked = make.approval(cast, one)
    for _before_and_after in range(2):
        with refused("TIME_FIXED"):
            mend(cast, entry, minutes=600)
        with refused("TIME_FIXED"):
            time_entries.delete(entry, by=cast.by_olga, revision=1)
        if asked.state == "awaiting":
            asked = approvals.approve(asked, by=cast.by_ana, revision=asked.revision)
    assert asked.state == "approved"


def test_what_was_rejected_is_mended_and_its_sum_with_it(cast: Cast, one: Any, drawing: Any) -> None:
    make.show_projects(cast.studio, by=cast.by_olga)
    entry, other = make.time(cast, drawing), make.time(cast, drawing, 30)
    asked = make.approval(cast, one)
    asked = approvals.reject(asked, by=cast.by_ana, revision=2, reason="Too much")
    mend(cast, entry, minutes=60)
    assert again(asked).minutes == 90
    time_entries.delete(other, by=cast.by_olga, revision=1)
    assert again(asked).minutes == 60
    assert not differences()


def test_an_approval_whose_time_changed_must_be_read_again_before_it_is_sent(
    cast: Cast, one: Any, drawing: Any
) -> None:
    make.show_projects(cast.studio, by=cast.by_olga)
    entry = make.time(cast, drawing)
    draft = make.draft_approval(cast, one)
    mend(cast, entry, minutes=600)
    with refused("APPROVAL_CHANGED"):
        approvals.send(draft, to=[cast.ana.id], by=cast.by_olga, revision=draft.revision)
    sent = approvals.send(draft, to=[cast.ana.id], by=cast.by_olga, revision=again(draft).revision)
    assert sent.minutes == 600


def test_time_in_an_approval_stays_billable_and_in_its_period(cast: Cast, one: Any, drawing: Any) -> None:
    entry = make.time(cast, drawing)
    draft = approvals.create(one, ApprovalContent(first=days_ago(3), last=today()), by=cast.by_olga)
    with refused("TIME_FIXED"):
        mend(cast, entry, is_billable=False)
    for day in (days_ago(4), today() + timedelta(days=1)):
        with refused("NOT_IN_PERIOD", field="worked_on"):
            mend(cast, entry, worked_on=day)
    entry = mend(cast, entry, worked_on=days_ago(3))
    approvals.delete(draft, by=cast.by_olga, revision=again(draft).revision)
    assert mend(cast, again(entry), worked_on=days_ago(4), is_billable=False).worked_on == days_ago(4)


def test_time_is_fixed_while_it_is_billed(cast: Cast, one: Any, drawing: Any) -> None:
    entry = make.time(cast, drawing)
    draft = billing.bill(one, Wish(until=today()), by=cast.by_olga, revision=1)
    with refused("TIME_BILLED"):
        mend(cast, entry, minutes=600)
    with refused("TIME_BILLED"):
        time_entries.delete(entry, by=cast.by_olga, revision=1)
    invoices.delete(draft, by=cast.by_olga, revision=1)
    entry = mend(cast, entry, minutes=60)
    time_entries.delete(entry, by=cast.by_olga, revision=2)
    assert not differences()


def test_time_that_a_void_invoice_was_of_can_be_taken_back_for_good(cast: Cast, one: Any, drawing: Any) -> None:
    entry = make.time(cast, drawing)
    draft = billing.bill(one, Wish(until=today()), by=cast.by_olga, revision=1)
    void = invoices.void(invoices.mark_as_sent(draft, by=cast.by_olga, revision=1), by=cast.by_olga, revision=1)
    time_entries.delete(entry, by=cast.by_olga, revision=1)
    assert not differences()
    assert invoices.reinstate(void, by=cast.by_olga, revision=1).total_minor == 9_000
    assert not differences()


def test_what_was_read_before_its_customer_was_merged_is_the_survivors(cast: Cast) -> None:
    twin = duplicate(cast)
    task = make.task(cast, make.project(cast, twin, name="Leaflet"))
    entry = make.time(cast, task)
    merge(cast, twin, cast.bakery)
    assert mend(cast, entry, minutes=30).customer_id == cast.bakery.id
    assert make.time(cast, task).customer_id == cast.bakery.id
    assert Event.objects.filter(name__startswith="time.").latest("id").customer_id == cast.bakery.id
    assert not differences()


def test_the_database_keeps_what_verbs_promise(cast: Cast, one: Any, drawing: Any) -> None:
    from django.db import IntegrityError, transaction

    entry = make.time(cast, drawing)
    make.draft_approval(cast, one)
    for wrong in ({"minutes": 0}, {"minutes": 1_441}, {"is_billable": False}):
        with pytest.raises(IntegrityError), transaction.atomic():
            TimeEntry.objects.filter(id=entry.id).update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        Project.objects.filter(id=one.id).update(rate=Decimal(-1))


def test_verify_finds_time_that_is_of_another_customer_or_project(cast: Cast, one: Any, drawing: Any) -> None:
    entry = make.time(cast, drawing)
    TimeEntry.objects.update(customer=cast.tidewater)
    assert differences() == [f"Time {entry.id} is not of its project."]
    TimeEntry.objects.update(customer=cast.bakery, project=make.project(cast, name="Menu"))
    assert differences() == [f"Time {entry.id} is not of its project."]
