"""The one mechanism of every list: its filter menu, sort, search and page, all of them in its address."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from counterfoil.foundation.pages import Page, Sort, read_page

Rows = Any  # a queryset of the list's model
Search = Callable[[Rows, str], Rows]  # takes the rows and what was typed, which is never empty


@dataclass(frozen=True)
class Filter:
    """One entry of a list's menu. `narrow` takes the rows and today in the organization's time zone."""

    key: str
    label: Any
    narrow: Callable[[Rows, Any], Rows]


ALL = Filter("", _("All"), lambda rows, _today: rows)


@dataclass(frozen=True)
class Listed:
    """How a list can be looked at.

    `first` is the sort where the address names none, such as "-date"; `asked_by` is the filter's name in the address.
    """

    sorts: Mapping[str, Sort]
    filters: Sequence[Filter] = ()
    first: str = "-date"
    asked_by: str = "status"


@dataclass(frozen=True)
class Reading:
    """One page of a list, with the addresses of its neighbours and what it was narrowed by.

    `sort` is the one in force, such as "-date"; `text` and `asked` are as the address says; `menu` are the filters
    with their addresses.
    """

    page: Page[Any]
    newer: str | None
    older: str | None
    sort: str
    text: str = ""
    asked: str = ""
    asked_by: str = "status"
    menu: Sequence[Mapping[str, Any]] = ()

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
    asked = request.GET.get("sort", "")
    sort = asked if asked.lstrip("-") in sorts else first
    found = read_page(
        rows, sorts[sort.lstrip("-")], descending=sort.startswith("-"), cursor=request.GET.get("page"), size=size
    )
    return Reading(page=found, newer=_address(request, found.newer), older=_address(request, found.older), sort=sort)


def read_list(request: HttpRequest, rows: QuerySet[Any], listed: Listed, *, search: Search, today: Any) -> Reading:
    """The same with the filter and the search that the address asks for."""
    rows, text, asked = narrowed(request, rows, listed, search=search, today=today)
    reading = read(request, rows, listed.sorts, first=listed.first)
    menu = _menu(request, listed, asked)
    return replace(reading, text=text, asked=asked, asked_by=listed.asked_by, menu=menu)


def narrowed(
    request: HttpRequest, rows: QuerySet[Any], listed: Listed, *, search: Search, today: Any
) -> tuple[Any, str, str]:
    """The rows that the address asks for, in no order, with what was searched and the filter that was asked for."""
    text, asked = request.GET.get("q", "").strip(), request.GET.get(listed.asked_by, "")
    for one in listed.filters:
        if one.key and one.key == asked:
            rows = one.narrow(rows, today)
    return (search(rows, text) if text else rows), text, asked


def _menu(request: HttpRequest, listed: Listed, asked: str) -> list[dict[str, Any]]:
    keys = [one.key for one in listed.filters]
    here = asked if asked in keys else ""
    return [
        {
            "label": one.label,
            "url": f"{request.path}?{listed.asked_by}={one.key}" if one.key else request.path,
            "current": one.key == here,
        }
        for one in listed.filters
    ]


def _address(request: HttpRequest, cursor: str | None) -> str | None:
    if cursor is None:
        return None
    query = request.GET.copy()
    query["page"] = cursor
    return f"?{query.urlencode()}"
