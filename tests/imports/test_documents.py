"""Invoices and quotes from a file: as they were, owed as their file says, and numbered as they were."""

import time
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from counterfoil.books.ledger.models import CustomerBalance
from counterfoil.books.ledger.verify import differences
from counterfoil.books.organizations import lock_date, taxes
from counterfoil.books.organizations.models import NumberSeries
from counterfoil.books.payments import reminders
from counterfoil.books.sales import invoices, quotes
from counterfoil.books.sales.models import Invoice, InvoiceRevision, Quote, QuoteRevision
from counterfoil.books.sales.snapshots import snapshot
from counterfoil.foundation import clock
from counterfoil.foundation.events import Event
from counterfoil.outbound.models import Mail, Notification
from counterfoil.outbound.worker import run_once
from tests.support.books import draft_invoice
from tests.support.books import invoice as issued_invoice
from tests.support.cast import Cast, visitor
from tests.support.imports import INVOICES, QUOTES, bring, csv_of, invoice, read_otherwise, sentences, start, upload

BAKERY = "Harbour Bakery Ltd"


@pytest.fixture
def vat(cast: Cast) -> Any:
    return taxes.add_rate(cast.studio, name="VAT 20%", percent=Decimal(20), by=cast.by_olga)


def balance(customer: Any) -> int:
    return CustomerBalance.objects.get(customer=customer).receivable_minor


def of_two_lines(**more: str) -> list[dict[str, str]]:
    first = invoice("INV-000007", BAKERY, "240.00", Quantity="2", **{"Item Price": "50", "Item Tax": "Standard"} | more)
    first |= {"Item Tax %": "20", "Item Desc": "Chalk finish", "Usage unit": "pcs", "PurchaseOrder": "PO-9"}
    return [first, first | {"Item Name": "Poster", "Quantity": "4.00", "Item Price": "25.00", "Item Desc": ""}]


def test_an_invoice_comes_over_with_its_lines_tax_and_number(cast: Cast, vat: Any) -> None:
    made = bring(cast, "invoices", csv_of(of_two_lines(), INVOICES))
    assert (made.state, made.found["new"]) == ("done", 1)
    one = Invoice.objects.get()
    assert (one.number, one.dated, one.due_on, one.state) == (
        "INV-000007",
        date(2026, 3, 4),
        date(2026, 4, 3),
        "issued",
    )
    assert (one.subtotal_minor, one.tax_minor, one.total_minor, one.balance_minor) == (20_000, 4_000, 24_000, 24_000)
    assert [(line.name, line.description, line.quantity, line.unit) for line in one.lines.all()] == [
        ("Menu boards", "Chalk finish", 2, "pcs"),
        ("Poster", "", 4, "pcs"),
    ]
    assert InvoiceRevision.objects.get(document=one).content == snapshot(one)
    assert balance(cast.bakery) == 24_000
    assert not differences()
    assert [event.name for event in Event.objects.filter(subject_id=one.id)] == ["invoice.imported"]


def test_rows_after_the_first_may_leave_the_whole_empty(cast: Cast, vat: Any) -> None:
    first, second = of_two_lines()
    bare = {name: second[name] for name in ("Item Name", "Quantity", "Item Price", "Item Tax %")}
    bring(cast, "invoices", csv_of([first, bare, bare | {"Quantity": "0"}], INVOICES))
    assert (Invoice.objects.get().total_minor, Invoice.objects.get().lines.count()) == (24_000, 3)


def test_each_status_becomes_what_it_is_here(cast: Cast) -> None:
    told = ("Draft", "Sent", "Viewed", "Overdue", "Unpaid", "Void", "Paid", "PartiallyPaid", "Closed")
    rows = [invoice(f"INV-{place:06d}", BAKERY, "10.00", **{"Invoice Status": one}) for place, one in enumerate(told)]
    bring(cast, "invoices", csv_of(rows))
    states = dict(Invoice.objects.order_by("id").values_list("number", "state"))
    assert states.pop("") == "draft"
    assert states.pop("INV-000005") == "void"
    assert set(states.values()) == {"issued"}
    assert balance(cast.bakery) == 7_000
    assert not differences()


def test_numbering_goes_on_after_them(cast: Cast) -> None:
    rows = [
        invoice(number, BAKERY, "1.00") for number in ("INV-000120", "inv-000300", "OLD-7", "no digits", f"X{10**15}")
    ]
    bring(cast, "invoices", csv_of(rows))
    assert issued_invoice(cast).number == "INV-000301"
    series = NumberSeries.objects.get(organization=cast.studio, kind="invoice")
    assert (series.earlier, series.given) == ({"old-": 8}, 6)


def test_the_same_file_again_changes_nothing(cast: Cast, vat: Any) -> None:
    file = csv_of([*of_two_lines(), invoice("D-1", BAKERY, "5.00", **{"Invoice Status": "Draft"})], INVOICES)
    bring(cast, "invoices", file)
    before = list(Invoice.objects.order_by("id").values()), balance(cast.bakery)
    again = bring(cast, "invoices", file)
    assert (again.state, again.found["same"], again.found["can_start"]) == ("checked", 2, False)
    assert (list(Invoice.objects.order_by("id").values()), balance(cast.bakery)) == before


def test_one_that_was_issued_here_is_known_by_its_number(cast: Cast) -> None:
    one = issued_invoice(cast, amount="100", dated=date(2026, 3, 4))
    made = bring(cast, "invoices", csv_of([invoice(one.number, BAKERY, "100.00")]))
    assert (made.found["new"], made.found["same"], made.state) == (0, 1, "done")
    assert Invoice.objects.count() == 1


@pytest.mark.parametrize(
    "more",
    [
        {"Total": "241.00", "Item Price": "241", "Balance": "241.00"},
        {"Invoice Date": "2026-03-05"},
        {"Customer Name": "Tidewater Ceramics"},
    ],
)
def test_money_that_would_change_is_refused_in_words(cast: Cast, more: dict[str, str]) -> None:
    row = invoice("INV-000007", BAKERY, "240.00")
    bring(cast, "invoices", csv_of([row]))
    again = bring(cast, "invoices", csv_of([row | more]))
    assert sentences(again) == [
        "2: INV-000007 is here already with another customer, day or amount, and is left as it is."
    ]
    assert not differences()


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"Customer Name": "Foyle Kitchens"}, "There is no customer “Foyle Kitchens” here."),
        ({"Currency Code": "EUR"}, "This is in EUR, and Harbour Bakery Ltd pays in GBP."),
        ({"Item Price": "EUR 240"}, "This is in EUR, and not in GBP."),
        ({"Total": "250.00"}, "Its lines come to £240.00, and its file says £250.00."),
        ({"Total": ""}, "Write a total of zero or more."),
        ({"Balance": "240.01"}, "Its balance is not between zero and its total."),
        ({"Balance": "1000000000000"}, "This amount is too large. Enter a smaller one."),
        ({"Balance": "0.001"}, "Use no more decimals than the currency has."),
        ({"Due Date": "2026-03-01"}, "The due date is before the invoice date."),
        ({"Invoice Date": ""}, "Write a date."),
        ({"Invoice Date": "soon"}, "“soon” is no date."),
        ({"Invoice Number": "", "Invoice ID": "1"}, "This line has no number."),
        ({"Invoice Number": "x" * 41}, "This has 41 characters, and at most 40 can be kept."),
        ({"Invoice Status": "Written off"}, "“Written off” is no status that can be imported."),
        ({"Item Price": ""}, "A line needs an item or a description, and a rate."),
        ({"Item Price": "-240"}, "Quantities and rates can't be negative."),
        ({"Item Tax %": "19"}, "There is no rate of tax of 19 % here."),
        ({"Invoice ID": "another", "Invoice Number": "INV-1"}, "Line 2 has another document of this number."),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_written(cast: Cast, more: dict[str, str], sentence: str) -> None:
    rows = [invoice("INV-1", BAKERY, "1.00"), invoice("INV-2", BAKERY, "240.00", **more)]
    made = bring(cast, "invoices", csv_of(rows, INVOICES))
    (told,) = sentences(made)
    assert told.startswith(f"3: {sentence}")
    assert not Invoice.objects.exists()


def test_rows_of_one_invoice_must_not_contradict_each_other(cast: Cast) -> None:
    first = invoice("INV-1", BAKERY, "2.00", **{"Item Price": "1"})
    made = bring(cast, "invoices", csv_of([first, first | {"Total": "3.00"}]))
    assert sentences(made) == ["3: This differs from line 2, which is of the same document."]


def test_discounts_shipping_and_adjustments_are_those_of_the_file(cast: Cast, vat: Any) -> None:
    tax = {"Item Tax %": "20"}
    rows = [
        invoice("A", BAKERY, "108.00", **tax | {"Item Price": "100", "Discount": "10"}),
        invoice("B", BAKERY, "114.00", **tax | {"Item Price": "100", "Discount Amount": "5.00"}),
        invoice("C", BAKERY, "60.00", **tax)
        | {"Item Price": "100", "Discount Type": "entity_level", "Entity Discount Percent": "50.00"},
        invoice("D", BAKERY, "125.50", **tax)
        | {"Item Price": "100", "Shipping Charge": "6", "Adjustment": "-0.50", "Adjustment Description": "Goodwill"},
        invoice("E", BAKERY, "120.00", **tax) | {"Item Price": "120", "Is Inclusive Tax": "true"},
        invoice("F", BAKERY, "120.00", **tax) | {"Item Price": "99.99", "Round Off": "0.01"},
    ]
    made = bring(cast, "invoices", csv_of(rows, INVOICES))
    assert made.state == "done", sentences(made)
    found = {one.number: one for one in Invoice.objects.all()}
    assert {number: one.total_minor for number, one in found.items()} == {
        "A": 10_800,
        "B": 11_400,
        "C": 6_000,
        "D": 12_550,
        "E": 12_000,
        "F": 12_000,
    }
    assert (found["D"].shipping_minor, found["D"].adjustment_label) == (600, "Goodwill")
    assert (found["E"].tax_minor, found["E"].is_inclusive) == (2_000, True)
    assert not differences()


def test_a_tax_that_was_rounded_otherwise_there_is_a_rounding_of_at_most_a_penny_a_line(cast: Cast, vat: Any) -> None:
    line = {"Item Price": "0.07", "Item Tax %": "20", "Balance": "0.16"}
    rows = [invoice("INV-1", BAKERY, "0.16", **line)] * 2
    made = bring(cast, "invoices", csv_of(rows, INVOICES))
    one = Invoice.objects.get()
    assert (one.total_minor, one.adjustment_minor, one.adjustment_label) == (16, -1, "Rounding")
    assert made.state == "done"
    assert not differences()
    made = bring(
        cast,
        "invoices",
        csv_of([one | {"Invoice Number": "INV-2", "Invoice ID": "2", "Total": "0.20"} for one in rows]),
    )
    assert "come to £0.17, and its file says £0.20" in sentences(made)[0]


def test_nothing_is_imported_on_a_locked_day(cast: Cast) -> None:
    cast.studio.refresh_from_db()
    lock_date.set(cast.studio, date(2026, 3, 4), revision=cast.studio.revision, by=cast.by_olga)
    rows = [
        invoice("INV-1", BAKERY, "1.00"),
        invoice("INV-2", BAKERY, "1.00", **{"Invoice Status": "Draft"}),
        invoice("INV-3", BAKERY, "1.00", **{"Invoice Date": "2026-03-05"}),
    ]
    made = bring(cast, "invoices", csv_of(rows))
    assert sentences(made) == ["2: The books are locked on its day."]
    assert bring(cast, "invoices", csv_of(rows[1:])).state == "done"


def test_nobody_is_mailed_or_reminded_of_what_was_before(cast: Cast) -> None:
    with clock.travel(to=clock.now()):
        cast.studio.refresh_from_db()
        cast.studio.reminds, cast.studio.reminder_days, cast.studio.reminder_hour = True, [1, 7, 14], 0
        cast.studio.reminded_since = date(2020, 1, 1)
        cast.studio.save()
        run_once()
        before = Mail.objects.count(), Notification.objects.count()
        today = clock.today("Europe/London")
        late = {
            "Invoice Date": "2026-01-01",
            "Due Date": (today.replace(day=1)).isoformat(),
            "Invoice Status": "Overdue",
        }
        bring(cast, "invoices", csv_of([invoice("INV-1", BAKERY, "1.00", **late)]))
        run_once()
        assert not reminders.due()
        assert (Mail.objects.count(), Notification.objects.count()) == before


def test_one_that_waits_for_its_payments_is_not_paid_online(cast: Cast) -> None:
    rows = [invoice("INV-1", BAKERY, "10.00", Balance="4.00"), invoice("INV-2", BAKERY, "10.00")]
    made = bring(cast, "invoices", csv_of(rows))
    assert "1 of these invoices" in made.found["notes"][0]
    first, second = Invoice.objects.order_by("number")
    assert (first.gateway_ids, first.reminders_stopped_at is None) == ([], False)
    assert (second.gateway_ids, second.reminders_stopped_at) == (None, None)
    assert balance(cast.bakery) == 2_000


def test_an_imported_invoice_is_an_invoice_like_any_other(cast: Cast) -> None:
    rows = [invoice("INV-1", BAKERY, "10.00"), invoice("INV-2", BAKERY, "10.00", **{"Invoice Status": "Void"})]
    bring(cast, "invoices", csv_of([*rows, invoice("INV-3", BAKERY, "10.00", **{"Invoice Status": "Draft"})]))
    first, void, draft = Invoice.objects.order_by("id")
    invoices.void(first, by=cast.by_olga, revision=1)
    invoices.reinstate(void, by=cast.by_olga, revision=1)
    assert invoices.mark_as_sent(draft, by=cast.by_olga, revision=1).number == "INV-000003"
    assert not differences()


def test_dates_that_can_be_read_in_two_ways_are_asked_for(cast: Cast) -> None:
    row = invoice("INV-1", BAKERY, "10.00", **{"Invoice Date": "04/03/2026", "Due Date": "05/06/2026"})
    made = upload(cast, "invoices", csv_of([row]))
    assert (made.found["asks"], made.found["can_start"]) == ("order", False)
    made = read_otherwise(cast, made, made.columns, order="dmy")
    assert made.found["can_start"]
    assert bring(cast, "invoices", csv_of([row | {"Due Date": "25/06/2026"}])).state == "done"
    assert Invoice.objects.get().dated == date(2026, 3, 4)


def test_quotes_come_over_with_how_they_were_decided(cast: Cast) -> None:
    told = ("Draft", "Sent", "Accepted", "Declined", "Invoiced", "Expired")
    rows = []
    for place, status in enumerate(told):
        row = invoice(f"QT-{place:06d}", BAKERY, "10.00")
        row = {name.replace("Invoice", "Quote"): value for name, value in row.items() if name in INVOICES}
        rows.append({name: value for name, value in row.items() if name in QUOTES} | {"Quote Status": status})
    made = bring(cast, "quotes", csv_of(rows, QUOTES))
    assert made.state == "done", made.found
    found = list(Quote.objects.order_by("id"))
    assert [one.state for one in found] == ["draft", "sent", "accepted", "declined", "invoiced", "sent"]
    today = clock.today("Europe/London")
    assert found[5].status(today) == "expired"
    assert (found[2].decided_by or {})["id"] == cast.olga.id
    assert [bool(one.accepted) for one in QuoteRevision.objects.order_by("document_id")] == [
        False,
        True,
        False,
        True,
        False,
    ]
    assert not differences()
    assert bring(cast, "quotes", csv_of(rows, QUOTES)).found["same"] == 6
    assert quotes.decline(found[1], by=cast.by_ana, revision=1).state == "declined"


def test_drafts_that_are_here_are_left_alone(cast: Cast) -> None:
    draft_invoice(cast)
    row = invoice("INV-000001", BAKERY, "10.00", **{"Invoice Status": "Draft"})
    bring(cast, "invoices", csv_of([row]))
    again = bring(cast, "invoices", csv_of([row | {"Invoice Status": "Sent"}]))
    assert sentences(again) == [
        "2: INV-000001 is a draft here, and was sent there since. Delete the draft, or issue it here."
    ]


def test_a_draft_that_was_deleted_here_is_brought_again(cast: Cast) -> None:
    file = csv_of([invoice("INV-1", BAKERY, "10.00", **{"Invoice Status": "Draft"})])
    bring(cast, "invoices", file)
    invoices.delete(Invoice.objects.get(), by=cast.by_olga, revision=1)
    assert (bring(cast, "invoices", file).state, Invoice.objects.count()) == ("done", 1)
    assert bring(cast, "invoices", file).found["same"] == 1


def test_ten_thousand_rows_come_over_within_ten_seconds(cast: Cast, vat: Any) -> None:
    rows = []
    for place in range(5_000):
        first = invoice(f"INV-{place:06d}", BAKERY, "144.00", **{"Item Price": "60", "Item Tax %": "20"})
        rows += [first, first | {"Item Name": "Poster"}]
    made = upload(cast, "invoices", csv_of(rows, INVOICES))
    begun = time.process_time()
    made = start(cast, made)
    took = time.process_time() - begun
    assert made.state == "done", made.found
    assert Invoice.objects.count() == 5_000
    assert balance(cast.bakery) == 5_000 * 14_400
    assert not differences()
    assert took < 10


def test_an_invoice_is_linked_with_the_quote_that_it_names_if_that_is_its_customers(cast: Cast) -> None:
    offered = [
        {name.replace("Invoice", "Quote"): value for name, value in row.items() if name not in ("Due Date", "Balance")}
        | {"Quote Status": "Invoiced"}
        for row in (invoice("QT-000003", BAKERY, "90.00"), invoice("QT-000004", "Tidewater Ceramics", "50.00"))
    ]
    bring(cast, "quotes", csv_of(offered, QUOTES))
    named = {"INV-000001": "QT-000003", "INV-000002": "QT-000004", "INV-000003": "QT-000099", "INV-000004": ""}
    rows = [invoice(number, BAKERY, "90.00", **{"Estimate Number": quote}) for number, quote in named.items()]
    bring(cast, "invoices", csv_of(rows, INVOICES))
    quote = Quote.objects.get(number="QT-000003")
    linked = Invoice.objects.exclude(came_from_id=None).values_list("number", "came_from_kind", "came_from_id")
    assert list(linked) == [("INV-000001", "quote", quote.id)]
    assert "INV-000001" in visitor(cast.olga).get(f"/office/{cast.studio.id}/quotes/{quote.id}/").text
    assert not differences()
