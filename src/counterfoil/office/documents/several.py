"""What can be done to the documents that are ticked in a list."""

from django.http import HttpResponse

from counterfoil.design import batches
from counterfoil.reach.requests import OfficeRequest

from .kinds import Kind


def together(kind: Kind, request: OfficeRequest) -> HttpResponse:
    """Print them as one PDF, or pack each into one ZIP (`act`)."""
    act = request.POST.get("act", "")
    return _begin(kind, request, act if act != "send" else "")


def send(kind: Kind, request: OfficeRequest) -> HttpResponse:
    """Send each to its customer; drafts are issued with it."""
    return _begin(kind, request, "send")


def _begin(kind: Kind, request: OfficeRequest, act: str) -> HttpResponse:
    reach = request.reach
    return batches.begin(
        request,
        reach,
        act,
        kind=kind.name,
        documents=kind.all(reach),
        list_url=reach.url(kind.plural),
        owner=reach.member,
    )
