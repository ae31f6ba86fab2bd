"""Payments from a file: used for the invoices that they paid, so that each owes afterwards what its own file says."""

import time
from datetime import date
from typing import Any

import pytest

from counterfoil.books.ledger.models import CustomerBalance
from counterfoil.books.ledger.verify import differences
from counterfoil.books.payments import allocations
from counterfoil.books.payments.models import Payment
from counterfoil.books.sales.models import Invoice
from counterfoil.foundation.events import Event
from counterfoil.outbound.models import Mail
from counterfoil.outbound.worker import run_once
from tests.support.books import pay
from tests.support.cast import Cast
from tests.support.imports import PAYMENTS, bring, csv_of, invoice, payment, read_otherwise, sentences, start, upload

BAKERY = "Harbour Bakery Ltd"


def balances(customer: Any) -> tuple[int, int]:
    row = CustomerBalance.objects.get(customer=customer)
    return row.receivable_minor, row.credit_minor


def bring_invoices(cast: Cast, *stated: str) -> list[Invoice]:
    """INV-1 and on, of £100 each, that owe as much as is said."""
    rows = [invoice(f"INV-{place}", BAKERY, "100.00", Balance=left) for place, left in enumerate(stated, 1)]
    assert bring(cast, "invoices", csv_of(rows)).state == "done"
    return list(Invoice.objects.order_by("id"))


def test_payments_are_used_for_their_invoices_and_the_rest_is_credit(cast: Cast) -> None:
    bring_invoices(cast, "0.00", "60.00")
    rows = [
        payment("1", BAKERY, "150.00", "INV-1", **{"Amount Applied to Invoice": "100", "Unused Amount": "10.00"}),
        payment("1", BAKERY, "150.00", "INV-2", **{"Amount Applied to Invoice": "40", "Unused Amount": "10.00"}),
        payment("2", BAKERY, "5.00", Mode="Stripe", **{"Bank Charges": "0.50", "Reference Number": "=X"}),
    ]
    made = bring(cast, "payments", csv_of(rows, PAYMENTS))
    assert (made.state, made.found["new"]) == ("done", 2), sentences(made)
    assert [one.balance_minor for one in Invoice.objects.order_by("id")] == [0, 6_000]
    assert balances(cast.bakery) == (6_000, 1_500)
    first, second = Payment.objects.order_by("id")
    assert (first.number, first.paid_on, first.mode, first.balance_minor) == (
        "1",
        date(2026, 3, 20),
        "bank_transfer",
        1_000,
    )
    assert (second.mode, second.method_label, second.bank_charges_minor, second.reference) == (
        "other",
        "Stripe",
        50,
        "=X",
    )
    assert not differences()
    assert [one.name for one in Event.objects.filter(subject_id=first.id)] == ["payment.imported"]


def test_an_invoice_is_no_longer_held_once_its_payments_are_here(cast: Cast) -> None:
    bring_invoices(cast, "0.00", "60.00")
    rows = [payment("1", BAKERY, "100.00", "INV-1"), payment("2", BAKERY, "40.00", "INV-2")]
    bring(cast, "payments", csv_of(rows))
    assert {(one.gateway_ids, one.reminders_stopped_at) for one in Invoice.objects.all()} == {(None, None)}


def test_the_same_file_again_changes_nothing_and_mails_nobody(cast: Cast) -> None:
    bring_invoices(cast, "0.00")
    file = csv_of([payment("1", BAKERY, "100.00", "INV-1")])
    run_once()
    mails = Mail.objects.count()
    bring(cast, "payments", file)
    before = balances(cast.bakery), list(Payment.objects.values())
    again = bring(cast, "payments", file)
    assert (again.state, again.found["same"]) == ("checked", 1)
    assert (balances(cast.bakery), list(Payment.objects.values())) == before
    run_once()
    assert Mail.objects.count() == mails


@pytest.mark.parametrize(
    ("stated", "rows", "sentence"),
    [
        ("50.00", [("1", "40.00")], "INV-1 would still owe £60.00 after this file, and its own file says £50.00."),
        ("50.00", [("1", "60.00")], "INV-1 would still owe £40.00 after this file, and its own file says £50.00."),
        ("0.00", [("1", "90.00"), ("2", "20.00")], "INV-1 doesn't owe that much."),
    ],
)
def test_balances_that_would_differ_from_the_files_own_are_refused(
    cast: Cast, stated: str, rows: list[tuple[str, str]], sentence: str
) -> None:
    bring_invoices(cast, stated)
    made = bring(cast, "payments", csv_of([payment(number, BAKERY, amount, "INV-1") for number, amount in rows]))
    assert any(told.endswith(sentence) for told in sentences(made)), sentences(made)
    assert made.state == "checked"
    assert not Payment.objects.exists()
    assert balances(cast.bakery) == (10_000, 0)


def test_payments_in_several_files_are_brought_one_after_the_other(cast: Cast) -> None:
    (one,) = bring_invoices(cast, "10.00")
    made = upload(cast, "payments", csv_of([payment("1", BAKERY, "40.00", "INV-1")]))
    assert not made.found["can_start"]
    made = start(cast, read_otherwise(cast, made, made.columns, more_to_come="on"))
    one.refresh_from_db()
    assert (made.state, one.balance_minor, one.gateway_ids) == ("done", 6_000, [])
    assert bring(cast, "payments", csv_of([payment("2", BAKERY, "50.00", "INV-1")])).state == "done"
    one.refresh_from_db()
    assert (one.balance_minor, one.gateway_ids) == (1_000, None)
    assert not differences()


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"Customer Name": "Foyle Kitchens"}, "There is no customer “Foyle Kitchens” here."),
        ({"Customer Name": "Tidewater Ceramics"}, "Tidewater Ceramics has no invoice “INV-1” here."),
        ({"Invoice Number": "INV-9"}, "Harbour Bakery Ltd has no invoice “INV-9” here."),
        ({"Currency Code": "EUR"}, "This is in EUR, and Harbour Bakery Ltd pays in GBP."),
        ({"Amount": "0"}, "Enter an amount above zero."),
        ({"Amount": "90"}, "£90.00 is not what was used for invoices, £100.00, and what is left of it together."),
        (
            {"Unused Amount": "1"},
            "£100.00 is not what was used for invoices, £100.00, and what is left of it together.",
        ),
        ({"Bank Charges": "100"}, "The bank's charges must be less than the amount."),
        ({"Date": "2199-01-01"}, "This day hasn't come yet. Choose today or an earlier one."),
        ({"Date": ""}, "Write a date."),
        ({"Amount Applied to Invoice": "-5"}, "This can't be below zero."),
        ({"Payment Type": "Retainer Payment"}, "Payments of retainer invoices can't be imported."),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_written(cast: Cast, more: dict[str, str], sentence: str) -> None:
    bring_invoices(cast, "0.00")
    rows = [payment("1", BAKERY, "5.00"), payment("2", BAKERY, "100.00", "INV-1", **more)]
    made = bring(cast, "payments", csv_of(rows, PAYMENTS))
    (told,) = sentences(made)
    assert told.startswith(f"3: {sentence}")
    assert not Payment.objects.exists()


def test_money_that_would_change_is_refused_in_words(cast: Cast) -> None:
    bring_invoices(cast, "0.00")
    row = payment("1", BAKERY, "100.00", "INV-1")
    bring(cast, "payments", csv_of([row]))
    again = bring(cast, "payments", csv_of([row | {"Amount": "101.00", "Unused Amount": "1.00"}]))
    assert sentences(again) == ["2: 1 is here already with another customer, day or amount, and is left as it is."]


def test_older_files_without_what_was_applied_are_read_by_the_amount_of_the_invoice(cast: Cast) -> None:
    bring_invoices(cast, "0.00")
    row = payment("1", BAKERY, "100.00", "INV-1")
    row["Invoice Amount"] = row.pop("Amount Applied to Invoice")
    assert bring(cast, "payments", csv_of([row])).state == "done"
    assert Invoice.objects.get().balance_minor == 0


def test_a_payment_from_before_its_invoice_counts_for_it_from_the_invoices_day(cast: Cast) -> None:
    bring_invoices(cast, "0.00")
    bring(cast, "payments", csv_of([payment("1", BAKERY, "100.00", "INV-1", Date="2026-01-02")]))
    from counterfoil.books.ledger.models import Allocation

    assert Allocation.objects.get().counts_on == date(2026, 3, 4)
    assert not differences()


def test_imported_payments_go_on_like_any_other(cast: Cast) -> None:
    (one,) = bring_invoices(cast, "0.00")
    bring(cast, "payments", csv_of([payment("PMT-000041", BAKERY, "100.00", "INV-1"), payment("2", BAKERY, "7.00")]))
    first = Payment.objects.get(number="PMT-000041")
    allocations.take_off(first, one, by=cast.by_olga)
    one.refresh_from_db()
    allocations.apply(one, {Payment.objects.get(number="2").id: 700}, by=cast.by_olga, balance_seen=one.balance_minor)
    assert pay(cast, cast.bakery, 100).number == "PMT-000042"
    assert not differences()


@pytest.mark.long
def test_ten_thousand_payments_come_over_within_ten_seconds(cast: Cast) -> None:
    rows = [invoice(f"I-{place}", BAKERY, "10.00", Balance="0") for place in range(10_000)]
    assert bring(cast, "invoices", csv_of(rows)).state == "done"
    rows = [payment(str(place), BAKERY, "10.00", f"I-{place}") for place in range(10_000)]
    made = upload(cast, "payments", csv_of(rows))
    begun = time.process_time()
    made = start(cast, made)
    took = time.process_time() - begun
    assert made.state == "done", made.found
    assert balances(cast.bakery) == (0, 0)
    assert not differences()
    assert took < 10
