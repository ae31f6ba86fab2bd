"""What the buttons of a customer approval do."""

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from counterfoil.reach.doors import needs
from counterfoil.reach.requests import OfficeRequest


@needs("approvals.edit")
@require_POST
def send(request: OfficeRequest, approval_id: int) -> HttpResponse:
    """To be written."""
    return HttpResponseRedirect(request.reach.url("approvals"))


@needs("approvals.edit")
@require_POST
def recall(request: OfficeRequest, approval_id: int) -> HttpResponse:
    """To be written."""
    return HttpResponseRedirect(request.reach.url("approvals"))


@needs("approvals.edit")
@require_POST
def delete(request: OfficeRequest, approval_id: int) -> HttpResponse:
    """To be written."""
    return HttpResponseRedirect(request.reach.url("approvals"))
