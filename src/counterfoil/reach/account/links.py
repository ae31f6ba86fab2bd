"""Signing in by a link in a mail, for who has no password at hand. Nobody learns who signs in here.

The link opens a page, whose button signs in: programs look at mails before people do (see `reach/opening.py`). It works
in whatever browser the mail is read in.
"""

from functools import partial
from typing import Any

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.internal.flows.logout import logout
from allauth.account.models import Login
from allauth.core import ratelimit
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from counterfoil.books.accounts import sign_in_links
from counterfoil.books.accounts.models import SignInLink
from counterfoil.foundation.languages import current
from counterfoil.outbound.mail import queue_sign_in_link
from counterfoil.reach import kept
from counterfoil.reach.doors import public
from counterfoil.reach.doorways import door_path, organization_of

from .forms import LinkForm
from .look import asked_at, look_of


@public("who can't sign in asks for a link")
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return HttpResponseRedirect(door_path(request))
    form = LinkForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _may_ask(request, form):
        _send(request, form.cleaned_data["email"])
        return HttpResponseRedirect(reverse("account_link_sent"), status=303)
    return _page(request, "ask_link.html", form=form, status=422 if form.errors else 200)


def _may_ask(request: HttpRequest, form: LinkForm) -> bool:
    """Whether few enough were asked for from here, and for this address, whether or not anybody signs in with it."""
    email = form.cleaned_data["email"].lower()
    if ratelimit.consume(request, action="sign_in_link", key=email):
        return True
    form.add_error(None, _("That was too often. Wait five minutes, then try again."))
    return False


@transaction.atomic
def _send(request: HttpRequest, email: str) -> None:
    user = sign_in_links.account_of(email)
    if user is not None:
        sign_in_links.make(user)
        queue_sign_in_link(user, *asked_at(request, user), current())


@public("who can't sign in asks for a link")
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    return _page(request, "link_sent.html")


@public("a link that was mailed signs in, by the token in its address")
@require_http_methods(["GET", "HEAD", "POST"])
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    """Says as whom, and asks. Only pressing the button signs in, and it is sent only by who presses it."""
    link = sign_in_links.find(token)
    if link is None:
        return _page(request, "open_sign_in_link.html", status=404)
    if request.method == "POST" and "sign_in" in request.POST:
        return _sign_in(request, link)
    status = 422 if request.method == "POST" else 200
    return _page(request, "open_sign_in_link.html", email=link.user.email, status=status)


def _sign_in(request: HttpRequest, link: SignInLink) -> HttpResponse:
    """As with a password: who has set up a second step is asked for it next."""
    if not sign_in_links.use(link):
        return _page(request, "open_sign_in_link.html", status=404)
    kept.over(request, partial(logout, request, show_message=False))  # whoever was signed in here
    record_authentication(request, link.user, method="link")
    return _private(perform_login(request, Login(user=link.user, email=link.user.email)))


def _page(request: HttpRequest, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    look = look_of(organization_of(request), language_url=reverse("account_language"))
    return _private(render(request, f"reach/account/{template}", look | context, status=status))


def _private(answer: HttpResponse) -> HttpResponse:
    answer.headers["Referrer-Policy"] = "strict-origin"
    add_never_cache_headers(answer)
    return answer
