"""Several people doing something at the same moment."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connections


@dataclass
class Outcome:
    """What became of one of them: what the call returned, or what it raised."""

    result: Any = None
    error: BaseException | None = None


def at_once(n: int, call: Callable[[int], Any], *, timeout: float = 60) -> list[Outcome]:
    """Call `call(0)` to `call(n - 1)` in n threads that start together, each with its own database connection.

    Returns the outcomes in that order. Raises TimeoutError if one of them is still running after `timeout` seconds.
    """
    barrier = threading.Barrier(n)
    outcomes = [Outcome() for _ in range(n)]

    def run(place: int) -> None:
        try:
            barrier.wait(timeout)
            outcomes[place].result = call(place)
        except BaseException as error:  # noqa: BLE001 (whatever it was, the test wants to see it)
            outcomes[place].error = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[place], daemon=True) for place in range(n)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout)
    if any(thread.is_alive() for thread in threads):
        raise TimeoutError(
            f"After {timeout} s {sum(thread.is_alive() for thread in threads)} of {n} were still running."
        )
    return outcomes
