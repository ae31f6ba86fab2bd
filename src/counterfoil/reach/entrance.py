"""The bare addresses of the doors: they lead whoever is signed in to their place, and everybody else to sign in."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from counterfoil.books.organizations import organizations

from . import front, places
from .account.look import look_of
from .doors import public


@public("leads to the customer's own portal, or to the sign-in page")
@never_cache
@require_safe
def portal(request: HttpRequest, portal_name: str) -> HttpResponse:
    """The only customer of this person here, or the one whom they looked at last, or the first."""
    found = places.portal_named(portal_name)
    if found is None:
        raise Http404
    organization, name = found
    if name != portal_name:
        return HttpResponsePermanentRedirect(f"/portal/{name}/")
    account = f"/portal/{name}/account"
    if not request.user.is_authenticated:
        return HttpResponseRedirect(f"{account}/login/")
    mine = places.portals(request.user, organization=organization)
    if mine:
        return HttpResponseRedirect((places.last(request, places.CUSTOMER, mine) or mine[0]).url)
    return _no_place(request, look_of(organization, language_url=f"{account}/language/"), account)


@public("leads to the organization's own office, or to the sign-in page")
@never_cache
@require_safe
def office(request: HttpRequest) -> HttpResponse:
    """The only organization of this person, or the one where they were last; a choice where there are several."""
    account = "/office/account"
    if not organizations.exists():
        return front.not_set_up(request)
    if not request.user.is_authenticated:
        return HttpResponseRedirect(f"{account}/login/")
    mine = places.offices(request.user)
    look = look_of(None, language_url=f"{account}/language/")
    if not mine:
        return _no_place(request, look, account)
    if chosen := places.last(request, places.ORGANIZATION, mine):
        return HttpResponseRedirect(chosen.url)
    return render(request, "reach/choose_organization.html", look | {"places": mine, "account": account})


def _no_place(request: HttpRequest, look: dict[str, object], account: str) -> HttpResponse:
    """Kind words for who is signed in but has nothing here, and where they do have something."""
    elsewhere = [*places.portals(request.user), *places.offices(request.user)]  # type: ignore[arg-type]
    context = look | {"places": elsewhere, "sign_out_url": f"{account}/logout/", "email": str(request.user)}
    return render(request, "reach/no_place.html", context, status=403)
