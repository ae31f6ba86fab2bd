"""The demo's sales orders: one in each status, one of them made of a quote."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from counterfoil.books.customers.models import ContactPerson, Customer
from counterfoil.books.sales import conversions, invoices, quotes, sales_orders
from counterfoil.books.sales.models import Quote, SalesOrder
from counterfoil.books.sales.order_progress import OrderLineContent
from counterfoil.books.sales.quotes import QuoteContent, QuoteLineContent
from counterfoil.books.sales.sales_orders import SalesOrderContent
from counterfoil.foundation.actors import Actor

from .business import acting
from .people import BAKERY, YUNSHAN

Lines = list[tuple[str, str, str]]  # name, quantity, rate


def tell(story: Any) -> None:
    """What was ordered, and how much of it was invoiced."""
    bakery, yunshan = (story.people[one.name] for one in (BAKERY, YUNSHAN))
    vat, owner, today = story.made.rates["VAT 20%"].id, story.made.owner, story.today

    def on(days_ago: int, what: Any) -> None:
        story.at(today - timedelta(days=days_ago), what)

    def ordered(days_ago: int, lines: Lines, *, customer: Customer = bakery, taxed: bool = True) -> None:
        day = today - timedelta(days=days_ago)
        on(days_ago, lambda: _ordered(customer, day, lines, vat if taxed else None, owner))

    on(70, lambda: _of_a_quote(bakery, today - timedelta(days=70), vat, owner))
    on(64, lambda: _invoice(bakery, owner))
    ordered(50, [("Paper bags, printed", "4000", "0.12"), ("Cake boxes, printed", "600", "0.85")])
    on(44, lambda: _invoice(bakery, owner, "1500", "200"))
    ordered(33, [("Loyalty cards", "2000", "0.09")])
    on(31, lambda: sales_orders.void(_latest(bakery), by=owner, revision=1))
    ordered(12, [("Delivery van lettering", "2", "640"), ("Removal of old lettering", "2", "90")])
    ordered(10, [("包装盒设计", "3", "4200"), ("包装盒打样", "12", "260")], customer=yunshan, taxed=False)
    on(3, lambda: _draft(bakery, today - timedelta(days=3), [("Shop apron, printed", "24", "18.50")], vat, owner))


def _draft(customer: Customer, day: date, lines: Lines, rate_id: int | None, owner: Actor) -> SalesOrder:
    whole = [OrderLineContent(name, Decimal(many), Decimal(rate), tax_rate_id=rate_id) for name, many, rate in lines]
    return sales_orders.create(customer, SalesOrderContent(dated=day, lines=whole), by=owner)


def _ordered(customer: Customer, day: date, lines: Lines, rate_id: int | None, owner: Actor) -> SalesOrder:
    return _sent(_draft(customer, day, lines, rate_id, owner), owner)


def _sent(draft: SalesOrder, owner: Actor) -> SalesOrder:
    """Mailed to the first contact person, who opens it."""
    contact = ContactPerson.objects.current().filter(customer=draft.customer).exclude(email="").earliest("id")
    order = sales_orders.send(draft, to=[contact.id], by=owner, revision=1)
    return sales_orders.view(order, by=acting(contact))


def _of_a_quote(customer: Customer, day: date, rate_id: int, owner: Actor) -> None:
    lines = [QuoteLineContent("Window vinyl, seasonal", Decimal(3), Decimal(210), tax_rate_id=rate_id)]
    draft = quotes.create(customer, QuoteContent(dated=day, lines=lines), by=owner)
    quotes.mark_as_sent(draft, by=owner, revision=1)
    contact = ContactPerson.objects.current().filter(customer=customer).earliest("id")
    quote = quotes.accept(Quote.objects.get(id=draft.id), by=acting(contact), revision=1)
    _sent(conversions.quote_to_sales_order(quote, by=owner, revision=1), owner)


def _invoice(customer: Customer, owner: Actor, *quantities: str) -> None:
    """Issue an invoice of so much of each line of the latest order; of everything without any."""
    order = _latest(customer)
    ids = order.lines.values_list("source_line_id", flat=True)
    wanted = {line_id: Decimal(many) for line_id, many in zip(ids, quantities, strict=False)} or None
    made = conversions.order_to_invoice(order, by=owner, revision=1, quantities=wanted)
    invoices.mark_as_sent(made, by=owner, revision=1)


def _latest(customer: Customer) -> SalesOrder:
    return SalesOrder.objects.of(customer).exclude(state=SalesOrder.State.DRAFT).latest("id")
