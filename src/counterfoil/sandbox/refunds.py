"""Money given back, and money taken back by the payer's bank. Inside the caller's transaction, as everything here."""

import json
import secrets
import sqlite3
from typing import Any

from . import events, intents
from .cards import Outcome
from .gateway import Gateway
from .refusals import Refusal, missing, wrong


def create(db: sqlite3.Connection, gateway: Gateway, intent: sqlite3.Row, body: dict[str, Any]) -> str:
    """Give so much of a payment back, or all that is left of it. Returns the refund's id. Raises Refusal."""
    if intent["status"] != "succeeded":
        raise intents.unexpected_state(db, intent, "refunded")
    if _disputes(db, intent, "needs_response"):
        raise Refusal(400, "charge_disputed", "The payer's bank has taken this payment back. Answer the dispute first.")
    rest = left(db, intent)
    amount = body.get("amount", rest)
    if isinstance(amount, bool) or not isinstance(amount, int) or amount < 0:
        raise wrong("amount", "amount must be a whole number of the currency's smallest unit.")
    if rest == 0:
        raise Refusal(400, "charge_already_refunded", "All of this payment has been given back.")
    if not 0 < amount <= rest:
        raise Refusal(400, "refund_too_large", f"At most {rest} of this payment is left to give back.", param="amount")
    account = db.execute("select * from account where id = ?", [intent["account_id"]]).fetchone()
    if amount != intent["amount"] and not account["partial_refunds"]:
        sentence = "This account gives a payment back whole or not at all."
        raise Refusal(400, "partial_refunds_not_enabled", sentence, param="amount")
    refund_id, now = f"re_{secrets.token_hex(12)}", gateway.store.now()
    end = _end(db, intent)
    db.execute(
        """insert into refund (id, account_id, intent_id, amount, currency, status, metadata, created, settle_at,
                               settle_outcome)
           values (?, ?, ?, ?, ?, 'pending', ?, ?, ?, ?)""",
        [
            refund_id,
            intent["account_id"],
            intent["id"],
            amount,
            intent["currency"],
            json.dumps({name: str(value) for name, value in (body.get("metadata") or {}).items()}),
            now,
            now + gateway.seconds("processing_seconds") if end else None,
            end,
        ],
    )
    _tell(db, gateway, "refund.created", refund_id)
    if not end:
        settle(db, gateway, refund_id, "succeeded")
    return refund_id


def _end(db: sqlite3.Connection, intent: sqlite3.Row) -> str:
    """How a refund that takes a while will end; empty for one that doesn't."""
    method = db.execute("select * from method where id = ?", [intent["method_id"]]).fetchone()
    if method["outcome"] == Outcome.REFUND_FAILED:
        return "failed"
    return "succeeded" if method["outcome"] == Outcome.REFUND_LATE or method["kind"] == "bank" else ""


def settle(db: sqlite3.Connection, gateway: Gateway, refund_id: str, outcome: str) -> None:
    """End a refund that is pending: "succeeded" or "failed". Raises Refusal."""
    row = by_id(db, refund_id)
    if row["status"] != "pending":
        raise Refusal(400, "refund_unexpected_state", f"This refund is {row['status']}.")
    reason = "lost_or_stolen_card" if outcome == "failed" else None
    db.execute(
        "update refund set status = ?, failure_reason = ?, settle_at = null where id = ?", [outcome, reason, refund_id]
    )
    _tell(db, gateway, "refund.failed" if outcome == "failed" else "charge.refunded", refund_id)


def dispute(db: sqlite3.Connection, gateway: Gateway, intent: sqlite3.Row, amount: int | None = None) -> str:
    """The payer's bank takes a payment back, or part of it; the money is gone at once. Returns the dispute's id.

    As real ones do, it may take all of the charge although some was refunded.
    """
    if intent["status"] != "succeeded":
        raise intents.unexpected_state(db, intent, "disputed")
    taken = left(db, intent) if amount is None else amount
    if isinstance(taken, bool) or not isinstance(taken, int):
        raise wrong("amount", "amount must be a whole number of the currency's smallest unit.")
    if not 0 < taken <= disputable(db, intent):
        raise Refusal(400, "dispute_too_large", "The bank can't take back more than was paid.", param="amount")
    dispute_id = f"dp_{secrets.token_hex(12)}"
    db.execute(
        """insert into dispute (id, account_id, intent_id, amount, currency, status, created)
           values (?, ?, ?, ?, ?, 'needs_response', ?)""",
        [dispute_id, intent["account_id"], intent["id"], taken, intent["currency"], gateway.store.now()],
    )
    db.execute("update intent set dispute_at = null where id = ?", [intent["id"]])
    _tell_dispute(db, gateway, "charge.dispute.created", dispute_id)
    return dispute_id


def close(db: sqlite3.Connection, gateway: Gateway, dispute_id: str, outcome: str) -> None:
    """End a dispute: "won", and the money is back, or "lost". Raises Refusal."""
    row = dispute_by_id(db, dispute_id)
    if row["status"] != "needs_response":
        raise Refusal(400, "dispute_unexpected_state", f"This dispute is {row['status']}.")
    if outcome not in ("won", "lost"):
        raise wrong("outcome", "outcome must be won or lost.")
    db.execute("update dispute set status = ? where id = ?", [outcome, dispute_id])
    _tell_dispute(db, gateway, "charge.dispute.closed", dispute_id)


def left(db: sqlite3.Connection, intent: sqlite3.Row) -> int:
    """What neither was given back nor taken back of a payment."""
    given = "select coalesce(sum(amount), 0) as sum from refund where intent_id = ? and status <> 'failed'"
    return max(0, disputable(db, intent) - int(db.execute(given, [intent["id"]]).fetchone()["sum"]))


def disputable(db: sqlite3.Connection, intent: sqlite3.Row) -> int:
    """What the payer's bank can still take back of a payment, also of what was given back."""
    taken = "select coalesce(sum(amount), 0) as sum from dispute where intent_id = ? and status <> 'won'"
    return int(intent["amount"]) - int(db.execute(taken, [intent["id"]]).fetchone()["sum"])


def settle_due(gateway: Gateway) -> None:
    """End what has been under way for long enough, and let banks take back what they will."""
    now, reading = gateway.store.now(), gateway.store.reading()
    payments = "select id, settle_outcome from intent where settle_at <= ? order by settle_at"
    givings = "select id, settle_outcome from refund where settle_at <= ? order by settle_at"
    takings = "select * from intent where dispute_at <= ? order by dispute_at"
    if not any(reading.execute(select, [now]).fetchone() for select in (payments, givings, takings)):
        return
    with gateway.store.writing() as db:
        for row in db.execute(payments, [now]).fetchall():
            intents.settle(db, gateway, row["id"], row["settle_outcome"])
        for row in db.execute(givings, [now]).fetchall():
            settle(db, gateway, row["id"], row["settle_outcome"])
        for row in db.execute(takings, [now]).fetchall():
            if left(db, row):
                dispute(db, gateway, row)
            else:
                db.execute("update intent set dispute_at = null where id = ?", [row["id"]])


def by_id(db: sqlite3.Connection, refund_id: str, account_id: str | None = None) -> sqlite3.Row:
    """The refund, of this account if one is named. Raises Refusal 404."""
    return _row(db, "refund", refund_id, account_id)


def dispute_by_id(db: sqlite3.Connection, dispute_id: str, account_id: str | None = None) -> sqlite3.Row:
    """The dispute, of this account if one is named. Raises Refusal 404."""
    return _row(db, "dispute", dispute_id, account_id)


def _row(db: sqlite3.Connection, table: str, row_id: str, account_id: str | None) -> sqlite3.Row:
    row = db.execute(f"select * from {table} where id = ?", [row_id]).fetchone()  # noqa: S608 (our own names)
    if row is None or account_id not in (None, row["account_id"]):
        raise missing(table, row_id)
    found: sqlite3.Row = row
    return found


def _disputes(db: sqlite3.Connection, intent: sqlite3.Row, status: str) -> bool:
    found = db.execute("select 1 from dispute where intent_id = ? and status = ?", [intent["id"], status])
    return found.fetchone() is not None


def _tell(db: sqlite3.Connection, gateway: Gateway, kind: str, refund_id: str) -> None:
    row = by_id(db, refund_id)
    intents.touch(db, gateway, row["intent_id"])
    events.record(db, gateway, kind, row["account_id"], row["intent_id"], intents.refund_as_json(row))


def _tell_dispute(db: sqlite3.Connection, gateway: Gateway, kind: str, dispute_id: str) -> None:
    row = dispute_by_id(db, dispute_id)
    intents.touch(db, gateway, row["intent_id"])
    events.record(db, gateway, kind, row["account_id"], row["intent_id"], intents.dispute_as_json(row))
