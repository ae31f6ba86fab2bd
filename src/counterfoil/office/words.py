"""Small words that several office pages say about money and days."""

from datetime import date

from counterfoil.foundation.formats import format_date
from counterfoil.foundation.money import Money, format_money
from counterfoil.reach.office import OfficeReach


def written(reach: OfficeReach, minor: int, currency: str) -> str:
    """An amount in a currency, in the reader's language."""
    return format_money(Money(minor, currency), reach.language)


def day(reach: OfficeReach, when: date) -> str:
    """A day as the organization and the reader's language write it."""
    return format_date(when, reach.language, reach.organization.date_format)
