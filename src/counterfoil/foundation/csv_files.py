"""Tables as files that spreadsheets open, without what a spreadsheet would run."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

MARK = "\ufeff"  # by which spreadsheets know that it is UTF-8
STARTS = ("=", "+", "-", "@", "\t", "\r")
NUMBER = frozenset("0123456789.")


def lines(rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """The text of a file, a row at a time. A text that a spreadsheet would take for a formula begins with a quote."""
    yield MARK
    for row in rows:
        buffer = io.StringIO()
        csv.writer(buffer).writerow([plain(cell) for cell in row])
        yield buffer.getvalue()


def plain(cell: object) -> str:
    """What stands in a cell: "=1+1" as "'=1+1", and a negative number as it is."""
    text = f"{cell:f}" if isinstance(cell, Decimal) else str(cell)  # never as 1E+1
    if text.startswith(STARTS) and not (text[0] == "-" and text[1:] and set(text[1:]) <= NUMBER):
        return f"'{text}"
    return text
