"""What is said about a customer approval, by both sides and by the office to itself."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from counterfoil.books.organizations.modules import is_on
from counterfoil.design import conversations
from counterfoil.design.conversations import Conversation
from counterfoil.design.files import Row, by_comment
from counterfoil.office.conversation import OfficeCommentForm, form_for
from counterfoil.office.customers.files import row
from counterfoil.office.pages import page
from counterfoil.reach.doors import needs
from counterfoil.reach.requests import OfficeRequest


def of(request: OfficeRequest, approval: Any, form: OfficeCommentForm | None = None) -> Conversation:
    """For its page; the form is a fresh one, or that which was sent."""
    reach = request.reach
    return conversations.read(
        request,
        reach,
        lambda: reach.comments.on(approval),
        customer=approval.customer.display_name,
        form=form or form_for(request, approval, can_be_shown=_is_seen(request, approval)),
        url=reach.url("comment_on_approval", approval.id),
        here=reach.url("approval", approval.id),
        newest=lambda: reach.newest_comments(approval),
        attached=partial(_attached, request),
    )


def _is_seen(request: OfficeRequest, approval: Any) -> bool:
    """Whether its customer sees it in their portal."""
    return bool(approval.state != "draft" and is_on(request.reach.organization, "projects"))


def _attached(request: OfficeRequest, comments: Sequence[Any]) -> Mapping[int, Sequence[Row]]:
    """The files of these, by comment; one query if there are any."""
    found = request.reach.files.said_with([one.id for one in comments]) if comments else ()
    return by_comment([(file, row(request, file)) for file in found])


@needs("comments.add")
@require_POST
def add(request: OfficeRequest, approval_id: int) -> HttpResponse:
    """Say something about it. What is wrong is read beside the form, in the conversation alone."""
    reach = request.reach
    approval = get_object_or_404(reach.approvals.select_related("customer"), id=approval_id)
    here = reach.url("approval", approval.id)
    form = form_for(request, approval, is_sent=True, can_be_shown=_is_seen(request, approval))
    if form and (said := form.add(approval, reach)):
        return HttpResponseRedirect(conversations.after(request, here, said), status=303)
    return page(
        request,
        "office/documents/conversation.html",
        status=422,
        conversation=of(request, approval, form),
        name=approval.number or _("Draft"),
        back_url=here,
    )
