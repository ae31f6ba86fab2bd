"""What merging a customer into another one will move, and what is in the way of it. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.db.models import CharField, Count, QuerySet, Sum, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from counterfoil.books.conversations.models import Comment, Message, Review
from counterfoil.books.customers import customers
from counterfoil.books.customers.models import Customer
from counterfoil.books.files.models import StoredFile
from counterfoil.books.ledger.models import CustomerBalance
from counterfoil.books.payments.models import Payment, PaymentAttempt, SavedMethod
from counterfoil.books.projects.models import Approval, Project, TimeEntry
from counterfoil.books.sales.models import CreditNote, Invoice, Quote, RecurringInvoice, RetainerInvoice, SalesOrder
from counterfoil.foundation.refusal import Refused

from . import people


@dataclass(frozen=True)
class Part:
    """So many rows of a kind; `minor` is the sum of what they say, where they say an amount."""

    kind: str
    count: int
    minor: int | None


@dataclass(frozen=True)
class Standing:
    """What a customer owes, has in credit and has paid ahead, in minor units."""

    owed: int = 0
    credit: int = 0
    held: int = 0

    def __add__(self, other: "Standing") -> "Standing":
        return Standing(self.owed + other.owed, self.credit + other.credit, self.held + other.held)


@dataclass(frozen=True)
class Foreseen:
    """What is the survivor's afterwards. `seen` stands for all of it, so that what is confirmed is what was read."""

    parts: tuple[Part, ...]
    gone: Standing
    into: Standing
    moved: tuple[str, ...]  # contact persons, by name
    joined: tuple[str, ...]  # those whom both have
    let_in: tuple[str, ...]  # who can open the survivor's portal by it
    stops_reminders: bool  # that nobody is reminded by itself is then true of the survivor too
    seen: str


def foresee(gone: Customer, into: Customer) -> Foreseen:
    """What merging would move now.

    Raises Refused: SAME_CUSTOMER, CUSTOMER_MERGED, OTHER_CURRENCY, OTHER_TAX, TWO_OPENING_BALANCES, PEOPLE_DIFFER.
    """
    _must_fit(gone, into)
    known = people.current([gone.id, into.id])
    going, staying = known[gone.id], known[into.id]
    pairs = people.had_by_both(going, staying)
    joined = {one.id for one, _stays in pairs}
    parts = _parts(gone)
    standings = _standings([gone.id, into.id])
    told = (
        (gone.revision, into.revision),
        [(one.kind, one.count, one.minor) for one in parts],
        standings,
        [(one.id, one.email, one.access, one.user_id) for one in (*going, *staying)],
    )
    return Foreseen(
        parts=tuple(parts),
        gone=standings[gone.id],
        into=standings[into.id],
        moved=tuple(one.full_name for one in going if one.id not in joined),
        joined=tuple(stays.full_name for _gone, stays in pairs),
        let_in=tuple(one.full_name for one in people.let_in(going, staying)),
        stops_reminders=gone.stops_reminders and not into.stops_reminders,
        seen=sha256(repr(told).encode()).hexdigest()[:40],
    )


def _must_fit(gone: Customer, into: Customer) -> None:
    if gone.id == into.id:
        raise Refused("SAME_CUSTOMER", _("Choose another customer: this is the same one."))
    if gone.merged_into_id or into.merged_into_id or gone.organization_id != into.organization_id:
        raise customers.merged()
    about = {"name": gone.display_name, "other": into.display_name}
    if gone.currency != into.currency:
        raise Refused(
            "OTHER_CURRENCY",
            _(
                "%(name)s pays in %(currency)s and %(other)s in %(other_currency)s. Only customers of one currency "
                "can be merged: amounts are never converted."
            )
            % (about | {"currency": gone.currency, "other_currency": into.currency}),
        )
    if gone.is_tax_exempt != into.is_tax_exempt:
        raise Refused(
            "OTHER_TAX",
            _(
                "One of %(name)s and %(other)s is exempt from tax and the other isn't, so that what is invoiced from "
                "open quotes and orders would change. Make both the same first."
            )
            % about,
        )
    opened = Invoice.objects.listed().filter(customer__in=(gone, into), is_opening=True)
    if opened.count() > 1:
        raise Refused(
            "TWO_OPENING_BALANCES",
            _(
                "Both %(name)s and %(other)s have an opening balance, and a customer has only one. Edit them first: "
                "set one of them to zero, and the other to what both owed."
            )
            % about,
        )


def _standings(ids: Sequence[int]) -> dict[int, Standing]:
    rows = CustomerBalance.objects.filter(customer__in=ids)
    found = rows.values_list("customer_id", "receivable_minor", "credit_minor", "retained_minor")
    return {one: Standing() for one in ids} | {pk: Standing(*figures) for pk, *figures in found}


def _parts(gone: Customer) -> list[Part]:
    """In one query, in the order in which people read them; without what there is nothing of."""
    first, *others = (_counted(kind, rows, column) for kind, rows, column in _kinds(gone))
    found = {kind: (count, minor) for kind, count, minor in first.union(*others, all=True)}
    return [
        Part(kind, found[kind][0], int(found[kind][1]) if column else None)
        for kind, _rows, column in _kinds(gone)
        if kind in found
    ]


def _kinds(gone: Customer) -> list[tuple[str, QuerySet[Any], str]]:
    """Each kind, its rows, and the column that is added up."""
    of = {"customer": gone}
    return [
        ("quote", Quote.objects.filter(**of), "total_minor"),
        ("sales_order", SalesOrder.objects.filter(**of), "total_minor"),
        ("invoice", Invoice.objects.listed().filter(**of), "total_minor"),
        ("recurring_invoice", RecurringInvoice.objects.present().filter(**of), "total_minor"),
        ("retainer_invoice", RetainerInvoice.objects.filter(**of), "total_minor"),
        ("credit_note", CreditNote.objects.filter(**of), "total_minor"),
        ("project", Project.objects.filter(**of), ""),
        ("time_entry", TimeEntry.objects.filter(**of), ""),
        ("approval", Approval.objects.filter(**of), ""),
        ("payment", Payment.objects.filter(**of), "amount_minor"),
        ("attempt", PaymentAttempt.objects.open().filter(**of), "amount_minor"),
        ("saved_method", SavedMethod.objects.current().filter(**of), ""),
        ("comment", Comment.objects.filter(**of), ""),
        ("file", StoredFile.objects.present().filter(**of), ""),
        ("message", Message.objects.filter(**of), ""),
        ("review", Review.objects.filter(**of), ""),
    ]


def _counted(kind: str, rows: QuerySet[Any], column: str) -> QuerySet[Any]:
    """Kind, count and sum, in one row; none at all where there is nothing."""
    total = Coalesce(Sum(column), Value(0)) if column else Value(0)
    counted = rows.order_by().values("customer_id").annotate(what=Value(kind, CharField()), n=Count("id"), minor=total)
    return counted.values_list("what", "n", "minor")
