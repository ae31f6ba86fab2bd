"""Nothing is posted, voided or changed on a locked day, except by an owner who says why."""

import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from threading import Event as Signal
from threading import Thread
from typing import Any

import pytest
from django.db import connections, transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from counterfoil.books.customers import customers
from counterfoil.books.ledger import ledger
from counterfoil.books.ledger.models import Account, Leg, Posting
from counterfoil.books.ledger.verify import differences
from counterfoil.books.organizations import lock_date
from counterfoil.books.payments import allocations, payments, returns
from counterfoil.books.payments.models import Payment, Return
from counterfoil.books.payments.returns import Wish
from counterfoil.books.sales import invoices, write_offs
from counterfoil.books.sales.invoices import InvoiceContent
from counterfoil.books.sales.models import Invoice
from counterfoil.books.sales.pricing import LineContent
from counterfoil.foundation import clock
from counterfoil.foundation.events import Event
from counterfoil.foundation.money import Money
from counterfoil.foundation.refusal import Refused
from tests.support.books import draft_invoice, invoice
from tests.support.cast import Cast, actor
from tests.support.locking import because, days_ago, lock, today, until_it_waits
from tests.support.refusals import refused
from tests.support.till import Till


def receive(cast: Cast, on: date, shares: dict[int, int] | None = None, *, by: Any = None, minor: int = 5_000) -> Any:
    return payments.record(
        customer_id=cast.bakery.id,
        amount=Money(minor, "GBP"),
        shares=shares or {},
        paid_on=on,
        mode=Payment.Mode.CASH,
        recording_key=secrets.token_hex(8),
        by=by or actor(cast.stig),
    )


def content(dated: date, amount: int = 90) -> InvoiceContent:
    return InvoiceContent(
        dated=dated, payment_days=30, lines=[LineContent("Boards", Decimal(1), Decimal(amount))], allows_partial=True
    )


def turn_into_credit(payment: Any, one: Any, by: Any) -> Any:
    """As if it were taken off: the invoice is open again, and no money moves."""
    wish = Wish(Money(5_000, "GBP"), Return.Way.CREDIT, Return.Effect.OPEN_AGAIN, {one.id: 5_000})
    return returns.begin(payment, wish, by=by, form_key=secrets.token_hex(8))


def test_the_ledger_itself_refuses_whoever_posts(cast: Cast) -> None:
    until = lock(cast)
    legs = [ledger.NewLeg(Account.CASH, 100), ledger.NewLeg(Account.REVENUE, -100)]
    for who in (cast.by_olga, actor(cast.stig), actor(cast.ana), replace(actor(cast.stig), reason="I want to")):
        for day in (until, until - timedelta(days=300)):
            with refused("LOCKED"), transaction.atomic():
                ledger.post(ledger.lock(cast.bakery.id), "test", legs, counts_on=day, by=who)
    with transaction.atomic():
        ledger.post(ledger.lock(cast.bakery.id), "test", legs, counts_on=until + timedelta(days=1), by=cast.by_olga)
        ledger.post(ledger.lock(cast.bakery.id), "test", legs, counts_on=until, by=because(cast, "A slip"))


def test_another_organizations_books_stay_open(cast: Cast) -> None:
    lock(cast)
    invoice(cast, cast.foyle, dated=days_ago(50))


def test_a_draft_of_a_locked_day_is_written_but_not_issued(cast: Cast) -> None:
    lock(cast)
    draft = draft_invoice(cast, dated=days_ago(40))
    stig = actor(cast.stig)
    draft = invoices.edit(draft, content(days_ago(30)), by=stig, revision=draft.revision)
    with refused("LOCKED", field="dated"):
        invoices.mark_as_sent(draft, by=stig, revision=draft.revision)
    with refused("LOCKED", field="dated"):
        invoices.send(draft, to=[cast.ana.id], by=stig, revision=draft.revision)
    draft = invoices.edit(draft, content(days_ago(5)), by=stig, revision=draft.revision)
    assert invoices.mark_as_sent(draft, by=stig, revision=draft.revision).number


def acts_on(cast: Cast) -> dict[str, Callable[[Any], Any]]:
    """What can be done with a document that was issued, by whoever does it; each with documents of locked days."""
    paid = invoice(cast, dated=days_ago(40))
    payment = receive(cast, days_ago(35), {paid.id: 5_000})
    old, free, void, lost = [invoice(cast, dated=days_ago(40), amount=amount) for amount in ("50", "0", "70", "80")]
    void = invoices.void(void, by=cast.by_olga, revision=void.revision)
    lost = write_offs.write_off(lost, by=cast.by_olga, revision=lost.revision)
    later = invoice(cast, dated=days_ago(5))
    receive(cast, days_ago(30), {later.id: 4_000})
    lock(cast)
    return {
        "void": lambda by: invoices.void(old, by=by, revision=old.revision),
        "void a free one": lambda by: invoices.void(free, by=by, revision=free.revision),
        "void a paid one": lambda by: invoices.void(paid, by=by, revision=paid.revision),
        "void what was paid before": lambda by: invoices.void(later, by=by, revision=later.revision),
        "cut what was paid before": lambda by: invoices.edit(later, content(days_ago(5), 20), by=by, revision=1),
        "reinstate": lambda by: invoices.reinstate(void, by=by, revision=void.revision),
        "revise": lambda by: invoices.edit(old, content(days_ago(40)), by=by, revision=old.revision),
        "revise a free one": lambda by: invoices.edit(free, content(days_ago(2)), by=by, revision=free.revision),
        "move into it": lambda by: invoices.edit(later, content(days_ago(20)), by=by, revision=later.revision),
        "move out of it": lambda by: invoices.edit(old, content(days_ago(5)), by=by, revision=old.revision),
        "write off": lambda by: write_offs.write_off(old, by=by, revision=old.revision),
        "undo a write-off": lambda by: write_offs.undo(lost, by=by, revision=lost.revision),
        "take off": lambda by: allocations.take_off(payment, paid, by=by),
        "turn into credit": lambda by: turn_into_credit(payment, paid, by),
        "record a payment": lambda by: receive(cast, days_ago(10), by=by),
    }


def test_staff_change_nothing_of_a_locked_day(cast: Cast) -> None:
    for act in acts_on(cast).values():
        for by in (actor(cast.stig), cast.by_olga, replace(actor(cast.stig), reason="I want to")):
            with refused("LOCKED"):
                act(by)


ACTS = (
    ("void", "invoice.voided"),
    ("void a free one", "invoice.voided"),
    ("void a paid one", "invoice.voided"),
    ("void what was paid before", "invoice.voided"),
    ("cut what was paid before", "invoice.revised"),
    ("reinstate", "invoice.reinstated"),
    ("revise", "invoice.revised"),
    ("revise a free one", "invoice.revised"),
    ("move into it", "invoice.revised"),
    ("move out of it", "invoice.revised"),
    ("write off", "invoice.written_off"),
    ("undo a write-off", "invoice.write_off_undone"),
    ("take off", "credit.taken_off"),
    ("turn into credit", "payment.credited"),
    ("record a payment", "payment.recorded"),
)


@pytest.mark.parametrize(("act", "event"), ACTS)
def test_an_owner_who_says_why_does_it_and_the_reason_is_kept(cast: Cast, act: str, event: str) -> None:
    acts = acts_on(cast)
    assert set(acts) == {name for name, _event in ACTS}
    acts[act](because(cast, "The accountant asked"))
    told = Event.objects.exclude(reason="").exclude(name__startswith="lock_date.").latest("id")
    assert (told.name, told.reason, told.by.reason) == (event, "The accountant asked", "The accountant asked")
    assert differences() == []


def test_what_belongs_to_open_days_goes_on(cast: Cast) -> None:
    old, stig = invoice(cast, dated=days_ago(40)), actor(cast.stig)
    lock(cast)
    payment = receive(cast, days_ago(9), {old.id: 2_000}, by=stig)
    allocations.apply(old, {payment.id: 3_000}, by=stig, balance_seen=8_000)
    allocations.take_off(payment, old, by=stig)
    fresh = invoice(cast, dated=days_ago(9))
    fresh = invoices.edit(fresh, content(days_ago(9)), by=stig, revision=fresh.revision)
    fresh = write_offs.write_off(fresh, by=stig, revision=fresh.revision)
    fresh = write_offs.undo(fresh, by=stig, revision=fresh.revision)
    fresh = invoices.void(fresh, by=stig, revision=fresh.revision)
    invoices.reinstate(fresh, by=stig, revision=fresh.revision)
    assert differences() == []


def test_what_was_taken_off_before_the_lock_and_applied_after_can_be_taken_off(cast: Cast) -> None:
    old, stig = invoice(cast, dated=days_ago(40)), actor(cast.stig)
    payment = receive(cast, days_ago(40), {old.id: 5_000})
    with clock.travel(by=-timedelta(days=30)):
        allocations.take_off(payment, old, by=stig)
    lock(cast)
    allocations.apply(old, {payment.id: 4_000}, by=stig, balance_seen=10_000)
    allocations.take_off(payment, old, by=stig)
    assert differences() == []


def test_what_was_voided_or_written_off_on_a_locked_day_stays_so(cast: Cast) -> None:
    """Though the invoice itself is dated later."""
    with clock.travel(by=-timedelta(days=20)):
        void, lost = [invoice(cast, dated=today() + timedelta(days=15), amount=amount) for amount in ("70", "80")]
        void = invoices.void(void, by=cast.by_olga, revision=void.revision)
        lost = write_offs.write_off(lost, by=cast.by_olga, revision=lost.revision)
    lock(cast)
    with refused("LOCKED"):
        invoices.reinstate(void, by=actor(cast.stig), revision=void.revision)
    with refused("LOCKED"):
        write_offs.undo(lost, by=actor(cast.stig), revision=lost.revision)


def test_money_of_a_gateway_counts_on_the_first_open_day(cast: Cast, till: Till) -> None:
    one = invoice(cast, dated=days_ago(60))
    with clock.travel(by=-timedelta(days=20)):
        attempt = till.begin(one)
    until = lock(cast)
    attempt = till.collect(attempt)
    assert (attempt.state, attempt.started_on) == ("paid", days_ago(20))
    assert attempt.payment.paid_on == until + timedelta(days=1)
    one.refresh_from_db()
    assert one.balance_minor == 0
    days = set(Posting.objects.exclude(kind="invoice.issued").values_list("counts_on", flat=True))
    assert days == {until + timedelta(days=1)}
    till.hook(attempt.provider_id)
    assert Payment.objects.count() == 1
    assert differences() == []


def test_a_payment_that_fails_late_needs_no_open_day(cast: Cast, till: Till) -> None:
    one = invoice(cast, dated=days_ago(60))
    with clock.travel(by=-timedelta(days=20)):
        attempt = till.pay(one, card="4000000000005423")
    assert attempt.state == "processing"
    lock(cast)
    till.settle(attempt, "failed")
    till.hook(attempt.provider_id, kind="payment_failed")
    attempt.refresh_from_db()
    assert attempt.state == "failed"
    assert differences() == []


def test_money_is_given_back_today_whenever_it_came(cast: Cast) -> None:
    one = invoice(cast, dated=days_ago(40))
    payment = receive(cast, days_ago(40), {one.id: 5_000})
    lock(cast)
    wish = Wish(Money(5_000, "GBP"), Return.Way.OTHER, Return.Effect.OPEN_AGAIN, {one.id: 5_000}, mode="cash")
    back = returns.begin(payment, wish, by=actor(cast.stig), form_key="k")
    assert back.posting is not None
    assert back.posting.counts_on == today()
    assert differences() == []


def test_what_the_gateway_took_back_is_booked_though_the_payment_is_of_a_locked_day(cast: Cast, till: Till) -> None:
    one = invoice(cast, dated=days_ago(60))
    with clock.travel(by=-timedelta(days=20)):
        attempt = till.pay(one, 5_000)
    lock(cast)
    # Even if today itself is locked, which only another time zone can bring about.
    type(cast.studio).objects.filter(id=cast.studio.id).update(locked_until=today())
    till.call("POST", "/v1/refunds", {"payment_intent": attempt.provider_id, "amount": 2_000})
    till.hook(attempt.provider_id)
    back = Return.objects.get()
    assert back.posting is not None
    assert back.posting.counts_on == today() + timedelta(days=1)
    one.refresh_from_db()
    assert one.balance_minor == 7_000
    assert differences() == []


def sums_until(until: date) -> list[tuple[Any, ...]]:
    """What the books say of the locked days."""
    rows = Leg.objects.filter(counts_on__lte=until).values_list("customer_id", "account", "document_id")
    return sorted((*row, minor) for *row, minor in rows.annotate(sum=Sum("minor")).order_by())


def documents_until(until: date) -> list[Any]:
    """What was issued on them, as it says."""
    issued = Invoice.objects.filter(dated__lte=until).exclude(state="draft").order_by("id")
    return list(issued.values("id", "state", "dated", "total_minor", "revision", "written_off_minor"))


def do(cast: Cast, verb: str, place: int, back: int, minor: int) -> None:
    """One verb by a staff member, about whichever document its place falls on."""
    by, rows, money = actor(cast.stig), list(Invoice.objects.order_by("id")), list(Payment.objects.order_by("id"))
    one, payment = rows[place % len(rows)], money[place % len(money)]
    dated = days_ago(back)
    verbs: dict[str, Callable[[], Any]] = {
        "create": lambda: invoices.create(cast.bakery, content(dated, minor // 100), by=by),
        "edit": lambda: invoices.edit(one, content(dated, minor // 100), by=by, revision=one.revision),
        "issue": lambda: invoices.mark_as_sent(one, by=by, revision=one.revision),
        "void": lambda: invoices.void(one, by=by, revision=one.revision),
        "reinstate": lambda: invoices.reinstate(one, by=by, revision=one.revision),
        "write off": lambda: write_offs.write_off(one, by=by, revision=one.revision),
        "undo": lambda: write_offs.undo(one, by=by, revision=one.revision),
        "delete": lambda: invoices.delete(one, by=by, revision=one.revision),
        "record": lambda: receive(cast, dated, {one.id: minor} if one.balance_minor >= minor else {}, by=by),
        "apply": lambda: allocations.apply(one, {payment.id: minor}, by=by, balance_seen=one.balance_minor),
        "take off": lambda: allocations.take_off(payment, one, by=by),
    }
    with suppress(Refused):
        verbs[verb]()


VERBS = ("create", "edit", "issue", "void", "reinstate", "write off", "undo", "delete", "record", "apply", "take off")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(VERBS), st.integers(0, 9), st.integers(0, 30), st.integers(1, 120).map(lambda n: n * 100)
    ),
    min_size=1,
    max_size=12,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=40)
@given(before=STEPS, after=STEPS)
def test_no_sequence_of_verbs_by_staff_changes_what_locked_days_say(
    cast: Cast, before: list[Any], after: list[Any]
) -> None:
    with transaction.atomic():
        first = invoice(cast, dated=days_ago(25))
        receive(cast, days_ago(22), {first.id: 3_000})
        for step in before:
            do(cast, *step)
        until = lock(cast)
        sums, documents = sums_until(until), documents_until(until)
        for step in after:
            do(cast, *step)
        assert sums_until(until) == sums
        assert documents_until(until) == documents
        assert differences() == []
        transaction.set_rollback(True)


def in_a_thread(call: Callable[[], Any], outcome: list[Any]) -> Thread:
    def run() -> None:
        try:
            outcome.append(call())
        except BaseException as error:  # noqa: BLE001 (whatever it was, the test wants to see it)
            outcome.append(error)
        finally:
            connections.close_all()

    thread = Thread(target=run, daemon=True)
    thread.start()
    return thread


def test_who_locks_waits_for_a_posting_that_is_under_way(both_databases: str, cast: Cast) -> None:
    locked: list[Any] = []
    with transaction.atomic():
        ledger.lock(cast.bakery.id)
        lock_date.must_be_open(cast.studio.id, days_ago(20), actor=actor(cast.stig))
        thread = in_a_thread(lambda: lock(cast), locked)
        assert until_it_waits(thread), locked
        receive(cast, days_ago(20))
        assert not locked
    thread.join(60)
    assert locked == [days_ago(10)]
    assert Posting.objects.get(kind="payment.received").counts_on == days_ago(20)


def test_a_posting_waits_for_who_locks_and_then_is_refused(both_databases: str, cast: Cast) -> None:
    posted: list[Any] = []
    with transaction.atomic():
        lock(cast)
        thread = in_a_thread(lambda: receive(cast, days_ago(20)), posted)
        assert until_it_waits(thread), posted
    thread.join(60)
    assert [getattr(one, "code", one) for one in posted] == ["LOCKED"]
    assert not Payment.objects.exists()
    assert not Posting.objects.exists()


def test_who_edits_a_customer_and_who_posts_do_not_wait_for_each_other_in_a_ring(
    both_databases: str, cast: Cast
) -> None:
    edited: list[Any] = []
    renamed = customers.CustomerContent(display_name="Harbour & Sons", currency="GBP")
    with transaction.atomic():
        ledger.lock(cast.bakery.id)
        thread = in_a_thread(
            lambda: customers.edit(cast.bakery, renamed, by=cast.by_olga, revision=cast.bakery.revision), edited
        )
        assert until_it_waits(thread), edited
        receive(cast, today())
    thread.join(60)
    assert [one.display_name for one in edited] == ["Harbour & Sons"]


@pytest.mark.postgres
def test_two_postings_do_not_wait_for_each_other(both_databases: str, cast: Cast) -> None:
    """Both hold the lock date, for two customers."""
    signal, outcome = Signal(), list[Any]()

    def other() -> None:
        with transaction.atomic():
            lock_date.first_open_day(cast.studio.id, days_ago(20))
            signal.set()

    with transaction.atomic():
        lock_date.must_be_open(cast.studio.id, days_ago(20), actor=actor(cast.stig))
        thread = in_a_thread(other, outcome)
        assert signal.wait(30)
    thread.join(60)
    assert outcome == [None]
