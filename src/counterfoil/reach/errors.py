"""Pages for what went wrong outside any view's own doing."""

import logging

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

log = logging.getLogger("counterfoil.requests")


def server_error(request: HttpRequest) -> HttpResponse:
    """An unknown failure: a calm page with the reference under which the log has the cause."""
    reference = getattr(request, "reference", "")
    log.error("reference=%s path=%s failed", reference, request.path)
    return render(request, "500.html", {"reference": reference}, status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001  (Django gives it)
    """A form came without proof that it was ours: a page left open too long, or somebody else's."""
    return render(request, "403_csrf.html", {"reference": getattr(request, "reference", "")}, status=403)
