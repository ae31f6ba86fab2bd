"""The name in a portal's address. One that was given up goes on redirecting and is nobody else's."""

import re
import secrets

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from counterfoil.foundation.refusal import Refused

from .models import Organization, PortalName

SHORTEST, LONGEST = 3, 63
SHAPE = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
RESERVED = frozenset(
    {
        *("account", "accounts", "admin", "api", "assets", "demo", "help", "invitation", "login", "logout", "media"),
        *("new", "office", "outbox", "portal", "portals", "public", "setup", "sign-in", "static", "support"),
        *("webhooks", "www"),
    }
)
# Letters and digits that nobody mistakes for one another when the address is read out.
READABLE = "abcdefghjkmnpqrstuvwxyz23456789"


def must_be_allowed(name: str) -> None:
    """Raise Refused unless this could be a portal's name: PORTAL_NAME_SHAPE, PORTAL_NAME_RESERVED."""
    if not (SHORTEST <= len(name) <= LONGEST and SHAPE.fullmatch(name)):
        raise Refused(
            "PORTAL_NAME_SHAPE",
            _(
                "Use lower-case letters, digits and hyphens, from %(shortest)s to %(longest)s characters, "
                "with a letter or digit at each end."
            )
            % {"shortest": SHORTEST, "longest": LONGEST},
            field="portal_name",
        )
    if name in RESERVED:
        raise Refused(
            "PORTAL_NAME_RESERVED",
            _("This name is kept for Counterfoil itself. Choose another."),
            field="portal_name",
        )


def give_first(organization: Organization, *, wished: str = "") -> PortalName:
    """Give a new organization its portal name: the one wished for, or one made from its own name.

    Raises Refused (as `must_be_allowed`, and PORTAL_NAME_TAKEN) only for a name that was wished for.
    """
    if wished:
        must_be_allowed(wished)
        return _take(organization, wished)
    base = _made_from(organization.name)
    for name in [base, *(f"{base}-{number}" for number in range(2, 10)), f"{base}-{_random(6)}"]:
        if not PortalName.objects.filter(name=name).exists():
            return _take(organization, name)
    raise AssertionError("A random name was taken as well.")


def change(organization: Organization, name: str) -> bool:
    """Put the portal at another name; the one before redirects there. Returns whether it was another.

    Runs in the caller's transaction, which has locked the organization. Raises Refused: as `must_be_allowed`, and
    PORTAL_NAME_TAKEN, also where another organization gave the name up.
    """
    current = PortalName.objects.get(organization=organization, is_current=True)
    if name == current.name:
        return False
    must_be_allowed(name)
    earlier = PortalName.objects.filter(name=name).first()
    if earlier is not None and earlier.organization_id != organization.id:
        raise _taken()
    PortalName.objects.filter(id=current.id).update(is_current=False)
    if earlier is not None:
        PortalName.objects.filter(id=earlier.id).update(is_current=True)
    else:
        _take(organization, name)
    return True


def _take(organization: Organization, name: str) -> PortalName:
    try:
        with transaction.atomic():
            return PortalName.objects.create(organization=organization, name=name)
    except IntegrityError as taken:
        raise _taken() from taken


def _taken() -> Refused:
    return Refused(
        "PORTAL_NAME_TAKEN",
        _("This name is taken, or was another portal's. Choose another."),
        field="portal_name",
    )


def _made_from(words: str) -> str:
    """A name from an organization's own; where that leaves too little, as with Chinese, a short readable one."""
    name = slugify(words)[: LONGEST - 8].strip("-_").replace("_", "-")
    if len(name) < SHORTEST or name in RESERVED or not SHAPE.fullmatch(name):
        return f"portal-{_random(5)}"
    return name


def _random(length: int) -> str:
    return "".join(secrets.choice(READABLE) for _place in range(length))
