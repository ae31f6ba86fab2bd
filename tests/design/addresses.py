"""The addresses of the look, and a few small pages on which its scripts are tried."""

from pathlib import Path

from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.shortcuts import render
from django.template import engines
from django.urls import include, path

TRIAL = engines["django"].from_string((Path(__file__).parent / "trial.html").read_text(encoding="utf-8"))


def trial(request: HttpRequest) -> HttpResponse:
    """Forms that are sent once, that ask first, and regions that htmx swaps."""
    return HttpResponse(TRIAL.render({"open": "open" in request.GET}, request))


def received(request: HttpRequest) -> HttpResponse:
    """What was sent, in words."""
    return HttpResponse(f"<p>Received {request.POST.get('what', 'nothing')}</p>")


def region(request: HttpRequest, kind: str) -> HttpResponse:
    """A page that htmx asked for: with a mistake, forbidden, or the sign-in page."""
    if kind == "forbidden":
        return HttpResponseForbidden(_rendered(request, "403.html"))
    if kind == "elsewhere":
        return HttpResponse(_rendered(request, "design/message.html"))
    return HttpResponse('<div id="region">It changed after you opened it</div>', status=409)


def _rendered(request: HttpRequest, name: str) -> str:
    return render(request, name).content.decode()


urlpatterns = [
    path("", include("counterfoil.design.urls")),
    path("trial/", trial),
    path("received/", received),
    path("region/<kind>/", region),
]
