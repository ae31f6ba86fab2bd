"""What every test can ask for. `tests/support` has the things themselves."""

import gc
import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from tests.support import run

# Before Django reads its settings: which database, which folder.
RUN = run.Run() if run.worker() == "main" else run.join()

pytest_plugins = ["tests.support.cast", "tests.support.till", "tests.support.world"]

hypothesis.settings.register_profile("quick", max_examples=25, deadline=None, print_blob=True)
hypothesis.settings.register_profile("long", max_examples=2_000, deadline=None, print_blob=True)

DATABASE_MAKER = pytest.StashKey[Callable[[], str]]()

DOORS = {"portal", "office", "demo"}

# A test that asks for one of these works with a database, and so runs on PostgreSQL too.
DATABASE_FIXTURES = {"db", "transactional_db", "both_databases", "new_database", "running_site", "site_of_its_own"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="run the long tests too")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    hypothesis.settings.load_profile("long" if config.getoption("--long") else "quick")
    if RUN and not config.getoption("collectonly"):
        RUN.start_server()
    import django
    from django.conf import settings

    django.setup()
    # Thousands of tests leave a large heap, and each pass over it costs as much as a short test.
    gc.freeze()
    gc.set_threshold(20_000, 25, 100)
    # A test's browsers each have a middleware of their own, which else would list every static file as it begins.
    settings.WHITENOISE_AUTOREFRESH = True


def pytest_unconfigure(config: pytest.Config) -> None:
    if RUN:
        RUN.stop()


def pytest_report_header(config: pytest.Config) -> str:
    return f"database: {run.engine()}"


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """What tests that passed have to say: `record_property("said", "…")`."""
    for report in terminalreporter.stats.get("passed", []):
        for name, value in report.user_properties:
            if name == "said":
                terminalreporter.line(f"{report.nodeid.rpartition('/')[2]}: {value}")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Take out what is not for this run. What one run leaves out, another has; pytest counts it as deselected.

    What takes longest comes first, so that no process is left with it at the end while the others have nothing to do.
    """
    left_out = [item for item in items if not _belongs_here(item, long=config.getoption("--long"))]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in set(left_out)]
    items.sort(key=lambda item: not _takes_long(item))


def _takes_long(item: pytest.Item) -> bool:
    return item.get_closest_marker("browser") is not None or any(
        part in ("safety", "simulation") for part in item.path.parts
    )


def _is_the_same_on_either(item: pytest.Item) -> bool:
    """About pages and files, and not about what the database holds: with PostgreSQL only with --long."""
    if item.get_closest_marker("either_database"):
        return True
    if item.get_closest_marker("both_databases") or "both_databases" in getattr(item, "fixturenames", ()):
        return False
    return item.get_closest_marker("every_route") is not None or bool(DOORS & set(item.path.parts))


def _belongs_here(item: pytest.Item, *, long: bool) -> bool:
    if item.get_closest_marker("long") and not long:
        return False
    if item.get_closest_marker("postgres"):
        return run.engine() == "postgresql"
    if not long and _is_the_same_on_either(item):
        return run.engine() == "sqlite"
    if run.engine() == "sqlite" or item.get_closest_marker("both_databases"):
        return True
    uses_database = bool(
        DATABASE_FIXTURES & set(getattr(item, "fixturenames", ())) or item.get_closest_marker("django_db")
    )
    return uses_database and not item.get_closest_marker("browser")


@pytest.fixture(autouse=True)
def _no_language_is_left_over() -> Iterator[None]:
    """A request speaks its reader's language and leaves it to the thread, where the next test would find it."""
    from django.utils import translation

    yield
    translation.deactivate()


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """Each process of the run has a test database of its own; on SQLite in a file, so that threads can share it."""
    from django.db import connections

    settings = connections["default"].settings_dict
    if run.engine() == "sqlite":
        settings["TEST"]["NAME"] = str(Path(os.environ["COUNTERFOIL_DATA"]) / "test.sqlite3")
    else:
        settings["TEST"]["NAME"] = f"test_counterfoil_{run.worker()}"


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_modify_db_settings: None) -> bool:
    """Whether the test database was copied from one that is migrated, so that there is nothing left to make."""
    from tests.support import databases

    return databases.lend()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any, request: pytest.FixtureRequest) -> Iterator[None]:
    """pytest-django's, and right after it, while the database is still fresh from its migrations, a copy to be kept."""
    from django.test import TransactionTestCase

    from tests.support import databases

    with django_db_blocker.unblock():
        request.config.stash[DATABASE_MAKER] = databases.keep()
    with pytest.MonkeyPatch.context() as instead:
        instead.setattr(TransactionTestCase, "_fixture_teardown", databases.empty_tables)
        yield


@pytest.fixture
def thorough(request: pytest.FixtureRequest) -> bool:
    """Whether to try everything with everything; without --long a part of it, another for each route, has to do."""
    return bool(request.config.getoption("--long"))


@pytest.fixture
def new_database(django_db_setup: None, request: pytest.FixtureRequest) -> Callable[[], str]:
    """`new_database()` makes a migrated, empty database and returns its URL, for processes of the test's own."""
    return request.config.stash[DATABASE_MAKER]


@pytest.fixture
def both_databases(transactional_db: None) -> str:
    """For a test whose point is the database (locks, races): real commits, once on SQLite and once on PostgreSQL."""
    return run.engine()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    from tests.support.chromium import running_chromium

    with running_chromium() as browser:
        yield browser


@pytest.fixture
def browse(chromium: Any) -> Iterator[Any]:
    """`browse(language="zh-Hans", dark=True, width=390, javascript=False)` opens a page with cookies of its own."""
    from tests.support.chromium import Browsing

    browsing = Browsing(chromium)
    yield browsing
    browsing.close()
    assert not browsing.problems, "\n".join(browsing.problems)


@pytest.fixture
def smtp_sink() -> Iterator[Any]:
    """A real SMTP server: `.host`, `.port`, `.messages`; `.refusals.append("451 Later")` makes it refuse one."""
    from tests.support.mail import running_sink

    with running_sink() as sink:
        yield sink


def _site(name: str, database_url: str, mail: Any, **options: Any) -> Any:
    from tests.support.site import Site

    return Site(Path(os.environ["COUNTERFOIL_DATA"]) / "sites" / name, database_url, mail, **options)


@pytest.fixture(scope="session")
def _shared_site(django_db_setup: None) -> Iterator[Any]:
    from tests.support.databases import url_of_test_database
    from tests.support.mail import running_sink

    with running_sink() as sink:
        site = _site("shared", url_of_test_database(), sink)
        try:
            site.start("sandbox", "web")
            yield site
        finally:
            site.stop()


@pytest.fixture
def running_site(transactional_db: None, _shared_site: Any) -> Iterator[Any]:
    """Web server and Sandbox as processes, on the test's database; `start("worker")` if mail or webhooks must go out.

    They stay for the whole run: a test that kills them takes `site_of_its_own`.
    """
    _shared_site.mail.messages.clear()
    yield _shared_site
    if _shared_site.is_running("worker"):
        _shared_site.stop("worker")  # before the database is emptied under it


@pytest.fixture
def site_of_its_own(transactional_db: None, smtp_sink: Any) -> Iterator[Callable[..., Any]]:
    """`site_of_its_own(web_processes=2)` makes a site whose processes this test may start, stop and kill."""
    from tests.support.databases import url_of_test_database

    made: list[Any] = []

    def make(**options: Any) -> Any:
        made.append(_site(f"own-{uuid.uuid4().hex}", url_of_test_database(), smtp_sink, **options))
        return made[-1]

    yield make
    for site in made:
        site.stop()
