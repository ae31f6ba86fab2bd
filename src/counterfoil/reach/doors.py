"""Every route says what it needs or why it is open. A route that says neither keeps the program from starting."""

from collections.abc import Callable, Iterator
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.urls import URLPattern, URLResolver, get_resolver

View = Callable[..., Any]


def needs(capability: str, *, by_link: bool = False) -> Callable[[View], View]:
    """The view may be used by whoever has this capability, for example "invoices.pay".

    With `by_link`, who came by a mailed link may use it too, for what that link opens; without, they are strangers.
    """

    def mark(view: View) -> View:
        view.needs = capability  # type: ignore[attr-defined]
        view.by_link = by_link  # type: ignore[attr-defined]
        return view

    return mark


def public(reason: str) -> Callable[[View], View]:
    """The view is open to everybody, for this reason."""

    def mark(view: View) -> View:
        view.public = reason  # type: ignore[attr-defined]
        return view

    return mark


def routes(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every route of the URL configuration, as its full pattern and its entry."""
    for entry in (resolver or get_resolver()).url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry, path)
        else:
            yield path, entry


def refuse_unmarked_routes() -> None:
    """Raise ImproperlyConfigured if any route says neither what it needs nor why it is open."""
    unmarked = [
        path for path, entry in routes() if not (hasattr(entry.callback, "needs") or hasattr(entry.callback, "public"))
    ]
    if unmarked:
        raise ImproperlyConfigured(f"These routes have neither @needs nor @public: {', '.join(unmarked)}")
