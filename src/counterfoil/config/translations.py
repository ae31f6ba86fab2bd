"""The texts that people read: collected from the sources, compared with each translation, compiled.

Collecting uses Babel with Django's own reader of templates, so that no machine needs GNU gettext.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from .places import ROOT

SOURCES = ROOT / "src" / "counterfoil"
LOCALES = SOURCES / "locale"
LANGUAGES = ("zh_Hans",)
APART = ("sandbox",)  # the Sandbox gateway is a program of its own, with its own words
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\((\w+)\)[#0\- +]*[\d.]*[a-z]|\{(\w*)\}|%[sd]")


@dataclass(frozen=True)
class Text:
    """One text of the sources: its words (with the plural's, where it has one), its context, and where it is used."""

    words: str | tuple[str, str]
    context: str | None
    place: tuple[str, int]


def texts() -> Iterator[Text]:
    """Every text that the sources mark for translation."""
    for file in sorted(SOURCES.rglob("*")):
        if file.suffix in (".py", ".html", ".txt") and file.relative_to(SOURCES).parts[0] not in APART:
            yield from _texts_of(file)


def collect() -> None:
    """Write new texts into every translation, untranslated, and take out those that nobody uses any more."""
    found = _template()
    for language in LANGUAGES:
        catalog = _read(language)
        found.creation_date = catalog.creation_date  # the time of collecting would change the file each time
        catalog.update(found, no_fuzzy_matching=True, update_header_comment=False)
        catalog.obsolete.clear()
        _path(language).parent.mkdir(parents=True, exist_ok=True)
        with _path(language).open("wb") as file:
            write_po(file, catalog, width=120, sort_output=True, omit_header=False, include_lineno=False)


def compile_all() -> None:
    """Write the compiled form of every translation beside it."""
    for language in LANGUAGES:
        _path(language).with_suffix(".mo").write_bytes(_compiled(_read(language)))


def problems() -> list[str]:
    """What is wrong with the translations, each in one line; an empty list when they are complete and compiled."""
    return [line for language in LANGUAGES for line in _problems_of(language)]


def _problems_of(language: str) -> Iterator[str]:
    catalog = _read(language)
    known = {(message.id, message.context): message for message in catalog if message.id}
    wanted: dict[tuple[Any, str | None], Text] = {(text.words, text.context): text for text in texts()}
    for key, text in wanted.items():
        message = known.get(key)
        fault = "is missing; run ./counterfoil translations" if message is None else _fault(message)
        if fault:
            yield f"{language}: {text.words!r} ({text.place[0]}:{text.place[1]}) {fault}"
    for key in known.keys() - wanted.keys():
        yield f"{language}: {key[0]!r} is used nowhere; run ./counterfoil translations"
    compiled = _path(language).with_suffix(".mo")
    if wanted and (not compiled.exists() or compiled.read_bytes() != _compiled(catalog)):
        yield f"{language}: the compiled file is not in step; run ./counterfoil translations"


def _fault(message: Message) -> str:
    """What is wrong with one translated text, or nothing."""
    originals = [message.id] if isinstance(message.id, str) else list(message.id)
    translated = [message.string] if isinstance(message.string, str) else list(message.string or [])
    if not all(translated):
        return "is not translated"
    if message.fuzzy:
        return "is marked fuzzy"
    # A language without a plural form of its own writes every count the way of the plural.
    expected = _placeholders(originals[-1])
    if any(_placeholders(text) != expected for text in translated):
        return "has other placeholders than its translation"
    return ""


def _placeholders(text: str) -> set[str]:
    return {match.group(0) for match in PLACEHOLDER.finditer(text)}


def _texts_of(file: Path) -> Iterator[Text]:
    content = file.read_text(encoding="utf-8")
    if file.suffix != ".py":
        from django.utils.translation.template import templatize

        # What comes out is Python but for its indentation, which is the template's.
        content = re.sub(r"(?m)^[ \t]+", "", templatize(content, origin=str(file)))
    place = str(file.relative_to(ROOT))
    for line, words, _, context in extract("python", BytesIO(content.encode()), keywords=KEYWORDS):
        yield Text(words if isinstance(words, str) else (words[0], words[1]), context, (place, line))


def _template() -> Catalog:
    catalog = Catalog(charset="utf-8")
    for text in texts():
        # Line numbers would change the file with every edit of a source.
        catalog.add(text.words, locations=[(text.place[0], 0)], context=text.context)
    return catalog


def _read(language: str) -> Catalog:
    path = _path(language)
    if not path.exists():
        return Catalog(
            locale=language,
            project="Counterfoil",
            charset="utf-8",
            header_comment="# Counterfoil's texts. Written by `./counterfoil translations`; only the msgstr are yours.",
            last_translator="",
            language_team="",
            msgid_bugs_address="",
            fuzzy=False,
        )
    with path.open("rb") as file:
        return read_po(file, locale=language)


def _compiled(catalog: Catalog) -> bytes:
    buffer = BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


def _path(language: str) -> Path:
    return LOCALES / language / "LC_MESSAGES" / "django.po"
