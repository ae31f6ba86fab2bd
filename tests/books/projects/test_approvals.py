"""What customers approve: drawn up, sent, decided once, mended and sent again."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from counterfoil.books.conversations import comments
from counterfoil.books.customers import portal_access
from counterfoil.books.customers.models import ContactPerson
from counterfoil.books.ledger.verify import differences
from counterfoil.books.organizations import numbering
from counterfoil.books.organizations.models import DocumentKind, NumberSeries
from counterfoil.books.projects import approvals, billing
from counterfoil.books.projects.approvals import ApprovalContent
from counterfoil.books.projects.billing import Wish
from counterfoil.books.projects.models import Approval, TimeEntry
from counterfoil.foundation import clock
from counterfoil.foundation.actors import SYSTEM, Actor
from counterfoil.foundation.events import Event
from tests.support import projects as make
from tests.support.cast import Cast, actor, person
from tests.support.locking import days_ago, today
from tests.support.merging import duplicate, merge
from tests.support.refusals import refused


@pytest.fixture
def one(cast: Cast) -> Any:
    """A project of the bakery, whose portal shows projects."""
    make.show_projects(cast.studio, by=cast.by_olga)
    return make.project(cast)


@pytest.fixture
def drawing(cast: Cast, one: Any) -> Any:
    return make.task(cast, one)


@pytest.fixture
def asked(cast: Cast, one: Any, drawing: Any) -> Any:
    """An hour and a half that wait for the bakery."""
    make.time(cast, drawing)
    return make.approval(cast, one)


def content(**more: Any) -> ApprovalContent:
    full: dict[str, Any] = {"first": days_ago(30), "last": today()} | more
    return ApprovalContent(**full)


def again(row: Any) -> Any:
    return type(row).objects.get(id=row.id)


def entries(approval: Any) -> list[Any]:
    return list(approvals.entries_of(approval))


def send(cast: Cast, one: Any, to: Any = None) -> Any:
    return approvals.send(one, to=to or [cast.ana.id], by=cast.by_olga, revision=again(one).revision)


def edit(cast: Cast, one: Any, **more: Any) -> Any:
    return approvals.edit(one, content(**more), by=cast.by_olga, revision=again(one).revision)


def test_a_draft_takes_the_free_billable_time_of_a_period(cast: Cast, one: Any, drawing: Any) -> None:
    talking = make.task(cast, one, "Talking", is_billable=False)
    wanted = [make.time(cast, drawing, minutes, days_ago=day) for minutes, day in ((30, 5), (20, 3), (10, 1))]
    make.time(cast, drawing, 100, days_ago=6)
    make.time(cast, drawing, 100)
    make.time(cast, talking, 100, days_ago=3)
    make.time(cast, make.task(cast, make.project(cast, name="Menu")), 100, days_ago=3)
    draft = approvals.create(one, content(first=days_ago(5), last=days_ago(1), notes=" Week 12 "), by=cast.by_olga)
    assert entries(draft) == wanted
    kept = again(draft)
    assert (kept.minutes, kept.state, kept.number, kept.name, kept.notes) == (60, "draft", "", "", "Week 12")
    told = Event.objects.get(name="approval.created")
    assert (told.for_customer, told.data["hours"], told.data["is_draft"]) == (False, "1:00", True)
    assert not differences()


def test_or_some_of_it_that_was_chosen(cast: Cast, one: Any, drawing: Any) -> None:
    first, _second, third = (make.time(cast, drawing, minutes) for minutes in (10, 20, 30))
    draft = approvals.create(one, content(entry_ids=[first.id, third.id]), by=cast.by_olga)
    assert (entries(draft), draft.minutes) == ([first, third], 40)


def test_the_same_form_twice_is_one_draft(cast: Cast, one: Any, drawing: Any) -> None:
    make.time(cast, drawing)
    made = [approvals.create(one, content(), by=cast.by_olga, making_key="k" * 20) for _twice in range(2)]
    assert made[0] == made[1]
    assert Approval.objects.count() == Event.objects.filter(name="approval.created").count() == 1


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        ({"first": days_ago(1), "last": days_ago(2)}, "PERIOD", "last"),
        ({"notes": "x" * 1_001}, "NOTES_TOO_LONG", "notes"),
        ({"entry_ids": []}, "NOTHING_CHOSEN", "entries"),
        ({"first": date(2001, 1, 1), "last": date(2001, 1, 31)}, "NOTHING_CHOSEN", "entries"),
        ({"entry_ids": [7]}, "NOT_FREE", "entries"),
    ],
)
def test_what_makes_no_sense_is_refused(
    cast: Cast, one: Any, drawing: Any, wrong: dict[str, Any], code: str, field: str
) -> None:
    make.time(cast, drawing)
    draft = make.draft_approval(cast, one)
    make.time(cast, drawing)
    with refused(code, field=field):
        approvals.create(one, content(**wrong), by=cast.by_olga)
    with refused(code, field=field):
        edit(cast, draft, **wrong)


def test_time_is_in_one_approval_at_most_and_not_billed(cast: Cast, one: Any, drawing: Any) -> None:
    taken, billed = make.time(cast, drawing, 10), make.time(cast, drawing, 20, days_ago=9)
    approvals.create(one, content(entry_ids=[taken.id]), by=cast.by_olga)
    billing.bill(one, Wish(until=days_ago(8)), by=cast.by_olga, revision=1)
    free = make.time(cast, drawing, 40)
    foreign = make.time(cast, make.task(cast, make.project(cast, cast.tidewater)))
    outside = make.time(cast, drawing, 5, days_ago=31)
    unbillable = make.time(cast, drawing, 5, is_billable=False)
    for wrong in (taken, billed, foreign, outside, unbillable):
        with refused("NOT_FREE", field="entries"):
            approvals.create(one, content(entry_ids=[free.id, wrong.id]), by=cast.by_olga)
    assert entries(approvals.create(one, content(), by=cast.by_olga)) == [free]


def test_no_more_than_people_can_read_through(
    cast: Cast, one: Any, drawing: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(approvals, "MOST_ENTRIES", 2)
    for _each in range(3):
        make.time(cast, drawing)
    with refused("TOO_MANY_ENTRIES", field="last"):
        make.draft_approval(cast, one)
    with refused("TOO_MANY_ENTRIES", field="last"):
        make.draft_approval(cast, one, entry_ids=list(TimeEntry.objects.values_list("id", flat=True)))


def test_a_draft_is_changed_and_what_is_left_out_is_free_again(cast: Cast, one: Any, drawing: Any) -> None:
    first, second = make.time(cast, drawing, 10), make.time(cast, drawing, 20)
    draft = edit(cast, make.draft_approval(cast, one), entry_ids=[second.id], notes="Second")
    assert (draft.revision, again(draft).minutes, entries(draft)) == (2, 20, [second])
    assert entries(make.draft_approval(cast, one)) == [first]
    assert Event.objects.filter(name="approval.edited", for_customer=False).count() == 1
    assert not differences()


def test_sending_gives_it_a_number_and_tells_whom(cast: Cast, one: Any, drawing: Any) -> None:
    make.time(cast, drawing)
    sent = send(cast, make.draft_approval(cast, one), [cast.ana.id, cast.sam.id])
    assert (sent.number, sent.state, again(sent).number_key, sent.revision) == (
        "TS-000001",
        "awaiting",
        "ts-000001",
        2,
    )
    told = Event.objects.get(name="approval.sent")
    assert told.data["contact_ids"] == sorted(str(one.id) for one in (cast.ana, cast.sam))
    assert (told.for_customer, told.for_office, told.data["hours"]) == (True, True, "1:30")


def test_it_is_mailed_again_under_the_same_number(cast: Cast, asked: Any) -> None:
    approvals.view(asked, by=cast.by_ana)
    sent = send(cast, asked, [cast.sam.id])
    assert (sent.number, sent.revision, sent.sent_at) == (asked.number, asked.revision, asked.sent_at)
    assert sent.viewed_at is not None
    assert Event.objects.filter(name="approval.sent").count() == 2


def test_it_goes_to_people_who_can_open_the_portal_alone(cast: Cast, one: Any, drawing: Any) -> None:
    make.time(cast, drawing)
    draft = make.draft_approval(cast, one)
    outside = person(cast.bakery, "Nils", "Berg", "nils@harbour.test", by=cast.by_olga, access=False)
    for to in ([], [outside.id], [cast.bruno.id]):
        with refused("NO_RECIPIENT", field="to"):
            approvals.send(draft, to=to, by=cast.by_olga, revision=1)


def test_it_is_not_sent_where_customers_see_no_timesheets(cast: Cast) -> None:
    one = make.project(cast)
    make.time(cast, make.task(cast, one))
    draft = make.draft_approval(cast, one)
    with refused("MODULE_OFF"):
        send(cast, draft)


def test_nothing_is_not_sent(cast: Cast, one: Any, drawing: Any) -> None:
    from counterfoil.books.projects import time_entries

    entry = make.time(cast, drawing)
    draft = make.draft_approval(cast, one)
    time_entries.delete(entry, by=cast.by_olga, revision=1)
    with refused("NOTHING_CHOSEN"):
        send(cast, draft)


def test_the_customer_approves_once(cast: Cast, asked: Any) -> None:
    done = approvals.approve(asked, by=cast.by_ana, revision=asked.revision)
    kept = again(done)
    assert (kept.state, kept.decided_at is not None, approvals.decided_by(kept)) == ("approved", True, cast.by_ana)
    told = Event.objects.get(name="approval.approved")
    assert (told.for_office, told.for_customer, told.by) == (True, True, cast.by_ana)
    twice = approvals.approve(asked, by=cast.by_ana, revision=asked.revision)
    assert twice.decided_at == kept.decided_at
    assert Event.objects.filter(name="approval.approved").count() == 1


def test_who_comes_second_reads_who_decided_and_how(cast: Cast, asked: Any) -> None:
    approvals.approve(asked, by=cast.by_ana, revision=2)
    with refused("APPROVAL_DECIDED") as refusal:
        approvals.approve(asked, by=actor(cast.sam), revision=2)
    assert str(refusal.value.sentence) == "Ana Moreau has already approved this timesheet."
    for by in (cast.by_ana, actor(cast.sam)):
        with refused("APPROVAL_DECIDED"):
            approvals.reject(asked, by=by, revision=2, reason="Too long")


def test_rejecting_needs_a_reason_which_the_business_reads(cast: Cast, asked: Any) -> None:
    for reason in ("", " \n "):
        with refused("REASON_MISSING", field="reason"):
            approvals.reject(asked, by=cast.by_ana, revision=2, reason=reason)
    with refused("REASON_TOO_LONG", field="reason"):
        approvals.reject(asked, by=cast.by_ana, revision=2, reason="x" * 1_001)
    approvals.reject(asked, by=cast.by_ana, revision=2, reason=" Too long ")
    assert (again(asked).state, again(asked).reason) == ("rejected", "Too long")
    assert Event.objects.get(name="approval.rejected").data["why"] == "Too long"
    approvals.reject(asked, by=cast.by_ana, revision=2, reason="Again")
    assert Event.objects.filter(name="approval.rejected").count() == 1
    with refused("APPROVAL_DECIDED") as refusal:
        approvals.reject(asked, by=actor(cast.sam), revision=2, reason="Too long")
    assert str(refusal.value.sentence) == "Ana Moreau has already rejected this timesheet."


def test_what_was_rejected_is_mended_and_asked_for_again(cast: Cast, one: Any, drawing: Any, asked: Any) -> None:
    approvals.view(asked, by=cast.by_ana)
    approvals.reject(asked, by=cast.by_ana, revision=2, reason="Too long")
    edit(cast, asked, notes="As agreed")
    sent = again(send(cast, asked))
    assert (sent.state, sent.number, sent.reason, sent.viewed_at) == ("awaiting", "TS-000001", "", None)
    assert (sent.decided_at, sent.decided_by, sent.revision) == (None, None, 4)
    with refused("APPROVAL_CHANGED"):
        approvals.approve(asked, by=cast.by_ana, revision=2)
    assert approvals.approve(asked, by=cast.by_ana, revision=4).state == "approved"
    assert not differences()


def test_what_was_taken_back_can_not_be_decided_and_the_customer_must_read_it_anew(cast: Cast, asked: Any) -> None:
    approvals.view(asked, by=cast.by_ana)
    back = approvals.recall(asked, by=cast.by_olga, revision=2)
    assert (back.state, back.viewed_at, back.number) == ("draft", None, "TS-000001")
    for decide in (approvals.approve, lambda one, **more: approvals.reject(one, reason="No", **more)):
        with refused("WRONG_STATE"):
            decide(asked, by=cast.by_ana, revision=2)
    sent = send(cast, asked)
    with refused("APPROVAL_CHANGED"):
        approvals.approve(asked, by=cast.by_ana, revision=2)
    assert approvals.approve(asked, by=cast.by_ana, revision=sent.revision).number == "TS-000001"


def test_only_what_waits_is_taken_back(cast: Cast, one: Any, drawing: Any, asked: Any) -> None:
    with refused("APPROVAL_CHANGED"):
        approvals.recall(asked, by=cast.by_olga, revision=1)
    make.time(cast, drawing)
    draft = make.draft_approval(cast, one)
    with refused("WRONG_STATE"):
        approvals.recall(draft, by=cast.by_olga, revision=1)
    approvals.approve(asked, by=cast.by_ana, revision=2)
    with refused("APPROVAL_DECIDED"):
        approvals.recall(asked, by=cast.by_olga, revision=2)


def test_what_waits_or_was_approved_is_neither_changed_nor_sent_anew_nor_deleted(cast: Cast, asked: Any) -> None:
    with refused("WRONG_STATE"):
        edit(cast, asked)
    with refused("NOT_A_DRAFT"):
        approvals.delete(asked, by=cast.by_olga, revision=2)
    approvals.approve(asked, by=cast.by_ana, revision=2)
    with refused("WRONG_STATE"):
        edit(cast, asked)
    with refused("NOT_A_DRAFT"):
        approvals.delete(asked, by=cast.by_olga, revision=2)
    with refused("APPROVAL_DECIDED"):
        send(cast, asked)


def test_what_was_rejected_is_not_deleted(cast: Cast, asked: Any) -> None:
    approvals.reject(asked, by=cast.by_ana, revision=2, reason="Too long")
    with refused("NOT_A_DRAFT"):
        approvals.delete(asked, by=cast.by_olga, revision=2)


def test_deleting_a_draft_frees_its_time_and_no_number_comes_twice(
    cast: Cast, one: Any, drawing: Any, asked: Any
) -> None:
    back = approvals.recall(asked, by=cast.by_olga, revision=2)
    comments.add(back, "Sent too early", by=cast.by_olga)
    approvals.delete(back, by=cast.by_olga, revision=back.revision)
    assert not Approval.objects.exists()
    assert Event.objects.get(name="approval.deleted").data["number"] == "TS-000001"
    assert send(cast, make.draft_approval(cast, one)).number == "TS-000002"
    assert not differences()


def test_what_changed_meanwhile_must_be_read_again(cast: Cast, one: Any, drawing: Any) -> None:
    make.time(cast, drawing)
    draft = make.draft_approval(cast, one)
    edit(cast, draft)
    with refused("APPROVAL_CHANGED"):
        approvals.edit(draft, content(), by=cast.by_olga, revision=1)
    with refused("APPROVAL_CHANGED"):
        approvals.send(draft, to=[cast.ana.id], by=cast.by_olga, revision=1)
    with refused("APPROVAL_CHANGED"):
        approvals.delete(draft, by=cast.by_olga, revision=1)


def test_only_owner_and_staff_of_the_business_draw_them_up(cast: Cast, one: Any, drawing: Any) -> None:
    make.time(cast, drawing)
    draft = make.draft_approval(cast, one)
    make.time(cast, drawing)
    for by in (actor(cast.vera), actor(cast.otto), cast.by_ana, actor(make.timekeeper(cast))):
        acts = (
            lambda by=by: approvals.create(one, content(), by=by),
            lambda by=by: approvals.edit(draft, content(), by=by, revision=1),
            lambda by=by: approvals.send(draft, to=[cast.ana.id], by=by, revision=1),
            lambda by=by: approvals.recall(draft, by=by, revision=1),
            lambda by=by: approvals.delete(draft, by=by, revision=1),
        )
        for act in acts:
            with refused("NOT_ALLOWED"):
                act()


def test_nobody_decides_but_the_customers_own_people_with_access(cast: Cast, asked: Any) -> None:
    link = Actor("link", None, "Ana Moreau", cast.studio.id, cast.bakery.id, link_id=7)
    by_link_as_ana = replace(cast.by_ana, kind="link")
    outside = person(cast.bakery, "Nils", "Berg", "nils@harbour.test", by=cast.by_olga, access=False)
    others = [actor(one) for one in (cast.bruno, cast.fia, outside)]
    forged = replace(actor(cast.bruno), customer_id=cast.bakery.id)
    for by in (*others, forged, link, by_link_as_ana, cast.by_olga, SYSTEM):
        with refused("NOT_YOURS"):
            approvals.approve(asked, by=by, revision=2)
        with refused("NOT_YOURS"):
            approvals.reject(asked, by=by, revision=2, reason="No")


def test_nor_does_who_was_shut_out(cast: Cast, asked: Any) -> None:
    let_in = set(ContactPerson.objects.with_access().filter(customer=cast.bakery).values_list("id", flat=True))
    portal_access.configure(cast.bakery, {cast.sam.id}, by=cast.by_olga, seen=let_in)
    with refused("NOT_YOURS"):
        approvals.approve(asked, by=cast.by_ana, revision=2)
    assert approvals.approve(asked, by=actor(cast.sam), revision=2).state == "approved"


def test_a_draft_is_not_decided(cast: Cast, one: Any, drawing: Any) -> None:
    make.time(cast, drawing)
    draft = make.draft_approval(cast, one)
    with refused("WRONG_STATE"):
        approvals.approve(draft, by=cast.by_ana, revision=1)
    with refused("WRONG_STATE"):
        approvals.reject(draft, by=cast.by_ana, revision=1, reason="No")


def test_the_first_view_is_told_and_each_person_once_in_half_an_hour(cast: Cast, asked: Any) -> None:
    approvals.view(asked, by=cast.by_olga)
    assert again(asked).viewed_at is None
    with refused("NOT_YOURS"):
        approvals.view(asked, by=actor(cast.bruno))
    for by in (cast.by_ana, cast.by_ana, actor(cast.sam), cast.by_ana):
        approvals.view(again(asked), by=by)
    assert again(asked).viewed_by == cast.ana
    told = Event.objects.filter(name__in=("approval.first_viewed", "approval.viewed")).order_by("id")
    assert [(one.name, one.by.id) for one in told] == [
        ("approval.first_viewed", cast.ana.id),
        ("approval.viewed", cast.sam.id),
    ]
    with clock.travel(to=clock.now() + timedelta(minutes=31)):
        approvals.view(again(asked), by=cast.by_ana)
    assert told.all().count() == 3
    back = approvals.recall(asked, by=cast.by_olga, revision=2)
    approvals.view(back, by=cast.by_ana)
    assert again(asked).viewed_at is None


def test_what_was_read_before_its_customer_was_merged_is_decided_by_the_survivors_people(cast: Cast, one: Any) -> None:
    twin = duplicate(cast)
    nils = person(twin, "Nils", "Berg", "nils@harbour.test", by=cast.by_olga)
    leaflet = make.project(cast, twin, name="Leaflet")
    make.time(cast, make.task(cast, leaflet))
    asked = make.approval(cast, leaflet)
    merge(cast, twin, cast.bakery)
    with refused("NOT_YOURS"):
        approvals.approve(asked, by=actor(cast.bruno), revision=2)
    nils.refresh_from_db()
    assert approvals.approve(asked, by=actor(nils), revision=2).customer_id == cast.bakery.id
    assert not differences()


def test_numbers_follow_each_other_and_never_come_twice(cast: Cast, one: Any, drawing: Any) -> None:
    series = NumberSeries.objects.get(organization=cast.studio, kind=DocumentKind.APPROVAL)
    found = []
    for prefix in ("TS-", "WEEK-", "TS-"):
        if prefix != series.prefix:
            free = series.earlier.get(prefix.casefold(), 1)
            series = numbering.change(series, prefix=prefix, next_number=free, by=cast.by_olga)
        make.time(cast, drawing)
        found.append(send(cast, make.draft_approval(cast, one)).number)
        series.refresh_from_db()
    assert found == ["TS-000001", "WEEK-000001", "TS-000002"]
    with pytest.raises(IntegrityError), transaction.atomic():
        Approval.objects.update(number="TS-000001")


def test_an_approval_that_is_not_sent_gives_its_number_to_the_next(cast: Cast, one: Any, drawing: Any) -> None:
    make.time(cast, drawing)
    draft = make.draft_approval(cast, one)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        send(cast, draft)
        raise ZeroDivisionError
    assert send(cast, draft).number == "TS-000001"


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "approved"},
        {"state": "rejected"},
        {"number": ""},
        {"sent_at": None},
        {"reason": "Why"},
        {"last": date(1999, 1, 1)},
    ],
)
def test_the_database_keeps_what_verbs_promise(cast: Cast, asked: Any, wrong: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Approval.objects.filter(id=asked.id).update(**wrong)


def test_every_state_has_its_row_in_the_table() -> None:
    assert set(Approval.TRANSITIONS) == set(Approval.State)


def test_verify_finds_a_sum_that_is_wrong_and_time_outside_the_period(cast: Cast, asked: Any) -> None:
    Approval.objects.update(minutes=91)
    assert differences() == [f"Approval {asked.id} says 91 minutes; its entries come to 90."]
    Approval.objects.update(minutes=90)
    TimeEntry.objects.update(worked_on=days_ago(40) - timedelta(days=1))
    assert [line.partition(" ")[0] for line in differences()] == ["Time"]
