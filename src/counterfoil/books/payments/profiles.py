"""What a payer decided on that is deleted meanwhile: the recurring invoices that invoices came from, or the customer.

A payment page carries which profiles its invoices came from when it was opened. Who sends it after one of them was
deleted decided on something that is gone, and is refused once (CP1004); the page that they then get knows of none, and
the invoice is paid as any other.

So is who sends a page of a customer that was merged into another one since: their invoices are the other one's now.
"""

from collections.abc import Iterable, Mapping

from counterfoil.books.ledger import ledger
from counterfoil.books.ledger.models import CustomerBalance
from counterfoil.books.sales.models import RecurringInvoice, SalesDocument
from counterfoil.foundation.refusal import Refused

from . import failures


def lock_payer(customer_id: int) -> CustomerBalance:
    """Take the balance row of the customer who pays. Raises Refused: CP1004 (merged into another one by now)."""
    try:
        return ledger.lock(customer_id)
    except Refused as refusal:
        raise Refused("CP1004", failures.sentence("profile_gone")) from refusal


def of(documents: Iterable[SalesDocument]) -> dict[int, int]:
    """From which recurring invoice (id) each invoice (id) came, of those that are there."""
    came = {one.id: one.came_from_id or 0 for one in documents if one.came_from_kind == RecurringInvoice.kind()}
    if not came:
        return {}
    there = set(RecurringInvoice.objects.present().filter(id__in=came.values()).values_list("id", flat=True))
    return {invoice_id: profile_id for invoice_id, profile_id in came.items() if profile_id in there}


def must_be_there(documents: Iterable[SalesDocument], seen: Mapping[int, int]) -> None:
    """Refuse (CP1004) where an invoice came from a recurring invoice that was seen and is deleted by now.

    Within a verb's transaction, with the customer's balance locked, as it is for deleting one.
    """
    recurring = (one for one in documents if one.came_from_kind == RecurringInvoice.kind())
    told = [one for one in recurring if seen.get(one.id) == one.came_from_id]
    if len(of(told)) < len(told):
        raise Refused("CP1004", failures.sentence("profile_gone"))
