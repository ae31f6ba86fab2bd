"""Dates and amounts as files write them."""

from datetime import date
from decimal import Decimal

import pytest

from counterfoil.imports import figures
from counterfoil.imports.figures import Order, Unreadable

FOURTH_OF_MARCH = date(2026, 3, 4)


@pytest.mark.parametrize(
    ("cell", "order"),
    [
        ("2026-03-04", Order.YEAR_FIRST),
        ("2026/3/4", Order.YEAR_FIRST),
        ("2026年3月4日", Order.YEAR_FIRST),
        ("2026-03-04 10:20:30", Order.YEAR_FIRST),
        ("2026-03-04T10:20:30Z", Order.YEAR_FIRST),
        ("04/03/2026", Order.DAY_FIRST),
        ("4.3.26", Order.DAY_FIRST),
        ("04-03-2026 04:05 PM", Order.DAY_FIRST),
        ("03/04/2026", Order.MONTH_FIRST),
    ],
)
def test_a_date_is_read_in_the_order_of_its_file(cell: str, order: Order) -> None:
    assert figures.read_date(cell, order) == FOURTH_OF_MARCH
    assert order in figures.orders([cell])


@pytest.mark.parametrize("cell", ["04 Mar 2026", "4-March-2026", "Mar 04, 2026", "March 4 2026", "4 mar. 2026"])
def test_a_month_in_letters_is_read_in_any_order(cell: str) -> None:
    assert figures.orders([cell]) == set(Order)
    assert all(figures.read_date(cell, order) == FOURTH_OF_MARCH for order in Order)


def test_one_date_that_can_be_read_in_one_way_tells_of_all() -> None:
    assert figures.orders(["04/03/2026", "05/06/2026"]) == {Order.DAY_FIRST, Order.MONTH_FIRST}
    assert figures.orders(["04/03/2026", "25/06/2026"]) == {Order.DAY_FIRST}
    assert figures.orders(["04/03/2026", "06/25/2026"]) == {Order.MONTH_FIRST}
    assert figures.orders(["04/03/2026", "not a date"]) == {Order.DAY_FIRST, Order.MONTH_FIRST}
    assert figures.orders([]) == set(Order)


@pytest.mark.parametrize("cell", ["31/02/2026", "0000-01-01", "1066-10-14", "tomorrow", "12345", "1/2", "2026-13-01"])
def test_what_is_no_date_is_said_to_be_none(cell: str) -> None:
    for order in Order:
        with pytest.raises(Unreadable, match="is no date"):
            figures.read_date(cell, order)


@pytest.mark.parametrize(
    ("cells", "separator", "mark"),
    [
        (["1234.56"], ",", "."),
        (["1,234.56", "10"], ",", "."),
        (["1.234,56"], ";", ","),
        (["12,5"], ",", ","),
        (["100", "1,234"], ",", "."),
        (["100", "1.234"], ";", ""),
        (["12.50", "12,50"], ",", ""),
        ([], ";", ""),
        ([], ",", "."),
    ],
)
def test_the_cells_of_a_file_tell_its_decimal_mark(cells: list[str], separator: str, mark: str) -> None:
    assert figures.decimal_mark(cells, separator) == mark


@pytest.mark.parametrize(
    ("cell", "mark", "value", "code"),
    [
        ("1234.50", ".", "1234.50", ""),
        ("1,234.50", ".", "1234.50", ""),
        ("12,34,567.5", ".", "1234567.5", ""),
        ("1.234,50", ",", "1234.50", ""),
        ("1 234,50", ",", "1234.50", ""),
        ("1\u202f234,50", ",", "1234.50", ""),
        ("1’234.50", ".", "1234.50", ""),
        ("-3.00", ".", "-3.00", ""),
        (".5", ".", "0.5", ""),
        ("INR 1200.00", ".", "1200.00", "INR"),
        ("1200 EUR", ".", "1200", "EUR"),
        ("15", "", "15", ""),
    ],
)
def test_a_number_is_read_exactly(cell: str, mark: str, value: str, code: str) -> None:
    assert figures.read_number(cell, mark) == (Decimal(value), code)


@pytest.mark.parametrize(
    ("cell", "mark"),
    [
        ("=1+1", "."),
        ("1,23.4", "."),
        ("1.2.3", "."),
        ("12,5", "."),
        ("1,234", ""),
        ("$12", "."),
        ("1e5", "."),
        ("١٢", "."),
        ("--1", "."),
        ("NaN", "."),
        ("9" * 40, "."),
        ("", "."),
    ],
)
def test_what_could_be_another_number_is_none(cell: str, mark: str) -> None:
    with pytest.raises(Unreadable):
        figures.read_number(cell, mark)


def test_flags_are_read_in_both_languages() -> None:
    assert [figures.read_flag(cell) for cell in ("true", "No", "是", "0")] == [True, False, True, False]
    with pytest.raises(Unreadable):
        figures.read_flag("perhaps")
