"""What the page of one document has, whatever its type: its sheet, history, revisions, PDF."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from counterfoil.books.sales import origins
from counterfoil.books.sales.snapshots import snapshot
from counterfoil.design import files
from counterfoil.design.answers import pdf_answer
from counterfoil.foundation import clock
from counterfoil.foundation.actors import actor_from
from counterfoil.foundation.formats import format_moment
from counterfoil.office import activity
from counterfoil.office.pages import page
from counterfoil.office.words import written
from counterfoil.outbound.enclosures import paper_of
from counterfoil.paper.documents import document_sheet
from counterfoil.paper.electronic.missing import is_meant, missing
from counterfoil.reach.office import OfficeReach
from counterfoil.reach.requests import OfficeRequest

from . import attachments, conversation, links
from .kinds import Kind


def find(kind: Kind, reach: OfficeReach, document_id: int) -> Any:
    """One of this type, with its content, its customer and who opened it first. Raises Http404."""
    return reach.document(kind.all(reach).model, document_id)


def shown(kind: Kind, request: OfficeRequest, document: Any) -> dict[str, Any]:
    """What every page of a document shows. A dialog that the address asks for stands open."""
    reach = request.reach
    status = document.status(reach.today)
    sheet = document_sheet(_content(document), reach.organization, reach.language, kind.paper(document, reach.today))
    number = document.name or _("Draft")
    found = attachments.read(request, document)
    return {
        "kind": kind,
        "document": document,
        "number": number,
        "title": kind.words.titled % {"number": number},
        "many": kind.words.many,
        "status_word": status.value,
        "label": str(status.label),
        "seen": seen_by(reach, document),
        "origin": _origin(reach, document),
        "sheet": sheet,
        "not_electronic": _not_electronic(reach, document),
        "has_discount": any(line.discount for line in sheet.lines),
        "may_edit": reach.may(kind.edits),
        "people": reach.recipients_of(document) if reach.may(kind.edits) else [],
        "asks": {request.GET.get("ask", "").replace("-", "_"): True},
        "total": written(reach, document.total_minor, document.currency),
        "links": links.of(kind, request, document) if document.has_links else [],
        "attachments": attachments.of(kind, request, document, found),
        "conversation": conversation.of(kind, request, document, files.by_comment(found)),
        "activity": _history(request, document),
        "revisions": _revisions(kind, reach, document),
        "urls": {act: reach.url(f"{kind.name}_{act}", document.id) for act in kind.buttons},
        "edit_url": reach.url(f"{kind.name}_edit", document.id),
        "copy_url": f"{reach.url(f'{kind.name}_new')}?customer={document.customer_id}&copy={document.id}",
        "pdf_url": reach.url(f"{kind.name}_pdf", document.id),
        "customer_url": reach.url("customer", document.customer_id),
        "back_url": reach.url(kind.plural),
    }


def _origin(reach: OfficeReach, document: Any) -> dict[str, Any] | None:
    """What it was made of."""
    origin = origins.origin_of(document)
    if origin is None:
        return None
    is_gone = getattr(origin, "deleted_at", None) is not None
    return {"name": origin.name, "url": "" if is_gone else reach.url(origin.kind(), origin.id)}


def _content(document: Any) -> Any:
    """What was sent, as it was kept; a draft as it stands."""
    return document.content or snapshot(document)


def _not_electronic(reach: OfficeReach, document: Any) -> list[Any]:
    """Why its PDF has no invoice for machines in it, although the organization wants that."""
    wanted = reach.organization.issues_electronic and document.state not in ("draft", "void")
    return missing(document.content) if wanted and document.content and is_meant(document.content) else []


def _history(request: OfficeRequest, document: Any) -> list[activity.Line]:
    """What happened to it, newest first."""
    names = {document.customer_id: document.customer.display_name}
    return activity.tell(request, request.reach.events_about(document, activity.TOLD), names=names)


def _revisions(kind: Kind, reach: OfficeReach, document: Any) -> list[dict[str, Any]]:
    """What was sent before, if it was edited since; the newest first."""
    if document.content is None or document.revision == 1:
        return []
    kept = document.revisions.order_by("-revision").values_list("revision", "made_at", "made_by")
    lines = [
        {
            "revision": revision,
            "when": moment(reach, made_at),
            "who": actor_from(made_by).name,
            "url": "" if revision == document.revision else reach.url(f"{kind.name}_revision", document.id, revision),
        }
        for revision, made_at, made_by in kept
    ]
    return lines if len(lines) > 1 else []


def seen_by(reach: OfficeReach, document: Any) -> str:
    """Who of the customer opened it first, and when."""
    if document.viewed_at is None:
        return ""
    seen = {"who": document.viewed_by.full_name, "when": moment(reach, document.viewed_at)}
    return _("by link, %(who)s, %(when)s") % seen if document.viewed_by_link else _("%(who)s, %(when)s") % seen


def moment(reach: OfficeReach, at: Any) -> str:
    """A moment as the organization and the reader's language write it."""
    return format_moment(at, reach.language, reach.organization.time_zone, reach.organization.date_format)


def revision(kind: Kind, request: OfficeRequest, document_id: int, number: int) -> HttpResponse:
    """The document as it was sent at an earlier time. The present one is on its own page."""
    reach = request.reach
    document = get_object_or_404(kind.all(reach).select_related("customer"), id=document_id)
    kept = document.revisions.filter(revision=number).first()
    if kept is None or number == document.revision:
        raise Http404
    sheet = document_sheet(kept.content, reach.organization, reach.language)
    return page(
        request,
        "office/documents/revision.html",
        sheet=sheet,
        has_discount=any(line.discount for line in sheet.lines),
        number=document.name,
        revision=number,
        when=moment(reach, kept.made_at),
        who=actor_from(kept.made_by).name,
        as_it_is_now=kind.words.as_it_is_now,
        back_url=reach.url(kind.name, document.id),
    )


def pdf(kind: Kind, request: OfficeRequest, document_id: int) -> HttpResponse:
    """The document as PDF, in the customer's language, as the customer gets it; what was signed, as it was signed."""
    reach = request.reach
    documents = kind.all(reach).with_content().select_related("customer", "organization")
    document = get_object_or_404(documents, id=document_id)
    return pdf_answer(paper_of(document, at=clock.now()), f"{document.file_name}.pdf")
