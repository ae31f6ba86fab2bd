"""Reminders: by hand of what is overdue, automatic on the chosen days, never of what nobody should be reminded of."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from counterfoil.books.customers.models import Customer
from counterfoil.books.organizations import organizations
from counterfoil.books.organizations.models import Organization
from counterfoil.books.payments import allocations, reminders
from counterfoil.books.sales import invoices, reopening, write_offs
from counterfoil.books.sales.models import Invoice, ReminderStep
from counterfoil.foundation import clock
from counterfoil.foundation.actors import SYSTEM
from counterfoil.foundation.events import Event
from counterfoil.outbound import jobs
from tests.books.payments.test_chargebacks import dispute, ended
from tests.support.books import draft_invoice, invoice, pay
from tests.support.cast import Cast, actor
from tests.support.giving_back import give_back, paid
from tests.support.races import at_once
from tests.support.refusals import refused
from tests.support.till import SLOW, Till

DUE = date(2026, 3, 10)


def at(day: date, hour: int = 12, zone: str = "Europe/London") -> Any:
    return clock.travel(to=datetime.combine(day, time(hour), tzinfo=ZoneInfo(zone)))


def switch_on(cast: Cast, *days: int, on: date = DUE, hour: int = 9, is_on: bool = True) -> None:
    with at(on, 8):
        studio = Organization.objects.get(id=cast.studio.id)
        by, days = cast.by_olga, days or (3, 7, 14)
        organizations.change_reminders(studio, is_on=is_on, days=days, hour=hour, revision=studio.revision, by=by)


def due_then(cast: Cast, customer: Any = None, *, due_on: date = DUE, **more: Any) -> Any:
    return invoice(cast, customer, dated=due_on, days=0, **more)


def run(days: int, hour: int = 12) -> None:
    """The scheduler's turn, so many days after the due date."""
    with at(DUE + timedelta(days=days), hour):
        jobs.remind_of_what_is_owed()


def reminded() -> list[int]:
    return list(Event.objects.filter(name="invoice.reminded").order_by("id").values_list("subject_id", flat=True))


def test_each_step_is_sent_once_on_its_day(cast: Cast) -> None:
    one = due_then(cast)
    switch_on(cast)
    for days, sent in ((0, 0), (2, 0), (3, 1), (3, 1), (4, 1), (6, 1), (7, 2), (13, 2), (14, 3), (15, 3), (40, 3)):
        run(days)
        assert reminded() == [one.id] * sent, days
    assert list(ReminderStep.objects.order_by("id").values_list("days", flat=True)) == [3, 7, 14]


def test_whoever_was_not_reminded_for_a_week_is_reminded_once(cast: Cast) -> None:
    one = due_then(cast)
    switch_on(cast)
    run(8)
    run(8)
    assert reminded() == [one.id]
    assert ReminderStep.objects.get().days == 7
    run(14)
    assert len(reminded()) == 2


def test_before_the_due_date_too(cast: Cast) -> None:
    one = due_then(cast)
    switch_on(cast, -2, 5, on=DUE - timedelta(days=9))
    run(-3)
    assert not reminded()
    run(-2)
    assert reminded() == [one.id]
    event = Event.objects.get(name="invoice.reminded")
    assert (event.data["is_overdue"], event.by.kind, event.for_customer) == (False, "system", True)
    run(5)
    assert Event.objects.filter(name="invoice.reminded").latest("id").data["is_overdue"]


def test_from_its_hour_on_in_its_own_time_zone(cast: Cast) -> None:
    due_then(cast)
    switch_on(cast, 3, hour=9)
    Organization.objects.filter(id=cast.studio.id).update(time_zone="Pacific/Auckland")  # 13 hours ahead in March
    with at(DUE + timedelta(days=2), 19):
        jobs.remind_of_what_is_owed()
    assert not reminded()  # eight in the morning of the third day there
    with at(DUE + timedelta(days=2), 20):
        jobs.remind_of_what_is_owed()
    assert len(reminded()) == 1


def test_what_was_overdue_long_before_they_were_switched_on_is_left_alone(cast: Cast) -> None:
    due_then(cast, due_on=DUE - timedelta(days=60))
    lately = due_then(cast, due_on=DUE - timedelta(days=5))
    switch_on(cast)
    run(0)
    assert not reminded()
    run(2)
    assert reminded() == [lately.id]
    switch_on(cast, 4, 8, on=DUE + timedelta(days=4))
    run(4)
    assert reminded() == [lately.id]


def test_nothing_is_sent_by_itself_where_it_is_switched_off(cast: Cast) -> None:
    due_then(cast)
    switch_on(cast)
    switch_on(cast, is_on=False)
    run(3)
    assert not reminded()


def test_with_another_due_date_the_days_count_anew(cast: Cast) -> None:
    one = due_then(cast)
    switch_on(cast)
    run(3)
    content = invoices.InvoiceContent(
        dated=DUE, due_on=DUE + timedelta(days=5), lines=[_line(line) for line in one.lines.all()], allows_partial=True
    )
    invoices.edit(one, content, by=cast.by_olga, revision=one.revision)
    run(7)
    assert len(reminded()) == 1
    run(8)
    assert len(reminded()) == 2


def _line(line: Any) -> Any:
    from counterfoil.books.sales.pricing import LineContent
    from counterfoil.books.sales.writing import line_content

    return LineContent(**line_content(line))


def test_a_customer_or_an_invoice_that_is_stopped_is_left_alone_and_reminded_by_hand(cast: Cast) -> None:
    one, other = due_then(cast), due_then(cast, cast.tidewater)
    reminders.stop(one, by=cast.by_olga, revision=one.revision)
    Customer.objects.filter(id=cast.tidewater.id).update(stops_reminders=True)
    switch_on(cast)
    run(3)
    assert not reminded()
    for each, person in ((one, cast.ana), (other, cast.bruno)):
        reminders.send(each, to=[person.id], by=cast.by_olga, revision=each.revision)
    assert reminded() == [one.id, other.id]
    reminders.resume(one, by=cast.by_olga, revision=one.revision)
    run(3)
    assert reminded() == [one.id, other.id, one.id]


def test_what_is_not_owed_is_not_reminded_of(cast: Cast) -> None:
    draft = draft_invoice(cast, dated=DUE, days=0)
    void, given_up, whole, part = (due_then(cast) for _one in range(4))
    invoices.void(void, by=cast.by_olga, revision=1)
    write_offs.write_off(given_up, by=cast.by_olga, revision=1)
    pay(cast, cast.bakery, 10_000, {whole.id: 10_000})
    pay(cast, cast.bakery, 4_000, {part.id: 4_000})
    switch_on(cast)
    run(3)
    assert reminded() == [part.id]
    assert Event.objects.get(name="invoice.reminded").data["amount_minor"] == 6_000
    for one in (draft, void, given_up, whole):
        with refused("NOT_OVERDUE"):
            reminders.send(one, to=[cast.ana.id], by=cast.by_olga, revision=one.revision)


def test_what_is_open_because_money_went_back_waits_for_a_persons_word(cast: Cast, till: Till) -> None:
    one = due_then(cast)
    payment = paid(till, one)
    give_back(cast, payment, 10_000, {one.id: 10_000})
    switch_on(cast)
    run(3)
    assert not reminded()
    with refused("REOPENED"):
        reminders.send(one, to=[cast.ana.id], by=cast.by_olga, revision=one.revision)
    reopening.collect_again(one, by=cast.by_olga, revision=one.revision)
    run(3)
    assert reminded() == [one.id]


def test_what_is_disputed_is_not_reminded_of_until_that_has_ended(cast: Cast, till: Till) -> None:
    one = due_then(cast)
    payment = paid(till, one)
    taken = dispute(till, payment, 10_000)
    reopening.collect_again(one, by=cast.by_olga, revision=one.revision)
    switch_on(cast)
    run(3)
    assert not reminded()
    with refused("DISPUTED"):
        reminders.send(one, to=[cast.ana.id], by=cast.by_olga, revision=one.revision)
    ended(till, payment, taken, "lost")
    run(3)
    assert reminded() == [one.id]


def test_what_is_being_paid_already_is_not_reminded_of(cast: Cast, till: Till) -> None:
    one, part = due_then(cast), due_then(cast)
    till.pay(one, card=SLOW)
    attempt = till.pay(part, 2_500, card=SLOW)
    assert attempt.state == "processing"
    switch_on(cast)
    run(3)
    assert reminded() == [part.id]
    assert Event.objects.get(name="invoice.reminded").data["amount_minor"] == 7_500
    with refused("PAYMENT_IN_PROGRESS"):
        reminders.send(one, to=[cast.ana.id], by=cast.by_olga, revision=one.revision)


def test_what_happens_between_looking_and_reminding_counts(cast: Cast) -> None:
    one, other = due_then(cast), due_then(cast)
    switch_on(cast)
    with at(DUE + timedelta(days=3)):
        first, second = reminders.due()
        pay(cast, cast.bakery, 10_000, {one.id: 10_000})
        assert not reminders.remind(first, by=SYSTEM)
        assert reminders.remind(second, by=SYSTEM)
        assert not reminders.remind(second, by=SYSTEM)
    assert reminded() == [other.id]


def test_those_are_reminded_to_whom_it_was_mailed_and_else_the_primary_contact(cast: Cast) -> None:
    mailed, marked = draft_invoice(cast, dated=DUE, days=0), due_then(cast)
    invoices.send(mailed, to=[cast.sam.id], by=cast.by_olga, revision=1)
    switch_on(cast)
    run(3)
    told = {event.subject_id: event.data["contact_ids"] for event in Event.objects.filter(name="invoice.reminded")}
    assert told == {mailed.id: [str(cast.sam.id)], marked.id: [str(cast.ana.id)]}


def test_without_anybody_to_write_to_nothing_is_said_to_be_sent(cast: Cast) -> None:
    from counterfoil.books.customers.models import ContactPerson

    due_then(cast)
    ContactPerson.objects.filter(customer=cast.bakery).update(email="")
    switch_on(cast)
    run(3)
    assert not reminded()
    assert not ReminderStep.objects.exists()


@pytest.mark.parametrize("person", ["vera", "otto", "ana"])
def test_only_staff_remind_stop_and_resume(cast: Cast, person: str) -> None:
    one, by = due_then(cast), actor(getattr(cast, person))
    for verb in (reminders.stop, reminders.resume):
        with refused("NOT_ALLOWED"):
            verb(one, by=by, revision=one.revision)
    with refused("NOT_ALLOWED"):
        reminders.send(one, to=[cast.ana.id], by=by, revision=one.revision)


def test_by_hand_only_of_what_is_overdue_as_it_was_read_and_to_somebody(cast: Cast) -> None:
    one, early = due_then(cast), invoice(cast)
    with refused("NOT_OVERDUE"):
        reminders.send(early, to=[cast.ana.id], by=cast.by_olga, revision=1)
    with refused("INVOICE_CHANGED"):
        reminders.send(one, to=[cast.ana.id], by=cast.by_olga, revision=2)
    with refused("NO_RECIPIENT"):
        reminders.send(one, to=[cast.bruno.id], by=cast.by_olga, revision=1)
    paid_one = due_then(cast)
    pay(cast, cast.bakery, 10_000, {paid_one.id: 10_000})
    with refused("NOT_OWED"):
        reminders.stop(paid_one, by=cast.by_olga, revision=1)


def test_the_settings_are_an_owners_and_make_sense(cast: Cast) -> None:
    def change(by: Any = None, **more: Any) -> None:
        told = {"is_on": True, "days": (3,), "hour": 9, "revision": cast.studio.revision, **more}
        organizations.change_reminders(cast.studio, **told, by=by or cast.by_olga)

    with refused("NOT_ALLOWED"):
        change(actor(cast.stig))
    with refused("NO_DAYS", field="is_on"):
        change(days=())
    with refused("DAYS"):
        change(days=(366,))
    with refused("HOUR", field="hour"):
        change(hour=24)
    with refused("ORGANIZATION_CHANGED"):
        change(revision=99)
    change(is_on=False, days=())
    assert not Organization.objects.get(id=cast.studio.id).reminds


def test_two_workers_at_once_remind_once(both_databases: str, cast: Cast) -> None:
    found = [due_then(cast, amount=str(10 + place)).id for place in range(4)]
    switch_on(cast)
    with at(DUE + timedelta(days=3)):
        outcomes = at_once(6, lambda _place: jobs.remind_of_what_is_owed())
    assert [one.error for one in outcomes] == [None] * 6
    assert sorted(reminded()) == sorted(found)
    assert ReminderStep.objects.count() == 4


def test_credit_that_pays_it_ends_reminders(cast: Cast) -> None:
    one = due_then(cast)
    switch_on(cast)
    run(3)
    payment = pay(cast, cast.bakery, 10_000)
    allocations.apply(Invoice.objects.get(id=one.id), {payment.id: 10_000}, by=cast.by_olga, balance_seen=10_000)
    run(7)
    assert reminded() == [one.id]
