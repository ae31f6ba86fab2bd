"""The one place that knows what time it is, so that tests can move it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

_offset = timedelta(0)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC) + _offset


def today(time_zone: str) -> date:
    """The calendar day in a time zone such as "Europe/London"."""
    return now().astimezone(ZoneInfo(time_zone)).date()


@contextmanager
def travel(*, to: datetime | None = None, by: timedelta = timedelta(0)) -> Iterator[None]:
    """Move the clock inside the block, to a moment or by a span; it goes on ticking from there."""
    global _offset
    before = _offset
    _offset = (to - datetime.now(UTC)) if to else before + by
    try:
        yield
    finally:
        _offset = before
