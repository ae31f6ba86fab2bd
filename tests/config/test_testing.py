"""`./counterfoil test` itself."""

import subprocess
import sys
from pathlib import Path

import pytest

from counterfoil.config import checks, testing


def test_a_fresh_debian_gets_what_the_browser_tests_need(monkeypatch, tmp_path, capsys):
    """With an apt-get that writes down how it was called, and nothing else on the path."""
    apt = tmp_path / "apt-get"
    apt.write_text(f'#!/bin/sh\necho "$@" >> "{tmp_path}/calls"\n')
    apt.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("os.geteuid", lambda: 0)
    testing.provide_chromium()
    assert (tmp_path / "calls").read_text().splitlines() == [
        "-q update",
        "-q install -y --no-install-recommends chromium fonts-wqy-microhei",
    ]
    assert "Installing chromium" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("failures", "skipped", "passed", "failed"), [(0, 0, 5, 0), (1, 0, 4, 1), (0, 2, 3, 2), (1, 1, 3, 2)]
)
def test_a_skipped_test_counts_as_failed(tmp_path, failures, skipped, passed, failed):
    report = tmp_path / "report.xml"
    report.write_text(
        "<testsuites>"
        f'<testsuite tests="5" failures="{failures}" errors="0" skipped="{skipped}"></testsuite>'
        "</testsuites>"
    )
    tally = checks.Tally()
    testing._count(report, tally)
    assert tally == checks.Tally(passed, failed)


def test_where_python_keeps_no_bytecode_the_processes_of_a_run_share_it(monkeypatch):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.delenv("PYTHONPYCACHEPREFIX", raising=False)
    asked = [sys.executable, "-c", "import sys; print(sys.dont_write_bytecode, sys.pycache_prefix)"]
    with testing._bytecode():
        told = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.split()
        assert (told[0], Path(told[1]).is_dir()) == ("False", True)
    assert not Path(told[1]).exists()


def test_a_run_without_any_test_fails(monkeypatch):
    monkeypatch.setattr(testing, "provide_chromium", lambda: None)
    monkeypatch.setattr(testing, "_run", lambda engine, paths, **more: testing.NO_TESTS)
    assert testing.test(["tests"], engines=["sqlite"], long=False, matching=None, quiet=True) == 1
