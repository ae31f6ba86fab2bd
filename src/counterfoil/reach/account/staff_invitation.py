"""The page that an invitation to the staff opens. Reading it changes nothing; only pressing its button does."""

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
from counterfoil.books.organizations import staff
from counterfoil.books.organizations.models import StaffInvitation
from counterfoil.design.forms import refuse
from counterfoil.foundation.formats import format_day_of
from counterfoil.foundation.languages import current
from counterfoil.foundation.refusal import Refused
from counterfoil.reach.addresses import network_address
from counterfoil.reach.doors import public
from counterfoil.reach.languages import COOKIE, speak

from .forms import FirstPasswordForm
from .look import look_of

ACCOUNT = "/office/account"


@public("an invitation is opened by the token in its address")
@sensitive_post_parameters("password", "confirmation")
@require_http_methods(["GET", "HEAD", "POST"])
def open_invitation(request: HttpRequest, token: str) -> HttpResponse:
    invitation = staff.find_invitation(token)
    if invitation is None:
        look = look_of(None, language_url=f"{ACCOUNT}/language/")
        return _page(request, look, kind="unknown", status=404)
    if COOKIE not in request.COOKIES:
        speak(request, invitation.member.language)
    if request.method != "POST":
        return _show(request, invitation)
    if "accept" in request.POST:
        return _accept(request, token, invitation)
    return _show(request, invitation, form=FirstPasswordForm(request.POST), status=422)


def _accept(request: HttpRequest, token: str, invitation: StaffInvitation) -> HttpResponse:
    user, form = _user(request), FirstPasswordForm(request.POST)
    needs_password = user is None and not has_account(invitation.email)
    if needs_password and standing(invitation) == Standing.OPEN and not form.is_valid():
        return _show(request, invitation, form=form, status=422)
    password = form.cleaned_data["password"] if needs_password and form.is_valid() else ""
    try:
        member = staff.accept(invitation, signed_in=user, password=password, address=network_address(request))
    except Refused as refusal:
        if refusal.field and needs_password:
            refuse(form, refusal)
            return _show(request, invitation, form=form, status=422)
        return _show(request, _again(token), refusal=refusal, status=409)
    home = f"/office/{member.organization_id}/"
    if user is None and member.user is not None:
        perform_login(request, member.user, redirect_url=home)
    return HttpResponseRedirect(home, status=303)


def _show(
    request: HttpRequest,
    invitation: StaffInvitation,
    *,
    form: FirstPasswordForm | None = None,
    refusal: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    """What this visitor can do with the invitation now."""
    organization, now = invitation.member.organization, standing(invitation)
    context = look_of(organization, language_url=f"{ACCOUNT}/language/") | {
        "invitation": invitation,
        "role": invitation.member.get_role_display(),
        "person": invitation.member.name,
        "until": format_day_of(invitation.expires_at, current(), organization.time_zone, organization.date_format),
        "form": form or FirstPasswordForm(initial={"email": invitation.email}),
        "policy": passwords.policy(),
        "refusal": refusal,
        "signed_in": _user(request),
    }
    if now != Standing.OPEN:
        return _page(request, context, kind=now, status=409 if status == 409 else 410)
    return _page(request, context, kind=_what_to_do(invitation, _user(request)), status=status)


def _what_to_do(invitation: StaffInvitation, user: User | None) -> str:
    if user is not None:
        return "accept" if user.email.lower() == invitation.email.lower() else "other_account"
    return "sign_in" if has_account(invitation.email) else "first_password"


def _page(request: HttpRequest, context: dict[str, Any], *, kind: str, status: int) -> HttpResponse:
    ways = {"kind": kind, "sign_in_url": f"{ACCOUNT}/login/", "sign_out_url": f"{ACCOUNT}/logout/"}
    answer = render(request, "reach/account/staff_invitation.html", context | ways, status=status)
    # Not `no-referrer`: browsers would then send no origin with the form, which proves that it is ours.
    answer.headers["Referrer-Policy"] = "strict-origin"
    add_never_cache_headers(answer)
    return answer


def _again(token: str) -> StaffInvitation:
    invitation = staff.find_invitation(token)
    if invitation is None:
        raise Http404
    return invitation


def _user(request: HttpRequest) -> User | None:
    return request.user if request.user.is_authenticated else None
