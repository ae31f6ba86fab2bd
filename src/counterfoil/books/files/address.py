"""Where a bucket is, as an installation is told."""

from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit


@dataclass(frozen=True)
class BucketAddress:
    """A bucket of an S3-compatible service: `endpoint` is the service's scheme, host and port."""

    endpoint: str
    bucket: str
    access_key: str
    secret: str
    region: str = "us-east-1"

    @classmethod
    def read(cls, url: str) -> "BucketAddress":
        """Of https://ACCESS_KEY:SECRET@HOST:PORT/BUCKET?region=REGION. Raises ValueError."""
        parts = urlsplit(url)
        asked, bucket = dict(parse_qsl(parts.query)), parts.path.strip("/")
        port = f":{parts.port}" if parts.port else ""
        is_whole = parts.scheme in ("http", "https") and parts.hostname and parts.username and parts.password
        if not is_whole or not bucket or "/" in bucket or parts.fragment or asked.keys() - {"region"}:
            raise ValueError("This is no address of a bucket.")
        return cls(
            endpoint=f"{parts.scheme}://{parts.hostname}{port}",
            bucket=unquote(bucket),
            access_key=unquote(parts.username or ""),
            secret=unquote(parts.password or ""),
            region=asked.get("region", "us-east-1"),
        )
