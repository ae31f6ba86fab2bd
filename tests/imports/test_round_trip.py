"""Whatever somebody has, written as such files are written, comes over as it was."""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from counterfoil.books.ledger.models import CustomerBalance
from counterfoil.books.ledger.verify import differences
from counterfoil.books.organizations import taxes
from counterfoil.books.sales.models import Invoice
from counterfoil.imports import figures, reading
from counterfoil.imports.figures import Order
from tests.support.attacks import undone
from tests.support.cast import Cast
from tests.support.imports import bring, csv_of, invoice, payment, sentences

CELLS = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufeff"), max_size=12)
HEADERS = st.lists(st.from_regex(r"[A-Za-z]{1,8} ?[A-Za-z]{0,8}", fullmatch=True), min_size=2, max_size=6, unique=True)
PLACES = {"GBP": 2, "CNY": 2}


@given(
    header=HEADERS,
    rows=st.lists(
        st.lists(CELLS | st.sampled_from(["a,b", 'say "ah"', "two\nlines", "=1+1", "-1", "1;2"]), max_size=6)
    ),
    separator=st.sampled_from(reading.SEPARATORS),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    ending=st.sampled_from(["\n", "\r\n"]),
)
def test_any_table_is_read_as_it_was_written(
    header: list[str], rows: list[list[str]], separator: str, encoding: str, ending: str
) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=separator, lineterminator=ending)
    rows = [row[: len(header)] for row in rows]
    writer.writerows([header, *rows])
    wanted = [([cell.strip() for cell in row] + [""] * len(header))[: len(header)] for row in rows]
    wanted = [row for row in wanted if any(row)]
    if not wanted:
        return
    table = reading.read(text.getvalue().encode(encoding))
    assert table.header == [name.strip() for name in header]
    assert [cells for _line, cells in table.rows] == wanted


@given(st.decimals(-(10**9), 10**9, places=2), st.sampled_from([".", ","]), st.booleans())
def test_any_amount_is_read_as_it_was_written(amount: Decimal, mark: str, is_grouped: bool) -> None:
    written = f"{amount:,.2f}" if is_grouped else f"{amount:.2f}"
    if mark == ",":
        written = written.translate(str.maketrans(",.", ".,"))
    assert figures.read_number(written, mark) == (amount, "")
    assert figures.decimal_mark([written], ",") == mark


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)), st.sampled_from(Order), st.sampled_from("/-."))
def test_any_day_is_read_as_it_was_written(day: date, order: Order, between: str) -> None:
    parts = {"y": f"{day.year:04}", "m": f"{day.month:02}", "d": f"{day.day:02}"}
    written = between.join(parts[part] for part in order)
    assert figures.read_date(written, order) == day
    assert order in figures.orders([written])


LINES = st.tuples(
    st.decimals(0, 500, places=2),
    st.decimals(0, 2_000, places=2),
    st.sampled_from(["", "20"]),
    st.sampled_from(["", "7.5"]),
)
WRITTEN = st.tuples(
    st.lists(LINES, min_size=1, max_size=4),
    st.sampled_from(["Draft", "Sent", "Overdue", "Void", "Paid", "Partially Paid"]),
    st.integers(0, 700),
    st.sampled_from(["Harbour Bakery Ltd", "Tidewater Ceramics"]),
)


def _net(quantity: Decimal, rate: Decimal, discount: str) -> Decimal:
    gross = (quantity * rate).quantize(Decimal("0.01"), "ROUND_HALF_UP")
    return gross - (gross * Decimal(discount or 0) / 100).quantize(Decimal("0.01"), "ROUND_HALF_UP")


def _rows(place: int, one: Any) -> tuple[list[dict[str, str]], dict[str, str] | None]:
    """The rows of one invoice, with the sums that another program would write, and a payment of a part of it."""
    lines, status, age, customer = one
    taxed = sum((_net(quantity, rate, discount) for quantity, rate, tax, discount in lines if tax), Decimal(0))
    tax = (taxed * Decimal("0.2")).quantize(Decimal("0.01"), "ROUND_HALF_UP")
    total = sum((_net(quantity, rate, discount) for quantity, rate, _tax, discount in lines), tax)
    part = {"Paid": total, "Partially Paid": (total / 3).quantize(Decimal("0.01"))}.get(status, Decimal(0))
    day = date(2026, 9, 30) - timedelta(days=age)
    head = {"Invoice Status": status, "Invoice Date": day.isoformat(), "Due Date": day.isoformat()}
    rows = [
        invoice(f"INV-{place}", customer, str(total), Balance=str(total - part), Quantity=str(quantity), **head)
        | {"Item Price": str(rate), "Item Tax %": tax_percent, "Discount": discount}
        for quantity, rate, tax_percent, discount in lines
    ]
    paid = payment(str(place), customer, str(part), f"INV-{place}", Date=day.isoformat()) if part else None
    return rows, paid


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(WRITTEN, min_size=1, max_size=6))
def test_any_invoices_and_payments_come_over_to_the_penny(cast: Cast, written: list[Any]) -> None:
    with undone():
        taxes.add_rate(cast.studio, name="VAT", percent=Decimal(20), by=cast.by_olga)
        made = [_rows(place, one) for place, one in enumerate(written)]
        file = csv_of([row for rows, _paid in made for row in rows])
        brought = bring(cast, "invoices", file)
        assert brought.state == "done", (brought.found, sentences(brought))
        paid = [one for _rows_of, one in made if one]
        if paid:
            brought = bring(cast, "payments", csv_of(paid))
            assert brought.state == "done", sentences(brought)
        stated = {rows[0]["Invoice Number"]: rows[0] for rows, _paid in made}
        for one in Invoice.objects.exclude(state__in=("draft", "void")):
            row = stated[one.number]
            assert (one.total_minor, one.balance_minor) == (
                int(Decimal(row["Total"]) * 100),
                int(Decimal(row["Balance"]) * 100),
            )
        assert not differences()
        before = list(CustomerBalance.objects.order_by("pk").values()), Invoice.objects.count()
        assert bring(cast, "invoices", file).found["new"] == 0
        assert (list(CustomerBalance.objects.order_by("pk").values()), Invoice.objects.count()) == before
