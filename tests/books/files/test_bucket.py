"""Files in a bucket: what a folder promises, a real S3 server keeps too."""

import dataclasses
import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from obstore import put as put_object
from obstore.store import S3Store

from counterfoil.books.files import keeping
from counterfoil.books.files.address import BucketAddress
from counterfoil.books.files.bucket import Bucket
from counterfoil.books.files.missing import Missing
from counterfoil.books.files.store import Folder, fresh_key, the_store
from counterfoil.foundation import clock
from counterfoil.foundation.refusal import Refused
from tests.support.cast import Cast, visitor
from tests.support.ports import free_port
from tests.support.uploads import PDF, Sent, picture, upload


@pytest.fixture(scope="module")
def service() -> Iterator[str]:
    """The address of a server that speaks S3."""
    from moto.server import ThreadedMotoServer

    port = free_port()
    server = ThreadedMotoServer("127.0.0.1", port=port, verbose=False)
    server.start()
    yield f"127.0.0.1:{port}"
    server.stop()


@pytest.fixture
def address(service: str) -> BucketAddress:
    """Of a bucket of this test's own."""
    import boto3

    bucket = f"files-{fresh_key()[:8].lower().replace('_', 'x').replace('-', 'x')}"
    client = boto3.client(
        "s3",
        endpoint_url=f"http://{service}",
        aws_access_key_id="key",
        aws_secret_access_key="secret",
        region_name="us-east-1",
    )
    client.create_bucket(Bucket=bucket)
    return BucketAddress.read(f"http://key:secret@{service}/{bucket}")


@pytest.fixture
def bucket(address: BucketAddress, settings: Any) -> Bucket:
    """The installation's store."""
    settings.ENVIRONMENT = dataclasses.replace(settings.ENVIRONMENT, bucket=address)
    found = the_store()
    assert isinstance(found, Bucket)
    return found


@pytest.mark.parametrize("size", [0, 1, 3_000_000, 12_000_000])
def test_what_was_put_is_given_back_whole(bucket: Bucket, size: int) -> None:
    key, content = fresh_key(), (b"0123456789abcdef" * (size // 16 + 1))[:size]
    assert not bucket.has(key)
    bucket.put(key, io.BytesIO(content))
    assert bucket.has(key)
    with bucket.open(key) as found:
        assert found.read() == content
        assert found.seek(0) == 0
    bucket.remove(key)
    assert not bucket.has(key)
    bucket.remove(key)
    with pytest.raises(Missing):
        bucket.open(key)


def test_it_says_what_it_keeps_and_since_when_and_leaves_out_what_is_not_ours(
    bucket: Bucket, address: BucketAddress
) -> None:
    keys = {fresh_key() for _ in range(3)}
    for key in keys:
        bucket.put(key, io.BytesIO(PDF))
    other = S3Store(
        address.bucket,
        endpoint=address.endpoint,
        access_key_id="key",
        secret_access_key="secret",
        client_options={"allow_http": True},
    )
    put_object(other, "elsewhere/" + fresh_key(), b"of somebody else")
    put_object(other, "files/notes.txt", b"of somebody else")
    found = dict(bucket.kept())
    assert set(found) == keys
    assert all(abs(datetime.now(UTC) - made) < timedelta(minutes=5) for made in found.values())


@pytest.mark.parametrize("key", ["", "../" * 14 + "x", "a" * 42, "a" * 42 + "/", "a" * 44])
def test_nothing_but_a_key_leads_into_it(bucket: Bucket, key: str) -> None:
    for act in (bucket.open, bucket.has, bucket.remove, lambda one: bucket.put(one, io.BytesIO(b""))):
        with pytest.raises(ValueError, match="no key"):
            act(key)


def test_where_the_service_is_away_it_is_said_and_nothing_is_taken(settings: Any) -> None:
    away = BucketAddress.read(f"http://key:secret@127.0.0.1:{free_port()}/files")
    settings.ENVIRONMENT = dataclasses.replace(settings.ENVIRONMENT, bucket=away)
    with pytest.raises(Refused) as caught, keeping.taken_in([upload("a.pdf", PDF)]):
        raise AssertionError("nothing may be taken in")
    assert caught.value.code == "NOT_STORED"


def test_customers_upload_to_it_and_fetch_from_it_and_what_nobody_has_is_swept(cast: Cast, bucket: Bucket) -> None:
    ana, at = visitor(cast.ana), f"/portal/lindqvist-zhou/{cast.bakery.id}/documents/"
    assert ana.post(at, {"file": [Sent("plan.png", picture(), "image/png")]}).status_code == 303
    (row,) = ana.get(at).context["rows"]
    assert b"".join(ana.get(row.url).streaming_content) == picture()
    kept = dict(bucket.kept())
    assert len(kept) == 2
    bucket.put(fresh_key(), io.BytesIO(PDF))
    assert keeping.sweep() == 0
    with clock.travel(by=timedelta(hours=25)):
        assert keeping.sweep() == 1
    assert dict(bucket.kept()).keys() == kept.keys()


def test_a_backup_takes_its_files_along_into_a_folder(bucket: Bucket, tmp_path: Any) -> None:
    key, folder = fresh_key(), Folder(tmp_path / "files")
    bucket.put(key, io.BytesIO(PDF))
    with keeping.content_of(key) as content:
        folder.put(key, content)
    assert folder.open(key).read() == PDF


def test_its_address_is_read_whole_and_the_secret_may_have_any_letter() -> None:
    found = BucketAddress.read("https://key%2F1:a%40b%2Fc@s3.example.com:9000/my-files?region=eu-west-1")
    assert found == BucketAddress("https://s3.example.com:9000", "my-files", "key/1", "a@b/c", "eu-west-1")
