"""What every test begins with, made through verbs once in a while and otherwise copied, row by row.

A copy is the very rows that the verbs wrote, put into the test's own transaction, and is thrown away with it. Only
the ids are the same from one test to the next.
"""

import pickle
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any, TypeVar

from django.apps import apps
from django.db import connection, transaction

from counterfoil.foundation import clock

KEPT = 600  # seconds; what stands in the rows as a moment is minutes old at most

Thing = TypeVar("Thing")
Rows = dict[str, set[tuple[Any, ...]]]


@dataclass
class Kept:
    """What was made, and what that did to the tables."""

    key: int  # tells the one that was made now from those of before
    ground: int  # the key of what was there already
    until: float
    thing: bytes
    gone: Rows
    come: Rows
    columns: dict[str, list[str]]
    script: str = ""  # for PostgreSQL: everything in one go

    def put(self) -> None:
        """Do the same to the tables of this test."""
        with transaction.atomic(), connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                self.script = self.script or ";".join(
                    cursor.mogrify(sql, row) for sql, rows in self._statements() for row in rows
                )
                cursor.execute(self.script)
                return
            for sql, rows in self._statements():
                cursor.executemany(sql, rows)

    def _statements(self) -> list[tuple[str, list[tuple[Any, ...]]]]:
        found = [
            (f'DELETE FROM "{table}" WHERE "{self.columns[table][0]}" = %s', [row[:1] for row in rows])
            for table, rows in self.gone.items()
            if rows
        ]
        for table, rows in self.come.items():
            if rows:
                names = ", ".join(f'"{name}"' for name in self.columns[table])
                places = ", ".join(["%s"] * len(self.columns[table]))
                found.append(
                    (f'INSERT INTO "{table}" ({names}) VALUES ({places})', sorted(rows, key=lambda row: row[0]))
                )
        return found


_kept: dict[str, Kept] = {}
_there: dict[str, int] = {"": 0}  # what this test begins with: the key of each
_keys = count(1)


def copied(name: str, make: Callable[[], Thing], *, upon: str = "") -> Thing:
    """What `make` makes upon something else, or a copy of what it made a moment ago upon the same."""
    if clock._offset:  # a test that moves time before it begins
        _there[name] = next(_keys)
        return make()
    kept = _kept.get(name)
    if kept and kept.ground == _there[upon] and time.monotonic() < kept.until:
        kept.put()
        _there[name] = kept.key
        copy: Thing = pickle.loads(kept.thing)
        return copy
    columns, before = _everything()
    made = make()
    _there[name] = next(_keys)
    after = _everything()[1]
    _kept[name] = Kept(
        key=_there[name],
        ground=_there[upon],
        until=time.monotonic() + KEPT,
        thing=pickle.dumps(made),
        gone={table: before[table] - after[table] for table in after},
        come={table: after[table] - before[table] for table in after},
        columns=columns,
    )
    return made


def _everything() -> tuple[dict[str, list[str]], Rows]:
    """The columns, the key first, and the rows of every table."""
    columns: dict[str, list[str]] = {}
    rows: Rows = {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            table, key = model._meta.db_table, model._meta.pk
            fields = [key, *(field for field in model._meta.concrete_fields if field != key)]
            columns[table] = [str(field.column) for field in fields]
            names = ", ".join(f'"{name}"' for name in columns[table])
            cursor.execute(f'SELECT {names} FROM "{table}"')
            rows[table] = set(cursor.fetchall())
    return columns, rows
