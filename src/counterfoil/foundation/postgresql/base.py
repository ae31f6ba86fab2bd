"""The connection. Django finds it here by the name of the package: `"ENGINE": "counterfoil.foundation.postgresql"`."""

import select
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.backends.postgresql import base, operations
from django.db.transaction import atomic
from psycopg import IsolationLevel

SURE_FOR = 60  # seconds; a firewall may have forgotten a connection that was silent for longer


class DatabaseOperations(operations.DatabaseOperations):
    """As Django's, but what was asked can be read also where the server has planned it."""

    def last_executed_query(self, cursor: Any, sql: str, params: Any) -> str:
        said: str | None = super().last_executed_query(cursor, sql, params)
        return said or str(self.compose_sql(sql, params))


class DatabaseWrapper(base.DatabaseWrapper):
    """As Django's, but it asks less whether the server is there, and the server plans some questions only once."""

    ops_class = DatabaseOperations
    plans_once = False
    asked_at: float = 0  # by the monotonic clock

    def is_usable(self) -> bool:
        """Whether the connection still stands, which Django wants to know before each request.

        A server that goes away says so, or hangs up: nothing unread means that it is there, without a round trip.
        """
        now = time.monotonic()
        if self.connection and now - self.asked_at < SURE_FOR and not _has_unread(self.connection.fileno()):
            return True
        self.asked_at = now
        return super().is_usable()

    def create_cursor(self, name: str | None = None) -> Any:
        if not self.plans_once or name:
            return super().create_cursor(name)
        return base.ServerBindingCursor(self.connection)  # type: ignore[call-arg]

    @contextmanager
    def planning_once(self) -> Iterator[None]:
        """Have the server keep the plan of what is asked within, for this connection and each text of SQL."""
        self.plans_once = True
        try:
            yield
        finally:
            self.plans_once = False

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """A transaction that reads as of one moment, begun in one round trip."""
        self.ensure_connection()
        session = self.connection
        session.isolation_level, session.read_only = IsolationLevel.REPEATABLE_READ, True
        try:
            with atomic():
                yield
        finally:
            if not session.closed:
                session.isolation_level = session.read_only = None


def _has_unread(descriptor: int) -> bool:
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(0))
