"""What is uploaded is in the store before there is a row of it, whole or not at all, and goes when no row has it."""

import io
import os
import stat
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from counterfoil.books.files import keeping
from counterfoil.books.files.missing import Missing
from counterfoil.books.files.models import StoredFile
from counterfoil.books.files.store import Folder, fresh_key
from counterfoil.books.sharing import shared_files
from counterfoil.foundation import clock
from counterfoil.foundation.actors import SYSTEM
from counterfoil.foundation.refusal import Refused
from tests.support.books import draft_invoice
from tests.support.cast import Cast
from tests.support.refusals import refused
from tests.support.uploads import PAGE, PDF, picture, put, upload


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Folder:
    """A store of the test's own."""
    own = Folder(tmp_path / "files")
    monkeypatch.setattr(keeping, "the_store", lambda: own)
    return own


def keys(store: Folder) -> set[str]:
    return {key for key, _made in store.kept()}


def test_what_was_put_is_there_for_nobody_else_and_under_no_name(store: Folder, tmp_path: Path) -> None:
    with keeping.taken_in([upload("../secret plan.pdf", PDF)]) as (kept,):
        pass
    assert (kept.name, kept.kind, kept.size) == ("secret plan.pdf", "pdf", len(PDF))
    (place,) = [path for path in (tmp_path / "files").rglob("*") if path.is_file()]
    assert place.name == kept.key
    assert "secret" not in str(place.relative_to(tmp_path))
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert place.read_bytes() == PDF
    assert len({fresh_key() for _ in range(50)}) == 50


def test_a_picture_has_a_small_one_beside_it(store: Folder) -> None:
    with keeping.taken_in([upload("a.png", picture())]) as (kept,):
        assert keys(store) == {kept.key, kept.small_key}
        assert store.open(kept.small_key).read()[8:12] == b"WEBP"


def test_one_that_is_refused_leaves_nothing_of_the_others(store: Folder) -> None:
    with pytest.raises(Refused) as caught, keeping.taken_in([upload("a.pdf", PDF), upload("photo.png", PAGE)]):
        raise AssertionError("nothing may be taken in")
    assert (caught.value.code, caught.value.field) == ("FILE_KIND", "file")
    assert str(caught.value.sentence).startswith("photo.png: ")
    assert keys(store) == set()


def test_what_nothing_comes_of_is_taken_out_at_once(store: Folder) -> None:
    with pytest.raises(RuntimeError), keeping.taken_in([upload("a.png", picture())]):
        assert len(keys(store)) == 2
        raise RuntimeError("as when the database is lost")
    assert keys(store) == set()


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ([], "NO_FILES"),
        ([("a.pdf", PDF)] * 11, "TOO_MANY_FILES"),
        ([("a.pdf", b"")], "FILE_EMPTY"),
        ([("a.pdf", PDF + b" " * 2_000)], "FILE_TOO_LARGE"),
    ],
)
def test_how_many_and_how_large_they_may_be(store: Folder, settings: Any, files: Any, code: str) -> None:
    settings.LARGEST_UPLOAD = 1_500
    with pytest.raises(Refused) as caught, keeping.taken_in([upload(*one) for one in files]):
        raise AssertionError("nothing may be taken in")
    assert (caught.value.code, caught.value.field) == (code, "file")
    assert keys(store) == set()


def test_a_full_disk_is_said_and_leaves_nothing_half_written(
    store: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Refused) as caught, keeping.taken_in([upload("a.pdf", PDF)]):
        raise AssertionError("nothing may be taken in")
    assert caught.value.code == "NOT_STORED"
    assert [path for path in (tmp_path / "files").rglob("*") if path.is_file()] == []


def test_a_file_is_on_the_disk_before_it_has_its_name_and_the_name_before_it_is_told(
    store: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else what is told to be kept may be gone, or empty, after the power fails."""
    synced = list[tuple[bool, int, int]]()

    def watched(descriptor: int) -> None:
        found = os.fstat(descriptor)
        named = [path for path in (tmp_path / "files").rglob("*") if path.is_file() and path.name[0] != "."]
        synced.append((stat.S_ISREG(found.st_mode), found.st_size if stat.S_ISREG(found.st_mode) else 0, len(named)))

    monkeypatch.setattr(os, "fsync", watched)
    with keeping.taken_in([upload("a.pdf", PDF)]):
        assert synced == [(True, len(PDF), 0), (False, 0, 1)]


@pytest.mark.parametrize("key", ["../" * 3 + "etc/passwd", "", "a" * 42, "a" * 44, "/" + "a" * 42, "a" * 42 + "\n"])
def test_no_other_key_leads_anywhere(store: Folder, key: str) -> None:
    for act in (store.open, store.remove, store.has, lambda one: store.put(one, io.BytesIO(b""))):
        with pytest.raises(ValueError, match="no key"):
            act(key)


def test_a_row_without_its_content_says_so(store: Folder) -> None:
    with pytest.raises(Missing):
        store.open("a" * 43)
    with pytest.raises(Missing):
        keeping.opened_small(StoredFile(key="a" * 43))


def test_the_sweep_takes_what_no_row_has_had_for_a_day_and_nothing_else(cast: Cast, store: Folder) -> None:
    kept = put(cast.bakery, ("a.png", picture()), by=cast.by_ana)
    gone = put(cast.bakery, ("b.pdf", PDF), by=cast.by_ana)
    shared_files.remove(gone, by=cast.by_ana)
    with keeping.taken_in([upload("orphan.pdf", PDF)]) as (orphan,):
        pass
    assert keeping.sweep() == 0
    with clock.travel(by=timedelta(hours=23)):
        assert keeping.sweep() == 0
    assert keys(store) == {kept.key, kept.small_key, gone.key, orphan.key}
    with clock.travel(by=timedelta(hours=25)):
        assert keeping.sweep() == 2
    assert keys(store) == {kept.key, kept.small_key}
    assert list(keeping.missing()) == []
    store.remove(kept.key)
    assert list(keeping.missing()) == [kept.key]


def test_what_belongs_to_a_draft_that_was_deleted_goes_with_it(cast: Cast, store: Folder) -> None:
    from counterfoil.books.sales import invoices

    one, other = draft_invoice(cast), draft_invoice(cast)
    file, stays = put(one, by=cast.by_olga), put(other, by=cast.by_olga)
    invoices.delete(one, by=cast.by_olga, revision=one.revision)
    assert shared_files.remove_of_what_is_gone(by=SYSTEM) == 1
    file.refresh_from_db()
    stays.refresh_from_db()
    assert (file.removed_at is not None, stays.removed_at) == (True, None)


def test_a_customer_has_room_for_so_many(cast: Cast, settings: Any) -> None:
    settings.MOST_FILES = 2
    put(cast.bakery, by=cast.by_ana)
    second = put(cast.bakery, ("b.pdf", PDF), by=cast.by_ana)
    shared_files.remove(second, by=cast.by_ana)
    with refused("TOO_MANY_FILES", field="file"):
        put(cast.bakery, ("c.pdf", PDF), by=cast.by_ana)
    with clock.travel(by=timedelta(hours=25)):
        put(cast.bakery, ("c.pdf", PDF), by=cast.by_ana)
    put(cast.tidewater, ("d.pdf", PDF), by=cast.by_olga)
