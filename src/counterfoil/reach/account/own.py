"""The pages of whoever is signed in about their own account. They stand at both doors and are the same person's."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from counterfoil.books.accounts.models import User
from counterfoil.reach.doors import View, public
from counterfoil.reach.doorways import door_path, organization_of

from . import own_language
from .look import can_have_passkeys, look_of


class AccountRequest(HttpRequest):
    """A request of somebody who is signed in, at one of the doors."""

    user: User


def own_account(methods: Callable[[View], View]) -> Callable[[View], View]:
    """The view is for whoever is signed in; everybody else signs in first. `methods` says what may be sent to it."""

    def mark(view: View) -> View:
        @wraps(view)
        def asked(request: HttpRequest, *args: Any, **named: Any) -> Any:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path(), reverse("account_login"))
            own_language.speak_theirs(request)
            return view(request, *args, **named)

        return public("who isn't signed in is led to sign in, and everybody sees their own account")(
            methods(never_cache(asked))
        )

    return mark


def own_look(request: HttpRequest) -> dict[str, Any]:
    """What every such page shows of its door, and the way back to it."""
    look = look_of(organization_of(request), language_url=reverse("account_language"))
    return look | {
        "can_have_passkeys": can_have_passkeys(),
        "door_url": door_path(request),
        "security_url": reverse("account_security"),
    }


def own_page(request: HttpRequest, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """Render a template below `reach/account/` that extends `reach/account/_own.html`."""
    return render(request, f"reach/account/{template}", own_look(request) | context, status=status)
