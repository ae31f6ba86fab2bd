"""A backup as a file: a zip of one part for each table and each file, the secret key and a manifest, which ends in its
own digest.

The digest covers every byte before it, so that a file that was cut or in which anything flipped is known before a row
of it is read. Nothing of it is ever unpacked into a folder: parts are read by names that we know.
"""

import contextlib
import hashlib
import json
import os
import secrets
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from .failures import CannotRun

FORMAT = 2
FORMATS = (1, FORMAT)  # the first had no files
MARK = "counterfoil-backup"  # the first part's name, by which such a file is known even when its end is missing
MANIFEST, KEY = "manifest.json", "secret-key"
DIGEST = 64  # hexadecimal figures
COMMENT = b"A backup of Counterfoil. The SHA-256 of all bytes before it: "
LEVEL = 3  # more makes it little smaller and much slower
LARGEST_MANIFEST = 256 * 1024 * 1024  # a line or two for each file
BLOCK = 1024 * 1024
UNREADABLE = (zipfile.BadZipFile, zlib.error, ValueError, KeyError, TypeError, EOFError, RecursionError)


@dataclass
class Part:
    """What the manifest says of one table."""

    columns: list[str]
    rows: int = 0
    sha256: str = ""


@dataclass
class FilePart:
    """What the manifest says of one file that somebody uploaded."""

    size: int = 0
    sha256: str = ""


@dataclass
class Manifest:
    """What a backup is of. `migrations` is the last one of each app; `tables` are named as in the database, `files` by
    the key by which the store has them.
    """

    version: str
    engine: str
    made_at: str  # in UTC
    migrations: dict[str, str]
    tables: dict[str, Part] = field(default_factory=dict)
    files: dict[str, FilePart] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        return sum(part.rows for part in self.tables.values())


def part_name(table: str) -> str:
    return f"rows/{table}.jsonl"


def file_name(key: str) -> str:
    return f"files/{key}"


class Writer:
    """Parts go in one after the other; `writing` makes one and closes it with its manifest."""

    def __init__(self, container: zipfile.ZipFile) -> None:
        self._container = container

    def put(self, name: str, text: str) -> None:
        self._container.writestr(name, text)

    def put_rows(self, table: str, columns: list[str], lines: Iterator[str]) -> Part:
        """One line for each row. Returns what the manifest needs to say of them."""
        part, digest = Part(columns), hashlib.sha256()
        with self._container.open(part_name(table), "w", force_zip64=True) as file:
            for line in lines:
                data = line.encode() + b"\n"
                digest.update(data)
                file.write(data)
                part.rows += 1
        part.sha256 = digest.hexdigest()
        return part

    def put_file(self, key: str, content: IO[bytes]) -> FilePart:
        """What is in it, as it is: pictures and office files are packed already."""
        part, digest = FilePart(), hashlib.sha256()
        entry = zipfile.ZipInfo(file_name(key))
        with self._container.open(entry, "w", force_zip64=True) as file:
            while block := content.read(BLOCK):
                digest.update(block)
                file.write(block)
                part.size += len(block)
        part.sha256 = digest.hexdigest()
        return part


@contextmanager
def writing(path: Path, manifest: Manifest, *, secret_key: str) -> Iterator[Writer]:
    """A backup that is there, whole and on the disk, at the end of the block, or not at all; nobody else's to read."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}.partial")
    try:
        draft.touch(mode=0o600, exist_ok=False)
        with draft.open("r+b") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as container:
                container.comment = COMMENT + b"0" * DIGEST
                container.writestr(MARK, f"{FORMAT}\n", zipfile.ZIP_STORED)
                container.writestr(KEY, secret_key)
                yield Writer(container)
                container.writestr(MANIFEST, json.dumps(_as_json(manifest), indent=1))
            _seal(file)
            os.fsync(file.fileno())
        draft.replace(path)
        _sync_folder(path.parent)
    finally:
        draft.unlink(missing_ok=True)


class Reader:
    """A backup whose digest is right. Raises CannotRun where a part is not what the manifest says."""

    def __init__(self, container: zipfile.ZipFile, path: Path) -> None:
        self._container, self._path = container, path
        self.manifest = self._manifest()
        self.secret_key = self._read(KEY, 10_000).decode()

    def rows(self, table: str) -> Iterator[list[Any]]:
        """The rows as they were written. Only at the end is it known that none is missing or another."""
        part, digest, count = self.manifest.tables[table], hashlib.sha256(), 0
        with _in_words(self._path), self._container.open(part_name(table)) as file:
            for line in file:
                digest.update(line)
                count += 1
                row = json.loads(line)
                if not isinstance(row, list) or len(row) != len(part.columns):
                    raise CannotRun(f"{self._path} has a row of {table} with other columns than it names.")
                yield row
        if (count, digest.hexdigest()) != (part.rows, part.sha256):
            raise CannotRun(f"{self._path} does not hold the rows of {table} that it names.")

    @contextmanager
    def file(self, key: str) -> Iterator[IO[bytes]]:
        """The content of one file, of which every byte was compared with what the manifest says."""
        part, digest, size = self.manifest.files[key], hashlib.sha256(), 0
        with _in_words(self._path):
            with self._container.open(file_name(key)) as file:
                while block := file.read(BLOCK):
                    digest.update(block)
                    size += len(block)
            if (size, digest.hexdigest()) != (part.size, part.sha256):
                raise CannotRun(f"{self._path} does not hold the file {key} as it names it.")
            content = self._container.open(file_name(key))
        with content:
            yield content

    def _manifest(self) -> Manifest:
        found = json.loads(self._read(MANIFEST, LARGEST_MANIFEST))
        if found.pop("format") not in FORMATS:
            raise CannotRun(f"{self._path} was made by another version of Counterfoil: {found['version']}.")
        tables = {str(name): Part(**part) for name, part in found.pop("tables").items()}
        files = {str(key): FilePart(**part) for key, part in found.pop("files", {}).items()}
        names = self._container.namelist()
        if sorted(names) != sorted([MARK, KEY, MANIFEST, *map(part_name, tables), *map(file_name, files)]):
            raise CannotRun(f"{self._path} holds other parts than a backup does.")
        return Manifest(**found, tables=tables, files=files)

    def _read(self, name: str, most: int) -> bytes:
        with self._container.open(name) as file:
            return file.read(most)


@contextmanager
def reading(path: Path) -> Iterator[Reader]:
    """Open a backup after every byte of it was checked. Raises CannotRun, in words, when it is none or damaged."""
    with contextlib.ExitStack() as open_files:
        with _in_words(path):
            file = open_files.enter_context(path.open("rb"))
            _must_be_whole(file, path)
            reader = Reader(open_files.enter_context(zipfile.ZipFile(file)), path)
        yield reader


@contextmanager
def _in_words(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CannotRun(f"{path} can't be read: {error.strerror or error}.") from error
    except UNREADABLE as error:
        raise CannotRun(f"{path} is damaged and was not used: {error}") from error


def _must_be_whole(file: IO[bytes], path: Path) -> None:
    """Raise CannotRun unless this is a backup of ours with nothing missing and nothing changed."""
    head = file.read(30 + len(MARK))
    if head[:4] != b"PK\x03\x04" or head[30:] != MARK.encode():
        raise CannotRun(f"{path} is not a backup of Counterfoil.")
    digest, left = hashlib.sha256(), file.seek(0, os.SEEK_END) - DIGEST
    file.seek(0)
    while left > 0 and (block := file.read(min(BLOCK, left))):
        digest.update(block)
        left -= len(block)
    if file.read() != digest.hexdigest().encode():
        raise CannotRun(f"{path} is damaged: it was cut, or something in it has changed. It was not used.")
    file.seek(0)


def _seal(file: IO[bytes]) -> None:
    """Write the digest of everything before it over the noughts that the zip's comment ends in."""
    file.flush()
    digest, left = hashlib.sha256(), file.seek(0, os.SEEK_END) - DIGEST
    file.seek(0)
    while left > 0:
        block = file.read(min(BLOCK, left))
        digest.update(block)
        left -= len(block)
    file.seek(-DIGEST, os.SEEK_END)
    file.write(digest.hexdigest().encode())
    file.flush()


def _as_json(manifest: Manifest) -> dict[str, Any]:
    tables = {name: vars(part) for name, part in manifest.tables.items()}
    files = {key: vars(part) for key, part in manifest.files.items()}
    return {"format": FORMAT} | vars(manifest) | {"tables": tables, "files": files}


def _sync_folder(folder: Path) -> None:
    """So that the new name too is on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
