"""Transactions for reading pages; verbs use `transaction.atomic`."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def snapshot() -> Iterator[None]:
    """Read several figures as of one moment, without locking anybody out.

    On PostgreSQL a repeatable-read, read-only transaction; on SQLite a deferred one (the default here is IMMEDIATE,
    which would make readers wait for writers). Inside an open transaction it joins that.
    """
    if connection.in_atomic_block:
        yield
        return
    with _deferred() if connection.vendor == "sqlite" else connection.snapshot():  # type: ignore[attr-defined]
        yield


@contextmanager
def _deferred() -> Iterator[None]:
    connection.ensure_connection()
    mode = connection.transaction_mode  # type: ignore[attr-defined]
    connection.transaction_mode = "DEFERRED"  # type: ignore[attr-defined]
    try:
        with transaction.atomic():
            yield
    finally:
        connection.transaction_mode = mode  # type: ignore[attr-defined]
