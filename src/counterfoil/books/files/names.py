"""A file's name as somebody typed it, made safe to show, to write into a log and to put into a header.

What is stored is never called by it.
"""

import unicodedata

LONGEST = 120  # characters
LONGEST_ENDING = 8
UNNAMED = "file"
# What turns the order of what follows, joins letters or is not there at all; private letters and halves of letters.
_HIDDEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})


def displayable(name: str) -> str:
    """The last part of a path, without what is not seen but does something, at most 120 characters with its ending."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    seen = "".join(" " if one.isspace() else one for one in last if one.isspace() or not _is_hidden(one))
    words = " ".join(seen.split()).strip(" .")
    if len(words) <= LONGEST:
        return words or UNNAMED
    stem, dot, ending = words.rpartition(".")
    if not dot or len(ending) > LONGEST_ENDING:
        return words[:LONGEST].strip(" .")
    return f"{stem[: LONGEST - len(ending) - 1].rstrip(' .')}.{ending}"


def ending_of(name: str) -> str:
    """What follows the last full stop, in small letters; empty without one."""
    return name.rpartition(".")[2].casefold() if "." in name else ""


def key_of(name: str) -> str:
    """As lists are sorted by it and searched for it."""
    return name.casefold()[:LONGEST]


def _is_hidden(letter: str) -> bool:
    return unicodedata.category(letter) in _HIDDEN
