"""The account pages. They are reached only below a portal's or the office's address (see `doorways`)."""

from allauth.account import views
from django.urls import path

from counterfoil.reach.doors import public

urlpatterns = [
    path("login/", public("where people sign in")(views.login), name="account_login"),
    path("logout/", public("signing out is always allowed")(views.logout), name="account_logout"),
]
