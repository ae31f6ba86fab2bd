"""The form of a customer approval."""

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_safe

from counterfoil.reach.doors import needs
from counterfoil.reach.requests import OfficeRequest


@needs("approvals.edit")
@require_safe
def new(request: OfficeRequest) -> HttpResponse:
    """To be written."""
    return HttpResponseRedirect(request.reach.url("approvals"))


@needs("approvals.edit")
@require_safe
def edit(request: OfficeRequest, approval_id: int) -> HttpResponse:
    """To be written."""
    return HttpResponseRedirect(request.reach.url("approvals"))
