"""Links that sign somebody in once, mailed to their address. The row keeps a nonce and a hash, as an invitation's does.

No verb of the books asks for them: whoever is at the sign-in page does, and is nobody yet.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from counterfoil.foundation import clock, tokens

from .models import SignInLink, User

PURPOSE = "sign-in"
LIFETIME = timedelta(minutes=20)
KEPT_FOR = timedelta(days=1)


def account_of(email: str) -> User | None:
    """Who signs in with this address, if anybody may."""
    return User.objects.filter(email__iexact=email.strip(), is_active=True).first()


def make(user: User) -> SignInLink:
    """A new one. Those that were asked for before still work, since mails overtake each other."""
    nonce, now = tokens.new_nonce(), clock.now()
    return SignInLink.objects.create(
        user=user,
        email=user.email,
        nonce=nonce,
        token_hash=tokens.hashed(tokens.derive(PURPOSE, nonce)),
        made_at=now,
        expires_at=now + LIFETIME,
    )


def token_of(link: SignInLink) -> str:
    """What the mail carries."""
    return tokens.derive(PURPOSE, link.nonce)


def find(token: str) -> SignInLink | None:
    """The link of a token that still signs in, with its user."""
    return _open().select_related("user").filter(token_hash=tokens.hashed(token), user__is_active=True).first()


def made_for(email: str, *, before: datetime) -> SignInLink | None:
    """The one that a mail of that moment is about, if it still signs in."""
    return _open().filter(email__iexact=email, made_at__lte=before).order_by("-made_at").first()


@transaction.atomic
def use(link: SignInLink) -> bool:
    """Use it up, and with it every other of this person; False for whoever came second."""
    if not _open().filter(id=link.id).update(used_at=clock.now()):
        return False
    close_all(link.user_id)
    return True


def close_all(user_id: int) -> None:
    """Let none of somebody's links sign in any more."""
    SignInLink.objects.filter(user_id=user_id, used_at__isnull=True).update(used_at=clock.now())


def forget_old() -> None:
    """Forget those that have been of no use for a day."""
    SignInLink.objects.filter(expires_at__lt=clock.now() - KEPT_FOR).delete()


def _open() -> QuerySet[SignInLink]:
    return SignInLink.objects.filter(used_at__isnull=True, expires_at__gt=clock.now())
