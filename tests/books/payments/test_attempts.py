"""Beginning to pay: what is refused, and that the same form is one attempt."""

import dataclasses
from typing import Any

import pytest

from counterfoil.books.customers import portal_access
from counterfoil.books.ledger import verify
from counterfoil.books.payments import attempts, gateway_accounts
from counterfoil.books.payments.models import Payment, PaymentAttempt
from counterfoil.books.sales import invoices
from counterfoil.foundation.refusal import Refused
from tests.support.books import draft_invoice, invoice, pay, staff_of
from tests.support.cast import Cast, actor
from tests.support.till import Till


def assert_nothing_happened() -> None:
    assert not PaymentAttempt.objects.exists()
    assert not Payment.objects.filter(mode="card").exists()
    assert not verify.differences()


def test_an_attempt_holds_what_it_is_for(cast: Cast, till: Till) -> None:
    one = invoice(cast)
    till.begin(one, 4_000)
    assert attempts.payable_minor(one) == 6_000
    till.begin(one, 6_000)
    assert attempts.payable_minor(one) == 0
    assert [share.minor for share in attempts.holds(one)] == [4_000, 6_000]
    with pytest.raises(Refused, match="PAYMENT_IN_PROGRESS"):
        till.begin(one, 1_000)


def test_the_same_form_sent_twice_is_one_attempt(cast: Cast, till: Till) -> None:
    one, key = invoice(cast), "k" * 32
    first, second = till.begin(one, key=key), till.begin(one, key=key)
    assert first.id == second.id
    assert till.collect(first).state == "paid"
    assert till.collect(second).state == "paid"
    again = attempts.same_again(first, {one.id: 10_000})
    assert (till.charges(again), Payment.objects.count()) == (1, 1)


def test_the_same_form_with_another_amount_is_refused(cast: Cast, till: Till) -> None:
    one, key = invoice(cast), "k" * 32
    till.begin(one, 5_000, key=key)
    with pytest.raises(Refused, match="FORM_USED"):
        till.begin(one, 4_000, key=key)
    assert PaymentAttempt.objects.count() == 1


def test_long_keys_of_two_forms_that_begin_alike_are_two_attempts(cast: Cast, till: Till) -> None:
    one = invoice(cast)
    first, second = till.begin(one, 4_000, key="k" * 63 + "1"), till.begin(one, 4_000, key="k" * 63 + "2")
    assert first.idempotency_key != second.idempotency_key


@pytest.mark.parametrize(
    ("minor", "code"),
    [(0, "AMOUNT_TOO_SMALL"), (-1_000, "AMOUNT_TOO_SMALL"), (10_001, "AMOUNT_TOO_LARGE"), (29, "CP4001")],
)
def test_an_amount_that_can_not_be_is_refused(cast: Cast, till: Till, minor: int, code: str) -> None:
    with pytest.raises(Refused, match=code) as refused:
        till.begin(invoice(cast), minor)
    assert refused.value.field == "amount"
    assert_nothing_happened()


def test_part_is_refused_where_the_invoice_is_paid_whole(cast: Cast, till: Till) -> None:
    one = invoice(cast, allows_partial=False)
    with pytest.raises(Refused, match="PARTIAL_NOT_ALLOWED"):
        till.begin(one, 9_999)
    assert_nothing_happened()
    assert till.pay(one).state == "paid"


def test_the_limits_of_a_gateway_are_kept(cast: Cast, till: Till) -> None:
    one = invoice(cast)
    can = till.capabilities()
    for limit, code in (
        ({"most": {"GBP": 9_999}}, "AMOUNT_TOO_LARGE"),
        ({"step": {"GBP": 7}}, "AMOUNT_STEP"),
        ({"currencies": frozenset({"EUR"})}, "CP4003"),
    ):
        with pytest.raises(Refused, match=code):
            begin(cast, till, one, capabilities=dataclasses.replace(can, **limit))
    assert_nothing_happened()


def begin(cast: Cast, till: Till, one: Any, **other: Any) -> PaymentAttempt:
    said = {
        "customer_id": one.customer_id,
        "gateway": till.account,
        "capabilities": till.capabilities(),
        "by": cast.by_ana,
        "form_key": "k" * 32,
    }
    return attempts.begin(other.pop("shares", {one.id: 10_000}), **(said | other))


@pytest.mark.parametrize("what", ["draft", "void", "paid", "of another customer"])
def test_what_is_not_owed_can_not_be_paid(cast: Cast, till: Till, what: str) -> None:
    one = draft_invoice(cast) if what == "draft" else invoice(cast, cast.tidewater if "another" in what else None)
    if what == "void":
        invoices.void(one, by=staff_of(cast, cast.bakery), revision=one.revision)
    if what == "paid":
        pay(cast, cast.bakery, 10_000, {one.id: 10_000})
    with pytest.raises(Refused, match="NOT_PAYABLE"):
        begin(cast, till, one, customer_id=cast.bakery.id)
    assert_nothing_happened()


def test_only_the_customers_own_people_pay(cast: Cast, till: Till) -> None:
    one = invoice(cast)
    for person in (cast.bruno, cast.fia, cast.olga, cast.vera, cast.otto):
        with pytest.raises(Refused, match="NOT_YOURS"):
            begin(cast, till, one, by=actor(person))
    assert_nothing_happened()


def test_who_lost_access_reads_the_code(cast: Cast, till: Till) -> None:
    one = invoice(cast)
    portal_access.configure(cast.bakery, {cast.sam.id}, by=cast.by_olga)
    with pytest.raises(Refused, match="CP1003"):
        begin(cast, till, one)
    assert_nothing_happened()


def test_a_gateway_that_is_off_takes_nothing(cast: Cast, till: Till) -> None:
    one = invoice(cast)
    capabilities = till.capabilities()
    gateway_accounts.disable(till.account, by=cast.by_olga)
    with pytest.raises(Refused, match="GATEWAY_OFF"):
        begin(cast, till, one, capabilities=capabilities)
    assert_nothing_happened()


def test_a_gateway_that_the_invoice_does_not_allow_takes_nothing(cast: Cast, till: Till) -> None:
    with pytest.raises(Refused, match="GATEWAY_OFF"):
        till.begin(invoice(cast, gateway_ids=[1]))
    assert_nothing_happened()
