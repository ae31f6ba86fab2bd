"""The files of one document, whatever its type: those that the customer sees, and those that only we see."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from counterfoil.design import files
from counterfoil.design.files import Attachments, Row, UploadForm
from counterfoil.office.customers.files import OfficeUploadForm, row
from counterfoil.office.pages import page
from counterfoil.reach.requests import OfficeRequest

from .kinds import Kind


def read(request: OfficeRequest, document: Any) -> list[tuple[Any, Row]]:
    """All that belongs to a document, to be shown with it and with what is said about it; one query if there is any."""
    if not getattr(document, "has_files", True):
        return []
    found = request.reach.files.on(document)
    return [(file, row(request, file, is_visible=document.state != "draft")) for file in found]


def of(
    kind: Kind,
    request: OfficeRequest,
    document: Any,
    found: list[tuple[Any, Row]],
    form: UploadForm | None = None,
) -> Attachments:
    """What belongs to the document itself, and the form to add to it, for who may."""
    reach = request.reach
    return Attachments(
        rows=[line for file, line in found if file.comment_id is None],
        form=form or OfficeUploadForm(initial=files.fresh()) if reach.may("files.add") else None,
        url=reach.url(f"attach_to_{kind.name}", document.id),
    )


def add(kind: Kind, request: OfficeRequest, document_id: int) -> HttpResponse:
    """Put files to it. What is wrong is read beside the form, with the files alone."""
    reach = request.reach
    document = get_object_or_404(kind.all(reach), id=document_id)
    here, form = reach.url(kind.name, document.id), OfficeUploadForm(request.POST, request.FILES)
    if added := form.add(document, request):
        return HttpResponseRedirect(files.after(request, here, added), status=303)
    return page(
        request,
        "office/documents/attachments.html",
        status=422,
        attachments=of(kind, request, document, read(request, document), form),
        name=document.name or _("Draft"),
        back_url=here,
    )
