"""What we are called is configured. Who says that it is something else, in whatever header, is refused."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port, validate_host


class HostMiddleware:
    """Answers 400 to a false name. No address of ours is made from either header; whoever tries means no good."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.get_host()
        for name in request.headers.get("X-Forwarded-Host", "").split(","):
            if name.strip() and not validate_host(split_domain_port(name.strip())[0], settings.ALLOWED_HOSTS):
                raise DisallowedHost
        return self.get_response(request)
