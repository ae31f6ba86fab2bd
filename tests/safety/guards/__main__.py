"""Takes each guard out, runs its tests, and requires them to fail. Words on the command line choose among them."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from queue import Queue
from xml.etree import ElementTree as ET

from tests.support.databases import SHARED

from . import GUARDS, Guard
from .guard import ROOT

AT_ONCE = 2
PATIENCE = 600  # seconds for the tests of one guard
COPIED = ("src", "tests", "docs", "counterfoil", "pyproject.toml", "README.md", "CONTRIBUTING.md", "requirements.lock")


def main(words: Sequence[str]) -> int:
    """Returns 0 only if every guard was missed by its tests."""
    chosen = [guard for guard in GUARDS if all(word in f"{guard.subject} {guard.holds}" for word in words)]
    with tempfile.TemporaryDirectory(prefix="counterfoil-guards-") as folder:
        copies: Queue[Path] = Queue()
        for place in range(AT_ONCE):
            copies.put(_copy(Path(folder) / str(place)))
        with ThreadPoolExecutor(AT_ONCE) as pool:
            problems = list(pool.map(lambda guard: _try(guard, copies), chosen))
        problems += _with_all_guards(chosen, copies.get())
    found = [problem for problem in problems if problem]
    print("\n".join(found) or f"Each of the {len(chosen)} guards is missed when it is gone.")
    return 1 if found or not chosen else 0


def _copy(to: Path) -> Path:
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, to / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            to.mkdir(exist_ok=True)
            shutil.copy(ROOT / name, to / name)
    return to


def _try(guard: Guard, copies: "Queue[Path]") -> str:
    """Empty if the tests fail without the guard, else what is wrong. Prints a line of the table."""
    copy, begun = copies.get(), time.monotonic()
    try:
        with _without(guard, copy):
            has_own_tables = any("/models" in cut.file for cut in guard.cuts)
            wrong = _how_it_went(_run(copy, guard.tests, guard.database, has_own_tables=has_own_tables))
    except LookupError as missing:
        wrong = str(missing)
    finally:
        copies.put(copy)
    verdict = "NOT MISSED" if wrong else "missed"
    print(f"{verdict:10}  {time.monotonic() - begun:4.0f} s  {guard.subject}: {guard.holds}", flush=True)
    return wrong and f"{guard.subject}, {guard.holds}: {wrong}"


@contextmanager
def _without(guard: Guard, copy: Path) -> Iterator[None]:
    sources = copy / "src" / "counterfoil"
    before = {cut.file: (sources / cut.file).read_text(encoding="utf-8") for cut in guard.cuts}
    try:
        for cut in guard.cuts:
            (sources / cut.file).write_text(cut.done_to(sources), encoding="utf-8")
        yield
    finally:
        for file, text in before.items():
            (sources / file).write_text(text, encoding="utf-8")


def _run(copy: Path, tests: Sequence[str], database: str, *, has_own_tables: bool = False) -> tuple[int, Path, str]:
    """The tests in the copy, with its sources. What Python compiled of them is told apart by the second and the size
    of their file, and no run is as short as a second. All share one database to begin with, but who
    `has_own_tables`.
    """
    report = copy / "report.xml"
    report.unlink(missing_ok=True)
    ids = [str(copy / "tests" / test) for test in tests]
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-x",
        "-n",
        "0",
        "-p",
        "no:cacheprovider",
        f"--junitxml={report}",
        *ids,
    ]
    told = {
        "COUNTERFOIL_TEST_DATABASE": database,
        "PYTHONPATH": str(copy / "src"),
        **({} if has_own_tables else {SHARED: str(copy.parent)}),
    }
    try:
        done = subprocess.run(
            command, cwd=copy, env=os.environ | told, capture_output=True, text=True, check=False, timeout=PATIENCE
        )
    except subprocess.TimeoutExpired:
        return -1, report, "the tests did not end"
    return done.returncode, report, done.stdout[-3000:] + done.stderr[-3000:]


def _how_it_went(run: tuple[int, Path, str]) -> str:
    """A test must have failed, by itself: one that could not be collected or set up says nothing about the guard."""
    code, report, output = run
    if code == 0:
        return "its tests pass without it"
    suites = list(ET.parse(report).iter("testsuite")) if report.exists() else []
    failures = sum(int(suite.get("failures", 0)) for suite in suites)
    errors = sum(int(suite.get("errors", 0)) for suite in suites)
    return "" if code == 1 and failures and not errors else f"its tests could not be run:\n{output}"


def _with_all_guards(chosen: Sequence[Guard], copy: Path) -> list[str]:
    """The same tests, in the same copy, with every guard in its place."""
    problems = []
    for database in sorted({guard.database for guard in chosen}):
        tests = sorted({test for guard in chosen if guard.database == database for test in guard.tests})
        code, _report, output = _run(copy, tests, database)
        print(
            f"{'passed' if code == 0 else 'FAILED':10}  {len(tests)} tests with all guards in, on {database}",
            flush=True,
        )
        if code:
            problems.append(f"With all guards in, tests fail on {database}:\n{output}")
    return problems


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
