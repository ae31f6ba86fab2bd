"""Taking files in, giving them out, and forgetting what nobody has any more.

Content is checked and written before the transaction that makes its row, and a row is never without it: what no row
came to name is swept up a day later, and so is what was removed.
"""

import hashlib
import io
import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import IO

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from counterfoil.foundation import clock
from counterfoil.foundation.refusal import Refused

from . import kinds, names
from .missing import Missing
from .models import StoredFile
from .store import Store, fresh_key, the_store

MOST_AT_ONCE = 10
KEPT = timedelta(days=1)  # what nobody has; longer than any backup takes
BLOCK = 256 * 1024  # bytes
AT_ONCE = 500  # keys
log = logging.getLogger("counterfoil.files")


@dataclass(frozen=True)
class Upload:
    """What somebody sends: under which name, how many bytes, and these."""

    name: str
    size: int
    content: IO[bytes]


@dataclass(frozen=True)
class Kept:
    """What is in the store, and waits for the row that names it."""

    key: str
    small_key: str  # of the small picture of it, if there is one
    name: str
    kind: str
    size: int
    sha256: str


@contextmanager
def taken_in(uploads: Sequence[Upload]) -> Iterator[list[Kept]]:
    """Check all of them and store them, outside of any transaction. If the block fails, they are taken out again.

    Raises Refused: NO_FILES, TOO_MANY_FILES, FILE_EMPTY, FILE_TOO_LARGE, NOT_STORED, and what `kinds.kind_of` raises;
    each names the file that it is about, and then none is taken.
    """
    if not uploads:
        raise Refused("NO_FILES", _("Choose at least one file first."), field="file")
    if len(uploads) > MOST_AT_ONCE:
        told = {"most": MOST_AT_ONCE}
        raise Refused("TOO_MANY_FILES", _("At most %(most)d files can be uploaded at once.") % told, field="file")
    checked = [(upload, _checked(upload)) for upload in uploads]
    store, kept = the_store(), list[Kept]()
    try:
        for upload, (name, kind) in checked:
            kept.append(_put(store, upload, name, kind))
        yield kept
    except BaseException:
        for one in kept:
            _take_out(store, one.key, one.small_key)
        raise


def opened(file: StoredFile) -> IO[bytes]:
    """Its content. Raises Missing."""
    return the_store().open(file.key)


def opened_small(file: StoredFile) -> IO[bytes]:
    """The small picture of it. Raises Missing, also where there is none."""
    if not file.small_key:
        raise Missing(file.key)
    return the_store().open(file.small_key)


def content_of(key: str) -> IO[bytes]:
    """What a backup takes along. Raises Missing."""
    return the_store().open(key)


def put_back(key: str, content: IO[bytes]) -> None:
    """What a backup brought along, under its own key. Raises OSError, and ValueError for what is no key."""
    the_store().put(key, content)


def forget(keys: Iterable[str]) -> None:
    """What was put back, when nothing comes of it."""
    _take_out(the_store(), *keys)


def missing() -> Iterator[str]:
    """The keys that rows name and the store has nothing of."""
    store = the_store()
    rows = StoredFile.objects.present().order_by("id").values_list("key", "small_key")
    return (key for pair in rows.iterator(chunk_size=AT_ONCE) for key in pair if key and not store.has(key))


def sweep() -> int:
    """Forget what no row has had for a day; returns how much that was."""
    store, before, swept = the_store(), clock.now() - KEPT, 0
    old = (key for key, made in store.kept() if made < before)
    while keys := list(islice(old, AT_ONCE)):
        for key in set(keys) - _wanted(keys):
            store.remove(key)
            swept += 1
    return swept


def _wanted(keys: Sequence[str]) -> set[str]:
    """Those of them that a row names, or named until less than a day ago."""
    named = StoredFile.objects.filter(Q(key__in=keys) | Q(small_key__in=keys))
    rows = named.filter(Q(removed_at__isnull=True) | Q(removed_at__gte=clock.now() - KEPT))
    return {key for pair in rows.values_list("key", "small_key") for key in pair if key}


def _checked(upload: Upload) -> tuple[str, kinds.Kind]:
    name = names.displayable(upload.name)
    try:
        if upload.size > settings.LARGEST_UPLOAD:
            most = {"most": settings.LARGEST_UPLOAD // (1024 * 1024)}
            raise Refused("FILE_TOO_LARGE", _("A file may have up to %(most)d MB.") % most)
        if not upload.size:
            raise Refused("FILE_EMPTY", _("There is nothing in it."))
        return name, kinds.kind_of(upload.content, name=name, size=upload.size)
    except Refused as refusal:
        told = _("%(file)s: %(sentence)s") % {"file": name, "sentence": refusal.sentence}
        raise Refused(refusal.code, told, field="file") from refusal


def _put(store: Store, upload: Upload, name: str, kind: kinds.Kind) -> Kept:
    key, small_key = fresh_key(), ""
    try:
        store.put(key, upload.content)
        if kind.is_drawn and (small := _small(upload.content)):
            small_key = fresh_key()
            store.put(small_key, io.BytesIO(small))
    except OSError as error:
        log.exception("A file could not be stored.")
        _take_out(store, key, small_key)
        told = _("%(file)s could not be stored just now. Please try again later.") % {"file": name}
        raise Refused("NOT_STORED", told, field="file") from error
    return Kept(key, small_key, name, kind.key, upload.size, _digest(upload.content))


def _small(content: IO[bytes]) -> bytes | None:
    from . import images  # with Pillow, which only pictures need

    return images.small(content)


def _digest(content: IO[bytes]) -> str:
    content.seek(0)
    digest = hashlib.sha256()
    while block := content.read(BLOCK):
        digest.update(block)
    return digest.hexdigest()


def _take_out(store: Store, *keys: str) -> None:
    """At once where that can be done; otherwise the sweep does it."""
    for key in filter(None, keys):
        try:
            store.remove(key)
        except OSError:
            log.exception("A file of which nothing came could not be removed yet.")
