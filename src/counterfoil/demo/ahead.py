"""The demo's retainer invoices: one in each state, some of it used for invoices, some given back."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from counterfoil.books.customers.models import ContactPerson, Customer
from counterfoil.books.payments import allocations, payments, returns
from counterfoil.books.payments.models import Payment, Return
from counterfoil.books.payments.returns import Wish
from counterfoil.books.sales import invoices, retainer_invoices
from counterfoil.books.sales.invoices import InvoiceContent
from counterfoil.books.sales.models import Invoice, RetainerInvoice
from counterfoil.books.sales.pricing import LineContent
from counterfoil.books.sales.retainer_invoices import RetainerContent
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.money import Money

from .business import acting
from .people import BAKERY, MILL, YUNSHAN


def tell(story: Any) -> None:
    """Who was asked to pay ahead, and what became of it."""
    bakery, mill, yunshan = (story.people[one.name] for one in (BAKERY, MILL, YUNSHAN))
    owner, today = story.made.owner, story.today

    def days_ago(count: int, act: Any) -> None:
        day = today - timedelta(days=count)
        story.at(day, lambda: act(day))

    days_ago(70, lambda day: _draw_all(mill, day, "Exhibition, first part", 600, owner))
    days_ago(41, lambda day: _make_void(_sent(bakery, day, "Festival stand", 950, owner, due=14), owner))
    days_ago(33, lambda day: _draw_some(bakery, day, "Autumn campaign", 1_200, owner))
    days_ago(28, lambda day: _sent(mill, day, "Exhibition, second part", 400, owner, due=10))
    days_ago(15, lambda day: _pay(_sent(yunshan, day, "品牌手册首期款", 5_000, owner, due=14), day, owner))
    days_ago(11, lambda day: _pay(_sent(bakery, day, "Shop fitting, half of it", 800, owner), day, owner))
    days_ago(3, lambda day: _look(_sent(bakery, day, "Winter campaign", 640, owner, due=21)))
    days_ago(2, lambda day: _issued(mill, day, "Catalogue", 350, owner))
    days_ago(1, lambda day: _draft(bakery, day, "Spring campaign", 700, owner))


def _draft(customer: Customer, day: date, what: str, amount: int, owner: Actor, *, due: int = 0) -> RetainerInvoice:
    line = LineContent(what, Decimal(1), Decimal(amount))
    due_on = day + timedelta(days=due) if due else None
    return retainer_invoices.create(customer, RetainerContent(dated=day, lines=[line], due_on=due_on), by=owner)


def _sent(customer: Customer, day: date, what: str, amount: int, owner: Actor, *, due: int = 0) -> RetainerInvoice:
    draft = _draft(customer, day, what, amount, owner, due=due)
    return retainer_invoices.send(draft, to=[_contact(customer).id], by=owner, revision=draft.revision)


def _issued(customer: Customer, day: date, what: str, amount: int, owner: Actor) -> RetainerInvoice:
    draft = _draft(customer, day, what, amount, owner)
    return retainer_invoices.mark_as_sent(draft, by=owner, revision=draft.revision)


def _contact(customer: Customer) -> ContactPerson:
    return ContactPerson.objects.current().filter(customer=customer).exclude(email="").earliest("id")


def _look(retainer: RetainerInvoice) -> None:
    retainer_invoices.view(retainer, by=acting(_contact(retainer.customer)))


def _make_void(retainer: RetainerInvoice, owner: Actor) -> None:
    retainer_invoices.void(retainer, by=owner, revision=retainer.revision)


def _pay(retainer: RetainerInvoice, day: date, owner: Actor) -> Payment:
    """By a transfer, which the office writes down."""
    return payments.record(
        customer_id=retainer.customer_id,
        amount=Money(retainer.total_minor, retainer.currency),
        shares={retainer.id: retainer.total_minor},
        paid_on=day,
        mode=Payment.Mode.BANK_TRANSFER,
        reference=retainer.number,
        recording_key=f"demo-{retainer.id}-ahead",
        by=owner,
    )


def _bill(customer: Customer, day: date, what: str, amount: int, owner: Actor) -> Invoice:
    line = LineContent(what, Decimal(1), Decimal(amount))
    draft = invoices.create(customer, InvoiceContent(dated=day, payment_days=30, lines=[line]), by=owner)
    return invoices.mark_as_sent(draft, by=owner, revision=draft.revision)


def _draw(retainer: RetainerInvoice, invoice: Invoice, minor: int, owner: Actor) -> None:
    retainer.refresh_from_db()
    allocations.draw(retainer, {invoice.id: minor}, by=owner, held_seen=retainer.balance_minor)


def _draw_some(customer: Customer, day: date, what: str, amount: int, owner: Actor) -> None:
    """A part of it pays an invoice, and a small part goes back; the rest is held."""
    retainer = _sent(customer, day, what, amount, owner, due=7)
    payment = _pay(retainer, day, owner)
    invoice = _bill(customer, day, f"{what}, drafts", amount // 2, owner)
    _draw(retainer, invoice, invoice.balance_minor, owner)
    wish = Wish(
        Money(10_000, retainer.currency),
        Return.Way.OTHER,
        Return.Effect.OPEN_AGAIN,
        {retainer.id: 10_000},
        mode=Payment.Mode.BANK_TRANSFER,
        reference="One poster fewer",
    )
    returns.begin(payment, wish, by=owner, form_key=f"demo-{payment.id}-ahead")


def _draw_all(customer: Customer, day: date, what: str, amount: int, owner: Actor) -> None:
    """All of it pays an invoice."""
    retainer = _sent(customer, day, what, amount, owner, due=14)
    _pay(retainer, day, owner)
    invoice = _bill(customer, day, what, amount * 2, owner)
    _draw(retainer, invoice, retainer.total_minor, owner)
