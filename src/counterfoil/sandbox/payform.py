"""The form of the page that takes a payment: the fields of a card or of a bank account, and the payer's address."""

import json
import re
import sqlite3
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from markupsafe import Markup

from . import banks, cards
from .cards import Card
from .rendering import render

FIELDS = {"card": ("number", "exp", "cvc"), "bank": ("holder", "routing", "account")}
ADDRESS = ("line1", "postal_code")  # what a bank compares with what it knows
AUTOCOMPLETE = {
    "number": "cc-number",
    "exp": "cc-exp",
    "cvc": "cc-csc",
    "holder": "name",
    "line1": "billing street-address",
    "postal_code": "billing postal-code",
}
LONGEST = {"holder": 100, "line1": 200}
IN_WORDS = ("holder", *ADDRESS)  # the others are digits
EXAMPLE = "1234 1234 1234 1234"


def names(kind: str, intent: sqlite3.Row) -> tuple[str, ...]:
    """The fields of a form. An address belongs to a card, whose bank is asked about it."""
    return FIELDS[kind] + (ADDRESS if kind == "card" and intent["asks_address"] else ())


def read(kind: str, typed: Mapping[str, str], *, today: datetime) -> tuple[Card | None, dict[str, str]]:
    """The card or account that was typed, or what is wrong with which field, as names in `words`."""
    first, second, third = (typed[name] for name in FIELDS[kind])
    if kind == "bank":
        return banks.read(first, second, third)
    card, faults = cards.read(first, second, third, today=today)
    faults |= {name: f"{name}_missing" for name in ADDRESS if name in typed and not typed[name].strip()}
    return (None if faults else card), faults


def billing(intent: sqlite3.Row, typed: Mapping[str, str]) -> dict[str, Any]:
    """What is known of the payer: what came with the intent, and the address that was typed."""
    known: dict[str, Any] = json.loads(intent["billing"])
    address = {name: typed[name].strip() for name in ADDRESS if name in typed}
    return known | {"address": (known.get("address") or {}) | address} if address else known


def inputs(
    kind: str, intent: sqlite3.Row, words: Mapping[str, str], typed: Mapping[str, str], faults: Mapping[str, str]
) -> Markup:
    """The fields, with what was typed and what is wrong with it."""
    known = json.loads(intent["billing"]).get("address") or {}
    shown = {
        name: _field(name, words, typed.get(name, str(known.get(name, ""))), faults.get(name, ""))
        for name in names(kind, intent)
    }
    fields = render(f"pay_{kind}", words, **shown)
    return fields + render("pay_address", words, **shown) if "line1" in shown else fields


def examples(kind: str, words: Mapping[str, str]) -> Markup:
    """The test cards or accounts, and what each does."""
    known = banks.TEST_ACCOUNTS if kind == "bank" else cards.TEST_CARDS
    rows = [
        render("card", words, number=_grouped(number, kind), does=words[f"card_{outcome}"])
        for number, outcome in known.items()
    ]
    return render(f"examples_{kind}", words, rows=Markup().join(rows))


def _grouped(number: str, kind: str) -> str:
    return re.sub(r"(\d{4})(?=\d)", r"\1 ", number) if kind == "card" else number


def _field(name: str, words: Mapping[str, str], value: str, fault: str) -> Markup:
    error = render("error", words, id=f"{name}-error", sentence=words[fault]) if fault else Markup()
    described = Markup(' aria-invalid="true" aria-describedby="{}-error"').format(name) if fault else Markup()
    return render(
        "field",
        words,
        name=name,
        label=words[name],
        hint=EXAMPLE if name == "number" else words.get(f"{name}_hint", ""),
        inputmode="text" if name in IN_WORDS else "numeric",
        autocomplete=AUTOCOMPLETE.get(name, "off"),
        longest=str(LONGEST.get(name, 40)),
        value=value,
        described=described,
        error=error,
    )
