"""An empty database gets its tables at once, and they are those that all migrations would have made."""

import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.support import databases
from tests.support.run import engine

STEP_BY_STEP = """
import django
django.setup()
from django.core.management.commands.migrate import Command
from django.core.management import call_command
call_command(Command(), interactive=False, verbosity=0)
"""
AT_ONCE = STEP_BY_STEP.replace(
    "django.core.management.commands.migrate", "counterfoil.foundation.management.commands.migrate"
)
# Of a table of PostgreSQL: its columns, what holds of them, and its indexes, whatever their order.
COLUMNS = """SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, column_default
    FROM information_schema.columns WHERE table_schema = 'public'
    AND table_name <> 'auth_group_permissions'"""  # Django's own, which we have no use for; its ids are shorter
CONSTRAINTS = """SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace"""
# An index of a foreign key is called by Django after the column as it was called when it was made.
INDEXES = r"""SELECT regexp_replace(indexdef, '\w+_[0-9a-f]{8} ON', 'an index ON') FROM pg_indexes
    WHERE schemaname = 'public'"""


def run(program: str, url: str) -> None:
    told = {"DJANGO_SETTINGS_MODULE": "counterfoil.config.settings", "COUNTERFOIL_DATABASE_URL": url}
    subprocess.run([sys.executable, "-c", program], env=os.environ | told, check=True, capture_output=True)


def looks(url: str) -> dict[str, Any]:
    """The tables with all that holds of them, and the rows in them."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(urlsplit(url).path.removeprefix("/"))) as file:
            made = file.execute("SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'").fetchall()
            tables = [name for name, sql in made if sql.startswith("CREATE TABLE")]
            rows = {name: sorted(file.execute(f'SELECT * FROM "{name}"').fetchall()) for name in tables}
        found: dict[str, Any] = {name: sorted(parts(sql)) for name, sql in made}
    else:
        with psycopg.connect(url) as session:
            found = {one: sorted(session.execute(one).fetchall(), key=repr) for one in (COLUMNS, CONSTRAINTS, INDEXES)}
            names = {str(row[0]) for row in found[COLUMNS]}
            rows = {name: session.execute(f'SELECT * FROM "{name}"').fetchall() for name in names}
    rows = {name: len(table) for name, table in rows.items()}
    return found | {"rows": rows}


def differences(one: dict[str, Any], other: dict[str, Any]) -> list[Any]:
    found: list[Any] = []
    for name in sorted(one.keys() | other.keys()):
        these, those = one.get(name), other.get(name)
        if these != those and isinstance(these, list) and isinstance(those, list):
            found += [("at once", row) for row in these if row not in those]
            found += [("step by step", row) for row in those if row not in these]
        elif these != those:
            found += [(name, these, those)]
    return found


def parts(sql: str) -> list[str]:
    """What stands between the commas of a CREATE TABLE; columns that came later stand last."""
    table = re.fullmatch(r'(CREATE TABLE "\w+") \((.*)\)', sql, re.DOTALL)
    if table is None:
        return [sql]
    found, depth = [table[1], ""], 0
    for letter in table[2]:
        depth += (letter == "(") - (letter == ")")
        if letter == "," and not depth:
            found.append("")
        else:
            found[-1] += letter
    return [one.strip() for one in found]


@pytest.mark.both_databases
@pytest.mark.long
def test_both_ways_make_the_same_tables_with_the_same_in_them(tmp_path: Any) -> None:
    if engine() == "sqlite":
        step_by_step, at_once = (f"sqlite:///{tmp_path / name}.sqlite3" for name in ("step", "once"))
        run(STEP_BY_STEP, step_by_step)
        run(AT_ONCE, at_once)
        assert not differences(looks(at_once), looks(step_by_step))
        return
    with databases.empty() as step_by_step, databases.empty() as at_once:
        run(STEP_BY_STEP, step_by_step)
        run(AT_ONCE, at_once)
        assert not differences(looks(at_once), looks(step_by_step))
