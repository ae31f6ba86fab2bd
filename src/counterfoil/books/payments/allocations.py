"""Credit that a customer has: what is left of payments and credit notes, used for invoices and taken off them again."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from counterfoil.books.ledger import ledger
from counterfoil.books.organizations import lock_date, organizations
from counterfoil.books.sales.models import Invoice
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.events import record
from counterfoil.foundation.refusal import Refused

from . import unused_credit
from .attempts import payable_minor
from .models import Payment
from .unused_credit import Credit


@transaction.atomic
def apply(invoice: Invoice, shares: Mapping[int, int], *, by: Actor, balance_seen: int) -> Invoice:
    """Use what is left of payments and credit notes (id → minor units) for an invoice, as of today.

    `balance_seen` is what the invoice owed when it was read, so that the same form sent again applies nothing twice.
    Raises Refused: INVOICE_CHANGED, NOTHING_CHOSEN, NOT_PAYABLE (more than can be paid of it now), CREDIT_USED (more
    than is left, or not the customer's).
    """
    balance = ledger.lock(invoice.customer_id)
    by.must_be_staff_of(balance.organization_id)
    invoice = Invoice.objects.select_for_update().get(id=invoice.id)
    if invoice.balance_minor != balance_seen:
        raise Refused(
            "INVOICE_CHANGED", _("What is owed changed after you opened this. Please look at it again first.")
        )
    wanted = {credit_id: minor for credit_id, minor in shares.items() if minor}
    if not wanted or min(wanted.values()) < 0:
        raise Refused("NOTHING_CHOSEN", _("Write how much of which credit is used."))
    if sum(wanted.values()) > payable_minor(invoice):
        raise Refused("NOT_PAYABLE", _("%(number)s doesn't owe that much.") % {"number": invoice.name})
    found = unused_credit.lock(invoice.customer_id, wanted)
    for credit_id, minor in wanted.items():
        if credit_id not in found or minor > found[credit_id].balance_minor:
            raise Refused("CREDIT_USED", _("Less than that is left of it."), field=f"share-{credit_id}")
    today = organizations.today(invoice.organization_id)
    for credit_id, credit in found.items():
        ledger.allocate(balance, credit, invoice, wanted[credit_id], counts_on=today, by=by)
    record(
        "credit.applied",
        invoice,
        by=by,
        audience="both",
        number=invoice.number,
        amount_minor=sum(wanted.values()),
        currency=invoice.currency,
        payments={str(one.id): wanted[one.id] for one in found.values() if isinstance(one, Payment)},
        credit_notes={str(one.id): wanted[one.id] for one in found.values() if not isinstance(one, Payment)},
    )
    return invoice


@transaction.atomic
def take_off(credit: Credit, invoice: Invoice, *, by: Actor) -> Credit:
    """Use a payment or a credit note no longer for an invoice, which owes that much again; what was used is left again.

    Counts as of today. Raises Refused: NOT_USED (also the second time), WRITTEN_OFF, LOCKED (it was used on a day that
    is locked).
    """
    balance = ledger.lock(credit.customer_id)
    by.must_be_staff_of(balance.organization_id)
    invoice = Invoice.objects.select_for_update().get(id=invoice.id, customer_id=credit.customer_id)
    credit = unused_credit.lock(credit.customer_id, [credit.id])[credit.id]
    used = ledger.applied_from(credit).get((invoice.ledger_kind(), invoice.id), 0)
    if used <= 0:
        raise Refused("NOT_USED", _("It isn't used for that invoice any more."))
    if invoice.state == Invoice.State.WRITTEN_OFF:
        raise Refused("WRITTEN_OFF", _("This invoice is written off. Undo that first."))
    lock_date.must_be_open(invoice.organization_id, *ledger.used_since(invoice, credit), actor=by)
    today = organizations.today(invoice.organization_id)
    ledger.allocate(balance, credit, invoice, -used, counts_on=today, by=by)
    record(
        "credit.taken_off",
        invoice,
        by=by,
        audience="both",
        number=invoice.number,
        amount_minor=used,
        currency=credit.currency,
        payment=credit.number,  # what was taken off; it was named so when only payments were
        payment_id=str(credit.id),
    )
    return credit
