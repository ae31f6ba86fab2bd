"""What can stand in files of quotes, invoices and payments, and by which names of columns it is known."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from .columns import CURRENCY, CUSTOMER, CUSTOMER_ID, Field, Layout, day, flag, number, text

ORDERED = ("PurchaseOrder", "Purchase Order", "Reference Number", "Reference#")
LINES = (
    text("name", _("Item"), "Item Name", "Product Name"),
    text("description", _("Description"), "Item Desc", "Item Description", longest=20_000),
    number("quantity", _("Quantity"), "Quantity"),
    text("unit", _("Unit"), "Usage unit", "Unit", longest=20),
    number("rate", _("Rate"), "Item Price", "Rate", "Item Rate"),
    number("discount_percent", _("Discount of the line in per cent"), "Discount", "Discount Percent", "Discount(%)"),
    number("discount_amount", _("Discount of the line as an amount"), "Discount Amount"),
    text("tax_name", _("Name of the tax"), "Item Tax", "Item Tax1", "Tax Name", longest=100),
    number("tax_percent", _("Tax in per cent"), "Item Tax %", "Item Tax1 %", "Tax Percentage"),
)
SUMS = (
    flag("is_inclusive", _("Prices include tax"), "Is Inclusive Tax"),
    text("discount_type", _("Kind of discount"), "Discount Type"),
    number("whole_percent", _("Discount of the whole in per cent"), "Entity Discount Percent"),
    number("whole_amount", _("Discount of the whole as an amount"), "Entity Discount Amount"),
    number("shipping", _("Shipping"), "Shipping Charge"),
    text("shipping_tax_name", _("Name of the tax on shipping"), "Shipping Charge Tax Name", longest=100),
    number("shipping_tax_percent", _("Tax on shipping in per cent"), "Shipping Charge Tax %"),
    number("adjustment", _("Adjustment"), "Adjustment"),
    text("adjustment_label", _("What the adjustment is for"), "Adjustment Description", longest=60),
    number("round_off", _("Rounding"), "Round Off"),
    number("total", _("Total"), "Total", needed=True),
)
WORDS = (
    text("order_number", _("Order number"), *ORDERED, longest=60),
    text("notes", _("Notes"), "Notes", "Customer Notes", longest=20_000),
    text("terms", _("Terms"), "Terms & Conditions", "Terms and Conditions", longest=20_000),
)


def _document(kind: str, label: Any, names: tuple[str, ...], *own: Field) -> Layout:
    """A type of document; `names` are what it is called in the names of its columns."""
    head = (
        text("number", _("Number"), *(f"{name} Number" for name in names), longest=40, needed=True),
        text("id", _("ID elsewhere"), *(f"{name} ID" for name in names), longest=100),
        day("dated", _("Date"), *(f"{name} Date" for name in names), needed=True),
        text("status", _("Status"), *(f"{name} Status" for name in names), "Status", needed=True),
        CUSTOMER,
        CUSTOMER_ID,
        CURRENCY,
    )
    return Layout(kind, label, (*head, *own, *LINES, *SUMS, *WORDS))


QUOTES = _document(
    "quotes", _("Quotes"), ("Quote", "Estimate"), day("expires_on", _("Expiry date"), "Expiry Date", "Valid Until")
)
INVOICES = _document(
    "invoices",
    _("Invoices"),
    ("Invoice",),
    day("due_on", _("Due date"), "Due Date"),
    number("balance", _("Balance"), "Balance", "Balance Due"),
    text("quote_number", _("Quote that it was made of"), "Estimate Number", "Quote Number", longest=40),
)
PAYMENTS = Layout(
    "payments",
    _("Payments received"),
    (
        text("number", _("Number"), "Payment Number", longest=40, needed=True),
        text("id", _("ID elsewhere"), "CustomerPayment ID", "Payment ID", longest=100),
        day("paid_on", _("Date"), "Date", "Payment Date", needed=True),
        CUSTOMER,
        CUSTOMER_ID,
        CURRENCY,
        number("amount", _("Amount"), "Amount", needed=True),
        number("unused", _("Left as credit"), "Unused Amount"),
        number("charges", _("Bank charges"), "Bank Charges"),
        text("mode", _("Method"), "Mode", "Payment Mode", longest=60),
        text("type", _("Kind of payment"), "Payment Type"),
        text("reference", _("Reference"), "Reference Number", "Reference#", longest=100),
        text("notes", _("Notes"), "Description", "Notes", longest=20_000),
        text("invoice", _("Invoice number"), "Invoice Number", longest=40),
        number(
            "applied",
            _("Used for the invoice"),
            "Amount Applied to Invoice",
            "Invoice Payment Applied Amount",
            "Invoice Amount",
        ),
    ),
)
