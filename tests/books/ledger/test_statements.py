"""Statements through random histories of everything that posts: they add up, and each begins where the last ended."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from counterfoil.books.ledger import kinds, ledger, statements
from counterfoil.books.ledger.kinds import Column, Section
from counterfoil.books.ledger.ledger import NewLeg, Unbalanced
from counterfoil.books.ledger.models import Account, CustomerBalance, Leg, Posting
from counterfoil.books.ledger.statements import Statement
from counterfoil.books.ledger.verify import differences
from counterfoil.books.payments import allocations
from counterfoil.books.payments.gateways.interface import DisputeState, RefundState
from counterfoil.books.payments.models import Payment, Return
from counterfoil.books.sales import ages, credit_notes, invoices, write_offs
from counterfoil.books.sales.models import Invoice
from counterfoil.foundation import clock
from counterfoil.foundation.periods import EARLIEST, LATEST, Period
from tests.support.books import credit_note, invoice, pay, retainer
from tests.support.cast import Cast
from tests.support.histories import CREDIT_VERBS, GATEWAY_VERBS, RETAINER_VERBS, START, VERBS, History
from tests.support.histories import steps as some_steps
from tests.support.locking import days_ago, today

EVERYTHING = Period(EARLIEST, LATEST)
LONGEST = 600  # days that the splits of time fall into, around the history


def check_of_itself(one: Statement) -> None:
    """Its columns and its transactions lead from the opening to the closing balance."""
    of = one.sums
    if one.held is None:
        worked_out = one.opening_minor + of[Column.PAID_IN] - of[Column.USED] - of[Column.GIVEN_BACK]
    else:
        worked_out = one.opening_minor + of[Column.INVOICED] - of[Column.PAID] - of[Column.CREDITED]
        worked_out += of[Column.REFUNDED] - of[Column.ADJUSTED]
        check_of_itself(one.held)
    assert one.closing_minor == worked_out
    balance = one.opening_minor
    for transaction_ in one.transactions:
        balance += transaction_.minor
        assert transaction_.minor
        assert transaction_.balance_minor == balance
    assert balance == one.closing_minor
    keys = [(row.day, row.about) for row in one.transactions]
    assert keys == sorted(set(keys))


def check_against_the_home_page(customer: Any) -> None:
    """Today's closing balance is what is outstanding less what is in credit, as the home page reads both."""
    one = statements.of(customer, Period(days_ago(10), today()), today=today())
    owed = sum(ages.owed_of(next(iter(ages.owing(customer.id, today())), ages.NOTHING)))
    balance = CustomerBalance.objects.filter(customer=customer).first()
    assert one.closing_minor == owed - (balance.credit_minor if balance else 0)
    assert held_of(one).closing_minor == (balance.retained_minor if balance else 0)


def held_of(one: Statement) -> Statement:
    """The section of retainers."""
    assert one.held is not None
    return one.held


def added_up(customer: Any, section: Section, *, before: date) -> int:
    """What the legs of a section add up to when a day began; what is dated ahead is owed today."""
    legs = Leg.objects.filter(customer=customer, account__in=section.accounts)
    return section.sign * sum(leg.minor for leg in legs if min(leg.counts_on, today()) < before)


def check_splits(customer: Any, places: Sequence[int]) -> None:
    """Statements of periods that follow each other say together what one of all of them says."""
    begin = today() - timedelta(days=LONGEST // 2)
    days = sorted({begin + timedelta(days=place) for place in places})
    cuts = [EARLIEST, *days, LATEST + timedelta(days=1)]
    parts = [
        statements.of(customer, Period(first, after - timedelta(days=1)), today=today())
        for first, after in pairwise(cuts)
    ]
    whole = statements.of(customer, EVERYTHING, today=today())
    check_section(customer, parts, whole)
    check_section(customer, [held_of(one) for one in parts], held_of(whole))


def check_section(customer: Any, parts: Sequence[Statement], whole: Statement) -> None:
    """One section of them."""
    for one, following in pairwise(parts):
        assert following.opening_minor == one.closing_minor
    for one in (*parts, whole):
        check_of_itself(one)
        assert one.opening_minor == added_up(customer, one.section, before=one.period.first)
    assert whole.opening_minor == parts[0].opening_minor == 0
    assert whole.closing_minor == parts[-1].closing_minor
    assert [row for one in parts for row in one.transactions] == list(whole.transactions)
    assert {column: sum(one.sums[column] for one in parts) for column in whole.section.told} == whole.sums


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=settings.default.max_examples // 3,
)
@given(
    steps=some_steps((*VERBS, *GATEWAY_VERBS, *CREDIT_VERBS, *RETAINER_VERBS), ahead=40, most=24),
    places=st.lists(st.integers(0, LONGEST), max_size=12),
)
def test_every_statement_adds_up_and_begins_where_the_last_one_ended(
    cast: Cast, steps: list[Any], places: list[int]
) -> None:
    with transaction.atomic():
        history, passed = History(cast), 0
        for *step, wait in steps:
            passed += wait
            with clock.travel(to=START + timedelta(days=passed)):
                history.do(*step)
                for customer in history.customers:
                    check_against_the_home_page(customer)
                    check_splits(customer, places)
        with clock.travel(to=START + timedelta(days=passed + 100)):
            for customer in history.customers:
                check_against_the_home_page(customer)
                check_splits(customer, places)
        assert differences() == []
        transaction.set_rollback(True)


def whole(cast: Cast) -> Statement:
    return statements.of(cast.bakery, Period(days_ago(400), today()), today=today())


def told(one: Statement) -> list[tuple[str, int, int]]:
    """What happened, what it added and what the balance was then."""
    return [(row.told, row.minor, row.balance_minor) for row in one.transactions]


def columns(one: Statement) -> dict[str, int]:
    """The columns in which there is something."""
    return {column.value: minor for column, minor in one.sums.items() if minor}


def test_using_a_credit_for_an_invoice_changes_no_balance(cast: Cast) -> None:
    pay(cast, cast.bakery, 15_000)
    one = invoice(cast, amount="100")
    assert [minor for _told, minor, _balance in told(whole(cast))] == [-15_000, 10_000]
    History(cast).apply(one, Payment.objects.get())
    assert [minor for _told, minor, _balance in told(whole(cast))] == [-15_000, 10_000]
    assert whole(cast).closing_minor == -5_000
    assert columns(whole(cast)) == {"invoiced": 10_000, "paid": 15_000}


def test_an_invoice_that_was_corrected_is_told_once_as_it_stands(cast: Cast) -> None:
    history, one = History(cast), invoice(cast, amount="100", dated=days_ago(40))
    history.edit(one, days_ago(40), 120)
    assert told(whole(cast)) == [("invoice.issued", 12_000, 12_000)]
    one.refresh_from_db()
    history.edit(one, days_ago(3), 70)
    assert told(whole(cast)) == [("invoice.issued", 7_000, 7_000)]
    assert [row.day for row in whole(cast).transactions] == [days_ago(3)]


def test_what_is_given_up_is_an_adjustment_and_so_is_taking_that_back(cast: Cast) -> None:
    one, other = invoice(cast, amount="100", dated=days_ago(9)), invoice(cast, amount="30", dated=days_ago(9))
    invoices.void(one, by=cast.by_olga, revision=one.revision)
    write_offs.write_off(other, by=cast.by_olga, revision=other.revision)
    assert columns(whole(cast)) == {"invoiced": 13_000, "adjusted": 13_000}
    assert told(whole(cast))[2:] == [("invoice.voided", -10_000, 3_000), ("invoice.written_off", -3_000, 0)]
    for row in (one, other):
        row.refresh_from_db()
    invoices.reinstate(one, by=cast.by_olga, revision=one.revision)
    write_offs.undo(other, by=cast.by_olga, revision=other.revision)
    assert columns(whole(cast)) == {"invoiced": 13_000}
    assert whole(cast).closing_minor == 13_000


def test_a_chargeback_is_an_adjustment_and_a_refund_is_not(cast: Cast) -> None:
    history, payment = History(cast), pay(cast, cast.bakery, 10_000)
    history.dispute(payment, 4_000, DisputeState.OPEN)
    history.refund_there(payment, 1_000, RefundState.PAID)
    assert columns(whole(cast)) == {"paid": 10_000, "refunded": 1_000, "adjusted": -4_000}
    history.dispute(payment, 4_000, DisputeState.WON)
    history.refund_there(payment, 1_000, RefundState.FAILED)
    assert columns(whole(cast)) == {"paid": 10_000}
    kinds_told = [kind for kind, _minor, _balance in told(whole(cast))]
    assert kinds_told == [
        "payment.received",
        "payment.charged_back",
        "payment.refunded",
        "payment.chargeback_won",
        "payment.return_undone",
    ]


def test_credit_on_an_invoice_that_stays_paid_is_credited_and_what_goes_back_is_refunded(cast: Cast) -> None:
    one = invoice(cast, amount="100")
    payment = pay(cast, cast.bakery, 10_000, {one.id: 10_000})
    History(cast).give_back(payment, 3_000, Return.Way.OTHER, 1)
    assert columns(whole(cast)) == {"invoiced": 10_000, "paid": 10_000, "credited": 3_000, "refunded": 3_000}
    assert whole(cast).closing_minor == 0


def test_a_period_opens_with_what_was_before_its_first_day(cast: Cast) -> None:
    with clock.travel(to=START + timedelta(days=90)):
        for dated, amount in ((31, "1"), (1, "2"), (15, "4"), (16, "8")):
            invoice(cast, amount=amount, dated=date(2026, 3 if dated == 31 else 4, dated))
        for day, opening in ((1, 100), (2, 300), (15, 300), (16, 700), (17, 1_500)):
            found = statements.of(cast.bakery, Period(date(2026, 4, day), date(2026, 4, 30)), today=today())
            assert (found.opening_minor, found.closing_minor) == (opening, 1_500), day


def test_a_credit_note_is_credited_what_is_given_back_refunded_and_a_void_one_adjusted(cast: Cast) -> None:
    one, note = invoice(cast, amount="100"), credit_note(cast, amount="50")
    allocations.apply(one, {note.id: 2_000}, by=cast.by_olga, balance_seen=10_000)
    History(cast).give_credit_back(note, 1_000)
    assert columns(whole(cast)) == {"invoiced": 10_000, "credited": 5_000, "refunded": 1_000}
    assert whole(cast).closing_minor == 6_000
    void = credit_note(cast, amount="7")
    credit_notes.void(void, by=cast.by_olga, revision=void.revision)
    assert columns(whole(cast)) == {"invoiced": 10_000, "credited": 5_700, "refunded": 1_000, "adjusted": -700}


def test_a_retainer_stands_in_a_section_of_its_own_until_it_pays_an_invoice(cast: Cast) -> None:
    history, one = History(cast), retainer(cast, amount="80")
    assert (told(whole(cast)), held_of(whole(cast)).is_empty) == ([], True)
    history.pay_ahead(cast.bakery, one, today(), 0)
    one.refresh_from_db()
    # The money came and went into the retainer: as what is owed is concerned, neither.
    assert told(whole(cast)) == []
    assert told(held_of(whole(cast))) == [("retainer.paid", 8_000, 8_000)]
    bill = invoice(cast, amount="100")
    history.draw(bill, one, 5_000)
    one.refresh_from_db()
    history.refund_ahead(one, 1_000)
    assert columns(whole(cast)) == {"invoiced": 10_000, "paid": 5_000}
    assert columns(held_of(whole(cast))) == {"paid_in": 8_000, "used": 5_000, "given_back": 1_000}
    assert (whole(cast).closing_minor, held_of(whole(cast)).closing_minor) == (5_000, 2_000)


def test_what_a_bank_takes_back_of_a_retainer_is_no_part_of_what_is_owed_but_what_was_used_is(cast: Cast) -> None:
    history, one, bill = History(cast), retainer(cast, amount="80"), invoice(cast, amount="100")
    history.pay_ahead(cast.bakery, one, today(), 2)
    one.refresh_from_db()
    history.draw(bill, one, 5_000)
    assert columns(whole(cast)) == {"invoiced": 10_000, "paid": 5_200}
    history.dispute(Payment.objects.get(), 8_200, DisputeState.OPEN)
    assert columns(whole(cast)) == {"invoiced": 10_000, "paid": 200, "adjusted": -200}
    assert (whole(cast).closing_minor, held_of(whole(cast)).closing_minor) == (10_000, 0)
    history.dispute(Payment.objects.get(), 8_200, DisputeState.WON)
    assert columns(whole(cast)) == {"invoiced": 10_000, "paid": 200}
    assert (whole(cast).closing_minor, held_of(whole(cast)).closing_minor) == (9_800, 8_000)


def test_what_is_dated_ahead_is_a_part_of_today_and_of_its_own_day_once_that_has_come(cast: Cast) -> None:
    ahead = today() + timedelta(days=20)
    invoice(cast, amount="10", dated=ahead)
    now = statements.of(cast.bakery, Period(today(), today()), today=today())
    assert [row.day for row in now.transactions] == [ahead]
    assert now.closing_minor == 1_000
    to_come = statements.of(cast.bakery, Period(today() + timedelta(days=1), ahead), today=today())
    assert (to_come.opening_minor, to_come.transactions, to_come.closing_minor) == (1_000, [], 1_000)
    then = statements.of(cast.bakery, Period(today(), today()), today=ahead)
    assert (then.transactions, then.closing_minor) == ([], 0)
    assert statements.of(cast.bakery, Period(ahead, ahead), today=ahead).closing_minor == 1_000


def test_a_statement_tells_of_one_customer(cast: Cast) -> None:
    invoice(cast, cast.tidewater, amount="77")
    invoice(cast, amount="5")
    assert [minor for _told, minor, _balance in told(whole(cast))] == [500]


@pytest.mark.parametrize("accounts", [(Account.RECEIVABLE, Account.REVENUE), (Account.CASH, Account.CREDIT)])
def test_what_a_statement_could_not_tell_of_is_not_posted(cast: Cast, accounts: tuple[Account, Account]) -> None:
    legs = [NewLeg(accounts[0], 100), NewLeg(accounts[1], -100)]
    with pytest.raises(Unbalanced, match="no row"), transaction.atomic():
        ledger.post(ledger.lock(cast.bakery.id), "coffee.spilled", legs, counts_on=today(), by=cast.by_olga)
    assert not Posting.objects.exists()


def test_every_kind_has_one_column_or_changes_no_balance() -> None:
    """The sign of what each column adds is in one place, so that a kind can't be told the wrong way round."""
    assert {column: column.sign for column in Column} == {
        Column.INVOICED: 1,
        Column.PAID: -1,
        Column.CREDITED: -1,
        Column.REFUNDED: 1,
        Column.ADJUSTED: -1,
        Column.PAID_IN: 1,
        Column.USED: -1,
        Column.GIVEN_BACK: -1,
    }
    neutral = [kind for kind, column in kinds.OWED.columns.items() if column is None]
    assert neutral == ["credit.applied", "credit.taken_off"]


def test_a_year_of_many_transactions_takes_the_same_few_queries(cast: Cast, django_assert_num_queries: Any) -> None:
    for count in (3, 12):
        for place in range(count):
            invoice(cast, amount=str(place + 1), dated=days_ago(place * 9))
        with django_assert_num_queries(3):
            found = statements.of(cast.bakery, Period(days_ago(90), today()), today=today())
        assert found.closing_minor
    names = statements.names_of(found.transactions, {"invoice": Invoice.objects.all()})
    assert set(names) == {row.document_id for row in found.transactions}
    assert statements.names_of(found.transactions, {}) == {}
