"""`./counterfoil bench` from beginning to end, with so little that it takes no time."""

import json
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest

from counterfoil.bench import beside
from counterfoil.config.places import ROOT
from tests.support import databases


@pytest.mark.long
@pytest.mark.both_databases
def test_it_builds_measures_and_says_which_limits_are_missed(both_databases: str, tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    with databases.empty() if both_databases == "postgresql" else nullcontext("") as url:
        where = ["--database-url", url] if url else ["--data", str(tmp_path / "data")]
        command = ["bench", "--invoices", "200", "--seconds", "0", "--workers", "1", "--quiet", "--json", str(file)]
        done = subprocess.run(
            [sys.executable, "-P", "-m", "counterfoil.config.commands", *command, *where],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode in (0, 1), done.stderr
    (run,) = json.loads(file.read_text())["runs"]
    assert (run["invoices"], run["differences"]) == (200, 0)
    assert 0 <= run["rows"]["invoice"] - 200 - beside.MADE <= beside.UNPAID, "more are only what is still to be paid"
    pages = {(page["door"], page["name"]): page for page in run["pages"]}
    assert len(pages) == 29
    assert all(page["median_ms"] > 0 for page in pages.values())
    measured = [page for page in pages.values() if page["per_second"].get("8")]
    assert len(measured) == 25
    assert all(page["queries"] and page["wire_bytes"] and page["raw_bytes"] for page in measured)
    assert pages["portal", "list"]["raw_bytes"] > pages["portal", "list"]["wire_bytes"]
    assert "200 invoices on" in done.stdout
    assert "limits were missed" in done.stdout or "Every limit was kept." in done.stdout
