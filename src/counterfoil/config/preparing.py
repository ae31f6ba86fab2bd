"""What must be done once for each version: migrations, the shared cache's table, static files, and the demo's data."""

import hashlib
import os
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

from . import first_run
from .environment import Environment
from .failures import CannotRun
from .places import ROOT

SOURCES = ROOT / "src" / "counterfoil"


def load_django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "counterfoil.config.settings")
    import django

    django.setup()


def prepare(*, with_demo: bool = False, quiet: bool = False) -> None:
    """Bring database and static files up to this version; with the demo, make its data if it is not there."""
    load_django()
    from django.core.management import call_command

    from counterfoil.config import settings

    _make_folders(settings.ENVIRONMENT)
    reach_database()
    verbosity = 0 if quiet else 1
    call_command("migrate", interactive=False, verbosity=verbosity)
    call_command("createcachetable", verbosity=verbosity)
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    if settings.STORAGES["staticfiles"]["BACKEND"].startswith("whitenoise"):
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    if with_demo:
        import_module("counterfoil.demo.business").make()
    environment = settings.ENVIRONMENT
    if environment.mode == "production":  # elsewhere only `serve` knows at which port it will be
        first_run.announce()
    _stamp(environment).write_text(_version(environment, with_demo=with_demo))


def reach_database() -> None:
    """Raise CannotRun, with the database's own words, if it can't be reached. Django must be loaded."""
    from django.db import OperationalError, connection

    try:
        connection.ensure_connection()
    except OperationalError as error:
        raise CannotRun(f"The database can't be reached: {str(error).strip()}") from error


def must_be_migrated() -> None:
    """Raise CannotRun unless the database is there and has every table of this version. Django must be loaded."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    must_exist()
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise CannotRun("There is no database of this version yet. Run `./counterfoil migrate` first.")


def must_exist() -> None:
    """Raise CannotRun unless there is a database, of whatever version. Django must be loaded."""
    from django.conf import settings

    database = settings.DATABASES["default"]
    if "sqlite" in database["ENGINE"] and not Path(database["NAME"]).exists():
        raise CannotRun("There is no database of this version yet. Run `./counterfoil migrate` first.")
    reach_database()


def is_prepared(environment: Environment, *, with_demo: bool) -> bool:
    """Whether `prepare` has been run for exactly this version, without asking the database or loading Django."""
    database = environment.database
    if "sqlite" in str(database["ENGINE"]) and not Path(str(database["NAME"])).exists():
        return False
    stamp = _stamp(environment)
    return stamp.exists() and stamp.read_text() == _version(environment, with_demo=with_demo)


def verify(*, quiet: bool) -> int:
    """Add up the ledger again. Returns 1 if a stored balance differs, and names each that does."""
    load_django()
    must_be_migrated()
    from counterfoil.books.ledger.verify import differences

    return say(differences(), quiet=quiet)


def reconcile(*, since_days: int | None, quiet: bool) -> int:
    """Compare with every gateway. Returns 1 if something differs or a gateway did not answer, and says what."""
    load_django()
    must_be_migrated()
    from counterfoil.books.payments import reconciling
    from counterfoil.books.payments.models import Difference
    from counterfoil.foundation import clock

    since = clock.now() - timedelta(days=since_days) if since_days is not None else None
    comparisons = [reconciling.reconcile(account, since) for account in reconciling.all_accounts()]
    for comparison in comparisons:
        name, count = _name(comparison.gateway), comparison.compared
        if comparison.finished_at is None:
            print(f"{name} did not answer")
        elif not quiet:
            print(f"{name}: 1 payment compared" if count == 1 else f"{name}: {count} payments compared")
    found = Difference.objects.filter(resolved_at__isnull=True).select_related("gateway__organization", "attempt")
    lines = [_in_words(one) for one in found.order_by("id")]
    for line in lines:
        print(line)
    if not quiet:
        print("1 difference" if len(lines) == 1 else f"{len(lines)} differences")
    return 1 if lines or any(one.finished_at is None for one in comparisons) else 0


def _in_words(one: Any) -> str:
    """What differs, for whoever runs the program; the office reads it on its page, with what to do."""
    from counterfoil.foundation.languages import speaking
    from counterfoil.foundation.money import Money, format_money

    there = format_money(Money(one.there_minor, one.there_currency), "en")
    here = format_money(Money(one.here_minor, one.currency), "en")
    with speaking("en"):
        what = f"{_name(one.gateway)}: {one.get_kind_display()}, {one.child_id or one.provider_id}"
    return f"{what}, {here}" if one.attempt else f"{what}, {there} there, {here} here"


def _name(account: Any) -> str:
    return f"{account.get_kind_display()} of {account.organization.name}"


def say(found: list[str], *, quiet: bool) -> int:
    """Print what `verify` found, and return the exit code."""
    for difference in found:
        print(difference)
    if not quiet:
        print(f"{len(found)} differences")
    return 1 if found else 0


def _make_folders(environment: Environment) -> None:
    """The data folder, and that of the SQLite file; nobody else's business on this machine."""
    environment.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    if "sqlite" in str(environment.database["ENGINE"]):
        Path(str(environment.database["NAME"])).parent.mkdir(mode=0o700, parents=True, exist_ok=True)


def _stamp(environment: Environment) -> Path:
    return environment.data / "prepared"


def _version(environment: Environment, *, with_demo: bool) -> str:
    """A digest of everything that preparing depends on."""
    digest = hashlib.sha256(repr([environment.database, environment.mode, with_demo]).encode())
    digest.update((ROOT / "requirements.lock").read_bytes())
    for pattern in ("**/migrations/*.py", "**/static/**/*", "demo/*.py"):
        for file in sorted(SOURCES.glob(pattern)):
            if file.is_file():
                digest.update(str(file.relative_to(SOURCES)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()
