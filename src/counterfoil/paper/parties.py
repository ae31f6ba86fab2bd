"""The two sides of a document, from what its snapshot keeps of them."""

from collections.abc import Mapping
from typing import Any

from counterfoil.books.organizations.models import Organization
from counterfoil.foundation.formats import address_lines, country_names

from .sheet import Logo, Party


def party(side: Mapping[str, Any], language: str) -> Party:
    """A snapshot's organization or customer as it is printed."""
    lines = address_lines(side["address"], country_names=country_names(language))
    return Party(name=side["name"], lines=tuple(lines), tax_id=side["tax_id"])


def logo_of(organization: Organization) -> Logo | None:
    """The organization's logo as it is today; the look of a document may change, its content may not."""
    if not organization.logo:
        return None
    return Logo(data=bytes(organization.logo), mime=organization.logo_kind, alt=organization.name)  # type: ignore[arg-type]
