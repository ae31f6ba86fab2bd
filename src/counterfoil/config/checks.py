"""What is checked without running the program's own tests: style, types, import rules, translations, migrations."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .places import ROOT


@dataclass
class Tally:
    """How many went well, and how many did not."""

    passed: int = 0
    failed: int = 0

    def count(self, *, good: bool) -> None:
        self.passed += good
        self.failed += not good


def run(*, quiet: bool = False) -> Tally:
    """Run all of them, also after one has failed, and print what each found."""
    tally = Tally()
    for name, check in CHECKS.items():
        begun = time.monotonic()
        found = check()
        tally.count(good=not found)
        if found or not quiet:
            print(f"check: {name} {'failed' if found else 'ok'} ({time.monotonic() - begun:.0f} s)", flush=True)
        if found:
            print(found, flush=True)
    return tally


def _tool(*command: str) -> Callable[[], str]:
    """A check that is a program of the environment: quiet when all is well."""

    def check() -> str:
        with environment() as variables:
            done = subprocess.run(
                [str(Path(sys.prefix) / "bin" / command[0]), *command[1:]],
                cwd=ROOT,
                env=variables,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
            )
        return (done.stdout + done.stderr).strip() or f"exit code {done.returncode}" if done.returncode else ""

    return check


@contextmanager
def environment() -> Iterator[dict[str, str]]:
    """Variables under which the settings can be loaded without touching anybody's data."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COUNTERFOIL_")}
    with tempfile.TemporaryDirectory(prefix="counterfoil-check-") as folder:
        yield kept | {
            "COUNTERFOIL_MODE": "test",
            "COUNTERFOIL_DATA": folder,
            "COUNTERFOIL_SECRET_KEY": "used-by-the-checks-alone-0123456789",
            "DJANGO_SETTINGS_MODULE": "counterfoil.config.settings",
        }


def _translations() -> str:
    from . import translations

    return "\n".join(translations.problems())


CHECKS = {
    "style (ruff check)": _tool("ruff", "check", "--quiet", "--output-format", "concise"),
    "layout (ruff format)": _tool("ruff", "format", "--check", "--quiet"),
    "types (mypy)": _tool("mypy", "--no-error-summary"),
    "import rules (lint-imports)": _tool("lint-imports", "--no-logo"),
    "migrations in step": _tool("django-admin", "makemigrations", "--check", "--dry-run"),
    "settings (django check)": _tool("django-admin", "check", "--fail-level", "WARNING"),
    "translations": _translations,
}
