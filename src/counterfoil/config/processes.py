"""A few processes that belong together: started, started again when one dies, stopped together."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

PATIENCE = 8  # seconds that a process has to end by itself
SLOWEST_RESTART = 30  # seconds; one that dies again and again is started ever more seldom

# The shell leads the group and sleeps until its standard input closes: the group ends with us even if we are killed.
LEADER = "trap '' TERM INT HUP; read _; kill -TERM 0; sleep 3; kill -KILL 0"


class Stopped(Exception):
    """Somebody stopped us while we were still starting."""


@dataclass
class Child:
    """One process that should always run."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    deaths: int = 0
    started_at: float = 0
    start_again_at: float = 0


@dataclass
class Supervisor:
    """Use it as a context manager: at its end, however it comes, everything has stopped."""

    environment: Mapping[str, str]
    stop: threading.Event  # set from a signal's handler
    children: list[Child] = field(default_factory=list)

    def __enter__(self) -> "Supervisor":
        self._leader = subprocess.Popen(["sh", "-c", LEADER], stdin=subprocess.PIPE, process_group=0)
        return self

    def __exit__(self, *error: object) -> None:
        for child in self.children:
            _signal(child, signal.SIGTERM)
        until = time.monotonic() + PATIENCE
        for child in self.children:
            _wait(child, until)
        # Whatever a child has started and left behind is in the group too.
        os.killpg(self._leader.pid, signal.SIGKILL)
        self._leader.wait()

    def start(self, name: str, command: Sequence[str]) -> Child:
        """Start a process. What it prints goes to our standard error, since our standard output is for answers."""
        child = Child(name, command)
        self.children.append(child)
        self._launch(child)
        return child

    def run(self, command: Sequence[str]) -> int:
        """Run something short to its end. Returns its exit code; raises Stopped if we are stopped meanwhile."""
        process = self._open(command)
        while process.poll() is None:
            if self.stop.wait(0.02):
                process.terminate()
                raise Stopped
        return process.returncode

    def watch(self) -> None:
        """Start again what dies, until we are stopped."""
        while not self.stop.wait(0.25):
            for child in self.children:
                self._mind(child)

    def _open(self, command: Sequence[str]) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            command,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr,
            process_group=self._leader.pid,
        )

    def _launch(self, child: Child) -> None:
        child.started_at = time.monotonic()
        child.process = self._open(child.command)

    def _mind(self, child: Child) -> None:
        now = time.monotonic()
        if child.process is None:
            if now >= child.start_again_at:
                self._launch(child)
            return
        code = child.process.poll()
        if code is None:
            return
        child.deaths = child.deaths + 1 if now - child.started_at < 60 else 1
        pause = min(2 ** (child.deaths - 1) - 1, SLOWEST_RESTART)
        print(f"counterfoil: {child.name} ended ({_how(code)}); starting it again after {pause} s", file=sys.stderr)
        child.process, child.start_again_at = None, now + pause


def _how(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"code {code}"


def _signal(child: Child, number: int) -> None:
    if child.process and child.process.poll() is None:
        child.process.send_signal(number)


def _wait(child: Child, until: float) -> None:
    if child.process is None:
        return
    try:
        child.process.wait(max(0, until - time.monotonic()))
    except subprocess.TimeoutExpired:
        print(f"counterfoil: {child.name} did not stop in time", file=sys.stderr)
