"""The bare address of the installation: where to sign in, or where to begin when nothing is set up yet."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from counterfoil.books.organizations import organizations

from . import places
from .doors import public


@public("says where to sign in")
@never_cache
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Where this person has something, or how each kind of person gets in. It lists nobody's portal to strangers."""
    if not organizations.exists():
        return not_set_up(request)
    mine = []
    if request.user.is_authenticated:
        mine = [*places.offices(request.user), *places.portals(request.user)]
    return render(request, "reach/front.html", {"places": mine, "language_url": "/office/account/language/"})


def not_set_up(request: HttpRequest) -> HttpResponse:
    """Kind words for who came before the installation was finished."""
    return render(request, "reach/not_set_up.html", {"language_url": "/office/account/language/"})
