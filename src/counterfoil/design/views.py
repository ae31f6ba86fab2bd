"""What a browser is sent of the look: the sheet, an organization's colour, and the page that shows all of it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from counterfoil.design import samples
from counterfoil.design import sheet as style
from counterfoil.reach.doors import public

FOREVER = "public, max-age=31536000, immutable"


@public("style sheet")
@require_safe
def sheet(request: HttpRequest, digest: str) -> HttpResponse:
    """The sheet, for good; the address of another version leads to this one."""
    if digest != style.digest():
        return redirect("design:sheet", style.digest())
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        answer = _css(style.compressed())
        answer["Content-Encoding"] = "gzip"
    else:
        answer = _css(style.text())
    answer["Vary"] = "Accept-Encoding"
    return answer


@public("style sheet")
@require_safe
def brand(_request: HttpRequest, colour: str) -> HttpResponse:
    """An organization's colour, six hexadecimal digits, as the one thing that differs from the sheet."""
    return _css(f":root{{--brand:#{colour}}}")


@public("gallery of components, shows no data")
@require_safe
def gallery(request: HttpRequest, shell: str = "plain") -> HttpResponse:
    """Every component in every state; with a shell's name, that shell around a page of sample figures.

    `?brand=ffd400` shows it in that colour.
    """
    return render(request, f"design/gallery/{shell}.html", samples.page(shell, request.GET.get("brand")))


def _css(content: str | bytes) -> HttpResponse:
    return HttpResponse(content, content_type="text/css; charset=utf-8", headers={"Cache-Control": FOREVER})
