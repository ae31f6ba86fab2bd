"""A payer's bank takes back what was given back already: more goes than is left of the payment, and that is lost."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import Sum

from counterfoil.books.ledger import verify
from counterfoil.books.ledger.models import Leg
from counterfoil.books.payments import allocations, reconciling, reports, returns
from counterfoil.books.payments.models import Difference, Return
from counterfoil.books.sales import invoices, write_offs
from counterfoil.foundation import clock
from counterfoil.foundation.events import Event
from tests.support.books import invoice
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
from tests.support.refusals import refused
from tests.support.till import Till


def lost(cast: Cast) -> int:
    return Leg.objects.filter(customer=cast.bakery, account="losses").aggregate(sum=Sum("minor"))["sum"] or 0


def dispute(till: Till, payment: Any, minor: int) -> str:
    """The bank takes so much back, and we hear of it."""
    taken = till.sandbox.order("dispute", payment_intent=payment.provider_id, amount=minor)
    look(till, payment)
    return str(taken["id"])


def ended(till: Till, payment: Any, dispute_id: str, outcome: str) -> None:
    till.sandbox.order("close_dispute", dispute=dispute_id, outcome=outcome)
    for _twice in range(2):
        look(till, payment)


@pytest.mark.parametrize("way", [GATEWAY, OTHER])
@pytest.mark.parametrize("outcome", ["won", "lost"])
def test_a_chargeback_of_what_was_given_back_already_is_booked_to_the_penny(
    cast: Cast, till: Till, way: Return.Way, outcome: str
) -> None:
    one = invoice(cast)
    payment = paid(till, one)
    give_back(cast, payment, 6_000, {one.id: 6_000}, way=way)
    taken = dispute(till, payment, 10_000)
    back = Return.objects.get(kind="chargeback")
    # All of the invoice is open again, and what the bank took beyond that is lost: cash is 60 less than nothing.
    assert (standing(one, payment), cash(cast), lost(cast)) == ([10_000, 0], -6_000, 6_000)
    assert (back.amount_minor, back.excess_minor, back.must_decide) == (10_000, 6_000, True)
    assert not Event.objects.filter(name="payment.return_mismatched").exists()
    Return.objects.filter(id=back.id).update(excess_minor=5_999)
    assert [said for said in verify.differences() if "5999 is to be posted to losses" in said]
    Return.objects.filter(id=back.id).update(excess_minor=6_000)
    assert reconciling.reconcile(till.account, clock.now() - timedelta(days=1)).finished_at
    assert not Difference.objects.exists()
    with refused("REFUND_TOO_LARGE"):
        give_back(cast, payment, 1, {one.id: 1})
    ended(till, payment, taken, outcome)
    back.refresh_from_db()
    assert back.state == outcome
    expected = ([6_000, 0], 4_000, 0) if outcome == "won" else ([10_000, 0], -6_000, 6_000)
    assert (standing(one, payment), cash(cast), lost(cast)) == expected


def test_a_chargeback_of_a_payment_that_was_given_back_whole_leaves_nothing_to_decide(cast: Cast, till: Till) -> None:
    one = invoice(cast)
    payment = paid(till, one)
    give_back(cast, payment, 10_000, {one.id: 10_000}, way=GATEWAY)
    taken = dispute(till, payment, 10_000)
    back = Return.objects.get(kind="chargeback")
    assert (back.excess_minor, back.must_decide) == (10_000, False)
    assert (standing(one, payment), cash(cast), lost(cast)) == ([10_000, 0], -10_000, 10_000)
    assert Event.objects.filter(name="payment.charged_back").count() == 1
    ended(till, payment, taken, "won")
    assert (standing(one, payment), cash(cast), lost(cast)) == ([10_000, 0], 0, 0)


def test_a_chargeback_takes_no_more_from_an_invoice_than_the_payment_still_had(cast: Cast, till: Till) -> None:
    """After credit was given on it, an invoice that stays paid holds more of a payment than is left of it."""
    one = invoice(cast)
    payment = paid(till, one)
    give_back(cast, payment, 6_000, {one.id: 6_000}, way=GATEWAY, effect=STAYS_PAID)
    taken = dispute(till, payment, 10_000)
    assert (standing(one, payment), cash(cast), lost(cast)) == ([4_000, 0], -6_000, 6_000)
    ended(till, payment, taken, "won")
    assert (standing(one, payment), cash(cast), lost(cast)) == ([0, 0], 4_000, 0)


def test_credit_that_was_used_elsewhere_opens_that_invoice_first_and_the_rest_is_lost(cast: Cast, till: Till) -> None:
    one, other = invoice(cast), invoice(cast, amount="70")
    payment = paid(till, one)
    give_back(cast, payment, 7_000, {one.id: 7_000}, way=CREDIT)
    allocations.apply(other, {payment.id: 7_000}, by=cast.by_olga, balance_seen=7_000)
    give_back(cast, payment, 2_000, {one.id: 2_000}, way=GATEWAY)
    taken = dispute(till, payment, 9_000)
    assert (standing(one, other, payment), cash(cast), lost(cast)) == ([10_000, 7_000, 0], -1_000, 1_000)
    ended(till, payment, taken, "won")
    assert (standing(one, other, payment), cash(cast), lost(cast)) == ([9_000, 0, 0], 8_000, 0)


@pytest.mark.parametrize("outcome", ["won", "lost"])
@pytest.mark.parametrize("effect", [OPEN_AGAIN, STAYS_PAID])
def test_a_refund_that_fails_after_the_chargeback_makes_good_what_was_lost(
    cast: Cast, till: Till, effect: Return.Effect, outcome: str
) -> None:
    """What banks do with a refund that is under way when the payment is disputed."""
    one = invoice(cast)
    payment = till.pay(one, card="4000000000005126").payment
    refund = give_back(cast, payment, 6_000, {one.id: 6_000}, way=GATEWAY, effect=effect)
    taken = dispute(till, payment, 10_000)
    back = Return.objects.get(kind="chargeback")
    assert (back.excess_minor, lost(cast), cash(cast)) == (6_000, 6_000, -6_000)
    returns.decide(back, OPEN_AGAIN, by=cast.by_olga)
    till.sandbox.order("settle_refund", refund=refund.provider_id, outcome="failed")
    for _twice in range(2):
        look(till, payment)
    back.refresh_from_db()
    assert (back.excess_minor, back.must_decide, back.shares.get().minor) == (0, True, 10_000)
    assert (standing(one, payment), cash(cast), lost(cast)) == ([10_000, 0], 0, 0)
    ended(till, payment, taken, outcome)
    expected = ([0, 0], 10_000, 0) if outcome == "won" else ([10_000, 0], 0, 0)
    assert (standing(one, payment), cash(cast), lost(cast)) == expected


def test_what_is_made_good_after_the_office_decided_is_decided_once_more(cast: Cast, till: Till) -> None:
    one = invoice(cast)
    payment = till.pay(one, card="4000000000005126").payment
    refund = give_back(cast, payment, 6_000, {one.id: 6_000}, way=GATEWAY)
    taken = dispute(till, payment, 10_000)
    back = Return.objects.get(kind="chargeback")
    returns.decide(back, STAYS_PAID, by=cast.by_olga)
    assert standing(one, payment) == [6_000, 0]
    till.sandbox.order("settle_refund", refund=refund.provider_id, outcome="failed")
    look(till, payment)
    back.refresh_from_db()
    assert (standing(one, payment), back.must_decide) == ([6_000, 0], True)
    assert sorted(share.minor for share in back.shares.all()) == [4_000, 6_000]
    returns.decide(back, STAYS_PAID, by=cast.by_olga)
    assert (standing(one, payment), cash(cast)) == ([0, 0], 0)
    assert Event.objects.filter(name="payment.return_decided").latest("id").data["invoices"] == {str(one.id): 10_000}
    ended(till, payment, taken, "won")
    assert (standing(one, payment), cash(cast), lost(cast)) == ([0, 0], 10_000, 0)
    sums = dict(Leg.objects.values_list("account").annotate(sum=Sum("minor")))
    assert sums["revenue"] == -10_000


def test_what_is_made_good_and_opens_no_invoice_is_not_decided_again(cast: Cast, till: Till) -> None:
    one = invoice(cast)
    payment = till.pay(one, card="4000000000005126").payment
    refund = give_back(cast, payment, 6_000, {one.id: 6_000}, way=GATEWAY)
    dispute(till, payment, 10_000)
    back = Return.objects.get(kind="chargeback")
    returns.decide(back, OPEN_AGAIN, by=cast.by_olga)
    one.refresh_from_db()
    invoices.void(one, by=cast.by_olga, revision=one.revision)
    till.sandbox.order("settle_refund", refund=refund.provider_id, outcome="failed")
    look(till, payment)
    back.refresh_from_db()
    assert (back.excess_minor, back.must_decide, back.shares.get().minor) == (0, False, 4_000)
    assert (cash(cast), lost(cast)) == (0, 0)


def test_what_is_credited_on_a_written_off_invoice_stands_beside_what_is_open_of_it(cast: Cast, till: Till) -> None:
    """So that each is undone as it was done, and once the bank gives the money back the invoice is paid."""
    one = invoice(cast)
    payment = till.pay(one, card="4000000000005126").payment
    refund = give_back(cast, payment, 6_000, {one.id: 6_000}, way=GATEWAY, effect=STAYS_PAID)
    taken = dispute(till, payment, 9_000)
    assert standing(one, payment) == [4_000, 0]
    one.refresh_from_db()
    write_offs.write_off(one, by=cast.by_olga, revision=one.revision)
    till.sandbox.order("settle_refund", refund=refund.provider_id, outcome="failed")
    look(till, payment)
    shares = Return.objects.get(kind="chargeback").shares
    assert sorted((share.minor, share.grant is None) for share in shares.all()) == [(4_000, True), (5_000, False)]
    one.refresh_from_db()
    write_offs.undo(one, by=cast.by_olga, revision=one.revision)
    ended(till, payment, taken, "won")
    assert (standing(one, payment), cash(cast), lost(cast)) == ([0, 0], 10_000, 0)


def test_a_refund_at_the_gateway_of_what_was_given_back_in_cash_is_booked_too(cast: Cast, till: Till) -> None:
    one = invoice(cast)
    payment = paid(till, one)
    give_back(cast, payment, 6_000, {one.id: 6_000})
    till.sandbox.order("refund", payment_intent=payment.provider_id, amount=10_000)
    for _twice in range(2):
        look(till, payment)
    assert (standing(one, payment), cash(cast), lost(cast)) == ([10_000, 0], -6_000, 6_000)


def test_what_was_lost_is_what_was_received_less_in_the_report(cast: Cast, till: Till) -> None:
    one = invoice(cast)
    payment = paid(till, one)
    give_back(cast, payment, 6_000, {one.id: 6_000}, way=GATEWAY)
    dispute(till, payment, 10_000)
    (day,) = reports.received(cast.studio.id, payment.paid_on, payment.paid_on)
    assert (day.gross_minor, day.returned_minor, day.net_minor) == (10_000, 16_000, cash(cast))
