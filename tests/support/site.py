"""The program as it really runs: web server, worker and Sandbox gateway, each a process that a test may kill.

They use the database of the test: what a test does through verbs is seen over HTTP, and the other way round.
"""

import http.client
import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings

from counterfoil.config import serving

from . import interrupted
from .guards import dies_with_us, release
from .mail import SmtpSink
from .ports import free_port

START_WITHIN = 60
ROOT = Path(__file__).resolve().parents[2]
INTERRUPTED = "tests.support.interrupted"


def with_tests() -> str:
    """Where Python looks for modules: as it does now, and where the tests lie."""
    return os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))


@dataclass
class Running:
    """One process, leading a group of its own, and what ends the group if the test run is killed."""

    process: subprocess.Popen[bytes]
    guard: subprocess.Popen[bytes]


@dataclass
class Site:
    """Use `start` and `stop`, or the fixtures `running_site` and `site_of_its_own`, which do."""

    folder: Path
    database_url: str
    mail: SmtpSink
    web_processes: int = 1
    port: int = field(default_factory=free_port)
    sandbox_port: int = field(default_factory=free_port)
    extra_environment: dict[str, str] = field(default_factory=dict)
    interruptible: tuple[str, ...] = ()  # "web", "worker": those that die or wait where `interrupt` says
    _running: dict[str, Running] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def sandbox_url(self) -> str:
        return f"http://localhost:{self.sandbox_port}"

    def outbox(self) -> list[EmailMessage]:
        """The mails that have arrived, oldest first. The worker sends them, so it must run."""
        return list(self.mail.messages)

    def wait_for_mail(self, count: int = 1, *, seconds: float = 10) -> list[EmailMessage]:
        """The outbox once it has `count` mails. Raises AssertionError if they do not come."""
        self.wait(lambda: len(self.mail.messages) >= count, f"{count} mails", seconds=seconds)
        return self.outbox()

    def wait(self, condition: Callable[[], object], what: str, *, seconds: float = 30) -> None:
        """Until the condition holds. Raises AssertionError, with the end of every log, when it does not."""
        until = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > until:
                raise AssertionError(f"After {seconds} s there was no {what}.\n{self._ends_of_logs()}")
            time.sleep(0.02)

    def start(self, *names: str) -> None:
        """Start "web", "worker" or "sandbox", and wait until those with a port answer."""
        self._lend_files()
        for name in names:
            self._launch(name)
        for name in names:
            if name in self._ports():
                self.wait(lambda name=name: self._answers(name), f"answer of {name}", seconds=START_WITHIN)  # type: ignore[misc]

    def _lend_files(self) -> None:
        """What the test uploads through verbs is in the same store."""
        own, theirs = settings.ENVIRONMENT.data / "files", self.folder / "files"
        for folder in (own, self.folder):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not theirs.exists():
            theirs.symlink_to(own)

    def stop(self, *names: str) -> None:
        """Stop them in good order, all without names."""
        for name in names or tuple(self._running):
            self._end(name, signal.SIGTERM)

    def kill(self, name: str) -> None:
        """As a crash would: SIGKILL for the process and everything that it started."""
        self._end(name, signal.SIGKILL)

    def interrupt(self, how: str, call: str, place: str) -> None:
        """Let the next process that comes to this point of tests/support/interrupted.py "die" or "wait" there."""
        for name in (interrupted.REACHED, interrupted.GO_ON):
            (self.folder / name).unlink(missing_ok=True)
        draft = self.folder / f"{interrupted.ARMED}.draft"
        draft.write_text(f"{how}|{call}|{place}")
        draft.rename(self.folder / interrupted.ARMED)

    def wait_until_interrupted(self) -> None:
        self.wait((self.folder / interrupted.REACHED).exists, "process that came to the point", seconds=30)

    def go_on(self) -> None:
        """Let the process that waits at its point go on."""
        (self.folder / interrupted.GO_ON).touch()

    def wait_for_death(self, name: str) -> None:
        """Until a process that was to die is gone, with all that it started."""
        self.wait(lambda: not self.is_running(name), f"death of {name}", seconds=30)
        assert self._running[name].process.returncode == -signal.SIGKILL, self.log(name)
        release(self._running.pop(name).guard)

    def is_running(self, name: str) -> bool:
        return name in self._running and self._running[name].process.poll() is None

    def pid(self, name: str) -> int:
        return self._running[name].process.pid

    def log(self, name: str) -> str:
        """What the process has printed, over all its lives."""
        path = self.folder / f"{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def _ports(self) -> dict[str, int]:
        return {"web": self.port, "sandbox": self.sandbox_port}

    def _command(self, name: str) -> list[str]:
        if name == "web":
            command = serving.web_command(host="127.0.0.1", port=self.port, workers=self.web_processes)
            return [*command[:-1], f"{INTERRUPTED}:application"] if name in self.interruptible else command
        if name == "sandbox":
            return [*serving.sandbox_command(port=self.sandbox_port, data=self.folder), "--control"]
        return [*serving.PYTHON, INTERRUPTED] if name in self.interruptible else serving.worker_command()

    def _environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "COUNTERFOIL_DATA": str(self.folder),
            "COUNTERFOIL_DATABASE_URL": self.database_url,
            "COUNTERFOIL_URL": self.url,
            "COUNTERFOIL_SANDBOX_URL": self.sandbox_url,
            "COUNTERFOIL_MAIL_HOST": self.mail.host,
            "COUNTERFOIL_MAIL_PORT": str(self.mail.port),
            "COUNTERFOIL_MAIL_SECURITY": "none",
            "COUNTERFOIL_MAIL_SENDER": "portal@counterfoil.test",
            **({"INTERRUPTED_IN": str(self.folder), "PYTHONPATH": with_tests()} if self.interruptible else {}),
            **self.extra_environment,
        }

    def _launch(self, name: str) -> None:
        assert not self.is_running(name), f"{name} is running already"
        (self.folder / "static").mkdir(parents=True, exist_ok=True)
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                self._command(name),
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._running[name] = Running(process, dies_with_us(-process.pid))

    def _answers(self, name: str) -> bool:
        code = self._running[name].process.poll()
        assert code is None, f"{name} ended with code {code}.\n{self.log(name)}"
        connection = http.client.HTTPConnection("localhost", self._ports()[name], timeout=START_WITHIN)
        try:
            connection.request("GET", "/")
            return connection.getresponse().status > 0
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def _end(self, name: str, number: int) -> None:
        running = self._running.pop(name)
        if running.process.poll() is None:
            os.kill(running.process.pid, number) if number == signal.SIGTERM else os.killpg(running.process.pid, number)
        try:
            running.process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(running.process.pid, signal.SIGKILL)
            running.process.wait()
            raise AssertionError(f"{name} did not stop within 10 s.\n{self.log(name)}") from None
        finally:
            release(running.guard)

    def _ends_of_logs(self) -> str:
        ends = {path.stem: path.read_text(errors="replace")[-2000:] for path in self.folder.glob("*.log")}
        return "\n".join(f"--- {name}\n{end}" for name, end in ends.items())
