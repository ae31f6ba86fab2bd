"""The kinds of files that can be imported, in the order in which they are best imported."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from counterfoil.books.customers.models import Customer

from . import columns, customers, document_columns, documents, items, payments
from .columns import Layout
from .plans import Plan, Setting
from .records import Record

Planner = Callable[[Setting, Plan, Iterable[Record], Sequence[Customer]], None]


@dataclass(frozen=True)
class Kind:
    layout: Layout
    plan: Planner
    posts: bool = False  # whether it moves money, so that every customer's balance is locked


KINDS: dict[str, Kind] = {
    kind.layout.kind: kind
    for kind in (
        Kind(columns.CONTACTS, customers.plan_contacts),
        Kind(columns.CONTACT_PERSONS, customers.plan_contact_persons),
        Kind(columns.ITEMS, items.plan_items),
        Kind(document_columns.QUOTES, documents.plan_quotes, posts=True),
        Kind(document_columns.INVOICES, documents.plan_invoices, posts=True),
        Kind(document_columns.PAYMENTS, payments.plan_payments, posts=True),
    )
}
