"""Giving up what is still owed of an invoice, and going back on that."""

from datetime import timedelta
from typing import Any

import pytest

from counterfoil.books.ledger.models import CustomerBalance, Leg, MonthBalance
from counterfoil.books.ledger.verify import differences
from counterfoil.books.sales import invoices, write_offs
from counterfoil.books.sales.models import Invoice
from counterfoil.foundation import clock
from counterfoil.foundation.events import Event
from tests.support.books import draft_invoice, invoice, pay
from tests.support.cast import Cast, actor, visitor
from tests.support.refusals import refused


def written_off(cast: Cast, amount: str = "100") -> Invoice:
    one = invoice(cast, amount=amount)
    return write_offs.write_off(one, by=cast.by_olga, revision=one.revision)


def test_what_is_left_is_given_up_and_what_was_paid_stays(cast: Cast) -> None:
    one = invoice(cast, amount="100")
    pay(cast, cast.bakery, 4_000, {one.id: 4_000})
    with clock.travel(by=timedelta(days=40)):
        one = write_offs.write_off(one, by=cast.by_olga, revision=one.revision)
        today = clock.today("Europe/London")
    assert (one.state, one.balance_minor, one.written_off_minor) == ("written_off", 0, 6_000)
    assert CustomerBalance.objects.get(customer=cast.bakery).receivable_minor == 0
    legs = Leg.objects.filter(account="write_off")
    assert [(leg.minor, leg.counts_on) for leg in legs] == [(6_000, today)]
    assert MonthBalance.objects.get(account="write_off").minor == 6_000
    assert Event.objects.get(name="invoice.written_off").data["amount_minor"] == 6_000
    assert differences() == []


def test_undoing_makes_it_owed_again(cast: Cast) -> None:
    one = written_off(cast)
    one = write_offs.undo(one, by=cast.by_olga, revision=one.revision)
    assert (one.state, one.balance_minor, one.written_off_minor) == ("issued", 10_000, 0)
    assert differences() == []
    again = write_offs.write_off(one, by=cast.by_olga, revision=one.revision)
    again = write_offs.undo(again, by=cast.by_olga, revision=again.revision)
    assert again.balance_minor == 10_000
    assert differences() == []


def test_only_what_is_still_owed_is_written_off(cast: Cast) -> None:
    draft, paid = draft_invoice(cast), invoice(cast, amount="100")
    pay(cast, cast.bakery, 10_000, {paid.id: 10_000})
    void = invoice(cast)
    void = invoices.void(void, by=cast.by_olga, revision=void.revision)
    for one in (draft, paid, void, written_off(cast)):
        with refused("NOT_OWED"):
            write_offs.write_off(one, by=cast.by_olga, revision=one.revision)
    with refused("NOT_WRITTEN_OFF"):
        write_offs.undo(paid, by=cast.by_olga, revision=paid.revision)


def test_only_staff_of_the_organization_who_saw_it_as_it_is(cast: Cast) -> None:
    one = invoice(cast)
    for person in (cast.ana, cast.vera, cast.otto):
        with refused("NOT_ALLOWED"):
            write_offs.write_off(one, by=actor(person), revision=one.revision)
    with refused("INVOICE_CHANGED"):
        write_offs.write_off(one, by=cast.by_olga, revision=one.revision + 1)


def test_until_it_is_undone_it_is_neither_edited_nor_sent_nor_voided(cast: Cast) -> None:
    one = written_off(cast)
    with refused("WRITTEN_OFF"):
        invoices.send(one, to=[cast.ana.id], by=cast.by_olga, revision=one.revision)
    with refused("NOT_ISSUED"):
        invoices.void(one, by=cast.by_olga, revision=one.revision)


def test_the_customer_reads_it_and_can_pay_nothing(cast: Cast) -> None:
    one = written_off(cast)
    address = f"/portal/lindqvist-zhou/{cast.bakery.id}/invoices/{one.id}/"
    page = visitor(cast.ana).get(address)
    assert "Written off" in page.text
    assert "Pay now" not in page.text
    assert "There is nothing to pay" in visitor(cast.ana).get(f"{address}pay/").text
    assert one.number not in visitor(cast.ana).get(f"{address}../?status=unpaid").text
    assert (
        one.number not in visitor(cast.ana).get(f"/portal/lindqvist-zhou/{cast.bakery.id}/invoices/?status=paid").text
    )


def test_money_that_comes_all_the_same_becomes_credit(cast: Cast, till: Any) -> None:
    one = invoice(cast, amount="100")
    attempt = till.begin(one)
    write_offs.write_off(one, by=cast.by_olga, revision=one.revision)
    payment = till.collect(attempt).payment
    assert payment.balance_minor == 10_000
    assert Invoice.objects.get(id=one.id).state == "written_off"
    assert differences() == []


@pytest.mark.parametrize("act", ["write-off", "write-off/undoing"])
def test_the_office_does_both_with_a_button(cast: Cast, act: str) -> None:
    one = invoice(cast) if act == "write-off" else written_off(cast)
    address = f"/office/{cast.studio.id}/invoices/{one.id}/"
    answer = visitor(cast.olga).post(f"{address}{act}/", {"revision": one.revision})
    assert answer.status_code == 303
    expected = "Undo the write-off" if act == "write-off" else "Write off what is left"
    assert expected in visitor(cast.olga).get(address).text
    listed = visitor(cast.olga).get(f"/office/{cast.studio.id}/invoices/?status=written-off").context["rows"]
    assert len(listed) == (act == "write-off")
