"""Payment methods: what is kept of a card or bank account that was typed. Never the number."""

import json
import secrets
import sqlite3
from collections.abc import Mapping
from typing import Any

from . import banks, cards
from .cards import Card
from .refusals import Refusal, wrong
from .store import Store

BY_NUMBER, BY_ACCOUNT = "pm_card_", "pm_bank_"
LONGEST = 200
LATER_TROUBLE = (cards.Outcome.PROCESSING_FAILED, cards.Outcome.ADDRESS, cards.Outcome.DUPLICATE)


def keep(db: sqlite3.Connection, store: Store, account_id: str, card: Card) -> str:
    """Store the card's brand, last four digits, date and outcome, for one payment; returns its id."""
    method_id = f"pm_{secrets.token_hex(12)}"
    db.execute(
        """insert into method (id, account_id, brand, last4, exp_month, exp_year, outcome, created, kind, holder)
           values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        [
            method_id,
            account_id,
            card.brand,
            card.last4,
            card.exp_month,
            card.exp_year,
            card.outcome,
            store.now(),
            card.kind,
            card.holder,
        ],
    )
    return method_id


def resolve(db: sqlite3.Connection, store: Store, account_id: str, method_id: object) -> sqlite3.Row:
    """The method that a call names. Raises Refusal for one that isn't there or was forgotten."""
    name = str(method_id)
    card = None
    if name.startswith(BY_NUMBER):
        card = cards.by_number(name.removeprefix(BY_NUMBER), today=store.today())
    elif name.startswith(BY_ACCOUNT):
        card = banks.by_number(name.removeprefix(BY_ACCOUNT))
    if card is not None:
        name = keep(db, store, account_id, card)
    row = db.execute(
        "select * from method where id = ? and account_id = ? and forgotten_at is null", [name, account_id]
    ).fetchone()
    if row is None:
        raise Refusal(400, "resource_missing", "No such payment_method.", param="payment_method")
    found: sqlite3.Row = row
    return found


def remember(db: sqlite3.Connection, store: Store, method: sqlite3.Row, billing: Mapping[str, Any]) -> None:
    """Keep it for later payments, with whose it is."""
    holder = str(billing.get("name") or method["holder"])[:LONGEST]
    address = billing.get("address") or json.loads(method["address"])
    db.execute(
        "update method set kept_at = coalesce(kept_at, ?), holder = ?, address = ? where id = ?",
        [store.now(), holder, json.dumps(address), method["id"]],
    )


def save(db: sqlite3.Connection, store: Store, method: sqlite3.Row, billing: Mapping[str, Any]) -> None:
    """Keep one without a payment. Raises Refusal 402 for a card that its bank declines."""
    outcome = cards.Outcome(method["outcome"])
    if outcome in cards.DECLINES and method["kind"] == "card" and outcome not in LATER_TROUBLE:
        raise _declined(outcome)
    remember(db, store, method, billing)


def _declined(outcome: cards.Outcome) -> Refusal:
    error = cards.decline(outcome)
    more = {name: error[name] for name in ("decline_code", "outcome")}
    return Refusal(402, error["code"], error["message"], kind=error["type"], **more)


def change(db: sqlite3.Connection, store: Store, method: sqlite3.Row, body: Mapping[str, Any]) -> None:
    """Another expiry date, name or address of a kept one. Raises Refusal."""
    month, year = body.get("exp_month", method["exp_month"]), body.get("exp_year", method["exp_year"])
    today = store.today()
    if not (isinstance(month, int) and isinstance(year, int) and 1 <= month <= 12):
        raise wrong("exp_month", "exp_month and exp_year must be whole numbers.")
    if method["kind"] == "card" and (year, month) < (today.year, today.month):
        raise wrong("exp_year", "The expiry date is in the past.")
    db.execute("update method set exp_month = ?, exp_year = ? where id = ?", [month, year, method["id"]])
    remember(db, store, method, body.get("billing_details") or {})


def forget(db: sqlite3.Connection, store: Store, method: sqlite3.Row) -> None:
    """Nothing can be charged to it any more."""
    db.execute("update method set forgotten_at = ?, address = '{}' where id = ?", [store.now(), method["id"]])


def as_json(row: sqlite3.Row) -> dict[str, Any]:
    names = ("id", "brand", "last4", "exp_month", "exp_year", "holder")
    told = {"object": "payment_method", "type": row["kind"], "kept": row["kept_at"] is not None}
    return told | {name: row[name] for name in names} | {"address": json.loads(row["address"])}
