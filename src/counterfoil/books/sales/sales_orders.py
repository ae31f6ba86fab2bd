"""What can be done with a sales order. Nothing of it moves money; `conversions` makes invoices of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from counterfoil.books.customers.models import Customer
from counterfoil.foundation import clock
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.events import record
from counterfoil.foundation.formats import format_number
from counterfoil.foundation.ids import new_id
from counterfoil.foundation.refusal import Refused

from . import order_progress, origins, viewing, writing
from .models import SalesDocument, SalesOrder
from .order_progress import OrderLineContent
from .taking import move, take
from .writing import DocumentContent, told


@dataclass(frozen=True, kw_only=True)
class SalesOrderContent(DocumentContent):
    """Everything about a sales order that a person writes. A line that stays the same line keeps its id."""

    lines: Sequence[OrderLineContent]


@transaction.atomic
def create(
    customer: Customer,
    content: SalesOrderContent,
    *,
    by: Actor,
    making_key: str = "",
    origin: SalesDocument | None = None,
) -> SalesOrder:
    """Write a draft. The same form sent again (by its `making_key`) gives the draft that it made.

    `origin` is what it is made of, for the verbs of `conversions`. Raises Refused as `writing.write`.
    """
    order, is_made = writing.begin(SalesOrder, customer, actor=by, making_key=making_key)
    if is_made:
        return order
    origins.name_origin(order, origin)
    _write(order, content)
    record("sales_order.created", order, by=by, audience="office", **told(order))
    return order


@transaction.atomic
def edit(order: SalesOrder, content: SalesOrderContent, *, by: Actor, revision: int) -> SalesOrder:
    """Change what a draft says, or make the next revision of an open one.

    Raises Refused: SALES_ORDER_CHANGED, ORDER_VOID, ORDER_CLOSED, BELOW_INVOICED (less of a line than is invoiced of
    it), and as `create`.
    """
    _balance, order = take(order, staff=by, revision=revision)
    _must_not_be_void(order)
    if order.state == SalesOrder.State.CLOSED:
        raise Refused("ORDER_CLOSED", _("This sales order is closed. Open it again before you edit it."))
    was = order.total_minor
    order.revision += 1
    _must_cover_what_is_invoiced(order, content)
    _write(order, content)
    if order.state == SalesOrder.State.DRAFT:
        record("sales_order.edited", order, by=by, audience="office", was_minor=was, **told(order))
        return order
    writing.keep(order, actor=by)
    record("sales_order.revised", order, by=by, audience="both", revision=order.revision, was_minor=was, **told(order))
    return order


@transaction.atomic
def mark_as_open(order: SalesOrder, *, by: Actor, revision: int) -> SalesOrder:
    """Number it and let the customer see it, without mailing it. Raises Refused: SALES_ORDER_CHANGED, NOT_A_DRAFT."""
    balance, order = take(order, staff=by, revision=revision)
    if order.state != SalesOrder.State.DRAFT:
        raise Refused("NOT_A_DRAFT", _("This sales order is no draft any more."))
    _open(order, balance.currency, by)
    return order


@transaction.atomic
def send(order: SalesOrder, *, to: Sequence[int], by: Actor, revision: int) -> SalesOrder:
    """Mail it to contact persons (ids), opening it first if it is a draft. Sending again is allowed.

    Raises Refused: SALES_ORDER_CHANGED, ORDER_VOID, NO_RECIPIENT.
    """
    balance, order = take(order, staff=by, revision=revision)
    _must_not_be_void(order)
    ids = writing.recipients(order, to)
    if order.state == SalesOrder.State.DRAFT:
        _open(order, balance.currency, by)
    order.sent_at = clock.now()
    order.save(update_fields=["sent_at"])
    people = [str(one) for one in ids]
    record(
        "sales_order.sent", order, by=by, audience="both", revision=order.revision, contact_ids=people, **told(order)
    )
    return order


@transaction.atomic
def close(order: SalesOrder, *, by: Actor, revision: int) -> SalesOrder:
    """Nothing more of it is to be invoiced. Raises Refused: SALES_ORDER_CHANGED, NOT_OPEN."""
    _balance, order = take(order, staff=by, revision=revision)
    if order.standing not in (SalesOrder.Status.OPEN, SalesOrder.Status.PARTIALLY_INVOICED):
        raise Refused("NOT_OPEN", _("Only an open sales order can be closed."))
    move(order, SalesOrder.State.CLOSED)
    order.closed_at, order.closed_by = clock.now(), by.as_json()
    _stand(order, "closed_at", "closed_by")
    record("sales_order.closed", order, by=by, audience="both", number=order.number)
    return order


@transaction.atomic
def reopen(order: SalesOrder, *, by: Actor, revision: int) -> SalesOrder:
    """Undo closing by hand. Raises Refused: SALES_ORDER_CHANGED, NOT_CLOSED."""
    _balance, order = take(order, staff=by, revision=revision)
    if order.state != SalesOrder.State.CLOSED:
        raise Refused("NOT_CLOSED", _("Only a sales order that was closed by hand can be opened again."))
    move(order, SalesOrder.State.OPEN)
    order.closed_at = order.closed_by = None
    _stand(order, "closed_at", "closed_by")
    record("sales_order.reopened", order, by=by, audience="both", number=order.number)
    return order


@transaction.atomic
def void(order: SalesOrder, *, by: Actor, revision: int) -> SalesOrder:
    """Declare that it counts no more. It keeps its number.

    Raises Refused: SALES_ORDER_CHANGED, NOT_OPEN, ORDER_INVOICED (an invoice of it is not void).
    """
    _balance, order = take(order, staff=by, revision=revision)
    if order.state not in (SalesOrder.State.OPEN, SalesOrder.State.CLOSED):
        raise Refused("NOT_OPEN", _("Only a sales order that was opened can be made void."))
    if order_progress.standing_invoices(order).exists():
        raise Refused(
            "ORDER_INVOICED",
            _("Something of this sales order is invoiced. Make those invoices void or delete them first."),
        )
    move(order, SalesOrder.State.VOID)
    order.closed_at = order.closed_by = None
    order.voided_at, order.voided_by = clock.now(), by.as_json()
    _stand(order, "closed_at", "closed_by", "voided_at", "voided_by")
    record("sales_order.voided", order, by=by, audience="both", number=order.number)
    return order


@transaction.atomic
def delete(order: SalesOrder, *, by: Actor, revision: int) -> None:
    """Throw a draft away. Raises Refused: SALES_ORDER_CHANGED, NOT_A_DRAFT."""
    _balance, order = take(order, staff=by, revision=revision)
    if order.state != SalesOrder.State.DRAFT:
        raise Refused("NOT_A_DRAFT", _("Only a draft can be deleted. Make the sales order void instead."))
    record("sales_order.deleted", order, by=by, audience="office", **told(order))
    order.delete()


@transaction.atomic
def view(order: SalesOrder, *, by: Actor) -> SalesOrder:
    """Remember the first time that the customer opened it. Later times change nothing."""
    return viewing.first_view(order, actor=by)


def content_of(order: SalesOrder, lines: Sequence[Any]) -> SalesOrderContent:
    """A sales order's rows as what a person wrote."""
    return SalesOrderContent(
        **writing.shared_content(order),
        lines=[OrderLineContent(**writing.line_content(line), source_line_id=line.source_line_id) for line in lines],
    )


def _write(order: SalesOrder, content: SalesOrderContent) -> None:
    """Lines that were there before keep their id; the others get one."""
    known: set[int | None] = set(order_progress.ordered(order))
    lines = []
    for line in content.lines:
        is_known = line.source_line_id in known
        known.discard(line.source_line_id)  # twice the same would be two lines under one id
        lines.append(line if is_known else replace(line, source_line_id=new_id()))
    writing.write(order, replace(content, lines=lines))
    order_progress.stand(order)


def _open(order: SalesOrder, currency: str, actor: Actor) -> None:
    writing.must_have_their_currency(order, currency)
    move(order, SalesOrder.State.OPEN)
    order.standing = SalesOrder.Status.OPEN
    writing.issue(order, actor=actor)
    writing.keep(order, actor=actor)
    record("sales_order.opened", order, by=actor, audience="both", **told(order))


def _stand(order: SalesOrder, *changed: str) -> None:
    order.standing = order_progress.standing(order.state, order_progress.ordered(order), order_progress.invoiced(order))
    order.save(update_fields=["state", "standing", *changed])


def _must_not_be_void(order: SalesOrder) -> None:
    if order.state == SalesOrder.State.VOID:
        raise Refused("ORDER_VOID", _("This sales order is void. Write a new one instead."))


def _must_cover_what_is_invoiced(order: SalesOrder, content: SalesOrderContent) -> None:
    """Refuse (BELOW_INVOICED) to have fewer of a line than are invoiced of it."""
    wanted: dict[int | None, Decimal] = {}
    for line in content.lines:
        wanted.setdefault(line.source_line_id, line.quantity)
    names: dict[int, Any] = dict(order.lines.values_list("source_line_id", "name"))
    for line_id, done in order_progress.invoiced(order).items():
        if done > wanted.get(line_id, Decimal(0)):
            raise Refused(
                "BELOW_INVOICED",
                _("%(invoiced)s of “%(name)s” are invoiced already, so the line can't be less than that.")
                % {"invoiced": format_number(done), "name": names[line_id]},
                field="lines",
            )
