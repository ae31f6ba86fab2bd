"""Merging a customer that is a duplicate into the one that stays: the one verb that touches all that a customer has."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from counterfoil.books.customers import customers
from counterfoil.books.customers.models import Customer
from counterfoil.books.ledger import handing_over, ledger
from counterfoil.books.ledger.models import CustomerBalance
from counterfoil.books.payments.models import PaymentAttempt
from counterfoil.foundation import clock
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.events import record
from counterfoil.foundation.refusal import Refused

from . import people, tables
from .foreseeing import Foreseen, foresee


@dataclass(frozen=True)
class _Both:
    """The balance rows of the two, locked, each with its customer."""

    gone: CustomerBalance
    into: CustomerBalance


@transaction.atomic
def merge(gone: Customer, into: Customer, *, by: Actor, seen: str) -> Customer:
    """Make all that was one customer's another one's, for good. No amount changes, and nothing is posted.

    `seen` stands for what the person read that it would do (`foreseeing.foresee`). Twice is once. Payments that are
    under way go on, as the survivor's. What was mailed or bookmarked of the one that is gone leads to the survivor.
    Raises Refused: NOT_ALLOWED, MERGE_CHANGED (something came or went since it was read), and as `foresee`.
    """
    by.must_be_staff_of(gone.organization_id)
    if Customer.objects.filter(id=gone.id, merged_into_id=into.id).exists():
        return into
    both = _lock(gone.id, into.id)
    gone, into = both.gone.customer, both.into.customer
    foreseen = foresee(gone, into)
    if foreseen.seen != seen:
        raise Refused(
            "MERGE_CHANGED", _("Something changed after you opened this page. Please read what will move once more.")
        )
    now = clock.now()
    people.bring(gone, into, now=now)
    _bring_rows(gone, into)
    handing_over.hand_over(both.gone, both.into)
    _bring_what_is_known(gone, into, now=now)
    _record(gone, into, foreseen, by)
    return into


def _lock(gone_id: int, into_id: int) -> _Both:
    """Both, in the order of their ids, whichever of them goes: two that are merged crosswise wait for each other.

    The second is asked for before it is waited for: one that was merged meanwhile is held only by who goes on from it
    to its survivor, which may be the first.
    """
    locked: dict[int, CustomerBalance] = {}
    for one in sorted({gone_id, into_id}):
        _must_be_there(one)
        locked[one] = ledger.lock(one)
    return _Both(locked[gone_id], locked[into_id])


def _must_be_there(customer_id: int) -> None:
    if customers.survivor_id(customer_id) != customer_id:
        raise customers.merged()


def _bring_rows(gone: Customer, into: Customer) -> None:
    _free_form_keys(gone, into)
    for rows, field in tables.moving(tables.CUSTOMER):
        rows.filter(**{field: gone.id}).update(**{field: into.id})
    tables.rows("customers.CustomerWord").filter(customer=gone).delete()
    names: Any = tables.rows("organizations.ExternalId")
    names.filter(organization=gone.organization_id, kind="customer", row_id=gone.id).update(row_id=into.id)


def _free_form_keys(gone: Customer, into: Customer) -> None:
    """A form's key is chosen by a browser, and is one customer's: where both have it, it is of no use any more."""
    there = PaymentAttempt.objects.filter(customer=into).values("form_key")
    for attempt in PaymentAttempt.objects.filter(customer=gone, form_key__in=there).only("id"):
        PaymentAttempt.objects.filter(id=attempt.id).update(form_key=f"merged-{attempt.id}")


def _bring_what_is_known(gone: Customer, into: Customer, *, now: datetime) -> None:
    """What is written of the survivor stays; what was noted of the other is put below it."""
    if gone.notes and gone.notes not in into.notes:
        into.notes = f"{into.notes}\n\n{gone.notes}".strip()
    into.stops_reminders = into.stops_reminders or gone.stops_reminders
    into.currency_fixed = into.currency_fixed or gone.currency_fixed
    into.revision += 1
    into.save(update_fields=["notes", "stops_reminders", "currency_fixed", "revision"])
    gone.merged_into, gone.merged_at = into, now
    gone.save(update_fields=["merged_into", "merged_at"])


def _record(gone: Customer, into: Customer, foreseen: Foreseen, by: Actor) -> None:
    record(
        "customer.merged",
        into,
        by=by,
        audience="office",
        name=gone.display_name,
        merged_id=str(gone.id),
        moved={one.kind: one.count for one in foreseen.parts},
        people=[*foreseen.moved, *foreseen.joined],
        let_in=list(foreseen.let_in),
        was={"owed": foreseen.gone.owed, "credit": foreseen.gone.credit, "held": foreseen.gone.held},
    )
