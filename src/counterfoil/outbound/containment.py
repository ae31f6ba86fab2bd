"""The one place where any failure is caught: between the things that a worker does, so that none stops the others."""

import logging
from types import TracebackType

from django.db import InterfaceError, OperationalError

log = logging.getLogger("counterfoil.worker")

DATABASE_LOST = (OperationalError, InterfaceError)


class Contained:
    """`with Contained("event=%s", 12) as attempt:` logs whatever fails inside under that name and goes on.

    `attempt.failure` is what failed, or None. A lost database is not contained: nobody can go on without it.
    """

    def __init__(self, what: str, *args: object) -> None:
        self._what, self._args = what, args
        self.failure: Exception | None = None

    def __enter__(self) -> "Contained":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if not isinstance(error, Exception) or isinstance(error, DATABASE_LOST):
            return False
        self.failure = error
        log.error(f"{self._what} failed", *self._args, exc_info=error)  # noqa: G004 (the pattern is ours, the values are arguments)
        return True
