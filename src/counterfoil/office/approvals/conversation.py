"""What is said about a customer approval, by both sides and by the office to itself."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from counterfoil.books.organizations.modules import is_on
from counterfoil.design.conversations import Conversation
from counterfoil.office import conversation
from counterfoil.reach.doors import needs
from counterfoil.reach.requests import OfficeRequest


def of(request: OfficeRequest, approval: Any) -> Conversation:
    """For its page."""
    return conversation.about(request, approval, can_be_shown=_is_seen(request, approval))


@needs("comments.add")
@require_POST
def add(request: OfficeRequest, approval_id: int) -> HttpResponse:
    approval = get_object_or_404(request.reach.approvals.select_related("customer"), id=approval_id)
    return conversation.add(request, approval, can_be_shown=_is_seen(request, approval))


def _is_seen(request: OfficeRequest, approval: Any) -> bool:
    """Whether its customer sees it in their portal."""
    return bool(approval.state != "draft" and is_on(request.reach.organization, "projects"))
