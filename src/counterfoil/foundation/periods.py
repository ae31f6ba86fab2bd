"""Months, quarters and years as they are asked for by name."""

from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)  # another year is a slip of the finger


@dataclass(frozen=True)
class Period:
    """From the first to the last day, both included."""

    first: date
    last: date

    @property
    def address(self) -> str:
        """The end of the address of a page about it, as `design.periods` reads it."""
        return urlencode({"period": "custom", "first": self.first, "last": self.last})


def named(name: str, today: date, fiscal_year_start: int = 1) -> Period:
    """A period by its name, such as "last-quarter"; the year starts with a month, 1 to 12, and its quarters with it."""
    which, _dash, unit = name.partition("-")
    length = {"month": 1, "quarter": 3, "year": 12}[unit]
    since_start = (today.month - fiscal_year_start) % 12
    first = _months_before(today.replace(day=1), since_start % length)
    if which == "last":
        first = _months_before(first, length)
    return Period(first, _months_before(first, -length) - timedelta(days=1))


def _months_before(first: date, months: int) -> date:
    """The first of a month so many months earlier."""
    place = first.year * 12 + first.month - 1 - months
    return date(place // 12, place % 12 + 1, 1)
