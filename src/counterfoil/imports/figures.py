"""Dates and amounts as one file writes them: found out once for all its cells, so that no two are read differently."""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from django.utils.translation import gettext as _


class Order(StrEnum):
    """In which order a file writes day, month and year."""

    YEAR_FIRST = "ymd"
    DAY_FIRST = "dmy"
    MONTH_FIRST = "mdy"


class Unreadable(ValueError):
    """What stands in a cell is not what its column is for. The text is a sentence for the person."""


_PARTS = re.compile(r"(\d{1,4})[-/. 年](\d{1,2}|[^\W\d_]+\.?)[-/., 月]+(\d{1,4})日?")
_MONTH_NAMED_FIRST = re.compile(r"([^\W\d_]+)\.?[ -](\d{1,2}),? ?[-]?(\d{4})")
_TIME = re.compile(r"[T ]\d{1,2}:\d{2}(:\d{2})?(\.\d+)?( ?[AaPp][Mm])?(Z| ?[+-]\d{2}:?\d{2})?$")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NUMBER = re.compile(r"([A-Z]{3} ?)?([+-]?)(\d[\d.,' ]*|[.,]\d+)( ?[A-Z]{3})?", re.ASCII)
_SPACES = str.maketrans("\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}’", "  '")
_COMMA_DECIMAL = re.compile(r"(\d{1,3}(\.\d{3})+,\d+|\d+,\d{1,2}|\d+,\d{4,}|\d{4,},\d+)")
_POINT_DECIMAL = re.compile(r"(\d{1,3}(,\d{3})+\.\d+|\d+\.\d{1,2}|\d+\.\d{4,}|\d{4,}\.\d+|0\.\d+)")
_GROUPED = re.compile(r"\d{1,3}(([,' ])(\d{2,3}\2)*\d{3})?")  # 12,34,567 too, as it is written in India


def orders(cells: Iterable[str]) -> set[Order]:
    """The orders in which all of these dates can be read; all three where there are none. Cells that are no dates in
    any order say nothing."""
    left = set(Order)
    for cell in set(cells):
        possible = {order for order in Order if _read(cell, order)}
        if possible:
            left &= possible
    return left


@lru_cache(maxsize=10_000)
def read_date(cell: str, order: Order) -> date:
    """Raises Unreadable."""
    found = _read(cell, order)
    if found is None or not 1900 <= found.year <= 2199:
        raise Unreadable(_("“%(cell)s” is no date.") % {"cell": cell[:40]})
    return found


def _read(cell: str, order: Order) -> date | None:
    text = _TIME.sub("", cell.strip())
    if named := _MONTH_NAMED_FIRST.fullmatch(text):
        return _date(named[3], named[1], named[2])
    found = _PARTS.fullmatch(text)
    if found is None:
        return None
    first, second, third = found.groups()
    if len(first) == 4:
        return _date(first, second, third) if order == Order.YEAR_FIRST or not second.isdigit() else None
    if order == Order.YEAR_FIRST and second.isdigit():
        return None
    if order == Order.MONTH_FIRST and second.isdigit():
        return _date(third, first, second)
    return _date(third, second, first)


def _date(year: str, month: str, day: str) -> date | None:
    named = next((place for place, name in enumerate(_MONTHS, 1) if month[:3].casefold() == name), None)
    if len(year) not in (2, 4) or not (named or month.isdigit()):
        return None
    try:
        return date(int(year) + (2000 if len(year) == 2 else 0), named or int(month), int(day))
    except ValueError:
        return None


def decimal_mark(cells: Iterable[str], separator: str) -> str:
    """ "." or "," where these cells show which they write decimals with; "" where it can't be told, "." by default.

    Only a file whose cells stand between semicolons is likely to have been written with decimal commas.
    """
    points = commas = False
    for cell in {_bare(cell) for cell in set(cells) if not cell.isdigit()}:
        points = points or bool(_POINT_DECIMAL.fullmatch(cell))
        commas = commas or bool(_COMMA_DECIMAL.fullmatch(cell))
    if points != commas:
        return "." if points else ","
    return "" if points or separator == ";" else "."


def read_number(cell: str, mark: str) -> tuple[Decimal, str]:
    """A number exactly as it is written, and the code of the currency that stands at it, if there is one.

    Raises Unreadable.
    """
    found = _NUMBER.fullmatch(cell.translate(_SPACES).strip())
    if found is None:
        raise Unreadable(_("“%(cell)s” is no number.") % {"cell": cell[:40]})
    code, sign, figure = (found[1] or found[4] or "").strip(), found[2], found[3].strip()
    if not mark:
        if not figure.isdigit():
            sentence = _("It can't be told whether “%(cell)s” has a decimal point or comma.")
            raise Unreadable(sentence % {"cell": cell[:40]})
        mark = "."
    whole, _mark, decimals = figure.rpartition(mark) if mark in figure else (figure, "", "")
    if mark == ",":
        whole = whole.replace(".", ",")
    if (whole and not _GROUPED.fullmatch(whole) and not whole.isdigit()) or (decimals and not decimals.isdigit()):
        raise Unreadable(_("“%(cell)s” is no number.") % {"cell": cell[:40]})
    digits = re.sub(r"\D", "", whole) or "0"
    if len(digits) + len(decimals) > 30:
        raise Unreadable(_("“%(cell)s” is too long for a number.") % {"cell": cell[:40]})
    value = Decimal(f"{digits}.{decimals}" if decimals else digits)
    return (-value if sign == "-" else value), code


def _bare(cell: str) -> str:
    return re.sub(r"[^\d.,]", "", cell)


def read_flag(cell: str) -> bool:
    """Raises Unreadable."""
    text = cell.strip().casefold()
    if text in ("true", "yes", "1", "y", "是"):
        return True
    if text in ("false", "no", "0", "n", "否"):
        return False
    raise Unreadable(_("“%(cell)s” is neither true nor false.") % {"cell": cell[:40]})
