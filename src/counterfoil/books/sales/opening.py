"""What a customer owed before these books began: one document, named Opening balance, and paid like an invoice."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from counterfoil.books.customers import customers
from counterfoil.books.customers.customers import CustomerContent
from counterfoil.books.customers.models import Customer
from counterfoil.books.ledger import ledger
from counterfoil.books.ledger.models import CustomerBalance
from counterfoil.books.organizations import lock_date, organizations
from counterfoil.books.organizations.models import Organization
from counterfoil.foundation import clock, languages
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.events import record
from counterfoil.foundation.money import LARGEST, Money
from counterfoil.foundation.refusal import Refused

from . import crediting, posting, writing
from .models import OPENING_BALANCE, Invoice
from .taking import must_be_open

NAME = OPENING_BALANCE  # for the doors, which read no models
EARLIEST = date(1900, 1, 1)


@dataclass(frozen=True)
class Opening:
    """How much was owed, and when; nothing at all is zero of any currency, on no day."""

    amount: Money
    on: date | None = None


def of(customer: Customer) -> Invoice | None:
    """The customer's opening balance, if there is one now."""
    return Invoice.objects.listed().of(customer).filter(is_opening=True).first()


@transaction.atomic
def create_customer(
    organization: Organization, content: CustomerContent, opening: Opening, *, by: Actor, making_key: str = ""
) -> Customer:
    """Write a new customer down together with what they owe already. As `customers.create` and `set_balance`."""
    customer = customers.create(organization, content, by=by, making_key=making_key)
    if opening.amount.minor and of(customer) is None:
        set_balance(customer, opening.amount, opening.on, by=by)
    return customer


@transaction.atomic
def edit_customer(
    customer: Customer, content: CustomerContent, opening: Opening, *, by: Actor, revision: int, opening_revision: int
) -> Customer:
    """Change what is known of a customer together with what they owed at first. As `customers.edit`, `set_balance`."""
    ledger.lock(customer.id)
    customer = customers.edit(customer, content, by=by, revision=revision)
    set_balance(customer, opening.amount, opening.on, by=by, revision=opening_revision)
    return customer


@transaction.atomic
def set_balance(
    customer: Customer, amount: Money, on: date | None, *, by: Actor, revision: int | None = None
) -> Invoice | None:
    """Say what a customer owed on a day before these books began; zero takes it away. The same again changes nothing.

    Another amount or day is a correction: what was posted is reversed and posted anew, and what was paid beyond the new
    amount becomes credit. `revision` is that of the opening balance which the person saw, 0 where there was none; an
    import, which saw none, says nothing. Raises Refused: NOT_ALLOWED, OPENING_CHANGED, CURRENCY, NEGATIVE,
    AMOUNT_TOO_LARGE, DATE_MISSING, DATE_FAR_OFF, DATE_TO_COME, WRITTEN_OFF, CREDIT_USED, CREDITED, LOCKED.
    """
    balance = ledger.lock(customer.id)
    by.must_be_staff_of(balance.organization_id)
    # One that was taken away is taken up again; of merged customers there may be several of those.
    rows = Invoice.objects.select_for_update().filter(customer_id=customer.id, is_opening=True).order_by("id")
    opening = rows.exclude(state=Invoice.State.VOID).first() or rows.first()
    is_there = opening is not None and opening.state != Invoice.State.VOID
    if _is_same(opening if is_there else None, amount, on):
        return opening if is_there else None
    seen = opening.revision if opening and is_there else 0
    if revision is not None and revision != seen:
        raise Refused(
            "OPENING_CHANGED", _("Somebody changed the opening balance after you opened this. Please look again first.")
        )
    _must_make_sense(balance, amount, on)
    if opening and opening.state == Invoice.State.WRITTEN_OFF:
        raise Refused("WRITTEN_OFF", _("The opening balance is written off. Undo that first."), field="opening_balance")
    if opening is None or not is_there:
        opening = _begin(balance, opening, by)
    else:
        gives_back = opening.total_minor - opening.balance_minor > amount.minor
        must_be_open(opening, staff=by, gives_back=gives_back, field="opening_date")
    if amount.minor and on:
        return _write(balance, opening, amount, on, by)
    _take_away(balance, opening, by)
    return None


def _is_same(opening: Invoice | None, amount: Money, on: date | None) -> bool:
    if opening is None:
        return not amount.minor
    return (opening.total_minor, opening.currency, opening.dated) == (amount.minor, amount.currency, on)


def _must_make_sense(balance: CustomerBalance, amount: Money, on: date | None) -> None:
    if amount.minor < 0:
        raise Refused(
            "NEGATIVE",
            _("An opening balance is what the customer owes. Record what you owe them as a payment."),
            field="opening_balance",
        )
    if not amount.minor:
        return
    if amount.currency != balance.currency:
        raise Refused(
            "CURRENCY", _("This customer pays in %(currency)s.") % {"currency": balance.currency}, field="currency"
        )
    if amount.minor > LARGEST:
        raise Refused("AMOUNT_TOO_LARGE", _("This amount is too large. Enter a smaller one."), field="opening_balance")
    if on is None:
        raise Refused("DATE_MISSING", _("Say as of which day they owe it."), field="opening_date")
    if on < EARLIEST:
        raise Refused("DATE_FAR_OFF", _("Please check the year."), field="opening_date")
    if on > organizations.today(balance.organization_id):
        raise Refused(
            "DATE_TO_COME", _("This day hasn't come yet. Choose today or an earlier one."), field="opening_date"
        )


def _begin(balance: CustomerBalance, earlier: Invoice | None, by: Actor) -> Invoice:
    """The row, new or taken up again; it is saved with what it says."""
    opening = earlier or Invoice(
        organization_id=balance.organization_id,
        customer_id=balance.customer_id,
        is_opening=True,
        revision=0,
        discount_value=Decimal(0),
        allows_partial=True,
        made_at=clock.now(),
        made_by=by.as_json(),
    )
    opening.state, opening.voided_at, opening.voided_by = Invoice.State.ISSUED, None, None
    opening.currency, opening.total_minor = balance.currency, 0
    opening.issued_at, opening.issued_by = clock.now(), by.as_json()
    opening.number_key, opening.order_key = _keys()
    return opening


def _keys() -> tuple[str, str]:
    """Its name in each language, for search by prefix: it is found by what either reader calls it."""
    names = []
    for language in languages.LANGUAGES:
        with languages.speaking(language):
            names.append(str(OPENING_BALANCE).casefold())
    english, chinese = names
    return english, chinese


def _write(balance: CustomerBalance, opening: Invoice, amount: Money, on: date, by: Actor) -> Invoice:
    """Post what is owed now, and only then reverse what was, so that no balance is ever below nothing."""
    lock_date.must_be_open(opening.organization_id, on, actor=by, field="opening_date")
    crediting.must_be_covered(opening, amount.minor)
    was, earlier = opening.total_minor, posting.standing(opening)
    excess = was - opening.balance_minor - amount.minor
    if excess > 0:
        today = organizations.today(opening.organization_id)
        ledger.release(balance, opening, excess, counts_on=today, by=by)
    opening.dated = opening.due_on = on
    opening.total_minor = opening.subtotal_minor = amount.minor
    opening.revision += 1
    opening.save()
    posting.post(balance, opening, "invoice.issued", on, actor=by)
    if earlier is not None:
        ledger.reverse(balance, earlier, "invoice.corrected", counts_on=earlier.counts_on, by=by, document=opening)
    writing.keep(opening, actor=by)
    _record("opening_balance.set", opening, was, by)
    return opening


def _take_away(balance: CustomerBalance, opening: Invoice, by: Actor) -> None:
    """As if it had never been: reversed on the day that it counts for. What was paid of it becomes credit, today."""
    today = organizations.today(opening.organization_id)
    was, paid = opening.total_minor, sum(ledger.applied_to(opening).values())
    ledger.release(balance, opening, paid, counts_on=today, by=by)
    crediting.take_all_back(balance, opening, counts_on=today, by=by)
    if standing := posting.standing(opening):
        ledger.reverse(balance, standing, "invoice.corrected", counts_on=standing.counts_on, by=by, document=opening)
    opening.state = Invoice.State.VOID
    opening.voided_at, opening.voided_by = clock.now(), by.as_json()
    opening.save(update_fields=["state", "voided_at", "voided_by"])
    _record("opening_balance.removed", opening, was, by)


def _record(name: str, opening: Invoice, was: int, by: Actor) -> None:
    record(
        name,
        opening,
        by=by,
        audience="both",
        was_minor=was,
        amount_minor=opening.total_minor,
        currency=opening.currency,
        dated=opening.dated.isoformat(),
        revision=opening.revision,
    )
