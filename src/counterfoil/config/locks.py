"""The lock files: exact versions with the hash of every file, and no address of wherever they were fetched from."""

import subprocess
import sys
from pathlib import Path

from .failures import CannotRun
from .places import ROOT

# Each lock with its options. The one for tests comes first, so that the other can be held to the same versions.
LOCKS = {
    "requirements-test.lock": ["--group", "test"],
    "requirements.lock": ["--constraint", "requirements-test.lock"],
    "requirements-installer.lock": [],
}


def make(*, upgrade: bool) -> None:
    """Write them all again. Raises CannotRun when uv is missing, cannot resolve, or let an address in."""
    uv = Path(sys.prefix) / "bin" / "uv"
    if not uv.exists():
        raise CannotRun("The lock files are made with uv, and it could not be installed here.")
    for name, options in LOCKS.items():
        _make(uv, name, options, upgrade=upgrade)
        print(name)


def _make(uv: Path, name: str, options: list[str], *, upgrade: bool) -> None:
    source = ["--group", "installer"] if name == "requirements-installer.lock" else ["pyproject.toml", *options]
    how = ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-header", "--no-config", "--quiet"]
    clean = ["--no-emit-index-url", "--no-emit-find-links", "--no-emit-build-options"]
    command = [
        str(uv),
        "pip",
        "compile",
        *source,
        *how,
        *clean,
        "--output-file",
        name,
        *(["--upgrade"] if upgrade else []),
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CannotRun(f"{name} could not be made.\n{done.stderr}")
    if "://" in (ROOT / name).read_text():
        raise CannotRun(f"{name} names an address. Its packages must come from an index.")
