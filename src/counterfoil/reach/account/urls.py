"""The account pages. They are reached only below a portal's or the office's address (see `doorways`)."""

from django.urls import path, re_path

from counterfoil.reach.doors import public

from . import views

sign_in = public("where people sign in")(views.SignIn.as_view())
sign_out = public("signing out is always allowed")(views.SignOut.as_view())
forgotten = public("who forgot their password can't sign in")(views.Forgotten.as_view())
forgotten_sent = public("who forgot their password can't sign in")(views.ForgottenSent.as_view())
new_password = public("opened by the key in the address")(views.NewPassword.as_view())
inactive = public("where an account that was switched off ends")(views.Inactive.as_view())

urlpatterns = [
    path("login/", sign_in, name="account_login"),
    path("logout/", sign_out, name="account_logout"),
    path("language/", views.choose_language, name="account_language"),
    path("inactive/", inactive, name="account_inactive"),
    path("password/reset/", forgotten, name="account_reset_password"),
    path("password/reset/done/", forgotten_sent, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        new_password,
        name="account_reset_password_from_key",
    ),
]
