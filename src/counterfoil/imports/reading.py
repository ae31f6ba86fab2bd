"""A file of somebody else's as rows of text: in whichever letters and with whichever separator it was written.

Whatever stands in a cell stays the text that it is, also what a spreadsheet would take for a formula.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from counterfoil.foundation.refusal import Refused

MOST_BYTES = 40 * 1024 * 1024
MOST_ROWS = 100_000
MOST_COLUMNS = 300
LONGEST_CELL = 50_000  # characters
ENCODINGS = ("utf-8", "utf-16", "gb18030", "cp1252")
SEPARATORS = (",", ";", "\t")
_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_ARCHIVES = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # what newer and older spreadsheets begin with


@dataclass(frozen=True)
class Table:
    """The header, and each row with the line that it begins in. Every row has a cell for each column."""

    encoding: str
    separator: str
    header: list[str]
    rows: list[tuple[int, list[str]]]


def read(content: bytes, *, encoding: str = "") -> Table:
    """The whole file. Raises Refused: as `head`, BROKEN (with the line), TOO_MANY_ROWS, NO_ROWS."""
    text, encoding = decoded(content, encoding)
    separator, lines = _lines(text)
    _number, header = _header(lines)
    rows: list[tuple[int, list[str]]] = []
    for number, cells in lines:
        if not any(cells):
            continue
        if any(cells[len(header) :]):
            raise _broken(number, _("Line %(line)d can't be read: it has more cells than there are columns."))
        if len(rows) == MOST_ROWS:
            sentence = _("This file has more than %(most)s rows. Split it, and leave the first line in each part.")
            raise Refused("TOO_MANY_ROWS", sentence % {"most": f"{MOST_ROWS:,}"})
        rows.append((number, (cells + [""] * len(header))[: len(header)]))
    if not rows:
        raise Refused("NO_ROWS", _("This file has a first line with names of columns, and nothing below it."))
    return Table(encoding, separator, header, rows)


def head(content: bytes, *, encoding: str = "") -> list[str]:
    """The names of the columns. Raises Refused: EMPTY, TOO_LARGE, SPREADSHEET, NOT_TEXT, NO_HEADER, BROKEN."""
    text, _encoding = decoded(content, encoding)
    _separator, lines = _lines(text)
    return _header(lines)[1]


def decoded(content: bytes, encoding: str = "") -> tuple[str, str]:
    """The text, and in which encoding it was written; it is found out where none is named."""
    if not content.strip():
        raise Refused("EMPTY", _("This file is empty."))
    if len(content) > MOST_BYTES:
        sentence = _("This file is larger than %(most)d MB. Split it, and leave the first line in each part.")
        raise Refused("TOO_LARGE", sentence % {"most": MOST_BYTES // 1024 // 1024})
    if content.startswith(_ARCHIVES):
        raise Refused("SPREADSHEET", _("This is a spreadsheet. Save it as CSV first."))
    wanted = next((name for mark, name in _MARKS if content.startswith(mark)), "") or encoding
    for name in [wanted] if wanted else ["utf-8", "gb18030" if _looks_chinese(content) else "cp1252", "cp1252"]:
        try:
            text = content.decode(name)
        except UnicodeDecodeError:
            continue
        text = text.removeprefix("\ufeff")
        if "\x00" not in text:
            return text, name
    raise Refused("NOT_TEXT", _("This file can't be read as text. Export it as CSV once more, in UTF-8."))


def _looks_chinese(content: bytes) -> bool:
    """Whether bytes beyond ASCII come in pairs, as in GBK, and not alone between letters, as in Western texts."""
    sample = content[: 1024 * 1024]
    pairs = alone = place = 0
    while place < len(sample):
        if sample[place] < 0x80:
            place += 1
            continue
        following = sample[place + 1] if place + 1 < len(sample) else 0
        if following >= 0x80:
            pairs, place = pairs + 1, place + 2
        else:
            alone, place = alone + 1, place + 1
    return pairs > alone


def _lines(text: str) -> tuple[str, Iterator[tuple[int, list[str]]]]:
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(SEPARATORS, key=first.count)
    return separator, _cells(text, separator)


def _cells(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Each row with the number of the line that it begins in."""
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    begun = 1
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            sentence = _("Line %(line)d can't be read: its quotation marks don't match, or a cell is too long.")
            raise _broken(begun, sentence) from error
        yield begun, [cell.strip() for cell in row]
        begun = reader.line_num + 1


def _header(lines: Iterator[tuple[int, list[str]]]) -> tuple[int, list[str]]:
    for number, cells in lines:
        if any(cells):
            while cells and not cells[-1]:
                cells.pop()
            if len(cells) > MOST_COLUMNS:
                raise Refused("NO_HEADER", _("The first line has more than %(most)d columns.") % {"most": MOST_COLUMNS})
            return number, cells
    raise Refused("EMPTY", _("This file is empty."))


def _broken(line: int, sentence: str) -> Refused:
    return Refused("BROKEN", sentence % {"line": line}, line=line)


def sample(table: Table, most: int = 5) -> Sequence[Sequence[str]]:
    """The first rows, with long cells cut, to look at."""
    return [[cell if len(cell) <= 60 else f"{cell[:59]}…" for cell in cells] for _line, cells in table.rows[:most]]
