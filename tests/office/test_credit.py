"""Using credit for an invoice, and taking a payment off one that it was wrongly used for."""

from datetime import timedelta
from typing import Any

import pytest

from counterfoil.books.ledger.verify import differences
from counterfoil.books.payments import allocations
from counterfoil.books.payments.models import Payment
from counterfoil.books.sales import write_offs
from counterfoil.books.sales.models import Invoice
from counterfoil.foundation import clock
from counterfoil.foundation.events import Event
from tests.support.books import invoice, pay
from tests.support.cast import Cast, actor, visitor
from tests.support.races import at_once
from tests.support.refusals import everything, refused
from tests.support.till import Till


def url(cast: Cast, path: str) -> str:
    return f"/office/{cast.studio.id}/{path}"


def send(cast: Cast, one: Any, shares: dict[int, str], *, person: Any = None, seen: int | None = None) -> Any:
    data: dict[str, Any] = {"balance_seen": one.balance_minor if seen is None else seen}
    data |= {f"share-{payment_id}": text for payment_id, text in shares.items()}
    return visitor(person or cast.olga).post(url(cast, f"invoices/{one.id}/credits/"), data)


def take_off(cast: Cast, payment: Any, one: Any, *, person: Any = None) -> Any:
    return visitor(person or cast.olga).post(url(cast, f"payments/{payment.id}/invoices/{one.id}/taking-off/"))


def balances(*rows: Any) -> list[int]:
    for row in rows:
        row.refresh_from_db()
    return [row.balance_minor for row in rows]


def test_credit_of_two_payments_pays_an_invoice_from_the_oldest_first(cast: Cast) -> None:
    first, second = pay(cast, cast.bakery, 3_000), pay(cast, cast.bakery, 9_000)
    one = invoice(cast, amount="100")
    assert "Apply credits" in visitor(cast.olga).get(url(cast, f"invoices/{one.id}/")).text
    form = visitor(cast.olga).get(url(cast, f"invoices/{one.id}/credits/")).context["form"]
    offered = {first.id: form[f"share-{first.id}"].value(), second.id: form[f"share-{second.id}"].value()}
    assert offered == {first.id: "30.00", second.id: "70.00"}
    answer = send(cast, one, offered)
    assert (answer.status_code, answer.url) == (303, url(cast, f"invoices/{one.id}/"))
    assert balances(one, first, second) == [0, 0, 2_000]
    assert differences() == []
    assert "used £100.00 of credit" in visitor(cast.olga).get(answer.url).text


def test_what_a_payment_underway_holds_is_named(cast: Cast, till: Till) -> None:
    pay(cast, cast.bakery, 3_000)
    one = invoice(cast, amount="100")
    till.begin(one)
    text = visitor(cast.olga).get(url(cast, f"invoices/{one.id}/credits/")).text
    assert "£100.00 is being processed." in text
    assert f"£0.00 of {one.number} can be paid." in text


def test_the_customer_sees_the_invoice_paid_and_less_credit(cast: Cast) -> None:
    payment, one = pay(cast, cast.bakery, 15_000), invoice(cast, amount="100")
    send(cast, one, {payment.id: "100"})
    portal = f"/portal/lindqvist-zhou/{cast.bakery.id}/"
    assert "£50.00" in visitor(cast.ana).get(portal).text
    assert payment.number in visitor(cast.ana).get(f"{portal}invoices/{one.id}/").text


def test_the_same_form_sent_twice_uses_the_credit_once(cast: Cast) -> None:
    payment, one = pay(cast, cast.bakery, 9_000), invoice(cast, amount="100")
    assert send(cast, one, {payment.id: "40"}).status_code == 303
    assert send(cast, one, {payment.id: "40"}).status_code == 409
    assert balances(one, payment) == [6_000, 5_000]


@pytest.mark.parametrize(
    ("typed", "field"),
    [("0", ""), ("-1", "share"), ("abc", "share"), ("1.234", "share"), ("€5", "share"), ("90.01", "share"), ("", "")],
)
def test_what_is_wrong_is_said_and_nothing_is_used(cast: Cast, typed: str, field: str) -> None:
    payment, one = pay(cast, cast.bakery, 9_000), invoice(cast, amount="100")
    before = everything()
    answer = send(cast, one, {payment.id: typed})
    assert answer.status_code == 422
    if field:
        assert f'id="id_share-{payment.id}-error"' in answer.text
    assert 'role="alert"' in answer.text
    assert everything() == before


def test_no_more_is_used_than_is_owed_and_not_being_paid_just_now(cast: Cast, till: Any) -> None:
    payment, one = pay(cast, cast.bakery, 20_000), invoice(cast, amount="100")
    with refused("NOT_PAYABLE"):
        allocations.apply(one, {payment.id: 10_001}, by=cast.by_olga, balance_seen=10_000)
    till.begin(one, 6_000)
    with refused("NOT_PAYABLE"):
        allocations.apply(one, {payment.id: 5_000}, by=cast.by_olga, balance_seen=10_000)
    allocations.apply(one, {payment.id: 4_000}, by=cast.by_olga, balance_seen=10_000)
    assert balances(one) == [6_000]


def test_anothers_credit_is_not_used(cast: Cast) -> None:
    one, theirs, foreign = invoice(cast), pay(cast, cast.tidewater, 9_000), pay(cast, cast.foyle, 9_000)
    for payment in (theirs, foreign):
        with refused("CREDIT_USED"):
            allocations.apply(one, {payment.id: 1_000}, by=cast.by_olga, balance_seen=10_000)
    assert send(cast, one, {theirs.id: "10"}).status_code == 422


def test_neither_a_customer_nor_a_viewer_nor_a_stranger_uses_credit(cast: Cast) -> None:
    payment, one = pay(cast, cast.bakery, 9_000), invoice(cast)
    with refused("NOT_ALLOWED"):
        allocations.apply(one, {payment.id: 1_000}, by=cast.by_ana, balance_seen=10_000)
    with refused("NOT_ALLOWED"):
        allocations.apply(one, {payment.id: 1_000}, by=actor(cast.otto), balance_seen=10_000)
    assert send(cast, one, {payment.id: "10"}, person=cast.vera).status_code == 403
    assert send(cast, one, {payment.id: "10"}, person=cast.otto).status_code == 404


def test_a_payment_used_for_the_wrong_invoice_is_taken_off_and_applied_to_the_right_one(cast: Cast) -> None:
    wrong, right = invoice(cast, amount="100"), invoice(cast, amount="80")
    payment = pay(cast, cast.bakery, 10_000, {wrong.id: 10_000})
    assert f"Take off {wrong.number}" in visitor(cast.olga).get(url(cast, f"payments/{payment.id}/")).text
    with clock.travel(by=timedelta(days=3)):
        assert take_off(cast, payment, wrong).status_code == 303
        assert balances(wrong, payment) == [10_000, 10_000]
        send(cast, right, {payment.id: "80"})
    assert balances(wrong, right, payment) == [10_000, 0, 2_000]
    assert differences() == []
    assert list(Event.objects.filter(name__startswith="credit.").order_by("id").values_list("name", flat=True)) == [
        "credit.taken_off",
        "credit.applied",
    ]


def test_taking_off_twice_is_refused(cast: Cast) -> None:
    one = invoice(cast)
    payment = pay(cast, cast.bakery, 10_000, {one.id: 10_000})
    allocations.take_off(payment, one, by=cast.by_olga)
    with refused("NOT_USED"):
        allocations.take_off(payment, one, by=cast.by_olga)
    assert take_off(cast, payment, one, person=cast.vera).status_code == 403
    assert take_off(cast, payment, one, person=cast.otto).status_code == 404


def test_credit_that_was_used_up_meanwhile_is_said_beside_its_field(cast: Cast) -> None:
    payment, one, other = pay(cast, cast.bakery, 9_000), invoice(cast), invoice(cast)
    allocations.apply(other, {payment.id: 9_000}, by=cast.by_olga, balance_seen=10_000)
    answer = send(cast, one, {payment.id: "90"})
    assert answer.status_code == 422
    assert f'id="id_share-{payment.id}-error"' in answer.text
    assert balances(one) == [10_000]


def test_nothing_is_taken_off_an_invoice_that_is_written_off(cast: Cast) -> None:
    one = invoice(cast)
    payment = pay(cast, cast.bakery, 4_000, {one.id: 4_000})
    one.refresh_from_db()
    write_offs.write_off(one, by=cast.by_olga, revision=one.revision)
    with refused("WRITTEN_OFF"):
        allocations.take_off(payment, one, by=cast.by_olga)
    assert take_off(cast, payment, one).status_code == 303


def test_twenty_who_use_the_same_credit_at_once_use_it_once(both_databases: str, cast: Cast) -> None:
    payment = pay(cast, cast.bakery, 1_000)
    invoices = [invoice(cast, amount="10") for _ in range(20)]
    outcomes = at_once(
        20,
        lambda place: allocations.apply(
            invoices[place], {payment.id: 1_000}, by=cast.by_olga, balance_seen=invoices[place].balance_minor
        ),
    )
    done = [outcome for outcome in outcomes if outcome.error is None]
    assert len(done) == 1
    assert {getattr(outcome.error, "code", None) for outcome in outcomes if outcome.error} == {"CREDIT_USED"}
    assert Payment.objects.get(id=payment.id).balance_minor == 0
    assert Invoice.objects.filter(balance_minor=0).count() == 1
    assert differences() == []
