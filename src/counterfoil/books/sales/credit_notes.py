"""What can be done with a credit note. Money that it moves goes through the ledger in the same transaction.

What was issued is not edited: somebody may have used it already. It is made void, and another one is written.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from counterfoil.books.customers.models import Customer
from counterfoil.books.ledger import ledger
from counterfoil.books.ledger.ledger import NewLeg
from counterfoil.books.ledger.models import Account, CustomerBalance
from counterfoil.books.organizations import lock_date, organizations
from counterfoil.foundation import clock
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.events import record
from counterfoil.foundation.money import Money
from counterfoil.foundation.refusal import Refused

from . import crediting, origins, posting, viewing, writing
from .models import CreditNote, CreditNoteRefund, SalesDocument
from .taking import lock, move, must_be_open, take
from .writing import DocumentContent, told

MODES = CreditNoteRefund.Mode


@dataclass(frozen=True, kw_only=True)
class CreditNoteContent(DocumentContent):
    """Everything about a credit note that a person writes."""


@dataclass(frozen=True, kw_only=True)
class RefundWish:
    """How the office gave money back, or is about to."""

    amount: Money
    mode: CreditNoteRefund.Mode
    reference: str = ""


@transaction.atomic
def create(
    customer: Customer,
    content: CreditNoteContent,
    *,
    by: Actor,
    making_key: str = "",
    origin: SalesDocument | None = None,
) -> CreditNote:
    """Write a draft. The same form sent again (by its `making_key`) gives the draft that it made.

    `origin` is what it is made of, for the verbs of `conversions`. Raises Refused as `writing.write`.
    """
    note, is_made = writing.begin(CreditNote, customer, actor=by, making_key=making_key)
    if is_made:
        return note
    origins.name_origin(note, origin)
    writing.write(note, content)
    record("credit_note.created", note, by=by, audience="office", **told(note))
    return note


@transaction.atomic
def edit(note: CreditNote, content: CreditNoteContent, *, by: Actor, revision: int) -> CreditNote:
    """Change what a draft says. Raises Refused: CREDIT_NOTE_CHANGED, NOT_A_DRAFT, and as `create`."""
    _balance, note = take(note, staff=by, revision=revision)
    if note.state != CreditNote.State.DRAFT:
        raise Refused("NOT_A_DRAFT", _("A credit note that was issued isn't edited. Make it void and write another."))
    was = note.total_minor
    note.revision += 1
    writing.write(note, content)
    record("credit_note.edited", note, by=by, audience="office", was_minor=was, **told(note))
    return note


@transaction.atomic
def mark_as_sent(note: CreditNote, *, by: Actor, revision: int) -> CreditNote:
    """Issue a draft without mailing it: from now on it is the customer's credit.

    Raises Refused: CREDIT_NOTE_CHANGED, NOT_A_DRAFT, CURRENCY_CHANGED, LOCKED, CREDITED (more than what it was made of
    is still worth), ORIGIN_NOT_OWED (that is void or written off).
    """
    balance, note = take(note, staff=by, revision=revision)
    if note.state != CreditNote.State.DRAFT:
        raise Refused("NOT_A_DRAFT", _("This credit note was already issued."))
    _issue(balance, note, by)
    return note


@transaction.atomic
def send(note: CreditNote, *, to: Sequence[int], by: Actor, revision: int) -> CreditNote:
    """Mail a credit note to contact persons (ids), issuing it first if it is a draft. Sending again is allowed.

    Raises Refused: CREDIT_NOTE_VOID, NO_RECIPIENT, and as `mark_as_sent`.
    """
    balance, note = take(note, staff=by, revision=revision)
    if note.state == CreditNote.State.VOID:
        raise Refused("CREDIT_NOTE_VOID", _("A void credit note is not sent."))
    ids = writing.recipients(note, to)
    if note.state == CreditNote.State.DRAFT:
        _issue(balance, note, by)
    note.sent_at = clock.now()
    note.save(update_fields=["sent_at"])
    people = [str(one) for one in ids]
    record("credit_note.sent", note, by=by, audience="both", contact_ids=people, **told(note))
    return note


@transaction.atomic
def void(note: CreditNote, *, by: Actor, revision: int) -> CreditNote:
    """Declare that an issued credit note is worth nothing, as of today. It keeps its number, and stays void.

    Raises Refused: CREDIT_NOTE_CHANGED, NOT_ISSUED, CREDIT_USED (some of it is used or was given back), LOCKED.
    """
    balance, note = take(note, staff=by, revision=revision)
    if note.state != CreditNote.State.ISSUED:
        raise Refused("NOT_ISSUED", _("Only a credit note that was issued can be made void."))
    if note.refunds.exists():
        raise Refused("CREDIT_USED", _("Some of this credit note was given back, so it can't be made void."))
    if note.balance_minor != note.total_minor:
        raise Refused("CREDIT_USED", _("Some of this credit note is used for invoices. Take it off there first."))
    must_be_open(note, staff=by)
    move(note, CreditNote.State.VOID)
    note.voided_at, note.voided_by = clock.now(), by.as_json()
    if standing := posting.standing_credit_note(note):
        today = organizations.today(note.organization_id)
        ledger.reverse(balance, standing, posting.CREDIT_VOIDED, counts_on=today, by=by, document=note)
    note.save(update_fields=["state", "voided_at", "voided_by"])
    record("credit_note.voided", note, by=by, audience="both", **told(note))
    return note


@transaction.atomic
def delete(note: CreditNote, *, by: Actor, revision: int) -> None:
    """Throw a draft away. Raises Refused: CREDIT_NOTE_CHANGED, NOT_A_DRAFT (what was issued is made void instead)."""
    _balance, note = take(note, staff=by, revision=revision)
    if note.state != CreditNote.State.DRAFT:
        raise Refused("NOT_A_DRAFT", _("An issued credit note can't be deleted. Make it void instead."))
    record("credit_note.deleted", note, by=by, audience="office", **told(note))
    note.delete()


@transaction.atomic
def view(note: CreditNote, *, by: Actor) -> CreditNote:
    """Remember the first time that the customer opened a credit note. Later times change nothing."""
    return viewing.first_view(note, actor=by)


@transaction.atomic
def refund(note: CreditNote, wish: RefundWish, *, by: Actor, form_key: str) -> CreditNoteRefund:
    """Give what is left, or part of it, to the customer as money, today. The same form sent again gives what it made.

    It isn't undone: money that comes back is a payment. Raises Refused: NOT_ALLOWED, NOT_ISSUED, CURRENCY,
    AMOUNT_TOO_SMALL, REFUND_TOO_LARGE, FORM_USED, LOCKED.
    """
    balance = ledger.lock_of(note)
    note = lock(note)
    by.must_be_staff_of(note.organization_id)
    earlier = note.refunds.filter(form_key=form_key).first() if form_key else None
    if earlier is not None:
        if earlier.amount_minor != wish.amount.minor:
            raise Refused("FORM_USED", _("This page was already used for another refund. Look at it again."))
        return earlier
    _must_be_left(note, wish.amount)
    today = organizations.today(note.organization_id)
    minor = wish.amount.minor
    posting_of_it = ledger.post(
        balance,
        posting.CREDIT_REFUNDED,
        [NewLeg(Account.CREDIT, minor, note), NewLeg(Account.CASH, -minor, note)],
        counts_on=today,
        by=by,
    )
    back = CreditNoteRefund.objects.create(
        organization_id=note.organization_id,
        customer_id=note.customer_id,
        credit_note=note,
        posting_id=posting_of_it.id if posting_of_it else 0,
        amount_minor=minor,
        mode=wish.mode,
        reference=wish.reference,
        refunded_on=today,
        form_key=form_key,
        made_at=clock.now(),
        made_by=by.as_json(),
    )
    about = {"number": note.number, "amount_minor": minor, "currency": note.currency, "refund_id": str(back.id)}
    record("credit_note.refunded", note, by=by, audience="both", **about)
    return back


def _must_be_left(note: CreditNote, amount: Money) -> None:
    if note.state != CreditNote.State.ISSUED:
        raise Refused("NOT_ISSUED", _("Only what is left of a credit note that was issued can be given back."))
    if amount.currency != note.currency:
        raise Refused("CURRENCY", _("This credit note is in %(currency)s.") % {"currency": note.currency})
    if amount.minor <= 0:
        raise Refused("AMOUNT_TOO_SMALL", _("Enter an amount above zero."), field="amount")
    if amount.minor > note.balance_minor:
        raise Refused("REFUND_TOO_LARGE", _("That is more than is left of this credit note."), field="amount")


def _issue(balance: CustomerBalance, note: CreditNote, by: Actor) -> None:
    """Post it, keep it whole as revision, and give it its number."""
    writing.must_have_their_currency(note, balance.currency)
    lock_date.must_be_open(note.organization_id, note.dated, actor=by, field="dated")
    crediting.must_be_worth_it(note)
    move(note, CreditNote.State.ISSUED)
    writing.issue(note, actor=by)
    posting.post_credit_note(balance, note, actor=by)
    writing.keep(note, actor=by)
    record("credit_note.issued", note, by=by, audience="both", **told(note))
