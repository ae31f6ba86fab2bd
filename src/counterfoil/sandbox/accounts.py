"""Accounts of those who take money, their keys and addresses."""

import hashlib
import secrets
import sqlite3
from typing import Any

from . import addresses, currencies
from .refusals import Refusal, wrong
from .store import Store


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
            "currencies": sorted(currencies.MINIMUM),
            "methods": ["card"],
            "minimum": currencies.MINIMUM,
            "maximum": dict.fromkeys(currencies.MINIMUM, currencies.MAXIMUM),
        },
    }


def _new_secret() -> str:
    return f"sk_test_{secrets.token_hex(24)}"


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
