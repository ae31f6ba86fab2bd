"""The page that the end of an optional mail leads to: no more of this kind, or again.

Reading it changes nothing, and only its buttons count: programs look at links and send forms before people do. A mail
program's own **Unsubscribe** sends what RFC 8058 says, which needs no page, no cookie and no form of ours.
"""

from allauth.core.internal import ratelimit
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from counterfoil.books.customers import mail_choices
from counterfoil.books.customers.models import ContactPerson
from counterfoil.books.organizations.models import Organization
from counterfoil.foundation.actors import Actor

from . import places
from .account.look import look_of
from .addresses import network_address
from .doors import public
from .languages import COOKIE, speak

WRONG = {"wrong_link": "30/5m/ip"}
ONE_CLICK = ("List-Unsubscribe", "One-Click")


@public("the end of a mail leads here, by the token in its address")
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, portal_name: str, contact_id: int, kind: str, token: str) -> HttpResponse:
    found = places.portal_named(portal_name)
    if found is None:
        raise Http404
    organization, name = found
    contact = mail_choices.find(contact_id, kind, token, organization_id=organization.id)
    if contact is None:
        return _page(request, organization, name, status=404 if _may_go_on(request) else 429)
    if request.method == "POST" and request.POST.get(ONE_CLICK[0]) == ONE_CLICK[1]:
        mail_choices.switch(contact, kind, is_wanted=False, by=_actor(request, contact))
        return HttpResponse(status=204)
    if COOKIE not in request.COOKIES:
        speak(request, contact.language)
    answer: HttpResponse = _ask(request, organization, name, contact, kind)
    return answer


@csrf_protect
def _ask(
    request: HttpRequest, organization: Organization, name: str, contact: ContactPerson, kind: str
) -> HttpResponse:
    if request.method == "POST" and {"stop", "again"} & set(request.POST):
        mail_choices.switch(contact, kind, is_wanted="again" in request.POST, by=_actor(request, contact))
        return _private(HttpResponseRedirect(request.get_full_path(), status=303))
    status = 422 if request.method == "POST" else 200
    return _page(request, organization, name, contact=contact, kind=kind, status=status)


def _page(
    request: HttpRequest,
    organization: Organization,
    name: str,
    *,
    status: int,
    contact: ContactPerson | None = None,
    kind: str = "",
) -> HttpResponse:
    found = mail_choices.kind_of(kind)
    context = look_of(organization, language_url=f"/portal/{name}/account/language/") | {
        "email": contact.email if contact else "",
        "label": found.label if found else "",
        "is_wanted": contact is not None and mail_choices.is_wanted(contact, kind),
        "sign_in_url": f"/portal/{name}/",
    }
    return _private(render(request, "reach/unsubscribe.html", context, status=status))


def _actor(request: HttpRequest, contact: ContactPerson) -> Actor:
    """Whoever has the mail, who is called as whom it was mailed to."""
    return Actor(
        kind="link",
        id=contact.id,
        name=contact.full_name,
        organization_id=contact.organization_id,
        customer_id=contact.customer_id,
        address=network_address(request),
    )


def _may_go_on(request: HttpRequest) -> bool:
    """Whether few enough links that are none of ours were tried from where this comes from."""
    counted = ratelimit.consume(request, app="allauth.account", action="wrong_link", config=WRONG, limit_get=True)
    return counted is not None


def _private(answer: HttpResponse) -> HttpResponse:
    answer.headers["Referrer-Policy"] = "strict-origin"
    add_never_cache_headers(answer)
    return answer
