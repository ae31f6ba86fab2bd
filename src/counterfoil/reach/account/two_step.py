"""Two-step sign-in: setting up an authenticator app, its recovery codes, and the step itself."""

import json
import time
from typing import Any

from allauth.account.internal.decorators import login_stage_required
from allauth.account.internal.flows.logout import logout
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from counterfoil.books.accounts.models import User
from counterfoil.design.answers import file_answer
from counterfoil.foundation import encryption
from counterfoil.foundation.addresses import is_inside
from counterfoil.reach.doors import public
from counterfoil.reach.doorways import door_path, organization_of

from . import second_step
from .look import look_of
from .own import AccountRequest, own_account, own_page
from .second_step_forms import AuthenticatorForm, CodeForm, PasswordForm
from .security import security_page
from .telling import tell

PENDING = "authenticator_secret"  # in a session: the secret that no app has shown yet, encrypted
CODES_UNTIL = "recovery_codes_until"  # in a session: how long it may show the codes that were made in it
GOING_TO = "two_step_next"  # in a session: the page that asked for a second step to be set up
SHOWN_FOR = 600  # seconds
TOTP, CODES = Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES


@public("the second step of signing in, for who has passed the first")
@require_http_methods(["GET", "HEAD", "POST"])
@login_stage_required(stage=second_step.SecondStep.key, redirect_urlname="account_login")
def confirm(request: HttpRequest) -> HttpResponse:
    """A code of the app, one of the recovery codes, or a passkey."""
    stage = request._login_stage  # type: ignore[attr-defined]
    user = stage.login.user
    form = CodeForm(user=user, data=request.POST if "code" in request.POST else None)
    given: Any = form
    if request.POST.get("credential"):
        from .passkeys import AnswerForm

        given = AnswerForm(user=user, data=request.POST)
    if given.is_bound and given.is_valid():
        given.save()
        answer: HttpResponse = stage.exit()
        return answer
    context = look_of(organization_of(request), language_url=reverse("account_language")) | {
        "form": form,
        "wrong": [] if given is form else [error for errors in given.errors.values() for error in errors],
        "options": _passkey_options(user),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "reach/account/second_step.html", context, status=status)


def _passkey_options(user: User) -> str:
    """What a browser is asked with, for who has a passkey."""
    if not Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.WEBAUTHN).exists():
        return ""
    from allauth.mfa.webauthn.internal import auth as webauthn

    return json.dumps(webauthn.begin_authentication(user))


@own_account(require_safe)
def asked_for(request: AccountRequest) -> HttpResponse:
    """Where an organization leads whoever signs in without a second step."""
    wished = request.GET.get("next", "")
    going_to = wished if is_inside(wished) else door_path(request)
    if second_step.has_passed(request, request.user):
        return HttpResponseRedirect(going_to)
    if second_step.is_set_up(request.user):  # elsewhere, meanwhile: this session has still to pass it
        logout(request, show_message=False)
        return HttpResponseRedirect(f"{reverse('account_login')}?{urlencode({'next': going_to})}")
    request.session[GOING_TO] = going_to
    return own_page(request, "two_step.html")


@own_account(require_http_methods(["GET", "HEAD", "POST"]))
def authenticator(request: AccountRequest) -> HttpResponse:
    """A code for the app's camera, and the first code that it shows."""
    if Authenticator.objects.filter(user=request.user, type=TOTP).exists():
        return HttpResponseRedirect(reverse("account_security"))
    secret = _pending_secret(request)
    form = AuthenticatorForm(request.POST or None, request=request, secret=secret)
    if request.method == "POST" and form.is_valid():
        _set_up(request, secret)
        return shows_codes(request)
    status = 422 if form.errors else 200
    address = get_adapter().build_totp_url(request.user, secret)
    spaced = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    return own_page(request, "authenticator.html", status=status, form=form, address=address, secret=spaced)


def _pending_secret(request: AccountRequest) -> str:
    if kept := request.session.get(PENDING):
        return encryption.decrypted(kept)
    secret: str = auth.generate_totp_secret()
    request.session[PENDING] = encryption.encrypted(secret)
    return secret


@transaction.atomic
def _set_up(request: AccountRequest, secret: str) -> None:
    """Turn it on; not twice, from two tabs."""
    user = User.objects.select_for_update().get(pk=request.user.pk)
    if not Authenticator.objects.filter(user=user, type=TOTP).exists():
        auth.TOTP.activate(user, secret)
        tell(request, user, "app_added")
    request.session.pop(PENDING, None)
    second_step.passes_from_now_on(request, user, TOTP)


def shows_codes(request: AccountRequest) -> HttpResponse:
    """On to the recovery codes, if these are the first; this session may see them for ten minutes."""
    if not Authenticator.objects.filter(user=request.user, type=CODES).exists():
        RecoveryCodes.activate(request.user)
        request.session[CODES_UNTIL] = time.time() + SHOWN_FOR
        return HttpResponseRedirect(reverse("account_recovery_codes"), status=303)
    messages.success(request, _("Two-step sign-in is on."))
    return HttpResponseRedirect(request.session.pop(GOING_TO, reverse("account_security")), status=303)


@own_account(require_safe)
def recovery_codes(request: AccountRequest) -> HttpResponse:
    codes = _codes(request)
    if not codes:
        return HttpResponseRedirect(reverse("account_security"))
    on = request.session.get(GOING_TO, reverse("account_security"))
    return own_page(request, "recovery_codes.html", codes=codes, on_url=on)


@own_account(require_safe)
def recovery_codes_file(request: AccountRequest) -> HttpResponse:
    codes = _codes(request)
    if not codes:
        return HttpResponseRedirect(reverse("account_security"))
    head = _("Recovery codes of %(email)s. Each works once.") % {"email": request.user.email}
    return file_answer("\r\n".join([head, "", *codes, ""]).encode(), "recovery-codes.txt", "text/plain; charset=utf-8")


def _codes(request: AccountRequest) -> list[str]:
    """Those that are left, while this session may see them."""
    if request.session.get(CODES_UNTIL, 0) < time.time():
        return []
    kept = Authenticator.objects.filter(user=request.user, type=CODES).first()
    left: list[str] = RecoveryCodes(kept).get_unused_codes() if kept else []
    return left


@own_account(require_POST)
def new_recovery_codes(request: AccountRequest) -> HttpResponse:
    """Fresh ones, in place of those there were."""
    form = PasswordForm(request.POST, request=request, prefix="codes")
    if not form.is_valid():
        return security_page(request, codes_form=form)
    Authenticator.objects.filter(user=request.user, type=CODES).delete()
    if not second_step.is_set_up(request.user):
        return HttpResponseRedirect(reverse("account_security"), status=303)
    tell(request, request.user, "codes_made")
    return shows_codes(request)


@own_account(require_POST)
def turn_off(request: AccountRequest) -> HttpResponse:
    """Take the authenticator app away."""
    form = PasswordForm(request.POST, request=request, prefix="off")
    if not form.is_valid():
        return security_page(request, off_form=form)
    for factor in Authenticator.objects.filter(user=request.user, type=TOTP):
        second_step.remove(request, factor)
        tell(request, request.user, "app_removed")
    messages.success(request, _("The authenticator app is no longer asked for."))
    return HttpResponseRedirect(reverse("account_security"), status=303)
