"""Addresses of our own pages."""

from typing import Any

from django.urls import get_script_prefix, reverse, set_script_prefix
from django.utils.http import url_has_allowed_host_and_scheme


def rooted(name: str, *args: Any) -> str:
    """The address of a route below no door, also while a door's account pages have the door as script prefix."""
    prefix = get_script_prefix()
    set_script_prefix("/")
    try:
        return reverse(name, args=args)
    finally:
        set_script_prefix(prefix)


def is_inside(address: str) -> bool:
    """Whether an address that came from outside (`next`) is a path on our own host and nothing that only looks so."""
    return (
        address.startswith("/")
        and not address.startswith(("//", "/\\"))
        and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    )
