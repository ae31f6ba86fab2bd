"""What can be done with a retainer invoice, besides paying and using it.

Sending one posts nothing. What was issued is not edited, since somebody may be paying it at this moment: it is made
void, and another one is written.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from counterfoil.books.customers.models import Customer
from counterfoil.books.ledger.models import CustomerBalance
from counterfoil.foundation import clock
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.events import record
from counterfoil.foundation.refusal import Refused

from . import origins, viewing, writing
from .models import NEVER, RetainerInvoice, SalesDocument
from .taking import move, take
from .writing import DocumentContent, told


@dataclass(frozen=True, kw_only=True)
class RetainerContent(DocumentContent):
    """Everything about a retainer invoice that a person writes. It bears no tax."""

    due_on: date | None = None  # None: whenever the customer likes


@transaction.atomic
def create(
    customer: Customer,
    content: RetainerContent,
    *,
    by: Actor,
    making_key: str = "",
    origin: SalesDocument | None = None,
) -> RetainerInvoice:
    """Write a draft. The same form sent again (by its `making_key`) gives the draft that it made.

    `origin` is what it is made of, for the verbs of `conversions`. Raises Refused: DUE_BEFORE_DATE, and as
    `writing.write`.
    """
    retainer, is_made = writing.begin(RetainerInvoice, customer, actor=by, making_key=making_key)
    if is_made:
        return retainer
    origins.name_origin(retainer, origin)
    _write(retainer, content)
    record("retainer_invoice.created", retainer, by=by, audience="office", **told(retainer))
    return retainer


@transaction.atomic
def edit(retainer: RetainerInvoice, content: RetainerContent, *, by: Actor, revision: int) -> RetainerInvoice:
    """Change what a draft says. Raises Refused: RETAINER_INVOICE_CHANGED, NOT_A_DRAFT, and as `create`."""
    _balance, retainer = take(retainer, staff=by, revision=revision)
    if retainer.state != RetainerInvoice.State.DRAFT:
        raise Refused(
            "NOT_A_DRAFT", _("A retainer invoice that was issued isn't edited. Make it void and write another.")
        )
    was = retainer.total_minor
    retainer.revision += 1
    _write(retainer, content)
    record("retainer_invoice.edited", retainer, by=by, audience="office", was_minor=was, **told(retainer))
    return retainer


@transaction.atomic
def mark_as_sent(retainer: RetainerInvoice, *, by: Actor, revision: int) -> RetainerInvoice:
    """Issue a draft without mailing it: the customer got it otherwise.

    Raises Refused: RETAINER_INVOICE_CHANGED, NOT_A_DRAFT, NOTHING_TO_PAY, CURRENCY_CHANGED.
    """
    balance, retainer = take(retainer, staff=by, revision=revision)
    if retainer.state != RetainerInvoice.State.DRAFT:
        raise Refused("NOT_A_DRAFT", _("This retainer invoice was already issued."))
    _issue(balance, retainer, by)
    return retainer


@transaction.atomic
def send(retainer: RetainerInvoice, *, to: Sequence[int], by: Actor, revision: int) -> RetainerInvoice:
    """Mail a retainer invoice to contact persons (ids), issuing it first if it is a draft. Sending again is allowed.

    Raises Refused: RETAINER_INVOICE_VOID, NO_RECIPIENT, and as `mark_as_sent`.
    """
    balance, retainer = take(retainer, staff=by, revision=revision)
    if retainer.state == RetainerInvoice.State.VOID:
        raise Refused("RETAINER_INVOICE_VOID", _("A void retainer invoice is not sent."))
    ids = writing.recipients(retainer, to)
    if retainer.state == RetainerInvoice.State.DRAFT:
        _issue(balance, retainer, by)
    retainer.sent_at = clock.now()
    retainer.save(update_fields=["sent_at"])
    people = [str(one) for one in ids]
    record("retainer_invoice.sent", retainer, by=by, audience="both", contact_ids=people, **told(retainer))
    return retainer


@transaction.atomic
def void(retainer: RetainerInvoice, *, by: Actor, revision: int) -> RetainerInvoice:
    """Declare that an issued retainer invoice is not to be paid. It keeps its number, and stays void.

    Money that is on its way for it becomes credit. Raises Refused: RETAINER_INVOICE_CHANGED, NOT_ISSUED,
    RETAINER_PAID (something was paid of it).
    """
    _balance, retainer = take(retainer, staff=by, revision=revision)
    if retainer.state != RetainerInvoice.State.ISSUED:
        raise Refused("NOT_ISSUED", _("Only a retainer invoice that was issued can be made void."))
    if retainer.paid_minor:
        raise Refused("RETAINER_PAID", _("This retainer invoice was paid, so it can't be made void."))
    move(retainer, RetainerInvoice.State.VOID)
    retainer.unpaid_minor = 0
    retainer.voided_at, retainer.voided_by = clock.now(), by.as_json()
    retainer.save(update_fields=["state", "unpaid_minor", "voided_at", "voided_by"])
    record("retainer_invoice.voided", retainer, by=by, audience="both", **told(retainer))
    return retainer


@transaction.atomic
def delete(retainer: RetainerInvoice, *, by: Actor, revision: int) -> None:
    """Throw a draft away. Raises Refused: RETAINER_INVOICE_CHANGED, NOT_A_DRAFT (what was issued is made void)."""
    _balance, retainer = take(retainer, staff=by, revision=revision)
    if retainer.state != RetainerInvoice.State.DRAFT:
        raise Refused("NOT_A_DRAFT", _("An issued retainer invoice can't be deleted. Make it void instead."))
    record("retainer_invoice.deleted", retainer, by=by, audience="office", **told(retainer))
    retainer.delete()


@transaction.atomic
def view(retainer: RetainerInvoice, *, by: Actor) -> RetainerInvoice:
    """Remember the first time that the customer opened a retainer invoice. Later times change nothing."""
    return viewing.first_view(retainer, actor=by)


def _write(retainer: RetainerInvoice, content: RetainerContent) -> None:
    """Put the content into the rows and work out the totals; refuses before anything is written."""
    due = content.due_on or NEVER
    if due != NEVER:
        writing.must_be_in_our_time(due, "due_on")
    if due < content.dated:
        raise Refused("DUE_BEFORE_DATE", _("The due date is before the date."), field="due_on")
    untaxed = replace(
        content,
        lines=[replace(line, tax_rate_id=None) for line in content.lines],
        shipping_tax_rate_id=None,
        is_inclusive=False,
    )
    writing.write(retainer, untaxed, due_on=due)


def _issue(balance: CustomerBalance, retainer: RetainerInvoice, by: Actor) -> None:
    """Ask for all of it, keep it whole as revision, and give it its number. Nothing is owed by it, or posted."""
    writing.must_have_their_currency(retainer, balance.currency)
    if retainer.total_minor <= 0:
        raise Refused("NOTHING_TO_PAY", _("There is nothing to pay on this retainer invoice. Write its amount first."))
    move(retainer, RetainerInvoice.State.ISSUED)
    retainer.unpaid_minor = retainer.total_minor
    writing.issue(retainer, actor=by)
    writing.keep(retainer, actor=by)
    record("retainer_invoice.issued", retainer, by=by, audience="both", **told(retainer))
