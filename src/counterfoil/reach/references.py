"""Every request has a reference, written into its log lines and on the page of an unknown failure."""

import secrets
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from .errors import DATABASE_LOST, database_lost


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
        return database_lost(request, failure) if isinstance(failure, DATABASE_LOST) else None
