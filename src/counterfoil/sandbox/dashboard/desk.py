"""One person at the dashboard of one account: its addresses, its words, and the page around what is shown."""

from __future__ import annotations

import functools
import secrets
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from babel.dates import format_datetime
from markupsafe import Markup
from werkzeug import Request, Response

from counterfoil.sandbox import currencies
from counterfoil.sandbox.gateway import Gateway
from counterfoil.sandbox.refusals import Refusal
from counterfoil.sandbox.rendering import answer, page, render
from counterfoil.sandbox.words import LANGUAGES, wanted_language

from . import keys
from .words import WORDS


@dataclass(frozen=True)
class Desk:
    """Who looks: the account that the key in the address opens, and the language that they read."""

    gateway: Gateway
    request: Request
    account: sqlite3.Row

    @property
    def language(self) -> str:
        return _language(self.request)

    @property
    def words(self) -> dict[str, str]:
        return WORDS[self.language]

    def db(self) -> sqlite3.Connection:
        return self.gateway.store.reading()

    def url(self, path: str = "", **query: str) -> str:
        """An address of the dashboard, with its key, and the language if one was chosen."""
        chosen = {"lang": self.request.args["lang"]} if "lang" in self.request.args else {}
        return f"/dashboard{path}?{urlencode({'key': keys.of(self.account)} | chosen | query)}"

    def sealed(self) -> Markup:
        """The hidden fields of a form: that it is ours, and that it counts once."""
        return render("desk_seal", self.words, token=keys.form_token(self.account), once=secrets.token_urlsafe(18))

    def amount(self, minor: int, currency: str) -> str:
        return currencies.written(minor, currency, self.language)

    def moment(self, seconds: float, form: str = "moment") -> Markup:
        """A point in time as people write it; there is no clock but UTC at the gateway."""
        when = self.gateway.store.at(seconds)
        shown = format_datetime(when, self.words[form], locale=self.language.replace("-", "_"))
        return Markup('<time datetime="{}">{}</time>').format(when.isoformat(timespec="seconds"), shown)

    def page(self, title: str, content: Markup, *, path: str, status: int = 200) -> Response:
        """A whole page. `path` is where it is found within the dashboard, also when a form was refused."""
        done = self.words.get(f"done_{self.request.args.get('done', '')}") if status == 200 else None
        links = (self._link(where, word, path) for where, word in (("", "payments"), ("/account", "settings")))
        body = render(
            "desk",
            self.words,
            account=self.account["name"],
            links=Markup().join(links),
            languages=self._languages(path),
            notice=render("done", self.words, sentence=done) if done else Markup(),
            content=content,
        )
        return answer(title, body, self.language, status=status)

    def _link(self, where: str, word: str, path: str) -> Markup:
        part = "page" if where == path else "true" if not where and path.startswith("/payments/") else ""
        current = Markup(' aria-current="{}"').format(part) if part else Markup()
        return Markup('<a href="{}"{}>{}</a>').format(self.url(where), current, self.words[word])

    def _languages(self, path: str) -> Markup:
        return Markup(" ").join(
            Markup('<a href="{}" lang="{}" hreflang="{}">{}</a>').format(self.url(path, lang=tag), tag, tag, name)
            for tag, name in LANGUAGES.items()
            if tag != self.language
        )


def opened(view: Callable[..., Response]) -> Callable[..., Response]:
    """A view for whoever has an account's key; what isn't in that account is not there."""

    @functools.wraps(view)
    def look(gateway: Gateway, request: Request, **arguments: Any) -> Response:
        account = keys.account_of(gateway.store, request.args.get("key", ""))
        if account is None:
            return message(request, "closed", 403)
        try:
            return view(Desk(gateway, request, account), **arguments)
        except Refusal as refusal:
            return message(request, "gone", refusal.status)

    return look


def message(request: Request, name: str, status: int) -> Response:
    words, language = WORDS[_language(request)], _language(request)
    content = render("message", words, heading=words[f"{name}_title"], sentence=words[f"{name}_words"])
    return page(words[f"{name}_title"], content, language, status=status)


def _language(request: Request) -> str:
    return wanted_language(request.args.get("lang", ""), *(tag for tag, _ in request.accept_languages))
