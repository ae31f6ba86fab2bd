"""Pages from the files in html/. What is put into a place is escaped, whatever it is."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from markupsafe import Markup
from werkzeug import Response

from . import addresses
from .words import WORDS

HERE = Path(__file__).parent
POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",  # the address of a payment is its key
    "Cache-Control": "no-store",
}


@cache
def _template(name: str) -> Markup:
    return Markup((HERE / "html" / f"{name}.html").read_text(encoding="utf-8").strip())  # noqa: S704 (our own file)


def render(name: str, words: Mapping[str, str], /, **places: str) -> Markup:
    """A file with its places filled: {amount}, or {word[number]} for a word in the reader's language."""
    return _template(name).format(word=words, **places)


def page(title: str, content: Markup, language: str, *, status: int = 200, form_to: str = "") -> Response:
    """A whole page. `form_to` is where its form may end up: Chromium applies form-action to redirects too."""
    words = WORDS[language]
    response = answer(words.get(title, title), render("page", words, content=content), language, status=status)
    target = addresses.origin_of(form_to) if form_to else None
    if target:
        response.headers["Content-Security-Policy"] = f"{POLICY} {target}"
    return response


def answer(title: str, body: Markup, language: str, *, status: int = 200) -> Response:
    """A whole document whose forms end up here."""
    document = render("frame", WORDS[language], lang=language, title=title, body=body)
    response = Response(str(document), status, mimetype="text/html")
    response.headers["Content-Security-Policy"] = POLICY
    return response
