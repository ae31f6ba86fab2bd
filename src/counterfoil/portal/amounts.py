"""Small words that several pages say about money and days."""

from datetime import date
from typing import Any

from counterfoil.foundation.formats import format_date, relative_due
from counterfoil.foundation.money import Money, format_money
from counterfoil.reach.portal import PortalReach


def written(reach: PortalReach, minor: int, currency: str = "") -> str:
    """An amount in the customer's currency, in the reader's language."""
    return format_money(Money(minor, currency or reach.customer.currency), reach.language)


def day(reach: PortalReach, when: date) -> str:
    """A day as the organization and the reader's language write it."""
    return format_date(when, reach.language, reach.organization.date_format)


def due(reach: PortalReach, invoice: Any) -> dict[str, Any]:
    """When an invoice is due and, while something is to be paid, how far that is. A retainer invoice need not be."""
    owed = invoice.state == "issued" and invoice.to_pay_minor > 0
    if getattr(invoice, "due", invoice.due_on) is None:
        return {"due_on": "", "due_iso": "", "how_far": "", "is_late": False}
    return {
        "due_on": day(reach, invoice.due_on),
        "due_iso": invoice.due_on.isoformat(),
        "how_far": relative_due(invoice.due_on, reach.today) if owed else "",
        "is_late": owed and invoice.due_on < reach.today,
    }
