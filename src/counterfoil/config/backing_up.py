"""`./counterfoil backup`: everything as of one moment in one file, while people work."""

import base64
import json
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from counterfoil import __version__

from . import preparing
from .archive import Manifest, Writer, writing
from .failures import CannotRun

AT_ONCE = 2_000  # rows
SPEAK_EVERY = 5  # seconds
FILES = "files_storedfile"


def back_up(path: Path, *, force: bool, quiet: bool) -> None:
    """Write the backup. Raises CannotRun, and leaves no file, when that can't be done."""
    if path.exists() and not force:
        raise CannotRun(f"{path} is there already. Choose another name, or overwrite it with --force.")
    if path.is_dir() or not path.parent.is_dir():
        raise CannotRun(f"{path} can't be written: that needs a file's name in a folder that is there.")
    preparing.load_django()
    preparing.must_exist()
    try:
        manifest = _write(path, quiet=quiet)
    except OSError as error:
        raise CannotRun(f"{path} could not be written: {error.strerror or error}. There is no backup.") from error
    if not quiet:
        size = path.stat().st_size / 1_000_000
        held = f"{manifest.rows:,} rows of {len(manifest.tables)} tables, {len(manifest.files):,} files"
        print(f"{path}: {held} and the secret key, {size:.1f} MB")


def _write(path: Path, *, quiet: bool) -> Manifest:
    from django.conf import settings
    from django.db import DatabaseError, connection

    from counterfoil.foundation.transactions import snapshot

    from . import schema

    try:
        with snapshot():
            # The first question fixes the moment that everything else is read as of.
            manifest = Manifest(__version__, connection.vendor, _now(), schema.applied())
            if not manifest.migrations:
                raise CannotRun("There is nothing in the database yet.")
            with writing(path, manifest, secret_key=settings.SECRET_KEY) as writer:
                models = schema.models(manifest.migrations)
                _write_tables(writer, manifest, models, quiet=quiet)
                _write_files(writer, manifest, models)
    except DatabaseError as error:
        raise CannotRun(f"The database could not be read: {str(error).strip()}. There is no backup.") from error
    return manifest


def _write_tables(writer: Writer, manifest: Manifest, models: dict[str, Any], *, quiet: bool) -> None:
    from . import schema

    progress = Progress(quiet=quiet)
    for table, model in sorted(models.items()):
        lines = progress.count(table, (_line(row) for row in _rows(model)))
        manifest.tables[table] = writer.put_rows(table, schema.columns(model), lines)


def _write_files(writer: Writer, manifest: Manifest, models: dict[str, Any]) -> None:
    """What people uploaded, of the rows as they are written. A removed file stays in the store for longer than this."""
    from counterfoil.books.files import keeping
    from counterfoil.books.files.missing import Missing

    files = models.get(FILES)
    if files is None:  # of before there were any
        return
    there = files._base_manager.filter(removed_at__isnull=True).order_by("pk").values_list("key", "small_key")
    for key in (key for pair in there.iterator(chunk_size=AT_ONCE) for key in pair if key):
        try:
            with keeping.content_of(key) as content:
                manifest.files[key] = writer.put_file(key, content)
        except Missing:
            print(f"The content of the file {key} is missing and is not in the backup.", file=sys.stderr)


def _rows(model: Any) -> Iterator[tuple[Any, ...]]:
    """Rows by key. What the database holds encrypted or as JSON is taken as it stands there."""
    from django.db.models import ExpressionWrapper, F, JSONField, TextField

    from counterfoil.foundation.encryption import EncryptedField

    as_it_stands = (JSONField, EncryptedField)
    selected = [
        ExpressionWrapper(F(field.attname), TextField()) if isinstance(field, as_it_stands) else F(field.attname)
        for field in model._meta.concrete_fields
    ]
    rows: Iterator[tuple[Any, ...]] = (
        model._base_manager.order_by("pk").values_list(*selected).iterator(chunk_size=AT_ONCE)
    )
    return rows


def _line(row: tuple[Any, ...]) -> str:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"), default=_as_text)


def _as_text(value: object) -> str:
    """What JSON has no word for, in the form that both databases read."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, bytes | bytearray | memoryview):
        return base64.b64encode(value).decode()
    raise TypeError(f"a backup can't hold a {type(value).__name__}")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


class Progress:
    """A word now and then, while it takes long."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet, self._rows, self._spoken_at = quiet, 0, time.monotonic()

    def count(self, table: str, rows: Iterator[Any]) -> Iterator[Any]:
        for row in rows:
            self._rows += 1
            if self._rows % AT_ONCE == 0 and not self._quiet and time.monotonic() - self._spoken_at > SPEAK_EVERY:
                self._spoken_at = time.monotonic()
                print(f"{self._rows:,} rows, now {table}", file=sys.stderr, flush=True)
            yield row
