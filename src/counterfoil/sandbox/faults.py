"""Faults on order, so that what depends on a gateway can be tried against one that fails."""

import threading
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any


@dataclass
class Fault:
    """What goes wrong with the next calls that match. `path` is a glob; `when` is "before" or "after_effect"."""

    path: str
    when: str
    how: str  # "status", "drop", "hold" or "alter"
    method: str = "*"
    status: int = 500
    seconds: float = 0
    change: dict[str, Any] = field(default_factory=dict)
    times: int = 1

    def matches(self, method: str, path: str) -> bool:
        return self.method in ("*", method) and fnmatchcase(path, self.path)


class Faults:
    """Those that wait for their call, the first ordered first. In memory: a restart is a way to be rid of them."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self._lock = threading.Lock()

    def order(self, fault: Fault) -> None:
        with self._lock:
            self._waiting.append(fault)

    def clear(self) -> None:
        with self._lock:
            self._waiting.clear()

    def take(self, method: str, path: str) -> Fault | None:
        """The fault for this call, counted as used."""
        with self._lock:
            fault = next((one for one in self._waiting if one.matches(method, path)), None)
            if fault is not None:
                fault.times -= 1
                if fault.times <= 0:
                    self._waiting.remove(fault)
            return fault


def altered(body: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    """The answer with other values: {"amount": 1, "charge.amount": 1}. What isn't there is left out."""
    for path, value in change.items():
        *parents, last = path.split(".")
        part: Any = body
        for name in parents:
            part = part.get(name) if isinstance(part, dict) else None
        if isinstance(part, dict):
            part[last] = value
    return body
