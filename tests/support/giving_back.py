"""Giving back money of payments in a test, and what stands in the books afterwards."""

import secrets
from typing import Any

from django.db.models import Sum

from counterfoil.books.ledger import verify
from counterfoil.books.ledger.models import Leg
from counterfoil.books.payments import collecting, refunding, returns
from counterfoil.books.payments.gateways import accounts
from counterfoil.books.payments.models import Payment, Return
from counterfoil.books.payments.returns import Wish
from counterfoil.foundation.money import Money
from tests.support.cast import Cast, actor
from tests.support.till import Till

GATEWAY, OTHER, CREDIT = Return.Way.GATEWAY, Return.Way.OTHER, Return.Way.CREDIT
OPEN_AGAIN, STAYS_PAID = Return.Effect.OPEN_AGAIN, Return.Effect.STAYS_PAID


def give_back(
    cast: Cast,
    payment: Any,
    minor: int,
    shares: dict[int, int] | None = None,
    *,
    way: Return.Way = OTHER,
    effect: Return.Effect = OPEN_AGAIN,
    key: str = "",
    by: Any = None,
) -> Return:
    """A refund of a payment, sent to the gateway where it goes there."""
    wish = Wish(Money(minor, payment.currency), way, effect, shares or {})
    back = returns.begin(payment, wish, by=actor(by or cast.olga), form_key=key or secrets.token_urlsafe(24))
    return refunding.send(back)


def standing(*rows: Any) -> list[int]:
    """What is left of each, checked against the ledger as a whole."""
    assert not verify.differences()
    for row in rows:
        row.refresh_from_db()
    return [row.balance_minor for row in rows]


def cash(cast: Cast) -> int:
    return Leg.objects.filter(customer=cast.bakery, account="cash").aggregate(sum=Sum("minor"))["sum"] or 0


def paid(till: Till, one: Any, minor: int | None = None) -> Payment:
    payment: Payment = till.pay(one, minor).payment
    return payment


def look(till: Till, payment: Any) -> None:
    """What a webhook, the worker or the return page ends in."""
    attempt = payment.attempt
    attempt.gateway = till.account
    collecting.examine(accounts.connect(till.account), attempt)
