"""The typesetter's process: begun when it is needed, begun again when it has died, never left behind."""

import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from counterfoil.paper import typesetter, typesetting
from counterfoil.paper.typesetter import CannotTypeset, Typesetter
from tests.paper.sheets import AT, ENGLISH


@pytest.fixture
def own(monkeypatch):
    """A typesetter that only this test uses."""
    one = Typesetter()
    monkeypatch.setattr(typesetting, "_typesetter", one)
    yield one
    one.close()


def test_one_process_sets_one_document_after_the_other_and_typst_is_not_loaded_here(own):
    assert own._process is None
    first = typesetting.render(ENGLISH, at=AT)
    process = own._process
    assert typesetting.render(ENGLISH, at=AT) == first
    assert own._process is process
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, counterfoil.paper.typesetting; print('typst' in sys.modules)"],
        capture_output=True,
        check=True,
        text=True,
    )
    assert loaded.stdout == "False\n"


def test_what_cannot_be_set_is_refused_in_words_and_the_next_document_is_set(own):
    with pytest.raises(CannotTypeset, match="us-letter"):
        typesetting.render(replace(ENGLISH, size="napkin"), at=AT)
    assert typesetting.render(ENGLISH, at=AT).startswith(b"%PDF")


def test_one_that_died_is_started_again(own):
    first = typesetting.render(ENGLISH, at=AT)
    own._process.kill()
    own._process.wait()
    assert typesetting.render(ENGLISH, at=AT) == first


def test_one_that_dies_while_it_sets_fails_that_document_alone(own):
    typesetting.render(ENGLISH, at=AT)
    os.kill(own._process.pid, signal.SIGSTOP)
    threading.Timer(0.3, own._process.kill).start()
    with pytest.raises(CannotTypeset):
        typesetting.render(ENGLISH, at=AT)
    assert typesetting.render(ENGLISH, at=AT).startswith(b"%PDF")


def test_one_that_takes_too_long_is_ended(own, monkeypatch):
    typesetting.render(ENGLISH, at=AT)
    os.kill(own._process.pid, signal.SIGSTOP)
    monkeypatch.setattr(typesetter, "LONGEST", 0.3)
    with pytest.raises(CannotTypeset):
        typesetting.render(ENGLISH, at=AT)
    monkeypatch.undo()


def test_it_ends_with_the_process_that_started_it_even_if_that_is_killed():
    code = """
from counterfoil.paper import typesetting
from tests.paper.sheets import AT, ENGLISH
typesetting.render(ENGLISH, at=AT)
print(typesetting._typesetter._process.pid, flush=True)
import signal; signal.pause()
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as parent:
        pid = int(parent.stdout.readline())
        os.kill(pid, 0)
        parent.kill()
    until = time.monotonic() + 10
    while _runs(pid) and time.monotonic() < until:
        time.sleep(0.05)
    assert not _runs(pid)


def _runs(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
