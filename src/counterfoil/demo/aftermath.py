"""What comes after a payment: money that went back, a card that was kept, a payment from a bank that takes days."""

from counterfoil.books.customers.models import ContactPerson, Customer
from counterfoil.books.ledger import ledger
from counterfoil.books.payments import attempts, collecting, refunding, returns, saved_methods
from counterfoil.books.payments.attempts import Method
from counterfoil.books.payments.gateways import accounts
from counterfoil.books.payments.gateways.interface import OutcomeUnknown
from counterfoil.books.payments.models import GatewayAccount, Payment, Return
from counterfoil.books.payments.returns import Wish
from counterfoil.books.sales.models import Invoice
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.money import Money

from .business import Made

KEPT, BANK = "pm_card_5555555555554444", "pm_bank_000123456789"


def add(made: Made, bakery: Customer, mill: Customer, others: list[Customer]) -> None:
    """Where there is a gateway; without one nobody paid through it either."""
    _turn_into_credit(made, others)
    if made.gateway is None:
        return
    try:
        _refund_one(made, mill)
        _keep_a_card(made.gateway, bakery)
        _pay_from_the_bank(made.gateway, bakery)
    except OutcomeUnknown:
        return


def _turn_into_credit(made: Made, customers: list[Customer]) -> None:
    """Part of the latest payment that the office wrote down becomes credit, and the invoice stays paid."""
    payments = Payment.objects.filter(customer__in=customers, gateway__isnull=True).order_by("-paid_on", "-id")
    for payment in payments:
        if used := ledger.applied_from(payment):
            (_kind, invoice_id), minor = next(iter(used.items()))
            _give_back(made.owner, payment, invoice_id, minor // 5, Return.Way.CREDIT, "A day late")
            return


def _refund_one(made: Made, customer: Customer) -> None:
    """Part of a card payment goes back to the card."""
    payment = Payment.objects.filter(customer=customer, gateway=made.gateway).order_by("-id").first()
    if payment and (used := ledger.applied_from(payment)):
        (_kind, invoice_id), minor = next(iter(used.items()))
        refunding.send(_give_back(made.owner, payment, invoice_id, minor // 4, Return.Way.GATEWAY, "One pane fewer"))


def _give_back(by: Actor, payment: Payment, invoice_id: int, minor: int, way: Return.Way, reason: str) -> Return:
    amount = Money(max(1, minor), payment.currency)
    wish = Wish(amount, way, Return.Effect.STAYS_PAID, {invoice_id: amount.minor}, reason=reason)
    return returns.begin(payment, wish, by=by, form_key=f"demo-{payment.id}")


def _keep_a_card(gateway: GatewayAccount, customer: Customer) -> None:
    told = accounts.connect(gateway).keep_method(KEPT, None)
    by = _reader(customer)
    saved_methods.add(told, customer_id=customer.id, gateway=gateway, payer=None, by=by)


def _pay_from_the_bank(gateway: GatewayAccount, customer: Customer) -> None:
    """The one that is due the longest is on its way."""
    invoice = Invoice.objects.of(customer).unpaid().order_by("due_on", "id").first()
    if invoice is None:
        return
    attempt = attempts.begin(
        {invoice.id: attempts.payable_minor(invoice)},
        customer_id=customer.id,
        gateway=gateway,
        capabilities=accounts.connect(gateway).capabilities(),
        by=_reader(customer),
        form_key=f"demo-bank-{invoice.id}",
        method=Method(token=BANK, kind="bank"),
    )
    collecting.collect(attempt, collecting.order_for(attempt, description=invoice.name))


def _reader(customer: Customer) -> Actor:
    contact = ContactPerson.objects.with_access().filter(customer=customer).order_by("id")[0]
    return Actor("contact", contact.id, contact.full_name, contact.organization_id, contact.customer_id)
