"""What of a customer's can be used for invoices: credit, which is left of payments and credit notes, and retainers."""

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from django.db.models import CharField, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext as _

from counterfoil.books.ledger.models import Allocation
from counterfoil.books.sales.models import CreditNote, CreditNoteQuerySet, Invoice, RetainerInvoice
from counterfoil.foundation.prepared import Prepared

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


class Used(NamedTuple):
    """A payment or a retainer that pays a document now, and how much of it; `method` is how the payment came."""

    kind: str
    id: int
    number: str
    day: date
    method: str
    minor: int


def used_for(customer_id: int, document: Any) -> list[Used]:
    """What pays an invoice or a retainer invoice now, the latest first, in one query.

    An invoice says whether a retainer ever did: `has_retainers`.
    """
    if getattr(document, "has_retainers", False):
        rows = _paid_and_drawn(customer_id, document.id)
    else:
        rows = _paid(customer_id, document.id, document.ledger_kind())
    found = [
        Used(kind, id, number, day, label or str(Payment.Mode(mode).label if mode else _("Retainer")), minor)
        for kind, id, number, day, label, mode, minor in rows
    ]
    return sorted(found, key=lambda one: (one.day, one.id), reverse=True)


@Prepared
def _paid(customer_id: int, document_id: int, kind: str) -> QuerySet[Any]:
    return _told(Payment.objects.filter(customer_id=customer_id), document_id, kind)


@Prepared
def _paid_and_drawn(customer_id: int, invoice_id: int) -> QuerySet[Any]:
    paid = _told(Payment.objects.filter(customer_id=customer_id), invoice_id, "invoice")
    return paid.union(_told(RetainerInvoice.objects.filter(customer_id=customer_id), invoice_id, "invoice"), all=True)


def _told(sources: QuerySet[Any], target_id: int, target_kind: str) -> QuerySet[Any]:
    """Those of them that are used for a document, in no order, as a `Used` is made of them."""
    text, is_payment = CharField(), sources.model is Payment
    kind = sources.model.ledger_kind()
    used = Allocation.objects.filter(source_kind=kind, target_kind=target_kind, target_id=target_id)
    sums = used.filter(source_id=OuterRef("id")).order_by().values("source_id").annotate(sum=Sum("minor")).values("sum")
    found = sources.filter(id__in=used.values("source_id")).annotate(used_minor=Subquery(sums)).filter(used_minor__gt=0)
    told = (
        (F("paid_on"), F("method_label"), F("mode")) if is_payment else (F("dated"), Value("", text), Value("", text))
    )
    day, label, mode = told
    return found.order_by().values_list(Value(kind, text), "id", "number", day, label, Cast(mode, text), "used_minor")
