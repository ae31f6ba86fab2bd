"""Which document a part of some money is for: an invoice or a retainer invoice."""

from typing import Any

from django.db import models
from django.db.models import Q

from counterfoil.books.sales.models import Invoice, RetainerInvoice
from counterfoil.foundation.ids import Row

Payable = Invoice | RetainerInvoice
PAYABLE: tuple[type[Invoice] | type[RetainerInvoice], ...] = (Invoice, RetainerInvoice)


class Share(Row):
    """So much of something, for one document. An id is of one row only, so that the document is known by it."""

    invoice = models.ForeignKey(Invoice, null=True, on_delete=models.PROTECT, related_name="+")
    retainer = models.ForeignKey(RetainerInvoice, null=True, on_delete=models.PROTECT, related_name="+")
    minor = models.BigIntegerField()

    class Meta:
        abstract = True

    @property
    def document_id(self) -> int:
        return self.invoice_id or self.retainer_id or 0

    @property
    def document(self) -> Any:
        return self.invoice or self.retainer


def naming(document: Payable) -> dict[str, Payable]:
    """How a share names a document, as keyword arguments."""
    return {"retainer" if isinstance(document, RetainerInvoice) else "invoice": document}


def of_one_document(kind: str) -> models.CheckConstraint:
    """A share is for one document. `kind` is the first word of the constraint's name."""
    is_one = Q(invoice__isnull=False, retainer__isnull=True) | Q(invoice__isnull=True, retainer__isnull=False)
    return models.CheckConstraint(condition=is_one, name=f"{kind}_share_of_one_document")
