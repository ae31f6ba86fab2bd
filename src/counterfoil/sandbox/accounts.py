"""Accounts of those who take money, their keys and addresses."""

import hashlib
import json
import secrets
import sqlite3
from typing import Any

from . import addresses, currencies, intents
from .refusals import Refusal, wrong
from .store import Store

PROCESSING_DAYS = {"card": 1, "bank": 14}  # within which each payment that is under way has ended
SWITCHES = ("reference_transactions", "recurring", "bank_debits", "partial_refunds")


def sign_up(store: Store, name: str) -> dict[str, Any]:
    """A new account. Only here is its secret key told; the store keeps a hash."""
    account_id, secret = f"acct_{secrets.token_hex(8)}", _new_secret()
    publishable, webhook = f"pk_test_{secrets.token_hex(16)}", f"whsec_{secrets.token_hex(24)}"
    with store.writing() as db:
        db.execute(
            """insert into account (id, name, secret_hash, publishable_key, webhook_secret, created)
               values (?, ?, ?, ?, ?, ?)""",
            [account_id, name[:200], _hash(secret), publishable, webhook, store.now()],
        )
    return {
        "id": account_id,
        "object": "account",
        "name": name[:200],
        "livemode": False,
        "secret_key": secret,
        "publishable_key": publishable,
        "webhook_secret": webhook,
    }


def by_secret(store: Store, header: str) -> sqlite3.Row:
    """The account that an Authorization header speaks for. Raises Refusal 401."""
    scheme, _, key = header.partition(" ")
    row = None
    if scheme.lower() == "bearer" and key.startswith("sk_test_"):
        row = store.reading().execute("select * from account where secret_hash = ?", [_hash(key.strip())]).fetchone()
    if row is None:
        raise Refusal(401, "", "No such API key. It may have been replaced.", kind="authentication_error")
    found: sqlite3.Row = row
    return found


def by_publishable(store: Store, key: str) -> sqlite3.Row | None:
    row: sqlite3.Row | None = (
        store.reading().execute("select * from account where publishable_key = ?", [key]).fetchone()
    )
    return row


def rotate_key(store: Store, account: sqlite3.Row) -> dict[str, Any]:
    """A new secret key; the old one opens nothing from now on."""
    secret = _new_secret()
    with store.writing() as db:
        db.execute("update account set secret_hash = ? where id = ?", [_hash(secret), account["id"]])
    return {"id": account["id"], "object": "account", "secret_key": secret}


def set_webhook_url(store: Store, account: sqlite3.Row, url: object) -> dict[str, Any]:
    """Where events go from now on; empty means nowhere. Raises Refusal."""
    checked = addresses.checked(url, "url")
    with store.writing() as db:
        db.execute("update account set webhook_url = ? where id = ?", [checked, account["id"]])
    return {"object": "webhook_endpoint", "url": checked}


def add_origin(store: Store, account: sqlite3.Row, origin: object) -> dict[str, Any]:
    """An origin whose pages may show the account's card fields. Raises Refusal."""
    plain = addresses.origin_of(origin) if isinstance(origin, str) else None
    if plain is None or str(origin).rstrip("/").lower() != plain:
        raise wrong("origin", "origin must be scheme, host and port of an http or https address, and no more.")
    with store.writing() as db:
        db.execute("insert or ignore into origin values (?, ?)", [account["id"], plain])
    return {"object": "list", "origins": origins(store, account["id"])}


def switch(store: Store, account: sqlite3.Row, body: dict[str, Any]) -> sqlite3.Row:
    """Change what the account can do: its switches, its currencies and the smallest amount of each. Raises Refusal."""
    changes: dict[str, Any] = {}
    for name in SWITCHES:
        if name in body:
            if not isinstance(body[name], bool):
                raise wrong(name, f"{name} must be true or false.")
            changes[name] = int(body[name])
    if "minimum" in body:
        wanted = body["minimum"]
        if not isinstance(wanted, dict) or not all(
            currency in currencies.MINIMUM and isinstance(least, int) and least >= currencies.MINIMUM[currency]
            for currency, least in wanted.items()
        ):
            raise wrong("minimum", "minimum must name currencies, each with no less than the gateway's own.")
        changes["minimum"] = json.dumps(wanted)
    if "currencies" in body:
        wanted = body["currencies"]
        if not isinstance(wanted, list) or not all(str(currency) in currencies.MINIMUM for currency in wanted):
            raise wrong("currencies", "currencies must be a list of currencies that the gateway takes; empty for all.")
        changes["currencies"] = json.dumps(sorted({str(currency) for currency in wanted}))
    with store.writing() as db:
        for name, value in changes.items():
            db.execute(f"update account set {name} = ? where id = ?", [value, account["id"]])  # noqa: S608 (our own names)
        found: sqlite3.Row = db.execute("select * from account where id = ?", [account["id"]]).fetchone()
    return found


def origins(store: Store, account_id: str) -> list[str]:
    rows = store.reading().execute("select origin from origin where account_id = ? order by origin", [account_id])
    return [row["origin"] for row in rows]


def as_json(store: Store, account: sqlite3.Row) -> dict[str, Any]:
    return {
        "id": account["id"],
        "object": "account",
        "name": account["name"],
        "livemode": False,
        "publishable_key": account["publishable_key"],
        "webhook_url": account["webhook_url"],
        "origins": origins(store, account["id"]),
        "capabilities": {
            "currencies": intents.taken(account),
            "methods": ["card", "bank"] if account["bank_debits"] else ["card"],
            "bank_currencies": intents.debited(account),
            "minimum": intents.least(account),
            "maximum": dict.fromkeys(currencies.MINIMUM, currencies.MAXIMUM),
            "reference_transactions": bool(account["reference_transactions"]),
            "recurring": bool(account["recurring"]),
            "partial_refunds": bool(account["partial_refunds"]),
            "processing_days": PROCESSING_DAYS,
        },
    }


def _new_secret() -> str:
    return f"sk_test_{secrets.token_hex(24)}"


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
