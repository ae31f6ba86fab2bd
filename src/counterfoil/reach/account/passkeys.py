"""Passkeys: signing in with what a device or a password manager keeps, by a finger, a face or a PIN.

Allauth's and Yubico's code checks them, and is loaded where one is used.
"""

import json
from typing import Any

from allauth.account.models import Login
from allauth.core.internal import ratelimit
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AuthenticateWebAuthnForm
from allauth.mfa.webauthn.internal import auth, flows
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from counterfoil.foundation.ids import whole_number
from counterfoil.reach.doorways import door_path, organization_of

from . import second_step
from .look import look_of
from .own import AccountRequest, own_page
from .second_step_forms import ODD, CredentialField, NewPasskeyForm, PasskeyNameForm, PasswordForm, not_right
from .security import security_page
from .telling import tell
from .two_step import shows_codes

WEBAUTHN = Authenticator.Type.WEBAUTHN


class AnswerForm(AuthenticateWebAuthnForm):
    """What a browser answers for somebody who is known: their second step."""

    credential = CredentialField(error_messages={"required": gettext_lazy("No passkey was used.")})

    def clean_credential(self) -> Authenticator:
        try:
            return super().clean_credential()
        except ODD as odd:
            raise not_right() from odd


class AnybodysAnswerForm(AnswerForm):
    """What a browser answers for who is not known yet. Whose passkey it is stands in the answer."""

    passwordless = True

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(user=None, **kwargs)


def sign_in(request: HttpRequest) -> HttpResponse:
    """One press, and the browser asks which passkey."""
    if request.user.is_authenticated:
        return HttpResponseRedirect(door_path(request))
    form = AnybodysAnswerForm(data=request.POST) if request.method == "POST" else None
    if form is not None:
        if limited := ratelimit.consume_or_429(request, app="allauth.mfa", action="webauthn_login"):
            return limited
        if form.is_valid():
            factor = form.cleaned_data["credential"]
            login = Login(user=factor.user, email=factor.user.email)
            answer: HttpResponse = flows.perform_passwordless_login(request, factor, login)
            return answer
    context = look_of(organization_of(request), language_url=reverse("account_language")) | {
        "form": form,
        "options": json.dumps(auth.begin_authentication(user=None)),
    }
    page = render(request, "reach/account/passkey.html", context, status=422 if form else 200)
    add_never_cache_headers(page)
    return page


def add(request: AccountRequest) -> HttpResponse:
    """A name, and what the browser makes."""
    form = NewPasskeyForm(request.POST or None, request=request, initial={"name": _("Passkey")})
    if request.method == "POST" and form.is_valid():
        auth.WebAuthn.add(request.user, form.cleaned_data["name"], form.cleaned_data["credential"])
        second_step.passes_from_now_on(request, request.user, WEBAUTHN)
        tell(request, request.user, "passkey_added")
        return shows_codes(request)
    options = json.dumps(auth.begin_registration(request.user, passwordless=True))
    return own_page(request, "new_passkey.html", status=422 if form.errors else 200, form=form, options=options)


def rename(request: AccountRequest) -> HttpResponse:
    factor, form = _own(request), PasskeyNameForm(request.POST)
    if not form.is_valid():
        return security_page(request, passkey=factor.pk, name_form=form)
    wrapped = factor.wrap()
    wrapped.name = form.cleaned_data["name"]
    factor.save(update_fields=["data"])
    return HttpResponseRedirect(reverse("account_security"), status=303)


def remove(request: AccountRequest) -> HttpResponse:
    factor, form = _own(request), PasswordForm(request.POST, request=request)
    if not form.is_valid():
        return security_page(request, passkey=factor.pk, remove_form=form)
    second_step.remove(request, factor)
    tell(request, request.user, "passkey_removed")
    messages.success(request, _("The passkey signs in no more. You may still have to delete it on your device."))
    return HttpResponseRedirect(reverse("account_security"), status=303)


def _own(request: AccountRequest) -> Any:
    """One of this person's, named by the form. Raises Http404."""
    number = whole_number(request.POST.get("passkey", ""))
    found = Authenticator.objects.filter(user=request.user, type=WEBAUTHN, pk=number).first() if number else None
    if found is None:
        raise Http404
    return found
