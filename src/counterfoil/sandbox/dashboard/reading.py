"""What the dashboard knows of a payment: how it stands, and what was told of it."""

import json
import sqlite3
from dataclasses import dataclass
from typing import Any

from counterfoil.sandbox import intents, refunds


@dataclass(frozen=True)
class Standing:
    """A payment with what became of it. Amounts are in minor units."""

    row: sqlite3.Row
    shown: dict[str, Any]
    left: int  # what did not go back
    disputable: int  # what the payer's bank can still take back, also of what was refunded

    @property
    def state(self) -> str:
        """A name in `words` after "state_"."""
        status = self.row["status"]
        if status == "requires_payment_method":
            return "declined" if self.row["last_error"] else "open"
        if status != "succeeded":
            return str(status)
        if self.open_dispute:
            return "disputed"
        if any(one["status"] == "lost" for one in self.shown["disputes"]):
            return "lost"
        given = any(one["status"] != "failed" for one in self.shown["refunds"])
        return "paid" if not given else "partly_refunded" if self.left else "refunded"

    @property
    def is_paid(self) -> bool:
        return bool(self.row["status"] == "succeeded")

    @property
    def open_dispute(self) -> bool:
        return any(one["status"] == "needs_response" for one in self.shown["disputes"])


def standing(db: sqlite3.Connection, row: sqlite3.Row) -> Standing:
    is_paid = row["status"] == "succeeded"
    left, disputable = (refunds.left(db, row), refunds.disputable(db, row)) if is_paid else (0, 0)
    return Standing(row, intents.as_json(db, row["id"]), left, disputable)


def told(db: sqlite3.Connection, intent_id: str) -> list[sqlite3.Row]:
    """The events of a payment, newest first, each with how it fared on its way to the account's webhook address."""
    return db.execute(
        """select event.type, event.created, state, tries, last_answer
           from event left join delivery on event_id = event.id where intent_id = ? order by event.place desc""",
        [intent_id],
    ).fetchall()


def reason(row: sqlite3.Row) -> dict[str, Any]:
    """Why the last try failed, as the gateway told it."""
    error: dict[str, Any] = json.loads(row["last_error"])
    return error
