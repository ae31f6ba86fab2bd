"""From rows of text to values by field, with each cell that can't be read named by its line and column."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from counterfoil.foundation.refusal import Refused

from . import figures
from .columns import Field, Layout, Mapped
from .figures import Order, Unreadable
from .reading import Table


@dataclass(frozen=True)
class Problem:
    """Why a line can't be imported, and in which of its columns that is, where it is in one."""

    line: int
    column: str
    sentence: str


@dataclass(frozen=True)
class Record:
    """One row, by field. What its file has no column for, or nothing in its cell, is empty or None."""

    line: int
    values: Mapping[str, Any]

    def text(self, name: str) -> str:
        return self.values.get(name) or ""

    def number(self, name: str) -> Decimal | None:
        found: Decimal | None = self.values.get(name)
        return found

    def day(self, name: str) -> date | None:
        found: date | None = self.values.get(name)
        return found

    def code(self, name: str) -> str:
        """The currency that stands at a number."""
        return self.values.get(f"{name}_code") or ""


@dataclass
class Problems:
    """What is wrong with a file, in the order in which it is found."""

    header: list[str]
    mapped: Mapped
    found: list[Problem] = field(default_factory=list)
    lines: set[int] = field(default_factory=set)

    def add(self, line: int, sentence: Any, *, at: str = "") -> None:
        """`at` is the name of a field."""
        place = self.mapped.get(at)
        self.found.append(Problem(line, self.header[place] if place is not None else "", str(sentence)))
        self.lines.add(line)

    def refuse(self, line: int, refusal: Refused) -> None:
        self.add(line, refusal.sentence, at=refusal.field or "")

    def in_order(self) -> list[Problem]:
        return sorted(self.found, key=lambda one: one.line)


class Undecided(Refused):
    """The file can be read in two ways, and only a person knows which it is."""


def order_of(table: Table, layout: Layout, mapped: Mapped, chosen: str = "") -> Order:
    """In which order this file writes its dates. Raises Undecided: DATE_ORDER."""
    if chosen in set(Order):
        return Order(chosen)
    found = figures.orders(_cells(table, layout, mapped, "date"))
    if found == {Order.DAY_FIRST, Order.MONTH_FIRST}:
        sentence = _("The dates of this file can be read with the day or with the month first. Choose which it is.")
        raise Undecided("DATE_ORDER", sentence, field="order")
    return next((order for order in Order if order in found), Order.DAY_FIRST)


def records(table: Table, layout: Layout, mapped: Mapped, order: Order, problems: Problems) -> Iterator[Record]:
    """Each row by field. One of which a cell can't be read is a problem, and has what can be read of it."""
    mark = figures.decimal_mark(_cells(table, layout, mapped, "number"), table.separator)
    wanted = [(one, mapped[one.name]) for one in layout.fields if one.name in mapped]
    for line, cells in table.rows:
        values: dict[str, Any] = {}
        for one, place in wanted:
            if not (cell := cells[place]):
                continue
            try:
                values.update(_read(one, cell, order, mark))
            except Unreadable as error:
                problems.add(line, str(error), at=one.name)
        yield Record(line, values)


def _cells(table: Table, layout: Layout, mapped: Mapped, kind: str) -> Iterable[str]:
    places = [mapped[one.name] for one in layout.fields if one.kind == kind and one.name in mapped]
    return (cells[place] for _line, cells in table.rows for place in places if cells[place])


def _read(one: Field, cell: str, order: Order, mark: str) -> dict[str, Any]:
    if one.kind == "date":
        return {one.name: figures.read_date(cell, order)}
    if one.kind == "flag":
        return {one.name: figures.read_flag(cell)}
    if one.kind == "number":
        value, code = figures.read_number(cell, mark)
        return {one.name: value, f"{one.name}_code": code} if code else {one.name: value}
    length = max(len(cell), len(cell.casefold()))  # what is searched for is kept without case
    if length > one.longest:
        sentence = _("This has %(length)d characters, and at most %(most)d can be kept.")
        raise Unreadable(sentence % {"length": length, "most": one.longest})
    return {one.name: cell}
