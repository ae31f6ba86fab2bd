"""The totals below an editor's lines, as the reader's language writes them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from counterfoil.foundation.money import Money, format_amount, format_money
from counterfoil.reach.office import OfficeReach


@dataclass(frozen=True)
class Sums:
    """`rows` are labels with amounts, `nets` has the amount of each line."""

    rows: list[tuple[str, str]]
    total: str
    nets: list[str]


def sums_of(priced: Any, nets: Sequence[int], customer: Any, reach: OfficeReach, *, content: Any = None) -> Sums:
    """From what was worked out (or a row that keeps it) and what was written; amounts in the customer's currency."""
    written, currency, language = content or priced, customer.currency, reach.language

    def amount(minor: int) -> str:
        return format_amount(Money(minor, currency), language)

    rows = [
        (_("Discount"), -priced.discount_minor),
        (_("Shipping charge"), written.shipping_minor),
        *((tax["name"], tax["tax_minor"]) for tax in priced.taxes),
        (_("Adjustment"), written.adjustment_minor),
    ]
    return Sums(
        rows=[
            (_("Subtotal"), amount(priced.subtotal_minor)),
            *((label, amount(minor)) for label, minor in rows if minor),
        ],
        total=format_money(Money(priced.total_minor, currency), language),
        nets=[amount(minor) for minor in nets],
    )
