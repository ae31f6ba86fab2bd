"""Processes that belong together: started again when one dies, and all gone at the end, however it comes."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from counterfoil.config.processes import Stopped, Supervisor

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
SUPERVISE = """
import os, sys, threading
from counterfoil.config.processes import Supervisor
with Supervisor(os.environ, threading.Event()) as supervisor:
    print(supervisor.start("sleeper", [sys.executable, "-c", "import time; time.sleep(60)"]).process.pid, flush=True)
    supervisor.watch()
"""


def is_alive(pid):
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return bool(state.strip()) and not state.startswith("Z")


def eventually(condition, seconds=15):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.02)


@pytest.fixture
def watched():
    stop = threading.Event()
    with Supervisor(os.environ, stop) as supervisor:
        yield supervisor, threading.Thread(target=supervisor.watch)
        stop.set()


def test_what_dies_is_started_again(watched):
    supervisor, watching = watched
    child = supervisor.start("sleeper", SLEEP)
    first = child.process.pid
    watching.start()
    os.kill(first, signal.SIGKILL)
    eventually(lambda: child.process and child.process.pid != first)
    assert child.deaths == 1
    supervisor.stop.set()
    watching.join(5)


def test_what_dies_again_and_again_is_started_ever_more_seldom(watched):
    supervisor, watching = watched
    child = supervisor.start("unlucky", [sys.executable, "-c", "raise SystemExit(3)"])
    watching.start()
    eventually(lambda: child.deaths >= 3)
    assert child.start_again_at - time.monotonic() > 2
    supervisor.stop.set()
    watching.join(5)


def test_at_the_end_everything_has_stopped():
    with Supervisor(os.environ, threading.Event()) as supervisor:
        child = supervisor.start("sleeper", SLEEP)
        begun = time.monotonic()
    assert not is_alive(child.process.pid)
    assert time.monotonic() - begun < 5


def test_something_short_is_left_when_somebody_stops_us():
    stop = threading.Event()
    with Supervisor(os.environ, stop) as supervisor:
        threading.Timer(0.2, stop.set).start()
        with pytest.raises(Stopped):
            supervisor.run(SLEEP)


def test_nothing_is_left_when_the_supervisor_is_killed():
    supervisor = subprocess.Popen([sys.executable, "-c", SUPERVISE], stdout=subprocess.PIPE, text=True)
    sleeper = int(supervisor.stdout.readline())
    assert is_alive(sleeper)
    supervisor.kill()
    supervisor.wait()
    supervisor.stdout.close()
    eventually(lambda: not is_alive(sleeper))
