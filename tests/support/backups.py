"""`./counterfoil backup` and `restore` as somebody types them, and what is in a database, read past the program."""

import io
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg

from counterfoil.config import archive

COMMAND = [sys.executable, "-P", "-m", "counterfoil.config.commands"]
NOT_KEPT = {
    "accounts_session",
    "django_session",
    "django_migrations",
    "shared_cache",
    "sqlite_sequence",
    "sqlite_stat1",
}


def told(data: Path, database_url: str = "", **more: str) -> dict[str, str]:
    """The variables of an installation for real, with the secret of the tests unless another is given."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COUNTERFOIL_")}
    said = {
        "COUNTERFOIL_MODE": "production",
        "COUNTERFOIL_DATA": str(data),
        "COUNTERFOIL_URL": "https://portal.example.com",
        "COUNTERFOIL_SECRET_KEY": os.environ["COUNTERFOIL_SECRET_KEY"],
        "COUNTERFOIL_DATABASE_URL": database_url,
    }
    return kept | {name: value for name, value in (said | more).items() if value}


def run(*arguments: object, told: dict[str, str], **options: Any) -> subprocess.CompletedProcess[str]:
    command = [*COMMAND, *map(str, arguments)]
    return subprocess.run(command, env=told, capture_output=True, text=True, check=False, timeout=240, **options)


def rows(url: str) -> dict[str, list[Any]]:
    """Every row of every table that a backup keeps, as the database's own client reads it."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as session:
            tables = [name for (name,) in session.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            return _sorted(session, tables)
    with psycopg.connect(url) as session:
        found = session.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        return _sorted(session, [name for (name,) in found])


def _sorted(session: Any, tables: list[str]) -> dict[str, list[Any]]:
    kept = sorted(set(tables) - NOT_KEPT)
    return {name: sorted(session.execute(f'SELECT * FROM "{name}"').fetchall(), key=repr) for name in kept}


def forged(
    path: Path,
    change: Callable[[archive.Manifest, dict[str, list[str]]], None],
    *,
    stray: str = "",
    instead: bytes | None = None,
) -> Path:
    """A copy in which something was changed by somebody who knows how to make every digest right again.

    With `instead`, that is in every file, and the manifest says otherwise.
    """
    with archive.reading(path) as backup:
        manifest, key = backup.manifest, backup.secret_key
        files = {name: _content(backup, name) for name in manifest.files}
        lines = {table: [json.dumps(row) for row in backup.rows(table)] for table in manifest.tables}
    change(manifest, lines)
    other = path.with_name(f"forged-{path.name}")
    other.unlink(missing_ok=True)
    with archive.writing(other, manifest, secret_key=key) as writer:
        for table, part in manifest.tables.items():
            said = part.rows
            manifest.tables[table] = writer.put_rows(table, part.columns, iter(lines[table]))
            if said < 0:  # the mark of a test that wants the manifest to lie
                manifest.tables[table].rows += 1
        for name, content in files.items():
            writer.put_file(name, io.BytesIO(content if instead is None else instead))
        if stray:
            writer.put(stray, "here")
    return other


def _content(backup: archive.Reader, key: str) -> bytes:
    with backup.file(key) as content:
        return content.read()
