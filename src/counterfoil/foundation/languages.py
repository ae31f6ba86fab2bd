"""The languages that Counterfoil speaks, by their BCP 47 tags as rows store them."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils import translation

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
