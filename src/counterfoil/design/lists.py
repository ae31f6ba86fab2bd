"""The one mechanism of every list: its filter menu, sort, search, page and file, all of them in its address."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest
from django.utils.translation import gettext_lazy as _

from counterfoil.foundation.languages import once
from counterfoil.foundation.money import Money
from counterfoil.foundation.pages import Page, Sort, read_page

from .answers import csv_answer

AT_ONCE = 2_000  # rows that a file holds in memory
Rows = Any  # a queryset of the list's model
_select = once(_("Select %(number)s"))
Search = Callable[[Rows, str], Rows]  # takes the rows and what was typed, which is never empty


@dataclass(frozen=True)
class Filter:
    """One entry of a list's menu. `narrow` takes the rows and today in the organization's time zone."""

    key: str
    label: Any
    narrow: Callable[[Rows, Any], Rows]


ALL = Filter("", _("All"), lambda rows, _today: rows)


@dataclass(frozen=True)
class Column:
    """A column of a list's file. `value` of a row, and today, is a text, a day, a number or Money."""

    heading: Any
    value: Callable[[Any, Any], Any]


@dataclass(frozen=True)
class Listed:
    """How a list can be looked at.

    `first` is the sort where the address names none, such as "-date"; `asked_by` is the filter's name in the address;
    `columns` are those of its file; `keeps` names what else narrows it, which the menu leaves in the address.
    """

    sorts: Mapping[str, Sort]
    filters: Sequence[Filter] = ()
    columns: Sequence[Column] = ()
    first: str = "-date"
    asked_by: str = "status"
    keeps: Sequence[str] = ()


@dataclass(frozen=True)
class Reading:
    """One page of a list, with the addresses of its neighbours and what it was narrowed by.

    `sort` is the one in force, such as "-date"; `text` and `asked` are as the address says; `menu` are the filters
    with their addresses; `kept` is what of the address stays when it is searched; `file_url` leads to all that was
    asked for as a file.
    """

    page: Page[Any]
    newer: str | None
    older: str | None
    sort: str
    text: str = ""
    asked: str = ""
    asked_by: str = "status"
    menu: Sequence[Mapping[str, Any]] = ()
    kept: Mapping[str, str] = field(default_factory=dict)
    file_url: str = ""

    @property
    def rows(self) -> list[Any]:
        return self.page.rows

    @property
    def is_narrowed(self) -> bool:
        return bool(self.text or self.asked)


def read(
    request: HttpRequest, rows: QuerySet[Any], sorts: Mapping[str, Sort], *, first: str, size: int = 50
) -> Reading:
    """Read the page that the address asks for. What it asks for wrongly is as if it had not been asked."""
    sort = _sort(request, sorts, first)
    found = read_page(
        rows, sorts[sort.lstrip("-")], descending=sort.startswith("-"), cursor=request.GET.get("page"), size=size
    )
    return Reading(page=found, newer=_address(request, found.newer), older=_address(request, found.older), sort=sort)


def read_list(request: HttpRequest, rows: QuerySet[Any], listed: Listed, *, search: Search, today: Any) -> Reading:
    """The same with the filter and the search that the address asks for."""
    rows, text, asked = narrowed(request, rows, listed, search=search, today=today)
    reading = read(request, rows, listed.sorts, first=listed.first)
    kept = {name: value for name in listed.keeps if (value := request.GET.get(name))}
    menu = _menu(request, listed, asked, kept)
    file_url = file_address(request) if listed.columns and reading.rows else ""
    return replace(reading, text=text, asked=asked, asked_by=listed.asked_by, menu=menu, kept=kept, file_url=file_url)


def list_file(
    request: HttpRequest, rows: QuerySet[Any], listed: Listed, *, search: Search, today: Any, name: str
) -> FileResponse:
    """All that the address asks for, on every page, in its order, as CSV: amounts as plain decimals."""
    rows, _text, _asked = narrowed(request, rows, listed, search=search, today=today)
    sort = _sort(request, listed.sorts, listed.first)
    sign, field = "-" * sort.startswith("-"), listed.sorts[sort.lstrip("-")].field
    found = rows.order_by(f"{sign}{field}", f"{sign}id").iterator(chunk_size=AT_ONCE)
    return csv_answer(_table(listed.columns, found, today), name)


def tick_label(number: str) -> str:
    """What the box before a row is called."""
    return _select() % {"number": number}


def asks_for_file(request: HttpRequest) -> bool:
    """Whether the address asks for all of it as a file instead of for a page."""
    return request.GET.get("format") == "csv"


def file_address(request: HttpRequest) -> str:
    """The address of the same as a file."""
    query = request.GET.copy()
    query.pop("page", None)
    query["format"] = "csv"
    return f"?{query.urlencode()}"


def narrowed(
    request: HttpRequest, rows: QuerySet[Any], listed: Listed, *, search: Search, today: Any
) -> tuple[Any, str, str]:
    """The rows that the address asks for, in no order, with what was searched and the filter that was asked for."""
    text, asked = request.GET.get("q", "").strip(), request.GET.get(listed.asked_by, "")
    for one in listed.filters:
        if one.key and one.key == asked:
            rows = one.narrow(rows, today)
    return (search(rows, text) if text else rows), text, asked


def _table(columns: Sequence[Column], rows: Iterator[Any], today: Any) -> Iterator[list[Any]]:
    yield [column.heading for column in columns]
    for row in rows:
        values = (column.value(row, today) for column in columns)
        yield [one.decimal if isinstance(one, Money) else one for one in values]


def _sort(request: HttpRequest, sorts: Mapping[str, Sort], first: str) -> str:
    """The sort that the address asks for, if there is such a one."""
    asked = request.GET.get("sort", "")
    return asked if asked.lstrip("-") in sorts else first


def _menu(request: HttpRequest, listed: Listed, asked: str, kept: dict[str, str]) -> list[dict[str, Any]]:
    keys = [one.key for one in listed.filters]
    here = asked if asked in keys else ""
    return [
        {
            "label": one.label,
            "url": _menu_address(request, kept | ({listed.asked_by: one.key} if one.key else {})),
            "current": one.key == here,
        }
        for one in listed.filters
    ]


def _menu_address(request: HttpRequest, asked: Mapping[str, str]) -> str:
    return f"{request.path}?{urlencode(asked)}" if asked else request.path


def _address(request: HttpRequest, cursor: str | None) -> str | None:
    if cursor is None:
        return None
    query = request.GET.copy()
    query["page"] = cursor
    return f"?{query.urlencode()}"
