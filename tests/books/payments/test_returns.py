"""Money that goes back: refunds, credit instead of money, chargebacks, and what becomes of the invoice."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Sum

from counterfoil.books.ledger.models import CustomerBalance, Leg
from counterfoil.books.organizations import taxes
from counterfoil.books.payments import allocations, refunding, returns
from counterfoil.books.payments.models import Return
from counterfoil.books.payments.returns import Wish
from counterfoil.books.sales import invoices, opening, write_offs
from counterfoil.books.sales.invoices import InvoiceContent
from counterfoil.books.sales.pricing import LineContent
from counterfoil.foundation import clock
from counterfoil.foundation.events import Event
from counterfoil.foundation.money import Money
from tests.support.books import invoice, pay, staff_of
from tests.support.cast import Cast
from tests.support.giving_back import (
    CREDIT,
    GATEWAY,
    OPEN_AGAIN,
    OTHER,
    STAYS_PAID,
    cash,
    give_back,
    look,
    paid,
    standing,
)
from tests.support.races import at_once
from tests.support.refusals import refused
from tests.support.till import Till


def worth(cast: Cast, one: Any, amount: str) -> None:
    """Edit an invoice so that it comes to so much."""
    content = InvoiceContent(
        dated=one.dated, payment_days=30, lines=[LineContent("Boards", Decimal(1), Decimal(amount))]
    )
    invoices.edit(one, content, by=staff_of(cast, cast.bakery), revision=one.revision)


def test_what_is_unused_goes_back_first_and_the_rest_opens_the_invoice_again(cast: Cast) -> None:
    one = invoice(cast)
    payment = pay(cast, cast.bakery, 13_000, {one.id: 10_000})
    back = give_back(cast, payment, 5_000, {one.id: 2_000})
    assert (back.state, standing(one, payment), cash(cast)) == ("paid", [2_000, 0], 8_000)
    one.refresh_from_db()
    assert one.reopened_at is not None
    assert Event.objects.get(name="payment.refunded").data["amount_minor"] == 5_000


def test_an_invoice_can_stay_paid_and_then_revenue_and_tax_shrink(cast: Cast) -> None:
    vat = taxes.add_rate(cast.studio, name="VAT 20%", percent=Decimal(20), by=cast.by_olga)
    one = invoice(cast, lines=[LineContent("Boards", Decimal(1), Decimal(100), tax_rate_id=vat.id)])
    payment = pay(cast, cast.bakery, 12_000, {one.id: 12_000})
    give_back(cast, payment, 3_000, {one.id: 3_000}, effect=STAYS_PAID)
    assert (standing(one, payment), cash(cast)) == ([0, 0], 9_000)
    sums = dict(Leg.objects.values_list("account").annotate(sum=Sum("minor")))
    assert (sums["revenue"], sums["tax"]) == (-7_500, -1_500)


def test_money_becomes_credit_that_pays_another_invoice(cast: Cast) -> None:
    one, other = invoice(cast), invoice(cast, amount="30")
    payment = pay(cast, cast.bakery, 10_000, {one.id: 10_000})
    give_back(cast, payment, 3_000, {one.id: 3_000}, way=CREDIT, effect=STAYS_PAID)
    assert (standing(one, payment), cash(cast)) == ([0, 3_000], 10_000)
    allocations.apply(other, {payment.id: 3_000}, by=cast.by_olga, balance_seen=3_000)
    assert standing(one, other, payment) == [0, 0, 0]


def test_credit_with_the_invoice_open_again_is_the_payment_taken_off(cast: Cast) -> None:
    one = invoice(cast)
    payment = pay(cast, cast.bakery, 10_000, {one.id: 10_000})
    give_back(cast, payment, 4_000, {one.id: 4_000}, way=CREDIT)
    assert standing(one, payment) == [4_000, 4_000]
    assert returns.returnable_minor(payment) == 10_000


def test_through_the_gateway_money_goes_back_once(cast: Cast, till: Till) -> None:
    one = invoice(cast)
    payment = paid(till, one)
    first = give_back(cast, payment, 4_000, {one.id: 4_000}, way=GATEWAY, key="the-same-form")
    again = give_back(cast, payment, 4_000, {one.id: 4_000}, way=GATEWAY, key="the-same-form")
    assert (first.id, first.state, again.state) == (again.id, "paid", "paid")
    told = till.intent(payment.attempt)["refunds"]
    assert [(refund["amount"], refund["id"]) for refund in told] == [(4_000, first.provider_id)]
    look(till, payment)
    assert (standing(one, payment), Return.objects.count(), cash(cast)) == ([4_000, 0], 1, 6_000)
    with refused("FORM_USED"):
        give_back(cast, payment, 5_000, {one.id: 5_000}, way=GATEWAY, key="the-same-form")


@pytest.mark.parametrize("how", ["drop", "hold", "status"])
def test_a_refund_whose_answer_was_lost_is_found_and_never_made_twice(cast: Cast, till: Till, how: str) -> None:
    one = invoice(cast)
    payment = paid(till, one)
    till.sandbox.order("fail_next", path="/v1/refunds", when="after_effect", how=how, seconds=0.1, status=500)
    back = give_back(cast, payment, 4_000, {one.id: 4_000}, way=GATEWAY)
    assert (back.state, standing(one, payment)) == ("started", [4_000, 0])
    clock.now()
    Return.objects.update(ask_at=clock.now() - timedelta(seconds=1))
    assert refunding.ask_due() == 1
    back.refresh_from_db()
    assert (back.state, len(till.intent(payment.attempt)["refunds"])) == ("paid", 1)
    assert standing(one, payment) == [4_000, 0]


def test_a_refund_that_never_arrived_is_asked_for_again_with_the_same_key(cast: Cast, till: Till) -> None:
    one = invoice(cast)
    payment = paid(till, one)
    till.sandbox.order("fail_next", path="/v1/refunds", when="before", how="drop")
    back = give_back(cast, payment, 4_000, {one.id: 4_000}, way=GATEWAY)
    assert (back.state, till.intent(payment.attempt)["refunds"]) == ("started", [])
    refunding.ask(back)
    back.refresh_from_db()
    assert (back.state, len(till.intent(payment.attempt)["refunds"])) == ("paid", 1)


def test_a_part_is_not_asked_for_where_the_gateway_gives_none_back(cast: Cast, till: Till) -> None:
    one = invoice(cast)
    payment = paid(till, one)
    part = Wish(Money(4_000, "GBP"), GATEWAY, OPEN_AGAIN, {one.id: 4_000})
    with refused("NO_PART", field="amount"):
        returns.begin(payment, part, by=cast.by_olga, form_key="part", gives_parts=False)
    assert (standing(one, payment), Return.objects.count()) == ([0, 0], 0)
    whole = Wish(Money(10_000, "GBP"), GATEWAY, OPEN_AGAIN, {one.id: 10_000})
    assert returns.begin(payment, whole, by=cast.by_olga, form_key="whole", gives_parts=False).state == "started"


def test_when_the_key_is_worth_nothing_any_more_it_is_looked_up_and_given_up(cast: Cast, till: Till) -> None:
    one = invoice(cast)
    payment = paid(till, one)
    till.sandbox.order("fail_next", path="/v1/refunds", when="before", how="drop")
    back = give_back(cast, payment, 4_000, {one.id: 4_000}, way=GATEWAY)
    Return.objects.update(made_at=clock.now() - timedelta(hours=25))
    back.refresh_from_db()
    refunding.ask(back)
    back.refresh_from_db()
    assert (back.state, till.intent(payment.attempt)["refunds"]) == ("failed", [])
    assert (standing(one, payment), cash(cast)) == ([0, 0], 10_000)


def test_what_the_gateway_refuses_is_undone_and_the_invoice_is_paid_again(cast: Cast, till: Till) -> None:
    one = invoice(cast)
    payment = paid(till, one)
    till.sandbox.order("refund", payment_intent=payment.provider_id, amount=9_000)
    back = give_back(cast, payment, 4_000, {one.id: 4_000}, way=GATEWAY)
    assert (back.state, back.failure_reason) == ("failed", "refund_too_large")
    # The look at the gateway found the other one, which is booked.
    found = Return.objects.exclude(id=back.id).get()
    assert (found.amount_minor, found.state, found.must_decide) == (9_000, "paid", True)
    assert (standing(one, payment), cash(cast)) == ([9_000, 0], 1_000)


@pytest.mark.parametrize("effect", [OPEN_AGAIN, STAYS_PAID])
def test_a_refund_that_fails_days_later_is_undone(cast: Cast, till: Till, effect: Return.Effect) -> None:
    one = invoice(cast)
    payment = paid(till, one, 6_000)
    till.sandbox.order("settings", processing_seconds=600)
    attempt = till.pay(one, 4_000, card="4000000000005126")
    payment = attempt.payment
    back = give_back(cast, payment, 4_000, {one.id: 4_000}, way=GATEWAY, effect=effect)
    assert back.state == "pending"
    assert standing(one, payment) == [4_000 if effect == OPEN_AGAIN else 0, 0]
    till.sandbox.order("settle_refund", refund=back.provider_id, outcome="failed")
    for _twice in range(2):
        look(till, payment)
    back.refresh_from_db()
    assert (back.state, back.failure_reason) == ("failed", "lost_or_stolen_card")
    assert (standing(one, payment), cash(cast)) == ([0, 0], 10_000)
    assert Event.objects.filter(name="payment.refund_failed").count() == 1
    one.refresh_from_db()
    assert one.reopened_at is None


def test_a_refund_made_at_the_gateway_is_booked_once_and_the_office_decides(cast: Cast, till: Till) -> None:
    one = invoice(cast)
    payment = paid(till, one)
    till.sandbox.order("refund", payment_intent=payment.provider_id, amount=2_500)
    for _twice in range(2):
        look(till, payment)
    back = Return.objects.get()
    assert (back.kind, back.amount_minor, back.must_decide, back.made_by["kind"]) == ("refund", 2_500, True, "system")
    assert (standing(one, payment), cash(cast)) == ([2_500, 0], 7_500)
    for _twice in range(2):
        returns.decide(back, STAYS_PAID, by=cast.by_olga)
    assert (standing(one, payment), cash(cast)) == ([0, 0], 7_500)
    with refused("DECIDED"):
        returns.decide(back, OPEN_AGAIN, by=cast.by_olga)


def test_a_chargeback_opens_the_invoice_again_and_one_that_is_won_pays_it_again(cast: Cast, till: Till) -> None:
    one = invoice(cast)
    payment = paid(till, one)
    taken = till.sandbox.order("dispute", payment_intent=payment.provider_id)
    look(till, payment)
    back = Return.objects.get()
    assert (back.kind, back.state, back.must_decide) == ("chargeback", "open", True)
    assert (standing(one, payment), cash(cast)) == ([10_000, 0], 0)
    payment.attempt.refresh_from_db()
    assert payment.attempt.state == "paid"
    with refused("REFUND_TOO_LARGE"):
        give_back(cast, payment, 1, {one.id: 1})
    till.sandbox.order("close_dispute", dispute=taken["id"], outcome="won")
    for _twice in range(2):
        look(till, payment)
    back.refresh_from_db()
    assert (back.state, back.must_decide, standing(one, payment), cash(cast)) == ("won", False, [0, 0], 10_000)


def test_a_refund_that_failed_and_a_chargeback_that_are_heard_of_at_once_both_count(cast: Cast, till: Till) -> None:
    one = invoice(cast)
    payment = till.pay(one, card="4000000000005126").payment
    refund = give_back(cast, payment, 6_000, {one.id: 6_000}, way=GATEWAY)
    assert (refund.state, standing(one, payment)) == ("pending", [6_000, 0])
    till.sandbox.order("settle_refund", refund=refund.provider_id, outcome="failed")
    till.sandbox.order("dispute", payment_intent=payment.provider_id, amount=3_000)
    look(till, payment)
    assert {back.state for back in Return.objects.all()} == {"failed", "open"}
    assert standing(one, payment) == [3_000, 0]
    balance = CustomerBalance.objects.get(customer=cast.bakery)
    assert (balance.receivable_minor, balance.credit_minor, cash(cast)) == (3_000, 0, 7_000)


def test_a_lost_chargeback_can_become_a_credit(cast: Cast, till: Till) -> None:
    one = invoice(cast)
    payment = paid(till, one)
    taken = till.sandbox.order("dispute", payment_intent=payment.provider_id, amount=3_000)
    look(till, payment)
    back = Return.objects.get()
    pay(cast, cast.bakery, 1_000, {one.id: 1_000})
    returns.decide(back, STAYS_PAID, by=cast.by_olga)
    # The invoice was partly paid otherwise meanwhile: what it didn't need is unused credit.
    assert standing(one, payment) == [0, 1_000]
    till.sandbox.order("close_dispute", dispute=taken["id"], outcome="lost")
    look(till, payment)
    back.refresh_from_db()
    assert (back.state, standing(one, payment)) == ("lost", [0, 1_000])


def test_a_chargeback_that_was_credited_and_is_won_takes_the_credit_back(cast: Cast, till: Till) -> None:
    one = invoice(cast)
    payment = paid(till, one)
    taken = till.sandbox.order("dispute", payment_intent=payment.provider_id)
    look(till, payment)
    returns.decide(Return.objects.get(), STAYS_PAID, by=cast.by_olga)
    till.sandbox.order("close_dispute", dispute=taken["id"], outcome="won")
    look(till, payment)
    assert (standing(one, payment), cash(cast)) == ([0, 0], 10_000)
    sums = dict(Leg.objects.values_list("account").annotate(sum=Sum("minor")))
    assert sums["revenue"] == -10_000
    with refused("DECIDED"):
        returns.decide(Return.objects.get(), OPEN_AGAIN, by=cast.by_olga)


def test_what_does_not_fit_the_payment_is_alerted_and_applied_to_nothing(cast: Cast, till: Till) -> None:
    one = invoice(cast)
    payment = paid(till, one)
    till.sandbox.order("refund", payment_intent=payment.provider_id, amount=2_500)
    path = f"/v1/payment_intents/{payment.provider_id}"
    intent = till.intent(payment.attempt)
    wrong = [intent["refunds"][0] | {"amount": 99_999}]
    till.sandbox.order("fail_next", path=path, when="before", how="alter", change={"refunds": wrong})
    look(till, payment)
    assert not Return.objects.exists()
    assert Event.objects.filter(name="payment.return_mismatched").count() == 1
    assert standing(one, payment) == [0, 0]


def test_what_came_back_makes_room_for_what_went_since_though_both_are_heard_of_at_once(cast: Cast, till: Till) -> None:
    one = invoice(cast)
    payment = paid(till, one)
    dispute = till.sandbox.order("dispute", payment_intent=payment.provider_id)["id"]
    look(till, payment)
    till.sandbox.order("close_dispute", dispute=dispute, outcome="won")
    till.sandbox.order("refund", payment_intent=payment.provider_id, amount=7_000)
    look(till, payment)
    assert list(Return.objects.order_by("id").values_list("state", "amount_minor")) == [
        ("won", 10_000),
        ("paid", 7_000),
    ]
    assert not Event.objects.filter(name="payment.return_mismatched").exists()
    assert (standing(one, payment), cash(cast)) == ([7_000, 0], 3_000)


@pytest.mark.parametrize(
    ("minor", "of_invoice", "way", "code"),
    [
        (0, 0, OTHER, "AMOUNT_TOO_SMALL"),
        (-5, 0, OTHER, "AMOUNT_TOO_SMALL"),
        (12_001, 10_000, OTHER, "REFUND_TOO_LARGE"),
        (5_000, 2_000, OTHER, "SHARES"),
        (5_000, 4_000, OTHER, "SHARES"),
        (1_000, 0, CREDIT, "NOTHING_TO_CREDIT"),
        (1_000, 0, GATEWAY, "NO_GATEWAY"),
    ],
)
def test_a_refund_that_makes_no_sense_changes_nothing(
    cast: Cast, minor: int, of_invoice: int, way: Return.Way, code: str
) -> None:
    one = invoice(cast)
    payment = pay(cast, cast.bakery, 12_000, {one.id: 10_000})
    with refused(code):
        give_back(cast, payment, minor, {one.id: of_invoice} if of_invoice else {}, way=way)
    assert not Return.objects.exists()
    assert standing(one, payment) == [0, 2_000]


def test_another_invoice_another_currency_and_another_organization_are_refused(cast: Cast) -> None:
    one, other = invoice(cast), invoice(cast, cast.bruno.customer)
    payment = pay(cast, cast.bakery, 10_000, {one.id: 10_000})
    with refused("SHARES"):
        give_back(cast, payment, 5_000, {other.id: 5_000})
    wish = Wish(Money(5_000, "EUR"), OTHER, OPEN_AGAIN, {one.id: 5_000})
    with refused("CURRENCY"):
        returns.begin(payment, wish, by=cast.by_olga, form_key="k")
    for person in (cast.otto, cast.vera):
        with refused("NOT_ALLOWED"):
            give_back(cast, payment, 5_000, {one.id: 5_000}, by=person)
    assert standing(one, payment) == [0, 0]


def test_a_written_off_invoice_is_not_opened_again(cast: Cast) -> None:
    one = invoice(cast)
    payment = pay(cast, cast.bakery, 6_000, {one.id: 6_000})
    one.refresh_from_db()
    write_offs.write_off(one, by=cast.by_olga, revision=one.revision)
    with refused("WRITTEN_OFF"):
        give_back(cast, payment, 1_000, {one.id: 1_000})
    give_back(cast, payment, 1_000, {one.id: 1_000}, effect=STAYS_PAID)
    assert standing(one, payment) == [0, 0]


def test_no_more_credit_is_given_on_an_invoice_than_it_is_worth(cast: Cast) -> None:
    one = invoice(cast)
    payment = pay(cast, cast.bakery, 10_000, {one.id: 10_000})
    give_back(cast, payment, 6_000, {one.id: 6_000}, way=CREDIT, effect=STAYS_PAID)
    with refused("CREDITED", field=f"share-{one.id}"):
        give_back(cast, payment, 4_001, {one.id: 4_001}, way=CREDIT, effect=STAYS_PAID)
    give_back(cast, payment, 4_000, {one.id: 4_000}, way=CREDIT, effect=STAYS_PAID)
    assert standing(one, payment) == [0, 10_000]
    assert not Leg.objects.filter(account="revenue").aggregate(sum=Sum("minor"))["sum"]


def test_a_chargeback_of_what_was_credited_already_is_not_credited_again(cast: Cast, till: Till) -> None:
    other, one = invoice(cast), invoice(cast)
    payment = paid(till, one)
    give_back(cast, payment, 10_000, {one.id: 10_000}, way=CREDIT, effect=STAYS_PAID)
    allocations.apply(other, {payment.id: 10_000}, by=cast.by_olga, balance_seen=10_000)
    till.sandbox.order("dispute", payment_intent=payment.provider_id)
    look(till, payment)
    back = Return.objects.get(kind="chargeback")
    assert standing(one, other, payment) == [10_000, 0, 0]
    with refused("CREDITED"):
        returns.decide(back, STAYS_PAID, by=cast.by_olga)
    returns.decide(back, OPEN_AGAIN, by=cast.by_olga)
    assert standing(one, other, payment) == [10_000, 0, 0]


def test_an_invoice_is_not_edited_below_the_credit_that_was_given_on_it(cast: Cast) -> None:
    one = invoice(cast)
    payment = pay(cast, cast.bakery, 10_000, {one.id: 10_000})
    give_back(cast, payment, 6_000, {one.id: 6_000}, effect=STAYS_PAID)
    one.refresh_from_db()
    with refused("CREDITED"):
        worth(cast, one, "59.99")
    worth(cast, one, "60")
    assert standing(one, payment) == [0, 4_000]
    assert not Leg.objects.filter(account="revenue").aggregate(sum=Sum("minor"))["sum"]


def test_an_opening_balance_is_not_set_below_the_credit_that_was_given_on_it(cast: Cast) -> None:
    by, day = staff_of(cast, cast.bakery), clock.today("Europe/London")
    one = opening.set_balance(cast.bakery, Money(10_000, "GBP"), day, by=by)
    assert one is not None
    payment = pay(cast, cast.bakery, 10_000, {one.id: 10_000})
    give_back(cast, payment, 6_000, {one.id: 6_000}, effect=STAYS_PAID)
    with refused("CREDITED"):
        opening.set_balance(cast.bakery, Money(5_999, "GBP"), day, by=by)
    opening.set_balance(cast.bakery, Money(6_000, "GBP"), day, by=by)
    assert standing(one, payment) == [0, 4_000]


def test_voiding_takes_the_credit_on_an_invoice_back_or_is_refused(cast: Cast) -> None:
    one, other = invoice(cast), invoice(cast, amount="80")
    payment = pay(cast, cast.bakery, 10_000, {one.id: 10_000})
    give_back(cast, payment, 4_000, {one.id: 4_000}, effect=STAYS_PAID)
    allocations.take_off(payment, one, by=cast.by_olga)
    allocations.apply(other, {payment.id: 8_000}, by=cast.by_olga, balance_seen=8_000)
    one.refresh_from_db()
    with refused("CREDIT_USED"):
        invoices.void(one, by=staff_of(cast, cast.bakery), revision=one.revision)
    assert standing(one, other, payment) == [10_000, 0, 2_000]
    allocations.take_off(payment, other, by=cast.by_olga)
    one.refresh_from_db()
    invoices.void(one, by=staff_of(cast, cast.bakery), revision=one.revision)
    # Ten thousand came, four went back, nothing is owed for the void invoice: six are left.
    assert standing(one, payment) == [0, 6_000]


@pytest.mark.django_db(transaction=True)
def test_twenty_refunds_at_once_give_back_no_more_than_was_paid(cast: Cast) -> None:
    one = invoice(cast)
    payment = pay(cast, cast.bakery, 10_000, {one.id: 10_000})
    outcomes = at_once(20, lambda _place: give_back(cast, payment, 6_000, {one.id: 6_000}))
    assert sum(outcome.error is None for outcome in outcomes) == 1
    assert {outcome.error.code for outcome in outcomes if outcome.error} == {"REFUND_TOO_LARGE"}
    assert (standing(one, payment), cash(cast)) == ([6_000, 0], 4_000)
    assert CustomerBalance.objects.get(customer=cast.bakery).credit_minor == 0
