"""Books that are locked, and waiting until one connection stands behind another."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from threading import Thread
from typing import Any

from django.db import connection


def today() -> date:
    from counterfoil.foundation import clock

    return clock.today("Europe/London")


def days_ago(count: int) -> date:
    return today() - timedelta(days=count)


def lock(cast: Any, count: int = 10) -> date:
    """Lock the studio's books up to a day so many days ago; that day."""
    from counterfoil.books.organizations import lock_date

    cast.studio.refresh_from_db()
    lock_date.set(cast.studio, days_ago(count), revision=cast.studio.revision, by=because(cast, "For the test"))
    cast.studio.refresh_from_db()
    return days_ago(count)


def because(cast: Any, reason: str) -> Any:
    """Olga, an owner, who says why."""
    return replace(cast.by_olga, reason=reason)


def until_it_waits(thread: Thread, *, patience: float = 30) -> bool:
    """Whether a thread's connection came to wait for a lock of ours; False once it has ended instead.

    SQLite doesn't tell who waits: there nobody else gets to write while a transaction is open.
    """
    if connection.vendor == "sqlite":
        return thread.is_alive()
    return _comes_true(_somebody_waits_for_us, unless=lambda: not thread.is_alive(), patience=patience)


def _somebody_waits_for_us() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
        )
        return bool(cursor.fetchone()[0])


def _comes_true(question: Callable[[], bool], *, unless: Callable[[], bool], patience: float) -> bool:
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if question():
            return True
        if unless():
            return False
        time.sleep(0.02)
    raise TimeoutError("The other connection neither waited nor ended.")
