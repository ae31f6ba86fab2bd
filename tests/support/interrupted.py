"""The program's own web server and worker, which die or wait where a test says.

Only the tests' launcher (`Site(interruptible=("web", "worker"))`) starts this; the program knows nothing of it. The
points are named by a call to the gateway and by where it is: before the call, after the call, before the commit of what
it told, after the commit. `site.interrupt("die", "confirm", "after the call")` arms one, for the first process that
comes there.
"""

import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from counterfoil.config.preparing import load_django

CALLS = ("start", "confirm", "fetch", "find", "cancel", "refund")
POINTS = ("before the call", "after the call", "before the commit", "after the commit")
ARMED, REACHED, GO_ON = "interruption", "interruption-reached", "interruption-over"

_folder = Path(os.environ.get("INTERRUPTED_IN", "."))
_thread = threading.local()  # .told: the call whose answer this thread has not committed yet


def point(call: str, place: str) -> None:
    """Die or wait here, if a test has said so."""
    armed = _folder / ARMED
    with contextlib.suppress(FileNotFoundError):
        how, *where = armed.read_text().split("|")
        if where != [call, place]:
            return
        armed.rename(_folder / REACHED)  # for one process only: the other finds nothing to rename
        if how == "die":
            os.killpg(0, signal.SIGKILL)
        while not (_folder / GO_ON).exists():
            time.sleep(0.02)


def _around_call(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
    from counterfoil.books.payments.gateways.interface import GatewayRefused

    def answered() -> None:
        _thread.told = name
        point(name, "after the call")

    def interrupted(*arguments: Any, **named: Any) -> Any:
        point(name, "before the call")
        try:
            answer = call(*arguments, **named)
        except GatewayRefused:
            answered()
            raise
        answered()
        return answer

    return interrupted


def _around_commit(commit: Callable[[Any], None]) -> Callable[[Any], None]:
    def interrupted(connection: Any) -> None:
        told = getattr(_thread, "told", "")
        if told:
            point(told, "before the commit")
        commit(connection)
        _thread.told = ""
        if told:
            point(told, "after the commit")

    return interrupted


def interruptible() -> None:
    """Put the points into this process."""
    load_django()
    from django.db.backends.base.base import BaseDatabaseWrapper

    from counterfoil.books.payments.gateways.sandbox import SandboxGateway

    for name in CALLS:
        setattr(SandboxGateway, name, _around_call(name, getattr(SandboxGateway, name)))
    BaseDatabaseWrapper._commit = _around_commit(BaseDatabaseWrapper._commit)  # type: ignore[attr-defined]


if "INTERRUPTED_IN" in os.environ:
    interruptible()
    from counterfoil.config.wsgi import application  # noqa: F401 (the web server asks for it)

    if __name__ == "__main__":
        from counterfoil.config import serving

        serving.work()
