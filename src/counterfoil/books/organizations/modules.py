"""What customers see in their portal. A module that comes later joins by adding its row here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from .models import Organization


@dataclass(frozen=True)
class Module:
    """A part of the portal. One that can't be switched is always there."""

    key: str
    label: Any
    explanation: Any
    is_on_at_first: bool = True
    can_be_switched: bool = True


MODULES = (
    Module("quotes", _("Quotes"), _("Always there."), can_be_switched=False),
    Module("invoices", _("Invoices"), _("Always there."), can_be_switched=False),
    Module(
        "sales_orders",
        _("Sales orders"),
        _("What the customer ordered, with the invoices made of it."),
        is_on_at_first=False,
    ),
    Module(
        "projects",
        _("Projects and timesheets"),
        _("Active projects with the time that is billed, and timesheets that the customer approves."),
        is_on_at_first=False,
    ),
    Module("payments", _("Payments made"), _("What the customer has paid, with receipts.")),
    Module("forwarding", _("Forwarding"), _("Customers may pass documents on to other people by e-mail.")),
    Module(
        "own_credits",
        _("Credits while paying"),
        _("Customers may use what they have in credit, and their retainers, for the invoices that they pay."),
        is_on_at_first=False,
    ),
    Module("statements", _("Statements"), _("The customer's account over a period, with everything that happened.")),
    Module(
        "details",
        _("Editing their details"),
        _("Customers may change their own names, company and addresses. You see what changed, and can undo it."),
    ),
    Module("documents", _("Documents"), _("Files that you and the customer share.")),
    Module(
        "uploads", _("Uploading documents"), _("Customers may upload files to their account, documents and comments.")
    ),
    Module(
        "reviews",
        _("Reviews"),
        _("Customers may write reviews of you. Those that you publish are on everybody's home."),
    ),
)
_BY_KEY = {module.key: module for module in MODULES}


def is_on(organization: Organization, key: str) -> bool:
    """Whether customers of this organization see a module. Raises KeyError for one that there isn't."""
    module = _BY_KEY[key]
    if not module.can_be_switched:
        return True
    return bool(organization.modules.get(key, module.is_on_at_first))


def switched(choices: Mapping[str, bool]) -> dict[str, bool]:
    """What is stored of an organization's choices: every module that can be switched, and nothing else."""
    return {
        module.key: bool(choices.get(module.key, module.is_on_at_first)) for module in MODULES if module.can_be_switched
    }
