"""Payments: money that arrived, online or as the office recorded it, and what it was used for."""

from collections.abc import Mapping
from datetime import date
from typing import TypedDict, Unpack

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from counterfoil.books.ledger import ledger
from counterfoil.books.ledger.ledger import NewLeg
from counterfoil.books.ledger.models import Account, Allocation
from counterfoil.books.organizations import lock_date, numbering, organizations
from counterfoil.books.organizations.models import DocumentKind
from counterfoil.books.sales.models import RetainerInvoice
from counterfoil.books.sales.search import last_digits
from counterfoil.foundation import clock
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.events import record as record_event
from counterfoil.foundation.money import Money
from counterfoil.foundation.refusal import Refused

from . import retaining
from .models import GatewayAccount, Payable, Payment

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

    `shares` says how much of it is used for which invoice or retainer invoice (id → minor units); the rest becomes
    credit. The same form sent again gives the payment that it made. Raises Refused: CURRENCY, AMOUNT_TOO_SMALL,
    NOT_YET_PAID (a day to come), CHARGES_TOO_LARGE, SHARES_TOO_LARGE (more than was paid), NOT_PAYABLE (more than is
    owed), PARTIAL_NOT_ALLOWED (a part of a retainer), LOCKED.
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
        raise Refused("NOT_YET_PAID", _("This day hasn't come yet. Choose today or an earlier one."), field="paid_on")
    lock_date.must_be_open(balance.organization_id, paid_on, actor=by, field="paid_on")
    if not 0 <= told.get("bank_charges_minor", 0) < amount.minor:
        raise Refused("CHARGES_TOO_LARGE", _("The bank's charges must be less than the amount."), field="bank_charges")
    if sum(shares.values()) > amount.minor:
        raise Refused("SHARES_TOO_LARGE", _("More is used for invoices than was paid."), field="amount")
    documents = retaining.lock_payables(customer_id, shares)
    if len(documents) != len(shares):
        raise Refused("NOT_PAYABLE", _("One of these invoices is no longer there. Please look at the list again."))
    for document in documents.values():
        _must_take(document, shares[document.id])
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
    """Book money that is there. It is used for the documents as far as they still want it; the rest is kept as credit.

    What is used for a retainer invoice is held for the customer.
    """
    balance = ledger.lock(customer_id)
    documents = retaining.lock_payables(customer_id, shares)
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
    used: dict[str, dict[str, int]] = {"invoices": {}, "retainers": {}}
    for document in documents.values():
        minor = retaining.use(balance, payment, document, shares[document.id], on=paid_on, by=by)
        if minor:
            used["retainers" if isinstance(document, RetainerInvoice) else "invoices"][str(document.id)] = minor
    record_event(
        "payment.made" if payment.gateway_id else "payment.recorded",
        payment,
        by=by,
        audience="both",
        number=payment.number,
        amount_minor=amount.minor,
        currency=amount.currency,
        **used,
        credit_minor=payment.balance_minor,
    )
    return payment


def _must_take(document: Payable, minor: int) -> None:
    """Refuse what a document doesn't owe, or a part of what is paid whole."""
    owed = document.to_pay_minor if document.state == "issued" else 0
    about = {"number": document.name}
    if not 0 < minor <= owed:
        sentence = _("%(number)s doesn't owe that much.") % about
        raise Refused("NOT_PAYABLE", sentence, field=f"share-{document.id}")
    if isinstance(document, RetainerInvoice) and minor < owed:
        sentence = _("%(number)s is paid in one sum.") % about
        raise Refused("PARTIAL_NOT_ALLOWED", sentence, field=f"share-{document.id}")


def of_retainers(payments: QuerySet[Payment]) -> QuerySet[Payment]:
    """Those of the payments that pay retainer invoices, or did until they went back."""
    return payments.filter(_pays(RetainerInvoice.kind()))


def of_invoices(payments: QuerySet[Payment]) -> QuerySet[Payment]:
    """The others, and those that pay invoices too."""
    return payments.filter(~_pays(RetainerInvoice.kind()) | _pays("invoice"))


def _pays(kind: str) -> Exists:
    return Exists(Allocation.objects.filter(source_kind="payment", source_id=OuterRef("id"), target_kind=kind))


def _name(payment: Payment) -> None:
    """Give it its number, and what it is found by."""
    payment.number = numbering.take(payment.organization_id, DocumentKind.PAYMENT)
    payment.number_key, payment.digits_key = payment.number.casefold(), last_digits(payment.number)
    payment.reference_key = payment.reference.casefold()
