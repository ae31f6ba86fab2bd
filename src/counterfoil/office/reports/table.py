"""A report as a table: on the page, on paper, and as CSV."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse
from django.utils.translation import gettext as _

from counterfoil.design.answers import csv_answer
from counterfoil.design.lists import asks_for_file, file_address
from counterfoil.foundation.hours import format_hours, in_hours
from counterfoil.foundation.money import Money
from counterfoil.office.pages import page
from counterfoil.office.words import day, written
from counterfoil.reach.office import OfficeReach
from counterfoil.reach.requests import OfficeRequest

MOST = 500  # rows on a page; the file has all


@dataclass(frozen=True)
class Hours:
    """Working time: hours and minutes on the page, hours with decimals in the file."""

    minutes: int

    def __bool__(self) -> bool:
        return bool(self.minutes)


@dataclass(frozen=True)
class Cell:
    """An amount (Money), Hours, a day, a number or a text; with an address it leads to what is behind it."""

    value: Any
    url: str = ""
    wraps: bool = False  # a name, which may be long


@dataclass(frozen=True)
class Group:
    """The rows of one currency, with the sums of all of them."""

    currency: str
    rows: Iterable[Sequence[Cell]]
    sums: Sequence[Cell] = ()


@dataclass(frozen=True)
class Report:
    """What a report says. `columns` are the headings; the first columns hold texts, the last `figures` hold figures.

    `narrowed` are words for the part of another report that this one is about; `back` is that one's address and title.
    """

    route: str
    title: str
    about: str  # the day or period, in words
    columns: Sequence[str]
    figures: int
    groups: Sequence[Group]
    empty: str
    form: Any = None
    narrowed: Sequence[str] = ()
    back: tuple[str, str] | None = None


def answer(request: OfficeRequest, report: Report) -> HttpResponse | FileResponse:
    """The page, or the file if the address ends in `format=csv`.

    Whoever reads rows and sums apart calls it within the snapshot in which they are read.
    """
    if asks_for_file(request):
        return csv_answer(_rows(report), report.route)
    reach = request.reach
    back_url, back = report.back or (reach.url("reports"), _("Reports"))
    return page(
        request,
        "office/reports/report.html",
        status=422 if report.form is not None and report.form.is_bound and report.form.errors else 200,
        report=report,
        form=report.form,
        groups=[_shown(reach, report, group) for group in report.groups],
        headings=[(label, place >= len(report.columns) - report.figures) for place, label in enumerate(report.columns)],
        organization=reach.organization,
        csv_url=file_address(request),
        most=MOST,
        back_url=back_url,
        back=back,
    )


def rows_of(request: OfficeRequest, rows: QuerySet[Any]) -> Iterable[Any]:
    """As many rows as are needed: all of them one after the other for the file, what the page shows and one more."""
    return rows.iterator() if asks_for_file(request) else list(rows[: MOST + 1])


def _shown(reach: OfficeReach, report: Report, group: Group) -> dict[str, Any]:
    def cells(row: Sequence[Cell]) -> list[dict[str, Any]]:
        return [
            {
                "text": _text(reach, cell.value),
                "url": cell.url,
                "css": _css(cell, is_figure=place >= len(row) - report.figures, is_last=place == len(row) - 1),
                "label": report.columns[place],
            }
            for place, cell in enumerate(row)
        ]

    rows = [cells(row) for row in islice(group.rows, MOST + 1)]
    return {
        "currency": group.currency,
        "rows": rows[:MOST],
        "sums": cells(group.sums),
        "cut": len(rows) > MOST,
    }


def _css(cell: Cell, *, is_figure: bool, is_last: bool) -> str:
    """On a phone, where each figure has a line with its heading, one that is nothing has none."""
    is_nothing = not cell.value and not is_last
    return " ".join(
        name for name, holds in (("nowrap", not cell.wraps), ("num", is_figure), ("nothing", is_nothing)) if holds
    )


def _text(reach: OfficeReach, value: Any) -> str:
    if isinstance(value, date):
        return day(reach, value)
    if isinstance(value, Hours):
        return format_hours(value.minutes)
    return written(reach, value.minor, value.currency) if isinstance(value, Money) else str(value)


def _rows(report: Report) -> Iterator[list[Any]]:
    """Every row, amounts as plain decimals beside their currency."""
    yield [*report.columns, _("Currency")]
    for group in report.groups:
        for row in group.rows:
            yield [*(_plain(cell.value) for cell in row), group.currency]


def _plain(value: Any) -> Any:
    if isinstance(value, Hours):
        return in_hours(value.minutes).normalize()
    return value.decimal if isinstance(value, Money) else value
