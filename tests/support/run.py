"""Where one test run keeps its database and files. Set up before Django reads its settings."""

import os
import shutil
import tempfile
from pathlib import Path

from . import postgres
from .guards import dies_with_us, release

ENGINES = ("sqlite", "postgresql")


def worker() -> str:
    """The name of this process of the run: "gw0", "gw1", … or "main"."""
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


def engine() -> str:
    chosen = os.environ.get("COUNTERFOIL_TEST_DATABASE", "sqlite")
    if chosen not in ENGINES:
        raise SystemExit(f"COUNTERFOIL_TEST_DATABASE is {chosen!r}; it must be one of {', '.join(ENGINES)}.")
    return chosen


class Run:
    """A folder and, for PostgreSQL, a server: made by the process that was started first, shared with its workers."""

    def __init__(self) -> None:
        self.server: postgres.Postgres | None = None
        self.folder = Path(tempfile.mkdtemp(prefix="counterfoil-test-"))
        self._guard = dies_with_us(os.getpid(), str(self.folder), signal="0")
        set_environment(self.folder)

    def start_server(self) -> None:
        if engine() == "postgresql":
            self.server = postgres.start().__enter__()
            os.environ["COUNTERFOIL_DATABASE_URL"] = self.server.url("counterfoil")

    def stop(self) -> None:
        if self.server:
            self.server.stop()
        release(self._guard)
        shutil.rmtree(self.folder, ignore_errors=True)


def join() -> None:
    """In a worker: take part in the run of the process that started it."""
    set_environment(Path(os.environ["COUNTERFOIL_DATA"]).parent, database_url=os.environ["COUNTERFOIL_DATABASE_URL"])


def set_environment(folder: Path, *, database_url: str = "") -> None:
    """What the settings read. Nothing that the machine has set for an installation of its own reaches the tests."""
    _compile_once(folder)
    chosen = engine()
    for name in [name for name in os.environ if name.startswith("COUNTERFOIL_")]:
        del os.environ[name]
    data = folder / worker()
    (data / "static").mkdir(parents=True, exist_ok=True)
    if chosen == "sqlite" or not database_url:
        database_url = f"sqlite:///{data}/counterfoil.sqlite3"
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "counterfoil.config.settings",
        "COUNTERFOIL_TEST_DATABASE": chosen,
        "COUNTERFOIL_MODE": "test",
        "COUNTERFOIL_DATA": str(data),
        "COUNTERFOIL_DATABASE_URL": database_url,
        "COUNTERFOIL_URL": "http://localhost:8000",
        "COUNTERFOIL_SECRET_KEY": "a-secret-that-only-the-tests-know-0123456789",
    }


def _compile_once(folder: Path) -> None:
    """Where Python may keep no bytecode beside the sources, the run's processes, which are hundreds, share a folder."""
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
        os.environ["PYTHONPYCACHEPREFIX"] = str(folder / "bytecode")
