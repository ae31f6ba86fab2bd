"""Sample data is removed: everything of it, nothing else, by nobody but an owner, whole or not at all."""

from decimal import Decimal
from threading import Thread
from typing import Any

import pytest
from django.apps import apps
from django.db import connections, transaction

from counterfoil.books.conversations import comments
from counterfoil.books.customers import customers
from counterfoil.books.customers.customers import CustomerContent
from counterfoil.books.customers.models import ContactPerson
from counterfoil.books.files import keeping
from counterfoil.books.files.models import StoredFile
from counterfoil.books.ledger import verify
from counterfoil.books.organizations import organizations, staff
from counterfoil.books.organizations.models import Organization, StaffMember
from counterfoil.books.payments import payments
from counterfoil.books.payments.models import Payment
from counterfoil.books.projects import approvals, billing, projects, tasks, time_entries, timers
from counterfoil.books.projects.approvals import ApprovalContent
from counterfoil.books.projects.billing import Wish
from counterfoil.books.projects.models import Timer
from counterfoil.books.projects.projects import ProjectContent
from counterfoil.books.projects.tasks import TaskContent
from counterfoil.books.projects.time_entries import EntryContent
from counterfoil.books.sales import invoices
from counterfoil.books.sales.models import BilledTime, Invoice
from counterfoil.books.sample_data import adding, removing
from counterfoil.foundation import events
from counterfoil.foundation.events import Event
from counterfoil.foundation.money import Money
from counterfoil.outbound import spreading, worker
from counterfoil.outbound.models import Mail, Notification
from tests.support import refusals
from tests.support.books import invoice, pay
from tests.support.cast import Cast, actor, colleague
from tests.support.locking import days_ago, until_it_waits
from tests.support.races import at_once
from tests.support.refusals import everything, refused
from tests.support.uploads import PDF, put
from tests.support.world import World

KEPT_EVENTS = {"sample_data.added", "sample_data.removed"}


def add(cast: Cast) -> Organization:
    return adding.add(cast.studio, by=cast.by_olga)


def owner_of(sample: Organization) -> Any:
    return actor(StaffMember.objects.get(organization=sample, role="owner"))


def all_but_that_it_was_done() -> dict[str, list[dict[str, Any]]]:
    """Every row of the books, without what the log keeps: that sample data was there once."""
    rows = everything()
    kept = {row["id"] for row in rows["foundation.Event"] if row["name"] in KEPT_EVENTS}
    rows["foundation.Event"] = [row for row in rows["foundation.Event"] if row["id"] not in kept]
    rows["foundation.Unspread"] = [row for row in rows["foundation.Unspread"] if row["event_id"] not in kept]
    return rows


def use(sample: Organization, cast: Cast) -> None:
    """What somebody does there who tries things: a document is sent, a file is put there, a colleague is asked in."""
    by = owner_of(sample)
    open_one = Invoice.objects.filter(organization=sample, balance_minor__gt=0).exclude(state="draft").latest("id")
    people = ContactPerson.objects.filter(customer=open_one.customer_id)
    invoices.send(open_one, to=[people.get().id], by=by, revision=open_one.revision)
    put(open_one, ("Cake.pdf", PDF), by=by)
    staff.invite(sample, name="Stig Holm", email="stig@studio.test", role="staff", by=by)
    organizations.change_portal(
        sample, portal_name="bakery-to-try", banner="", switches={}, revision=sample.revision, by=by
    )
    track_time(open_one.customer, by=by)
    worker.run_once()


def track_time(customer: Any, *, by: Any) -> None:
    """Time is billed, to be approved, free, and worked just now; and it is talked about."""
    staffed = ProjectContent(name="Market stall", rate=Decimal(40), members={by.id: Decimal(0)})
    project = projects.create(customer, staffed, by=by)
    task = tasks.add(project, TaskContent(name="Painting"), by=by)
    for days in (3, 2, 1):
        content = EntryContent(task_id=task.id, member_id=by.id, worked_on=days_ago(days), minutes=60)
        time_entries.log(project, content, by=by)
        if days == 3:
            billing.bill(project, Wish(until=days_ago(3)), by=by, revision=1)
    asked = approvals.create(project, ApprovalContent(first=days_ago(2), last=days_ago(2)), by=by)
    comments.add(asked, "Is this right?", by=by)
    timers.start(task, by=by)


def test_nothing_of_it_is_left_and_everything_else_is_as_it_was(cast: Cast) -> None:
    paid = invoice(cast)
    pay(cast, cast.bakery, 4_000, {paid.id: 4_000})
    worker.run_once()
    before = all_but_that_it_was_done()
    sample = add(cast)
    use(sample, cast)
    assert Mail.objects.filter(organization=sample).exists()
    assert Notification.objects.filter(organization=sample).exists()
    assert BilledTime.objects.exists()
    assert Timer.objects.exists()
    assert removing.remove(cast.studio, by=cast.by_olga)
    assert all_but_that_it_was_done() == before
    assert verify.differences() == []
    told = Event.objects.filter(name__in=KEPT_EVENTS).order_by("id").values_list("name", "organization_id")
    assert list(told) == [(name, cast.studio.id) for name in sorted(KEPT_EVENTS)]


def test_an_organization_with_one_of_everything_goes_whole_and_no_other_row(world: World) -> None:
    """The guard of completeness: every table that an address can lead to has rows of three organizations' customers."""
    studio, quay = world.harbour.organization, world.quay.organization
    Organization.objects.filter(id=quay.id).update(sample_of=studio)
    before = everything()
    theirs = _rows_of(before, quay.id)
    assert len({label for label, _id in theirs}) > 25
    assert removing.remove(studio, by=actor(world.harbour.people["owner"]))
    after = everything()
    assert not _rows_of(after, quay.id)
    for label, rows in after.items():
        assert all(row in before[label] or row.get("name") == "sample_data.removed" for row in rows if "id" in row)
    gone = sum(map(len, before.values())) - sum(map(len, after.values()))
    assert gone > len(theirs)
    assert all(_ids(after, label) >= _ids_of(before, label, studio.id) for label in after)
    assert verify.differences() == []


def _rows_of(rows: dict[str, list[dict[str, Any]]], organization_id: int) -> set[tuple[str, Any]]:
    """What names the organization itself, by its table and key."""
    itself = "organizations.Organization"
    own = {(itself, organization_id)} & {(itself, key) for key in _ids(rows, itself)}
    return own | {(label, key) for label in rows for key in _ids_of(rows, label, organization_id)}


def _ids(rows: dict[str, list[dict[str, Any]]], label: str) -> set[Any]:
    return {row[apps.get_model(label)._meta.pk.attname] for row in rows[label]}


def _ids_of(rows: dict[str, list[dict[str, Any]]], label: str, organization_id: int) -> set[Any]:
    key = apps.get_model(label)._meta.pk.attname
    return {row[key] for row in rows[label] if row.get("organization_id") == organization_id}


def test_only_an_owner_of_the_real_one_may(cast: Cast) -> None:
    sample = add(cast)
    for by in (actor(cast.stig), actor(cast.vera), actor(cast.otto), owner_of(sample), cast.by_ana):
        with refused("NOT_ALLOWED"):
            removing.remove(cast.studio, by=by)


def test_another_owner_may_though_they_did_not_add_it(cast: Cast) -> None:
    ole = colleague(cast.studio, "Ole Berg", "ole@studio.test", "owner", by=cast.by_olga)
    add(cast)
    assert removing.remove(cast.studio, by=actor(ole))


def test_whoever_removes_theirs_removes_nobody_elses(cast: Cast) -> None:
    invoice(cast)
    add(cast)
    before = refusals.raw()
    assert not removing.remove(cast.quay, by=actor(cast.otto))
    assert refusals.raw() == before


def test_no_real_organization_goes_whichever_is_named(cast: Cast) -> None:
    """Not one's own, not another's, and not by way of the sample data that names it."""
    invoice(cast)
    before = refusals.raw()
    assert not removing.remove(cast.studio, by=cast.by_olga)
    assert refusals.raw() == before
    sample = add(cast)
    before = refusals.raw()
    assert not removing.remove(sample, by=owner_of(sample))
    assert refusals.raw() == before


def test_twice_is_once_and_then_it_can_be_added_anew(cast: Cast) -> None:
    first = add(cast)
    assert removing.remove(cast.studio, by=cast.by_olga)
    assert not removing.remove(cast.studio, by=cast.by_olga)
    assert add(cast).id != first.id


def test_its_files_go_from_the_store(cast: Cast, django_capture_on_commit_callbacks: Any) -> None:
    kept = put(cast.bakery, ("Own.pdf", PDF), by=cast.by_olga)
    sample = add(cast)
    use(sample, cast)
    file = StoredFile.objects.get(organization=sample)
    with keeping.opened(file) as content:
        assert content.read()
    with django_capture_on_commit_callbacks(execute=True):
        removing.remove(cast.studio, by=cast.by_olga)
    with pytest.raises(keeping.Missing):
        keeping.opened(file)
    assert kept
    assert not list(keeping.missing())


def test_what_fails_half_way_removes_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: Any, **_more: Any) -> None:
        raise RuntimeError("The power went.")

    add(cast)
    monkeypatch.setattr(removing, "record", fail)  # the last of all
    before = refusals.raw()
    with pytest.raises(RuntimeError):
        removing.remove(cast.studio, by=cast.by_olga)
    refusals.forget_what_was_read()
    assert refusals.raw() == before


def test_of_two_presses_at_once_one_removes_it(both_databases: str, cast: Cast) -> None:
    add(cast)
    outcomes = at_once(4, lambda _place: removing.remove(cast.studio, by=cast.by_olga))
    assert sorted(one.result for one in outcomes) == [False, False, False, True]


def test_what_is_written_there_meanwhile_goes_too_or_is_not_written(both_databases: str, cast: Cast) -> None:
    sample = add(cast)
    by = owner_of(sample)

    def do(place: int) -> Any:
        if place == 2:
            return removing.remove(cast.studio, by=cast.by_olga)
        content = CustomerContent(display_name=f"Somebody {place}", currency="GBP")
        return customers.create(sample, content, by=by)

    outcomes = at_once(6, do)
    assert outcomes[2].result is True
    assert all(isinstance(one.error, Organization.DoesNotExist | None) for one in outcomes)
    assert not Organization.objects.filter(id=sample.id).exists()
    assert not Event.objects.filter(organization_id=sample.id).exists()


def test_whoever_books_there_just_now_is_waited_for(both_databases: str, cast: Cast) -> None:
    """Or what they write would be left behind, or keep the rest from going."""
    sample = add(cast)
    by, outcome = owner_of(sample), list[Any]()
    bill = Invoice.objects.filter(organization=sample, balance_minor__gt=0).exclude(state="draft").latest("id")

    def run() -> None:
        try:
            outcome.append(removing.remove(cast.studio, by=cast.by_olga))
        except BaseException as error:  # noqa: BLE001 (whatever it was, the test wants to see it)
            outcome.append(error)
        finally:
            connections.close_all()

    thread = Thread(target=run)
    with transaction.atomic():
        payments.record(
            customer_id=bill.customer_id,
            amount=Money(100, bill.currency),
            shares={},
            paid_on=bill.dated,
            mode=Payment.Mode.CASH,
            recording_key="meanwhile",
            by=by,
        )
        thread.start()
        assert until_it_waits(thread)
    thread.join(60)
    assert outcome == [True]
    assert not Payment.objects.filter(organization=sample).exists()
    assert not Event.objects.filter(organization_id=sample.id).exists()
    assert not verify.differences()


def test_what_the_worker_has_in_hand_comes_to_nothing(cast: Cast) -> None:
    worker.run_once()
    add(cast)
    in_hand = events.claim_unspread()
    removing.remove(cast.studio, by=cast.by_olga)
    before = refusals.raw()
    for event in in_hand:
        spreading.spread(event)
    assert refusals.raw() == before
