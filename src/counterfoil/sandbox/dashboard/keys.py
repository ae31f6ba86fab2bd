"""Who may open the dashboard: whoever has a token made of the account's secret key, which opens nothing else."""

import hashlib
import hmac
import sqlite3

from counterfoil.sandbox import accounts
from counterfoil.sandbox.store import Store


def of(account: sqlite3.Row) -> str:
    """The dashboard's key of an account: its publishable key, and a proof that its secret key is known."""
    return f"{account['publishable_key']}.{_proof(account, 'dashboard')}"


def account_of(store: Store, key: str) -> sqlite3.Row | None:
    """The account that a key opens. A secret key that was replaced opens nothing any more."""
    account = accounts.by_publishable(store, key.partition(".")[0])
    is_good = account is not None and hmac.compare_digest(of(account).encode(), key.encode())
    return account if is_good else None


def form_token(account: sqlite3.Row) -> str:
    """What each form of the dashboard carries, so that no other site can send one."""
    return _proof(account, f"form {of(account)}")


def _proof(account: sqlite3.Row, of_what: str) -> str:
    return hmac.new(account["secret_hash"].encode(), of_what.encode(), hashlib.sha256).hexdigest()
