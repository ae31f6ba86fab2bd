"""The page that a mailed link leads to, from which the document is opened; and what a link says that opens nothing.

Reading it changes nothing: mail programs look at links before people do. Only its button counts, and is sent with the
form only by who presses it. Of the policy for referrers, see `account/invitation.py`.
"""

from allauth.core.internal import ratelimit
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_http_methods

from counterfoil.books.customers.models import ContactPerson
from counterfoil.books.organizations.models import Organization
from counterfoil.books.sales import document_links
from counterfoil.books.sales.models import DocumentLink
from counterfoil.foundation.formats import format_day_of
from counterfoil.foundation.languages import current
from counterfoil.foundation.refusal import Refused

from . import mailed_links, places, portal
from .account.look import look_of
from .addresses import network_address
from .doors import public
from .languages import COOKIE, speak

WRONG = {"wrong_link": "30/5m/ip"}  # so many links that open nothing, from one network address


@public("a mailed link opens one document, by the token in its address")
@require_http_methods(["GET", "HEAD", "POST"])
def open_link(request: HttpRequest, portal_name: str, token: str) -> HttpResponse:
    """Says whose document it is and asks. Who may see it anyway goes straight to it."""
    found = places.portal_named(portal_name)
    if found is None:
        raise Http404
    organization, name = found
    if name != portal_name:
        return HttpResponseRedirect(f"/portal/{name}/link/{token}/", status=308)
    link = document_links.find(token, organization_id=organization.id)
    if link is None:
        return opens_nothing(request, organization, name, status=404 if _may_go_on(request) else 429)
    reach = mailed_links.reach_of(request, link, name)
    if _may_see_it_anyway(request, link, name):
        return HttpResponseRedirect(reach.url(link.document_kind, link.document_id))
    if COOKIE not in request.COOKIES:
        speak(request, link.contact.language)
    if request.method == "POST" and "open" in request.POST:
        return _open(request, link, reach)
    return _ask(request, link, reach, status=422 if request.method == "POST" else 200)


def _may_go_on(request: HttpRequest) -> bool:
    """Whether few enough links that open nothing were tried from where this comes from, this one among them."""
    counted = ratelimit.consume(request, app="allauth.account", action="wrong_link", config=WRONG, limit_get=True)
    return counted is not None


def _may_see_it_anyway(request: HttpRequest, link: DocumentLink, portal_name: str) -> bool:
    """Whether a contact person of that customer is signed in: they have their own pages."""
    if not request.user.is_authenticated:
        return False
    person = portal.among(places.everybody(request.user.pk), portal_name, link.customer_id)
    return person is not None and person.access == ContactPerson.Access.ENABLED


def _open(request: HttpRequest, link: DocumentLink, reach: mailed_links.LinkReach) -> HttpResponse:
    if not _is_staff(request, link):
        try:
            document_links.open_document(link, address=network_address(request))
        except Refused:
            return opens_nothing(request, reach.organization, reach.portal_name, status=404)
    mailed_links.remember(request, link)
    return _private(HttpResponseRedirect(reach.url(link.document_kind, link.document_id), status=303))


def _is_staff(request: HttpRequest, link: DocumentLink) -> bool:
    """Whether somebody of the business itself looks, which doesn't count as seen by the customer."""
    members = places.memberships(request.user.pk) if request.user.is_authenticated else []
    return any(one.organization_id == link.organization_id for one in members)


def _ask(request: HttpRequest, link: DocumentLink, reach: mailed_links.LinkReach, *, status: int) -> HttpResponse:
    organization = reach.organization
    account = f"/portal/{reach.portal_name}/account"
    context = look_of(organization, language_url=f"{account}/language/") | {
        "customer_name": reach.customer.display_name,
        "mailed_to": link.contact.full_name,
        "kind": link.document_kind,
        "is_opening": reach.invoices.filter(id=link.document_id, is_opening=True).exists(),
        "is_staff": _is_staff(request, link),
        "until": format_day_of(link.expires_at, current(), organization.time_zone, organization.date_format),
        "sign_in_url": f"{account}/login/?next={reach.url(link.document_kind, link.document_id)}",
    }
    return _private(render(request, "reach/open_link.html", context, status=status))


def opens_nothing(
    request: HttpRequest,
    organization: Organization,
    portal_name: str,
    *,
    status: int,
    was_paying: bool = False,
    code: str = "",
) -> HttpResponse:
    """The same for every link that opens nothing: expired, revoked, mistyped, or for what isn't there any more."""
    account = f"/portal/{portal_name}/account"
    context = look_of(organization, language_url=f"{account}/language/") | {
        "sign_in_url": f"{account}/login/",
        "is_too_often": status == 429,
        "was_paying": was_paying,
        "code": code,
    }
    return _private(render(request, "reach/opens_nothing.html", context, status=status))


def _private(answer: HttpResponse) -> HttpResponse:
    answer.headers["Referrer-Policy"] = "strict-origin"
    add_never_cache_headers(answer)
    return answer
