"""The same key never does the same thing twice: the first answer is kept and comes back."""

import hashlib
import json
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .gateway import Gateway
from .refusals import Refusal

KEPT_FOR = 24 * 3600  # seconds
LONGEST = 255


@dataclass(frozen=True)
class Answer:
    """What a call is answered. One that `is_lost` takes effect and is kept, but its first caller never hears it."""

    status: int
    body: dict[str, Any]
    is_lost: bool = False
    is_replayed: bool = False


def fingerprint(method: str, path: str, body: dict[str, Any]) -> str:
    """Two calls are the same when this is."""
    return hashlib.sha256(json.dumps([method, path, body], sort_keys=True).encode()).hexdigest()


def once(
    gateway: Gateway, account_id: str, key: str, print_of_call: str, act: Callable[[sqlite3.Connection], Answer]
) -> Answer:
    """Do it in one transaction with keeping its answer, or return what was kept.

    A Refusal undoes everything and is not kept: nothing happened. Raises Refusal 400 for another call with the same
    key, 409 while the first is under way; NoAnswer for an answer that is lost.
    """
    if not 1 <= len(key) <= LONGEST:
        raise Refusal(400, "idempotency_key_missing", f"Send an Idempotency-Key of 1 to {LONGEST} characters.")
    with gateway.using_key(account_id, key):
        with gateway.store.writing() as db:
            kept = _kept(db, gateway, account_id, key, print_of_call)
            if kept:
                return kept
            answer = act(db)
            db.execute(
                "insert or replace into answer values (?, ?, ?, ?, ?, ?)",
                [account_id, key, print_of_call, answer.status, json.dumps(answer.body), gateway.store.now()],
            )
        gateway.wake.set()
        if answer.is_lost:
            raise gateway.leave_unanswered()
        return answer


def _kept(db: sqlite3.Connection, gateway: Gateway, account_id: str, key: str, print_of_call: str) -> Answer | None:
    since = gateway.store.now() - KEPT_FOR
    row = db.execute(
        "select * from answer where account_id = ? and key = ? and created > ?", [account_id, key, since]
    ).fetchone()
    if row is None:
        return None
    if row["fingerprint"] != print_of_call:
        message = "This Idempotency-Key was used for another call. A key goes with one call and one body."
        raise Refusal(400, "idempotency_key_reused", message, kind="idempotency_error")
    return Answer(row["status"], json.loads(row["body"]), is_replayed=True)
