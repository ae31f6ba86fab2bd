"""A link, printed where only the installer reads it, that makes an owner and their organization.

The first start prints one; another organization gets one when the installer asks for it.
"""

from datetime import timedelta

from django.db import transaction
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from counterfoil.foundation import clock, tokens
from counterfoil.foundation.refusal import Refused

from . import organizations
from .models import SetupLink, StaffMember
from .organizations import Details, Founder

PURPOSE = "setup"
LIFE_OF_ANOTHER = timedelta(days=1)


@transaction.atomic
def token(*, another: bool = False) -> str | None:
    """The token of the setup link, the same until it is used; None once there is an organization.

    With `another` there is one all the same, for the next organization.
    """
    if organizations.exists() and not another:
        return None
    if another:
        # Whoever asks for a new link makes the one before void.
        SetupLink.objects.filter(id=SetupLink.ONLY).delete()
    nonce = tokens.new_nonce()
    draft = SetupLink(nonce=nonce, token_hash=tokens.hashed(tokens.derive(PURPOSE, nonce)), made_at=clock.now())
    # Two processes that start at once agree on one link.
    SetupLink.objects.bulk_create([draft], ignore_conflicts=True)
    return tokens.derive(PURPOSE, SetupLink.objects.get(id=SetupLink.ONLY, used_at__isnull=True).nonce)


def opens(presented: str) -> bool:
    """Whether this token opens the setup page now."""
    link = SetupLink.objects.filter(id=SetupLink.ONLY, used_at__isnull=True).first()
    return link is not None and _matches(link, presented) and _is_fresh(link)


@transaction.atomic
def begin(presented: str, details: Details, founder: Founder) -> StaffMember:
    """Make an organization and its owner, who is returned; once for each link.

    Raises Refused: ALREADY_SET_UP, and as `organizations.found`.
    """
    link = SetupLink.objects.select_for_update().filter(id=SetupLink.ONLY).first()
    if link is None or link.used_at is not None or not _matches(link, presented) or not _is_fresh(link):
        raise Refused("ALREADY_SET_UP", _("This link was used already or is too old."))
    organization = organizations.found(details, founder)
    link.used_at = clock.now()
    link.save(update_fields=["used_at"])
    return StaffMember.objects.select_related("user").get(organization=organization)


def _is_fresh(link: SetupLink) -> bool:
    """The way to the first organization stays open until it is used; the way to another one for a day."""
    return link.made_at > clock.now() - LIFE_OF_ANOTHER or not organizations.exists()


def _matches(link: SetupLink, presented: str) -> bool:
    return constant_time_compare(tokens.hashed(presented), link.token_hash)
