"""What an electronic invoice needs and a document does not have, as sentences for the office."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from counterfoil.books.organizations.tax_numbers import tax_number
from counterfoil.foundation.money import exponent

from .sums import is_exact, sums_of

KINDS = ("invoice", "credit_note")


def is_meant(snapshot: Mapping[str, Any]) -> bool:
    """Whether this is an issued invoice or credit note."""
    return snapshot["kind"] in KINDS and bool(snapshot["number"])


def missing(snapshot: Mapping[str, Any]) -> list[Any]:
    """Why there is none, each a lazy sentence; nothing where there is one."""
    seller, buyer = snapshot["organization"], snapshot["customer"]
    if "shipping_tax_id" not in snapshot:
        return [_("It was issued before electronic invoices were made here.")]
    found = []
    if not seller["address"]["country"]:
        found.append(_("Your organization had no country in its address when it was issued."))
    if not tax_number(seller["tax_id"]):
        found.append(_("Your organization had no tax number when it was issued."))
    if not buyer["address"].get("country"):
        found.append(_("The customer had no country in the billing address when it was issued."))
    if exponent(snapshot["currency"]) > 2:
        found.append(_("The standard knows no currency with more than two decimals."))
    elif not is_exact(sums_of(snapshot), snapshot):
        found.append(_("The standard has no way to write down these taxes."))
    return found
