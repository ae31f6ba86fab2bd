"""How a credit is used for an invoice and taken off it again: in the ledger, and as everybody is told.

Everything here is inside a verb, with the customer's balance and the rows locked.
"""

from collections.abc import Sequence
from datetime import date

from counterfoil.books.ledger import ledger
from counterfoil.books.ledger.models import CustomerBalance
from counterfoil.books.sales.models import CreditNote, Invoice, RetainerInvoice
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.events import record

from .models import Payment
from .unused_credit import Credit

TOLD: dict[str, type[Credit]] = {"payments": Payment, "credit_notes": CreditNote, "retainers": RetainerInvoice}


def use(
    balance: CustomerBalance, invoice: Invoice, parts: Sequence[tuple[Credit, int]], *, on: date, by: Actor
) -> None:
    """Use so many minor units of each credit for an invoice."""
    for credit, minor in parts:
        ledger.allocate(balance, credit, invoice, minor, counts_on=on, by=by)
    record(
        "credit.applied",
        invoice,
        by=by,
        audience="both",
        number=invoice.number,
        amount_minor=sum(minor for _credit, minor in parts),
        currency=invoice.currency,
        **{name: _of(model, parts) for name, model in TOLD.items()},
    )


def _of(model: type[Credit], parts: Sequence[tuple[Credit, int]]) -> dict[str, int]:
    """How much of each of one type is used."""
    return {str(credit.id): minor for credit, minor in parts if isinstance(credit, model)}


def take_off(balance: CustomerBalance, invoice: Invoice, credit: Credit, minor: int, *, on: date, by: Actor) -> None:
    """Use so many minor units of a credit no longer for an invoice, which owes that much again."""
    ledger.allocate(balance, credit, invoice, -minor, counts_on=on, by=by)
    record(
        "credit.taken_off",
        invoice,
        by=by,
        audience="both",
        number=invoice.number,
        amount_minor=minor,
        currency=credit.currency,
        payment=credit.number,  # what was taken off; it was named so when only payments were
        payment_id=str(credit.id),
    )
