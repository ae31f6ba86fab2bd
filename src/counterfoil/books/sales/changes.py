"""What is different between two snapshots of a document, for people who read the earlier one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from .models import SalesDocument

Snapshot = Mapping[str, Any]
# What of a document and of a line is worth a word when it changes, in the order in which it stands.
OF_DOCUMENT = (
    "dated",
    "due_on",
    "expires_on",
    "order_number",
    "discount_minor",
    "shipping_minor",
    "tax_minor",
    "adjustment_minor",
    "total_minor",
    "notes",
    "terms",
)
OF_LINE = ("name", "description", "quantity", "unit", "rate", "discount_value", "is_optional", "net_minor")


@dataclass(frozen=True)
class Change:
    """One difference. `kind` is "added", "removed" or "changed"; `line` names the line that it is about, if it is one.

    `part` is the key in the snapshot; `was` and `now` are its values as they are kept there.
    """

    kind: str
    line: str = ""
    part: str = ""
    was: Any = None
    now: Any = None


def between_revisions(document: SalesDocument, earlier: int, later: int) -> list[Change]:
    """What is different in the later of two revisions; nothing where one of them was never sent."""
    kept = dict(document.revisions.filter(revision__in=(earlier, later)).values_list("revision", "content"))
    return between(kept[earlier], kept[later]) if earlier in kept and later in kept else []


def between(earlier: Snapshot, later: Snapshot) -> list[Change]:
    """What is different in the later snapshot: its lines first, then the rest."""
    parts = [
        Change("changed", part=part, was=earlier.get(part), now=later.get(part))
        for part in OF_DOCUMENT
        if earlier.get(part) != later.get(part)
    ]
    return [*_lines(earlier["lines"], later["lines"]), *parts]


def _lines(earlier: Sequence[Snapshot], later: Sequence[Snapshot]) -> Iterator[Change]:
    """Lines that are alike in name stand for each other; the others were added or removed."""
    names = [line["name"] for line in earlier], [line["name"] for line in later]
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, *names, autojunk=False).get_opcodes():
        if tag == "equal" or (tag == "replace" and i2 - i1 == j2 - j1):
            for was, now in zip(earlier[i1:i2], later[j1:j2], strict=True):
                yield from _line(was, now)
        else:
            yield from (Change("removed", line["name"], was=line["net_minor"]) for line in earlier[i1:i2])
            yield from (Change("added", line["name"], now=line["net_minor"]) for line in later[j1:j2])


def _line(earlier: Snapshot, later: Snapshot) -> Iterator[Change]:
    for part in OF_LINE:
        if earlier.get(part) != later.get(part):
            yield Change("changed", later["name"], part, earlier.get(part), later.get(part))
