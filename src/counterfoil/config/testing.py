"""`./counterfoil test`: the whole suite on SQLite, what uses a database again on PostgreSQL, and the checks."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from xml.etree import ElementTree as ET

from . import checks
from .failures import CannotRun
from .places import ROOT

NO_TESTS = 5  # pytest's exit code when a run had nothing to do
# What takes minutes by intent isn't stuck, and Python now and then dies of telling where its threads are.
LONG = ("--long", "-o", "faulthandler_timeout=0")


def test(
    paths: Sequence[str],
    *,
    engines: Sequence[str],
    long: bool,
    matching: str | None,
    quiet: bool,
) -> int:
    """Run the tests, and without paths the checks too. Returns 0 only if something ran and nothing failed."""
    if not find_spec("pytest"):
        raise CannotRun("The test packages are missing. Start it as ./counterfoil test, which installs them.")
    begun = time.monotonic()
    provide_chromium()
    whole = not paths and not matching
    tally = checks.run(quiet=quiet) if whole else checks.Tally()
    with _bytecode():
        if whole and long:
            tally.count(good=_guards_are_missed())
        codes = [_run(engine, paths, long=long, matching=matching, quiet=quiet, tally=tally) for engine in engines]
    failed = any(code not in (0, NO_TESTS) for code in codes) or tally.failed or not tally.passed
    print(
        f"\nAll of it took {time.monotonic() - begun:.0f} s, on {' and '.join(engines)}{', with the checks' * whole}."
    )
    print(f"counterfoil: {tally.passed} passed, {tally.failed} failed", flush=True)
    return 1 if failed else 0


@contextmanager
def _bytecode() -> Iterator[None]:
    """Where Python may keep none beside the sources, the hundreds of processes of the tests share a folder of it."""
    if not os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
        yield
        return
    with tempfile.TemporaryDirectory(prefix="counterfoil-bytecode-") as folder:
        os.environ["PYTHONPYCACHEPREFIX"] = folder
        yield
        del os.environ["PYTHONPYCACHEPREFIX"]


def _guards_are_missed() -> bool:
    """Take each guard out in a copy, and see its tests fail; it prints a table."""
    print("\nGuards, each taken out", flush=True)
    return subprocess.run([sys.executable, "-m", "tests.safety.guards"], cwd=ROOT, check=False).returncode == 0


def provide_chromium() -> None:
    """On Debian as root (mostly a build service) install what the browser tests miss; elsewhere they say what it is."""
    missing = [
        package
        for package, is_there in (("chromium", _has_chromium), ("fonts-wqy-microhei", _has_chinese))
        if not is_there()
    ]
    if not missing or not shutil.which("apt-get") or os.geteuid() != 0:
        return
    print(f"Installing {' and '.join(missing)} with apt-get for the browser tests", flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "-y", "--no-install-recommends", *missing]):
        done = _quietly(["apt-get", "-q", *command], environment)
        if done.returncode:
            print(f"apt-get {' '.join(command)} failed:\n{done.stdout}{done.stderr}", flush=True)


def _has_chromium() -> bool:
    return any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome"))


def _has_chinese() -> bool:
    """Without such a font, screenshots of Chinese pages show boxes."""
    return bool(shutil.which("fc-list") and _quietly(["fc-list", ":lang=zh"], os.environ).stdout.strip())


def _quietly(command: list[str], environment: Mapping[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )


def _run(
    engine: str, paths: Sequence[str], *, long: bool, matching: str | None, quiet: bool, tally: checks.Tally
) -> int:
    """One pytest process on one engine; its counts are added to the tally."""
    print(f"\nTests on {engine}", flush=True)
    with tempfile.TemporaryDirectory(prefix="counterfoil-report-") as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", f"--junitxml={report}", *(_absolute(path) for path in paths)]
        command += [*(LONG if long else ()), *(["-k", matching] if matching else []), *(["-q"] if quiet else [])]
        done = subprocess.run(command, cwd=ROOT, env=os.environ | {"COUNTERFOIL_TEST_DATABASE": engine}, check=False)
        _count(report, tally)
    if done.returncode not in (0, 1, NO_TESTS):
        tally.failed += 1  # it did not get as far as a report, or was interrupted
    return done.returncode


def _absolute(path: str) -> str:
    """A path as typed means the caller's folder first, then the checkout; `file.py::test` is one too."""
    file = path.split("::", maxsplit=1)[0]
    return str(Path.cwd() / path) if Path(file).exists() else path


def _count(report: Path, tally: checks.Tally) -> None:
    if not report.exists():
        return
    for suite in ET.parse(report).iter("testsuite"):  # noqa: S314 (pytest has just written it)
        bad = int(suite.get("failures", 0)) + int(suite.get("errors", 0)) + int(suite.get("skipped", 0))
        tally.failed += bad  # a test that was skipped has not been run, whatever the reason
        tally.passed += int(suite.get("tests", 0)) - bad
