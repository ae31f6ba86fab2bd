"""Documents: the files that the customer and the business share, apart from any quote or invoice."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from counterfoil.books.sharing import shared_files
from counterfoil.design import files
from counterfoil.design.files import Row, UploadForm
from counterfoil.design.lists import ALL, Filter, Listed, read_list
from counterfoil.foundation.refusal import Refused
from counterfoil.reach.doors import needs
from counterfoil.reach.requests import PortalRequest

from . import attachments
from .pages import page

LISTED = Listed(
    sorts=files.SORTS,
    filters=(
        ALL,
        Filter("yours", gettext_lazy("Uploaded by you"), lambda rows, _today: rows.filter(contact__isnull=False)),
        Filter("shared", gettext_lazy("Shared with you"), lambda rows, _today: rows.filter(contact__isnull=True)),
    ),
)


@needs("files.read")
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: PortalRequest) -> HttpResponse:
    """The list, newest first, and the form to upload more."""
    reach = request.reach
    if not reach.shows_files:
        raise Http404
    here, form = reach.url("files"), UploadForm(initial=files.fresh())
    if request.method == "POST":
        form = UploadForm(request.POST, request.FILES)
        if added := form.put(partial(shared_files.add, reach.customer, by=reach.actor)):
            return HttpResponseRedirect(files.after(request, here, added), status=303)
    listing = read_list(request, reach.account_files, LISTED, search=files.by_name, today=reach.today)
    return page(
        request,
        "portal/files/index.html",
        status=422 if form.errors else 200,
        form=form if reach.may_upload or form.errors else None,
        url=here,
        listing=listing,
        rows=[_row(request, file) for file in listing.rows],
    )


def _row(request: PortalRequest, file: Any) -> Row:
    reach = request.reach
    can_go = reach.may_upload and shared_files.can_be_removed(file, actor=reach.actor)
    return attachments.row(request, file, remove_url=reach.url("file_remove", file.id) if can_go else "")


@needs("files.read", by_link=True)
@require_safe
def show(request: PortalRequest, file_id: int) -> FileResponse:
    """The file itself, to keep."""
    return files.download(get_object_or_404(request.reach.files, id=file_id))


@needs("files.read", by_link=True)
@require_safe
def small(request: PortalRequest, file_id: int) -> FileResponse:
    """A small picture of it."""
    return files.small(get_object_or_404(request.reach.files, id=file_id))


@needs("files.remove")
@require_POST
def remove(request: PortalRequest, file_id: int) -> HttpResponse:
    """Take away what one uploaded oneself."""
    file = get_object_or_404(request.reach.files, id=file_id)
    try:
        shared_files.remove(file, by=request.reach.actor)
    except Refused as refusal:
        messages.error(request, str(refusal.sentence))
    else:
        messages.success(request, _("%(file)s was removed.") % {"file": file.name})
    return HttpResponseRedirect(request.reach.url("files"), status=303)
