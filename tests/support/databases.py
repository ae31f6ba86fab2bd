"""Databases for processes of a test's own: empty but migrated, made by copying one that was migrated once."""

import fcntl
import os
import shutil
import sqlite3
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

import psycopg
from django.db import connection, transaction

SHARED = "TEMPLATES_OF_TESTS"  # the variable that names a folder which several runs share
TEMPLATE = "template_counterfoil"
Databases = Callable[[], str]  # each call makes one and returns its URL, for COUNTERFOIL_DATABASE_URL


def lend() -> bool:
    """Make the test database by copying what another process of the run has migrated already, if one has.

    If none has, the others wait until this process calls `keep`, since migrating takes as long as many tests.
    """
    _Turn.take()
    found = _lend_sqlite() if connection.vendor == "sqlite" else _lend_postgresql()
    if found:
        _Turn.leave()
    return found


def keep() -> Databases:
    """Right after the migrations: keep a copy for the other processes. Gives what makes more copies of it."""
    copy = _copy_sqlite if connection.vendor == "sqlite" else _copy_postgresql
    if _Turn.file is not None:
        _keep_sqlite() if connection.vendor == "sqlite" else _keep_postgresql()
        _Turn.leave()
    return copy


def url_of_test_database() -> str:
    """For processes that are to use the very database of the test."""
    name = connection.settings_dict["NAME"]
    return f"sqlite:///{name}" if connection.vendor == "sqlite" else url_of(str(name))


def empty_tables(_case: object) -> None:
    """What a test has committed is gone, as by Django's `flush`, which takes six times as long.

    It would truncate, and empty the tables of content types and permissions too, to fill them again.
    """
    tables = set(connection.introspection.django_table_names()) - {"django_content_type", "auth_permission"}
    with transaction.atomic(), connection.cursor() as cursor:
        for table in sorted(tables):
            cursor.execute(f'DELETE FROM "{table}"')


@contextmanager
def empty() -> Iterator[str]:
    """The URL of a new PostgreSQL database with nothing in it, for a program that makes its own tables."""
    name = f"empty_{uuid.uuid4().hex}"
    _on_server(f'CREATE DATABASE "{name}"')
    yield url_of(name)
    _on_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


class _Turn:
    """One process at a time; who dies leaves its turn too."""

    file: IO[str] | None = None

    @classmethod
    def take(cls) -> None:
        cls.file = (_templates() / "template.lock").open("w")
        fcntl.flock(cls.file, fcntl.LOCK_EX)

    @classmethod
    def leave(cls) -> None:
        if cls.file is not None:
            cls.file.close()
        cls.file = None


def _templates() -> Path:
    """Where the template is: with all processes of this run, or of the runs that were told to share one."""
    return Path(os.environ.get(SHARED) or Path(os.environ["COUNTERFOIL_DATA"]).parent)


def _template() -> Path:
    return _templates() / "template.sqlite3"


def _lend_sqlite() -> bool:
    if not _template().exists():
        return False
    shutil.copy(_template(), connection.settings_dict["TEST"]["NAME"])
    return True


def _keep_sqlite() -> None:
    connection.close()
    draft = _template().with_suffix(".draft")
    with (
        closing(sqlite3.connect(connection.settings_dict["NAME"])) as source,
        closing(sqlite3.connect(draft)) as target,
    ):
        source.backup(target)
    draft.rename(_template())


def _copy_sqlite() -> str:
    path = Path(os.environ["COUNTERFOIL_DATA"]) / f"{uuid.uuid4().hex}.sqlite3"
    shutil.copy(_template(), path)
    return f"sqlite:///{path}"


def _lend_postgresql() -> bool:
    with psycopg.connect(url_of("postgres")) as session:
        if session.execute("SELECT 1 FROM pg_database WHERE datname = %s", [TEMPLATE]).fetchone() is None:
            return False
    name = connection.settings_dict["TEST"]["NAME"]
    _on_server(f'CREATE DATABASE "{name}" TEMPLATE "{TEMPLATE}"')
    return True


def _keep_postgresql() -> None:
    name = connection.settings_dict["NAME"]
    connection.close()  # PostgreSQL copies only a database that nobody is in
    _on_server(f'CREATE DATABASE "{TEMPLATE}" TEMPLATE "{name}"')


def _copy_postgresql() -> str:
    name = f"copy_{uuid.uuid4().hex}"
    _on_server(f'CREATE DATABASE "{name}" TEMPLATE "{TEMPLATE}"')
    return url_of(name)


def url_of(name: str) -> str:
    """Of a database on the PostgreSQL server of this run."""
    parts = urlsplit(os.environ["COUNTERFOIL_DATABASE_URL"])
    return parts._replace(path=f"/{name}").geturl()


def _on_server(statement: str) -> Any:
    with psycopg.connect(url_of("postgres"), autocommit=True) as session:
        return session.execute(statement)
