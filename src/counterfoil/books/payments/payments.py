"""Payments: money that arrived, online or as the office recorded it, and what it was used for."""

from collections.abc import Mapping
from datetime import date
from typing import Any, TypedDict, Unpack

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery, Sum
from django.utils.translation import gettext_lazy as _

from counterfoil.books.ledger import ledger
from counterfoil.books.ledger.ledger import NewLeg
from counterfoil.books.ledger.models import Account, Allocation
from counterfoil.books.organizations import lock_date, numbering, organizations
from counterfoil.books.organizations.models import DocumentKind
from counterfoil.books.sales.models import Invoice
from counterfoil.books.sales.search import last_digits
from counterfoil.foundation import clock
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.events import record as record_event
from counterfoil.foundation.money import Money
from counterfoil.foundation.prepared import Prepared
from counterfoil.foundation.refusal import Refused

from .models import GatewayAccount, Payment

RECORDED_MODES = (
    Payment.Mode.BANK_TRANSFER,
    Payment.Mode.CASH,
    Payment.Mode.CHEQUE,
    Payment.Mode.CARD,
    Payment.Mode.OTHER,
)


class Told(TypedDict, total=False):
    """What is known of a payment besides its amount, day and mode, as its row keeps it."""

    method_label: str
    gateway: GatewayAccount | None
    provider_id: str
    reference: str
    bank_charges_minor: int
    deposited_on: date | None
    notes: str


@transaction.atomic
def record(
    *,
    customer_id: int,
    amount: Money,
    shares: Mapping[int, int],
    paid_on: date,
    mode: Payment.Mode,
    recording_key: str,
    by: Actor,
    **told: Unpack[Told],
) -> Payment:
    """Write down money that reached the business otherwise: by bank transfer, in cash, by cheque.

    `shares` says how much of it is used for which invoice (id → minor units); the rest becomes credit. The same form
    sent again gives the payment that it made. Raises Refused: CURRENCY, AMOUNT_TOO_SMALL, NOT_YET_PAID (a day to
    come), CHARGES_TOO_LARGE, SHARES_TOO_LARGE (more than was paid), NOT_PAYABLE (more than is owed), LOCKED.
    """
    balance = ledger.lock(customer_id)
    by.must_be_staff_of(balance.organization_id)
    earlier = Payment.objects.filter(organization_id=balance.organization_id, recording_key=recording_key).first()
    if earlier is not None:
        return earlier
    if amount.currency != balance.currency:
        raise Refused("CURRENCY", _("This customer pays in %(currency)s.") % {"currency": balance.currency})
    if amount.minor <= 0:
        raise Refused("AMOUNT_TOO_SMALL", _("Enter an amount above zero."), field="amount")
    if paid_on > organizations.today(balance.organization_id):
        raise Refused("NOT_YET_PAID", _("This day hasn't come yet."), field="paid_on")
    lock_date.must_be_open(balance.organization_id, paid_on, actor=by, field="paid_on")
    if not 0 <= told.get("bank_charges_minor", 0) < amount.minor:
        raise Refused("CHARGES_TOO_LARGE", _("The bank's charges must be less than the amount."), field="bank_charges")
    if sum(shares.values()) > amount.minor:
        raise Refused("SHARES_TOO_LARGE", _("More is used for invoices than was paid."), field="amount")
    invoices = list(Invoice.objects.select_for_update().filter(id__in=shares).order_by("id"))
    if len(invoices) != len(shares):
        raise Refused("NOT_PAYABLE", _("One of these invoices is no longer there. Please look at the list again."))
    for invoice in invoices:
        if invoice.customer_id != customer_id or not 0 < shares[invoice.id] <= invoice.balance_minor:
            raise Refused(
                "NOT_PAYABLE",
                _("%(number)s doesn't owe that much.") % {"number": invoice.name},
                field=f"share-{invoice.id}",
            )
    return receive(
        customer_id=customer_id,
        amount=amount,
        shares=shares,
        paid_on=paid_on,
        mode=mode,
        recording_key=recording_key,
        by=by,
        **told,
    )


@transaction.atomic
def receive(
    *,
    customer_id: int,
    amount: Money,
    shares: Mapping[int, int],
    paid_on: date,
    mode: Payment.Mode,
    by: Actor,
    recording_key: str = "",
    **told: Unpack[Told],
) -> Payment:
    """Book money that is there. It is used for the invoices as far as they still owe it; the rest is kept as credit."""
    balance = ledger.lock(customer_id)
    invoices = list(Invoice.objects.select_for_update().filter(id__in=shares, customer_id=customer_id).order_by("id"))
    payment = Payment(
        organization_id=balance.organization_id,
        customer_id=customer_id,
        currency=amount.currency,
        amount_minor=amount.minor,
        paid_on=paid_on,
        mode=mode,
        recording_key=recording_key,
        made_at=clock.now(),
        made_by=by.as_json(),
        **told,
    )
    _name(payment)
    payment.save()
    ledger.post(
        balance,
        "payment.received",
        [
            NewLeg(Account.CASH, amount.minor - payment.bank_charges_minor, payment),
            NewLeg(Account.BANK_CHARGES, payment.bank_charges_minor, payment),
            NewLeg(Account.CREDIT, -amount.minor, payment),
        ],
        counts_on=paid_on,
        by=by,
    )
    used = {}
    for invoice in invoices:
        minor = min(shares[invoice.id], invoice.balance_minor, payment.balance_minor)
        if invoice.state == Invoice.State.ISSUED and minor > 0:
            ledger.allocate(balance, payment, invoice, minor, counts_on=paid_on, by=by)
            used[str(invoice.id)] = minor
    record_event(
        "payment.made" if payment.gateway_id else "payment.recorded",
        payment,
        by=by,
        audience="both",
        number=payment.number,
        amount_minor=amount.minor,
        currency=amount.currency,
        invoices=used,
        credit_minor=payment.balance_minor,
    )
    return payment


@Prepared
def used_for(customer_id: int, invoice_id: int) -> QuerySet[Any]:
    """The customer's payments that pay an invoice now, the latest first, each with how much of it: `used_minor`."""
    payments = Payment.objects.filter(customer_id=customer_id)
    used = Allocation.objects.filter(source_kind="payment", target_kind="invoice", target_id=invoice_id)
    sums = used.filter(source_id=OuterRef("id")).order_by().values("source_id").annotate(sum=Sum("minor")).values("sum")
    found = payments.filter(id__in=used.values("source_id")).annotate(used_minor=Subquery(sums))
    return found.filter(used_minor__gt=0).order_by("-paid_on", "-id")


def _name(payment: Payment) -> None:
    """Give it its number, and what it is found by."""
    payment.number = numbering.take(payment.organization_id, DocumentKind.PAYMENT)
    payment.number_key, payment.digits_key = payment.number.casefold(), last_digits(payment.number)
    payment.reference_key = payment.reference.casefold()
