"""What is said about a document of any type, a project or a timesheet.

A document's page has it by itself; a route of its own is made by `on`.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from counterfoil.books.conversations import comments
from counterfoil.design import conversations, files
from counterfoil.design.conversations import CommentForm, Conversation
from counterfoil.design.files import Row
from counterfoil.reach.doors import needs
from counterfoil.reach.requests import PortalRequest

from . import attachments
from .kinds import Subject
from .pages import page


def of(
    kind: Subject,
    request: PortalRequest,
    document: Any,
    attached: Mapping[int, Sequence[Row]],
    form: CommentForm | None = None,
) -> Conversation | None:
    """For the page of a document; nothing for who came by a mailed link. The form is a fresh one, or that of before.

    `attached` are the files of what was said, by comment.
    """
    reach = request.reach
    if not reach.may("comments.add"):
        return None
    return conversations.read(
        request,
        reach,
        lambda: reach.comments.on(document),
        customer=reach.customer.display_name,
        form=form or CommentForm(initial=conversations.fresh(), takes_files=reach.may_upload),
        url=reach.url(f"comment_on_{kind.name}", document.id),
        here=reach.url(kind.name, document.id),
        newest=partial(reach.newest_comments, document),
        attached=lambda _comments: attached,
    )


def on(kind: Subject) -> Callable[..., HttpResponse]:
    """The view of the route `comment_on_` and the type's name, by which something is said about one document."""

    @needs("comments.add")
    @require_POST
    def add(request: PortalRequest, **asked: int) -> HttpResponse:
        (document_id,) = asked.values()
        document = get_object_or_404(kind.all(request.reach), id=document_id)
        here = request.reach.url(kind.name, document.id)
        form = CommentForm(request.POST, request.FILES, takes_files=request.reach.may_upload)
        if said := form.said(partial(comments.add, document, by=request.reach.actor)):
            return HttpResponseRedirect(conversations.after(request, here, said), status=303)
        return page(
            request,
            "portal/documents/conversation.html",
            status=422,
            conversation=of(kind, request, document, files.by_comment(attachments.read(request, document)), form),
            name=document.name,
            back_url=here,
        )

    return add
