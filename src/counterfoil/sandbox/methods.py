"""Payment methods: what is kept of a card that was typed. Never the number."""

import secrets
import sqlite3
from typing import Any

from . import cards
from .cards import Card
from .refusals import Refusal
from .store import Store

BY_NUMBER = "pm_card_"


def keep(db: sqlite3.Connection, store: Store, account_id: str, card: Card) -> str:
    """Store the card's brand, last four digits, date and outcome; returns its id."""
    method_id = f"pm_{secrets.token_hex(12)}"
    db.execute(
        "insert into method values (?, ?, ?, ?, ?, ?, ?, ?)",
        [method_id, account_id, card.brand, card.last4, card.exp_month, card.exp_year, card.outcome, store.now()],
    )
    return method_id


def resolve(db: sqlite3.Connection, store: Store, account_id: str, method_id: object) -> sqlite3.Row:
    """The method that a confirmation names. Raises Refusal."""
    name = str(method_id)
    if name.startswith(BY_NUMBER):
        card = cards.by_number(name.removeprefix(BY_NUMBER), today=store.today())
        name = keep(db, store, account_id, card) if card else ""
    row = db.execute("select * from method where id = ? and account_id = ?", [name, account_id]).fetchone()
    if row is None:
        raise Refusal(400, "resource_missing", "No such payment_method.", param="payment_method")
    found: sqlite3.Row = row
    return found


def as_json(row: sqlite3.Row) -> dict[str, Any]:
    names = ("id", "brand", "last4", "exp_month", "exp_year")
    return {"object": "payment_method", "type": "card"} | {name: row[name] for name in names}
