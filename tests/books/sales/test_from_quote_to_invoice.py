"""Quotes, orders and invoices in any order, by anybody: no forbidden state, nothing invoiced twice, exact books."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from counterfoil.books.sales import conversions, invoices, order_progress, quotes, sales_orders, writing
from counterfoil.books.sales.invoices import InvoiceContent
from counterfoil.books.sales.models import Invoice, Quote, SalesOrder
from counterfoil.books.sales.order_progress import OrderLineContent
from tests.support.books import draft_order, draft_quote
from tests.support.cast import Cast
from tests.support.stories import Story, tell

QUANTITIES = st.integers(-1, 6).map(Decimal)
VERBS: dict[Any, tuple[Any, ...]] = {
    Quote: (
        quotes.mark_as_sent,
        quotes.accept,
        quotes.decline,
        quotes.delete,
        conversions.quote_to_invoice,
        conversions.quote_to_sales_order,
    ),
    SalesOrder: (
        sales_orders.mark_as_open,
        sales_orders.close,
        sales_orders.reopen,
        sales_orders.void,
        sales_orders.delete,
        conversions.order_to_invoice,
    ),
    Invoice: (invoices.mark_as_sent, invoices.void, invoices.reinstate, invoices.delete),
}


class Sales(Story):
    """One customer's quotes, sales orders and invoices."""

    types = (Quote, SalesOrder, Invoice)
    verbs = VERBS

    def begin(self) -> None:
        draft_quote(self.cast)
        draft_order(self.cast, lines=(("Shop sign", 4, "100"), ("Lettering", 3, "12.50")))

    @rule(data=st.data(), model=st.sampled_from(tuple(VERBS)))
    def a_step_on(self, data: Any, model: Any) -> None:
        """What most often happens next, by an owner who saw it as it is, so that stories get somewhere."""
        nexts = {
            Quote: (quotes.mark_as_sent, quotes.accept, conversions.quote_to_sales_order),
            SalesOrder: (sales_orders.mark_as_open,),
            Invoice: (invoices.mark_as_sent, invoices.void),
        }
        if (one := self.pick(model, data)) is not None:
            for verb in nexts[model]:
                self.attempt(verb, one, revision=one.revision)

    @rule(data=st.data(), quantities=st.lists(QUANTITIES, min_size=2, max_size=2))
    def invoice_a_part(self, data: Any, quantities: list[Decimal]) -> None:
        if (one := self.pick(SalesOrder, data)) is not None:
            wanted = dict(zip(one.lines.values_list("source_line_id", flat=True), quantities, strict=False))
            self.attempt(conversions.order_to_invoice, one, revision=one.revision, quantities=wanted)

    @rule(data=st.data(), quantities=st.lists(QUANTITIES, min_size=2, max_size=2))
    def edit_an_order(self, data: Any, quantities: list[Decimal]) -> None:
        if (one := self.pick(SalesOrder, data)) is not None:
            written = sales_orders.content_of(one, list(one.lines.all()))
            lines = [replace(line, quantity=many) for line, many in zip(written.lines, quantities, strict=False)]
            self.attempt(sales_orders.edit, one, replace(written, lines=lines), revision=one.revision)

    @rule(data=st.data(), quantities=st.lists(QUANTITIES, min_size=2, max_size=2))
    def edit_an_invoice(self, data: Any, quantities: list[Decimal]) -> None:
        if (one := self.pick(Invoice, data)) is not None:
            lines = [
                OrderLineContent(**writing.line_content(line) | {"quantity": many}, source_line_id=line.source_line_id)
                for line, many in zip(one.lines.all(), quantities, strict=False)
            ]
            content = InvoiceContent(**writing.shared_content(one) | {"lines": lines}, payment_days=14)
            self.attempt(invoices.edit, one, content, revision=one.revision)

    @invariant()
    def nothing_is_invoiced_that_was_not_ordered(self) -> None:
        for one in SalesOrder.objects.all():
            assert all(quantity >= 0 for quantity in order_progress.left(one).values())
            assert one.standing == order_progress.standing(
                one.state, order_progress.ordered(one), order_progress.invoiced(one)
            )


def test_whatever_is_done_in_whatever_order(cast: Cast) -> None:
    tell(lambda: Sales(cast))
