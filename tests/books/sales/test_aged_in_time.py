"""Receivables by age through random histories: today's are the balances, and an earlier day's are what it said then."""

import secrets
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from counterfoil.books.ledger import ledger
from counterfoil.books.ledger.models import CustomerBalance
from counterfoil.books.ledger.verify import differences
from counterfoil.books.payments import allocations, payments, returns
from counterfoil.books.payments.models import Payment, Return
from counterfoil.books.payments.returns import Wish
from counterfoil.books.sales import invoices, opening, reports, write_offs
from counterfoil.books.sales.invoices import InvoiceContent
from counterfoil.books.sales.models import Invoice
from counterfoil.books.sales.pricing import LineContent
from counterfoil.foundation import clock
from counterfoil.foundation.money import Money
from counterfoil.foundation.refusal import Refused
from tests.support.cast import Cast, customer
from tests.support.locking import days_ago, today

START = datetime(2026, 3, 2, 12, tzinfo=UTC)
Figures = dict[int, tuple[int, ...]]
VERBS = (
    "issue",
    "edit",
    "pay",
    "apply",
    "take off",
    "write off",
    "undo",
    "void",
    "reinstate",
    "refund",
    "keep as credit",
    "open",
    "close",
)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(VERBS),
        st.integers(0, 30),  # which document
        st.integers(0, 12),  # how many days back it counts
        st.integers(1, 90),  # pounds
        st.sampled_from((0, 0, 1, 7, 35)),  # how many days pass before it
    ),
    min_size=1,
    max_size=14,
)


class History:
    """Does one thing after the other, and remembers what the report of each day said at the end of it."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.by = cast, cast.by_olga
        self.customers = [cast.bakery, customer(cast.studio, "Mill", "GBP", by=cast.by_olga)]
        self.said: dict[date, Figures] = {}

    def do(self, verb: str, place: int, back: int, pounds: int) -> None:
        """One verb about whichever document its place falls on. What it changes begins on a day that it says."""
        who = self.customers[place % 2]
        bills = list(Invoice.objects.filter(customer=who).order_by("id"))
        money = list(Payment.objects.filter(customer=who).order_by("id"))
        one, payment = (rows[place // 2 % len(rows)] if rows else None for rows in (bills, money))
        acts: dict[str, tuple[Any, Callable[[], date]]] = {
            "issue": (who, lambda: self.issue(who, days_ago(back), pounds)),
            "edit": (one, lambda: self.edit(one, days_ago(back), pounds)),
            "pay": (who, lambda: self.pay(who, one, days_ago(back), pounds * 100)),
            "apply": (one and payment, lambda: self.apply(one, payment)),
            "take off": (one and payment, lambda: self.today(allocations.take_off, payment, one)),
            "write off": (one, lambda: self.today(write_offs.write_off, one, revision=one.revision)),
            "undo": (one, lambda: self.today(write_offs.undo, one, revision=one.revision)),
            "void": (one, lambda: self.today(invoices.void, one, revision=one.revision)),
            "reinstate": (one, lambda: self.today(invoices.reinstate, one, revision=one.revision)),
            "refund": (payment, lambda: self.give_back(payment, pounds * 100, Return.Way.OTHER, back)),
            "keep as credit": (payment, lambda: self.give_back(payment, pounds * 100, Return.Way.CREDIT, back)),
            "open": (who, lambda: self.open(who, pounds * 100, days_ago(back))),
            "close": (who, lambda: self.open(who, 0, None)),
        }
        needed, act = acts[verb]
        if needed is not None:
            with suppress(Refused):
                since = act()
                self.said = {day: figures for day, figures in self.said.items() if day < since}

    def today(self, verb: Callable[..., Any], *about: Any, **more: Any) -> date:
        verb(*about, by=self.by, **more)
        return today()

    def content(self, dated: date, pounds: int) -> InvoiceContent:
        lines = [LineContent("Boards", Decimal(1), Decimal(pounds))]
        return InvoiceContent(dated=dated, payment_days=pounds % 40, lines=lines, allows_partial=True)

    def issue(self, who: Any, dated: date, pounds: int) -> date:
        draft = invoices.create(who, self.content(dated, pounds), by=self.by)
        invoices.mark_as_sent(draft, by=self.by, revision=draft.revision)
        return dated

    def edit(self, one: Any, dated: date, pounds: int) -> date:
        """A correction is as if it had been written so at first."""
        since = min(one.dated, dated)
        invoices.edit(one, self.content(dated, pounds), by=self.by, revision=one.revision)
        return since

    def pay(self, who: Any, one: Any, on: date, minor: int) -> date:
        share = min(minor, one.balance_minor) if one else 0
        payments.record(
            customer_id=who.id,
            amount=Money(minor, "GBP"),
            shares={one.id: share} if share else {},
            paid_on=on,
            mode=Payment.Mode.CASH,
            recording_key=secrets.token_hex(8),
            by=self.by,
        )
        return on

    def apply(self, one: Any, payment: Any) -> date:
        minor = min(one.balance_minor, payment.balance_minor)
        return self.today(allocations.apply, one, {payment.id: minor}, balance_seen=one.balance_minor)

    def give_back(self, payment: Any, minor: int, way: Return.Way, place: int) -> date:
        effect = (Return.Effect.OPEN_AGAIN, Return.Effect.STAYS_PAID)[place % 2]
        used = {target: used for (_kind, target), used in ledger.applied_from(payment).items()}
        minor = min(minor, payment.amount_minor)
        needed, shares = minor if way == Return.Way.CREDIT else max(0, minor - payment.balance_minor), {}
        for target, most in used.items():
            if share := min(most, needed):
                shares[target], needed = share, needed - share
        wish = Wish(Money(minor, "GBP"), way, effect, shares)
        return self.today(returns.begin, payment, wish, form_key=secrets.token_hex(8))

    def open(self, who: Any, minor: int, on: date | None) -> date:
        before = opening.of(who)
        opening.set_balance(who, Money(minor, "GBP"), on, by=self.by)
        return min(day for day in (before.dated if before else None, on, today()) if day is not None)

    def figures(self, on: date) -> Figures:
        found = reports.aged(self.cast.studio.id, on, today=today())
        assert {one.currency for one in found} <= {"GBP"}
        return {one.customer_id: one.ages for one in found}

    def remember(self) -> None:
        """What today's report says, which is what the customers owe."""
        now = self.said[today()] = self.figures(today())
        owed = CustomerBalance.objects.filter(receivable_minor__gt=0).values_list("customer_id", "receivable_minor")
        assert {who: sum(ages) for who, ages in now.items()} == dict(owed)

    def check(self) -> None:
        for day, figures in self.said.items():
            assert self.figures(day) == figures, day
            self.check_invoices(day, figures)

    def check_invoices(self, on: date, figures: Figures) -> None:
        """Each figure is the sum of the invoices that it opens."""
        for age in range(5):
            sums: Counter[int] = Counter()
            for one in reports.owing(self.cast.studio.id, on, today=today(), age=age):
                sums[one.customer_id] += one.owed_minor
            expected = {who: ages[age] for who, ages in figures.items() if ages[age]}
            assert {who: minor for who, minor in sums.items() if minor} == expected


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=settings.default.max_examples // 6,
)
@given(steps=STEPS)
def test_what_a_day_said_it_says_for_ever_unless_something_else_counts_on_it(cast: Cast, steps: list[Any]) -> None:
    with transaction.atomic():
        history, passed = History(cast), 0
        for *step, wait in steps:
            passed += wait
            with clock.travel(to=START + timedelta(days=passed)):
                history.do(*step)
                history.remember()
        with clock.travel(to=START + timedelta(days=passed + 100)):
            history.check()
            assert differences() == []
        transaction.set_rollback(True)
