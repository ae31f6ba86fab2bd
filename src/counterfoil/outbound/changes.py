"""What changed of a customer or contact person, in words: each detail with what it was and what it is now."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from counterfoil.books.customers.models import Customer
from counterfoil.foundation.events import Event
from counterfoil.foundation.formats import address_lines, country_names
from counterfoil.foundation.languages import LANGUAGES, current

LABELS: dict[str, Any] = {
    "display_name": gettext_lazy("Display name"),
    "kind": gettext_lazy("Customer type"),
    "company_name": gettext_lazy("Company name"),
    "currency": gettext_lazy("Currency"),
    "language": gettext_lazy("Language"),
    "payment_days": gettext_lazy("Payment terms"),
    "tax_id": gettext_lazy("Tax ID"),
    "is_tax_exempt": gettext_lazy("Exempt from tax"),
    "exemption_reason": gettext_lazy("Reason for the exemption"),
    "billing_address": gettext_lazy("Billing address"),
    "shipping_address": gettext_lazy("Shipping address"),
    "notes": gettext_lazy("Notes"),
    "may_pay_by_bank": gettext_lazy("Allow this customer to pay with their bank account"),
    "stops_reminders": gettext_lazy("Stop reminders"),
    "salutation": gettext_lazy("Salutation"),
    "first_name": gettext_lazy("First name"),
    "last_name": gettext_lazy("Last name"),
    "email": gettext_lazy("E-mail"),
    "phone": gettext_lazy("Phone"),
    "mobile": gettext_lazy("Mobile"),
    "designation": gettext_lazy("Designation"),
}


@dataclass(frozen=True)
class Change:
    """One detail. `later` is what stands there today, if that is neither what it was then nor what it became."""

    label: str
    was: str
    now: str
    later: str = ""


def told(event: Event, *, row: Any = None) -> list[Change]:
    """What an event tells as changed, in the order of a form; `row` is what it is about, as it is now."""
    changed: Mapping[str, Mapping[str, Any]] = event.data.get("changed", {})
    found = []
    for name in [name for name in LABELS if name in changed]:
        was, now = changed[name]["was"], changed[name]["now"]
        later = getattr(row, name) if row is not None else now
        words = _in_one(name, later) if later not in (was, now) else ""
        found.append(Change(str(LABELS[name]), _in_one(name, was), _in_one(name, now), words))
    return found


def facts(event: Event) -> list[tuple[str, str]]:
    """The same for a letter."""
    return [(one.label, f"{one.was} → {one.now}") for one in told(event)]


def _in_one(name: str, value: Any) -> str:
    return ", ".join(lines(name, value)) or _("empty")


def lines(name: str, value: Any) -> list[str]:
    """A detail as a person writes it, in the language of now."""
    if isinstance(value, Mapping):
        whole = address_lines(value, country_names=country_names(current()))
        return [*whole, value["phone"]] if value.get("phone") else whole
    if isinstance(value, bool):
        return [_("Yes") if value else _("No")]
    if name == "kind":
        return [str(Customer.Kind(value).label)]
    if name == "language":
        return [LANGUAGES.get(value, value)]
    if name == "payment_days":
        return [_("Net %(days)s") % {"days": value} if value else _("Due on receipt")]
    return str(value).splitlines()
