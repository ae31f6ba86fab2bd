"""Which language a page speaks: the person's own where we know them, else the one they chose, else the browser's."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from counterfoil.foundation.languages import known

COOKIE = "language"
KEPT_FOR = 365 * 24 * 3600


def speak(request: HttpRequest, language: str) -> None:
    """Speak this language for the rest of the request."""
    translation.activate(known(language).lower())
    request.LANGUAGE_CODE = translation.get_language() or "en"


def remember(answer: HttpResponse, language: str) -> None:
    """Speak this language to this browser also before anybody has signed in."""
    answer.set_cookie(
        COOKIE, known(language), max_age=KEPT_FOR, samesite="Lax", httponly=True, secure=settings.SESSION_COOKIE_SECURE
    )


class LanguageMiddleware:
    """Speaks the visitor's chosen or the browser's language until the reach knows better."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(COOKIE)
        speak(request, chosen or _preferred(request.headers.get("Accept-Language", "")))
        answer = self.get_response(request)
        answer.headers.setdefault("Content-Language", known(translation.get_language()))
        return answer


def _preferred(header: str) -> str:
    for part in header.split(","):
        tag = part.split(";")[0].strip().lower()
        if tag.startswith(("zh", "en")):
            return tag[:2]
    return "en"
