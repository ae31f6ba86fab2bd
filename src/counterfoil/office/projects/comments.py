"""What is said about a project, by both sides and by the office to itself."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from counterfoil.books.organizations import modules
from counterfoil.design import conversations
from counterfoil.design.conversations import Conversation
from counterfoil.design.files import Row, by_comment
from counterfoil.office.conversation import OfficeCommentForm, form_for
from counterfoil.office.customers.files import row
from counterfoil.office.pages import page
from counterfoil.reach.doors import needs
from counterfoil.reach.requests import OfficeRequest


def is_seen(request: OfficeRequest, project: Any) -> bool:
    """Whether its customer sees it in their portal."""
    return bool(project.is_active and modules.is_on(request.reach.organization, "projects"))


def of(
    request: OfficeRequest,
    project: Any,
    form: OfficeCommentForm | None = None,
    *,
    colleagues: Sequence[Any] | None = None,
) -> Conversation:
    """For the page of a project (with its customer); the form is a fresh one, or that which was sent."""
    reach = request.reach
    return conversations.read(
        request,
        reach,
        lambda: reach.comments.on(project),
        customer=project.customer.display_name,
        form=form or form_for(request, project, can_be_shown=is_seen(request, project), colleagues=colleagues),
        url=reach.url("comment_on_project", project.id),
        here=reach.url("project", project.id),
        newest=lambda: reach.newest_comments(project),
        attached=partial(_attached, request),
    )


@needs("comments.add")
@require_POST
def add(request: OfficeRequest, project_id: int) -> HttpResponse:
    """Say something about it. What is wrong is read beside the form, in the conversation alone."""
    reach = request.reach
    project = get_object_or_404(reach.projects.select_related("customer"), id=project_id)
    here = reach.url("project", project.id)
    form = form_for(request, project, is_sent=True, can_be_shown=is_seen(request, project))
    if form and (said := form.add(project, reach)):
        return HttpResponseRedirect(conversations.after(request, here, said), status=303)
    return page(
        request,
        "office/documents/conversation.html",
        status=422,
        conversation=of(request, project, form),
        name=project.name,
        back_url=here,
    )


def _attached(request: OfficeRequest, comments: Sequence[Any]) -> Mapping[int, Sequence[Row]]:
    """The files of these, by comment; one query if there are any."""
    found = request.reach.files.said_with([one.id for one in comments]) if comments else ()
    return by_comment([(file, row(request, file)) for file in found])
