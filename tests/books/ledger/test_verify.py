"""`verify` finds whatever differs from the legs; and after whatever people do, it finds nothing."""

import random
import secrets
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from counterfoil.books.ledger.verify import differences
from counterfoil.books.organizations import taxes
from counterfoil.books.payments import payments
from counterfoil.books.payments.models import Payment
from counterfoil.books.sales import invoices
from counterfoil.books.sales.invoices import InvoiceContent
from counterfoil.books.sales.models import Invoice
from counterfoil.books.sales.pricing import LineContent
from counterfoil.foundation import clock
from counterfoil.foundation.money import Money
from tests.support.books import invoice, pay
from tests.support.cast import Cast

TAMPERED = {
    "a leg": ("UPDATE ledger_leg SET minor = minor + 1 WHERE account = 'revenue'", "sums to 1 instead of 0"),
    "what a customer owes": (
        "UPDATE ledger_customerbalance SET receivable_minor = receivable_minor + 1",
        "is said to owe",
    ),
    "what a customer has in credit": ("UPDATE ledger_customerbalance SET credit_minor = credit_minor + 1", "in credit"),
    "a month": ("UPDATE ledger_monthbalance SET minor = minor + 1 WHERE account = 'cash'", "differs from its legs"),
    "an invoice's balance": ("UPDATE sales_invoice SET balance_minor = balance_minor - 1", "The balance of invoice"),
    "a payment's balance": ("UPDATE payments_payment SET balance_minor = balance_minor + 1", "The balance of payment"),
    "an allocation": ("UPDATE ledger_allocation SET minor = minor + 1", "its legs moved"),
    "an invoice's total": ("UPDATE sales_invoice SET total_minor = total_minor + 1", "the ledger has"),
    "what a payment brought": ("UPDATE payments_payment SET amount_minor = amount_minor + 1", "to be posted to cash"),
    "a month that is not there": ("DELETE FROM ledger_monthbalance WHERE account = 'cash'", "has legs and no row"),
    "the document of a leg": (
        "UPDATE ledger_leg SET document_id = document_id + 1 WHERE account = 'receivable'",
        "which does not exist",
    ),
}


@pytest.fixture
def books(cast: Cast) -> Cast:
    """An invoice, partly paid by a payment of which something is left."""
    one = invoice(cast)
    pay(cast, cast.bakery, 5_000, {one.id: 4_000})
    assert not differences()
    return cast


@pytest.mark.parametrize("what", TAMPERED)
def test_what_was_tampered_with_is_named(books: Cast, what: str) -> None:
    statement, words = TAMPERED[what]
    with connection.cursor() as cursor:
        cursor.execute(statement)
        assert cursor.rowcount > 0
    assert [sentence for sentence in differences() if words in sentence]


class History:
    """Somebody in the office who does one thing after the other, of which some are refused."""

    def __init__(self, cast: Cast, seed: int) -> None:
        self.cast, self.chance = cast, random.Random(seed)
        self.rates = [None, *(rate.id for rate in self._rates())]

    def _rates(self) -> list[Any]:
        return [
            taxes.add_rate(self.cast.studio, name=f"VAT {percent}", percent=Decimal(percent), by=self.cast.by_olga)
            for percent in ("20", "5.5")
        ]

    def live(self, steps: int) -> None:
        for _ in range(steps):
            act = self.chance.choice([self.write, self.write, self.pay, self.pay, self.edit, self.void, self.reinstate])
            act()
            assert not differences(), act

    def content(self) -> InvoiceContent:
        chance = self.chance
        lines = [
            LineContent(
                "Work",
                Decimal(chance.randint(1, 900)) / 100,
                Decimal(chance.randint(0, 90_000)) / 1_000,
                tax_rate_id=chance.choice(self.rates),
                discount_kind=chance.choice(["", "percent"]),
                discount_value=Decimal(chance.randint(0, 100)),
            )
            for _ in range(chance.randint(1, 4))
        ]
        return InvoiceContent(
            dated=clock.today("Europe/London"),
            lines=lines,
            discount_kind=chance.choice(["", "percent"]),
            discount_value=Decimal(chance.randint(0, 30)),
            shipping_minor=chance.choice([0, 499]),
            shipping_tax_rate_id=chance.choice(self.rates),
            is_inclusive=chance.random() < 0.3,
        )

    def write(self) -> None:
        draft = invoices.create(self.cast.bakery, self.content(), by=self.cast.by_olga)
        invoices.mark_as_sent(draft, by=self.cast.by_olga, revision=draft.revision)

    def pay(self) -> None:
        owing = list(Invoice.objects.unpaid().order_by("id"))
        paid = self.chance.sample(owing, min(len(owing), self.chance.randint(0, 3)))
        shares = {one.id: self.chance.randint(1, one.balance_minor) for one in paid}
        payments.record(
            customer_id=self.cast.bakery.id,
            amount=Money(sum(shares.values()) + self.chance.choice([0, 0, 1, 5_000]) or 1, "GBP"),
            shares=shares,
            paid_on=clock.today("Europe/London"),
            mode=Payment.Mode.CASH,
            recording_key=secrets.token_hex(8),
            by=self.cast.by_olga,
        )

    def edit(self) -> None:
        self._one("issued", lambda one, **more: invoices.edit(one, self.content(), **more))

    def void(self) -> None:
        self._one("issued", invoices.void)

    def reinstate(self) -> None:
        self._one("void", invoices.reinstate)

    def _one(self, state: str, verb: Callable[..., Any]) -> None:
        found = list(Invoice.objects.filter(state=state).order_by("id"))
        if found:
            one = self.chance.choice(found)
            verb(one, by=self.cast.by_olga, revision=one.revision)


@pytest.mark.parametrize("seed", range(3))
def test_after_whatever_the_office_does_the_books_agree(cast: Cast, seed: int) -> None:
    History(cast, seed).live(steps=40)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 400))
def test_after_hundreds_of_histories_the_books_agree(cast: Cast, seed: int) -> None:
    History(cast, seed).live(steps=60)
