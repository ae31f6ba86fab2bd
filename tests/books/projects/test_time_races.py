"""Several at once who approve, bill, log and mend: one effect, and the others read what happened."""

from typing import Any

import pytest

from counterfoil.books.ledger.verify import differences
from counterfoil.books.merging import foreseeing, merging
from counterfoil.books.projects import approvals, billing, projects, time_entries, timers
from counterfoil.books.projects.billing import Wish
from counterfoil.books.projects.models import Approval, Project, ProjectTask, TimeEntry, Timer
from counterfoil.books.projects.projects import ProjectContent
from counterfoil.books.projects.time_entries import EntryContent
from counterfoil.books.sales import invoices
from counterfoil.books.sales.models import BilledTime, Invoice
from counterfoil.foundation.events import Event
from counterfoil.foundation.refusal import Refused
from tests.support import projects as make
from tests.support.cast import Cast, actor, person
from tests.support.locking import today
from tests.support.merging import duplicate
from tests.support.races import at_once


def codes(outcomes: Any) -> list[str]:
    """Of those that were refused; whatever else was raised is no refusal."""
    errors = [one.error for one in outcomes if one.error is not None]
    assert all(isinstance(one, Refused) for one in errors), errors
    return [one.code for one in errors if isinstance(one, Refused)]


@pytest.fixture
def one(both_databases: str, cast: Cast) -> Any:
    """A project whose customer sees it, with two hours of drawing."""
    make.show_projects(cast.studio, by=cast.by_olga)
    made = make.project(cast, members=[cast.olga, cast.stig])
    drawing = make.task(cast, made)
    make.time(cast, drawing, 60)
    make.time(cast, drawing, 60, days_ago=1)
    return made


def bill(cast: Cast, one: Any, key: str = "") -> Any:
    return billing.bill(one, Wish(until=today()), by=cast.by_olga, revision=1, making_key=key)


def longer(entry: Any) -> EntryContent:
    return EntryContent(
        task_id=entry.task_id, member_id=entry.member_id, worked_on=entry.worked_on, minutes=entry.minutes + 30
    )


def test_of_twenty_who_approve_at_once_one_does_and_the_others_read_who(cast: Cast, one: Any) -> None:
    people = [
        person(cast.bakery, f"Nr {place}", "Baker", f"{place}@harbour.test", by=cast.by_olga) for place in range(18)
    ]
    everybody = [actor(somebody) for somebody in (*people, cast.ana, cast.sam)]
    asked = make.approval(cast, one)
    outcomes = at_once(20, lambda place: approvals.approve(asked, by=everybody[place], revision=asked.revision))
    assert codes(outcomes) == ["APPROVAL_DECIDED"] * 19
    (winner,) = [place for place, outcome in enumerate(outcomes) if outcome.error is None]
    told = {str(outcome.error.sentence) for outcome in outcomes if isinstance(outcome.error, Refused)}
    assert told == {f"{everybody[winner].name} has already approved this timesheet."}
    assert approvals.decided_by(Approval.objects.get()) == everybody[winner]
    assert Event.objects.filter(name="approval.approved").count() == 1
    assert not differences()


def test_the_same_person_pressing_ten_times_approves_once_and_reads_no_refusal(cast: Cast, one: Any) -> None:
    asked = make.approval(cast, one)
    outcomes = at_once(10, lambda _place: approvals.approve(asked, by=cast.by_ana, revision=asked.revision))
    assert codes(outcomes) == []
    assert Event.objects.filter(name="approval.approved").count() == 1


def test_of_approving_rejecting_and_taking_back_at_once_one_counts(cast: Cast, one: Any) -> None:
    asked = make.approval(cast, one)

    def do(place: int) -> Any:
        if place % 3 == 0:
            return approvals.approve(asked, by=cast.by_ana, revision=asked.revision)
        if place % 3 == 1:
            return approvals.reject(asked, by=actor(cast.sam), revision=asked.revision, reason="Too long")
        return approvals.recall(asked, by=cast.by_olga, revision=asked.revision)

    outcomes = at_once(9, do)
    assert set(codes(outcomes)) <= {"APPROVAL_DECIDED", "WRONG_STATE"}
    done = Event.objects.filter(name__in=("approval.approved", "approval.rejected", "approval.recalled"))
    assert done.count() == 1
    state = {"approval.approved": "approved", "approval.rejected": "rejected", "approval.recalled": "draft"}
    assert Approval.objects.get().state == state[done.get().name]


def test_of_ten_invoices_at_once_one_has_the_time(cast: Cast, one: Any) -> None:
    outcomes = at_once(10, lambda _place: bill(cast, one))
    assert codes(outcomes) == ["NOTHING_TO_BILL"] * 9
    assert (Invoice.objects.count(), BilledTime.objects.count()) == (1, 2)
    assert not differences()


def test_one_form_sent_five_times_at_once_is_one_invoice_and_nobody_is_refused(cast: Cast, one: Any) -> None:
    outcomes = at_once(5, lambda _place: bill(cast, one, "k" * 20))
    assert codes(outcomes) == []
    assert len({outcome.result.id for outcome in outcomes}) == Invoice.objects.count() == 1


def test_of_a_fixed_cost_no_more_is_billed_at_once_than_there_is(cast: Cast, one: Any) -> None:
    fixed = make.project(cast, name="Menu", billing="fixed", fixed_minor=100_000)
    wish = Wish(until=today(), fixed_minor=40_000)
    outcomes = at_once(6, lambda _place: billing.bill(fixed, wish, by=cast.by_olga, revision=1))
    assert codes(outcomes) == ["BEYOND_COST"] * 4
    assert billing.invoiced_minor(fixed) == 80_000


def test_of_two_void_invoices_of_one_time_that_are_made_valid_at_once_one_is(cast: Cast, one: Any) -> None:
    made = []
    for _twice in range(2):
        issued = invoices.mark_as_sent(bill(cast, one), by=cast.by_olga, revision=1)
        made.append(invoices.void(issued, by=cast.by_olga, revision=1))
    outcomes = at_once(2, lambda place: invoices.reinstate(made[place], by=cast.by_olga, revision=1))
    assert codes(outcomes) == ["TIME_BILLED"]
    assert BilledTime.objects.filter(stands=True).count() == 2
    assert not differences()


def test_time_is_either_changed_before_it_is_sent_or_fixed_by_it(cast: Cast, one: Any) -> None:
    entry = TimeEntry.objects.earliest("id")
    draft = make.draft_approval(cast, one)

    def do(place: int) -> Any:
        if place % 2:
            return time_entries.edit(entry, longer(entry), by=cast.by_olga, revision=1)
        return approvals.send(draft, to=[cast.ana.id], by=cast.by_olga, revision=1)

    outcomes = at_once(2, do)
    assert codes(outcomes) in (["TIME_FIXED"], ["APPROVAL_CHANGED"])
    sent = Approval.objects.get()
    expected = ("awaiting", 120) if outcomes[0].error is None else ("draft", 150)
    assert (sent.state, sent.minutes) == expected
    assert not differences()


def test_time_is_either_changed_before_it_is_billed_or_fixed_by_it(cast: Cast, one: Any) -> None:
    entry = TimeEntry.objects.earliest("id")

    def do(place: int) -> Any:
        if place == 0:
            return bill(cast, one)
        if place == 1:
            return time_entries.edit(entry, longer(entry), by=cast.by_olga, revision=1)
        return time_entries.delete(entry, by=cast.by_olga, revision=1)

    outcomes = at_once(3, do)
    assert set(codes(outcomes)) <= {"TIME_BILLED", "TIME_ENTRY_CHANGED", "TIME_GONE"}
    worked = sum(TimeEntry.objects.values_list("minutes", flat=True))
    assert Invoice.objects.get().total_minor == worked * 100
    assert not differences()


def test_of_two_approvals_of_one_time_at_once_one_has_it(cast: Cast, one: Any) -> None:
    outcomes = at_once(6, lambda _place: make.draft_approval(cast, one))
    assert codes(outcomes) == ["NOTHING_CHOSEN"] * 5
    assert Approval.objects.get().minutes == 120
    assert not differences()


def test_approvals_sent_at_once_have_numbers_of_their_own_without_a_gap(cast: Cast, one: Any) -> None:
    task = ProjectTask.objects.get()
    drafts = []
    for _each in range(8):
        entry = make.time(cast, task, 10)
        drafts.append(make.draft_approval(cast, one, entry_ids=[entry.id]))

    def do(place: int) -> Any:
        return approvals.send(drafts[place], to=[cast.ana.id], by=cast.by_olga, revision=1)

    assert sorted(outcome.result.number for outcome in at_once(8, do)) == [f"TS-{n:06d}" for n in range(1, 9)]


def test_twenty_log_at_once_and_nothing_is_lost(cast: Cast, one: Any) -> None:
    task = ProjectTask.objects.get()
    outcomes = at_once(20, lambda place: make.time(cast, task, place + 1, by=actor((cast.olga, cast.stig)[place % 2])))
    assert codes(outcomes) == []
    assert sum(TimeEntry.objects.values_list("minutes", flat=True)) == 120 + sum(range(1, 21))


def test_one_timer_runs_however_often_it_is_started_and_is_logged_once(cast: Cast, one: Any) -> None:
    task = ProjectTask.objects.get()
    other = make.task(cast, make.project(cast, cast.tidewater), "Glazing")  # whose customer is locked apart
    outcomes = at_once(8, lambda place: timers.start((task, other)[place % 2], by=cast.by_olga))
    assert codes(outcomes) == ["TIMER_RUNS"] * 7
    running = Timer.objects.get()
    outcomes = at_once(5, lambda _place: timers.stop(running, by=cast.by_olga))
    assert codes(outcomes) == ["TIMER_GONE"] * 4
    assert TimeEntry.objects.count() == 3


def test_a_timer_is_started_before_its_project_is_put_to_rest_or_not_at_all(cast: Cast, one: Any) -> None:
    task = ProjectTask.objects.get()

    def do(place: int) -> Any:
        if place == 0:
            return projects.deactivate(one, by=cast.by_olga, revision=1)
        return timers.start(task, by=cast.by_olga)

    outcomes = at_once(2, do)
    assert codes(outcomes) in (["STAFF_HAS_TIMER"], ["PROJECT_INACTIVE"])
    assert Timer.objects.exists() == Project.objects.get().is_active


def test_a_project_changed_by_ten_at_once_is_changed_by_one(cast: Cast, one: Any) -> None:
    def do(place: int) -> Any:
        return projects.edit(one, ProjectContent(name=f"Name {place}"), by=cast.by_olga, revision=1)

    assert codes(at_once(10, do)) == ["PROJECT_CHANGED"] * 9


def test_a_customer_is_merged_while_their_time_is_logged_billed_and_approved(both_databases: str, cast: Cast) -> None:
    make.show_projects(cast.studio, by=cast.by_olga)
    twin = duplicate(cast)
    person(twin, "Nils", "Berg", "nils@harbour.test", by=cast.by_olga)
    one = make.project(cast, twin, name="Leaflet")
    task = make.task(cast, one)
    make.time(cast, task, 60)
    asked = make.approval(cast, one)
    twin.refresh_from_db()
    cast.bakery.refresh_from_db()

    def do(place: int) -> Any:
        if place == 0:
            seen = foreseeing.foresee(twin, cast.bakery).seen
            return merging.merge(twin, cast.bakery, by=cast.by_olga, seen=seen)
        if place == 1:
            return bill(cast, one)
        if place == 2:
            return approvals.recall(asked, by=cast.by_olga, revision=asked.revision)
        return make.time(cast, task, place)

    outcomes = at_once(8, do)
    assert set(codes(outcomes)) <= {"MERGE_CHANGED"}  # the invoice came between reading and merging
    whose = cast.bakery if outcomes[0].error is None else twin
    for model in (Project, TimeEntry, Approval, Invoice):
        assert set(model.objects.values_list("customer_id", flat=True)) == {whose.id}
    assert not differences()
