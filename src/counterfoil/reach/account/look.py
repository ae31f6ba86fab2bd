"""What a page before sign-in shows of the organization whose door it is."""

from typing import Any

from counterfoil.books.organizations.models import Organization
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
