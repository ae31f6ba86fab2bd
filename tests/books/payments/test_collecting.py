"""Collecting money: every card, every order of what is heard, and what was never heard."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import requests

from counterfoil.books.customers.models import Customer
from counterfoil.books.ledger import verify
from counterfoil.books.payments import asking, attempts, collecting, failures, gateway_accounts, payments
from counterfoil.books.payments.gateways import accounts
from counterfoil.books.payments.gateways.interface import DisputeState, Failure, GatewayRefused, Payer, RefundState
from counterfoil.books.payments.models import GatewayEvent, Payment, PaymentAttempt
from counterfoil.books.sales import invoices
from counterfoil.books.sales.invoices import InvoiceContent
from counterfoil.books.sales.pricing import LineContent
from counterfoil.foundation import clock
from counterfoil.foundation.events import Event
from counterfoil.foundation.money import Money
from counterfoil.foundation.refusal import Refused
from tests.support.books import invoice, staff_of
from tests.support.cast import Cast, customer, person
from tests.support.till import (
    ANSWER_LOST,
    BLOCKED,
    CHALLENGED,
    DECLINED,
    OTHER_CARD,
    POOR,
    SLOW,
    SLOW_AND_DECLINED,
    Till,
)


def balance(one: Any) -> int:
    one.refresh_from_db()
    return int(one.balance_minor)


def assert_untouched(one: Any, balance_minor: int = 10_000) -> None:
    assert balance(one) == balance_minor
    assert not Payment.objects.exists()
    assert not verify.differences()


def test_a_card_pays_an_invoice(cast: Cast, till: Till) -> None:
    one = invoice(cast)
    attempt = till.pay(one)
    assert (attempt.state, attempt.method_label, till.charges(attempt)) == ("paid", "Visa •••• 4242", 1)
    assert balance(one) == 0
    payment = attempt.payment
    assert (payment.amount_minor, payment.balance_minor, payment.mode) == (10_000, 0, "card")
    assert payment.provider_id == attempt.provider_id
    assert payment.made_by["name"] == "Ana Moreau"
    assert Event.objects.filter(name="payment.made", subject_id=payment.id).count() == 1
    assert not verify.differences()


def test_part_of_an_invoice_is_paid_and_then_the_rest(cast: Cast, till: Till) -> None:
    one = invoice(cast)
    assert till.pay(one, 4_000).state == "paid"
    assert balance(one) == 6_000
    assert till.pay(one, 6_000, card=OTHER_CARD).method_label == "Mastercard •••• 4444"
    assert balance(one) == 0
    assert Payment.objects.count() == 2


@pytest.mark.parametrize(
    ("card", "reason"),
    [
        (DECLINED, "do_not_honor"),
        (POOR, "insufficient_funds"),
        ("4000000000000069", "expired_card"),
        ("4000000000000127", "incorrect_cvc"),
        (BLOCKED, "security_check"),
    ],
)
def test_a_declined_card_takes_nothing_and_lets_the_money_go(cast: Cast, till: Till, card: str, reason: str) -> None:
    one = invoice(cast)
    attempt = till.pay(one, card=card)
    assert (attempt.state, attempt.failure_reason, till.charges(attempt)) == ("failed", reason, 0)
    assert "not charged" in str(failures.sentence(reason))
    assert till.intent(attempt)["status"] == "canceled"
    assert_untouched(one)
    assert till.pay(one).state == "paid"


def test_the_fraud_filter_has_its_code() -> None:
    assert failures.code("security_check") == "CP3003"
    assert failures.code("gateway_settings") == "CP3002"
    assert failures.code("do_not_honor") == ""


def test_a_card_that_must_be_confirmed_waits_for_the_payer(cast: Cast, till: Till) -> None:
    one = invoice(cast)
    attempt = till.pay(one, card=CHALLENGED)
    assert attempt.state == "action"
    assert attempt.next_url.startswith(till.sandbox.url)
    assert_untouched(one)
    answer(till, attempt, "confirm")
    assert collecting.look(attempt).state == "paid"
    assert balance(one) == 0


def test_a_confirmation_that_is_refused_is_a_failure(cast: Cast, till: Till) -> None:
    one = invoice(cast)
    attempt = till.pay(one, card=CHALLENGED)
    answer(till, attempt, "refuse")
    attempt = collecting.look(attempt)
    assert (attempt.state, attempt.failure_reason) == ("failed", "authentication_failed")
    assert_untouched(one)


def answer(till: Till, attempt: PaymentAttempt, decision: str) -> None:
    """Say yes or no on the bank's page."""
    requests.post(attempt.next_url, data={"decision": decision}, timeout=20, allow_redirects=False)


@pytest.mark.parametrize(
    ("card", "outcome", "state"), [(SLOW, "succeeded", "paid"), (SLOW_AND_DECLINED, "failed", "failed")]
)
def test_what_is_processed_holds_the_money_until_it_is_known(
    cast: Cast, till: Till, card: str, outcome: str, state: str
) -> None:
    one = invoice(cast)
    attempt = till.pay(one, card=card)
    assert attempt.state == "processing"
    assert attempts.payable_minor(one) == 0
    with pytest.raises(Refused, match="PAYMENT_IN_PROGRESS"):
        till.begin(one)
    assert_untouched(one)
    till.settle(attempt, outcome)
    assert collecting.look(attempt).state == state
    assert balance(one) == (0 if state == "paid" else 10_000)
    assert attempts.payable_minor(one) == balance(one)


def test_the_day_it_was_started_is_the_day_it_counts(cast: Cast, till: Till) -> None:
    one = invoice(cast)
    attempt = till.pay(one, card=SLOW)
    started = clock.today("Europe/London")
    till.settle(attempt, "succeeded")
    with clock.travel(by=timedelta(days=4)):
        assert collecting.look(attempt).payment.paid_on == started


def test_an_answer_that_was_lost_is_asked_for_until_it_is_known(cast: Cast, till: Till) -> None:
    one = invoice(cast)
    attempt = till.pay(one, card=ANSWER_LOST)
    assert (attempt.state, till.charges(attempt)) == ("processing", 1)
    assert attempts.payable_minor(one) == 0
    assert_untouched(one)
    with clock.travel(by=timedelta(minutes=1)):
        assert asking.ask_due() == 1
    attempt.refresh_from_db()
    assert (attempt.state, till.charges(attempt), Payment.objects.count()) == ("paid", 1, 1)
    assert balance(one) == 0
    with clock.travel(by=timedelta(minutes=2)):
        assert asking.ask_due() == 0


def test_while_the_gateway_is_silent_it_is_asked_again_and_again(cast: Cast, till: Till) -> None:
    one = invoice(cast)
    attempt = till.pay(one, card=ANSWER_LOST)
    till.sandbox.order("fail_next", path="/v1/payment_intents*", when="before", how="drop", times=2)
    for minutes in (1, 5):
        with clock.travel(by=timedelta(minutes=minutes)):
            asking.ask_due()
        attempt.refresh_from_db()
        assert attempt.state == "processing"
    assert_untouched(one)
    with clock.travel(by=timedelta(minutes=20)):
        asking.ask_due()
    attempt.refresh_from_db()
    assert (attempt.state, Payment.objects.count()) == ("paid", 1)


@pytest.mark.parametrize("how", ["drop", "status"])
def test_a_payment_whose_creation_was_not_answered_is_found_and_closed(cast: Cast, till: Till, how: str) -> None:
    one = invoice(cast)
    till.sandbox.order("fail_next", path="/v1/payment_intents", when="after_effect", how=how)
    attempt = till.pay(one)
    assert (attempt.state, attempt.provider_id) == ("created", "")
    with clock.travel(by=timedelta(minutes=1)):
        asking.ask_due()
    attempt.refresh_from_db()
    assert (attempt.state, till.charges(attempt)) == ("cancelled", 0)
    assert till.intent(attempt)["status"] == "canceled"
    assert till.pay(one).state == "paid"


def test_a_payment_that_never_reached_the_gateway_is_let_go(cast: Cast, till: Till) -> None:
    one = invoice(cast)
    attempt = till.begin(one)  # and here the process dies
    with clock.travel(by=timedelta(minutes=1)):
        asking.ask_due()
    attempt.refresh_from_db()
    assert (attempt.state, till.charges(attempt)) == ("cancelled", 0)
    assert attempts.payable_minor(one) == 10_000


def test_a_payment_that_was_created_and_never_confirmed_is_closed_soon(cast: Cast, till: Till) -> None:
    one = invoice(cast)
    attempt = till.begin(one)
    attempts.mark_started(attempt, accounts.connect(till.account).start(collecting.order_for(attempt)))
    with clock.travel(by=timedelta(minutes=2)):
        asking.ask_due()
    attempt.refresh_from_db()
    assert attempt.state == "cancelled"


def test_what_was_let_go_meanwhile_is_not_charged(cast: Cast, till: Till) -> None:
    one = invoice(cast)
    attempt = till.begin(one)
    attempts.let_go(attempt)
    assert till.collect(attempt).state == "cancelled"
    assert till.charges(attempt) == 0


def test_nobody_waits_for_ever_on_the_gateways_page(cast: Cast, till: Till) -> None:
    one = invoice(cast)
    attempt = till.pay(one, card=None)
    assert (attempt.state, attempts.payable_minor(one)) == ("action", 0)
    with clock.travel(by=timedelta(minutes=5)):
        asking.ask_due()
    attempt.refresh_from_db()
    assert attempt.state == "action"
    with clock.travel(by=timedelta(minutes=40)):
        asking.ask_due()
    attempt.refresh_from_db()
    assert attempt.state == "cancelled"
    assert attempts.payable_minor(one) == 10_000


def test_giving_up_lets_the_money_go(cast: Cast, till: Till) -> None:
    one = invoice(cast)
    attempt = collecting.abandon(till.pay(one, card=CHALLENGED))
    assert attempt.state == "cancelled"
    assert till.intent(attempt)["status"] == "canceled"
    assert attempts.payable_minor(one) == 10_000


def test_giving_up_too_late_is_a_payment(cast: Cast, till: Till) -> None:
    one = invoice(cast)
    attempt = till.pay(one, card=CHALLENGED)
    answer(till, attempt, "confirm")
    assert collecting.abandon(attempt).state == "paid"
    assert balance(one) == 0


def test_giving_up_while_the_gateway_is_silent_changes_nothing(cast: Cast, till: Till) -> None:
    one = invoice(cast)
    attempt = till.pay(one, card=CHALLENGED)
    till.sandbox.order("fail_next", path="/v1/payment_intents*", when="before", how="drop", times=3)
    with pytest.raises(Refused, match="STILL_CHECKING"):
        collecting.abandon(attempt)
    attempt.refresh_from_db()
    assert attempt.state == "action"


def test_a_decline_whose_answer_was_lost_is_no_more_than_unknown(cast: Cast, till: Till) -> None:
    one = invoice(cast)
    attempt = till.begin(one, card=DECLINED)
    till.sandbox.order("fail_next", path="/v1/payment_intents/*/confirm", when="after_effect", how="drop")
    attempt = till.collect(attempt)
    assert attempt.state == "processing"
    with clock.travel(by=timedelta(minutes=1)):
        asking.ask_due()
    attempt.refresh_from_db()
    assert (attempt.state, attempt.failure_reason) == ("failed", "do_not_honor")
    assert_untouched(one)


def test_a_decline_that_could_not_be_closed_is_unknown_until_it_is(cast: Cast, till: Till) -> None:
    one = invoice(cast)
    attempt = till.begin(one, card=DECLINED)
    till.sandbox.order("fail_next", path="/v1/payment_intents/*/cancel", when="before", how="status")
    attempt = till.collect(attempt)
    assert attempt.state == "processing"
    with clock.travel(by=timedelta(minutes=1)):
        asking.ask_due()
    attempt.refresh_from_db()
    assert (attempt.state, till.intent(attempt)["status"]) == ("failed", "canceled")


def test_credentials_that_are_no_longer_good_are_a_failure_with_a_code(cast: Cast, till: Till) -> None:
    one = invoice(cast)
    attempt = till.begin(one)
    till.call("POST", "/v1/account/rotate_key", {})
    attempt = till.collect(attempt)
    assert (attempt.state, failures.code(attempt.failure_reason)) == ("failed", "CP3002")
    assert_untouched(one)


@pytest.mark.parametrize(
    "change", [{"amount": 1, "charge.amount": 1}, {"currency": "EUR"}, {"livemode": True}, {"charge.amount": 9_999}]
)
def test_an_answer_that_does_not_fit_the_attempt_is_kept_and_applied_to_nothing(
    cast: Cast, till: Till, change: dict[str, Any]
) -> None:
    one = invoice(cast)
    attempt = till.begin(one)
    till.sandbox.order(
        "fail_next", path="/v1/payment_intents/*/confirm", when="after_effect", how="alter", change=change
    )
    attempt = till.collect(attempt)
    assert attempt.state == "processing"
    assert attempt.alert
    assert Event.objects.filter(name="payment.mismatched", subject_id=attempt.id).count() == 1
    assert_untouched(one)


@pytest.mark.parametrize(
    ("chosen", "sent", "said"),
    [("card", "pm_bank_000123456789", "bank instead of card"), ("bank", "pm_card_4242424242424242", "card instead")],
)
def test_what_was_sent_must_be_what_was_chosen(cast: Cast, till: Till, chosen: str, sent: str, said: str) -> None:
    """Whether they may pay from a bank account was asked for what they chose."""
    one = invoice(cast)
    if chosen == "bank":
        Customer.objects.filter(id=cast.bakery.id).update(may_pay_by_bank=True)
    attempt = till.collect(till.begin(one, method=attempts.Method(token=sent, kind=chosen)))
    assert (attempt.state, attempt.failure_reason) == ("failed", "not_supported")
    assert said in attempt.failure_raw
    assert (till.intent(attempt)["status"], till.charges(attempt)) == ("canceled", 0)
    assert_untouched(one)


def test_a_payment_object_of_another_attempt_changes_nothing(cast: Cast, till: Till) -> None:
    cheap, dear = invoice(cast), invoice(cast)
    mine = till.begin(dear)
    paid = till.pay(cheap)
    snapshot = accounts.connect(till.account).fetch(paid.provider_id)
    mine = attempts.settle(mine, snapshot)
    assert (mine.state, "another attempt" in mine.alert) == ("created", True)
    assert balance(dear) == 10_000
    assert Payment.objects.count() == 1


ORDERS: dict[str, Callable[[Till, Any], Any]] = {
    "heard by webhook alone": lambda till, one: till.hook(one.provider_id),
    "created comes after succeeded": lambda till, one: (
        till.hook(one.provider_id),
        till.hook(one.provider_id, kind="created"),
    ),
    "a failure is told after success": lambda till, one: (
        till.hook(one.provider_id),
        till.hook(one.provider_id, kind="payment_failed"),
    ),
    "the same event five times": lambda till, one: [till.hook(one.provider_id, event_id="evt_same") for _ in range(5)],
    "the return page first": lambda till, one: (collecting.look(one), till.hook(one.provider_id)),
    "the one who asks first": lambda till, one: (asking.ask(one), till.hook(one.provider_id), collecting.look(one)),
}


@pytest.mark.parametrize("order", ORDERS)
def test_in_whatever_order_it_is_heard_there_is_one_payment(cast: Cast, till: Till, order: str) -> None:
    one = invoice(cast)
    attempt = till.pay(one, card=ANSWER_LOST)
    ORDERS[order](till, PaymentAttempt.objects.get(id=attempt.id))
    attempt.refresh_from_db()
    assert (attempt.state, Payment.objects.count(), balance(one), till.charges(attempt)) == ("paid", 1, 0, 1)
    assert not verify.differences()


def test_what_was_paid_never_becomes_failed(cast: Cast, till: Till) -> None:
    one = invoice(cast)
    attempt = till.pay(one)
    assert attempts.fail(attempt, Failure("do_not_honor")).state == "paid"
    assert attempts.let_go(attempt).state == "paid"
    assert attempts.postpone(attempt).ask_at is None
    assert balance(one) == 0


def test_money_that_came_after_it_was_given_up_is_kept(cast: Cast, till: Till) -> None:
    one = invoice(cast)
    attempt = till.pay(one, card=ANSWER_LOST)
    attempts.let_go(attempt)
    till.hook(attempt.provider_id)
    attempt.refresh_from_db()
    assert (attempt.state, balance(one)) == ("paid", 0)


def test_an_invoice_voided_in_mid_payment_leaves_the_money_as_credit(cast: Cast, till: Till) -> None:
    one = invoice(cast)
    attempt = till.pay(one, card=SLOW)
    one.refresh_from_db()
    invoices.void(one, by=staff_of(cast, cast.bakery), revision=one.revision)
    till.settle(attempt, "succeeded")
    attempt = collecting.look(attempt)
    assert (attempt.state, attempt.payment.balance_minor) == ("paid", 10_000)
    assert balance(one) == 0
    assert not verify.differences()


@pytest.mark.parametrize(("rate", "credit", "left"), [("60", 4_000, 0), ("250", 0, 15_000)])
def test_an_invoice_edited_in_mid_payment_takes_what_it_owes_then(
    cast: Cast, till: Till, rate: str, credit: int, left: int
) -> None:
    one = invoice(cast)
    attempt = till.pay(one, card=SLOW)
    content = InvoiceContent(
        dated=one.dated, payment_days=30, lines=[LineContent("Menu boards", Decimal(1), Decimal(rate))]
    )
    invoices.edit(one, content, by=staff_of(cast, cast.bakery), revision=one.revision)
    till.settle(attempt, "succeeded")
    attempt = collecting.look(attempt)
    assert (attempt.state, attempt.payment.balance_minor, balance(one)) == ("paid", credit, left)
    assert not verify.differences()


def test_the_gateway_keeps_being_asked_after_it_was_switched_off(cast: Cast, till: Till) -> None:
    one = invoice(cast)
    attempt = till.pay(one, card=SLOW)
    gateway_accounts.disable(till.account, by=cast.by_olga)
    till.settle(attempt, "succeeded")
    with clock.travel(by=timedelta(minutes=1)):
        asking.ask_due()
    attempt.refresh_from_db()
    assert attempt.state == "paid"


def test_an_event_and_its_effect_are_one(cast: Cast, till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    one = invoice(cast)
    attempt = till.pay(one, card=ANSWER_LOST)

    def stumble(**_: Any) -> None:
        raise RuntimeError("the lights went out")

    with monkeypatch.context() as patched:
        patched.setattr(payments, "receive", stumble)
        with pytest.raises(RuntimeError):
            till.hook(attempt.provider_id, event_id="evt_one")
    assert not GatewayEvent.objects.exists()
    till.hook(attempt.provider_id, event_id="evt_one")
    attempt.refresh_from_db()
    assert attempt.state == "paid"


@pytest.mark.parametrize(("currency", "amount", "minor"), [("JPY", "12000", 12_000), ("KWD", "12.345", 12_345)])
def test_currencies_with_no_and_with_three_decimals_are_charged_exactly(
    cast: Cast, till: Till, currency: str, amount: str, minor: int
) -> None:
    abroad = customer(cast.studio, f"Buyer in {currency}", currency, by=cast.by_olga)
    payer = person(abroad, "Kim", "Abe", f"kim@{currency.lower()}.test", by=cast.by_olga)
    one = invoice(cast, abroad, amount=amount)
    attempt = till.pay(one, by=payer)
    assert (attempt.state, till.intent(attempt)["charge"]["amount"], balance(one)) == ("paid", minor, 0)


ADDRESS, DUPLICATE = "4000000000000010", "4000000000000036"


def test_a_wrong_address_and_a_second_time_within_minutes_have_their_codes(cast: Cast, till: Till) -> None:
    one = invoice(cast)
    bare = till.pay(one, card=ADDRESS)
    assert (bare.state, failures.code(bare.failure_reason)) == ("failed", "CP3004")
    assert till.pay(one, 5_000, card=DUPLICATE).state == "paid"
    again = till.pay(one, 5_000, card=DUPLICATE)
    assert (again.state, failures.code(again.failure_reason)) == ("failed", "CP3005")
    assert balance(one) == 5_000


def test_with_the_address_sent_along_its_bank_is_content(cast: Cast, till: Till) -> None:
    attempt = till.begin(invoice(cast), card=ADDRESS)
    payer = Payer(name="Ana Moreau", street="3 Quay Street", postcode="BS1 4RB", country="GB")
    order = replace(collecting.order_for(attempt), payer=payer)
    assert collecting.collect(attempt, order).state == "paid"


def test_a_kept_card_is_told_of_and_charged_again_unless_the_account_may_not(cast: Cast, till: Till) -> None:
    gateway, one = accounts.connect(till.account), invoice(cast)
    attempt = till.begin(one, 5_000)
    first = collecting.collect(attempt, replace(collecting.order_for(attempt), saves=True))
    saved = gateway.fetch(first.provider_id).saved
    assert saved is not None
    assert (saved.kind, saved.brand, saved.last4) == ("card", "Visa", "4242")
    again = till.begin(one, 2_000)
    PaymentAttempt.objects.filter(id=again.id).update(method_token=saved.token)
    again.refresh_from_db()
    assert till.collect(again).state == "paid"
    till.call("POST", "/v1/account", {"reference_transactions": False})
    refused_one = till.begin(one, 3_000)
    PaymentAttempt.objects.filter(id=refused_one.id).update(method_token=saved.token)
    refused_one.refresh_from_db()
    failed = till.collect(refused_one)
    assert (failed.state, failures.code(failed.failure_reason)) == ("failed", "CP3001")
    assert till.charges(failed) == 0
    gateway.forget_method(saved.token)
    gateway.forget_method(saved.token)


def test_the_gateway_tells_of_refunds_and_disputes_with_the_payment(cast: Cast, till: Till) -> None:
    gateway = accounts.connect(till.account)
    attempt = till.pay(invoice(cast))
    for _twice in range(2):
        given = gateway.refund(attempt.provider_id, Money(2_500, "GBP"), refund="77", key="refund-77")
    assert (given.state, given.money, given.refund) == (RefundState.PAID, Money(2_500, "GBP"), "77")
    with pytest.raises(GatewayRefused, match="refund_too_large"):
        gateway.refund(attempt.provider_id, Money(7_501, "GBP"), refund="78", key="refund-78")
    taken = till.sandbox.order("dispute", payment_intent=attempt.provider_id, amount=5_000)
    told = gateway.fetch(attempt.provider_id)
    assert told.refunds == (given,)
    assert [(one.id, one.state, one.is_withdrawn) for one in told.disputes] == [(taken["id"], DisputeState.OPEN, True)]
    with pytest.raises(GatewayRefused, match="disputed"):
        gateway.refund(attempt.provider_id, Money(1, "GBP"), refund="79", key="refund-79")
    till.sandbox.order("close_dispute", dispute=taken["id"], outcome="won")
    assert not gateway.fetch(attempt.provider_id).disputes[0].is_withdrawn
    assert attempt.provider_id in {one.id for one in gateway.changes(clock.now() - timedelta(minutes=1))}
