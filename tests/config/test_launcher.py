"""`./counterfoil`, from wherever and however it is called."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COPIED = ("counterfoil", "requirements.lock", "requirements-test.lock", "requirements-installer.lock")
COMMANDS = ("demo", "serve", "work", "migrate", "verify", "backup", "restore", "test", "check", "translations", "lock")


@pytest.fixture
def checkout(tmp_path):
    """A fresh copy in a folder with a space in its name, called through a link from elsewhere."""
    folder = tmp_path / "a new place"
    (folder / "src/counterfoil").mkdir(parents=True)
    for name in COPIED:
        shutil.copy(ROOT / name, folder / name)
    shutil.copy(ROOT / "src/counterfoil/__init__.py", folder / "src/counterfoil")
    shutil.copytree(ROOT / "src/counterfoil/config", folder / "src/counterfoil/config")
    link = tmp_path / "cf"
    link.symlink_to(folder / "counterfoil")
    return link


def start(*command, cwd="/"):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COUNTERFOIL_")}
    return subprocess.Popen(
        [sys.executable, *map(str, command)],
        cwd=cwd,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def run(*command):
    process = start(*command)
    output, _ = process.communicate()
    return process.returncode, output


def test_help_comes_at_once_and_installs_nothing(checkout):
    code, output = run(checkout, "--help")
    assert code == 0
    assert not [name for name in COMMANDS if name not in output]
    assert not (checkout.resolve().parent / ".venv").exists()


def test_a_wrong_word_is_answered_with_the_right_ones():
    code, output = run("-m", "counterfoil.config.commands", "dmeo")
    assert code == 2
    assert "demo" in output


def test_a_python_without_venv_is_told_which_package_to_install(checkout):
    """On Debian, venv is a package of its own."""
    without = (
        "import importlib.util as u, runpy, sys; real = u.find_spec;"
        "u.find_spec = lambda name, *more: None if name == 'ensurepip' else real(name, *more);"
        f"sys.argv = ['counterfoil', 'verify']; runpy.run_path({str(checkout)!r}, run_name='__main__')"
    )
    code, output = run("-c", without)
    assert code == 1
    assert f"apt-get install python3.{sys.version_info.minor}-venv" in output


@pytest.mark.long
def test_two_first_starts_at_the_same_moment_make_one_environment(checkout):
    starts = [start(checkout, "migrate", "--nonsense") for _ in range(2)]
    outputs = [process.communicate()[0] for process in starts]
    assert [process.returncode for process in starts] == [2, 2]
    assert sum("Making the virtual environment" in output for output in outputs) == 1
    assert all("unrecognized arguments: --nonsense" in output for output in outputs)
    assert run(checkout, "migrate", "--nonsense")[1].startswith("usage")
