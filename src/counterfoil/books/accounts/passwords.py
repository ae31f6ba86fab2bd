"""First passwords: the policy, and the hash, which is made before a transaction since it is slow on purpose."""

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from counterfoil.foundation.refusal import Refused

from .models import User


def encoded(password: str, *, email: str, name: str = "") -> str:
    """The hash to store for a password that somebody chose.

    Raises Refused: PASSWORD_WEAK, with everything that the policy has against it.
    """
    try:
        validate_password(password, User(email=email, name=name))
    except ValidationError as weak:
        raise Refused("PASSWORD_WEAK", " ".join(weak.messages), field="password") from weak
    return make_password(password)


def policy() -> list[str]:
    """What a password must be, as the pages that ask for a new one say it beforehand."""
    return [
        _("%(shortest)s characters or more") % {"shortest": settings.SHORTEST_PASSWORD},
        _("Not a password that others use often"),
        _("Not only digits, and not your name or e-mail address"),
    ]


def account_with(email: str, password: str) -> int | None:
    """The id of the account with this address, if this is its password."""
    user = User.objects.filter(email__iexact=email.strip(), is_active=True).first()
    return user.pk if user is not None and user.check_password(password) else None
