"""Which of their details customers may change themselves, and which the organization keeps to itself."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .models import Organization
from .modules import is_on

MODULE = "details"


@dataclass(frozen=True)
class Detail:
    """What can be locked as one, and the columns of a contact person or customer that it is."""

    key: str
    label: Any
    columns: tuple[str, ...]


DETAILS = (
    Detail("name", pgettext_lazy("of a person", "Name"), ("salutation", "first_name", "last_name")),
    Detail("email", _("E-mail"), ("email",)),
    Detail("phone", _("Phone"), ("phone", "mobile")),
    Detail("designation", _("Designation"), ("designation",)),
    Detail("company_name", _("Company name"), ("company_name",)),
    Detail("tax_id", _("Tax ID"), ("tax_id",)),
    Detail("billing_address", _("Billing address"), ("billing_address",)),
    Detail("shipping_address", _("Shipping address"), ("shipping_address",)),
)
KEYS = frozenset(detail.key for detail in DETAILS)


def columns(organization: Organization) -> frozenset[str]:
    """What customers can't change now; everything, where they may change nothing."""
    is_open = is_on(organization, MODULE)
    locked = [detail for detail in DETAILS if not is_open or detail.key in organization.locked_details]
    return frozenset(column for detail in locked for column in detail.columns)


def ordered(keys: Collection[str]) -> list[str]:
    """The keys as they are stored."""
    return [detail.key for detail in DETAILS if detail.key in keys]
