"""IBANs, by which banks of some ninety countries know an account: which are whole, and how they are written."""

import re

from stdnum import iban
from stdnum.exceptions import ValidationError

_NAMED = re.compile(r"\s*iban\b[\s:.]*", re.IGNORECASE)
_MEANT = re.compile(r"[A-Z]{2}[0-9]{2}")


def is_meant(text: str) -> bool:
    """Whether somebody means an IBAN: the letters of its country, and two digits to check it by."""
    return _MEANT.match(_bare(text)) is not None


def whole(text: str) -> str | None:
    """The IBAN without spaces, as machines want it. None where the text has none, or one with a mistake."""
    try:
        return iban.validate(_bare(text))
    except ValidationError:
        return None


def in_fours(text: str) -> str | None:
    """The IBAN in groups of four, as people read it; None as `whole`."""
    found = whole(text)
    return iban.format(found) if found else None


def _bare(text: str) -> str:
    return iban.compact(_NAMED.sub("", text, count=1))
