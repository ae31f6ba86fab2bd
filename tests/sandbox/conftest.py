from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.listener import Listener, listening
from tests.support.sandbox import Sandbox, SandboxAccount


@pytest.fixture(scope="session")
def _sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    sandbox = Sandbox(tmp_path_factory.mktemp("sandbox"))
    sandbox.start()
    yield sandbox
    sandbox.end()


@pytest.fixture
def sandbox(_sandbox: Sandbox) -> Iterator[Sandbox]:
    """A gateway that all tests share; settings and faults are gone after each."""
    yield _sandbox
    _sandbox.order("reset")


@pytest.fixture
def own_sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    """A gateway that the test may kill."""
    sandbox = Sandbox(tmp_path)
    sandbox.start()
    yield sandbox
    sandbox.kill()


@pytest.fixture
def account(sandbox: Sandbox) -> SandboxAccount:
    return sandbox.sign_up()


@pytest.fixture
def listener() -> Iterator[Listener]:
    with listening() as heard:
        yield heard
