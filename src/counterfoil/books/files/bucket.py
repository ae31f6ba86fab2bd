"""The store of an installation that keeps its files in a bucket of an S3-compatible service."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from typing import IO

import obstore
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import S3Store

from .address import BucketAddress
from .keys import KEY
from .missing import Missing

FOLDER = "files"  # so that the bucket can hold something else too
IN_MEMORY = 2 * 1024 * 1024  # bytes of a file that is read; the rest goes to the disk


class Bucket:
    """Each content is an object of its own, which the service has whole or not at all."""

    def __init__(self, address: BucketAddress) -> None:
        self._bucket = _connected(address)

    def put(self, key: str, content: IO[bytes]) -> None:
        content.seek(0)
        with _as_errors_of_the_system():
            obstore.put(self._bucket, _path(key), content)

    def open(self, key: str) -> IO[bytes]:
        found: IO[bytes] = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 (its reader closes it)
        try:
            with _as_errors_of_the_system():
                for piece in obstore.get(self._bucket, _path(key)).stream():
                    found.write(piece)
        except FileNotFoundError as error:
            found.close()
            raise Missing(key) from error
        except BaseException:
            found.close()
            raise
        found.seek(0)
        return found

    def has(self, key: str) -> bool:
        try:
            with _as_errors_of_the_system():
                obstore.head(self._bucket, _path(key))
        except FileNotFoundError:
            return False
        return True

    def remove(self, key: str) -> None:
        with _as_errors_of_the_system():
            obstore.delete(self._bucket, _path(key))

    def kept(self) -> Iterator[tuple[str, datetime]]:
        with _as_errors_of_the_system():
            for some in obstore.list(self._bucket, prefix=FOLDER):
                for one in some:
                    name = one["path"].removeprefix(f"{FOLDER}/")
                    if KEY.fullmatch(name):
                        yield name, one["last_modified"]


@lru_cache(maxsize=1)
def _connected(address: BucketAddress) -> S3Store:
    """One for each process, which keeps its connections open."""
    return S3Store(
        address.bucket,
        endpoint=address.endpoint,
        region=address.region,
        access_key_id=address.access_key,
        secret_access_key=address.secret,
        virtual_hosted_style_request=False,
        client_options={
            "timeout": "60s",
            "connect_timeout": "5s",
            "allow_http": address.endpoint.startswith("http://"),
        },
        retry_config={"max_retries": 2},
    )


def _path(key: str) -> str:
    if not KEY.fullmatch(key):
        raise ValueError("This is no key of the store.")
    return f"{FOLDER}/{key}"


@contextmanager
def _as_errors_of_the_system() -> Iterator[None]:
    """What goes wrong at the service is told as what goes wrong with a disk is."""
    try:
        yield
    except NotFoundError as error:
        raise FileNotFoundError(str(error)) from error
    except BaseError as error:
        raise OSError(str(error)) from error
