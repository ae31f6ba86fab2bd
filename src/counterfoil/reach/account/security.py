"""**Sign-in and security**: what somebody signs in with, and where they are signed in."""

from typing import Any

from allauth.account import views as allauth_views
from allauth.account.internal import flows
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from counterfoil.books.accounts import passwords, sessions
from counterfoil.foundation.formats import format_day_of, format_moment
from counterfoil.foundation.languages import current
from counterfoil.reach import places
from counterfoil.reach.doorways import organization_of

from . import forms
from .devices import device
from .own import AccountRequest, own_account, own_look, own_page
from .second_step_forms import PasskeyNameForm, PasswordForm


@own_account(require_safe)
def show(request: AccountRequest) -> HttpResponse:
    return security_page(request)


def security_page(request: AccountRequest, *, passkey: int | None = None, **forms_sent: Any) -> HttpResponse:
    """The page as it is, or with a form that was sent and is wrong: `off_form`, `codes_form`, or those of a passkey."""
    factors = list(Authenticator.objects.filter(user=request.user).order_by("created_at"))
    app = next((one for one in factors if one.type == Authenticator.Type.TOTP), None)
    keys = [one for one in factors if one.type == Authenticator.Type.WEBAUTHN]
    zone = _time_zone(request)
    context = {
        "email": request.user.email,
        "sessions": _sessions(request, zone),
        "app_since": format_day_of(app.created_at, current(), zone) if app else "",
        "is_set_up": bool(app or keys),
        "codes_left": _codes_left(factors),
        "passkeys": [_passkey(request, one, zone, forms_sent if one.pk == passkey else {}) for one in keys],
        "off_form": PasswordForm(request=request, prefix="off"),
        "codes_form": PasswordForm(request=request, prefix="codes"),
        "wrong": list(forms_sent.values()),
    }
    status = 422 if forms_sent else 200
    return own_page(request, "security.html", status=status, **context | forms_sent)


def _codes_left(factors: list[Authenticator]) -> int:
    codes = next((one for one in factors if one.type == Authenticator.Type.RECOVERY_CODES), None)
    return len(RecoveryCodes(codes).get_unused_codes()) if codes else 0


def _passkey(request: AccountRequest, one: Authenticator, zone: str, sent: dict[str, Any]) -> dict[str, Any]:
    prefix = f"key-{one.pk}"
    name = one.data["name"]
    return {
        "id": one.pk,
        "name": name,
        "made": format_day_of(one.created_at, current(), zone),
        "used": format_moment(one.last_used_at, current(), zone) if one.last_used_at else "",
        "name_form": sent.get("name_form") or PasskeyNameForm(initial={"name": name}, auto_id=f"{prefix}-%s"),
        "remove_form": sent.get("remove_form") or PasswordForm(request=request, auto_id=f"{prefix}-%s"),
    }


def _sessions(request: AccountRequest, zone: str = "UTC") -> list[dict[str, Any]]:
    """Where they are signed in, this browser first."""
    here = request.session.session_key
    rows = [
        {
            "name": one.name,
            "device": device(one.agent),
            "address": one.address,
            "when": format_moment(one.used_at, current(), zone),
            "is_here": one.session_key == here,
        }
        for one in sessions.of(request.user.pk)
    ]
    return sorted(rows, key=lambda row: not row["is_here"])


def _time_zone(request: AccountRequest) -> str:
    """The organization's whose door this is; in the office, of one where they work."""
    organization = organization_of(request)
    if organization is None:
        organization = next((one.organization for one in places.memberships(request.user.pk)), None)
    return organization.time_zone if organization else "UTC"


@own_account(require_POST)
def end_session(request: AccountRequest) -> HttpResponse:
    name = request.POST.get("session", "")
    if name == next((one["name"] for one in _sessions(request) if one["is_here"]), None):
        flows.logout.logout(request)
        return HttpResponseRedirect(reverse("account_login"), status=303)
    if sessions.end(request.user.pk, name):
        messages.success(request, _("Signed out there."))
    return HttpResponseRedirect(reverse("account_security"), status=303)


@own_account(require_POST)
def sign_out_everywhere(request: AccountRequest) -> HttpResponse:
    """Here too: whoever presses it wants nobody in, and signs in again."""
    sessions.end_all(request.user.pk)
    flows.logout.logout(request)
    messages.success(request, _("You were signed out everywhere."))
    return HttpResponseRedirect(reverse("account_login"), status=303)


class ChangePassword(allauth_views.PasswordChangeView):
    """The present password, a new one and that again. Other sessions end (see `adapter.set_password`)."""

    template_name = "reach/account/change_password.html"
    form_class = forms.ChangePasswordForm

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        inherited: dict[str, Any] = super().get_context_data(**context)
        return inherited | own_look(self.request) | {"policy": passwords.policy()}

    def form_valid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        messages.success(self.request, _("Your password was changed. Everywhere else you are signed out."))
        return answer

    def form_invalid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = super().form_invalid(form)
        answer.status_code = 422
        return answer
