"""What is said about a document, whatever its type, by both sides and by the office to itself."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from counterfoil.design import conversations, files
from counterfoil.design.conversations import Conversation
from counterfoil.design.files import Row
from counterfoil.office.conversation import OfficeCommentForm, form_for
from counterfoil.office.pages import page
from counterfoil.reach.requests import OfficeRequest

from . import attachments
from .kinds import Kind


def of(
    kind: Kind,
    request: OfficeRequest,
    document: Any,
    attached: Mapping[int, Sequence[Row]],
    form: OfficeCommentForm | None = None,
) -> Conversation:
    """For the page of a document (with its customer); the form is a fresh one, or that which was sent.

    `attached` are the files of what was said, by comment.
    """
    reach = request.reach
    return conversations.read(
        request,
        reach,
        lambda: reach.comments.on(document),
        customer=document.customer.display_name,
        form=form or form_for(request, document),
        url=reach.url(f"comment_on_{kind.name}", document.id),
        here=reach.url(kind.name, document.id),
        newest=lambda: reach.newest_comments(document),
        attached=lambda _comments: attached,
    )


def add(kind: Kind, request: OfficeRequest, document_id: int) -> HttpResponse:
    """Say something about it. What is wrong is read beside the form, in the conversation alone."""
    reach = request.reach
    document = get_object_or_404(kind.all(reach).select_related("customer"), id=document_id)
    here, form = reach.url(kind.name, document.id), form_for(request, document, is_sent=True)
    if form and (said := form.add(document, reach)):
        return HttpResponseRedirect(conversations.after(request, here, said), status=303)
    return page(
        request,
        "office/documents/conversation.html",
        status=422,
        conversation=of(kind, request, document, files.by_comment(attachments.read(request, document)), form),
        name=document.name or _("Draft"),
        back_url=here,
    )
