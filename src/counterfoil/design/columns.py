"""The columns that the files of documents' lists share, whichever door they leave by."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from counterfoil.foundation.money import Money

from .lists import Column


def money(heading: Any, field: str) -> Column:
    """A column of amounts that are kept in minor units."""
    return Column(heading, lambda row, _today: Money(getattr(row, field), row.currency))


NUMBER = Column(_("Number"), lambda row, _today: row.name)
DATE = Column(_("Date"), lambda row, _today: row.dated)
CUSTOMER = Column(_("Customer"), lambda row, _today: row.customer.display_name)
ORDER_NUMBER = Column(_("Order number"), lambda row, _today: row.order_number)
CURRENCY = Column(_("Currency"), lambda row, _today: row.currency)
AMOUNT = money(_("Amount"), "total_minor")
DUE_DATE = Column(_("Due date"), lambda row, _today: row.due_on)
EXPIRY_DATE = Column(_("Expiry date"), lambda row, _today: row.expires or "")
WHEN_DUE = Column(_("Due date"), lambda row, _today: row.due or "")
BALANCE = money(_("Balance"), "balance_minor")
STATUS = Column(_("Status"), lambda row, today: row.status(today).label)  # as the office calls it
PAYMENT = (
    Column(_("Number"), lambda row, _today: row.number),
    Column(_("Date"), lambda row, _today: row.paid_on),
    Column(_("Method"), lambda row, _today: row.method_label or row.get_mode_display()),
    Column(_("Reference"), lambda row, _today: row.reference),
    CURRENCY,
    money(_("Amount"), "amount_minor"),
    money(_("Left as credit"), "balance_minor"),
)
