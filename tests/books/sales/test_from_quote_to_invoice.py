"""Quotes, orders and invoices in any order, by anybody: no forbidden state, nothing invoiced twice, exact books."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import hypothesis
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from counterfoil.books.ledger.verify import differences
from counterfoil.books.sales import conversions, invoices, order_progress, quotes, sales_orders, writing
from counterfoil.books.sales.invoices import InvoiceContent
from counterfoil.books.sales.models import Invoice, Quote, SalesOrder
from counterfoil.books.sales.order_progress import OrderLineContent
from counterfoil.foundation.refusal import Refused
from tests.support.books import draft_order, draft_quote
from tests.support.cast import Cast, actor

TYPES = (Quote, SalesOrder, Invoice)
PEOPLE = ("olga", "stig", "ana", "vera", "bruno", "otto")
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


class Sales(RuleBasedStateMachine):
    """One customer's documents, and people who do to them what comes to their mind. Undone at the end of each story."""

    def __init__(self, cast: Cast) -> None:
        super().__init__()
        self.cast = cast
        self.story = transaction.atomic()
        self.story.__enter__()
        self.done = 0
        draft_quote(cast)
        draft_order(cast, lines=(("Shop sign", 4, "100"), ("Lettering", 3, "12.50")))

    def teardown(self) -> None:
        assert differences() == []
        transaction.set_rollback(True)
        self.story.__exit__(None, None, None)

    def states(self) -> dict[Any, str]:
        return {(model, one.id): one.state for model in TYPES for one in model._default_manager.all()}

    def attempt(self, verb: Any, *args: Any, **more: Any) -> None:
        """Do it; what is refused changes nothing, and every state goes only where its table says."""
        before = self.states()
        try:
            with transaction.atomic():
                verb(*args, **more)
        except Refused:
            assert self.states() == before
            return
        self.done += 1
        after = self.states()
        for (model, pk), was in before.items():
            now = after.get((model, pk))
            if now is None:
                assert was == "draft", f"a {model.kind()} that was {was} is gone"
            elif now != was:
                assert now in model.TRANSITIONS[was], f"a {model.kind()} went from {was} to {now}"
        assert {after[new] for new in after.keys() - before.keys()} <= {"draft"}

    def pick(self, model: Any, data: Any) -> Any:
        found = list(model._default_manager.order_by("id"))
        return data.draw(st.sampled_from(found)) if found else None

    @rule(data=st.data(), who=st.sampled_from(PEOPLE), model=st.sampled_from(TYPES), seen=st.booleans())
    def anything(self, data: Any, who: str, model: Any, *, seen: bool) -> None:
        verb = data.draw(st.sampled_from(VERBS[model]))
        if (one := self.pick(model, data)) is not None:
            revision = one.revision if seen else one.revision - 1
            self.attempt(verb, one, by=actor(getattr(self.cast, who)), revision=revision)

    @rule(data=st.data(), model=st.sampled_from(TYPES))
    def a_step_on(self, data: Any, model: Any) -> None:
        """What most often happens next, by an owner who saw it as it is, so that stories get somewhere."""
        nexts = {
            Quote: (quotes.mark_as_sent, quotes.accept, conversions.quote_to_sales_order),
            SalesOrder: (sales_orders.mark_as_open,),
            Invoice: (invoices.mark_as_sent, invoices.void),
        }
        if (one := self.pick(model, data)) is not None:
            for verb in nexts[model]:
                self.attempt(verb, one, by=self.cast.by_olga, revision=one.revision)

    @rule(data=st.data(), quantities=st.lists(QUANTITIES, min_size=2, max_size=2))
    def invoice_a_part(self, data: Any, quantities: list[Decimal]) -> None:
        if (one := self.pick(SalesOrder, data)) is not None:
            wanted = dict(zip(one.lines.values_list("order_line_id", flat=True), quantities, strict=False))
            by = self.cast.by_olga
            self.attempt(conversions.order_to_invoice, one, by=by, revision=one.revision, quantities=wanted)

    @rule(data=st.data(), quantities=st.lists(QUANTITIES, min_size=2, max_size=2))
    def edit_an_order(self, data: Any, quantities: list[Decimal]) -> None:
        if (one := self.pick(SalesOrder, data)) is not None:
            written = sales_orders.content_of(one, list(one.lines.all()))
            lines = [replace(line, quantity=many) for line, many in zip(written.lines, quantities, strict=False)]
            self.attempt(
                sales_orders.edit, one, replace(written, lines=lines), by=self.cast.by_olga, revision=one.revision
            )

    @rule(data=st.data(), quantities=st.lists(QUANTITIES, min_size=2, max_size=2))
    def edit_an_invoice(self, data: Any, quantities: list[Decimal]) -> None:
        if (one := self.pick(Invoice, data)) is not None:
            lines = [
                OrderLineContent(**writing.line_content(line) | {"quantity": many}, order_line_id=line.order_line_id)
                for line, many in zip(one.lines.all(), quantities, strict=False)
            ]
            content = InvoiceContent(**writing.shared_content(one) | {"lines": lines}, payment_days=14)
            self.attempt(invoices.edit, one, content, by=self.cast.by_olga, revision=one.revision)

    @invariant()
    def nothing_is_invoiced_that_was_not_ordered(self) -> None:
        for one in SalesOrder.objects.all():
            assert all(quantity >= 0 for quantity in order_progress.left(one).values())
            assert one.standing == order_progress.standing(
                one.state, order_progress.ordered(one), order_progress.invoiced(one)
            )


def test_whatever_is_done_in_whatever_order(cast: Cast) -> None:
    examples = hypothesis.settings().max_examples
    run_state_machine_as_test(
        lambda: Sales(cast),
        settings=hypothesis.settings(max_examples=max(1, examples // 5), stateful_step_count=20, deadline=None),
    )
