"""The files of one document, whatever its type: its page shows them, a route of its own, made by `on`, takes more."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from counterfoil.books.sharing import shared_files
from counterfoil.design import files
from counterfoil.design.files import Attachments, Row, UploadForm
from counterfoil.reach.doors import needs
from counterfoil.reach.requests import PortalRequest

from .kinds import Kind
from .pages import page


def row(request: PortalRequest, file: Any, **acts: str) -> Row:
    """A line for a file of the account, of a document or of a comment."""
    reach = request.reach
    here = reach.url("file", file.id), reach.url("file_small", file.id)
    return files.row(request, reach, file, url=here[0], small_url=here[1], acts=acts)


def read(request: PortalRequest, document: Any) -> list[tuple[Any, Row]]:
    """All that belongs to a document, to be shown with it and with what is said about it; one query if there is any."""
    if not getattr(document, "has_files", True):
        return []
    return [(file, row(request, file)) for file in request.reach.files_on(document)]


def of(
    kind: Kind,
    request: PortalRequest,
    document: Any,
    found: list[tuple[Any, Row]],
    form: UploadForm | None = None,
) -> Attachments:
    """What belongs to the document itself, and the form to add to it, for who may."""
    reach = request.reach
    may_add = reach.may("files.add") and reach.may_upload
    return Attachments(
        rows=[line for file, line in found if file.comment_id is None],
        form=form or UploadForm(initial=files.fresh()) if may_add else None,
        url=reach.url(f"attach_to_{kind.name}", document.id) if may_add else "",
    )


def on(kind: Kind) -> Callable[..., HttpResponse]:
    """The view of the route `attach_to_` and the type's name, by which files are put to one document."""

    @needs("files.add")
    @require_POST
    def add(request: PortalRequest, **asked: int) -> HttpResponse:
        (document_id,) = asked.values()
        document = get_object_or_404(kind.all(request.reach), id=document_id)
        here, form = request.reach.url(kind.name, document.id), UploadForm(request.POST, request.FILES)
        if added := form.put(partial(shared_files.add, document, by=request.reach.actor)):
            return HttpResponseRedirect(files.after(request, here, added), status=303)
        return page(
            request,
            "portal/documents/attachments.html",
            status=422,
            attachments=of(kind, request, document, read(request, document), form),
            name=document.name,
            back_url=here,
        )

    return add
