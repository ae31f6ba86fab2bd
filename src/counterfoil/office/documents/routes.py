"""The routes that every type of document has in the office, below its plural."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponseBase
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from counterfoil.books.sales import document_links
from counterfoil.reach.doors import needs
from counterfoil.reach.requests import OfficeRequest

from . import acts, attachments, conversation, editor, links, lists, pages, several
from .kinds import Kind

View = Callable[..., HttpResponseBase]
BOTH = require_http_methods(["GET", "HEAD", "POST"])


def routes(kind: Kind, show: View) -> list[URLPattern]:
    """The list, the editor, a page (`show`), its PDF, earlier revisions if there can be any, and what buttons do."""
    one = f"<int:{kind.name}_id>/"
    return [
        path("", at(kind, lists.index, kind.reads, require_safe), name=kind.plural),
        path("together/", at(kind, several.together, kind.reads, require_POST), name=f"{kind.plural}_together"),
        path("sending/", at(kind, several.send, kind.edits, require_POST), name=f"{kind.plural}_send"),
        path("new/", at(kind, editor.new, kind.edits, BOTH), name=f"{kind.name}_new"),
        path(one, show, name=kind.name),
        path(f"{one}edit/", at(kind, editor.edit, kind.edits, BOTH), name=f"{kind.name}_edit"),
        path(f"{one}pdf/", at(kind, pages.pdf, kind.reads, require_safe), name=f"{kind.name}_pdf"),
        *_links(kind, one),
        path(
            f"{one}comments/",
            at(kind, conversation.add, "comments.add", require_POST),
            name=f"comment_on_{kind.name}",
        ),
        path(f"{one}files/", at(kind, attachments.add, "files.add", require_POST), name=f"attach_to_{kind.name}"),
        *(_earlier(kind, one) if kind.is_revised else ()),
        *(
            path(f"{one}{act.at}/", at(kind, acts.button(act), kind.edits, require_POST), name=f"{kind.name}_{key}")
            for key, act in kind.buttons.items()
        ),
    ]


def _earlier(kind: Kind, one: str) -> list[URLPattern]:
    """What was sent before it was edited."""
    view = at(kind, pages.revision, kind.reads, require_safe)
    return [path(f"{one}revisions/<int:number>/", view, name=f"{kind.name}_revision")]


def _links(kind: Kind, one: str) -> list[URLPattern]:
    """Of those types to which links are mailed."""
    if kind.name not in document_links.VIEWS:
        return []
    revoke = at(kind, links.revoke, kind.edits, require_POST)
    return [path(f"{one}links/<int:link_id>/revocation/", revoke, name=f"{kind.name}_link_revoke")]


def at(kind: Kind, view: View, capability: str, methods: Callable[[View], View]) -> View:
    """A view of every type as the view of one, with what it needs there."""

    @needs(capability)
    @methods
    def at_route(request: OfficeRequest, **ids: Any) -> HttpResponseBase:
        return view(kind, request, *ids.values())

    return at_route
