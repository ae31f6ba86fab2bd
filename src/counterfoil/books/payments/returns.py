"""Money that goes back: refunds, credit instead of money, and what becomes of the invoice.

The verbs here never speak to a gateway; `refunding` does, between them. A refund is in the ledger from the moment that
it is stored, so that nothing else can give back or use the same money; one that the gateway refuses is reversed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from counterfoil.books.ledger import ledger
from counterfoil.books.organizations import lock_date, organizations
from counterfoil.books.sales import crediting
from counterfoil.books.sales.models import Invoice, RetainerInvoice
from counterfoil.foundation import clock
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.money import Money
from counterfoil.foundation.refusal import Refused

from .following import FIRST_ASK
from .models import Payment, Return
from .returning import lock, missing, move, returnable_minor, take, tell, use_again

WAYS, EFFECTS = Return.Way, Return.Effect
NO_PART = _("Its gateway gives a payment back whole or not at all. Give all of it back, or choose another way.")
BEGUN = {
    Return.Way.GATEWAY: "payment.refund_started",
    Return.Way.OTHER: "payment.refunded",
    Return.Way.CREDIT: "payment.credited",
}


@dataclass(frozen=True)
class Wish:
    """How the office wants money to go back. `shares` says how much of which invoice (id → minor units)."""

    amount: Money
    way: Return.Way
    effect: Return.Effect
    shares: Mapping[int, int] = field(default_factory=dict)
    mode: str = ""
    reference: str = ""
    reason: str = ""


@transaction.atomic
def begin(payment: Payment, wish: Wish, *, by: Actor, form_key: str, gives_parts: bool = True) -> Return:
    """Give money back, or turn it into credit. What is unused goes first; the rest comes out of the invoices named.

    Through the gateway it is only started: `refunding.send` asks the gateway, which may give back no part of a payment
    (`refunding.gives_parts`). The same form sent again gives what it made. Raises Refused: NOT_ALLOWED, FORM_USED,
    AMOUNT_TOO_SMALL, CURRENCY, REFUND_TOO_LARGE, NO_PART, DISPUTED, SHARES (they don't add up, or more than is used
    there), WRITTEN_OFF, NO_GATEWAY, NOTHING_TO_CREDIT, CREDITED, HELD, RETAINER_USED, LOCKED.
    """
    balance, payment = take(payment)
    by.must_be_staff_of(balance.organization_id)
    earlier = Return.objects.filter(payment=payment, form_key=form_key).first()
    if earlier is not None:
        if (earlier.amount_minor, earlier.way) != (wish.amount.minor, wish.way):
            raise Refused("FORM_USED", _("This page was already used for another refund. Look at the payment again."))
        return earlier
    _must_be_possible(payment, wish)
    if wish.way == Return.Way.GATEWAY and not gives_parts and wish.amount.minor != payment.amount_minor:
        raise Refused("NO_PART", NO_PART, field="amount")
    if wish.way == Return.Way.CREDIT and wish.effect == Return.Effect.OPEN_AGAIN:
        # No money moves: it is taking the payment off, which a day that is locked keeps.
        invoices = Invoice.objects.filter(id__in=wish.shares)
        used = [day for invoice in invoices for day in ledger.used_since(invoice, payment)]
        lock_date.must_be_open(payment.organization_id, *used, actor=by)
    today = organizations.today(balance.organization_id)
    is_gateway = wish.way == Return.Way.GATEWAY
    back = Return(
        organization_id=payment.organization_id,
        customer_id=payment.customer_id,
        payment=payment,
        gateway=payment.gateway if is_gateway else None,
        kind=Return.Kind.REFUND,
        state=Return.State.STARTED if is_gateway else Return.State.PAID,
        way=wish.way,
        effect=wish.effect,
        currency=payment.currency,
        amount_minor=wish.amount.minor,
        mode=wish.mode if wish.way == Return.Way.OTHER else "",
        reference=wish.reference,
        reason=wish.reason,
        form_key=form_key,
        returned_on=today,
        made_at=clock.now(),
        made_by=by.as_json(),
        settled_at=None if is_gateway else clock.now(),
        ask_at=clock.now() + FIRST_ASK if is_gateway else None,
    )
    if is_gateway:
        back.idempotency_key = f"refund-{back.id}"
    move(balance, back, wish.shares, on=today, by=by)
    tell(BEGUN[wish.way], back, by)
    return back


def _must_be_possible(payment: Payment, wish: Wish) -> None:
    if wish.amount.currency != payment.currency:
        raise Refused("CURRENCY", _("This payment was made in %(currency)s.") % {"currency": payment.currency})
    if wish.amount.minor <= 0:
        raise Refused("AMOUNT_TOO_SMALL", _("Enter an amount above zero."), field="amount")
    if wish.amount.minor > returnable_minor(payment):
        raise Refused("REFUND_TOO_LARGE", _("That is more than is left of this payment."), field="amount")
    if wish.way == Return.Way.GATEWAY and not payment.gateway_id:
        raise Refused("NO_GATEWAY", _("It didn't come through a gateway. Give it back otherwise."), field="way")
    is_disputed = Return.objects.filter(payment=payment, state=Return.State.OPEN).exists()
    if is_disputed and wish.way != Return.Way.CREDIT:
        raise Refused("DISPUTED", _("The payer's bank has taken this payment back. Wait until that is decided."))
    _must_come_from_somewhere(payment, wish)


def _must_come_from_somewhere(payment: Payment, wish: Wish) -> None:
    is_credit = wish.way == Return.Way.CREDIT
    if is_credit and not wish.shares:
        raise Refused("NOTHING_TO_CREDIT", _("What is unused of this payment is credit already."), field="way")
    if sum(wish.shares.values()) != missing(payment, wish.amount.minor, wish.way):
        raise Refused("SHARES", _("Say how much of it comes from which invoice."), field="shares")
    used = {target: minor for (_kind, target), minor in ledger.applied_from(payment).items()}
    for document_id, minor in wish.shares.items():
        if not 0 < minor <= used.get(document_id, 0):
            raise Refused("SHARES", _("Less than that of this payment is used there."), field=f"share-{document_id}")
    _must_be_held(wish, is_credit=is_credit)
    if wish.effect == Return.Effect.STAYS_PAID:
        _must_be_worth_it(wish.shares)
    elif Invoice.objects.filter(id__in=wish.shares, state=Invoice.State.WRITTEN_OFF).exists():
        raise Refused("WRITTEN_OFF", _("This invoice is written off. Undo that first, or let it stay paid."))


def _must_be_held(wish: Wish, *, is_credit: bool) -> None:
    """What is used of a retainer is taken off the invoices first, by a person; and it isn't turned into credit."""
    for retainer in RetainerInvoice.objects.filter(id__in=wish.shares).order_by("id"):
        field, about = f"share-{retainer.id}", {"number": retainer.number}
        if is_credit:
            sentence = _("%(number)s is held for the customer already. It can be used for invoices as it is.")
            raise Refused("HELD", sentence % about, field=field)
        if wish.shares[retainer.id] > retainer.balance_minor:
            sentence = _("Less than that is held of %(number)s. Take it off the invoices that it is used for first.")
            raise Refused("RETAINER_USED", sentence % about, field=field)


def _must_be_worth_it(shares: Mapping[int, int]) -> None:
    """No sale is worth less than nothing, however often and of whatever payment credit is given on it."""
    for invoice in Invoice.objects.filter(id__in=shares).exclude(state=Invoice.State.VOID).order_by("id"):
        if shares[invoice.id] > crediting.creditable_minor(invoice):
            sentence = _("After the credit that was given on it, %(number)s isn't worth that much any more.")
            raise Refused("CREDITED", sentence % {"number": invoice.name}, field=f"share-{invoice.id}")


@transaction.atomic
def decide(back: Return, effect: Return.Effect, *, by: Actor) -> Return:
    """Say what becomes of the invoices of which money went back without us. Deciding the same again changes nothing.

    If they are to stay paid, the customer is credited that much, which pays them again as far as they still owe it; the
    rest is unused credit. Raises Refused: NOT_ALLOWED, DECIDED (otherwise, already), UNDONE (the money is back),
    CREDITED.
    """
    balance, payment = take(back.payment)
    back = lock(back)
    by.must_be_staff_of(back.organization_id)
    if not back.must_decide:
        if back.effect == effect:
            return back
        raise Refused("DECIDED", _("This was decided already."))
    if back.state in Return.UNDONE:
        raise Refused("UNDONE", _("The money is back, so there is nothing to decide any more."))
    if effect == Return.Effect.STAYS_PAID:
        today = organizations.today(back.organization_id)
        _must_be_worth_it({share.document_id: share.minor for share in back.shares.filter(grant=None)})
        for share in back.shares.exclude(invoice=None).order_by("invoice_id"):
            invoice = Invoice.objects.select_for_update().get(id=share.invoice_id or 0)
            if share.grant_id is None and invoice.state != Invoice.State.VOID:
                share.grant = crediting.grant(balance, invoice, payment, share.minor, counts_on=today, by=by)
                share.save(update_fields=["grant"])
                use_again(balance, payment, invoice, share.minor, on=today, by=by)
    back.effect, back.must_decide = effect, False
    back.save(update_fields=["effect", "must_decide"])
    tell("payment.return_decided", back, by, effect=str(effect))
    return back
