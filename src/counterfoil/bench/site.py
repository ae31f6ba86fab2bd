"""One installation that is measured: a data folder, a database, and the processes that `serve` would start."""

import json
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from counterfoil.config import serving
from counterfoil.config.environment import read
from counterfoil.config.failures import CannotRun
from counterfoil.config.places import ROOT
from counterfoil.config.processes import Child, Supervisor

from .preparing import NOTES

FIRST_PORT = 8750
APPLICATION = "counterfoil.bench.wsgi:application"


@dataclass
class Site:
    """Use `running`. `notes` say what is in it and which addresses to ask for."""

    port: int
    notes: dict[str, Any]
    children: dict[str, Child]

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def pids(self) -> dict[str, int]:
        return {name: child.process.pid for name, child in self.children.items() if child.process}


@contextmanager
def running(folder: Path, invoices: int, *, database_url: str, workers: int, quiet: bool) -> Iterator[Site]:
    """Build what is missing, start everything, and stop it again."""
    folder.mkdir(parents=True, exist_ok=True)
    port = _port(folder)
    environment = serving.without_ours() | {
        "COUNTERFOIL_MODE": "demo",  # as in production, but the Sandbox gateway may be used
        "COUNTERFOIL_DATA": str(folder),
        "COUNTERFOIL_URL": f"http://localhost:{port}",
        "COUNTERFOIL_SANDBOX_URL": f"http://localhost:{serving.sandbox_port(folder, port)}",
    }
    if database_url:
        environment["COUNTERFOIL_DATABASE_URL"] = database_url
    _end_when_told()
    with Supervisor(serving.lean(environment), threading.Event()) as supervisor:
        awaited = serving.start_sandbox(supervisor, read(environment))
        serving.await_answers(supervisor, awaited)
        notes = _filled(supervisor, folder, invoices, quiet=quiet)
        command = serving.web_command(host="127.0.0.1", port=port, workers=workers, application=APPLICATION)
        web = supervisor.start("web", command)
        worker = supervisor.start("worker", serving.worker_command())
        serving.await_answers(supervisor, {port: web})
        (sandbox,) = awaited.values()
        yield Site(port, notes, {"web": web, "worker": worker, "sandbox": sandbox})


def _filled(supervisor: Supervisor, folder: Path, invoices: int, *, quiet: bool) -> dict[str, Any]:
    """What stands in the folder's notes, after building what they describe. Raises CannotRun if the books differ."""
    file = folder / NOTES
    if supervisor.run([*serving.PYTHON, "counterfoil.config.commands", "migrate", "--quiet"]):
        raise CannotRun("The database could not be prepared; the reason is above.")
    command = [*serving.PYTHON, "counterfoil.bench.preparing", "--invoices", str(invoices)]
    if supervisor.run(command + ["--quiet"] * quiet):
        raise CannotRun("The data could not be built, or its books don't agree; the reason is above.")
    notes: dict[str, Any] = json.loads(file.read_text())
    if notes["invoices"] != invoices:
        raise CannotRun(f"The data in {folder} has {notes['invoices']} invoices. Choose another folder for {invoices}.")
    return notes


def _port(folder: Path) -> int:
    """The address is written into the data, so it keeps the port that it got at first."""
    file = folder / "port"
    if file.exists():
        return int(file.read_text())
    chosen = next(port for port in range(FIRST_PORT, 65_000, 2) if serving.is_free(port) and serving.is_free(port + 1))
    file.write_text(str(chosen))
    return chosen


def _end_when_told() -> None:
    """Whoever is told to stop leaves every block that it is in, and so stops what it has started."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _frame: sys.exit(128 + number))


@contextmanager
def database(engine: str, folder: Path, given: str) -> Iterator[Callable[[str], str]]:
    """Where databases are made: a function from name to URL, "" for SQLite in the data folder itself."""
    if engine == "sqlite":
        yield lambda _name: ""
        return
    if given:
        yield lambda _name: given
        return
    sys.path.insert(0, str(ROOT))
    postgres = import_module("tests.support.postgres")
    try:
        # What is committed is on the disk, as in production; the tests do without.
        with postgres.start(folder / "postgresql", fsync="on", full_page_writes="on") as server:
            yield lambda name: _made(server.url, name)
    except postgres.NoPostgres as error:
        raise CannotRun(str(error)) from error


def _made(url: Callable[[str], str], name: str) -> str:
    import psycopg
    from psycopg import sql

    with psycopg.connect(url("postgres"), autocommit=True) as session:
        if not session.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            session.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return url(name)


def version(engine: str, url: str) -> str:
    """Which version of the database it is."""
    if engine == "sqlite":
        import sqlite3

        return f"SQLite {sqlite3.sqlite_version}"
    import psycopg

    with psycopg.connect(url) as session:
        row = session.execute("SHOW server_version").fetchone()
    return f"PostgreSQL {str(row[0]).split()[0] if row else ''}"
