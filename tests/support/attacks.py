"""Trying every address with every method, and seeing that nothing changed."""

import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.db import transaction
from django.test import Client

from .refusals import forget_what_was_read, raw


@contextmanager
def nothing_changes(what: object, *, of: set[int] | None = None) -> Iterator[None]:
    """Inside, no row of any table changes, comes or goes; with `of`, none that has or names one of these ids."""
    before = raw()
    yield
    after = raw()
    # To read what is in every row takes long, and mostly nothing has changed.
    changed = [table for table, rows in after.items() if rows != before[table]]
    if of is not None:
        changed = [table for table in changed if _about(after[table], of) != _about(before[table], of)]
    assert not changed, f"{what} changed {', '.join(changed)}"


def _about(rows: list[Any], ids: set[int]) -> list[Any]:
    """The rows that have one of these ids, in a column or in what they keep as JSON."""
    return [row for row in rows if any(_mentions(value, ids) for value in row)]


def _mentions(value: Any, ids: set[int]) -> bool:
    if isinstance(value, int):
        return value in ids
    return isinstance(value, dict | list | str) and not ids.isdisjoint(map(int, re.findall(r"\d+", str(value))))


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens inside never was, so that one request doesn't spoil the next."""
    try:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
    finally:
        forget_what_was_read()


def ask(client: Client, methods: set[str], address: str, body: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """What each of the methods answers at an address."""
    for method in sorted(methods):
        answer = client.post(address, body) if method == "POST" else client.generic(method, address)
        yield f"{method} {address}", answer


PARTS = 16


def some_of(ids: Mapping[str, int], row: Any, parameter: str, *, thorough: bool) -> dict[str, int]:
    """The ids to try in a place of a route's address: that of the thing it is for, and of the others a part or all."""
    mine = zlib.crc32(f"{row} {parameter}".encode()) % PARTS
    return {
        name: id
        for place, (name, id) in enumerate(ids.items())
        if thorough or place % PARTS == mine or name == row.named(parameter)
    }


def text_of(answer: Any) -> str:
    """What an answer says, also where it comes in pieces."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode(errors="replace")


@dataclass
class Form:
    """A form as a page has it: where it goes, and what is in its fields."""

    action: str
    method: str
    values: dict[str, Any] = field(default_factory=dict)
    texts: dict[str, int] = field(default_factory=dict)  # those that a person writes in: the longest text that fits
    kinds: dict[str, str] = field(default_factory=dict)  # and what sort of text: "text", "email", "url" and so on
    wrong: set[str] = field(default_factory=set)  # fields that the page marks as mistaken
    page: str = ""  # where it was found
    choices: set[str] = field(default_factory=set)  # boxes, also those that are not ticked


def forms_on(client: Client, addresses: Iterable[str]) -> dict[str, Form]:
    """Every form on some pages that is posted, by where it goes."""
    found: dict[str, Form] = {}
    for address in addresses:
        answer = client.get(address, follow=True)
        if answer.headers["Content-Type"].startswith("text/html"):
            for form in Page(text_of(answer)).forms:
                if form.method == "post":
                    form.action, form.page = form.action or address, address
                    found.setdefault(form.action, form)
    return found


def with_query(address: str, query: str) -> str:
    """The address with something more asked of it."""
    return f"{address}{'&' if '?' in address else '?'}{query}"


TYPED = {"text", "email", "url", "tel", "search", "password", "number", ""}
LONGEST = 5_000


class Page(HTMLParser):
    """What a page would do in a browser: its elements, where they lead, its forms."""

    def __init__(self, content: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self.forms: list[Form] = []
        self._outside = Form("", "get")  # a field may belong to a form by its id; those are read as if inside
        self._select = ""
        self._area = ""
        self.feed(content)

    @property
    def links(self) -> list[str]:
        """Everything that a browser or a crawler would follow."""
        found = [attributes.get(name, "") for _tag, attributes in self.elements for name in ("href", "src", "hx-get")]
        return [link for link in found if link]

    @property
    def text(self) -> str:
        return " ".join(self.words)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attributes}
        self.elements.append((tag, named))
        if tag == "form":
            self.forms.append(Form(named.get("action", ""), named.get("method", "get").lower()))
        name, form = named.get("name", ""), self.forms[-1] if self.forms else self._outside
        if tag == "select":
            self._select = name
        if tag == "option" and self._select and (self._select not in form.values or "selected" in named):
            form.values[self._select] = named.get("value", "")
        if tag == "textarea" and name:
            self._area, form.values[name] = name, ""
            self._text(form, name, named, "text")
        if tag == "input" and name:
            self._input(form, name, named)

    def _input(self, form: Form, name: str, named: dict[str, str]) -> None:
        kind = named.get("type", "")
        if kind in ("checkbox", "radio"):
            form.choices.add(name)
            if "checked" in named:
                form.values.setdefault(name, []).append(named.get("value", "on"))
        elif kind not in ("file", "submit"):
            form.values[name] = named.get("value", "")
            if kind in TYPED:
                self._text(form, name, named, kind)

    def _text(self, form: Form, name: str, named: dict[str, str], kind: str) -> None:
        form.texts[name], form.kinds[name] = int(named.get("maxlength", LONGEST)), kind
        if named.get("aria-invalid") == "true":
            form.wrong.add(name)

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        if tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if self._area:
            self.forms[-1].values[self._area] += data
