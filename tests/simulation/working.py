"""The worker that all lanes share: made to ask at once, and killed where a history says."""

import threading
import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

NUDGE_AFTER = 0.5  # seconds; a worker that died has leased what it asked about
PATIENCE = 60


@dataclass
class Working:
    """`ask` from any thread. One death at a time."""

    site: Any
    deaths: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def ask(self, one: Any, *, death: str, long_ago: timedelta) -> None:
        """Let the worker ask about an attempt or a return as if time had passed, and wait until it has."""
        if not death:
            self._until_asked(one, long_ago)
            return
        call, _colon, place = death.partition(": ")
        with self._lock:
            self.site.interrupt("die", call, place)
            self._nudge(one, long_ago)
            self.site.wait_for_death("worker")
            self.deaths += 1
            self.site.start("worker")
        self._until_asked(one, long_ago)

    def _until_asked(self, one: Any, long_ago: timedelta) -> None:
        until = time.monotonic() + PATIENCE
        while self._unasked(one).exists():
            assert time.monotonic() < until, f"the worker did not ask about {one.id} within {PATIENCE} s"
            self._nudge(one, long_ago)
            again = time.monotonic() + NUDGE_AFTER
            while self._unasked(one).exists() and time.monotonic() < again:
                time.sleep(0.02)

    def _unasked(self, one: Any) -> Any:
        """The row, as long as nothing is known of it that wasn't when it was read: open, and asked about as often."""
        open_states = one.OPEN if hasattr(one, "OPEN") else one.UNKNOWN
        return type(one).objects.filter(id=one.id, asked=one.asked, state__in=open_states)

    def _nudge(self, one: Any, long_ago: timedelta) -> None:
        """As if it had happened long ago. Only if nobody has asked since: it must not be asked about twice."""
        from counterfoil.foundation import clock

        then = clock.now() - long_ago
        if hasattr(one, "confirm_started_at"):
            self._unasked(one).exclude(confirm_started_at=None).update(confirm_started_at=then)
            self._unasked(one).update(made_at=then)
        self._unasked(one).update(ask_at=then)
