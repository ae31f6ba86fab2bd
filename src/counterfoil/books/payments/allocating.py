"""Which part of one payment is for which document: the oldest first."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from counterfoil.foundation.refusal import Refused

from .models import Payable as Document


@dataclass(frozen=True)
class Payable:
    """A document and what can be paid of it now, less what is being processed, in minor units."""

    document: Document
    minor: int


def oldest_first(payables: Iterable[Payable]) -> list[Payable]:
    """In the order in which one payment pays them: by due date, then by date, then as they were written."""
    return sorted(payables, key=lambda one: (one.document.due_on, one.document.dated, one.document.id))


def amounts_changed() -> Refused:
    """What was read before paying is no longer so."""
    return Refused(
        "AMOUNTS_CHANGED",
        _("What is owed changed after you opened this page. Nothing was charged. Please look at it again."),
    )


def paid_by_itself() -> Refused:
    """What is paid ahead is held, what is owed is paid: one payment does either, and of retainers one."""
    return Refused("NOT_TOGETHER", _("A retainer invoice is paid by itself. Nothing was charged."))


def spread(payables: Iterable[Payable], minor: int) -> dict[int, int]:
    """How much of an amount pays which invoice (id → minor units); those that get nothing are left out.

    Raises Refused: AMOUNT_TOO_LARGE, AMOUNT_TOO_SMALL, PARTIAL_NOT_ALLOWED (an invoice that is paid in one sum would
    be paid in part).
    """
    in_order = oldest_first(payables)
    if minor > sum(one.minor for one in in_order):
        raise Refused("AMOUNT_TOO_LARGE", _("That is more than is left to pay."), field="amount")
    if minor <= 0:
        raise Refused("AMOUNT_TOO_SMALL", _("Enter an amount above zero."), field="amount")
    shares: dict[int, int] = {}
    for one in in_order:
        share = min(minor, one.minor)
        if 0 < share < one.minor and not one.document.allows_partial:
            if len(in_order) == 1:
                raise Refused("PARTIAL_NOT_ALLOWED", _("This is paid in one sum."), field="amount")
            sentence = _("%(number)s is paid in one sum, so this amount ends inside it.")
            raise Refused("PARTIAL_NOT_ALLOWED", sentence % {"number": one.document.name}, field="amount")
        if share:
            shares[one.document.id] = share
            minor -= share
    return shares
