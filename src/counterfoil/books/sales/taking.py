"""How a verb takes an invoice in hand: locked, read again, and as the person saw it."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from counterfoil.books.ledger import ledger
from counterfoil.books.ledger.models import CustomerBalance
from counterfoil.books.organizations import lock_date
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.refusal import Refused

from .models import Invoice


def take(invoice: Invoice, *, staff: Actor, revision: int) -> tuple[CustomerBalance, Invoice]:
    """Lock the customer's balance and then the invoice, for staff who saw this revision of it.

    Raises Refused: NOT_ALLOWED, INVOICE_CHANGED.
    """
    balance = ledger.lock(invoice.customer_id)
    invoice = lock(invoice)
    staff.must_be_staff_of(invoice.organization_id)
    if invoice.revision != revision:
        raise Refused(
            "INVOICE_CHANGED", _("This invoice was changed after you opened it. Please look at it again first.")
        )
    return balance, invoice


def lock(invoice: Invoice) -> Invoice:
    """The invoice as it is now, locked."""
    return Invoice.objects.select_for_update().get(id=invoice.id)


def must_be_open(invoice: Invoice, *days: date, staff: Actor, gives_back: bool = False, field: str = "") -> None:
    """Refuse (LOCKED) to change what counts on a locked day: the invoice's own, or another that the change concerns.

    `gives_back` says that what was paid of it becomes credit again, which changes the days when it was used.
    """
    used = ledger.used_since(invoice) if gives_back else []
    lock_date.must_be_open(invoice.organization_id, invoice.dated, *days, *used, actor=staff, field=field or None)


def move(invoice: Invoice, to: Invoice.State) -> None:
    """Into another state, if the table of transitions has it. Raises Refused: WRONG_STATE."""
    if to not in Invoice.TRANSITIONS[Invoice.State(invoice.state)]:
        raise Refused("WRONG_STATE", _("This can't be done with the invoice as it is now."))
    invoice.state = to
