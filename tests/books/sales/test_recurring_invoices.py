"""Recurring invoices: made on their dates, each once, whoever looks how often, and never past what is in the way."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from counterfoil.books.customers import contacts
from counterfoil.books.customers.models import Customer
from counterfoil.books.ledger import verify
from counterfoil.books.organizations import lock_date, taxes
from counterfoil.books.organizations.models import Organization
from counterfoil.books.sales import invoices, origins, recurring_invoices
from counterfoil.books.sales.models import Invoice, RecurringInvoice, RecurringRun
from counterfoil.books.sales.pricing import LineContent
from counterfoil.books.sales.recurring_invoices import RecurringContent
from counterfoil.foundation import clock
from counterfoil.foundation.actors import SYSTEM
from counterfoil.foundation.events import Event
from counterfoil.outbound import jobs
from tests.support.books import recurring
from tests.support.cast import Cast, actor
from tests.support.races import at_once
from tests.support.refusals import refused

START = date(2027, 1, 31)


def on(day: date, hour: int = 12, zone: str = "Europe/London") -> Any:
    return clock.travel(to=datetime.combine(day, time(hour), tzinfo=ZoneInfo(zone)))


def written(cast: Cast, customer: Any = None, **content: Any) -> Any:
    """One that begins on the last day of January."""
    with on(START - timedelta(days=5)):
        return recurring(cast, customer, start=START, **content)


def run(day: date) -> None:
    with on(day):
        jobs.make_recurring_invoices()


def days() -> list[str]:
    """The dates of the invoices there are."""
    return [one.isoformat() for one in Invoice.objects.order_by("dated", "id").values_list("dated", flat=True)]


def fresh(profile: Any) -> RecurringInvoice:
    return RecurringInvoice.objects.get(id=profile.id)


def told(profile: Any) -> list[str]:
    names = Event.objects.filter(subject_id=profile.id).order_by("id").values_list("name", flat=True)
    return [name.removeprefix("recurring_invoice.") for name in names]


def test_a_draft_is_made_on_each_date_with_everything_that_was_written(cast: Cast) -> None:
    vat = taxes.add_rate(cast.studio, name="VAT", percent=Decimal(20), by=cast.by_olga)
    lines = [LineContent("Care", Decimal(2), Decimal("47.50"), description="Backups", tax_rate_id=vat.id)]
    profile = written(
        cast, lines=lines, notes="Thank you", order_number="HB-1", discount_kind="percent", discount_value=Decimal(10)
    )
    run(START - timedelta(days=1))
    assert not days()
    run(START)
    run(START)
    (one,) = Invoice.objects.all()
    assert (one.state, one.dated, one.due_on) == ("draft", START, START + timedelta(days=14))
    assert (one.total_minor, one.tax_minor, one.order_number, one.notes) == (10_260, 1_710, "HB-1", "Thank you")
    assert (origins.origin_of(one), one.lines.get().description) == (profile, "Backups")
    assert fresh(profile).next_on == date(2027, 2, 28)
    run(date(2027, 3, 31))
    assert days() == ["2027-01-31", "2027-02-28", "2027-03-31"]


def test_asked_again_on_the_day_there_is_none_to_make(cast: Cast) -> None:
    profile = written(cast)
    with on(START):
        assert recurring_invoices.make_next(profile, by=SYSTEM)
        assert recurring_invoices.make_next(profile, by=SYSTEM) is None
    assert days() == ["2027-01-31"]


def test_after_a_week_without_anybody_each_that_was_due_is_made_once(cast: Cast) -> None:
    profile = written(cast, unit="day", every=2)
    run(START + timedelta(days=7))
    run(START + timedelta(days=7))
    assert days() == ["2027-01-31", "2027-02-02", "2027-02-04", "2027-02-06"]
    assert RecurringRun.objects.count() == fresh(profile).made == 4


def test_those_that_are_sent_are_issued_and_mailed_to_whom_was_chosen(cast: Cast) -> None:
    profile = written(cast, sends=True, to=[cast.sam.id])
    run(START)
    one = Invoice.objects.get()
    assert (one.state, bool(one.number), bool(one.sent_at)) == ("issued", True, True)
    assert Event.objects.get(name="invoice.sent").data["contact_ids"] == [str(cast.sam.id)]
    assert told(profile) == ["created", "made"]
    assert not verify.differences()


def test_a_day_begins_where_the_organization_is(cast: Cast) -> None:
    written(cast)
    Organization.objects.filter(id=cast.studio.id).update(time_zone="Pacific/Auckland")
    with on(START - timedelta(days=1), 10):
        jobs.make_recurring_invoices()
    assert not days()  # eleven in the evening there
    with on(START - timedelta(days=1), 12):
        jobs.make_recurring_invoices()
    assert days() == ["2027-01-31"]


def test_what_passes_while_it_is_stopped_is_not_made_up(cast: Cast) -> None:
    profile = written(cast, unit="week")
    run(START)
    with on(START + timedelta(days=1)):
        recurring_invoices.stop(profile, by=cast.by_olga, revision=1)
    run(START + timedelta(days=20))
    assert days() == ["2027-01-31"]
    with on(START + timedelta(days=20)):
        recurring_invoices.resume(profile, by=cast.by_olga, revision=1)
    run(START + timedelta(days=21))
    assert days() == ["2027-01-31", "2027-02-21"]


def test_resuming_on_the_day_makes_that_days_invoice_once(cast: Cast) -> None:
    profile = written(cast, unit="week")
    for _twice in range(2):
        run(START)
        with on(START):
            recurring_invoices.stop(profile, by=cast.by_olga, revision=1)
            recurring_invoices.resume(profile, by=cast.by_olga, revision=1)
    run(START)
    assert days() == ["2027-01-31"]
    with refused("WRONG_STATE"):
        recurring_invoices.resume(profile, by=cast.by_olga, revision=1)


def test_it_ends_on_its_day_or_after_its_number(cast: Cast) -> None:
    by_day = written(cast, ends_on=date(2027, 3, 1))
    by_number = written(cast, cast.tidewater, most=3)
    run(date(2027, 12, 31))
    assert Invoice.objects.filter(customer=cast.bakery).count() == 2
    assert Invoice.objects.filter(customer=cast.tidewater).count() == 3
    for profile in (by_day, by_number):
        one = fresh(profile)
        assert (one.status(START), one.next_on) == ("expired", None)
        with refused("OVER"):
            recurring_invoices.stop(one, by=cast.by_olga, revision=1)


def test_dates_before_it_was_written_are_not_made_up(cast: Cast) -> None:
    with on(date(2027, 6, 10)):
        recurring(cast, start=START)
        jobs.make_recurring_invoices()
    assert not days()
    run(date(2027, 6, 30))
    assert days() == ["2027-06-30"]
    with on(date(2027, 6, 30)), refused("NOTHING_TO_COME", field="dated"):
        recurring(cast, start=START, ends_on=date(2027, 5, 31))


def content(profile: Any, **changes: Any) -> RecurringContent:
    row = fresh(profile)
    shared = {name: getattr(row, name) for name in ("name", "every", "unit", "ends_on", "most", "payment_days")}
    lines = [LineContent("Website care", Decimal(1), Decimal(95))]
    return replace(RecurringContent(dated=row.dated, lines=lines, **shared), **changes)


def test_an_edit_changes_what_comes_and_makes_no_date_twice(cast: Cast) -> None:
    profile = written(cast)
    run(START)
    dearer = content(profile, lines=[LineContent("Website care", Decimal(1), Decimal(120))], every=1, unit="week")
    with on(START):
        edited = recurring_invoices.edit(profile, dearer, by=cast.by_olga, revision=1)
    assert (edited.next_on, edited.revision) == (date(2027, 2, 7), 2)
    run(date(2027, 2, 7))
    assert list(Invoice.objects.order_by("dated").values_list("dated", "total_minor")) == [
        (START, 9_500),
        (date(2027, 2, 7), 12_000),
    ]
    with refused("RECURRING_INVOICE_CHANGED"):
        recurring_invoices.edit(profile, dearer, by=cast.by_olga, revision=1)


def test_one_that_has_ended_goes_on_with_a_later_end(cast: Cast) -> None:
    profile = written(cast, most=1)
    run(START)
    with on(date(2027, 6, 1)):
        recurring_invoices.edit(profile, content(profile, most=2), by=cast.by_olga, revision=1)
    assert fresh(profile).next_on == date(2027, 6, 30)


def test_one_made_by_hand_is_none_of_its_dates(cast: Cast) -> None:
    profile = written(cast, most=1)
    with on(START):
        made = recurring_invoices.make_now(profile, by=cast.by_olga, revision=1, making_key="once")
        again = recurring_invoices.make_now(profile, by=cast.by_olga, revision=1, making_key="once")
    assert (made, made.dated, fresh(profile).made) == (again, START, 0)
    run(START)
    assert days() == ["2027-01-31", "2027-01-31"]
    assert origins.origin_of(made) == profile


def test_a_deleted_one_makes_no_more_and_what_it_made_stands(cast: Cast) -> None:
    profile = written(cast)
    run(START)
    with on(START):
        recurring_invoices.delete(profile, by=cast.by_olga, revision=1)
    run(date(2027, 5, 1))
    assert days() == ["2027-01-31"]
    assert not RecurringInvoice.objects.present().exists()
    for verb in (recurring_invoices.stop, recurring_invoices.resume, recurring_invoices.delete):
        with refused("DELETED"):
            verb(profile, by=cast.by_olga, revision=1)
    with refused("DELETED"):
        recurring_invoices.make_now(profile, by=cast.by_olga, revision=1, making_key="k")
    invoices.mark_as_sent(Invoice.objects.get(), by=cast.by_olga, revision=1)
    assert not verify.differences()


def test_a_draft_that_was_thrown_away_is_not_made_again(cast: Cast) -> None:
    profile = written(cast)
    run(START)
    invoices.delete(Invoice.objects.get(), by=cast.by_olga, revision=1)
    with on(START):
        recurring_invoices.stop(profile, by=cast.by_olga, revision=1)
        recurring_invoices.resume(profile, by=cast.by_olga, revision=1)
        recurring_invoices.edit(profile, content(profile), by=cast.by_olga, revision=1)
    run(START)
    assert not days()


def lock(cast: Cast, until: date) -> None:
    studio = Organization.objects.get(id=cast.studio.id)
    lock_date.set(studio, until, revision=studio.revision, by=cast.by_olga)


def test_a_locked_day_is_held_told_of_once_and_made_when_it_is_open(cast: Cast) -> None:
    profile = written(cast, sends=True, to=[cast.ana.id])
    with on(START + timedelta(days=1)):
        lock(cast, START)
    for _twice in range(2):
        run(START + timedelta(days=1))
    one = fresh(profile)
    assert (one.obstacle, one.obstacle_on, one.next_on) == ("LOCKED", START, START)
    assert told(profile) == ["created", "not_made"]
    assert not Invoice.objects.exists()
    with on(START + timedelta(days=2)):
        studio = Organization.objects.get(id=cast.studio.id)
        by = replace(cast.by_olga, reason="Opened again")
        lock_date.clear(studio, revision=studio.revision, by=by)
    run(date(2027, 2, 28))
    assert days() == ["2027-01-31", "2027-02-28"]
    assert list(Invoice.objects.order_by("dated").values_list("number", flat=True)) == ["INV-000001", "INV-000002"]
    assert (fresh(profile).obstacle, told(profile)) == ("", ["created", "not_made", "made", "made"])


def test_what_a_person_could_not_choose_any_more_is_not_charged(cast: Cast) -> None:
    vat = taxes.add_rate(cast.studio, name="VAT", percent=Decimal(20), by=cast.by_olga)
    lines = [LineContent("Care", Decimal(1), Decimal(95), tax_rate_id=vat.id)]
    taxed = written(cast, lines=lines)
    nobody = written(cast, cast.tidewater, sends=True, to=[cast.bruno.id])
    foreign = written(cast, cast.yunshan)
    taxes.retire(vat, by=cast.by_olga)
    contacts.retire(cast.bruno, by=cast.by_olga)
    Customer.objects.filter(id=cast.yunshan.id).update(currency="EUR")
    run(START)
    assert not Invoice.objects.exists()
    held = {fresh(one).obstacle for one in (taxed, nobody, foreign)}
    assert held == {"TAX_RETIRED", "NO_RECIPIENT", "CURRENCY_CHANGED"}
    Customer.objects.filter(id=cast.bakery.id).update(is_tax_exempt=True)
    run(START)
    assert [one.customer_id for one in Invoice.objects.all()] == [cast.bakery.id]


def test_what_is_held_stays_due_when_it_is_edited(cast: Cast) -> None:
    vat = taxes.add_rate(cast.studio, name="VAT", percent=Decimal(20), by=cast.by_olga)
    profile = written(cast, lines=[LineContent("Care", Decimal(1), Decimal(95), tax_rate_id=vat.id)])
    taxes.retire(vat, by=cast.by_olga)
    run(START)
    with on(START + timedelta(days=3)):
        recurring_invoices.edit(profile, content(profile), by=cast.by_olga, revision=1)
    run(START + timedelta(days=3))
    assert days() == ["2027-01-31"]


@pytest.mark.parametrize(
    ("code", "field", "changes"),
    [
        ("NAME_MISSING", "name", {"name": " "}),
        ("EVERY", "every", {"every": 0}),
        ("EVERY", "every", {"every": 1_000}),
        ("UNIT", "unit", {"unit": "fortnight"}),
        ("ENDS_BEFORE_START", "ends_on", {"ends_on": START - timedelta(days=1)}),
        ("MOST", "most", {"most": 0}),
        ("DATE_FAR_OFF", "dated", {"dated": date(2300, 1, 1)}),
        ("NO_RECIPIENT", "to", {"sends": True}),
        ("NO_LINES", "lines", {"lines": []}),
    ],
)
def test_what_makes_no_sense_is_refused_beside_its_field(cast: Cast, code: str, field: str, changes: Any) -> None:
    profile = written(cast)
    with on(START), refused(code, field=field):
        recurring_invoices.edit(profile, content(profile, **changes), by=cast.by_olga, revision=1)
    with on(START), refused(code, field=field):
        recurring_invoices.create(cast.bakery, content(profile, **changes), by=cast.by_olga)


@pytest.mark.parametrize("person", ["vera", "otto", "ana"])
def test_only_staff_of_the_organization_have_them(cast: Cast, person: str) -> None:
    profile, by = written(cast), actor(getattr(cast, person))
    for verb in (recurring_invoices.stop, recurring_invoices.resume, recurring_invoices.delete):
        with refused("NOT_ALLOWED"):
            verb(profile, by=by, revision=1)
    with refused("NOT_ALLOWED"):
        recurring_invoices.edit(profile, content(profile), by=by, revision=1)
    with refused("NOT_ALLOWED"):
        recurring_invoices.make_now(profile, by=by, revision=1, making_key="k")
    with refused("NOT_ALLOWED"):
        recurring_invoices.make_next(profile, by=by)


def test_the_same_form_twice_is_one(cast: Cast) -> None:
    profile = written(cast)
    made = [
        recurring_invoices.create(cast.bakery, content(profile), by=cast.by_olga, making_key="once") for _ in range(2)
    ]
    assert made[0] == made[1]


def test_two_schedulers_at_once_make_each_date_once(both_databases: str, cast: Cast) -> None:
    profiles = [written(cast, unit="day", sends=True, to=[cast.ana.id]) for _ in range(3)]
    with on(START + timedelta(days=4)):
        outcomes = at_once(6, lambda _place: jobs.make_recurring_invoices())
    assert [one.error for one in outcomes] == [None] * 6
    expected = [(START + timedelta(days=place)).isoformat() for place in range(5) for _profile in profiles]
    assert days() == expected
    numbers = sorted(Invoice.objects.values_list("number", flat=True))
    assert numbers == [f"INV-{number:06d}" for number in range(1, 16)]
    assert not verify.differences()


def test_who_comes_second_finds_it_made(both_databases: str, cast: Cast) -> None:
    profile = written(cast, unit="month")
    with on(START):
        outcomes = at_once(4, lambda _place: recurring_invoices.make_next(profile, by=SYSTEM))
    assert [one.error for one in outcomes] == [None] * 4
    assert sum(one.result is not None for one in outcomes) == 1
    assert days() == [START.isoformat()]


STEPS = st.lists(st.tuples(st.sampled_from(["run", "run", "stop", "resume"]), st.integers(0, 50)), max_size=10)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(["day", "week", "month", "year"]), st.integers(1, 5), STEPS)
def test_whenever_somebody_looks_each_date_that_it_was_on_for_has_one_invoice(
    cast: Cast, unit: str, every: int, steps: list[tuple[str, int]]
) -> None:
    """The dates are those that came while it was on and somebody looked; what came while it was stopped is left out."""
    from django.db import transaction

    with transaction.atomic():
        profile = written(cast, unit=unit, every=every)
        schedule = recurring_invoices._schedule(profile)
        expected, day, looked, is_on = set[date](), START, START, True
        for step, pause in steps:
            day += timedelta(days=pause)
            with on(day):
                if step == "run":
                    jobs.make_recurring_invoices()
                    expected |= _dates(schedule, looked, day) if is_on else set()
                    looked = day + timedelta(days=1) if is_on else looked
                elif step == "stop" and is_on:
                    recurring_invoices.stop(profile, by=cast.by_olga, revision=1)
                    is_on = False
                elif step == "resume" and not is_on:
                    recurring_invoices.resume(profile, by=cast.by_olga, revision=1)
                    is_on, looked = True, max(day, looked)
        found = list(RecurringRun.objects.filter(profile=profile).order_by("id").values_list("counts_for", flat=True))
        assert found == sorted(expected)
        assert Invoice.objects.filter(came_from_id=profile.id).count() == len(expected) == fresh(profile).made
        assert recurring_invoices.make_next(fresh(profile), by=SYSTEM) is None
        transaction.set_rollback(True)


def _dates(schedule: Any, first: date, last: date) -> set[date]:
    found, place = set(), 0
    while schedule.nth(place) <= last:
        if schedule.nth(place) >= first:
            found.add(schedule.nth(place))
        place += 1
    return found
