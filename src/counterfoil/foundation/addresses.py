"""Addresses of our own pages."""

import re
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.urls import get_script_prefix, reverse, set_script_prefix
from django.utils.http import url_has_allowed_host_and_scheme

SLUG = re.compile(r"[-a-zA-Z0-9_]+")
MARK = 8_600_000_000_000_000_000  # a number that no address has by itself


def rooted(name: str, *args: Any) -> str:
    """The address of a route below no door, also while a door's account pages have the door as script prefix."""
    prefix = get_script_prefix()
    set_script_prefix("/")
    try:
        return reverse(name, args=args)
    finally:
        set_script_prefix(prefix)


def address(name: str, *args: int | str) -> str:
    """The same, worked out once for each route, since a list asks for fifty; but for texts that are no slugs."""
    if all(isinstance(one, int) or SLUG.fullmatch(one) for one in args):
        return _form(settings.ROOT_URLCONF, name, tuple(isinstance(one, int) for one in args)).format(*args)
    return rooted(name, *args)


def again_and_again(name: str, *args: str) -> str:
    """The same for what every page asks, such as its sheet; kept whole, so arguments should be few."""
    return _rooted(settings.ROOT_URLCONF, name, args)


@lru_cache(maxsize=128)
def _rooted(_urlconf: str, name: str, args: tuple[str, ...]) -> str:
    return rooted(name, *args)


@lru_cache(maxsize=512)
def _form(_urlconf: str, name: str, are_numbers: tuple[bool, ...]) -> str:
    """The address with {} in the place of each argument."""
    marks = [MARK + place if is_number else f"mark-{place}-" for place, is_number in enumerate(are_numbers)]
    form = rooted(name, *marks)
    for mark in marks:
        form = form.replace(str(mark), "{}")
    return form


def is_inside(address: str) -> bool:
    """Whether an address that came from outside (`next`) is a path on our own host and nothing that only looks so."""
    return (
        address.startswith("/")
        and not address.startswith(("//", "/\\"))
        and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    )
