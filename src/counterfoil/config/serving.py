"""The processes of one installation on one machine: web server, worker and, to try it out, the Sandbox gateway."""

import errno
import fcntl
import http.client
import json
import os
import shutil
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from . import preparing
from .environment import Environment, read
from .failures import CannotRun
from .processes import Child, Stopped, Supervisor

PYTHON = [sys.executable, "-P", "-m"]
START_WITHIN = 60  # seconds
EVERY_ADDRESS = ("0.0.0.0", "::")  # noqa: S104 (asked for, never chosen here)
MARK = "counterfoil-demo"  # a file in a folder of demo data, without which --reset deletes nothing
PASSWORD = "counterfoil-demo"  # noqa: S105 (known to everybody, and refused in production)
SIGN_INS = {
    "office": ("owner@demo.test", "staff@demo.test", "viewer@demo.test", "timesheets@demo.test"),
    "portal": ("ana@harbour.test", "wei@yunshan.test", "sam@harbour.test"),
}


def demo(*, data: Path, database: str | None, port: int, reset: bool, quiet: bool) -> int:
    """Everything, with a business to look at, until it is stopped. The data stays for the next time."""
    if database and reset:
        raise CannotRun("--reset empties only the folder of the demo. Make a new database instead.")
    _refuse_taken(port)
    with _only_one(data):
        if reset:
            _empty(data)
        (data / MARK).touch()
        environment = without_ours() | {
            "COUNTERFOIL_MODE": "demo",
            "COUNTERFOIL_DATA": str(data),
            "COUNTERFOIL_URL": f"http://localhost:{port}",
            "COUNTERFOIL_SANDBOX_URL": f"http://localhost:{sandbox_port(data, port)}",
        }
        if database:
            environment["COUNTERFOIL_DATABASE_URL"] = database
        return _run(environment, host="127.0.0.1", workers=1, with_worker=True, with_demo=True, quiet=quiet)


def serve(*, port: int, host: str, workers: int, with_worker: bool, quiet: bool) -> int:
    """Web server and worker as the environment says, until stopped. Raises CannotRun if migrations are missing."""
    environment = dict(os.environ)
    mode = read(environment).mode
    if mode in ("demo", "test"):
        raise CannotRun(f"COUNTERFOIL_MODE is {mode!r}, but `serve` is for development and production.")
    if mode == "development":
        environment.setdefault("COUNTERFOIL_URL", f"http://localhost:{port}")
        environment.setdefault(
            "COUNTERFOIL_SANDBOX_URL", f"http://localhost:{sandbox_port(Path(environment['COUNTERFOIL_DATA']), port)}"
        )
    _refuse_taken(port, host=host)
    return _run(environment, host=host, port=port, workers=workers, with_worker=with_worker, quiet=quiet)


def work() -> int:
    """The worker in this process, until SIGTERM or SIGINT; then what it has in hand is finished."""
    preparing.load_django()
    from counterfoil.outbound import worker

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    worker.run(stop)
    return 0


APPLICATION = "counterfoil.config.wsgi:application"


def web_command(*, host: str, port: int, workers: int, application: str = APPLICATION) -> list[str]:
    """The web server. More than two threads in a process made pages slower, not faster."""
    options = {
        "interface": "wsgi",
        "host": host,
        "port": port,
        "workers": workers,
        "blocking-threads": 2,
        "backpressure": 64,
        "workers-kill-timeout": 5,
        "log-level": "warning",
    }
    flags = [part for name, value in options.items() for part in (f"--{name}", str(value))]
    return [*PYTHON, "granian", *flags, "--no-ws", "--respawn-failed-workers", application]


def worker_command() -> list[str]:
    return [*PYTHON, "counterfoil.config.commands", "work"]


def sandbox_command(*, port: int, data: Path) -> list[str]:
    return [*PYTHON, "counterfoil.sandbox", "--port", str(port), "--data", str(data / "sandbox.sqlite3")]


def lean(variables: Mapping[str, str]) -> Mapping[str, str]:
    """The environment of our processes, in which they keep less memory that is free.

    Their threads share one store of it (one for each keeps more), and what is free at its end goes back at once.
    """
    return {"MALLOC_ARENA_MAX": "1", "MALLOC_TRIM_THRESHOLD_": "131072", **variables}


def _run(
    variables: Mapping[str, str],
    *,
    host: str,
    workers: int,
    with_worker: bool,
    quiet: bool,
    port: int = 0,
    with_demo: bool = False,
) -> int:
    settings = read(variables)
    port = port or _port_of(settings.url)
    with Supervisor(lean(variables), _stopping_event()) as supervisor:
        try:
            awaited = start_sandbox(supervisor, settings)
            if not preparing.is_prepared(settings, with_demo=with_demo):
                await_answers(supervisor, awaited)
                _bring_up_to_date(supervisor, settings, with_demo=with_demo, quiet=quiet)
            if not with_demo and supervisor.run([*PYTHON, "counterfoil.config.commands", "setup"]):
                raise CannotRun("Counterfoil was not started; the reason is above.")
            web = supervisor.start("web", web_command(host=host, port=port, workers=workers))
            await_answers(supervisor, awaited)
            await_answers(supervisor, {port: web}, listening_on=host, known_as=settings.host)
            if with_worker:
                supervisor.start("worker", worker_command())  # after the pages, which somebody is waiting for
            _say_ready(settings.url, mode=settings.mode, sandbox=settings.sandbox_url, quiet=quiet)
            supervisor.watch()
        except Stopped:
            pass
    return 0


def start_sandbox(supervisor: Supervisor, settings: Environment) -> dict[int, Child]:
    """Where there is one on this machine, the process by its port."""
    address = urlsplit(settings.sandbox_url)
    if settings.mode not in ("demo", "development") or address.hostname != "localhost" or not address.port:
        return {}
    return {address.port: supervisor.start("sandbox", sandbox_command(port=address.port, data=settings.data))}


def _bring_up_to_date(supervisor: Supervisor, settings: Environment, *, with_demo: bool, quiet: bool) -> None:
    """Migrations, static files and demo data, in a process of their own. Raises CannotRun in production."""
    if settings.mode == "production":
        raise CannotRun("The database or the static files are of another version. Run `./counterfoil migrate` first.")
    command = [*PYTHON, "counterfoil.config.commands", "migrate"]
    command += ["--with-demo"] * with_demo + ["--quiet"] * quiet
    if supervisor.run(command):
        raise CannotRun("The database could not be prepared; the reason is above.")


def _stopping_event() -> threading.Event:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    return stop


def await_answers(
    supervisor: Supervisor,
    awaited: Mapping[int, Child],
    *,
    listening_on: str = "localhost",
    known_as: str = "localhost",
) -> None:
    """Until all of them answer. Raises CannotRun when one ends instead, or answers only with errors."""
    for port, child in awaited.items():
        until = time.monotonic() + START_WITHIN
        while (status := _status(listening_on, port, known_as=known_as)) is None:
            if supervisor.stop.wait(0.05):
                raise Stopped
            if child.process and child.process.poll() is not None:
                raise CannotRun(f"The {child.name} process ended at once; the reason is above.")
            if time.monotonic() > until:
                raise CannotRun(f"The {child.name} process did not answer within {START_WITHIN} seconds.")
        if status >= 500:
            raise CannotRun(f"The {child.name} process answers with error {status}; the reason is above.")


def _status(host: str, port: int, *, known_as: str) -> int | None:
    """What the process answers now, asked by the name that people know it by; None if it doesn't answer yet."""
    reachable = "localhost" if host in EVERY_ADDRESS else host
    connection = http.client.HTTPConnection(reachable, port, timeout=START_WITHIN)
    try:
        connection.request("GET", "/", headers={"Host": known_as})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def _say_ready(url: str, *, mode: str, sandbox: str, quiet: bool) -> None:
    addresses = {"url": url, "office": f"{url}/office/", "portal": f"{url}/portal/"}
    if mode == "demo":
        addresses["portal"] += "lindqvist-zhou/"
        addresses["outbox"] = f"{url}/outbox/"
    if quiet:
        print(json.dumps(addresses | ({"sandbox": sandbox} if sandbox else {})), flush=True)
        return
    print(f"\n  Counterfoil is running. Stop it with Ctrl-C.\n\n  {'all':9}{url}/")
    for name in list(addresses)[1:]:
        print(f"  {name:9}{addresses[name]}")
    if mode == "demo":
        for door, people in SIGN_INS.items():
            print(f"\n  sign in at the {door} as {', '.join(people)}")
        print(f"  the password is always {PASSWORD}\n")
        print(f"  an invoice opens without signing in by the link in its mail, at {addresses['outbox']}\n")
    sys.stdout.flush()


def _port_of(url: str) -> int:
    return int(url.rsplit(":", 1)[1])


def _refuse_taken(port: int, *, host: str = "127.0.0.1") -> None:
    if not is_free(port, host=host):
        raise CannotRun(f"Port {port} is in use. Choose another with --port.")


def is_free(port: int, *, host: str = "127.0.0.1") -> bool:
    """Whether a server can listen there now. Raises CannotRun where none ever can."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError as error:
        raise CannotRun(f"Nobody can listen at {host}: {error.strerror}.") from error
    with socket.socket(family, kind) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(address)
        except OSError as error:
            if error.errno == errno.EADDRNOTAVAIL:
                raise CannotRun(f"Nobody can listen at {host}: this machine has no such address.") from error
            return False
    return True


def sandbox_port(data: Path, port: int) -> int:
    """The gateway's address is written into the data, so it keeps the port that it got at first."""
    file = data / "sandbox-port"
    if file.exists():
        kept = int(file.read_text())
        if kept == port:
            raise CannotRun(f"Port {port} is that of this data's Sandbox gateway. Choose another with --port.")
        if not is_free(kept):
            raise CannotRun(
                f"Port {kept} is in use, and the Sandbox gateway of the data in {data} is known by it. "
                "Stop what uses it, or start with other data."
            )
        return kept
    chosen = next(candidate for candidate in range(port + 1, 65_000) if is_free(candidate))
    data.mkdir(parents=True, exist_ok=True)
    file.write_text(str(chosen))
    return chosen


@contextmanager
def _only_one(data: Path) -> Iterator[None]:
    """One demo at a time for one folder of data."""
    data.mkdir(parents=True, exist_ok=True)
    with (data / "running.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotRun(f"A demo is already running with the data in {data}.") from None
        yield


def _empty(data: Path) -> None:
    if (
        any(data.iterdir())
        and not (data / MARK).exists()
        and {file.name for file in data.iterdir()} != {"running.lock"}
    ):
        raise CannotRun(f"{data} is not a folder of demo data, so nothing in it was deleted.")
    for entry in data.iterdir():
        if entry.name == "running.lock":
            continue
        shutil.rmtree(entry) if entry.is_dir() else entry.unlink()


def without_ours() -> dict[str, str]:
    """The demo is always the same, whatever the machine is configured for."""
    return {name: value for name, value in os.environ.items() if not name.startswith("COUNTERFOIL_")}
