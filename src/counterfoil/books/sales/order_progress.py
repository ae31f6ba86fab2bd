"""How much of a sales order is invoiced, and what it therefore stands as.

The lines of invoices that came from an order say which of its lines they are of, and how much. What is void or was
thrown away counts no more. Every verb that changes an invoice or an order ends here, while the customer's balance is
locked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from counterfoil.foundation.formats import format_number
from counterfoil.foundation.refusal import Refused

from .models import Invoice, InvoiceLine, SalesOrder
from .pricing import LineContent

Quantities = Mapping[int, Decimal]  # by `source_line_id`


@dataclass(frozen=True)
class OrderLineContent(LineContent):
    """A line of a sales order, or of an invoice that was made of one or of time. None: a new line, or of neither."""

    source_line_id: int | None = None


def standing_invoices(order: SalesOrder) -> QuerySet[Invoice]:
    """The invoices that came from an order and are not void, drafts too."""
    made = Invoice.objects.filter(came_from_kind=SalesOrder.kind(), came_from_id=order.id)
    return made.exclude(state=Invoice.State.VOID)


def invoiced(order: SalesOrder) -> dict[int, Decimal]:
    """How much of each line of an order is invoiced."""
    sums: dict[int, Decimal] = {}
    lines = InvoiceLine.objects.filter(document__in=standing_invoices(order), source_line_id__isnull=False)
    line_id: Any
    for line_id, quantity in lines.values_list("source_line_id", "quantity"):
        sums[line_id] = sums.get(line_id, Decimal(0)) + quantity
    return sums


def left(order: SalesOrder) -> dict[int, Decimal]:
    """How much of each line of an order is not invoiced yet."""
    done = invoiced(order)
    return {
        line.source_line_id: line.quantity - done.get(line.source_line_id, Decimal(0)) for line in order.lines.all()
    }


def stand(order: SalesOrder) -> None:
    """Store what an order stands as, by its state and its lines. Within a verb's transaction."""
    order.standing = standing(order.state, ordered(order), invoiced(order))
    order.save(update_fields=["standing"])


def ordered(order: SalesOrder) -> dict[int, Decimal]:
    """How much of each line was ordered."""
    return dict(order.lines.values_list("source_line_id", "quantity"))


def standing(state: str, wanted: Quantities, done: Quantities) -> SalesOrder.Status:
    """What an order of so much, of which so much is invoiced, stands as. Lines of nothing have nothing to invoice."""
    if state != SalesOrder.State.OPEN:
        return SalesOrder.Status(state)
    if not any(done.values()):
        return SalesOrder.Status.OPEN
    is_whole = all(done.get(line_id, Decimal(0)) >= quantity for line_id, quantity in wanted.items())
    return SalesOrder.Status.CLOSED if is_whole else SalesOrder.Status.PARTIALLY_INVOICED


def follow(invoice: Invoice) -> None:
    """An invoice was written, made void or made valid again: let the order that it came from, if any, stand as it says.

    Raises Refused: MORE_THAN_ORDERED, ORDER_VOID.
    """
    if invoice.came_from_kind != SalesOrder.kind():
        return
    order = SalesOrder.objects.select_for_update().get(id=invoice.came_from_id or 0)
    if order.state == SalesOrder.State.VOID and invoice.state != Invoice.State.VOID:
        raise Refused("ORDER_VOID", _("The sales order that it came from is void."))
    done = invoiced(order)
    for line in order.lines.all():
        must_be_enough(line.name, line.quantity, done.get(line.source_line_id, Decimal(0)))
    stand(order)


def must_be_enough(name: str, quantity: Decimal, done: Decimal) -> None:
    """Refuse (MORE_THAN_ORDERED) to invoice more of a line than was ordered."""
    if done > quantity:
        raise Refused(
            "MORE_THAN_ORDERED",
            _("%(invoiced)s of “%(name)s” would be invoiced, and %(ordered)s were ordered.")
            % {"invoiced": format_number(done), "name": name, "ordered": format_number(quantity)},
            field="lines",
        )


def lines_of(order_id: int) -> set[int]:
    """By what the lines of a sales order are known."""
    return set(SalesOrder.objects.get(id=order_id).lines.values_list("source_line_id", flat=True))
