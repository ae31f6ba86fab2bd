"""Key-set pages: a list is read from where the last page ended, never by counting rows from the start."""

import base64
import json
import sys
from collections.abc import Callable, Sequence
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


def first_page(rows: list[M], sort: Sort, *, size: int = SIZE) -> Page[M]:
    """The first page of a list of which one row more than fits was read already, if there are so many."""
    older = _write("after", sort, rows[size - 1]) if len(rows) > size else None
    return Page(rows=rows[:size], newer=None, older=older)


def read_merged(
    sources: Sequence[tuple[QuerySet[Any], Sort]], *, cursor: str | None = None, size: int = SIZE
) -> Page[Any]:
    """One page of several tables as one list, the largest value first; each table is read from its own index.

    Ids are unique over all tables, so (value, id) orders them together. Each sort is of the same type of value.
    """
    place = _read(cursor, sources[0][1])
    backwards = bool(place and place[0] == "before")
    pages = [(sort, read_page(rows, sort, descending=True, cursor=cursor, size=size)) for rows, sort in sources]
    found = [(getattr(row, sort.field), row.pk, sort, row) for sort, page in pages for row in page.rows]
    found.sort(key=lambda entry: entry[:2], reverse=True)
    kept = found[-size:] if backwards else found[:size]
    if not kept:
        return Page(rows=[], newer=None, older=None)
    cut = len(found) > len(kept)
    has_newer = (cut if backwards else place is not None) or any(page.newer for _, page in pages if backwards)
    has_older = backwards or cut or any(page.older for _, page in pages)
    return Page(
        rows=[entry[3] for entry in kept],
        newer=_write("before", kept[0][2], kept[0][3]) if has_newer else None,
        older=_write("after", kept[-1][2], kept[-1][3]) if has_older else None,
    )


def cursor_after(sort: Sort, row: Model) -> str:
    """The cursor of the page that begins behind a row, wherever in the list that is."""
    return _write("after", sort, row)


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
    if "\x00" in prefix:
        return Q(pk__in=())  # no stored text has it, and PostgreSQL takes none even in a question
    beyond = 0xE000 if prefix[-1] == "\ud7ff" else ord(prefix[-1]) + 1  # no text can have a lone surrogate
    if beyond > sys.maxunicode:
        return Q(**{f"{field}__gte": prefix})
    return Q(**{f"{field}__gte": prefix, f"{field}__lt": prefix[:-1] + chr(beyond)})
