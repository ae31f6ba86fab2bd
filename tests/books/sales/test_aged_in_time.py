"""Receivables by age through random histories: today's are the balances, and an earlier day's are what it said then."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, given, settings

from counterfoil.books.ledger.models import CustomerBalance
from counterfoil.books.ledger.verify import differences
from counterfoil.books.sales import reports
from counterfoil.foundation import clock
from tests.support.cast import Cast
from tests.support.histories import START, History
from tests.support.histories import steps as some_steps
from tests.support.locking import today

Figures = dict[int, tuple[int, ...]]


class Aging(History):
    """Remembers what the report of each day said at the end of it."""

    def __init__(self, cast: Cast) -> None:
        super().__init__(cast)
        self.said: dict[date, Figures] = {}

    def do(self, verb: str, place: int, back: int, pounds: int) -> date | None:
        since = super().do(verb, place, back, pounds)
        if since is not None:
            self.said = {day: figures for day, figures in self.said.items() if day < since}
        return since

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
@given(steps=some_steps())
def test_what_a_day_said_it_says_for_ever_unless_something_else_counts_on_it(cast: Cast, steps: list[Any]) -> None:
    with transaction.atomic():
        history, passed = Aging(cast), 0
        for *step, wait in steps:
            passed += wait
            with clock.travel(to=START + timedelta(days=passed)):
                history.do(*step)
                history.remember()
        with clock.travel(to=START + timedelta(days=passed + 100)):
            history.check()
            assert differences() == []
        transaction.set_rollback(True)
