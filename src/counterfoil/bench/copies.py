"""How a pattern is repeated: which of its values are other ones in each copy, worked out once for each pattern."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models

from counterfoil.books.payments.models import Payment
from counterfoil.books.sales.models import Invoice
from counterfoil.books.sales.search import last_digits
from counterfoil.foundation.copying import columns
from counterfoil.foundation.ids import new_id

from .patterns import Pattern

Values = Mapping[str, Any]
Maker = Callable[[Values, timedelta], Any]
# Columns that are another text in each copy, by what they are made from.
NUMBERED: dict[type[models.Model], dict[str, str]] = {
    Invoice: {"number": "number", "number_key": "number_key", "digits_key": "digits"},
    Payment: {
        "number": "payment_number",
        "number_key": "payment_number_key",
        "digits_key": "payment_digits",
        "reference": "number",
        "reference_key": "number_key",
        "recording_key": "recording_key",
    },
}
PARTY = "@party@"  # stands in a kept revision where the customer's name and address do


@dataclass(frozen=True)
class Whose:
    """For whom a copy is made."""

    customer_id: int
    contact_id: int
    contact_name: str
    party: str  # JSON


class Copier:
    """One pattern, ready to be repeated."""

    def __init__(self, pattern: Pattern, *, customer_id: int, contact_id: int, contact_name: str) -> None:
        self.pattern = pattern
        ids = [row.pk for rows in pattern.rows.values() for row in rows]
        self._names = {id: f"id{place}" for place, id in enumerate(ids)}
        self._words = {str(id): name for id, name in self._names.items()}
        self._words |= {str(customer_id): "customer", str(contact_id): "contact", contact_name: "contact_name"}
        self._references = self._names | {customer_id: "customer", contact_id: "contact"}
        invoice = pattern.invoice
        self._days = {day.isoformat(): day for day in (invoice.dated, invoice.due_on)}
        for number, name in self._numbers(pattern).items():
            self._words[number] = name
        self._pattern = re.compile("|".join(map(re.escape, [*self._words, *self._days, json.dumps(PARTY)])))
        self._makers = {
            model: [[self._maker(model, row, name) for name in columns(model)] for row in rows]
            for model, rows in pattern.rows.items()
        }

    def copy(self, whose: Whose, dated: date, number: str, payment_number: str) -> dict[type[Any], list[list[Any]]]:
        """The rows of one more such invoice."""
        values: dict[str, Any] = {name: new_id() for name in self._names.values()}
        values |= {
            "customer": whose.customer_id,
            "contact": whose.contact_id,
            "contact_name": whose.contact_name,
            "party": whose.party,
            "number": number,
            "number_key": number.casefold(),
            "digits": last_digits(number),
            "payment_number": payment_number,
            "payment_number_key": payment_number.casefold(),
            "payment_digits": last_digits(payment_number),
            "recording_key": f"copy-{payment_number}",
        }
        shift = dated - self.pattern.dated
        return {
            model: [[maker(values, shift) if callable(maker) else maker for maker in row] for row in rows]
            for model, rows in self._makers.items()
        }

    @staticmethod
    def _numbers(pattern: Pattern) -> dict[str, str]:
        paid = {payment.number: "payment_number" for payment in pattern.rows[Payment]}
        return ({pattern.invoice.number: "number"} if pattern.invoice.number else {}) | paid

    def _maker(self, model: type[models.Model], row: models.Model, name: str) -> Any:
        """The value itself where it is the same in each copy, else what makes it."""
        value, numbered = getattr(row, name), NUMBERED.get(model, {})
        if numbered.get(name) and value:
            return _taken(numbered[name])
        if isinstance(model._meta.get_field(name), models.JSONField):
            return None if value is None else self._text(self._with_a_place(value))
        if isinstance(value, date | datetime):
            return lambda _values, shift: value + shift
        if isinstance(value, int) and value in self._references:
            return _taken(self._references[value])
        return value

    @staticmethod
    def _with_a_place(value: Any) -> Any:
        return value | {"customer": PARTY} if isinstance(value, dict) and "lines" in value else value

    def _text(self, value: Any) -> Any:
        """JSON in which ids, numbers, days and the customer are those of the copy."""
        text = json.dumps(value, ensure_ascii=False)
        parts: list[Any] = []
        at = 0
        for found in self._pattern.finditer(text):
            parts += [text[at : found.start()], self._part(found[0])]
            at = found.end()
        if not parts:
            return text
        parts.append(text[at:])
        return lambda values, shift: "".join(
            part if isinstance(part, str) else str(part(values, shift)) for part in parts
        )

    def _part(self, found: str) -> Maker:
        if found == json.dumps(PARTY):
            return _taken("party")
        if found in self._days:
            day = self._days[found]
            return lambda _values, shift: (day + shift).isoformat()
        return _taken(self._words[found])


def _taken(name: str) -> Maker:
    return lambda values, _shift: values[name]
