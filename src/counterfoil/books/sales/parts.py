"""A part of a sales order, as what is written into an invoice of it.

Percentages hold for every part. Amounts that are said once (a discount in money of the whole order or of a line, the
shipping charge, the adjustment) go with the first invoice, a discount as far as it fits; what is not on an invoice yet
goes with the next. So the parts come to what was ordered, but for the rounding of each.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from counterfoil.books.customers.models import Customer
from counterfoil.foundation.money import Money

from . import order_progress, pricing, writing
from .invoices import InvoiceContent
from .models import DiscountKind, InvoiceLine, SalesOrder
from .order_progress import OrderLineContent

NONE: dict[str, Any] = {"discount_kind": DiscountKind.NONE.value, "discount_value": Decimal(0)}


def part_of(order: SalesOrder, customer: Customer, quantities: Mapping[int, Decimal], *, dated: date) -> InvoiceContent:
    """So much of each line, with what belongs to it. Raises Refused as pricing does."""
    invoices = list(order_progress.standing_invoices(order))
    lines: list[OrderLineContent] = [
        OrderLineContent(**writing.line_content(line) | {"quantity": quantity}, source_line_id=line.source_line_id)
        for line in order.lines.all()
        if (quantity := quantities.get(line.source_line_id, Decimal(0)))
    ]
    shared = writing.shared_content(order) | {
        "dated": dated,
        "shipping_minor": max(0, order.shipping_minor - sum(one.shipping_minor for one in invoices)),
        "adjustment_minor": order.adjustment_minor - sum(one.adjustment_minor for one in invoices),
    }
    content = InvoiceContent(**shared, lines=lines, payment_days=customer.payment_days)
    content = replace(content, lines=_with_their_discounts(order, content, lines, customer))
    return _with_its_discount(order, content, customer, invoices)


def _with_their_discounts(
    order: SalesOrder, content: InvoiceContent, lines: Sequence[OrderLineContent], customer: Customer
) -> list[OrderLineContent]:
    """The lines, each with what is left of its discount in money, as far as it fits."""
    in_money = [line.discount_kind == DiscountKind.AMOUNT for line in lines]
    if not any(in_money):
        return list(lines)
    bare = [replace(line, **NONE) if one else line for line, one in zip(lines, in_money, strict=True)]
    gross = pricing.price(replace(content, **NONE, adjustment_minor=0, lines=bare), customer=customer).nets
    given = _given(order)
    return [
        _discounted(line, line.discount_value - given.get(line.source_line_id, Decimal(0)), Money(fits, order.currency))
        if one
        else line
        for line, fits, one in zip(lines, gross, in_money, strict=True)
    ]


def _given(order: SalesOrder) -> dict[int | None, Decimal]:
    """What was taken off in money by the invoices of each line."""
    lines = InvoiceLine.objects.filter(
        document__in=order_progress.standing_invoices(order), discount_kind=DiscountKind.AMOUNT
    )
    given: dict[int | None, Decimal] = {}
    for line_id, value in lines.values_list("source_line_id", "discount_value"):
        given[line_id] = given.get(line_id, Decimal(0)) + value
    return given


def _with_its_discount(
    order: SalesOrder, content: InvoiceContent, customer: Customer, invoices: Sequence[Any]
) -> InvoiceContent:
    """With what is left of the whole order's discount in money, as far as it fits."""
    if content.discount_kind != DiscountKind.AMOUNT:
        return content
    subtotal = pricing.price(replace(content, **NONE, adjustment_minor=0), customer=customer).subtotal_minor
    given = sum(one.discount_value for one in invoices if one.discount_kind == DiscountKind.AMOUNT)
    return _discounted(content, order.discount_value - given, Money(subtotal, customer.currency))


def _discounted(row: Any, rest: Decimal, fits: Money) -> Any:
    """With a discount in money of the rest, or of what fits; with none if nothing is left."""
    value = min(max(rest, Decimal(0)), fits.decimal)
    return replace(row, discount_value=value) if value else replace(row, **NONE)
