"""What the buttons of a customer approval's page do; what was refused is read there."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from counterfoil.books.projects import approvals
from counterfoil.foundation.ids import whole_number
from counterfoil.foundation.refusal import Refused
from counterfoil.office.answers import done, mailed, refused
from counterfoil.office.documents.acts import chosen_people
from counterfoil.reach.doors import needs
from counterfoil.reach.requests import OfficeRequest


@needs("approvals.edit")
@require_POST
def send(request: OfficeRequest, approval_id: int) -> HttpResponse:
    """Ask the contact persons that were ticked."""
    approval, here = _found(request, approval_id)
    try:
        approvals.send(approval, by=request.reach.actor, revision=_seen(request), **chosen_people(request))
    except Refused as refusal:
        return refused(request, here, refusal)
    return mailed(request, here, _("The customer is asked to approve it."))


@needs("approvals.edit")
@require_POST
def recall(request: OfficeRequest, approval_id: int) -> HttpResponse:
    """Take it back, so that it can be changed."""
    approval, here = _found(request, approval_id)
    try:
        approvals.recall(approval, by=request.reach.actor, revision=_seen(request))
    except Refused as refusal:
        return refused(request, here, refusal)
    return done(request, here, _("You took it back. It is a draft again."))


@needs("approvals.edit")
@require_POST
def delete(request: OfficeRequest, approval_id: int) -> HttpResponse:
    """Throw it away; its time is free again."""
    approval, here = _found(request, approval_id)
    try:
        approvals.delete(approval, by=request.reach.actor, revision=_seen(request))
    except Refused as refusal:
        return refused(request, here, refusal)
    return done(request, request.reach.url("approvals"), _("The draft was deleted. Its time is free again."))


def _found(request: OfficeRequest, approval_id: int) -> tuple[Any, str]:
    reach = request.reach
    return get_object_or_404(reach.approvals, id=approval_id), reach.url("approval", approval_id)


def _seen(request: OfficeRequest) -> int:
    """The revision that the page showed."""
    return whole_number(request.POST.get("revision", "")) or 0
