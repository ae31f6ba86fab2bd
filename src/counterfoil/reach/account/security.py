"""**Sign-in and security**: what somebody signs in with, and where they are signed in."""

from typing import Any

from allauth.account import views as allauth_views
from allauth.account.internal import flows
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from counterfoil.books.accounts import passwords, sessions
from counterfoil.foundation.formats import format_moment
from counterfoil.foundation.languages import current
from counterfoil.reach import places
from counterfoil.reach.doorways import organization_of

from . import forms
from .devices import device
from .own import AccountRequest, own_account, own_look, own_page


@own_account(require_safe)
def show(request: AccountRequest) -> HttpResponse:
    return own_page(request, "security.html", email=request.user.email, sessions=_sessions(request))


def _sessions(request: AccountRequest) -> list[dict[str, Any]]:
    """Where they are signed in, this browser first."""
    here = request.session.session_key
    zone = _time_zone(request)
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
