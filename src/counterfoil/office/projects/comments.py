"""What is said about a project, by both sides and by the office to itself."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from counterfoil.books.organizations.modules import is_on
from counterfoil.design.conversations import Conversation
from counterfoil.office import conversation
from counterfoil.reach.doors import needs
from counterfoil.reach.requests import OfficeRequest


def is_seen(request: OfficeRequest, project: Any) -> bool:
    """Whether its customer sees it in their portal."""
    return bool(project.is_active and is_on(request.reach.organization, "projects"))


def of(request: OfficeRequest, project: Any, *, colleagues: Sequence[Any]) -> Conversation:
    """For its page, which has read who can be told."""
    return conversation.about(request, project, can_be_shown=is_seen(request, project), colleagues=colleagues)


@needs("comments.add")
@require_POST
def add(request: OfficeRequest, project_id: int) -> HttpResponse:
    project = get_object_or_404(request.reach.projects.select_related("customer"), id=project_id)
    return conversation.add(request, project, can_be_shown=is_seen(request, project))
