"""Money that the office writes down: what it pays, what is left of it, and what is refused."""

import secrets
from datetime import timedelta
from typing import Any

import pytest

from counterfoil.books.ledger import ledger
from counterfoil.books.ledger.models import CustomerBalance, Leg
from counterfoil.books.ledger.verify import differences
from counterfoil.books.payments import payments
from counterfoil.books.payments.models import Payment
from counterfoil.books.sales import invoices
from counterfoil.books.sales.models import Invoice
from counterfoil.foundation import clock
from counterfoil.foundation.events import Event
from counterfoil.foundation.money import Money
from tests.support.books import draft_invoice, invoice
from tests.support.cast import Cast, actor
from tests.support.refusals import refused


def record(cast: Cast, minor: int = 1_000, shares: dict[int, int] | None = None, **more: Any) -> Payment:
    told = {
        "customer_id": cast.bakery.id,
        "amount": Money(minor, "GBP"),
        "shares": shares or {},
        "paid_on": clock.today("Europe/London"),
        "mode": Payment.Mode.CASH,
        "recording_key": secrets.token_hex(8),
        "by": cast.by_olga,
    }
    return payments.record(**told | more)


def owed_and_credit(cast: Cast) -> tuple[int, int]:
    row = CustomerBalance.objects.get(customer=cast.bakery)
    return row.receivable_minor, row.credit_minor


def test_it_pays_two_invoices_and_the_rest_is_credit(cast: Cast) -> None:
    one, two = invoice(cast), invoice(cast, amount="50")
    payment = record(cast, 13_000, {one.id: 10_000, two.id: 2_000}, reference="HB 17", bank_charges_minor=200)
    assert (payment.number, payment.balance_minor) == ("PMT-000001", 1_000)
    assert owed_and_credit(cast) == (3_000, 1_000)
    assert ledger.applied_from(payment) == {("invoice", one.id): 10_000, ("invoice", two.id): 2_000}
    cash = Leg.objects.filter(account__in=("cash", "bank_charges")).values_list("account", "minor")
    assert dict(cash) == {"cash": 12_800, "bank_charges": 200}
    told = Event.objects.get(name="payment.recorded").data
    assert (told["invoices"], told["credit_minor"]) == ({str(one.id): 10_000, str(two.id): 2_000}, 1_000)
    assert not differences()


def test_the_same_form_sent_again_is_one_payment(cast: Cast) -> None:
    one = invoice(cast)
    first, second = (record(cast, 4_000, {one.id: 4_000}, recording_key="the same") for _ in range(2))
    assert first.id == second.id
    assert Invoice.objects.get(id=one.id).balance_minor == 6_000


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"amount": Money(0, "GBP")}, "AMOUNT_TOO_SMALL", "amount"),
        ({"amount": Money(-1, "GBP")}, "AMOUNT_TOO_SMALL", "amount"),
        ({"amount": Money(1_000, "EUR")}, "CURRENCY", None),
        ({"bank_charges_minor": 1_000}, "CHARGES_TOO_LARGE", "bank_charges"),
        ({"bank_charges_minor": -1}, "CHARGES_TOO_LARGE", "bank_charges"),
        ({"by": "vera"}, "NOT_ALLOWED", None),
        ({"by": "otto"}, "NOT_ALLOWED", None),
        ({"by": "ana"}, "NOT_ALLOWED", None),
    ],
)
def test_what_can_not_be_is_refused(cast: Cast, changes: dict[str, Any], code: str, field: str | None) -> None:
    if "by" in changes:
        changes = {"by": actor(getattr(cast, changes["by"]))}
    with refused(code, field=field):
        record(cast, **changes)


def test_a_day_to_come_is_refused(cast: Cast) -> None:
    with refused("NOT_YET_PAID", field="paid_on"):
        record(cast, paid_on=clock.today("Europe/London") + timedelta(days=1))


@pytest.mark.parametrize("minor", [0, -1, 10_001])
def test_an_invoice_gets_no_more_than_it_owes_and_never_less_than_something(cast: Cast, minor: int) -> None:
    one = invoice(cast)
    with refused("NOT_PAYABLE", field=f"share-{one.id}"):
        record(cast, 20_000, {one.id: minor})


def test_no_more_is_used_than_was_paid(cast: Cast) -> None:
    one = invoice(cast)
    with refused("SHARES_TOO_LARGE", field="amount"):
        record(cast, 999, {one.id: 1_000})


def test_a_draft_and_what_is_void_and_what_is_anothers_are_not_paid(cast: Cast) -> None:
    draft, voided, theirs = draft_invoice(cast), invoice(cast), invoice(cast, cast.tidewater)
    invoices.void(voided, by=cast.by_olga, revision=voided.revision)
    for one in (draft, voided, theirs):
        with refused("NOT_PAYABLE"):
            record(cast, 1_000, {one.id: 1_000})


def test_money_for_an_invoice_that_was_deleted_meanwhile_is_not_kept_as_credit_in_silence(cast: Cast) -> None:
    one, draft = invoice(cast), draft_invoice(cast)
    invoices.delete(draft, by=cast.by_olga, revision=draft.revision)
    with refused("NOT_PAYABLE"):
        record(cast, 1_500, {one.id: 1_000, draft.id: 500})
