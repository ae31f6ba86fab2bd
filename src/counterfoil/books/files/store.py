"""Where the content of files lies: in a folder of the data folder, or in a bucket. Only this package looks there.

A key is 43 random letters, so no name that somebody typed and no id is part of any path.
"""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Protocol

from django.conf import settings

from .keys import KEY
from .missing import Missing


class Store(Protocol):
    """What keeps content by key. A content is there whole and for good when `put` has returned, or not at all."""

    def put(self, key: str, content: IO[bytes]) -> None:
        """Raises OSError where it can't be kept."""

    def open(self, key: str) -> IO[bytes]:
        """Raises Missing, and OSError where it can't be read."""

    def has(self, key: str) -> bool:
        """Whether there is anything under this key."""

    def remove(self, key: str) -> None:
        """What is not there is gone already."""

    def kept(self) -> Iterator[tuple[str, datetime]]:
        """Each key with when it was put."""


def fresh_key() -> str:
    return secrets.token_urlsafe(32)


def the_store() -> Store:
    """That of this installation."""
    if settings.ENVIRONMENT.bucket is None:
        return Folder(settings.ENVIRONMENT.data / "files")
    from .bucket import Bucket  # with its client, which only such an installation needs

    return Bucket(settings.ENVIRONMENT.bucket)


class Folder:
    """On this machine's disk, spread over folders by how keys begin."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, key: str, content: IO[bytes]) -> None:
        place = self._place(key)
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = place.with_name(f".{key}.{secrets.token_hex(4)}")
        try:
            with draft.open("xb") as file:
                draft.chmod(0o600)
                content.seek(0)
                shutil.copyfileobj(content, file)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(place)
            _sync(place.parent)
        finally:
            draft.unlink(missing_ok=True)

    def open(self, key: str) -> IO[bytes]:
        try:
            return self._place(key).open("rb")
        except FileNotFoundError as error:
            raise Missing(key) from error

    def has(self, key: str) -> bool:
        return self._place(key).is_file()

    def remove(self, key: str) -> None:
        self._place(key).unlink(missing_ok=True)

    def kept(self) -> Iterator[tuple[str, datetime]]:
        for place in self._folder.glob("*/*"):
            with suppress(FileNotFoundError):  # gone since it was listed
                made = datetime.fromtimestamp(place.stat().st_mtime, UTC)
                if KEY.fullmatch(place.name):
                    yield place.name, made
                elif place.name.startswith(".") and (datetime.now(UTC) - made).days:
                    place.unlink(missing_ok=True)  # half written by a process that died

    def _place(self, key: str) -> Path:
        if not KEY.fullmatch(key):
            raise ValueError("This is no key of the store.")
        return self._folder / key[:2].lower() / key


def _sync(folder: Path) -> None:
    """So that the new name too is on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
