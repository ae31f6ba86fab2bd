"""Addresses that others give the gateway: checked once, so that a policy or a redirect can be built from them."""

import ipaddress
import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from .refusals import wrong

HOST = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
LONGEST = 2000


def origin_of(address: str) -> str | None:
    """ "https://portal.example:8443" of an http(s) address without user names and odd characters; else None."""
    if len(address) > LONGEST or re.search(r"[\s\\\x00-\x1f\x7f]", address):
        return None
    try:
        parts = urlsplit(address)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or "@" in parts.netloc or not HOST.fullmatch(host):
        return None
    return f"{parts.scheme}://{host}" + (f":{port}" if port is not None else "")


def checked(address: object, parameter: str) -> str:
    """An http(s) address, or empty. Raises Refusal."""
    if address in (None, ""):
        return ""
    if not isinstance(address, str) or origin_of(address) is None:
        raise wrong(parameter, f"{parameter} must be an http or https address.")
    return address


def is_loopback(origin: str) -> bool:
    """Whether a page of this origin is on the same machine as its reader."""
    host = urlsplit(origin).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def with_query(address: str, **more: str) -> str:
    """The address with these parameters; those of the same name that it had are replaced, others stay."""
    parts = urlsplit(address)
    query = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name not in more]
    return urlunsplit(parts._replace(query=urlencode([*query, *more.items()])))
