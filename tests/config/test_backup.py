"""`./counterfoil backup` and `./counterfoil restore`, on both databases and between them."""

import ctypes
import json
import os
import resource
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg
import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import connection

from counterfoil.books.files.models import StoredFile
from counterfoil.books.organizations import signing_keys
from counterfoil.books.organizations.models import Organization
from counterfoil.books.sales.models import QuoteSignature
from counterfoil.books.sharing import shared_files
from counterfoil.config import archive, commands
from counterfoil.config.failures import CannotRun
from tests.support import backups, databases
from tests.support.backups import forged, rows, run, told
from tests.support.books import draft_invoice, invoice, pay, quote
from tests.support.cast import Cast
from tests.support.signing import seal_of
from tests.support.site import with_tests
from tests.support.uploads import PDF, picture, put

DAMAGED = r"is damaged|is not a backup"
SECRET = "sk_that_must_be_readable_again"


@pytest.fixture
def books(transactional_db: None, cast: Cast) -> Cast:
    """Something of everything, with what is hard to carry over: secrets, pictures, JSON, Chinese, counters, halves."""
    from counterfoil.books.payments.models import GatewayAccount
    from counterfoil.foundation import clock

    one = invoice(cast, amount="120.335")
    pay(cast, cast.bakery, 5_000, {one.id: 4_000})
    invoice(cast, cast.yunshan, amount="0.01", notes="“云杉” — line one\nline two\tand \\ a backslash")
    draft_invoice(cast, cast.tidewater, gateway_ids=[1, 2])
    cast.studio.logo, cast.studio.logo_kind, cast.studio.logo_digest = bytes(range(256)), "image/png", "abc"
    cast.studio.save()
    GatewayAccount.objects.create(
        organization=cast.studio, kind="sandbox", secret_key=SECRET, webhook_secret="", made_at=clock.now()
    )
    EmailAddress.objects.create(user=cast.olga.user, email=cast.olga.email, primary=True, verified=True)
    return cast


@pytest.fixture
def source(tmp_path: Path) -> dict[str, str]:
    """The variables of the installation whose database is that of the test."""
    return told(tmp_path / "source", databases.url_of_test_database())


@pytest.fixture
def backup(books: Cast, source: dict[str, str], tmp_path: Path) -> Path:
    file = tmp_path / "one.backup"
    done = run("backup", file, told=source)
    assert done.returncode == 0, done.stderr
    return file


_earlier: dict[str, bytes] = {}


@pytest.fixture
def some_backup(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """Of such books, but made for an earlier test: for what is about the file and not about these books."""
    engine = connection.vendor
    if engine not in _earlier:
        _earlier[engine] = request.getfixturevalue("backup").read_bytes()
    file = tmp_path / "one.backup"
    file.write_bytes(_earlier[engine])
    return file


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Callable[..., dict[str, str]]]:
    """`place("sqlite")` is the variables of a new, empty installation."""
    with ExitStack() as made:
        count = iter(range(100))

        def make(engine: str, **more: str) -> dict[str, str]:
            folder = tmp_path / "not" / "there yet" / str(next(count))
            url = made.enter_context(databases.empty()) if engine == "postgresql" else f"sqlite:///{folder}/books.db"
            return told(folder, url, **more)

        yield make


def must_restore(file: Path, into: dict[str, str]) -> None:
    done = run("restore", file, told=into)
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("0 differences\n")


def is_empty(at: dict[str, str]) -> bool:
    """Nothing was made: no folder, no file, no table."""
    url = at["COUNTERFOIL_DATABASE_URL"]
    if url.startswith("postgresql"):
        with psycopg.connect(url) as session:
            if session.execute(
                "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            ).fetchone() != (0,):
                return False
    return not Path(at["COUNTERFOIL_DATA"]).exists()


def refused(file: Path, into: dict[str, str], words: str, **options: Any) -> None:
    """It says why in a sentence, and nothing is there that was not before."""
    done = run("restore", file, told=into, **options)
    assert done.returncode == 2, done.stdout + done.stderr
    assert done.stderr.startswith("counterfoil: "), done.stderr
    assert "Traceback" not in done.stderr
    assert words in done.stderr
    assert is_empty(into)


def test_what_is_restored_is_what_was_there_to_the_last_bit(both_databases, backup, source, place):
    there = place(both_databases)
    must_restore(backup, there)
    before, after = rows(source["COUNTERFOIL_DATABASE_URL"]), rows(there["COUNTERFOIL_DATABASE_URL"])
    assert before.keys() == after.keys()
    assert {name for name in before if before[name] != after[name]} == set()
    assert sum(map(len, after.values())) > 200
    assert run("verify", told=there).stdout == "0 differences\n"


@pytest.fixture
def with_files(books: Cast, source: dict[str, str], tmp_path: Path) -> Path:
    """A backup of books with files, a picture and one that was removed among them."""
    lent = settings.ENVIRONMENT.data / "files"
    put(books.bakery, ("plan.pdf", PDF), by=books.by_ana)
    put(books.bakery, ("photo.png", picture()), by=books.by_ana)
    shared_files.remove(put(books.bakery, ("gone.pdf", PDF), by=books.by_ana), by=books.by_ana)
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "files").symlink_to(lent)
    file = tmp_path / "files.backup"
    done = run("backup", file, told=source)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    assert ", 3 files and the secret key" in done.stdout
    return file


def test_files_come_along_and_are_where_they_were(both_databases, with_files, place):
    there = place(both_databases)
    must_restore(with_files, there)
    plan, photo = StoredFile.objects.present().order_by("id")
    restored = {file.name: file.read_bytes() for file in (Path(there["COUNTERFOIL_DATA"]) / "files").glob("*/*")}
    assert restored.keys() == {plan.key, photo.key, photo.small_key}
    assert restored[plan.key] == PDF
    assert run("verify", told=there).stdout == "0 differences\n"
    next((Path(there["COUNTERFOIL_DATA"]) / "files").glob(f"*/{plan.key}")).unlink()
    done = run("verify", told=there)
    assert f"The store of files has nothing of {plan.key}." in done.stdout
    assert done.returncode == 1


@pytest.mark.either_database
def test_a_file_that_is_not_what_the_backup_says_is_refused(both_databases, with_files, place):
    other = forged(with_files, lambda _manifest, _lines: None, instead=b"something else")
    refused(other, place(both_databases), "does not hold the file")


@pytest.mark.either_database
def test_a_file_under_another_name_than_a_key_is_refused(both_databases, with_files, place):
    def climb(manifest: Any, _lines: Any) -> None:
        manifest.files = {f"../../{key}": part for key, part in manifest.files.items()}

    with archive.reading(with_files) as backup:
        assert len(backup.manifest.files) == 3
    refused(forged(with_files, climb), place(both_databases), "other parts than a backup does")


def test_a_backup_keeps_every_table_and_column_but_sessions(both_databases, backup):
    with archive.reading(backup) as found:
        kept = {name: sorted(part.columns) for name, part in found.manifest.tables.items()}
    with connection.cursor() as cursor:
        there = {
            table: sorted(column.name for column in connection.introspection.get_table_description(cursor, table))
            for table in connection.introspection.table_names(cursor)
            if table not in backups.NOT_KEPT
        }
    assert kept == there


@pytest.mark.either_database
def test_stored_secrets_can_be_read_with_the_key_that_came_along(both_databases, some_backup, place):
    there = place(both_databases)
    must_restore(some_backup, there)
    question = (
        "from counterfoil.config.preparing import load_django; load_django();"
        "from counterfoil.books.payments.models import GatewayAccount; print(GatewayAccount.objects.get().secret_key)"
    )
    asked = subprocess.run([sys.executable, "-c", question], env=there, capture_output=True, text=True, check=True)
    assert asked.stdout.strip() == SECRET
    assert SECRET.encode() not in some_backup.read_bytes()


@pytest.mark.either_database
def test_a_quote_that_is_signed_after_a_restore_is_sealed_with_the_same_certificate(
    both_databases, books, source, place, tmp_path
):
    """Who once imported the organization's certificate goes on trusting what it seals."""
    signing_keys.ready(books.studio.id)
    Organization.objects.filter(id=books.studio.id).update(logo=b"")  # it is no picture that could be printed
    quote(books)
    there = place(both_databases)
    assert run("backup", tmp_path / "b", told=source).returncode == 0
    must_restore(tmp_path / "b", there)
    sign = (
        "from counterfoil.config.preparing import load_django; load_django();"
        "import sys; from tests.support import signing; sys.stdout.buffer.write(signing.signed_anew())"
    )
    path = {"PYTHONPATH": with_tests()}
    done = subprocess.run([sys.executable, "-c", sign], env=there | path, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    # Checked with what this database, which was backed up, has as the organization's certificate.
    assert seal_of(done.stdout, books.studio).bottom_line
    assert not QuoteSignature.objects.exists()
    assert run("verify", told=there).stdout == "0 differences\n"


@pytest.mark.either_database
@pytest.mark.parametrize("kept", [True, False])
def test_where_no_variable_gives_the_key_it_is_kept_in_the_data_folder(books, source, place, tmp_path, kept):
    """In production the variable has to be set afterwards, and that is said; in development it's all."""
    assert run("backup", tmp_path / "b", told=source).returncode == 0
    there = place("sqlite", COUNTERFOIL_SECRET_KEY="", COUNTERFOIL_MODE="production" if kept else "development")
    done = run("restore", tmp_path / "b", told=there)
    key = Path(there["COUNTERFOIL_DATA"]) / "secret-key"
    assert (done.returncode, key.read_text()) == (0, source["COUNTERFOIL_SECRET_KEY"])
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert (f"Set COUNTERFOIL_SECRET_KEY to what stands in {key}." in done.stdout) == kept
    if not kept:
        assert run("verify", told=there).returncode == 0


@pytest.mark.either_database
def test_another_key_is_refused(both_databases, some_backup, place):
    refused(some_backup, place(both_databases, COUNTERFOIL_SECRET_KEY="another" * 8), "not the one of the backup")


@pytest.mark.postgres
def test_a_backup_moves_from_one_database_to_the_other_and_back(backup, source, place):
    to_sqlite, to_postgres = place("sqlite"), place("postgresql")
    must_restore(backup, to_sqlite)
    second = backup.with_name("second.backup")
    assert run("backup", second, told=to_sqlite).returncode == 0
    must_restore(second, to_postgres)
    assert rows(to_postgres["COUNTERFOIL_DATABASE_URL"]) == rows(source["COUNTERFOIL_DATABASE_URL"])


@pytest.mark.postgres
def test_counters_go_on_where_they_were(both_databases, some_backup, place):
    there = place("postgresql")
    must_restore(some_backup, there)
    with psycopg.connect(there["COUNTERFOIL_DATABASE_URL"]) as session:
        for table in ("django_content_type", "auth_permission", "account_emailaddress"):
            largest, following = session.execute(
                f"SELECT max(id), nextval(pg_get_serial_sequence('{table}', 'id')) FROM {table}"
            ).fetchone()
            assert following == largest + 1


def test_nobody_else_may_read_it_and_nothing_is_left_beside_it(backup):
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert [file.name for file in backup.parent.iterdir() if "partial" in file.name] == []


def test_a_file_that_is_there_is_overwritten_only_when_told(books, source, tmp_path):
    file = tmp_path / "b"
    file.write_text("an older one")
    done = run("backup", file, told=source)
    assert (done.returncode, file.read_text()) == (2, "an older one")
    assert "is there already" in done.stderr
    assert run("backup", file, "--force", told=source).returncode == 0
    with archive.reading(file) as found:
        assert found.manifest.rows > 200


@pytest.mark.parametrize("target", ["no/such/folder/b", "."])
def test_where_no_file_can_be_is_said(books, source, tmp_path, target):
    done = run("backup", tmp_path / target, "--force", told=source)
    assert done.returncode == 2
    assert "can't be written" in done.stderr


# What Python compiles must not be cut off too, or every program after it would find it so.
KEPT_NOWHERE = {"PYTHONDONTWRITEBYTECODE": "1"}


def limited() -> None:
    """As on a full disk: no file may grow beyond this."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))


def without_superpowers() -> None:
    """As root, permissions count for nothing; take that away before the program starts."""
    if os.geteuid() == 0:
        for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
            ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP


def test_a_full_disk_leaves_no_backup_and_the_old_one(books, source, tmp_path):
    file = tmp_path / "b"
    file.write_text("an older one")
    done = run("backup", file, "--force", told=source | KEPT_NOWHERE, preexec_fn=limited)
    assert done.returncode == 2
    assert "could not be written: File too large. There is no backup." in done.stderr
    assert file.read_text() == "an older one"
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".")] == []


def test_a_full_disk_leaves_nothing_restored(books, source, place, tmp_path):
    assert run("backup", tmp_path / "b", told=source).returncode == 0
    refused(tmp_path / "b", place("sqlite") | KEPT_NOWHERE, "Nothing was", preexec_fn=limited)


@pytest.mark.either_database
def test_a_folder_that_may_not_be_written_to_is_said(both_databases, some_backup, place, tmp_path):
    there = place("sqlite")
    must_restore(some_backup, there)
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    done = run("backup", locked / "b", told=there, preexec_fn=without_superpowers)
    assert done.returncode == 2
    assert "could not be written: Permission denied" in done.stderr
    for data, database, words in [
        (tmp_path / "data", locked, "Permission denied"),
        (locked / "data", tmp_path, "can be written to"),
    ]:
        refused(some_backup, told(data, f"sqlite:///{database}/books.db"), words, preexec_fn=without_superpowers)


def test_without_a_database_there_is_nothing_to_save(place, tmp_path):
    there = place("sqlite")
    done = run("backup", tmp_path / "b", told=there)
    assert done.returncode == 2
    assert done.stderr.strip().endswith("Run `./counterfoil migrate` first.")
    assert not (tmp_path / "b").exists()
    assert is_empty(there)


def test_a_place_that_is_not_empty_is_left_as_it_is(both_databases, some_backup, place):
    there = place(both_databases)
    must_restore(some_backup, there)
    before = rows(there["COUNTERFOIL_DATABASE_URL"])
    again = run("restore", some_backup, told=there)
    assert again.returncode == 2
    assert "into an empty place" in again.stderr
    elsewhere = there | {"COUNTERFOIL_DATA": f"{there['COUNTERFOIL_DATA']}-other"}
    if both_databases == "postgresql":
        again = run("restore", some_backup, told=elsewhere)
        assert again.returncode == 2
        assert "into an empty database" in again.stderr
        assert not Path(elsewhere["COUNTERFOIL_DATA"]).exists()
    assert rows(there["COUNTERFOIL_DATABASE_URL"]) == before


def test_a_database_file_elsewhere_is_not_overwritten_either(books, source, tmp_path):
    assert run("backup", tmp_path / "b", told=source).returncode == 0
    file = tmp_path / "books.db"
    sqlite3.connect(file).close()
    file.write_bytes(b"somebody's")
    there = told(tmp_path / "data", f"sqlite:///{file}")
    refused(tmp_path / "b", there, "is there already")
    assert file.read_bytes() == b"somebody's"


@pytest.mark.parametrize("content", [b"", b"a letter", b"PK\x03\x04 and no more", b"SQLite format 3\0"])
def test_what_is_no_backup_is_said_to_be_none(place, tmp_path, content):
    (tmp_path / "b").write_bytes(content)
    refused(tmp_path / "b", place("sqlite"), "is not a backup of Counterfoil")


@pytest.mark.either_database
def test_a_cut_or_changed_file_is_refused(both_databases, some_backup, place):
    whole = some_backup.read_bytes()
    some_backup.write_bytes(whole[: len(whole) // 2])
    refused(some_backup, place(both_databases), "is damaged")
    some_backup.write_bytes(
        whole[: len(whole) // 2] + bytes([whole[len(whole) // 2] ^ 1]) + whole[len(whole) // 2 + 1 :]
    )
    refused(some_backup, place(both_databases), "is damaged")


def test_no_byte_can_be_changed_and_no_end_cut_off_unnoticed(books, source, tmp_path):
    file = tmp_path / "b"
    assert run("backup", file, told=source).returncode == 0
    whole = file.read_bytes()
    with archive.reading(file) as found:
        assert found.manifest.rows
    spots = [*range(0, len(whole), len(whole) // 150), *range(len(whole) - 200, len(whole))]
    for spot in spots:
        file.write_bytes(whole[:spot] + bytes([whole[spot] ^ 0x20]) + whole[spot + 1 :])
        with pytest.raises(CannotRun, match=DAMAGED), archive.reading(file):
            pass
        file.write_bytes(whole[:spot])
        with pytest.raises(CannotRun, match=DAMAGED), archive.reading(file):
            pass


@pytest.mark.either_database
def test_one_of_a_newer_version_is_refused_by_its_name(both_databases, some_backup, place):
    def newer(manifest: Any, _lines: Any) -> None:
        manifest.migrations["sales"] = "0999_from_the_future"

    refused(
        forged(some_backup, newer), place(both_databases), "newer version of Counterfoil (sales 0999_from_the_future)"
    )


@pytest.mark.long
def test_one_of_an_older_version_is_restored_and_then_migrated(both_databases, some_backup, place, tmp_path):
    """As somebody does who moves to a new machine and a new version at once."""
    old = place(both_databases)
    must_restore(some_backup, old)
    back = [sys.executable, "-m", "django", "migrate", "payments", "0001_initial"]
    settings = {"DJANGO_SETTINGS_MODULE": "counterfoil.config.settings"}
    subprocess.run(back, env=old | settings, capture_output=True, check=True)
    assert run("verify", told=old).returncode == 2, "this version has no use for it"
    assert run("backup", tmp_path / "old", told=old).returncode == 0
    with archive.reading(tmp_path / "old") as found:
        assert found.manifest.migrations["payments"] == "0001_initial"
        assert "number_key" not in found.manifest.tables["payments_payment"].columns
    new = place(both_databases)
    must_restore(tmp_path / "old", new)
    assert rows(new["COUNTERFOIL_DATABASE_URL"])["payments_payment"]


def lose_the_invoices(manifest: Any, lines: dict[str, list[str]]) -> None:
    lines["sales_invoice"] = []


def shorten_a_row(_manifest: Any, lines: dict[str, list[str]]) -> None:
    lines["ledger_leg"][0] = json.dumps(json.loads(lines["ledger_leg"][0])[:-1])


def say_more_than_there_is(manifest: Any, _lines: Any) -> None:
    manifest.tables["ledger_leg"].rows = -1


def write_no_json(_manifest: Any, lines: dict[str, list[str]]) -> None:
    lines["ledger_leg"][0] = "DROP TABLE"


def name_another_table(manifest: Any, lines: dict[str, list[str]]) -> None:
    manifest.tables["../../evil"] = archive.Part(["id"])
    lines["../../evil"] = ["[1]"]


def name_another_column(manifest: Any, _lines: Any) -> None:
    manifest.tables["ledger_leg"].columns[0] = 'id") VALUES (1); --'


@pytest.mark.either_database
@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lose_the_invoices, "could not be restored"),
        (shorten_a_row, "other columns than it names"),
        (say_more_than_there_is, "does not hold the rows of ledger_leg"),
        (write_no_json, "is damaged"),
        (name_another_table, "other tables or columns"),
        (name_another_column, "other tables or columns"),
    ],
)
def test_a_forged_backup_changes_nothing(both_databases, some_backup, place, change, words):
    refused(forged(some_backup, change), place(both_databases), words)


@pytest.mark.parametrize("stray", ["../../evil", "/tmp/evil", "rows/../../evil.jsonl", "secret-key"])
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_part_that_would_climb_out_is_refused_and_nothing_is_unpacked(books, source, place, tmp_path, stray):
    assert run("backup", tmp_path / "b", told=source).returncode == 0
    file = forged(tmp_path / "b", lambda *_: None, stray=stray)
    refused(file, place("sqlite"), "holds other parts than a backup does")
    assert not [found for found in (tmp_path / "evil", tmp_path.parent / "evil", Path("/tmp/evil")) if found.exists()]


def test_a_difference_in_the_books_is_named_and_kept(both_databases, books, source, place, tmp_path):
    """It was there before, and a backup that could not be restored would help nobody."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_customerbalance SET receivable_minor = receivable_minor + 1")
    assert run("backup", tmp_path / "b", told=source).returncode == 0
    there = place(both_databases)
    done = run("restore", tmp_path / "b", told=there)
    assert done.returncode == 1
    assert "is said to owe" in done.stdout
    assert rows(there["COUNTERFOIL_DATABASE_URL"]) == rows(source["COUNTERFOIL_DATABASE_URL"])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_who_is_told_to_stop_leaves_nothing_half_written(tmp_path, number):
    before = signal.getsignal(number)
    # Whoever runs the tests in the background has Ctrl-C ignored.
    signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
    manifest = archive.Manifest("0", "sqlite", "", {})
    try:
        with (
            pytest.raises(SystemExit) as end,
            commands._cleaning_up(),
            archive.writing(tmp_path / "b", manifest, secret_key="k"),
        ):
            assert len(list(tmp_path.iterdir())) == 1
            os.kill(os.getpid(), number)
            time.sleep(5)
    finally:
        signal.signal(number, before)
    assert end.value.code == 128 + number
    assert list(tmp_path.iterdir()) == []
