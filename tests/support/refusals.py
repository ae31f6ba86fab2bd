"""A verb that refuses changes nothing, not even the log."""

import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

APPS = (
    "accounts",
    "organizations",
    "customers",
    "ledger",
    "sales",
    "payments",
    "projects",
    "conversations",
    "merging",
    "files",
    "outbound",
    "imports",
    "foundation",
)


@contextmanager
def refused(code: str, *, field: str | None = None) -> Iterator[Any]:
    """Inside, a verb refuses with this code, beside this field, and every row of the books is as it was.

    Gives what pytest knows of the refusal, once it was raised.
    """
    from counterfoil.foundation.refusal import Refused

    before = raw()
    with pytest.raises(Refused) as refusal:
        yield refusal
    assert refusal.value.code == code
    assert str(refusal.value.sentence)
    if field is not None:
        assert refusal.value.field == field
    assert raw() == before


def everything(only: Collection[str] | None = None) -> dict[str, list[dict[str, Any]]]:
    """Every row of the books or of some tables, by table. Who is or was signed in last is not of the books."""
    models = [model for model in _models() if only is None or model._meta.label in only]
    return {
        model._meta.label: [
            {name: value for name, value in row.items() if name != "last_login"}
            for row in model._default_manager.order_by("pk").values()
        ]
        for model in models
    }


_read: dict[str, Any] = {}


def raw() -> dict[str, list[Any]]:
    """The same as the database has it, which can be compared but not read. It takes a tenth of the time.

    Where SQLite has counted no change since it was read last, it is what was read last.
    """
    counted = _changes_counted()
    if counted is None or _read.get("at") != counted:
        _read["rows"] = _raw()
        _read["at"] = _changes_counted()
    rows: dict[str, list[Any]] = _read["rows"]
    return rows


def forget_what_was_read() -> None:
    """After something was rolled back, which is not counted."""
    _read.clear()


def _changes_counted() -> tuple[Any, ...] | None:
    """What differs after any change by this connection or another, in this test; None where nothing counts them."""
    if connection.vendor != "sqlite":
        return None
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA data_version")
        (of_others,) = cursor.fetchone()
        return os.environ.get("PYTEST_CURRENT_TEST"), connection.connection.total_changes, of_others


def _raw() -> dict[str, list[Any]]:
    with connection.cursor() as cursor:
        found = {}
        for label, question in _questions().items():
            cursor.execute(question)
            found[label] = cursor.fetchall()
        return found


@cache
def _questions() -> dict[str, str]:
    return {model._meta.label: _question(model._meta) for model in _models()}


def _models() -> list[Any]:
    models = [model for label in APPS for model in apps.get_app_config(label).get_models()]
    return [model for model in models if model._meta.label != "accounts.Session"]


def _question(table: Any) -> str:
    columns = ", ".join(f'"{field.column}"' for field in table.concrete_fields if field.name != "last_login")
    return f'SELECT {columns} FROM "{table.db_table}" ORDER BY "{table.pk.column}"'
