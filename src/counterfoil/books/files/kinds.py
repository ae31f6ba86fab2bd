"""What a file is, by what is in it. Its name only has to agree."""

from dataclasses import dataclass
from typing import IO, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from counterfoil.foundation.refusal import Refused

from . import names, packed

HEAD = 64  # bytes
# By what a file of each family begins with: where, and what.
BEGINNINGS: dict[str, tuple[tuple[int, bytes], ...]] = {
    "pdf": ((0, b"%PDF-"),),
    "png": ((0, b"\x89PNG\r\n\x1a\n"),),
    "jpeg": ((0, b"\xff\xd8\xff"),),
    "webp": ((0, b"RIFF"), (8, b"WEBP")),
    **{
        brand: ((4, b"ftyp" + brand.encode()),)
        for brand in ("heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1")
    },
}
# Text that a browser would run if somebody opened it there.
MARKUP = ("<!doctype", "<html", "<head", "<body", "<script", "<?xml", "<svg", "<iframe")
MARKS_OF_ORDER = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
WRITTEN_IN = ("utf-8-sig", "gb18030", "cp1252")


@dataclass(frozen=True)
class Kind:
    """One type that is taken: of a family by its content, and by its name, which ends in one of the `endings`."""

    key: str
    mime: str
    endings: tuple[str, ...]
    label: Any
    family: str
    icon: str = "file"
    is_drawn: bool = False  # whether a small picture is made of it


KINDS = (
    Kind("pdf", "application/pdf", ("pdf",), "PDF", "pdf"),
    Kind("jpeg", "image/jpeg", ("jpg", "jpeg"), "JPEG", "jpeg", "image", is_drawn=True),
    Kind("png", "image/png", ("png",), "PNG", "png", "image", is_drawn=True),
    Kind("webp", "image/webp", ("webp",), "WebP", "webp", "image", is_drawn=True),
    Kind("heic", "image/heic", ("heic", "heif"), "HEIC", "heic", "image"),
    Kind("docx", f"{packed.MICROSOFT}.wordprocessingml.document", ("docx",), "Word (DOCX)", "docx"),
    Kind("xlsx", f"{packed.MICROSOFT}.spreadsheetml.sheet", ("xlsx",), "Excel (XLSX)", "xlsx"),
    Kind("odt", f"{packed.OPEN}.text", ("odt",), "OpenDocument (ODT)", "odt"),
    Kind("ods", f"{packed.OPEN}.spreadsheet", ("ods",), "OpenDocument (ODS)", "ods"),
    Kind("text", "text/plain", ("txt",), gettext_lazy("plain text"), "text"),
    Kind("csv", "text/csv", ("csv",), "CSV", "text"),
)
_BY_KEY = {kind.key: kind for kind in KINDS}


def kind_of(content: IO[bytes], *, name: str, size: int) -> Kind:
    """What it is. Raises Refused: FILE_KIND, FILE_NAMED_WRONG, FILE_PIXELS, FILE_BOMB, FILE_PROGRAM."""
    family = _family_of(content, size)
    fitting = [kind for kind in KINDS if kind.family == family]
    if not fitting:
        raise Refused("FILE_KIND", _("It is none of what can be uploaded: %(types)s.") % {"types": offered()})
    named = next((kind for kind in fitting if names.ending_of(name) in kind.endings), None)
    if named is None:
        told = {"type": fitting[0].label, "ending": fitting[0].endings[0]}
        raise Refused("FILE_NAMED_WRONG", _("What is in it is %(type)s, so its name must end in .%(ending)s.") % told)
    if named.is_drawn:
        from . import images  # with Pillow, which only pictures need

        images.must_have_few_pixels(content)
    return named


def of(key: str) -> Kind:
    """The kind that is stored as this. Raises KeyError."""
    return _BY_KEY[key]


def offered() -> str:
    """All of them, for people."""
    return ", ".join(str(kind.label) for kind in KINDS)


def accepted() -> str:
    """All of them, as a browser's file field takes it; a phone offers its camera too."""
    return ",".join(["image/*", *(f".{ending}" for kind in KINDS for ending in kind.endings)])


def _family_of(content: IO[bytes], size: int) -> str:
    content.seek(0)
    head = content.read(HEAD)
    for family, marks in BEGINNINGS.items():
        if all(head[place : place + len(mark)] == mark for place, mark in marks):
            return "heic" if marks[0][1].startswith(b"ftyp") else family
    if head.startswith(packed.BEGINNING):
        return packed.office_kind(content, size=size)
    return "text" if _is_text(content, size) else ""


def _is_text(content: IO[bytes], size: int) -> bool:
    """Whether all of it is letters, in one of the ways in which they are written, and no page for a browser."""
    content.seek(0)
    text = _decoded(content.read(size + 1))
    if not text or any(one < " " and one not in "\t\n\r\f" for one in text):
        return False
    return not text.lstrip("\ufeff \t\r\n\f").casefold().startswith(MARKUP)


def _decoded(data: bytes) -> str:
    """The text, or nothing where it is none."""
    for way in [way for mark, way in MARKS_OF_ORDER if data.startswith(mark)] or WRITTEN_IN:
        try:
            return data.decode(way)
        except UnicodeDecodeError:
            continue
    return ""
