"""Documents as PDF, set by Typst. What people typed reaches it as data, and it can read only its own templates."""

import json
import unicodedata
from dataclasses import asdict, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst

from counterfoil.paper import codes, glyphs
from counterfoil.paper.sheet import Logo, Sheet

TEMPLATES = Path(__file__).parent / "templates"


def render(sheet: Sheet, *, at: datetime) -> bytes:
    """The sheet as a PDF. The same sheet and the same moment (aware) give the same bytes; safe from several threads.

    It takes some 20 ms, so call it outside transactions.
    """
    if at.tzinfo is None:
        raise ValueError("A document's moment needs its time zone.")
    return typst.compile(
        TEMPLATES / "document.typ",
        root=TEMPLATES,
        font_paths=_fonts(),
        sys_inputs={"sheet": json.dumps(_data(sheet))},
        format="pdf",
        # For the archive with everything embedded and tagged (PDF/A-3a), and readable aloud (PDF/UA-1).
        pdf_standards=["a-3a", "ua-1"],
        timestamp=int(at.timestamp()),
    )


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[glyphs.FONTS])


def _data(sheet: Sheet) -> dict[str, Any]:
    data = _printable(asdict(replace(sheet, logo=None)))
    data["document_title"] = " ".join(part for part in (data["title"], data["number"]) if part)
    data["monogram"] = _monogram(data["organization"]["name"])
    data["logo"] = _logo(sheet.logo) if sheet.logo else None
    if sheet.payment and sheet.payment.code:
        # A phone reads it, not a font: nothing in it is left out as unprintable.
        data["payment"]["code"]["drawing"] = codes.drawing(sheet.payment.code.payload)
    return data


def _printable(value: Any) -> Any:
    if isinstance(value, str):
        return glyphs.printable(value)
    if isinstance(value, dict):
        return {key: _printable(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(inner) for inner in value]
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
