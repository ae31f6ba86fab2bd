"""What customers use of their own credit and retainers while they pay, where the organization lets them.

What `plan` works out is what the page shows. Using it and giving it up are parts of the verbs that pay, with the
customer's balance locked. The ledger itself reserves it: what is used for an invoice, nobody else can use.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db.models import CharField, F, QuerySet, Value
from django.utils.translation import gettext_lazy as _

from counterfoil.books.ledger import ledger
from counterfoil.books.ledger.models import CustomerBalance
from counterfoil.books.organizations import lock_date, modules, organizations
from counterfoil.books.organizations.models import Organization
from counterfoil.books.sales.models import CreditNote, Invoice, RetainerInvoice
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.prepared import Prepared
from counterfoil.foundation.refusal import Refused

from . import applying, unused_credit
from .allocating import Payable, amounts_changed, oldest_first, paid_by_itself
from .models import Payment
from .unused_credit import Credit

MODULE = "own_credits"


class Usable(NamedTuple):
    """Something of a customer's that can be used for invoices, and what is left of it in minor units."""

    kind: str
    id: int
    number: str
    day: date
    minor: int


class Part(NamedTuple):
    """So many minor units of a credit for an invoice."""

    credit_id: int
    invoice_id: int
    minor: int


@dataclass(frozen=True)
class Wish:
    """What is to be used for what, with the figures that the payer read (id → minor units).

    `invoices` is what could be paid of each, `credits` what was left of each.
    """

    invoices: Mapping[int, int]
    credits: Mapping[int, int]


def usable(customer_id: int) -> list[Usable]:
    """Everything that is left of a customer's payments, credit notes and retainers, the oldest first; one query."""
    return sorted((Usable(*row) for row in _usable(customer_id)), key=lambda one: (one.day, one.id))


@Prepared
def _usable(customer_id: int) -> QuerySet[Any]:
    def told(rows: QuerySet[Any], day: str) -> QuerySet[Any]:
        kind = Value(rows.model.ledger_kind(), CharField())
        left = rows.filter(customer_id=customer_id, balance_minor__gt=0).order_by()
        return left.values_list(kind, "id", "number", F(day), "balance_minor")

    first = told(Payment.objects.all(), "paid_on")
    return first.union(told(CreditNote.objects.all(), "dated"), told(RetainerInvoice.objects.all(), "dated"), all=True)


def plan(payables: Iterable[tuple[int, int]], sources: Iterable[tuple[int, int]]) -> list[Part]:
    """Which part of which credit pays which invoice; both are (id, minor units), what comes first is used first."""
    owed, parts = dict(payables), []
    for credit_id, left in sources:
        for invoice_id, minor in owed.items():
            if part := min(minor, left):
                parts.append(Part(credit_id, invoice_id, part))
                owed[invoice_id] -= part
                left -= part  # noqa: PLW2901 (it is what is left of this one)
    return parts


def use(balance: CustomerBalance, payables: Sequence[Payable], wish: Wish, *, by: Actor) -> list[Part]:
    """Use what is wished for invoices, as far as they can be paid, as of today.

    `payables` are the invoices with what can be paid of them now. Raises Refused: CREDITS_OFF, NOT_BY_LINK,
    NOT_TOGETHER (one of them is a retainer invoice), AMOUNTS_CHANGED (since they were read).
    """
    if not modules.is_on(Organization.objects.get(id=balance.organization_id), MODULE):
        raise Refused("CREDITS_OFF", _("Credits can't be used while paying here. Nothing was charged."))
    if by.kind != "contact":
        raise Refused("NOT_BY_LINK", _("Sign in to use credits. Nothing was charged."))
    invoices = {one.document.id: one.document for one in payables if isinstance(one.document, Invoice)}
    if len(invoices) < len(payables):
        raise paid_by_itself()
    sources = unused_credit.lock(balance.customer_id, wish.credits)
    now = {id: one.balance_minor for id, one in sources.items()}
    if {one.document.id: one.minor for one in payables} != dict(wish.invoices) or now != dict(wish.credits):
        raise amounts_changed()
    parts = plan(
        [(one.document.id, one.minor) for one in oldest_first(payables)],
        [(one.id, one.balance_minor) for one in sorted(sources.values(), key=lambda one: (_day_of(one), one.id))],
    )
    today = organizations.today(balance.organization_id)
    for invoice_id, invoice in invoices.items():
        if used := [(sources[part.credit_id], part.minor) for part in parts if part.invoice_id == invoice_id]:
            applying.use(balance, invoice, used, on=today, by=by)
    return parts


def _day_of(credit: Credit) -> date:
    return credit.paid_on if isinstance(credit, Payment) else credit.dated


def give_up(balance: CustomerBalance, parts: Iterable[Part], *, by: Actor) -> None:
    """Nothing came of the payment that they were used with: what is still used so is left again.

    What became of an invoice meanwhile stands: one that was written off keeps it. Counts as of today, or of the first
    day that isn't locked.
    """
    on = lock_date.first_open_day(balance.organization_id, organizations.today(balance.organization_id))
    for part in parts:
        invoice = Invoice.objects.select_for_update().get(id=part.invoice_id)
        credit = unused_credit.lock(balance.customer_id, [part.credit_id])[part.credit_id]
        used = ledger.applied_from(credit).get((invoice.ledger_kind(), invoice.id), 0)
        if minor := min(part.minor, used) if invoice.state == Invoice.State.ISSUED else 0:
            applying.take_off(balance, invoice, credit, minor, on=on, by=by)
