"""What a page before sign-in shows of the organization whose door it is, and where the pages after it find them."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from counterfoil.books.accounts.models import User
from counterfoil.books.organizations.models import Organization
from counterfoil.reach import places
from counterfoil.reach.doorways import door_path, organization_of
from counterfoil.reach.logos import logo_url


def look_of(organization: Organization | None, *, language_url: str) -> dict[str, Any]:
    """The context of the plain shell; without an organization, that of the office of this installation."""
    if organization is None:
        return {"language_url": language_url}
    return {
        "organization_name": organization.name,
        "brand_colour": organization.brand_colour,
        "logo_url": logo_url(organization),
        "contact_email": organization.email,
        "language_url": language_url,
    }


def account_menu(door: str) -> list[dict[str, Any]]:
    """What somebody's own menu leads to at a door, such as /portal/lindqvist-zhou/."""
    return [{"url": f"{door}account/security/", "icon": "shield", "label": _("Sign-in and security"), "current": False}]


def asked_at(request: HttpRequest, user: User) -> tuple[Organization | None, str]:
    """Where a mail for somebody's account was asked for: the organization that lists it, and the address of the door.

    It is listed only at an organization that knows this person, whichever door they asked at.
    """
    organization = organization_of(request)
    is_known = organization is not None and places.is_known_to(user, organization)
    return (organization if is_known else None), f"{settings.PUBLIC_URL}{door_path(request)}"


def can_have_passkeys() -> bool:
    """Whether browsers let this address use them."""
    return bool(settings.ENVIRONMENT.is_https or settings.ENVIRONMENT.host == "localhost")
