"""The first start of an installation, with the commands that an administrator types."""

import contextlib
import json
import logging
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from counterfoil.config.logs import WithoutTokens
from tests.support.guards import dies_with_us, release
from tests.support.ports import free_port

URL = "https://portal.example.com"
COMMAND = [sys.executable, "-P", "-m", "counterfoil.config.commands"]
SLOWEST_START = 90


def variables(data: Path, **more: str) -> dict[str, str]:
    """What the commands below are told: production, with these."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COUNTERFOIL_")}
    return kept | {
        "COUNTERFOIL_MODE": "production",
        "COUNTERFOIL_DATA": str(data),
        "COUNTERFOIL_URL": URL,
        "COUNTERFOIL_SECRET_KEY": "of-this-test-alone-0123456789-0123456789",
        **more,
    }


def run(*arguments: str, told: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *arguments], env=told, capture_output=True, text=True, check=False, timeout=120)


@contextlib.contextmanager
def serving(*arguments: str, told: dict[str, str], log: Path) -> Iterator[dict[str, str]]:
    """`serve` until the end of the block; gives the addresses that it prints once it is ready."""
    with log.open("w") as errors:
        process = subprocess.Popen(
            [*COMMAND, "serve", "--quiet", *arguments],
            env=told,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            start_new_session=True,
        )
    guard = dies_with_us(-process.pid)
    too_slow = threading.Timer(SLOWEST_START, process.terminate)
    too_slow.start()
    assert process.stdout
    try:
        line = process.stdout.readline()
        too_slow.cancel()
        assert line, log.read_text()
        yield json.loads(line)
    finally:
        too_slow.cancel()
        process.send_signal(signal.SIGTERM)
        process.wait(20)
        process.stdout.close()
        release(guard)


def eventually(condition: Callable[[], bool], seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.05)


@pytest.fixture
def told(tmp_path: Path) -> dict[str, str]:
    return variables(tmp_path / "not" / "there" / "yet")


def test_production_starts_after_migrate_in_a_folder_that_was_not_there(told, tmp_path):
    before = run("serve", "--port", str(free_port()), told=told)
    assert before.returncode == 2
    assert "Run `./counterfoil migrate` first." in before.stderr

    migrated = run("migrate", "--quiet", told=told)
    assert migrated.returncode == 0, migrated.stderr
    assert f"{URL}/setup/" in migrated.stdout
    assert Path(told["COUNTERFOIL_DATA"]).stat().st_mode & 0o077 == 0

    port, log = free_port(), tmp_path / "log"
    with serving("--port", str(port), "--host", "127.0.0.2", told=told, log=log) as addresses:
        assert addresses == {"url": URL, "office": f"{URL}/office/", "portal": f"{URL}/portal/"}
        assert "DisallowedHost" not in log.read_text()
        health = f"http://127.0.0.2:{port}/healthz"
        assert requests.get(health, headers={"Host": "portal.example.com"}, timeout=10).text == "ok\n"
        assert requests.get(health, headers={"Host": "evil.example"}, timeout=10).status_code == 400
        assert "Traceback" not in log.read_text()
        eventually(lambda: "The worker has started." in log.read_text())
    assert "The worker has stopped." in log.read_text()


@pytest.mark.either_database
def test_the_next_start_needs_no_second_migrate(told, tmp_path, new_database):
    """What Django writes into its settings must not make the database look like another."""
    told["COUNTERFOIL_DATABASE_URL"] = new_database()
    assert run("migrate", "--quiet", told=told).returncode == 0
    for _ in range(2):
        with serving("--port", str(free_port()), "--without-worker", told=told, log=tmp_path / "log") as addresses:
            assert addresses["url"] == URL


def test_development_needs_nothing_and_has_no_mail_page(tmp_path):
    port = free_port()
    told = variables(tmp_path) | {"COUNTERFOIL_MODE": "development", "COUNTERFOIL_URL": ""}
    del told["COUNTERFOIL_URL"], told["COUNTERFOIL_SECRET_KEY"]
    with serving("--port", str(port), told=told, log=tmp_path / "log") as addresses:
        assert addresses["url"] == f"http://localhost:{port}"
        assert "outbox" not in addresses
        assert requests.get(f"{addresses['url']}/outbox/", timeout=10).status_code == 404
        assert requests.get(addresses["sandbox"], timeout=10).status_code < 500
        printed = (tmp_path / "log").read_text()
        assert printed.count("/setup/") == 1
        link = re.search(rf"http://localhost:{port}/setup/\S+", printed)
        assert requests.get(link[0], timeout=10).status_code == 200


def test_a_link_is_not_given_before_its_port_is_known(tmp_path):
    told = variables(tmp_path) | {"COUNTERFOIL_MODE": "development"}
    del told["COUNTERFOIL_URL"]
    migrated = run("migrate", told=told)
    assert migrated.returncode == 0
    assert "/setup/" not in migrated.stdout + migrated.stderr


@pytest.mark.parametrize("host", ["203.0.113.7", "nowhere.invalid"])
def test_an_address_that_is_not_this_machines_is_said(told, host):
    refused = run("serve", "--host", host, told=told)
    assert refused.returncode == 2
    assert refused.stderr.startswith(f"counterfoil: Nobody can listen at {host}: ")


@pytest.mark.parametrize("command", ["demo", "serve", "sandbox"])
@pytest.mark.parametrize("port", ["0", "65536", "http", "-1", "８０００"])
def test_a_port_that_is_none_is_said(told, command, port):
    refused = run(command, f"--port={port}", told=told)
    assert refused.returncode == 2
    assert f"{port!r} is no port" in refused.stderr


@pytest.mark.parametrize("mode", ["demo", "test"])
def test_serving_is_not_for_the_demo(told, mode):
    refused = run("serve", told=told | {"COUNTERFOIL_MODE": mode})
    assert refused.returncode == 2
    assert refused.stderr.startswith(f"counterfoil: COUNTERFOIL_MODE is '{mode}'")


@pytest.mark.parametrize("command", ["verify", "setup"])
def test_without_a_database_one_is_asked_to_make_it(told, command):
    refused = run(command, told=told)
    assert refused.returncode == 2
    assert refused.stderr.strip().endswith("Run `./counterfoil migrate` first.")
    assert not Path(told["COUNTERFOIL_DATA"]).exists()


@pytest.mark.parametrize(
    "path",
    [
        "portal/none/invitation/{}/",
        "portal/none/link/{}/",
        "office/invitation/{}/",
        "setup/{}/",
        "office/account/password/reset/key/{}",
    ],
)
def test_what_opens_a_door_is_not_in_the_log(path):
    line = logging.makeLogRecord({"msg": "Not Found: %s", "args": ("/" + path.format("a-secret-token"),)})
    assert WithoutTokens().filter(line)
    assert "a-secret-token" not in line.getMessage()
    assert line.getMessage().startswith("Not Found: /" + path.split("{}")[0])


def test_the_log_of_a_real_start_goes_through_that_filter(told, tmp_path):
    assert run("migrate", "--quiet", told=told).returncode == 0
    port, log = free_port(), tmp_path / "log"
    with serving("--port", str(port), "--without-worker", told=told, log=log):
        asked = f"http://127.0.0.1:{port}/portal/none/invitation/a-secret-token/"
        assert requests.get(asked, headers={"Host": "portal.example.com"}, timeout=10).status_code == 404
        eventually(lambda: "Not Found: /portal/none/invitation/…/" in log.read_text())
        assert "a-secret-token" not in log.read_text()


def test_the_port_of_the_sandbox_gateway_is_not_taken_from_it(tmp_path):
    port = free_port()
    (tmp_path / "sandbox-port").write_text(str(port))
    told = variables(tmp_path, COUNTERFOIL_MODE="development", COUNTERFOIL_URL=f"http://localhost:{port}")
    refused = run("serve", "--port", str(port), told=told)
    assert refused.returncode == 2
    assert "Sandbox gateway" in refused.stderr


@pytest.mark.parametrize("command", ["migrate", "setup", "verify"])
def test_a_database_that_does_not_answer_is_named_in_a_sentence(command, tmp_path):
    told = variables(tmp_path, COUNTERFOIL_DATABASE_URL=f"postgresql://counterfoil@127.0.0.1:{free_port()}/nothing")
    failed = run(command, told=told)
    assert failed.returncode == 2
    assert failed.stderr.startswith("counterfoil: The database can't be reached: ")
    assert "Traceback" not in failed.stderr


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("COUNTERFOIL_URL", "", "COUNTERFOIL_URL is missing"),
        ("COUNTERFOIL_URL", "http://portal.example.com", "COUNTERFOIL_URL must start with https://"),
        ("COUNTERFOIL_URL", "https://portal.example.com/books", "COUNTERFOIL_URL is "),
        ("COUNTERFOIL_SECRET_KEY", "", "COUNTERFOIL_SECRET_KEY is missing"),
        ("COUNTERFOIL_SECRET_KEY", "too-short", "COUNTERFOIL_SECRET_KEY is too short"),
        ("COUNTERFOIL_SANDBOX_URL", "http://localhost:8001", "COUNTERFOIL_SANDBOX_URL is set"),
        ("COUNTERFOIL_TRUSTED_PROXIES", "one", "COUNTERFOIL_TRUSTED_PROXIES is "),
        ("COUNTERFOIL_MAIL_SECURITY", "ssl", "COUNTERFOIL_MAIL_SECURITY is "),
        ("COUNTERFOIL_DATABASE_URL", "mysql://localhost/books", "COUNTERFOIL_DATABASE_URL is "),
        ("COUNTERFOIL_MALI_HOST", "mail.example.com", "COUNTERFOIL_MALI_HOST is not a setting"),
    ],
)
def test_production_refuses_a_wrong_variable_by_its_name(told, name, value, reason):
    refused = run("migrate", told=told | {name: value})
    assert refused.returncode == 2
    assert refused.stderr.startswith(f"counterfoil: {reason}"), refused.stderr
    assert not Path(told["COUNTERFOIL_DATA"]).exists()
