"""The reports: each agrees with the ledger to the cent, on the page and in its file."""

import csv
import io
import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Sum

from counterfoil.books.ledger.models import CustomerBalance, Leg
from counterfoil.books.organizations import staff, taxes
from counterfoil.books.payments import reports as of_payments
from counterfoil.books.payments import returns
from counterfoil.books.payments.models import Return
from counterfoil.books.payments.returns import Wish
from counterfoil.books.sales import invoices, reports, write_offs
from counterfoil.books.sales.pricing import LineContent
from counterfoil.foundation import clock
from counterfoil.foundation.csv_files import plain
from counterfoil.foundation.money import Money
from counterfoil.foundation.periods import named
from tests.support.books import invoice, pay, staff_of
from tests.support.cast import Cast, actor, customer, visitor

LONG_AGO, FAR_AHEAD = date(2000, 1, 1), date(2100, 1, 1)


def url(cast: Cast, report: str) -> str:
    return f"/office/{cast.studio.id}/reports/{report}/"


def today() -> date:
    return clock.today("Europe/London")


def table(answer: Any) -> list[list[str]]:
    """The rows of a file, without its mark and its headings."""
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))[1:]


def give_back(cast: Cast, payment: Any, one: Any, minor: int, effect: Return.Effect) -> None:
    wish = Wish(Money(minor, payment.currency), Return.Way.OTHER, effect, {one.id: minor})
    returns.begin(payment, wish, by=cast.by_olga, form_key=f"{payment.id}-{minor}")


def test_there_is_a_way_to_each_of_them(cast: Cast) -> None:
    vera = visitor(cast.vera)
    rows = vera.get(f"/office/{cast.studio.id}/reports/").context["rows"]
    assert [str(row["title"]) for row in rows] == [
        "Receivables by age",
        "Tax by rate",
        "Payments received",
        "Invoices by customer",
        "Time by project",
        "Gateways and books compared",
    ]
    assert [vera.get(row["url"]).status_code for row in rows] == [200] * len(rows)


def test_what_is_owed_is_sorted_by_how_late_it_is(cast: Cast) -> None:
    for late, amount in ((-5, "10"), (0, "1"), (1, "20"), (30, "2"), (31, "30"), (60, "3"), (75, "40"), (91, "50")):
        invoice(cast, amount=amount, dated=today() - timedelta(days=late + 30))
    (found,) = reports.aged(cast.studio.id, today(), today=today())
    assert found.ages == (1_100, 2_200, 3_300, 4_000, 5_000)
    assert found.total == CustomerBalance.objects.get(customer=cast.bakery).receivable_minor
    text = visitor(cast.vera).get(url(cast, "receivables-by-age")).text
    assert "£156.00" in text
    rows = table(visitor(cast.vera).get(url(cast, "receivables-by-age"), {"format": "csv"}))
    assert rows == [[cast.bakery.display_name, "11.00", "22.00", "33.00", "40.00", "50.00", "156.00", "GBP"]]


def test_an_earlier_day_is_as_the_ledger_had_it_then(cast: Cast) -> None:
    dated = today() - timedelta(days=50)
    one = invoice(cast, amount="100", dated=dated)
    invoice(cast, amount="7", dated=today())
    pay(cast, cast.bakery, 4_000, {one.id: 4_000})
    (then,) = reports.aged(cast.studio.id, today() - timedelta(days=1), today=today())
    assert then.ages == (0, 10_000, 0, 0, 0)
    (now,) = reports.aged(cast.studio.id, today(), today=today())
    assert now.ages == (700, 6_000, 0, 0, 0)
    (first,) = reports.aged(cast.studio.id, dated, today=today())
    assert first.ages == (10_000, 0, 0, 0, 0)
    assert reports.aged(cast.studio.id, dated - timedelta(days=1), today=today()) == []


def test_currencies_are_never_added_up(cast: Cast) -> None:
    euro = customer(cast.studio, "Café Zürich", "EUR", by=cast.by_olga)
    invoice(cast, amount="10")
    invoice(cast, euro, amount="20")
    text = visitor(cast.olga).get(url(cast, "receivables-by-age")).text
    assert text.index("£10.00") < text.index("€20.00")
    assert "30.00" not in text


def taxed_invoice(cast: Cast, *rates: Any, amount: int = 100, **content: Any) -> Any:
    lines = [LineContent("Boards", Decimal(1), Decimal(amount), tax_rate_id=rate.id) for rate in rates]
    return invoice(cast, lines=lines, **content)


def test_tax_is_by_rate_with_what_it_was_worked_out_on(cast: Cast) -> None:
    vat = taxes.add_rate(cast.studio, name="VAT", percent=Decimal(20), by=cast.by_olga)
    zero = taxes.add_rate(cast.studio, name="Zero", percent=Decimal(0), by=cast.by_olga)
    taxed_invoice(cast, vat, zero)
    taxed_invoice(cast, vat, amount=60, is_inclusive=True)
    found = {one.rate: one for one in reports.taxed(cast.studio.id, LONG_AGO, FAR_AHEAD)}
    assert (found["VAT"].base_minor, found["VAT"].tax_minor) == (15_000, 3_000)
    assert (found["Zero"].base_minor, found["Zero"].tax_minor) == (10_000, 0)
    assert "£150.00" in visitor(cast.vera).get(url(cast, "tax-by-rate")).text


def test_voiding_and_crediting_take_the_tax_back(cast: Cast) -> None:
    vat = taxes.add_rate(cast.studio, name="VAT", percent=Decimal(20), by=cast.by_olga)
    void, paid = taxed_invoice(cast, vat), taxed_invoice(cast, vat)
    invoices.void(void, by=staff_of(cast, cast.bakery), revision=void.revision)
    payment = pay(cast, cast.bakery, 12_000, {paid.id: 12_000})
    give_back(cast, payment, paid, 3_000, Return.Effect.STAYS_PAID)
    (found,) = reports.taxed(cast.studio.id, LONG_AGO, FAR_AHEAD)
    assert (found.charged_minor, found.credited_minor) == (2_000, 500)
    assert (found.base_minor, found.tax_minor) == (7_500, 1_500)
    rows = table(visitor(cast.vera).get(url(cast, "tax-by-rate"), {"format": "csv"}))
    assert rows == [["VAT", "20.00", "-5.00", "75.00", "15.00", "GBP"]]
    ledger = Leg.objects.filter(account="tax").aggregate(sum=Sum("minor"))["sum"]
    assert found.tax_minor == -ledger


def test_credit_counts_in_the_period_in_which_it_is_given_and_ends_with_the_invoice(cast: Cast) -> None:
    vat = taxes.add_rate(cast.studio, name="VAT", percent=Decimal(20), by=cast.by_olga)
    yesterday = today() - timedelta(days=1)
    paid = taxed_invoice(cast, vat, dated=yesterday)
    payment = pay(cast, cast.bakery, 12_000, {paid.id: 12_000})
    give_back(cast, payment, paid, 3_000, Return.Effect.STAYS_PAID)
    (before,) = reports.taxed(cast.studio.id, LONG_AGO, yesterday)
    assert (before.charged_minor, before.credited_minor, before.tax_minor) == (2_000, 0, 2_000)
    (since,) = reports.taxed(cast.studio.id, today(), FAR_AHEAD)
    assert (since.charged_minor, since.credited_minor, since.tax_minor) == (0, 500, -500)
    other = pay(cast, cast.bakery, 3_000)
    assert other.balance_minor == 3_000
    paid.refresh_from_db()
    invoices.void(paid, by=cast.by_olga, revision=paid.revision)
    (whole,) = reports.taxed(cast.studio.id, LONG_AGO, FAR_AHEAD)
    assert (whole.charged_minor, whole.credited_minor, whole.base_minor) == (0, 0, 0)


def test_two_periods_add_up_to_both(cast: Cast) -> None:
    vat = taxes.add_rate(cast.studio, name="VAT", percent=Decimal(20), by=cast.by_olga)
    middle = today() - timedelta(days=20)
    for days in (40, 20, 19, 1):
        taxed_invoice(cast, vat, amount=days, dated=today() - timedelta(days=days))
    parts = [(LONG_AGO, middle), (middle + timedelta(days=1), FAR_AHEAD), (LONG_AGO, FAR_AHEAD)]
    first, second, whole = (reports.taxed(cast.studio.id, *part)[0].tax_minor for part in parts)
    assert first + second == whole == 1_600
    invoiced = [reports.billed(cast.studio.id, *part)[0].invoiced_minor for part in parts]
    assert invoiced[0] + invoiced[1] == invoiced[2] == 9_600


def test_payments_are_by_day_and_mode_less_what_went_back(cast: Cast) -> None:
    one = invoice(cast)
    payment = pay(cast, cast.bakery, 10_000, {one.id: 10_000})
    pay(cast, cast.bakery, 2_000)
    give_back(cast, payment, one, 3_000, Return.Effect.OPEN_AGAIN)
    (found,) = of_payments.received(cast.studio.id, LONG_AGO, FAR_AHEAD)
    assert (found.mode, found.gross_minor, found.returned_minor, found.net_minor) == (
        "bank_transfer",
        12_000,
        3_000,
        9_000,
    )
    cash = Leg.objects.filter(account="cash").aggregate(sum=Sum("minor"))["sum"]
    assert found.net_minor == cash
    rows = table(visitor(cast.vera).get(url(cast, "payments-received"), {"format": "csv"}))
    assert rows[0] == [today().isoformat(), "Bank transfer", "120.00", "0.00", "-30.00", "90.00", "GBP"]


def test_invoices_by_customer_close_at_what_is_owed(cast: Cast) -> None:
    paid, lost, void = invoice(cast), invoice(cast, amount="30"), invoice(cast, amount="9")
    pay(cast, cast.bakery, 6_000, {paid.id: 6_000})
    write_offs.write_off(lost, by=cast.by_olga, revision=lost.revision)
    invoices.void(void, by=cast.by_olga, revision=void.revision)
    (found,) = reports.billed(cast.studio.id, LONG_AGO, FAR_AHEAD)
    assert (found.count, found.invoiced_minor, found.applied_minor) == (3, 13_000, 6_000)
    assert (found.written_off_minor, found.balance_minor) == (3_000, 4_000)
    assert found.invoiced_minor - found.applied_minor - found.written_off_minor == found.balance_minor
    page = visitor(cast.vera).get(url(cast, "invoices-by-customer"))
    for figure in ("£130.00", "£60.00", "£30.00", "£40.00"):
        assert figure in page.text


def test_another_organization_counts_for_nothing(cast: Cast) -> None:
    invoice(cast, cast.foyle)
    pay(cast, cast.foyle, 500)
    assert "Nobody owed anything." in visitor(cast.olga).get(url(cast, "receivables-by-age")).text
    assert not of_payments.received(cast.studio.id, LONG_AGO, FAR_AHEAD)
    assert visitor(cast.otto).get(url(cast, "tax-by-rate")).status_code == 404
    assert visitor(cast.ana).get(url(cast, "tax-by-rate")).status_code == 404


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("this-month", date(2026, 2, 1), date(2026, 2, 28)),
        ("last-month", date(2026, 1, 1), date(2026, 1, 31)),
        ("this-quarter", date(2026, 1, 1), date(2026, 3, 31)),
        ("last-quarter", date(2025, 10, 1), date(2025, 12, 31)),
        ("this-year", date(2025, 4, 1), date(2026, 3, 31)),
        ("last-year", date(2024, 4, 1), date(2025, 3, 31)),
    ],
)
def test_a_fiscal_year_starts_when_the_business_says(name: str, first: date, last: date) -> None:
    period = named(name, date(2026, 2, 10), 4)
    assert (period.first, period.last) == (first, last)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"period": "custom"}, "Choose a day."),
        ({"period": "custom", "first": "2026-02-02", "last": "2026-02-01"}, "This is before the first day."),
        ({"period": "custom", "first": "nonsense", "last": "2026-02-01"}, "Enter a valid date."),
        ({"period": "never"}, "Select a valid choice"),
    ],
)
def test_a_period_that_is_none_is_said_beside_the_field(cast: Cast, query: dict[str, str], words: str) -> None:
    answer = visitor(cast.olga).get(url(cast, "tax-by-rate"), query)
    assert answer.status_code == 422
    assert words in answer.text


@pytest.mark.parametrize("text", ["=1+1", "+1", "-x", "@sum", "\tx", "\rx", "-1+1|cmd"])
def test_a_name_that_is_a_formula_is_only_a_name_in_the_file(cast: Cast, text: str) -> None:
    assert plain(text) == f"'{text}"


def test_amounts_and_ordinary_words_stay_as_they_are(cast: Cast) -> None:
    assert [plain(cell) for cell in ("-30.00", Decimal("-1.5"), "A-1", "云杉", 7)] == [
        "-30.00",
        "-1.5",
        "A-1",
        "云杉",
        "7",
    ]


def test_a_customer_with_a_formula_for_a_name_is_harmless_in_the_file(cast: Cast) -> None:
    invoice(cast, customer(cast.studio, "=cmd|'/c calc'!A1", "GBP", by=cast.by_olga), amount="10")
    rows = table(visitor(cast.olga).get(url(cast, "invoices-by-customer"), {"format": "csv"}))
    assert rows[0][0] == "'=cmd|'/c calc'!A1"


@pytest.mark.parametrize("report", ["receivables-by-age", "tax-by-rate", "payments-received", "invoices-by-customer"])
def test_each_takes_the_same_few_queries_however_much_there_is(
    cast: Cast, report: str, django_assert_max_num_queries: Any
) -> None:
    for place in range(15):
        one = customer(cast.studio, f"Customer {place}", "GBP", by=cast.by_olga)
        invoice(cast, one, amount="10")
        pay(cast, one, 500)
    client = visitor(cast.olga)
    client.get(url(cast, report))
    with django_assert_max_num_queries(12):
        assert client.get(url(cast, report)).status_code == 200


def test_chinese_writes_a_period_its_ends_and_its_title_as_chinese_does(cast: Cast) -> None:
    staff.change_language(cast.vera, language="zh-Hans", by=actor(cast.vera))
    text = visitor(cast.vera).get(url(cast, "tax-by-rate"), {"period": "this-year"}).text
    assert re.search(r"<title>按税率汇总的税额，\d+年\d+月\d+日至\d+年\d+月\d+日 ", text)
    assert re.search(r"<label[^>]*>至", text)
    assert "收件人" not in text
