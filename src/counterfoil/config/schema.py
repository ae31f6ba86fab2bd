"""The tables of a database as its migrations made them, which need not be those of this version.

A backup is taken and read back through them: a database can be saved before it is migrated, and an old backup be
restored and then migrated.
"""

from typing import Any

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import StateApps

from .failures import CannotRun

Model = Any  # a model as it was; mypy knows only those that are

# Whoever is signed in signs in again: a session that was ended since must not come back with an old backup.
LEFT_OUT = {"accounts_session", "django_session"}
# Not models: what has been migrated, which a restore migrates itself, and a cache.
NOT_KEPT = {"django_migrations", "shared_cache"}


def applied() -> dict[str, str]:
    """The last migration of each app in the database, none where there is nothing yet. Raises CannotRun: newer."""
    loader = MigrationLoader(connection)
    done = [key for key in loader.applied_migrations if key[0] in loader.migrated_apps]
    _must_be_known(loader, done, "The database")
    last: dict[str, str] = {}
    for app, name in done:
        later = {child.key for child in loader.graph.node_map[app, name].children if child.key[0] == app}
        if not later & set(done):
            last[app] = name
    return last


def models(migrations: dict[str, str]) -> dict[str, Model]:
    """Each table that a backup keeps, with its model as of these migrations. Raises CannotRun if they are newer."""
    loader = MigrationLoader(connection)
    _must_be_known(loader, list(migrations.items()), "The backup")
    state: StateApps = loader.project_state(list(migrations.items())).apps
    kept = state.get_models(include_auto_created=True)
    return {
        model._meta.db_table: model
        for model in kept
        if model._meta.managed and not model._meta.proxy and model._meta.db_table not in LEFT_OUT
    }


def columns(model: Model) -> list[str]:
    return [field.column for field in model._meta.concrete_fields]


def _must_be_known(loader: MigrationLoader, migrations: list[tuple[str, str]], what: str) -> None:
    for app, name in migrations:
        if (app, name) not in loader.graph.nodes:
            raise CannotRun(f"{what} is of a newer version of Counterfoil ({app} {name}). Use that version.")
