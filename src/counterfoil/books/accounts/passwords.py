"""First passwords: the policy, and the hash, which is made before a transaction since it is slow on purpose."""

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

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
