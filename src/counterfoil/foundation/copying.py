"""Writing many rows at once, for what brings a history in one go: COPY on PostgreSQL, one statement on SQLite.

Nothing is checked here but what the database checks itself. Verbs write their rows one by one.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any

from django.db import connection, models


def columns(model: type[models.Model]) -> list[str]:
    """The columns of a table, in the order in which `write_rows` takes their values."""
    return [field.attname for field in model._meta.concrete_fields]


def values(row: models.Model) -> list[Any]:
    """A row that was not saved, as `write_rows` takes it."""
    return [
        json.dumps(value, ensure_ascii=False) if is_json and value is not None else value
        for name, is_json in _fields(type(row))
        for value in [getattr(row, name)]
    ]


@lru_cache(maxsize=64)
def _fields(model: type[models.Model]) -> tuple[tuple[str, bool], ...]:
    return tuple((field.attname, isinstance(field, models.JSONField)) for field in model._meta.concrete_fields)


def write_rows(model: type[models.Model], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows, each with a value for every column: dates as dates, decimals as Decimal, JSON as its text."""
    table = connection.ops.quote_name(model._meta.db_table)
    names = ", ".join(connection.ops.quote_name(str(field.column)) for field in model._meta.concrete_fields)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    places = ", ".join(["%s"] * len(model._meta.concrete_fields))
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", list(_adapted(model, rows)))  # noqa: S608


def _adapted(model: type[models.Model], rows: Iterable[Sequence[Any]]) -> Iterable[Sequence[Any]]:
    """As Django stores moments, days and decimals where the database has no types for them."""
    adapters: list[tuple[int, Callable[[Any], Any]]] = []
    for place, field in enumerate(model._meta.concrete_fields):
        if isinstance(field, models.DateTimeField):
            adapters.append((place, connection.ops.adapt_datetimefield_value))
        elif isinstance(field, models.DateField):
            adapters.append((place, connection.ops.adapt_datefield_value))
        elif isinstance(field, models.DecimalField):
            adapters.append((place, str))
    for row in rows:
        values = list(row)
        for place, adapt in adapters:
            if values[place] is not None:
                values[place] = adapt(values[place])
        yield values
