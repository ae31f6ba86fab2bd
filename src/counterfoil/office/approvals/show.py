"""The page of one customer approval."""

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_safe

from counterfoil.reach.doors import needs
from counterfoil.reach.requests import OfficeRequest


@needs("approvals.read")
@require_safe
def show(request: OfficeRequest, approval_id: int) -> HttpResponse:
    """To be written."""
    return HttpResponseRedirect(request.reach.url("approvals"))
