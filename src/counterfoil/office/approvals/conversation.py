"""What is said about a customer approval."""

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from counterfoil.reach.doors import needs
from counterfoil.reach.requests import OfficeRequest


@needs("comments.add")
@require_POST
def add(request: OfficeRequest, approval_id: int) -> HttpResponse:
    """To be written."""
    return HttpResponseRedirect(request.reach.url("approvals"))
