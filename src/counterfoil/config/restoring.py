"""`./counterfoil restore`: a backup becomes an installation, in an empty place and all of it or nothing.

SQLite is restored into a file beside its place, which is then renamed; PostgreSQL in one transaction, tables and all.
"""

import base64
import contextlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from . import preparing
from .archive import Reader, reading
from .backing_up import AT_ONCE, Progress
from .environment import Environment, read
from .failures import CannotRun

SECRET = "COUNTERFOIL_SECRET_KEY"  # noqa: S105 (the variable's name)
MAY_LIE_THERE = {"lost+found"}  # a file system's own folder


def restore(path: Path, *, quiet: bool) -> int:
    """Restore a backup. Returns 1 if `verify` then finds a difference. Raises CannotRun when nothing was changed."""
    with reading(path) as backup:
        key_is_told = SECRET in os.environ
        if os.environ.setdefault(SECRET, backup.secret_key) != backup.secret_key:
            raise CannotRun(
                f"{SECRET} is not the one of the backup, so its passwords could not be read. Leave the variable away: "
                "then the backup's is written into the data folder."
            )
        environment = read()
        _must_be_empty(environment)
        with _folders(environment):
            found = _restore(backup, environment, quiet=quiet)
            if not key_is_told:
                _keep_key(environment, backup.secret_key)
        if not quiet:
            held = f"{backup.manifest.rows:,} rows and {len(backup.manifest.files):,} files"
            print(f"Restored {held} as of {backup.manifest.made_at}.", flush=True)
    if not key_is_told and environment.mode == "production":
        print(f"Set {SECRET} to what stands in {environment.data / 'secret-key'}.", flush=True)
    _prepare()
    return preparing.say(found, quiet=quiet)


def _must_be_empty(environment: Environment) -> None:
    there = {entry.name for entry in environment.data.iterdir()} if environment.data.exists() else set()
    if there - MAY_LIE_THERE:
        raise CannotRun(
            f"A backup is restored into an empty place, and in {environment.data} there is "
            f"{min(there - MAY_LIE_THERE)}. Choose another folder with COUNTERFOIL_DATA, or move away what is there."
        )
    if _is_sqlite(environment) and _file(environment).exists():
        raise CannotRun(f"A backup is restored into an empty place, and {_file(environment)} is there already.")


@contextmanager
def _folders(environment: Environment) -> Iterator[None]:
    """Make the folders that are needed; if it comes to nothing, they go again."""
    wanted = [environment.data, *([_file(environment).parent] if _is_sqlite(environment) else [])]
    new = sorted({one for folder in wanted for one in (folder, *folder.parents) if not one.exists()}, reverse=True)
    try:
        for folder in wanted:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        yield
    except OSError as error:
        raise CannotRun(f"{error.filename or environment.data}: {error.strerror}. Nothing was restored.") from error
    finally:
        for folder in new:  # those that are needed now are not empty any more
            with contextlib.suppress(OSError):
                folder.rmdir()


def _restore(backup: Reader, environment: Environment, *, quiet: bool) -> list[str]:
    """Make the database. Returns what `verify` finds in it."""
    preparing.load_django()
    from django.db import DatabaseError

    place = _beside(_file(environment)) if _is_sqlite(environment) else _one_transaction()
    try:
        with place:
            models = _models(backup)
            _make_tables(backup.manifest.migrations)
            _load(backup, models, quiet=quiet)
            _make_tables(None)
            from counterfoil.books.ledger.verify import differences

            with _files(backup, environment):
                return differences()
    except (DatabaseError, ValueError) as error:
        raise CannotRun(f"The backup could not be restored: {str(error).strip()}. Nothing was changed.") from error


@contextmanager
def _beside(file: Path) -> Iterator[None]:
    """A new SQLite file, put into its place at the end of the block. Until then no power cut can matter to it."""
    from django.db import connection

    draft = file.with_name(f"{file.name}.restoring")
    connection.settings_dict["NAME"] = str(draft)
    told = connection.settings_dict["OPTIONS"]
    connection.settings_dict["OPTIONS"] = told | {"init_command": "PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF;"}
    try:
        draft.touch(mode=0o600, exist_ok=False)
        yield
        connection.close()
        with draft.open("rb") as written:
            os.fsync(written.fileno())
        draft.rename(file)
    finally:
        connection.close()
        draft.unlink(missing_ok=True)
        connection.settings_dict |= {"NAME": str(file), "OPTIONS": told}


@contextmanager
def _one_transaction() -> Iterator[None]:
    """Of a PostgreSQL database that is empty. Raises CannotRun where it isn't."""
    from django.db import connection, transaction

    preparing.reach_database()
    with transaction.atomic():
        if tables := connection.introspection.table_names():
            raise CannotRun(f"A backup is restored into an empty database, and this one has tables: {min(tables)}.")
        yield


def _make_tables(migrations: dict[str, str] | None) -> None:
    """Migrate to these migrations, or to the newest."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from counterfoil.foundation import tables

    executor = MigrationExecutor(connection, lambda *_step: _check_constraints("IMMEDIATE"))
    newest = executor.loader.graph.leaf_nodes()
    wanted = list(migrations.items()) if migrations else newest
    if set(wanted) == set(newest) and tables.are_none():
        tables.make()
    else:
        executor.migrate(wanted)


def _check_constraints(when: str) -> None:
    """PostgreSQL changes no table whose rows it has still to check, so within one transaction it checks each at once.

    Only while rows are loaded it waits: a row may come before the one that it names.
    """
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET CONSTRAINTS ALL {when}")


def _models(backup: Reader) -> dict[str, Any]:
    """Its tables, as this program knows them of its version. Raises CannotRun where they differ."""
    from . import schema

    models = schema.models(backup.manifest.migrations)
    told = {name: sorted(part.columns) for name, part in backup.manifest.tables.items()}
    if told != {name: sorted(schema.columns(model)) for name, model in models.items()}:
        raise CannotRun("The backup has other tables or columns than its version of Counterfoil. Nothing was changed.")
    return models


def _load(backup: Reader, models: dict[str, Any], *, quiet: bool) -> None:
    from django.core.management.color import no_style
    from django.db import connection, transaction

    progress = Progress(quiet=quiet)
    _check_constraints("DEFERRED")
    with transaction.atomic(), connection.cursor() as cursor:
        for table, model in models.items():
            names = backup.manifest.tables[table].columns
            changes = _changes(model, names, vendor=connection.vendor)
            rows = progress.count(table, (_changed(row, changes) for row in backup.rows(table)))
            _insert(cursor, table, names, rows)
        for statement in connection.ops.sequence_reset_sql(no_style(), list(models.values())):
            cursor.execute(statement)
    _check_constraints("IMMEDIATE")


@contextmanager
def _files(backup: Reader, environment: Environment) -> Iterator[None]:
    """What people uploaded goes where this installation keeps it; if it comes to nothing, it goes again."""
    from counterfoil.books.files import keeping

    there: list[str] = []
    try:
        for key in backup.manifest.files:
            with backup.file(key) as content:
                keeping.put_back(key, content)
            there.append(key)
        yield
    except BaseException:
        keeping.forget(there)
        shutil.rmtree(environment.data / "files", ignore_errors=True)  # empty now, and was not there before
        raise


def _insert(cursor: Any, table: str, names: list[str], rows: Iterator[list[Any]]) -> None:
    """Names are those of our own models, compared before."""
    from django.db import connection

    quote = connection.ops.quote_name
    into = f"{quote(table)} ({', '.join(map(quote, names))})"
    if connection.vendor == "postgresql":
        with connection.wrap_database_errors, cursor.copy(f"COPY {into} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    statement = f"INSERT INTO {into} VALUES ({', '.join(['%s'] * len(names))})"  # noqa: S608 (see above)
    while some := list(islice(rows, AT_ONCE)):
        cursor.executemany(statement, some)


def _changes(model: Any, names: list[str], *, vendor: str) -> dict[int, Callable[[Any], Any]]:
    """By the column's place: what has another form in this database than in the file."""
    kinds = {field.column: field.get_internal_type() for field in model._meta.concrete_fields}
    changes: dict[str, Callable[[Any], Any]] = {"BinaryField": base64.b64decode}
    if vendor == "sqlite":
        changes["DateTimeField"] = _as_sqlite_time
    return {place: changes[kinds[name]] for place, name in enumerate(names) if kinds[name] in changes}


def _changed(row: list[Any], changes: dict[int, Callable[[Any], Any]]) -> list[Any]:
    for place, change in changes.items():
        if row[place] is not None:
            row[place] = change(row[place])
    return row


def _as_sqlite_time(text: str) -> str:
    """As Django writes it there: in UTC, without saying so."""
    return str(datetime.fromisoformat(text).astimezone(UTC).replace(tzinfo=None))


def _keep_key(environment: Environment, secret_key: str) -> None:
    """Where no variable gives the key, it lies in the data folder."""
    file = environment.data / "secret-key"
    file.touch(mode=0o600, exist_ok=False)
    file.write_text(secret_key)


def _prepare() -> None:
    """What no backup holds, since it is made again: static files, the cache's table."""
    try:
        preparing.prepare(quiet=True)
    except OSError as error:
        raise CannotRun(
            f"Everything is restored, but the static files could not be written: {error.strerror}. "
            "Run `./counterfoil migrate`."
        ) from error


def _is_sqlite(environment: Environment) -> bool:
    return "sqlite" in str(environment.database["ENGINE"])


def _file(environment: Environment) -> Path:
    return Path(str(environment.database["NAME"]))
