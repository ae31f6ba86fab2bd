"""An invoice that is open again because money went back: left alone until a person says that it is to be paid."""

from django.db import transaction

from counterfoil.foundation.actors import Actor
from counterfoil.foundation.events import record

from .models import Invoice
from .taking import take


@transaction.atomic
def collect_again(invoice: Invoice, *, by: Actor, revision: int) -> Invoice:
    """Remind of it and charge it as any other again. Twice is once. Raises Refused: NOT_ALLOWED, INVOICE_CHANGED."""
    _balance, invoice = take(invoice, staff=by, revision=revision)
    if invoice.reopened_at is not None:
        invoice.reopened_at = None
        invoice.save(update_fields=["reopened_at"])
        record("invoice.collected_again", invoice, by=by, audience="office", number=invoice.number)
    return invoice
