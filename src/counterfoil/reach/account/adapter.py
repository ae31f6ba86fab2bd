"""How allauth is fitted into this house: nobody signs up by themselves, everybody lands inside, mail is our own."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as allauth_context
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from counterfoil.books.accounts import sessions, sign_in_links
from counterfoil.books.accounts.models import User
from counterfoil.foundation.addresses import is_inside
from counterfoil.foundation.languages import current
from counterfoil.outbound.mail import queue_password_reset
from counterfoil.reach.addresses import network_address
from counterfoil.reach.doorways import door_path

from .look import asked_at
from .telling import tell


class AccountAdapter(DefaultAccountAdapter):
    """People come in by invitation only."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("The e-mail address or the password is not right."),
        "too_many_login_attempts": _("That did not work too many times. Wait five minutes, then try again."),
        "invalid_password_reset": _("This link was used already or is too old."),
        "account_inactive": _("The e-mail address or the password is not right."),
        "enter_current_password": _("This is not your present password."),
        "incorrect_password": _("This is not your password."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str) -> bool:
        return is_inside(url)

    def get_client_ip(self, request: HttpRequest) -> str:
        return network_address(request) or "unknown"

    def get_login_stages(self) -> list[str]:
        return ["counterfoil.reach.account.second_step.SecondStep"]

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """The door's own entrance, which knows where this person was last."""
        return door_path(request)

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_login")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_security")

    def set_password(self, user: User, password: str) -> None:
        """Whoever is signed in with the old one is out at once, but for who changes it."""
        super().set_password(user, password)
        request = allauth_context.request
        here = request.session.session_key if request.user.pk == user.pk else None
        sessions.end_all(user.pk, but=here)
        sign_in_links.close_all(user.pk)
        tell(request, user, "password")

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Our pages say themselves what happened."""

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        """Queue the mail. Its link is made when it is sent, from the configured address; allauth's is not used.

        The mail is listed only where `asked_at` says.
        """
        queue_password_reset(user, *asked_at(context["request"], user), current())

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """No other mail of allauth's is wanted."""
        raise RuntimeError(f"{template_prefix} has no mail of ours.")
