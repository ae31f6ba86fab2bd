"""What the portal's pages of every type of document share: the list, one document as it would print, its PDF.

A type of its own is a `kinds.Kind`, its routes, and what only it can do.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import FileResponse, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from counterfoil.books.sales.search import matching
from counterfoil.design import batches, files
from counterfoil.design.answers import pdf_answer
from counterfoil.design.lists import asks_for_file, list_file, read_list, tick_label
from counterfoil.design.marks import pill
from counterfoil.foundation import clock
from counterfoil.outbound import links
from counterfoil.paper.documents import document_pdf, document_sheet
from counterfoil.paper.signed_quotes import signed_pdf
from counterfoil.reach.doors import needs
from counterfoil.reach.portal import PortalReach
from counterfoil.reach.requests import PortalRequest

from . import attachments, conversation, forwarding
from .amounts import day, written
from .kinds import Kind
from .pages import page


def row(kind: Kind, reach: PortalReach, document: Any) -> dict[str, Any]:
    """A line of the list."""
    return {
        "id": document.id,
        "tick": tick_label(document.name),
        "number": document.name,
        "url": reach.url(kind.name, document.id),
        "dated": day(reach, document.dated),
        "pill": pill(*kind.status(document, reach.today)),
        "amount": written(reach, document.total_minor),
    }


def show_list(
    kind: Kind, request: PortalRequest, rows_of: Callable[[PortalReach, list[Any]], list[dict[str, Any]]], **more: Any
) -> HttpResponse | FileResponse:
    """The list, newest first, filtered and searched as its address says: a page with `rows_of` it, or all as a file."""
    reach, rows = request.reach, kind.all(request.reach)
    if asks_for_file(request):
        return list_file(request, rows, kind.listed, search=matching, today=reach.today, name=kind.plural)
    listing = read_list(request, rows.for_list(), kind.listed, search=matching, today=reach.today)
    return page(
        request,
        kind.list_template,
        kind=kind,
        words=kind.words,
        rows=rows_of(reach, listing.rows),
        listing=listing,
        together_url=reach.url(f"{kind.plural}_together"),
        batch_key=batches.fresh(),
        **more,
    )


def together(kind: Kind) -> Callable[..., HttpResponse]:
    """The view of a type's route `plural`_together: print what is ticked, or pack it (`act`)."""

    @needs(f"{kind.plural}.read")
    @require_POST
    def begin(request: PortalRequest) -> HttpResponse:
        reach, act = request.reach, request.POST.get("act", "")
        return batches.begin(
            request,
            reach,
            act if act != "send" else "",
            kind=kind.name,
            documents=kind.all(reach),
            list_url=reach.url(kind.plural),
            owner=reach.contact,
        )

    return begin


def tabs_of_invoices(reach: PortalReach, here: str) -> list[dict[str, Any]]:
    """The two lists of what a customer is asked to pay; `here` is the route of the one that is shown."""
    routes = {"invoices": _("Invoices"), "retainer_invoices": _("Retainer invoices")}
    return [{"label": label, "url": reach.url(route), "current": route == here} for route, label in routes.items()]


def is_looked_at(request: PortalRequest) -> bool:
    """Whether the customer looks at a document now: not by a link, which was noticed when its button was pressed, and
    not as a browser does that fetches the page only in case somebody opens it.
    """
    purposes = (request.headers.get("Sec-Purpose", ""), request.headers.get("Purpose", ""))
    is_prefetch = any("prefetch" in purpose or "preview" in purpose for purpose in purposes)
    return request.method == "GET" and not request.reach.is_by_link and not is_prefetch


def notice(kind: Kind, request: PortalRequest, document: Any) -> None:
    """Let the office know of the first time that it is opened."""
    if document.viewed_at is None and is_looked_at(request):
        kind.view(document, by=request.reach.actor)


def shown(
    kind: Kind, request: PortalRequest, document: Any, content: Mapping[str, Any] | None = None
) -> Mapping[str, Any]:
    """What every page of a document shows; `content` is what its paper says, where that is not what was sent."""
    reach = request.reach
    status, label = kind.status(document, reach.today)
    standing = kind.paper(document, reach.today)
    sheet = document_sheet(content or document.content, reach.organization, reach.language, standing)
    found = attachments.read(request, document)
    return {
        "document": document,
        "title": kind.words.titled % {"number": document.name},
        "many": kind.words.many,
        "status_word": status,
        "label": label,
        "sheet": sheet,
        "has_discount": any(line.discount for line in sheet.lines),
        "total": written(reach, document.total_minor),
        "pdf_url": reach.url(f"{kind.name}_pdf", document.id),
        "forward_url": forwarding.url(kind, reach, document),
        "attachments": attachments.of(kind, request, document, found),
        "conversation": conversation.of(kind, request, document, files.by_comment(found)),
        "back_url": "" if reach.is_by_link else reach.url(kind.plural),
    }


def find(kind: Kind, reach: PortalReach, document_id: int) -> Any:
    """One of this type, with its content. Raises Http404."""
    return reach.document(kind.plural, document_id)


def pdf(kind: Kind, request: PortalRequest, document: Any) -> HttpResponse:
    """The document as PDF, in the reader's language; what was signed, as it was signed."""
    reach = request.reach
    content = signed_pdf(document) or document_pdf(
        document.content,
        reach.organization,
        reach.language,
        kind.paper(document, reach.today),
        at=clock.now(),
        pay_url=links.payment(document),
    )
    return pdf_answer(content, f"{document.file_name}.pdf")
