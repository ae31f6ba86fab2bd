"""Each refund and dispute is compared by its id, what is under way has an end, and a silence is told once."""

from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import transaction

from counterfoil.books.customers.models import Customer
from counterfoil.books.payments import attempts, following, reconciling
from counterfoil.books.payments.gateways.interface import RefundSnapshot, RefundState
from counterfoil.books.payments.models import (
    Comparison,
    Difference,
    GatewayAccount,
    Payment,
    PaymentAttempt,
    Return,
    SavedMethod,
)
from counterfoil.foundation import clock
from counterfoil.foundation.money import Money
from counterfoil.outbound import spreading, words
from counterfoil.outbound.models import Notification
from tests.support.books import invoice
from tests.support.cast import Cast
from tests.support.comparing import alter, compare, page, pay_there, rings, silence
from tests.support.locking import until_it_waits
from tests.support.races import at_once
from tests.support.till import SLOW, Till

BANK = "pm_bank_000123456789"


def test_money_that_went_back_only_at_the_gateway_is_found(cast: Cast, till: Till) -> None:
    payment = till.pay(invoice(cast)).payment
    refund = till.sandbox.order("refund", payment_intent=payment.provider_id, amount=4_000)
    assert compare(till) == []
    back = Return.objects.get()
    following.settle(back, _failed(back))
    assert compare(till) == [("returned_there", 4_000, 0)]
    text = page(cast)
    assert "Went back at the gateway, not in the books" in text
    assert refund["id"] in text
    assert compare(till) == [("returned_there", 4_000, 0)]
    assert rings("gateway.differed") == 1


def _failed(back: Any) -> RefundSnapshot:
    """As if a bank had said that a refund came back to it."""
    money = Money(back.amount_minor, back.currency)
    return RefundSnapshot(id=back.provider_id, payment_id="", money=money, state=RefundState.FAILED)


def test_two_refunds_of_one_amount_are_told_apart(cast: Cast, till: Till) -> None:
    payment = till.pay(invoice(cast)).payment
    for _place in range(2):
        till.sandbox.order("refund", payment_intent=payment.provider_id, amount=4_000)
    assert compare(till) == []
    first, second = Return.objects.order_by("id")
    following.settle(first, _failed(first))
    alter(
        till,
        payment,
        refunds=[one for one in till.intent(payment.attempt)["refunds"] if one["id"] == first.provider_id],
    )
    # As much went back on both sides, and not the same.
    assert sorted(compare(till)) == [("returned_here", 0, 4_000), ("returned_there", 4_000, 0)]
    ids = {one.kind: one.child_id for one in Difference.objects.all()}
    assert ids == {"returned_there": first.provider_id, "returned_here": second.provider_id}
    assert [kind for kind, _there, _here in compare(till)] == ["returned_there"]


def test_a_refund_of_another_amount_is_found(cast: Cast, till: Till) -> None:
    payment = till.pay(invoice(cast)).payment
    till.sandbox.order("refund", payment_intent=payment.provider_id, amount=4_000)
    assert compare(till) == []
    alter(till, payment, refunds=[one | {"amount": 3_000} for one in till.intent(payment.attempt)["refunds"]])
    assert compare(till) == [("amount", 3_000, 4_000)]
    assert Return.objects.get().amount_minor == 4_000
    assert compare(till) == []


def test_a_chargeback_is_taken_over_and_is_found_when_it_is_here_alone(cast: Cast, till: Till) -> None:
    one = invoice(cast)
    payment = till.pay(one).payment
    dispute = till.sandbox.order("dispute", payment_intent=payment.provider_id, amount=10_000)
    assert compare(till) == []
    one.refresh_from_db()
    assert (Return.objects.get().kind, one.balance_minor) == ("chargeback", 10_000)
    till.sandbox.order("close_dispute", dispute=dispute["id"], outcome="lost")
    assert compare(till) == []
    # A bank that gives money back after it was lost is no case that the books take over by themselves.
    told = [each | {"status": "won", "funds_withdrawn": False} for each in till.intent(payment.attempt)["disputes"]]
    alter(till, payment, disputes=told)
    assert compare(till) == [("returned_here", 0, 10_000)]
    assert Difference.objects.get().child_id == dispute["id"]
    assert Return.objects.get().state == "lost"


def test_a_chargeback_that_was_won_is_over_on_both_sides(cast: Cast, till: Till) -> None:
    payment = till.pay(invoice(cast)).payment
    dispute = till.sandbox.order("dispute", payment_intent=payment.provider_id, amount=10_000)
    assert compare(till) == []
    till.sandbox.order("close_dispute", dispute=dispute["id"], outcome="won")
    assert compare(till) == []
    assert Return.objects.get().state == "won"


def test_another_currency_is_found_and_each_side_is_said_in_its_own(cast: Cast, till: Till) -> None:
    one = invoice(cast)
    payment = till.pay(one).payment
    charge = till.intent(payment.attempt)["charge"]
    alter(till, payment, currency="eur", charge=charge | {"currency": "eur"})
    assert compare(till) == [("amount", 10_000, 10_000)]
    assert "At the gateway €100.00, in the books £100.00." in page(cast)
    one.refresh_from_db()
    assert (one.balance_minor, payment.currency) == (0, "GBP")


def test_test_money_at_a_live_account_is_found(cast: Cast, till: Till) -> None:
    till.pay(invoice(cast))
    GatewayAccount.objects.filter(id=till.account.id).update(is_live=True)
    till.account.refresh_from_db()
    assert compare(till) == [("mode", 10_000, 10_000)]
    assert "Test money at a live account, or the other way" in page(cast)
    GatewayAccount.objects.filter(id=till.account.id).update(is_live=False)
    till.account.refresh_from_db()
    assert compare(till) == []


@pytest.mark.parametrize(("card", "days"), [(SLOW, 1), (BANK, 14)])
def test_what_is_under_way_for_longer_than_the_gateway_takes_is_told_until_it_ends(
    cast: Cast, till: Till, card: str, days: int
) -> None:
    attempt = under_way(cast, till, card)
    begun = attempt.confirm_started_at
    PaymentAttempt.objects.filter(id=attempt.id).update(confirm_started_at=begun - timedelta(days=days, minutes=-9))
    assert compare(till) == []
    PaymentAttempt.objects.filter(id=attempt.id).update(confirm_started_at=begun - timedelta(days=days, minutes=1))
    assert compare(till) == compare(till) == [("open_too_long", 10_000, 10_000)]
    text = page(cast)
    assert "Open too long" in text
    assert "£100.00 has been under way since" in text
    assert f'/office/{cast.studio.id}/customers/{cast.bakery.id}/">{cast.bakery.display_name}</a>' in text
    assert rings("gateway.differed") == 1
    till.settle(attempt, "succeeded")
    assert compare(till) == []
    attempt.refresh_from_db()
    assert attempt.state == "paid"


def under_way(cast: Cast, till: Till, card: str) -> Any:
    """A payment that the gateway says it is processing."""
    if card == BANK:
        Customer.objects.filter(id=cast.bakery.id).update(may_pay_by_bank=True)
        method = attempts.Method(token=BANK, kind=SavedMethod.Kind.BANK)
        attempt = till.collect(till.begin(invoice(cast), method=method))
    else:
        attempt = till.pay(invoice(cast), card=card)
    assert attempt.state == "processing"
    return attempt


def test_a_payment_that_the_gateway_lost_on_the_way_is_open_too_long(cast: Cast, till: Till) -> None:
    attempt = till.pay(invoice(cast), card=SLOW)
    ago = clock.now() - timedelta(days=2)
    PaymentAttempt.objects.filter(id=attempt.id).update(provider_id="pi_gone", confirm_started_at=ago)
    assert compare(till) == [("open_too_long", 10_000, 10_000)]
    PaymentAttempt.objects.filter(id=attempt.id).update(provider_id=attempt.provider_id, state="cancelled")
    assert compare(till) == []


def test_a_silence_rings_the_bell_once_and_the_next_one_again(cast: Cast, till: Till) -> None:
    for expected in (1, 1):
        silence(till)
        assert reconciling.reconcile(till.account).silent_at is not None
        assert rings("gateway.silent") == expected
    while spreading.spread_due():
        pass
    line = Notification.objects.get(event__name="gateway.silent", staff=cast.olga)
    said = words.sentence(line.event, door="office", reader_language="en")
    assert (said.title, said.target) == ("Gateway does not answer", ("report_gateways", ()))
    assert reconciling.reconcile(till.account).silent_at is None
    silence(till)
    reconciling.reconcile(till.account)
    assert rings("gateway.silent") == 2


def test_a_comparison_that_goes_on_is_no_silence(cast: Cast, till: Till) -> None:
    comparison = reconciling.reconcile(till.account)
    Comparison.objects.filter(id=comparison.id).update(finished_at=None)
    text = page(cast)
    assert "Not finished" in text
    assert "The gateway did not answer" not in text


def test_two_comparisons_at_once_tell_of_a_difference_and_of_a_silence_once(
    both_databases: str, cast: Cast, till: Till
) -> None:
    pay_there(till)
    payment = till.pay(invoice(cast), card=SLOW)
    till.settle(payment, "succeeded")
    outcomes = at_once(2, lambda place: reconciling.reconcile(till.account))
    assert [outcome.error for outcome in outcomes] == [None, None]
    assert (Difference.objects.count(), rings("gateway.differed")) == (1, 1)
    assert Payment.objects.count() == 1
    for _place in range(2):
        silence(till)
    outcomes = at_once(2, lambda place: reconciling.reconcile(till.account))
    assert [outcome.error for outcome in outcomes] == [None, None]
    assert rings("gateway.silent") == 1
    assert compare(till) == [("paid_there", 5_500, 0)]


def test_who_writes_down_what_differs_waits_for_who_does_so_just_now(
    both_databases: str, cast: Cast, till: Till
) -> None:
    paid, outcomes = pay_there(till), list[Any]()

    def reconcile() -> None:
        outcomes.extend(at_once(1, lambda place: reconciling.reconcile(till.account)))

    with transaction.atomic():
        GatewayAccount.objects.select_for_update(no_key=True).get(id=till.account.id)
        thread = Thread(target=reconcile, daemon=True)
        thread.start()
        assert until_it_waits(thread), outcomes
        Difference.objects.create(
            organization=cast.studio,
            gateway=till.account,
            kind=Difference.Kind.PAID_THERE,
            provider_id=paid,
            currency="GBP",
            here_minor=0,
            there_currency="GBP",
            there_minor=5_500,
            found_at=clock.now(),
        )
    thread.join(60)
    assert [outcome.error for outcome in outcomes] == [None]
    assert (Difference.objects.count(), rings("gateway.differed")) == (1, 0)
