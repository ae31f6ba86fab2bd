"""The languages that Counterfoil speaks, by their BCP 47 tags as rows store them."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from django.conf import settings
from django.utils import translation
from django.utils.translation import trans_real

LANGUAGES = {"en": "English", "zh-Hans": "简体中文"}
DEFAULT = "en"


def known(tag: str | None) -> str:
    """The tag if it is one of ours, whatever its case, else English."""
    for language in LANGUAGES:
        if tag and tag.lower() == language.lower():
            return language
    return "zh-Hans" if tag and tag.lower().startswith("zh") else DEFAULT


def current() -> str:
    """The tag of the language that texts are translated into now."""
    return known(translation.get_language())


@contextmanager
def speaking(tag: str) -> Iterator[None]:
    """Translate into this language inside the block."""
    with translation.override(known(tag).lower()):
        yield


def remember_words() -> None:
    """Look each text up once in this process: a page asks for a hundred, each through six calls, and they don't change.

    For a process that makes pages; what is remembered has an end, since a text may be made from what somebody typed.
    """
    for code, _name in settings.LANGUAGES:
        catalogue = trans_real.translation(code)
        catalogue.gettext = lru_cache(maxsize=4096)(catalogue.gettext)  # type: ignore[method-assign]
