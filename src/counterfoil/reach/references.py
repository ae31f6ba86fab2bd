"""Every request has a reference, written into its log lines and on the page of an unknown failure."""

import logging
import secrets
from collections.abc import Callable

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

log = logging.getLogger("counterfoil.requests")


class ReferenceMiddleware:
    """Gives each request a reference and turns what nobody expected into a calm page that names it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.reference = secrets.token_hex(4)  # type: ignore[attr-defined]
        answer = self.get_response(request)
        answer.headers["X-Reference"] = request.reference  # type: ignore[attr-defined]
        return answer

    def process_exception(self, request: HttpRequest, failure: Exception) -> HttpResponse | None:
        if isinstance(failure, OperationalError):
            log.error("reference=%s busy or lost database", request.reference, exc_info=failure)  # type: ignore[attr-defined]
            return render(request, "503.html", {"reference": request.reference}, status=503)  # type: ignore[attr-defined]
        return None
