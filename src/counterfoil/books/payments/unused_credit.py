"""What of a customer's can be used for invoices: credit, which is left of payments and credit notes, and retainers."""

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from django.db.models import CharField, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext as _

from counterfoil.books.ledger.models import Allocation
from counterfoil.books.sales.models import CreditNote, CreditNoteQuerySet, Invoice, RetainerInvoice

from .models import Payment
from .payments import used_for as payments_used_for

Credit = Payment | CreditNote | RetainerInvoice
SOURCES: tuple[type[Payment] | type[CreditNote], ...] = (Payment, CreditNote)  # what is left of these is credit
USABLE: tuple[type[Payment] | type[CreditNote] | type[RetainerInvoice], ...] = (*SOURCES, RetainerInvoice)


def lock(customer_id: int, ids: Iterable[int]) -> dict[int, Credit]:
    """Those of the ids that are a customer's payments, credit notes or retainer invoices, locked, by id.

    An id is of one row only, whichever table it is in.
    """
    wanted = list(ids)
    found: dict[int, Credit] = {}
    for source in USABLE:
        rows = source._default_manager.select_for_update().filter(id__in=wanted, customer_id=customer_id)
        found |= {row.id: row for row in rows.order_by("id")}
    return dict(sorted(found.items()))


def notes_about(notes: CreditNoteQuerySet, invoice: Invoice) -> QuerySet[Any]:
    """Those that are used for an invoice or were made of it, the latest first, each with how much: `used_minor`."""
    used = Allocation.objects.filter(source_kind=CreditNote.kind(), target_kind="invoice", target_id=invoice.id)
    sums = used.filter(source_id=OuterRef("id")).order_by().values("source_id").annotate(sum=Sum("minor")).values("sum")
    made = Q(came_from_kind=Invoice.kind(), came_from_id=invoice.id)
    found = notes.filter(made | Q(id__in=used.values("source_id"))).annotate(used_minor=Coalesce(Subquery(sums), 0))
    return found.filter(made | Q(used_minor__gt=0)).order_by("-dated", "-id")


class Used(NamedTuple):
    """A payment or a retainer that is used for an invoice, and how much of it; `method` is how the payment came."""

    kind: str
    id: int
    number: str
    day: date
    method: str
    minor: int


def used_for(invoice: Any, payments: QuerySet[Payment], retainers: QuerySet[Any]) -> list[Used]:
    """Those of them that pay an invoice now, the latest first, in one query.

    The invoice says whether a retainer ever did: `has_retainers`.
    """
    text = CharField()
    found = payments_used_for(payments, invoice).order_by()
    rows = found.values_list(
        Value("payment", text), "id", "number", "paid_on", "method_label", Cast("mode", text), "used_minor"
    )
    if invoice.has_retainers:
        used = Allocation.objects.filter(
            source_kind=RetainerInvoice.kind(), target_kind="invoice", target_id=invoice.id
        )
        by_source = used.filter(source_id=OuterRef("id")).order_by().values("source_id")
        sums = Subquery(by_source.annotate(sum=Sum("minor")).values("sum"))
        drawn = retainers.filter(id__in=used.values("source_id")).annotate(used_minor=sums).filter(used_minor__gt=0)
        kind, nothing = Value(RetainerInvoice.kind(), text), Value("", text)
        rows = rows.union(
            drawn.order_by().values_list(kind, "id", "number", "dated", nothing, nothing, "used_minor"), all=True
        )
    found_ones = [
        Used(kind, id, number, day, label or str(Payment.Mode(mode).label if mode else _("Retainer")), minor)
        for kind, id, number, day, label, mode, minor in rows
    ]
    return sorted(found_ones, key=lambda one: (one.day, one.id), reverse=True)
