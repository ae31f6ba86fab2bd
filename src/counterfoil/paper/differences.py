"""What changed between two revisions of a document, in words."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from counterfoil.books.organizations.models import Organization
from counterfoil.books.sales.changes import Change
from counterfoil.foundation.formats import format_date, format_number
from counterfoil.foundation.money import Money, format_money

PARTS = {
    "dated": gettext_lazy("Date"),
    "due_on": gettext_lazy("Due date"),
    "expires_on": gettext_lazy("Valid until"),
    "order_number": gettext_lazy("Order number"),
    "discount_minor": gettext_lazy("Discount"),
    "shipping_minor": gettext_lazy("Shipping"),
    "tax_minor": gettext_lazy("Tax"),
    "adjustment_minor": gettext_lazy("Adjustment"),
    "total_minor": gettext_lazy("Total"),
    "notes": gettext_lazy("Customer notes"),
    "terms": gettext_lazy("Terms"),
    "name": gettext_lazy("Item"),
    "description": gettext_lazy("Description"),
    "quantity": gettext_lazy("Quantity"),
    "unit": gettext_lazy("Unit"),
    "rate": gettext_lazy("Rate"),
    "discount_value": gettext_lazy("Discount"),
    "net_minor": gettext_lazy("Amount"),
}
DAYS = ("dated", "due_on", "expires_on")
NUMBERS = ("quantity", "rate", "discount_value")


def in_words(changes: Sequence[Change], currency: str, organization: Organization, language: str) -> list[str]:
    """One sentence for each difference, in the language that is spoken when it is called."""

    def shown(part: str, value: Any) -> str:
        if value in (None, ""):
            return _("nothing")
        if part.endswith("_minor"):
            return format_money(Money(value, currency), language)
        if part in DAYS:
            return format_date(date.fromisoformat(value), language, organization.date_format)
        if part in NUMBERS:
            return format_number(Decimal(value))
        return str(value)

    return [_sentence(one, shown) for one in changes]


def _sentence(one: Change, shown: Any) -> str:
    if one.kind == "added":
        return _("New: %(line)s, %(amount)s.") % {"line": one.line, "amount": shown("net_minor", one.now)}
    if one.kind == "removed":
        return _("Taken out: %(line)s, %(amount)s.") % {"line": one.line, "amount": shown("net_minor", one.was)}
    if one.part == "is_optional":
        sentence = _("%(line)s is optional now.") if one.now else _("%(line)s is not optional any more.")
        return sentence % {"line": one.line}
    values = {
        "line": one.line,
        "part": str(PARTS[one.part]),
        "was": shown(one.part, one.was),
        "now": shown(one.part, one.now),
    }
    if one.line:
        return _("%(line)s, %(part)s: %(now)s instead of %(was)s.") % values
    return _("%(part)s: %(now)s instead of %(was)s.") % values
