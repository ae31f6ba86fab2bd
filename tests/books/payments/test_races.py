"""Many people and processes at one moment: money moves once."""

from typing import Any

from counterfoil.books.ledger import verify
from counterfoil.books.payments import asking, attempts, collecting
from counterfoil.books.payments.models import GatewayEvent, Payment, PaymentAttempt
from counterfoil.foundation.refusal import Refused
from tests.support.books import invoice, pay
from tests.support.cast import Cast
from tests.support.races import at_once
from tests.support.till import ANSWER_LOST, SLOW, Till

READABLE = {"PAYMENT_IN_PROGRESS", "NOT_PAYABLE"}


def balance(one: Any) -> int:
    one.refresh_from_db()
    return int(one.balance_minor)


def test_twenty_people_with_twenty_forms_pay_an_invoice_once(both_databases: str, cast: Cast, till: Till) -> None:
    one = invoice(cast)
    till.capabilities()
    outcomes = at_once(20, lambda place: till.pay(one, 10_000, by=(cast.ana, cast.sam)[place % 2]))
    paid = [outcome.result for outcome in outcomes if outcome.error is None]
    refused = [outcome.error for outcome in outcomes if outcome.error is not None]
    assert [attempt.state for attempt in paid] == ["paid"]
    assert {type(error) for error in refused} == {Refused}
    assert {error.code for error in refused if isinstance(error, Refused)} <= READABLE
    assert len(refused) == 19
    assert (till.charges(paid[0]), Payment.objects.count(), balance(one)) == (1, 1, 0)
    assert not verify.differences()


def test_one_form_sent_twenty_times_at_once_charges_once(both_databases: str, cast: Cast, till: Till) -> None:
    one = invoice(cast)
    till.capabilities()
    outcomes = at_once(20, lambda place: till.collect(till.begin(one, 10_000, key="k" * 32)))
    assert [outcome.error for outcome in outcomes] == [None] * 20
    (attempt,) = PaymentAttempt.objects.all()
    assert attempt.state == "paid"
    assert (till.charges(attempt), Payment.objects.count(), balance(one)) == (1, 1, 0)
    assert not verify.differences()


def test_everybody_who_hears_of_it_at_once_books_it_once(both_databases: str, cast: Cast, till: Till) -> None:
    one = invoice(cast)
    attempt = till.pay(one, card=ANSWER_LOST)
    ways = [
        lambda: collecting.look(PaymentAttempt.objects.get(id=attempt.id)),
        lambda: asking.ask(PaymentAttempt.objects.get(id=attempt.id)),
        lambda: till.hook(attempt.provider_id, event_id="evt_same"),
        lambda: till.hook(attempt.provider_id),
    ]
    outcomes = at_once(12, lambda place: ways[place % len(ways)]())
    assert [outcome.error for outcome in outcomes] == [None] * 12
    attempt.refresh_from_db()
    assert (attempt.state, Payment.objects.count(), balance(one)) == ("paid", 1, 0)
    assert GatewayEvent.objects.filter(event_id="evt_same").count() == 1
    assert not verify.differences()


def test_parts_that_are_paid_at_once_never_exceed_the_balance(both_databases: str, cast: Cast, till: Till) -> None:
    one = invoice(cast)
    till.capabilities()
    outcomes = at_once(10, lambda place: till.pay(one, 3_000))
    assert sum(outcome.error is None for outcome in outcomes) == 3
    assert {type(outcome.error) for outcome in outcomes if outcome.error} == {Refused}
    assert (balance(one), Payment.objects.count()) == (1_000, 3)
    assert not verify.differences()


def test_giving_up_and_paying_at_once_end_in_one_of_the_two(both_databases: str, cast: Cast, till: Till) -> None:
    one = invoice(cast)
    till.capabilities()
    for _ in range(3):
        attempt = till.begin(one, 2_000)
        ways = [lambda attempt=attempt: till.collect(attempt), lambda attempt=attempt: collecting.abandon(attempt)]
        at_once(2, lambda place, ways=ways: ways[place]())
        asking.ask(PaymentAttempt.objects.get(id=attempt.id))
        attempt.refresh_from_db()
        assert attempt.state in ("paid", "cancelled", "failed")
        assert till.charges(attempt) == (attempt.state == "paid")
    assert balance(one) == 10_000 - 2_000 * Payment.objects.count()
    assert not verify.differences()


def test_two_workers_never_ask_about_the_same_payment(both_databases: str, cast: Cast, till: Till) -> None:
    from datetime import timedelta

    from counterfoil.foundation import clock

    for _ in range(6):
        till.pay(invoice(cast), card=SLOW)
    with clock.travel(by=timedelta(minutes=1)):
        outcomes = at_once(4, lambda place: asking.claim_due(20))
    claimed = [attempt.id for outcome in outcomes for attempt in outcome.result]
    assert len(claimed) == len(set(claimed)) == 6


def test_the_office_and_the_customer_at_once_never_pay_too_much(both_databases: str, cast: Cast, till: Till) -> None:
    one = invoice(cast)
    till.capabilities()
    ways = [lambda: till.pay(one, 10_000), lambda: pay(cast, cast.bakery, 10_000, {one.id: 10_000})]
    at_once(2, lambda place: ways[place]())
    spare = sum(payment.balance_minor for payment in Payment.objects.all())
    assert balance(one) == 0
    assert spare == 10_000 * (Payment.objects.count() - 1)
    assert attempts.payable_minor(one) == 0
    assert not verify.differences()
