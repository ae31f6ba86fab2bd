"""Something that is done to many documents at once: how far it is, and what came of it."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from counterfoil.design import batches
from counterfoil.reach.doors import needs
from counterfoil.reach.requests import PortalRequest

from .pages import page


@needs("own.batches")
@never_cache
@require_safe
def show(request: PortalRequest, batch_id: int) -> HttpResponse:
    """The page of whoever began it, which follows by itself."""
    batch = get_object_or_404(request.reach.batches, id=batch_id)
    return page(request, "portal/batch.html", **batches.shown(request.reach, batch))


@needs("own.batches")
@require_safe
def file(request: PortalRequest, batch_id: int) -> HttpResponse:
    """The PDF or ZIP that it made."""
    return batches.file(get_object_or_404(request.reach.batches, id=batch_id))
