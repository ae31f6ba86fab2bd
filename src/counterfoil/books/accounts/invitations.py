"""What every invitation has in common, of a contact person as of a staff member: a link that opens one door once.

The invitation's row keeps a nonce and a hash. The token is derived from the nonce when the mail is written, so that it
is stored nowhere and can be written again.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from django.utils.translation import gettext_lazy as _

from counterfoil.foundation import clock, tokens
from counterfoil.foundation.refusal import Refused

from .models import User

LIFETIME = timedelta(days=14)


class Standing(StrEnum):
    """What can still be done with an invitation."""

    OPEN = "open"
    USED = "used"
    VOIDED = "voided"
    EXPIRED = "expired"


class AnyInvitation(Protocol):
    """A row of either table of invitations."""

    email: Any
    expires_at: Any
    used_at: Any
    voided_at: Any


def fresh(purpose: str) -> dict[str, str | datetime]:
    """The columns of a new invitation that make it a door: nonce, hash, when it was made and when it closes."""
    nonce, now = tokens.new_nonce(), clock.now()
    return {
        "nonce": nonce,
        "token_hash": tokens.hashed(tokens.derive(purpose, nonce)),
        "made_at": now,
        "expires_at": now + LIFETIME,
    }


def standing(invitation: AnyInvitation) -> Standing:
    """Where an invitation stands now."""
    if invitation.used_at:
        return Standing.USED
    if invitation.voided_at:
        return Standing.VOIDED
    return Standing.EXPIRED if invitation.expires_at <= clock.now() else Standing.OPEN


def must_be_open(invitation: AnyInvitation) -> None:
    """Raise Refused: INVITATION_USED, INVITATION_VOIDED, INVITATION_EXPIRED."""
    match standing(invitation):
        case Standing.USED:
            raise Refused("INVITATION_USED", _("This invitation was already accepted. Please sign in."))
        case Standing.VOIDED:
            raise Refused(
                "INVITATION_VOIDED", _("This invitation isn't valid any more. A newer one may be in your mail.")
            )
        case Standing.EXPIRED:
            raise Refused("INVITATION_EXPIRED", _("This invitation has expired. Please ask for a new one."))


def has_account(email: str) -> bool:
    """Whether somebody signs in with this address already, so that no password may be set for it here."""
    return User.objects.filter(email__iexact=email).exists()


def account_for(
    invitation: AnyInvitation, *, signed_in: User | None, password_hash: str, name: str, language: str
) -> User:
    """The account that accepts: a new one with this password, or the one that exists, if its owner is signed in.

    Only ever that of the address which the invitation went to; a password that exists is never touched. Call it in the
    transaction that uses the invitation up. Raises Refused: SIGN_IN_FIRST, OTHER_ACCOUNT (signed in as somebody else),
    PASSWORD_MISSING.
    """
    address = invitation.email.strip().lower()
    if signed_in is not None and signed_in.email.lower() != address:
        raise Refused(
            "OTHER_ACCOUNT",
            _("You are signed in as %(who)s, but this invitation went to %(email)s. Sign out first.")
            % {"who": signed_in.email, "email": address},
        )
    account = User.objects.filter(email__iexact=address).first()
    if account is None:
        return _open(address, password_hash, name=name, language=language)
    if signed_in is None:
        raise _sign_in_first()
    return account


def _open(address: str, password_hash: str, *, name: str, language: str) -> User:
    if not password_hash:
        raise Refused("PASSWORD_MISSING", _("Choose a password."), field="password")
    account = User(email=address, name=name, language=language, password=password_hash)
    # Two invitations of two organizations may be accepted at the same moment: one makes the account.
    User.objects.bulk_create([account], ignore_conflicts=True)
    if not User.objects.filter(id=account.id).exists():
        raise _sign_in_first()
    return account


def _sign_in_first() -> Refused:
    return Refused("SIGN_IN_FIRST", _("This address has an account already. Sign in to accept the invitation."))
