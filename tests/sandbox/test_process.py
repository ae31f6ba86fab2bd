"""The gateway as a process: when it is ready, what it lets be ordered, and how it ends."""

import subprocess
import sys
from pathlib import Path

import pytest
import requests

from tests.support.sandbox import Sandbox


def test_it_says_when_it_is_ready_takes_orders_only_if_told_to_and_stops_when_asked(tmp_path: Path) -> None:
    sandbox = Sandbox(tmp_path, control=False)
    line = sandbox.start()
    try:
        assert line == f"Sandbox gateway ready at {sandbox.url} (no real money)\n"
        assert requests.get(sandbox.url, timeout=20).status_code == 200
        assert requests.get(f"{sandbox.url}/_test/charges", timeout=20).status_code == 404
        assert requests.post(f"{sandbox.url}/_test/forget_keys", json={}, timeout=20).status_code == 404
    finally:
        code = sandbox.end()
    assert code == 0
    with pytest.raises(requests.ConnectionError):
        requests.get(sandbox.url, timeout=20)


def test_a_port_that_is_taken_is_named(sandbox: Sandbox, tmp_path: Path) -> None:
    command = [sys.executable, "-P", "-m", "counterfoil.sandbox", "--port", str(sandbox.port), "--data"]
    ended = subprocess.run(
        [*command, str(tmp_path / "s.sqlite3")], capture_output=True, text=True, timeout=30, check=False
    )
    assert ended.returncode == 1
    assert ended.stderr == f"Port {sandbox.port} is in use. Choose another with --port.\n"
