"""Key-set pages: a list is read from where the last page ended, never by counting rows from the start."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet

M = TypeVar("M", bound=Model)
SIZE = 50


@dataclass(frozen=True)
class Sort:
    """A column to sort by: never null, with the id as last key. `parse` reads its value back from a cursor."""

    field: str
    parse: Callable[[Any], Any] = lambda value: value


@dataclass(frozen=True)
class Page(Generic[M]):
    """Some rows, and the cursors of the pages beside them; None where there is none."""

    rows: list[M]
    newer: str | None
    older: str | None


def read_page(
    rows: QuerySet[M], sort: Sort, *, descending: bool, cursor: str | None = None, size: int = SIZE
) -> Page[M]:
    """One page of at most `size` rows. A cursor that isn't one of ours gives the first page."""
    place = _read(cursor, sort)
    backwards = bool(place and place[0] == "before")
    goes_down = descending != backwards
    if place:
        rows = rows.filter(_beyond(sort.field, place[1], place[2], goes_down))
    sign = "-" if goes_down else ""
    found = list(rows.order_by(f"{sign}{sort.field}", f"{sign}id")[: size + 1])
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    has_newer = more if backwards else place is not None
    has_older = (place is not None and bool(found)) if backwards else more
    return Page(
        rows=found,
        newer=_write("before", sort, found[0]) if has_newer and found else None,
        older=_write("after", sort, found[-1]) if has_older and found else None,
    )


def _beyond(field: str, value: Any, row_id: int, down: bool) -> Q:
    """Rows past (value, id). The first condition alone lets both databases use the index."""
    op = "lt" if down else "gt"
    return Q(**{f"{field}__{op}e": value}) & (Q(**{f"{field}__{op}": value}) | Q(**{f"id__{op}": row_id}))


def _write(side: str, sort: Sort, row: Model) -> str:
    value = getattr(row, sort.field)
    text = json.dumps([side, value.isoformat() if isinstance(value, date) else value, str(row.pk)])
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def _read(cursor: str | None, sort: Sort) -> tuple[str, Any, int] | None:
    if not cursor:
        return None
    try:
        side, value, row_id = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return (side, sort.parse(value), int(row_id)) if side in ("before", "after") else None
    except (ValueError, TypeError, RecursionError):
        return None


def starts_with(field: str, prefix: str) -> Q:
    """Text that starts with a prefix, as a range, so that both databases use the index."""
    if not prefix:
        return Q()
    return Q(**{f"{field}__gte": prefix, f"{field}__lt": prefix[:-1] + chr(ord(prefix[-1]) + 1)})
