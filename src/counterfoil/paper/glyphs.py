"""What the shipped fonts can show. An archival PDF may not hold a single character without a glyph."""

import re
import struct
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import groupby
from pathlib import Path

FONTS = Path(__file__).parent / "fonts"
SUBSTITUTE = "\N{REPLACEMENT CHARACTER}"
_VANISH = {"So", "Sk", "Cf", "Cc", "Cn", "Co", "Cs", "Mn", "Me"}
_PRIVATE = range(0xE000, 0xF900)  # the archive allows nothing that has no meaning of its own
# Joiners and variants of pictures mean nothing where the pictures are not shown.
_JOINING = frozenset("\u200d\u20e3\ufe0e\ufe0f")
# They turn the order of what follows, so a name could be made to read as another one.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")


def printable(text: str) -> str:
    """The text with nothing in it that the fonts cannot show.

    A letter of a script that no font has becomes a replacement character, so that the reader sees that something is
    missing; pictures, marks and control characters vanish. Line breaks stay, tabs become spaces.
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))
    return _unknown().sub(lambda found: _instead_of(found[0]), text)


def _instead_of(character: str) -> str:
    return "" if unicodedata.category(character) in _VANISH else SUBSTITUTE


@cache
def _unknown() -> re.Pattern[str]:
    """Finds what isn't shown. A pattern takes some kilobytes, where a set of these characters takes seven megabytes."""
    ranges = _ranges(ord(character) for character in _shown())
    return re.compile("[^" + "".join(rf"\U{first:08x}-\U{last:08x}" for first, last in ranges) + "]")


def _ranges(codes: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Numbers in no order, as first and last of each run of them."""
    for _, run in groupby(enumerate(sorted(codes)), key=lambda one: one[1] - one[0]):
        run_of = [code for _, code in run]
        yield run_of[0], run_of[-1]


def _shown() -> frozenset[str]:
    codes = {code for path in sorted(FONTS.glob("*.?tf")) for code in _codes(path.read_bytes())}
    letters = {chr(code) for code in codes if code >= 0x20 and not 0x7F <= code < 0xA0 and code not in _PRIVATE}
    return frozenset((letters | {"\n"}) - _TURNING - _JOINING)


def _codes(font: bytes) -> Iterator[int]:
    """The code points of a font's character map (OpenType, formats 4 and 12)."""
    tables = {font[at : at + 4]: struct.unpack(">I", font[at + 8 : at + 12])[0] for at in _records(font, 12, 4, 16)}
    start = tables[b"cmap"]
    for at in _records(font, start + 4, start + 2, 8):
        (offset,) = struct.unpack(">I", font[at + 4 : at + 8])
        yield from _subtable(font[start + offset :])


def _records(font: bytes, first: int, count_at: int, size: int) -> range:
    (count,) = struct.unpack(">H", font[count_at : count_at + 2])
    return range(first, first + count * size, size)


def _subtable(table: bytes) -> Iterator[int]:
    (kind,) = struct.unpack(">H", table[:2])
    if kind == 12:
        (groups,) = struct.unpack(">I", table[12:16])
        for start, end, glyph in struct.iter_unpack(">III", table[16 : 16 + 12 * groups]):
            yield from range(start + (glyph == 0), end + 1)
    elif kind == 4:
        yield from _segments(table)


def _segments(table: bytes) -> Iterator[int]:
    length, size = struct.unpack(">2xH2xH", table[:8])  # what follows it belongs to other tables
    count = size // 2
    words = struct.unpack(f">{length // 2}H", table[: length // 2 * 2])
    ends, starts = words[7 : 7 + count], words[8 + count : 8 + 2 * count]
    deltas, offsets = words[8 + 2 * count : 8 + 3 * count], words[8 + 3 * count : 8 + 4 * count]
    for index, (start, end, delta, offset) in enumerate(zip(starts, ends, deltas, offsets, strict=True)):
        for code in range(start, end + 1):
            glyph = code if offset == 0 else words[8 + 3 * count + index + offset // 2 + code - start]
            if (glyph + delta) % 0x10000 and (offset == 0 or glyph) and code != 0xFFFF:
                yield code
