"""The second step of signing in: what somebody knows is not enough where they have set up something that they have.

An authenticator app or a passkey turns it on. A session keeps that it passed, so that a page can ask without a query.
Allauth's own stage would load what checks passkeys into every process where somebody signs in.
"""

import time
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import clear_authentication_records, record_authentication
from allauth.account.stages import LoginStage
from allauth.core import context as allauth_context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from counterfoil.books.accounts import sessions
from counterfoil.books.accounts.models import User
from counterfoil.foundation import encryption
from counterfoil.reach.doorways import organization_of

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
PASSED = "mfa"  # what allauth calls it in a session
JUST_NOW = 300  # seconds after the password was typed, in which nobody is asked for it again


class SecondStep(LoginStage):
    """Between the password, or the mailed link, and being signed in. A passkey is both steps in one."""

    key = "mfa_authenticate"
    urlname = "account_second_step"

    def handle(self) -> tuple[HttpResponse | None, bool]:
        user = self.login.user
        if not is_set_up(user) or has_passed(self.request, user):
            return None, True
        return HttpResponseRedirect(reverse(self.urlname)), True


class MFAAdapter(DefaultMFAAdapter):
    """How allauth's second step is fitted into this house."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("This is not right. Take the code that is shown now; each works once."),
    }

    def get_totp_issuer(self) -> str:
        return self._get_site_name()

    def encrypt(self, text: str) -> str:
        return encryption.encrypted(text)

    def decrypt(self, encrypted_text: str) -> str:
        return encryption.decrypted(encrypted_text)

    def _get_site_name(self) -> str:
        organization = organization_of(allauth_context.request)
        return organization.name if organization else "Counterfoil"


def is_set_up(user: User) -> bool:
    """Whether somebody has something for the second step."""
    return Authenticator.objects.filter(user_id=user.pk, type__in=FACTORS).exists()


def has_passed(request: HttpRequest, user: Any) -> bool:
    """Whether this session passed the second step."""
    return any(record.get("method") == PASSED for record in get_authentication_records(request, user))


def typed_password_just_now(request: HttpRequest) -> bool:
    """Whether somebody signed in with their password a moment ago, and need not type it again."""
    since = time.time() - JUST_NOW
    records = get_authentication_records(request, request.user)
    return any(record.get("method") == "password" and record.get("at", 0) > since for record in records)


def passes_from_now_on(request: HttpRequest, user: User, kind: str) -> None:
    """Somebody has just shown what they set up. Sessions that never did end."""
    record_authentication(request, user, PASSED, type=kind)
    sessions.end_all(user.pk, but=request.session.session_key)


@transaction.atomic
def remove(request: HttpRequest, factor: Authenticator) -> None:
    """Take an authenticator app or a passkey away; with the last of them the second step, and its recovery codes."""
    user_id = factor.user_id
    factor.delete()
    if Authenticator.objects.filter(user_id=user_id, type__in=FACTORS).exists():
        return
    Authenticator.objects.filter(user_id=user_id).delete()
    clear_authentication_records(request)
    sessions.end_all(user_id, but=request.session.session_key)


def led_to_set_up(request: HttpRequest, door: str) -> HttpResponse | None:
    """Where an organization asks for a second step: nothing else opens until this session has passed one."""
    if has_passed(request, request.user):
        return None
    asked = {"next": request.get_full_path()} if request.method in ("GET", "HEAD") else {}
    return HttpResponseRedirect(f"{door}account/two-step/" + (f"?{urlencode(asked)}" if asked else ""))
