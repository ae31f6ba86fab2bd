"""The demo as a person starts it: one command, in a folder of its own, on either database."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .guards import dies_with_us, release
from .ports import free_port

COMMAND = [sys.executable, "-P", "-m", "counterfoil.config.commands"]


@dataclass
class Demo:
    """A running demo. `addresses` has what its command printed: url, office, portal, outbox."""

    folder: Path
    database_url: str
    addresses: dict[str, str]

    def verify(self) -> "subprocess.CompletedProcess[str]":
        """What `./counterfoil verify` says of its books."""
        command = [*COMMAND, "verify", "--data", str(self.folder)]
        url = self.database_url or f"sqlite:///{self.folder}/counterfoil.sqlite3"
        environment = _clean() | {"COUNTERFOIL_DATABASE_URL": url, "COUNTERFOIL_MODE": "demo"}
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@contextmanager
def running_demo(folder: Path, database_url: str = "") -> Iterator[Demo]:
    """Start it, on SQLite in its folder unless it is given an empty PostgreSQL database.

    Waits until it says that it is ready, and stops it at the end. Raises AssertionError with its log.
    """
    command = [*COMMAND, "demo", "--quiet", "--port", str(free_port()), "--data", str(folder)]
    if database_url:
        command += ["--database", database_url]
    log = folder.with_suffix(".log")
    with log.open("wb") as errors:
        process = subprocess.Popen(
            command, env=_clean(), stdout=subprocess.PIPE, stderr=errors, text=True, start_new_session=True
        )
    guard = dies_with_us(-process.pid)
    try:
        yield Demo(folder, database_url, _said(process, log))
    finally:
        process.terminate()
        process.wait(30)
        release(guard)


def _said(process: Any, log: Path) -> dict[str, str]:
    for line in process.stdout:
        if line.startswith("{"):
            addresses: dict[str, str] = json.loads(line)
            return addresses
    raise AssertionError(f"The demo ended.\n{log.read_text(errors='replace')}")


def _clean() -> dict[str, str]:
    """What the tests have set for themselves does not reach it."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("COUNTERFOIL_", "DJANGO_"))}
