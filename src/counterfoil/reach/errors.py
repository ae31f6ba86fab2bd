"""Pages for what went wrong outside any view's own doing."""

import logging
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from . import kept

log = logging.getLogger("counterfoil.requests")
DATABASE_LOST = (OperationalError, InterfaceError)


def server_error(request: HttpRequest) -> HttpResponse:
    """An unknown failure: a calm page with the reference under which the log has the cause."""
    failure = sys.exc_info()[1]
    if isinstance(failure, DATABASE_LOST):  # before any view was reached
        return database_lost(request, failure)
    reference = getattr(request, "reference", "")
    log.error("reference=%s path=%s failed", reference, request.path)
    return render(request, "500.html", {"reference": reference}, status=500)


def database_lost(request: HttpRequest, failure: BaseException) -> HttpResponse:
    """The database is busy, full or gone. Who was paying or refunding reads that it is asked for, and not to repeat it.

    A view that hands over to a gateway says before in `request.under_way_url` where one sees how it stands.
    """
    reference = getattr(request, "reference", "")
    log.error("reference=%s busy or lost database", reference, exc_info=failure)
    context = {
        "reference": reference,
        "under_way_url": getattr(request, "under_way_url", ""),
        "is_office": request.path.startswith("/office/"),
    }
    return render(request, "503.html", context, status=503)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form came without proof that it was ours: a page left open too long, or somebody else's."""
    return kept.again(request, reason) or render(
        request, "403_csrf.html", {"reference": getattr(request, "reference", "")}, status=403
    )
