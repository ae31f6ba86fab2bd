"""The one style sheet of every page: the files of static/design/css, in order, without what only people read."""

import gzip
import hashlib
import re
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "static" / "design" / "css"

# Tokens first: they name the layers. Print last: it takes away.
ORDER = (
    "tokens",
    "base",
    "layout",
    "sidebar",
    "buttons",
    "forms",
    "choices",
    "tables",
    "cards",
    "notices",
    "pills",
    "document",
    "conversation",
    "charts",
    "dialogs",
    "print",
)

_STRING_OR_COMMENT = re.compile(r'("(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\')|/\*.*?\*/', re.DOTALL)
_STRING = re.compile(r'("(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\')')


@cache
def text() -> str:
    """The whole sheet."""
    return "".join(_tightened((FOLDER / f"{name}.css").read_text(encoding="utf-8")) for name in ORDER)


@cache
def digest() -> str:
    """Sixteen hexadecimal digits that change when the sheet does."""
    return hashlib.sha256(text().encode()).hexdigest()[:16]


@cache
def compressed() -> bytes:
    """The sheet as gzip, the same bytes each time."""
    return gzip.compress(text().encode(), mtime=0)


def _tightened(css: str) -> str:
    """The same rules without comments and needless white space. What stands in quotes stays as it is.

    White space is taken only where CSS never gives it a meaning: around braces and semicolons, after a comma, and
    after the colon that ends a property's name. A space before a colon, a parenthesis or a sign may mean something.
    """
    bare = _STRING_OR_COMMENT.sub(lambda found: found[1] or " ", css)
    parts = _STRING.split(bare)
    return "".join(part if index % 2 else _squeezed(part) for index, part in enumerate(parts)).strip()


def _squeezed(part: str) -> str:
    part = re.sub(r"\s+", " ", part)
    part = re.sub(r" ?([{};]) ?", r"\1", part)
    part = re.sub(r", ", ",", part)
    part = re.sub(r"([{;][a-z0-9-]+): ", r"\1:", part)
    return part.replace(";}", "}")
