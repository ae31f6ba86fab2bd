"""The page that an invitation to a portal opens. Reading it changes nothing; only pressing its button does.

The press is sent along: a program that looks at mails, fills in the forms that it finds and sends them, presses none.

Its policy for referrers keeps the token out of them. It is not `no-referrer`, because then browsers send no origin with
the form either, and the protection against forged forms would refuse it.
"""

from typing import Any

from allauth.account.utils import perform_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from counterfoil.books.accounts import passwords
from counterfoil.books.accounts.invitations import Standing, has_account, standing
from counterfoil.books.accounts.models import User
from counterfoil.books.customers import invitations
from counterfoil.books.customers.models import ContactPerson, Invitation
from counterfoil.design.forms import refuse
from counterfoil.foundation.formats import format_day_of
from counterfoil.foundation.languages import current
from counterfoil.foundation.refusal import Refused
from counterfoil.reach import places
from counterfoil.reach.addresses import network_address
from counterfoil.reach.doors import public
from counterfoil.reach.languages import COOKIE, speak

from .forms import FirstPasswordForm
from .look import look_of


@public("an invitation is opened by the token in its address")
@sensitive_post_parameters("password", "confirmation")
@require_http_methods(["GET", "HEAD", "POST"])
def open_invitation(request: HttpRequest, portal_name: str, token: str) -> HttpResponse:
    found, invitation = places.portal_named(portal_name), invitations.find(token)
    if found is None or (invitation and invitation.contact.organization_id != found[0].id):
        raise Http404
    if found[1] != portal_name:
        return HttpResponseRedirect(f"/portal/{found[1]}/invitation/{token}/", status=308)
    if invitation is None:
        return _page(
            request, portal_name, look_of(found[0], language_url=_language(portal_name)), "unknown", status=404
        )
    if COOKIE not in request.COOKIES:
        speak(request, invitation.contact.language)
    if request.method != "POST":
        return _show(request, portal_name, invitation)
    if "accept" in request.POST:
        return _accept(request, portal_name, token, invitation)
    return _show(request, portal_name, invitation, form=FirstPasswordForm(request.POST), status=422)


def _accept(request: HttpRequest, portal_name: str, token: str, invitation: Invitation) -> HttpResponse:
    user, form = _user(request), FirstPasswordForm(request.POST)
    needs_password = user is None and not has_account(invitation.email)
    if needs_password and standing(invitation) == Standing.OPEN and not form.is_valid():
        return _show(request, portal_name, invitation, form=form, status=422)
    password = form.cleaned_data["password"] if needs_password and form.is_valid() else ""
    try:
        contact = invitations.accept(token, user=user, password=password, address=network_address(request))
    except Refused as refusal:
        if refusal.field and form.is_bound and needs_password:
            refuse(form, refusal)
            return _show(request, portal_name, invitation, form=form, status=422)
        return _show(request, portal_name, _again(token), refusal=refusal, status=409)
    home = _home(portal_name, contact)
    if user is None:
        perform_login(request, contact.user, redirect_url=home)
    return HttpResponseRedirect(home, status=303)


def _show(
    request: HttpRequest,
    portal_name: str,
    invitation: Invitation,
    *,
    form: FirstPasswordForm | None = None,
    refusal: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    """What this visitor can do with the invitation now."""
    contact, user, now = invitation.contact, _user(request), standing(invitation)
    if now == Standing.USED and user and contact.user_id == user.pk and contact.access == ContactPerson.Access.ENABLED:
        return HttpResponseRedirect(_home(portal_name, contact))
    context = look_of(contact.organization, language_url=_language(portal_name)) | {
        "invitation": invitation,
        "contact": contact,
        "until": format_day_of(
            invitation.expires_at, current(), contact.organization.time_zone, contact.organization.date_format
        ),
        "form": form or FirstPasswordForm(initial={"email": invitation.email}),
        "policy": passwords.policy(),
        "refusal": refusal,
        "signed_in": user,
    }
    if now != Standing.OPEN:
        return _page(request, portal_name, context, now, status=409 if status == 409 else 410)
    return _page(request, portal_name, context, _what_to_do(invitation, user), status=status)


def _what_to_do(invitation: Invitation, user: User | None) -> str:
    if user is not None:
        return "accept" if user.email.lower() == invitation.email.lower() else "other_account"
    return "sign_in" if has_account(invitation.email) else "first_password"


def _page(request: HttpRequest, portal_name: str, context: dict[str, Any], kind: str, *, status: int) -> HttpResponse:
    account = f"/portal/{portal_name}/account"
    ways = {"kind": kind, "sign_in_url": f"{account}/login/", "sign_out_url": f"{account}/logout/"}
    answer = render(request, "reach/account/invitation.html", context | ways, status=status)
    answer.headers["Referrer-Policy"] = "strict-origin"
    add_never_cache_headers(answer)
    return answer


def _again(token: str) -> Invitation:
    invitation = invitations.find(token)
    if invitation is None:
        raise Http404
    return invitation


def _user(request: HttpRequest) -> User | None:
    return request.user if request.user.is_authenticated else None


def _language(portal_name: str) -> str:
    return f"/portal/{portal_name}/account/language/"


def _home(portal_name: str, contact: ContactPerson) -> str:
    return f"/portal/{portal_name}/{contact.customer_id}/"
