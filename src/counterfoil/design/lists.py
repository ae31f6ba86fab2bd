"""What every list reads from its address: filter, sort, search and page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from counterfoil.foundation.pages import Page, Sort, read_page


@dataclass(frozen=True)
class Reading:
    """One page of a list, with the addresses of its neighbours and the sort that is in force, such as "-date"."""

    page: Page[Any]
    newer: str | None
    older: str | None
    sort: str


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


def _address(request: HttpRequest, cursor: str | None) -> str | None:
    if cursor is None:
        return None
    query = request.GET.copy()
    query["page"] = cursor
    return f"?{query.urlencode()}"
