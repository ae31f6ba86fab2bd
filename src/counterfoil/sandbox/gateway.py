"""The running gateway: its store, how it is set up, and what it keeps in memory only."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from .faults import Faults
from .refusals import NoAnswer, Refusal
from .store import Store


@dataclass(frozen=True)
class Setup:
    """What the command line says. Times are in seconds."""

    data: Path
    host: str = "127.0.0.1"
    port: int = 0
    control: bool = False
    processing_seconds: float = 20
    hold_seconds: float = 35
    bank_seconds: float = 4 * 24 * 3600


@dataclass
class Gateway:
    """One for the process. Everything that must not be lost is in the store."""

    setup: Setup
    store: Store
    faults: Faults = field(default_factory=Faults)
    stop: threading.Event = field(default_factory=threading.Event)
    wake: threading.Event = field(default_factory=threading.Event)
    _keys_in_use: set[tuple[str, str]] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def using_key(self, account_id: str, key: str) -> Iterator[None]:
        """Only one call at a time with a key. In memory, so that a crash leaves no key in use for ever."""
        with self._lock:
            if (account_id, key) in self._keys_in_use:
                raise Refusal(
                    409,
                    "idempotency_key_in_use",
                    "Another call with this Idempotency-Key is under way. Repeat it later.",
                    kind="idempotency_error",
                )
            self._keys_in_use.add((account_id, key))
        try:
            yield
        finally:
            with self._lock:
                self._keys_in_use.discard((account_id, key))

    def seconds(self, name: str) -> float:
        """A setting in seconds: what tests have said, else what the command line says."""
        said = self.store.setting(name)
        return float(said) if said is not None else float(getattr(self.setup, name, 0))

    def sends_webhooks(self) -> bool:
        return self.store.setting("webhooks") != "off"

    def leave_unanswered(self, seconds: float | None = None) -> NoAnswer:
        """Keep the caller waiting; then they are to hear nothing."""
        self.stop.wait(self.seconds("hold_seconds") if seconds is None else seconds)
        return NoAnswer()
