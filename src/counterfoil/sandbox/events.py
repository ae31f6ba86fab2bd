"""Events: what happened to a payment, kept for the list and queued for the webhook in the same transaction."""

import json
import secrets
import sqlite3
from typing import Any

from .gateway import Gateway


def record(
    db: sqlite3.Connection, gateway: Gateway, kind: str, account_id: str, intent_id: str, thing: dict[str, Any]
) -> None:
    """Note it with what it is about as that is now; it is sent once the transaction is over."""
    now = gateway.store.now()
    event = {
        "id": f"evt_{secrets.token_hex(12)}",
        "object": "event",
        "type": kind,
        "created": int(now),
        "account": account_id,
        "livemode": False,
        "data": {"object": thing},
    }
    db.execute(
        "insert into event (id, account_id, intent_id, type, body, created) values (?, ?, ?, ?, ?, ?)",
        [event["id"], account_id, intent_id, kind, json.dumps(event), now],
    )
    db.execute(
        "insert into delivery (event_id, due) select ?, ? from account where id = ? and webhook_url <> ''",
        [event["id"], now + gateway.seconds("webhook_delay"), account_id],
    )


def as_json(row: sqlite3.Row) -> dict[str, Any]:
    event: dict[str, Any] = json.loads(row["body"])
    return event
