"""Office files are ZIP archives. What one says of itself is read, and nothing of it is ever unpacked but that."""

import zipfile
import zlib
from typing import IO

from django.utils.translation import gettext as _

from counterfoil.foundation.refusal import Refused

BEGINNING = b"PK\x03\x04"
END, END_OF_LARGE = b"PK\x05\x06", b"PK\x06\x07"
LONGEST_END = 65_557  # bytes: the record at an archive's end with the longest comment
LARGEST_DIRECTORY = 1024 * 1024  # bytes: some 10,000 parts
MOST_UNPACKED = 400 * 1024 * 1024
MOST_PACKED_TIGHT = 200  # times; sheets of figures reach a fraction of it, a bomb much more
SMALL = 10 * 1024 * 1024  # bytes, however tight they are packed
LONGEST_TOLD = 256 * 1024  # of what an archive says of itself
_BROKEN = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, ValueError, EOFError, OSError)

MICROSOFT, OPEN = "application/vnd.openxmlformats-officedocument", "application/vnd.oasis.opendocument"
_LIST_OF_TYPES, _OWN_TYPE = "[Content_Types].xml", "mimetype"
_MAIN_TYPES = {
    f"{MICROSOFT}.wordprocessingml.document.main+xml".encode(): "docx",
    f"{MICROSOFT}.spreadsheetml.sheet.main+xml".encode(): "xlsx",
}
_OWN_TYPES = {f"{OPEN}.text".encode(): "odt", f"{OPEN}.spreadsheet".encode(): "ods"}
_PROGRAMS = ("vbaproject.bin", "basic/", "scripts/")


def office_kind(content: IO[bytes], *, size: int) -> str:
    """Which office file this archive is; empty for any other.

    Raises Refused: FILE_BOMB (would be far larger unpacked than an office file is), FILE_PROGRAM (has macros).
    """
    if not _has_plain_end(content, size):
        return ""
    try:
        with zipfile.ZipFile(content) as archive:
            parts = archive.infolist()
            kind = _told(archive)
    except _BROKEN:
        return ""
    if kind:
        _must_be_harmless(parts, size)
    return kind


def _has_plain_end(content: IO[bytes], size: int) -> bool:
    """Whether its list of parts is short enough to be read. The long form of archives no office file needs."""
    content.seek(max(0, size - LONGEST_END))
    tail = content.read(LONGEST_END)
    at = tail.rfind(END)
    if at < 0 or END_OF_LARGE in tail[:at]:
        return False
    return int.from_bytes(tail[at + 12 : at + 16], "little") <= LARGEST_DIRECTORY


def _told(archive: zipfile.ZipFile) -> str:
    names = set(archive.namelist())
    if _OWN_TYPE in names:
        return _OWN_TYPES.get(_beginning(archive, _OWN_TYPE).strip(), "")
    if _LIST_OF_TYPES in names:
        types = _beginning(archive, _LIST_OF_TYPES)
        return next((kind for mark, kind in _MAIN_TYPES.items() if mark in types), "")
    return ""


def _beginning(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        return part.read(LONGEST_TOLD)


def _must_be_harmless(parts: list[zipfile.ZipInfo], size: int) -> None:
    unpacked, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    # Parts that lie over each other add up to more than there is.
    is_bomb = unpacked > MOST_UNPACKED or packed > size or unpacked > max(SMALL, MOST_PACKED_TIGHT * size)
    if is_bomb:
        raise Refused("FILE_BOMB", _("It would be far larger unpacked than such a file can be."))
    names = [part.filename.casefold() for part in parts]
    if any(name.startswith(_PROGRAMS[1:]) or name.endswith(_PROGRAMS[0]) for name in names):
        raise Refused("FILE_PROGRAM", _("It has macros, which are programs. Save it without them."))
