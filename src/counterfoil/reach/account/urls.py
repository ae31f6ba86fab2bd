"""The account pages. They are reached only below a portal's or the office's address (see `doorways`)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path, re_path
from django.views.decorators.http import require_http_methods, require_POST

from counterfoil.reach.doors import View, public

from . import links, security, two_step, views
from .own import AccountRequest, own_account


def _open(reason: str, page: Any) -> View:
    return public(reason)(require_http_methods(["GET", "HEAD", "POST"])(page.as_view()))


def _own(page: Any) -> View:
    return own_account(require_http_methods(["GET", "HEAD", "POST"]))(page.as_view())


sign_in = _open("where people sign in", views.SignIn)
sign_out = _open("signing out is always allowed", views.SignOut)
forgotten = _open("who forgot their password can't sign in", views.Forgotten)
forgotten_sent = _open("who forgot their password can't sign in", views.ForgottenSent)
new_password = _open("opened by the key in the address", views.NewPassword)
change_password = _own(security.ChangePassword)
inactive = _open("where an account that was switched off ends", views.Inactive)


# What checks passkeys is loaded by who uses one.


@public("where people sign in")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_with_passkey(request: HttpRequest) -> HttpResponse:
    from . import passkeys

    return passkeys.sign_in(request)


@own_account(require_http_methods(["GET", "HEAD", "POST"]))
def new_passkey(request: AccountRequest) -> HttpResponse:
    from . import passkeys

    return passkeys.add(request)


@own_account(require_POST)
def rename_passkey(request: AccountRequest) -> HttpResponse:
    from . import passkeys

    return passkeys.rename(request)


@own_account(require_POST)
def remove_passkey(request: AccountRequest) -> HttpResponse:
    from . import passkeys

    return passkeys.remove(request)


urlpatterns = [
    path("login/", sign_in, name="account_login"),
    path("login/second-step/", two_step.confirm, name="account_second_step"),
    path("login/passkey/", sign_in_with_passkey, name="account_passkey"),
    path("two-step/", two_step.asked_for, name="account_two_step"),
    path("two-step/app/", two_step.authenticator, name="account_authenticator"),
    path("two-step/app/off/", two_step.turn_off, name="account_turn_off"),
    path("two-step/codes/", two_step.recovery_codes, name="account_recovery_codes"),
    path("two-step/codes/file/", two_step.recovery_codes_file, name="account_recovery_codes_file"),
    path("two-step/codes/new/", two_step.new_recovery_codes, name="account_new_recovery_codes"),
    path("passkeys/new/", new_passkey, name="account_new_passkey"),
    path("passkeys/name/", rename_passkey, name="account_rename_passkey"),
    path("passkeys/removal/", remove_passkey, name="account_remove_passkey"),
    path("login/link/", links.ask, name="account_ask_link"),
    path("login/link/sent/", links.sent, name="account_link_sent"),
    path("login/link/<str:token>/", links.open_link, name="account_link"),
    path("logout/", sign_out, name="account_logout"),
    path("language/", views.choose_language, name="account_language"),
    path("inactive/", inactive, name="account_inactive"),
    path("password/reset/", forgotten, name="account_reset_password"),
    path("password/reset/done/", forgotten_sent, name="account_reset_password_done"),
    path("password/change/", change_password, name="account_change_password"),
    path("security/", security.show, name="account_security"),
    path("security/sessions/end/", security.end_session, name="account_end_session"),
    path("security/sessions/end-all/", security.sign_out_everywhere, name="account_sign_out_everywhere"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        new_password,
        name="account_reset_password_from_key",
    ),
]
