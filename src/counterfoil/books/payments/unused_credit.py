"""What of a customer's can be used for invoices: credit, which is left of payments and credit notes, and retainers."""

from collections.abc import Iterable
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from counterfoil.books.ledger.models import Allocation
from counterfoil.books.sales.models import CreditNote, CreditNoteQuerySet, Invoice, RetainerInvoice

from .models import Payment

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


def retainers_used_for(retainers: QuerySet[Any], invoice: Invoice) -> QuerySet[Any]:
    """Those that are used for an invoice, the latest first, each with how much: `used_minor`."""
    used = Allocation.objects.filter(source_kind=RetainerInvoice.kind(), target_kind="invoice", target_id=invoice.id)
    sums = used.filter(source_id=OuterRef("id")).order_by().values("source_id").annotate(sum=Sum("minor")).values("sum")
    found = retainers.filter(id__in=used.values("source_id")).annotate(used_minor=Coalesce(Subquery(sums), 0))
    return found.filter(used_minor__gt=0).order_by("-dated", "-id")
