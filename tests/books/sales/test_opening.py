"""What a customer owed before these books began: like an invoice, against no revenue and without a number."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from counterfoil.books.customers import customers
from counterfoil.books.ledger import ledger
from counterfoil.books.ledger.models import CustomerBalance, Leg, Posting
from counterfoil.books.ledger.verify import differences
from counterfoil.books.organizations.models import NumberSeries
from counterfoil.books.payments import allocations
from counterfoil.books.payments.models import Payment
from counterfoil.books.sales import invoices, opening, search, write_offs
from counterfoil.books.sales.models import Invoice, InvoiceRevision
from counterfoil.foundation.events import Event
from counterfoil.foundation.languages import speaking
from counterfoil.foundation.money import LARGEST, Money
from tests.support.books import invoice, pay
from tests.support.cast import Cast, actor
from tests.support.locking import because, days_ago, lock, today
from tests.support.races import at_once
from tests.support.refusals import refused


def put(cast: Cast, pounds: int, on: date | None = None, *, by: Any = None, **more: Any) -> Any:
    on = on or (days_ago(60) if pounds else None)
    return opening.set_balance(cast.bakery, Money(pounds * 100, "GBP"), on, by=by or cast.by_olga, **more)


def owed(cast: Cast) -> tuple[int, int]:
    balance = CustomerBalance.objects.get(customer=cast.bakery)
    return balance.receivable_minor, balance.credit_minor


def in_the_books(day: date) -> dict[str, int]:
    """What each account says of the bakery up to a day."""
    sums: dict[str, int] = {}
    for account, minor in Leg.objects.filter(counts_on__lte=day).values_list("account", "minor"):
        sums[account] = sums.get(account, 0) + minor
    return {account: minor for account, minor in sums.items() if minor}


def test_it_is_owed_since_its_day_and_is_no_revenue(cast: Cast) -> None:
    one = put(cast, 250)
    assert (one.state, one.total_minor, one.balance_minor) == ("issued", 25_000, 25_000)
    assert one.dated == one.due_on == days_ago(60)
    assert one.status(today()) == "overdue"
    assert (one.number, one.tax_minor, one.lines.count()) == ("", 0, 0)
    assert not NumberSeries.objects.filter(organization=cast.studio, kind="invoice", given__gt=0).exists()
    assert in_the_books(days_ago(60)) == {"receivable": 25_000, "opening": -25_000}
    assert in_the_books(days_ago(61)) == {}
    assert owed(cast) == (25_000, 0)
    cast.bakery.refresh_from_db()
    assert cast.bakery.currency_fixed
    told = Event.objects.get(name="opening_balance.set")
    assert (told.subject_kind, told.data["amount_minor"], told.for_customer) == ("invoice", 25_000, True)
    assert differences() == []


def test_it_is_called_by_its_name_in_the_readers_language(cast: Cast) -> None:
    one = put(cast, 250)
    with speaking("en"):
        assert one.name == str(one) == "Opening balance"
    with speaking("zh-Hans"):
        assert one.name == "期初余额"


@pytest.mark.parametrize("text", ["Opening", "opening balance", "OPEN", "期初", "期初余额"])
def test_it_is_found_by_its_name_in_both_languages(cast: Cast, text: str) -> None:
    one = put(cast, 250)
    invoice(cast)
    assert list(search.matching(Invoice.objects.listed(), text)) == [one]


def test_it_is_paid_and_used_like_an_invoice(cast: Cast) -> None:
    one = put(cast, 250)
    pay(cast, cast.bakery, 10_000, {one.id: 10_000})
    one.refresh_from_db()
    assert (one.balance_minor, one in Invoice.objects.partially_paid()) == (15_000, True)
    credit = pay(cast, cast.bakery, 20_000)
    allocations.apply(one, {credit.id: 15_000}, by=cast.by_olga, balance_seen=15_000)
    one.refresh_from_db()
    assert one.status(today()) == "paid"
    allocations.take_off(credit, one, by=cast.by_olga)
    one.refresh_from_db()
    one = write_offs.write_off(one, by=cast.by_olga, revision=one.revision)
    with refused("WRITTEN_OFF"):
        put(cast, 300)
    with refused("WRITTEN_OFF"):
        put(cast, 0)
    write_offs.undo(one, by=cast.by_olga, revision=one.revision)
    assert differences() == []


def test_another_amount_or_day_is_a_correction(cast: Cast) -> None:
    one = put(cast, 250)
    again = put(cast, 300, days_ago(90))
    assert (again.id, again.revision, again.total_minor, again.dated) == (one.id, 2, 30_000, days_ago(90))
    assert in_the_books(days_ago(60)) == {"receivable": 30_000, "opening": -30_000}
    assert in_the_books(days_ago(90)) == {"receivable": 30_000, "opening": -30_000}
    kinds = list(Posting.objects.order_by("id").values_list("kind", "counts_on"))
    assert kinds == [
        ("invoice.issued", days_ago(60)),
        ("invoice.issued", days_ago(90)),
        ("invoice.corrected", days_ago(60)),
    ]
    assert InvoiceRevision.objects.filter(document=one).count() == 2
    assert differences() == []


def test_the_same_again_changes_nothing(cast: Cast) -> None:
    put(cast, 0)
    assert not Event.objects.filter(name__startswith="opening_balance").exists()
    put(cast, 250)
    put(cast, 250, revision=7)
    assert Posting.objects.count() == Event.objects.filter(name="opening_balance.set").count() == 1


def test_what_was_paid_beyond_the_new_amount_becomes_credit(cast: Cast) -> None:
    one = put(cast, 250)
    pay(cast, cast.bakery, 20_000, {one.id: 20_000})
    one = put(cast, 120)
    assert (one.balance_minor, owed(cast)) == (0, (0, 8_000))
    assert Payment.objects.get().balance_minor == 8_000
    assert differences() == []


def test_zero_takes_it_away_and_what_was_paid_becomes_credit(cast: Cast) -> None:
    one = put(cast, 250)
    pay(cast, cast.bakery, 10_000, {one.id: 10_000})
    assert put(cast, 0) is None
    assert owed(cast) == (0, 10_000)
    assert in_the_books(days_ago(60)) == {}
    assert opening.of(cast.bakery) is None
    assert not Invoice.objects.listed().filter(is_opening=True).exists()
    assert not Invoice.objects.visible_to_customer().filter(is_opening=True).exists()
    assert Event.objects.get(name="opening_balance.removed").data["was_minor"] == 25_000
    assert ledger.applied_to(one) == {}
    put(cast, 0)
    anew = put(cast, 90)
    assert (anew.id, anew.balance_minor, Invoice.objects.filter(is_opening=True).count()) == (one.id, 9_000, 1)
    assert differences() == []


def test_it_is_changed_on_the_customer_alone(cast: Cast) -> None:
    from tests.books.payments.test_lock_date import content

    one = put(cast, 250)
    with refused("OPENING_BALANCE"):
        invoices.edit(one, content(days_ago(3)), by=cast.by_olga, revision=one.revision)
    with refused("OPENING_BALANCE"):
        invoices.void(one, by=cast.by_olga, revision=one.revision)
    with refused("NOT_A_DRAFT"):
        invoices.delete(one, by=cast.by_olga, revision=one.revision)
    with refused("NOT_A_DRAFT"):
        invoices.mark_as_sent(one, by=cast.by_olga, revision=one.revision)
    put(cast, 0)
    one.refresh_from_db()
    with refused("OPENING_BALANCE"):
        invoices.reinstate(one, by=cast.by_olga, revision=one.revision)
    with refused("INVOICE_VOID"):
        invoices.send(one, to=[cast.ana.id], by=cast.by_olga, revision=one.revision)


@pytest.mark.parametrize(
    ("amount", "on", "code", "field"),
    [
        (Money(-1, "GBP"), date(2026, 1, 1), "NEGATIVE", "opening_balance"),
        (Money(LARGEST + 1, "GBP"), date(2026, 1, 1), "AMOUNT_TOO_LARGE", "opening_balance"),
        (Money(100, "EUR"), date(2026, 1, 1), "CURRENCY", "currency"),
        (Money(100, "GBP"), None, "DATE_MISSING", "opening_date"),
        (Money(100, "GBP"), date(206, 1, 1), "DATE_FAR_OFF", "opening_date"),
        (Money(100, "GBP"), date(2999, 1, 1), "DATE_TO_COME", "opening_date"),
    ],
)
def test_what_makes_no_sense_is_refused(cast: Cast, amount: Money, on: date | None, code: str, field: str) -> None:
    with refused(code, field=field):
        opening.set_balance(cast.bakery, amount, on, by=cast.by_olga)
    assert put(cast, 10, today()).balance_minor == 1_000


def test_only_staff_of_the_organization_set_it(cast: Cast) -> None:
    for who in (cast.vera, cast.ana, cast.otto):
        with refused("NOT_ALLOWED"):
            put(cast, 250, by=actor(who))
    assert put(cast, 250, by=actor(cast.stig))


def test_who_saw_another_one_must_look_again(cast: Cast) -> None:
    one = put(cast, 250, revision=0)
    with refused("OPENING_CHANGED"):
        put(cast, 100, revision=0)
    with refused("OPENING_CHANGED"):
        put(cast, 0, revision=0)
    put(cast, 0, revision=one.revision)
    with refused("OPENING_CHANGED"):
        put(cast, 100, revision=one.revision)
    put(cast, 100, revision=0)


def test_locked_days_keep_theirs(cast: Cast) -> None:
    one, stig = put(cast, 250), actor(cast.stig)
    pay(cast, cast.bakery, 10_000, {one.id: 10_000})
    until = lock(cast, 30)
    for pounds, on in ((300, days_ago(60)), (250, days_ago(5)), (0, None)):
        with refused("LOCKED", field="opening_date"):
            opening.set_balance(cast.bakery, Money(pounds * 100, "GBP"), on, by=stig)
    with refused("LOCKED", field="opening_date"):
        opening.set_balance(cast.tidewater, Money(100, "GBP"), until, by=stig)
    assert opening.set_balance(cast.tidewater, Money(100, "GBP"), until + timedelta(days=1), by=stig)
    put(cast, 300, by=because(cast, "A typing error"))
    assert Event.objects.filter(name="opening_balance.set").latest("id").reason == "A typing error"
    assert differences() == []


def test_a_refused_opening_balance_leaves_the_customer_as_it_was(cast: Cast) -> None:
    bad = opening.Opening(Money(100, "GBP"), None)
    renamed = customers.CustomerContent(display_name="Harbour & Sons", currency="GBP")
    with refused("DATE_MISSING"):
        opening.edit_customer(
            cast.bakery, renamed, bad, by=cast.by_olga, revision=cast.bakery.revision, opening_revision=0
        )
    with refused("DATE_MISSING"):
        opening.create_customer(cast.studio, renamed, bad, by=cast.by_olga)


def test_a_new_customer_sent_twice_owes_it_once(cast: Cast) -> None:
    content = customers.CustomerContent(display_name="Newcomers", currency="GBP")
    owing = opening.Opening(Money(5_000, "GBP"), days_ago(3))
    first, second = [
        opening.create_customer(cast.studio, content, owing, by=cast.by_olga, making_key="k") for _ in range(2)
    ]
    assert first == second
    assert [one.balance_minor for one in Invoice.objects.filter(customer=first)] == [5_000]


def test_people_who_set_it_at_once_make_one(both_databases: str, cast: Cast) -> None:
    outcomes = at_once(6, lambda place: put(cast, 100 + place, revision=0))
    made = [one.result for one in outcomes if one.error is None]
    assert len(made) == 1
    assert {getattr(one.error, "code", one.error) for one in outcomes if one.error} == {"OPENING_CHANGED"}
    assert Invoice.objects.get(is_opening=True).balance_minor == made[0].total_minor == owed(cast)[0]
    assert differences() == []


STEPS = st.lists(
    st.tuples(st.sampled_from(("set", "pay", "take off")), st.integers(0, 40), st.integers(0, 30)), max_size=8
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=40)
@given(steps=STEPS)
def test_whatever_it_is_set_to_and_paid_the_sums_are_those_of_a_list(cast: Cast, steps: list[Any]) -> None:
    """The model is a list: what was paid, and what it is now."""
    from django.db import transaction

    with transaction.atomic():
        paid, amount = 0, 0
        for what, pounds, back in steps:
            one = opening.of(cast.bakery)
            if what == "set":
                put(cast, pounds, days_ago(back) if pounds else None)
                amount = pounds * 100
            elif what == "pay" and pounds:
                share = min(pounds * 100, one.balance_minor) if one else 0
                pay(cast, cast.bakery, pounds * 100, {one.id: share} if one and share else {})
                paid += pounds * 100
            elif what == "take off" and one:
                used = list(ledger.applied_to(one))
                if used:
                    allocations.take_off(Payment.objects.get(id=used[0][1]), one, by=cast.by_olga)
        balance = CustomerBalance.objects.filter(customer=cast.bakery).first()
        receivable, credit = (balance.receivable_minor, balance.credit_minor) if balance else (0, 0)
        assert receivable - credit == amount - paid
        assert -in_the_books(date(2999, 1, 1)).get("opening", 0) == amount
        assert differences() == []
        transaction.set_rollback(True)
