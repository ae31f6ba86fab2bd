"""Credit that a customer has: what was paid and is not used yet, used for invoices and taken off them again."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from counterfoil.books.ledger import ledger
from counterfoil.books.organizations import lock_date, organizations
from counterfoil.books.sales.models import Invoice
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.events import record
from counterfoil.foundation.refusal import Refused

from .attempts import payable_minor
from .models import Payment


@transaction.atomic
def apply(invoice: Invoice, shares: Mapping[int, int], *, by: Actor, balance_seen: int) -> Invoice:
    """Use what is left of payments (id → minor units) for an invoice, as of today.

    `balance_seen` is what the invoice owed when it was read, so that the same form sent again applies nothing twice.
    Raises Refused: INVOICE_CHANGED, NOTHING_CHOSEN, NOT_PAYABLE (more than can be paid of it now), CREDIT_USED (more
    than is left of a payment).
    """
    balance = ledger.lock(invoice.customer_id)
    by.must_be_staff_of(balance.organization_id)
    invoice = Invoice.objects.select_for_update().get(id=invoice.id)
    if invoice.balance_minor != balance_seen:
        raise Refused(
            "INVOICE_CHANGED", _("What is owed changed after you opened this. Please look at it again first.")
        )
    wanted = {payment_id: minor for payment_id, minor in shares.items() if minor}
    if not wanted or min(wanted.values()) < 0:
        raise Refused("NOTHING_CHOSEN", _("Write how much of which payment is used."))
    if sum(wanted.values()) > payable_minor(invoice):
        raise Refused("NOT_PAYABLE", _("%(number)s doesn't owe that much.") % {"number": invoice.name})
    payments = Payment.objects.select_for_update().filter(id__in=wanted, customer_id=invoice.customer_id).order_by("id")
    found = {payment.id: payment for payment in payments}
    for payment_id, minor in wanted.items():
        if payment_id not in found or minor > found[payment_id].balance_minor:
            raise Refused("CREDIT_USED", _("Less than that is left of this payment."), field=f"share-{payment_id}")
    today = organizations.today(invoice.organization_id)
    for payment_id, payment in found.items():
        ledger.allocate(balance, payment, invoice, wanted[payment_id], counts_on=today, by=by)
    record(
        "credit.applied",
        invoice,
        by=by,
        audience="both",
        number=invoice.number,
        amount_minor=sum(wanted.values()),
        currency=invoice.currency,
        payments={str(payment_id): minor for payment_id, minor in wanted.items()},
    )
    return invoice


@transaction.atomic
def take_off(payment: Payment, invoice: Invoice, *, by: Actor) -> Payment:
    """Use a payment no longer for an invoice: the invoice owes that much again, and the payment has it as credit.

    Counts as of today. Raises Refused: NOT_USED (also the second time), WRITTEN_OFF, LOCKED (it was used on a day that
    is locked).
    """
    balance = ledger.lock(payment.customer_id)
    by.must_be_staff_of(balance.organization_id)
    invoice = Invoice.objects.select_for_update().get(id=invoice.id, customer_id=payment.customer_id)
    payment = Payment.objects.select_for_update().get(id=payment.id)
    used = ledger.applied_from(payment).get((invoice.ledger_kind(), invoice.id), 0)
    if used <= 0:
        raise Refused("NOT_USED", _("This payment isn't used for that invoice any more."))
    if invoice.state == Invoice.State.WRITTEN_OFF:
        raise Refused("WRITTEN_OFF", _("This invoice is written off. Undo that first."))
    lock_date.must_be_open(invoice.organization_id, *ledger.used_since(invoice, payment), actor=by)
    today = organizations.today(invoice.organization_id)
    ledger.allocate(balance, payment, invoice, -used, counts_on=today, by=by)
    record(
        "credit.taken_off",
        invoice,
        by=by,
        audience="both",
        number=invoice.number,
        amount_minor=used,
        currency=payment.currency,
        payment=payment.number,
        payment_id=str(payment.id),
    )
    return payment
