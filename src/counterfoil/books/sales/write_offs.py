"""Giving up what is still owed of an invoice, and going back on that."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from counterfoil.books.ledger import ledger
from counterfoil.books.ledger.ledger import NewLeg
from counterfoil.books.ledger.models import Account, Posting
from counterfoil.books.organizations import organizations
from counterfoil.foundation import clock
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.events import record
from counterfoil.foundation.refusal import Refused

from .models import Invoice
from .taking import move, must_be_open, take

POSTED_AS = "invoice.written_off"


@transaction.atomic
def write_off(invoice: Invoice, *, by: Actor, revision: int) -> Invoice:
    """Expect no longer what is left to pay, as of today. What was paid stays as it is.

    Raises Refused: NOT_ALLOWED, INVOICE_CHANGED, NOT_OWED, LOCKED.
    """
    balance, invoice = take(invoice, staff=by, revision=revision)
    left = invoice.balance_minor
    if invoice.state != Invoice.State.ISSUED or not left:
        raise Refused("NOT_OWED", _("Only what is still owed can be written off."))
    must_be_open(invoice, staff=by)
    ledger.post(
        balance,
        POSTED_AS,
        [NewLeg(Account.RECEIVABLE, -left, invoice), NewLeg(Account.WRITE_OFF, left, invoice)],
        counts_on=organizations.today(invoice.organization_id),
        by=by,
    )
    move(invoice, Invoice.State.WRITTEN_OFF)
    invoice.written_off_minor = left
    invoice.written_off_at, invoice.written_off_by = clock.now(), by.as_json()
    _save(invoice)
    _record("invoice.written_off", invoice, left, by)
    return invoice


@transaction.atomic
def undo(invoice: Invoice, *, by: Actor, revision: int) -> Invoice:
    """Expect it again, as of today. Raises Refused: NOT_ALLOWED, INVOICE_CHANGED, NOT_WRITTEN_OFF, LOCKED."""
    balance, invoice = take(invoice, staff=by, revision=revision)
    if invoice.state != Invoice.State.WRITTEN_OFF:
        raise Refused("NOT_WRITTEN_OFF", _("This invoice isn't written off."))
    left, posting = invoice.written_off_minor, _posting(invoice)
    must_be_open(invoice, posting.counts_on, staff=by)
    move(invoice, Invoice.State.ISSUED)
    invoice.written_off_minor, invoice.written_off_at, invoice.written_off_by = 0, None, None
    _save(invoice)
    today = organizations.today(invoice.organization_id)
    ledger.reverse(balance, posting, "invoice.write_off_undone", counts_on=today, by=by, document=invoice)
    _record("invoice.write_off_undone", invoice, left, by)
    return invoice


def _posting(invoice: Invoice) -> Posting:
    """The one by which it stands written off."""
    return Posting.objects.get(
        customer_id=invoice.customer_id,
        kind=POSTED_AS,
        reversed_by__isnull=True,
        legs__account=Account.WRITE_OFF,
        legs__document_kind=invoice.ledger_kind(),
        legs__document_id=invoice.id,
    )


def _save(invoice: Invoice) -> None:
    invoice.save(update_fields=["state", "written_off_minor", "written_off_at", "written_off_by"])


def _record(name: str, invoice: Invoice, minor: int, by: Actor) -> None:
    record(
        name,
        invoice,
        by=by,
        audience="both",
        number=invoice.number,
        amount_minor=minor,
        currency=invoice.currency,
    )
