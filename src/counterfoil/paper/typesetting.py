"""Documents as PDF, set by Typst. What people typed reaches it as data, and it can read only its own templates."""

import atexit
import json
import unicodedata
from contextlib import closing
from dataclasses import fields, replace
from datetime import datetime
from threading import Lock
from typing import Any

from counterfoil.paper import codes, glyphs
from counterfoil.paper.sheet import Logo, Sheet

from .typesetter import Typesetter

# A document of some thousand rows takes hundreds of megabytes, of which the typesetter gives little back. So it is set
# by one that ends with it, and by each of our processes one after the other.
LARGE = 1_000  # rows
_one_at_a_time = Lock()
_typesetter = Typesetter()
atexit.register(_typesetter.close)


def render(sheet: Sheet, *, at: datetime) -> bytes:
    """The sheet as a PDF. The same sheet and the same moment (aware) give the same bytes; safe from several threads.

    It takes some 20 ms, or seconds if it has thousands of rows, so call it outside transactions. Raises CannotTypeset.
    """
    if at.tzinfo is None:
        raise ValueError("A document's moment needs its time zone.")
    said, moment = json.dumps(_data(sheet), default=_part).encode(), int(at.timestamp())
    if sum(len(account.entries) for account in sheet.accounts) <= LARGE:
        return _typesetter.set(said, moment)
    with _one_at_a_time, closing(Typesetter()) as another:
        return another.set(said, moment)


def _data(sheet: Sheet) -> dict[str, Any]:
    """The sheet's own fields; what lies deeper is taken apart by JSON, part by part, so that no copy lies beside it."""
    data = _part(replace(sheet, logo=None))
    data["document_title"] = " ".join(part for part in (data["title"], data["number"]) if part)
    data["monogram"] = _monogram(glyphs.printable(sheet.organization.name))
    data["logo"] = _logo(sheet.logo) if sheet.logo else None
    if sheet.payment and sheet.payment.code:
        # A phone reads it, not a font: nothing in it is left out as unprintable.
        code = _part(sheet.payment.code) | {"drawing": codes.drawing(sheet.payment.code.payload)}
        data["payment"] = _part(sheet.payment) | {"code": code}
    if sheet.certificate:
        data["certificate"] = _part(sheet.certificate) | {"content": sheet.certificate.content}  # to the byte
    return data


def _part(part: Any) -> dict[str, Any]:
    """One part of a sheet by its fields, whose own parts are left as they are."""
    return {field.name: _printable(getattr(part, field.name)) for field in fields(part)}


def _printable(value: Any) -> Any:
    if isinstance(value, str):
        return glyphs.printable(value)
    if isinstance(value, tuple):
        return tuple(_printable(inner) for inner in value)
    return value


def _monogram(name: str) -> str:
    """Up to two initials: LZ for Lindqvist & Zhou Studio, 云 for 云杉设计有限公司."""
    words = [word for word in name.split() if word[0].isalnum()]
    if not words:
        return ""
    if unicodedata.east_asian_width(words[0][0]) == "W":
        return words[0][0]
    return "".join(word[0] for word in words[:2]).upper()


def _logo(logo: Logo) -> dict[str, Any]:
    return {
        "bytes": list(logo.data),
        "format": logo.mime.removeprefix("image/").replace("jpeg", "jpg"),
        "alt": glyphs.printable(logo.alt) or "Logo",
    }
