"""The first start: a link, printed where only the installer reads it, that makes the first owner and organization."""

from django.db import transaction
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from counterfoil.foundation import clock, tokens
from counterfoil.foundation.refusal import Refused

from . import organizations
from .models import SetupLink, StaffMember
from .organizations import Details, Founder

PURPOSE = "setup"


@transaction.atomic
def token() -> str | None:
    """The token of the setup link, the same until it is used; None once there is an organization."""
    if organizations.exists():
        return None
    nonce = tokens.new_nonce()
    draft = SetupLink(nonce=nonce, token_hash=tokens.hashed(tokens.derive(PURPOSE, nonce)), made_at=clock.now())
    # Two processes that start at once agree on one link.
    SetupLink.objects.bulk_create([draft], ignore_conflicts=True)
    return tokens.derive(PURPOSE, SetupLink.objects.get(id=SetupLink.ONLY, used_at__isnull=True).nonce)


def opens(presented: str) -> bool:
    """Whether this token opens the setup page now."""
    link = SetupLink.objects.filter(id=SetupLink.ONLY, used_at__isnull=True).first()
    return link is not None and _matches(link, presented) and not organizations.exists()


@transaction.atomic
def begin(presented: str, details: Details, founder: Founder) -> StaffMember:
    """Make the first organization and its owner, who is returned; once.

    Raises Refused: ALREADY_SET_UP, and as `organizations.found`.
    """
    link = SetupLink.objects.select_for_update().filter(id=SetupLink.ONLY).first()
    if link is None or link.used_at is not None or organizations.exists() or not _matches(link, presented):
        raise Refused("ALREADY_SET_UP", _("Counterfoil is already set up here. Please sign in."))
    organization = organizations.found(details, founder)
    link.used_at = clock.now()
    link.save(update_fields=["used_at"])
    return StaffMember.objects.select_related("user").get(organization=organization)


def _matches(link: SetupLink, presented: str) -> bool:
    return constant_time_compare(tokens.hashed(presented), link.token_hash)
