"""The languages that Counterfoil speaks, by their BCP 47 tags as rows store them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

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


def once(words: Any) -> Callable[[], str]:
    """What says these lazy words, looked up once for each language: for what a list says fifty times."""
    said = lru_cache(lambda _language: str(words))
    return lambda: said(translation.get_language())


def label(choice: Any) -> str:
    """What a member of Django's choices is called in the language that is spoken now, also for fifty rows."""
    kind: Any = type(choice)
    return _label(kind, choice, translation.get_language())


@lru_cache(maxsize=512)
def _label(_choices: Any, choice: Any, _language: str | None) -> str:
    return str(choice.label)


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
