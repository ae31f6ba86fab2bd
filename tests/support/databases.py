"""Databases for processes of a test's own: empty but migrated, made by copying one that was migrated once."""

import os
import shutil
import sqlite3
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
from django.db import connection, transaction

Databases = Callable[[], str]  # each call makes one and returns its URL, for COUNTERFOIL_DATABASE_URL


def copier(folder: Path) -> Iterator[Databases]:
    """What makes copies of the test database as it is now, which must be right after its migrations."""
    return _sqlite(folder) if connection.vendor == "sqlite" else _postgresql()


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


def _sqlite(folder: Path) -> Iterator[Databases]:
    template = folder / "template.sqlite3"
    connection.close()
    with (
        closing(sqlite3.connect(connection.settings_dict["NAME"])) as source,
        closing(sqlite3.connect(template)) as target,
    ):
        source.backup(target)

    def make() -> str:
        path = folder / f"{uuid.uuid4().hex}.sqlite3"
        shutil.copy(template, path)
        return f"sqlite:///{path}"

    yield make


def _postgresql() -> Iterator[Databases]:
    source = str(connection.settings_dict["NAME"])
    template = f"template_{source}"
    connection.close()  # PostgreSQL copies only a database that nobody is in
    _on_server(f'CREATE DATABASE "{template}" TEMPLATE "{source}"')
    made = [template]

    def make() -> str:
        name = f"copy_{uuid.uuid4().hex}"
        _on_server(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        made.append(name)
        return url_of(name)

    yield make
    for name in made:
        _on_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def url_of(name: str) -> str:
    """Of a database on the PostgreSQL server of this run."""
    parts = urlsplit(os.environ["COUNTERFOIL_DATABASE_URL"])
    return parts._replace(path=f"/{name}").geturl()


def _on_server(statement: str) -> Any:
    with psycopg.connect(url_of("postgres"), autocommit=True) as session:
        return session.execute(statement)
