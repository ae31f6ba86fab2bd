"""How old a debt is: the days since it was due, in the five groups that every page of what is owed has."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Min, Q, QuerySet, Sum
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from counterfoil.books.ledger.models import CustomerBalance
from counterfoil.foundation.prepared import Prepared

from .models import Invoice

# Days late, from and to; None is without end. The first is what isn't due yet.
AGES: tuple[tuple[int | None, int | None], ...] = ((None, 0), (1, 30), (31, 60), (61, 90), (91, None))


def labels() -> list[str]:
    """What each age is called, in the reader's language."""
    return [
        pgettext("age of a debt", "Current"),
        _("1-30 days"),
        _("31-60 days"),
        _("61-90 days"),
        _("Over 90 days"),
    ]


def due_between(place: int, on: date) -> tuple[date | None, date | None]:
    """The first and the last due date of an age."""
    least, most = AGES[place]
    first = None if most is None else on - timedelta(days=most)
    return first, None if least is None else on - timedelta(days=least)


def owed_by_age(on: date, *, owed: str = "balance_minor") -> dict[str, Sum]:
    """Sums over invoices of one currency, as `age_0` to `age_4`, in minor units.

    `owed` names what each invoice owes. Of what they owe now, if they are unpaid, an index alone answers them.
    """
    return {f"age_{place}": Sum(owed, filter=of_age(place, on), default=0) for place in range(len(AGES))}


def owed_of(row: Mapping[str, Any]) -> tuple[int, ...]:
    """The sums of `owed_by_age` out of a row, in the order of AGES."""
    return tuple(row[f"age_{place}"] for place in range(len(AGES)))


def of_age(place: int, on: date) -> Q:
    """The invoices of an age."""
    first, last = due_between(place, on)
    return (Q() if first is None else Q(due_on__gte=first)) & (Q() if last is None else Q(due_on__lte=last))


@Prepared
def owing(customer_id: int, on: date) -> QuerySet[Any]:
    """What a customer has not paid, as one row: how many, how many not late yet, first due date, an id, the ages."""
    unpaid = Invoice.objects.filter(customer_id=customer_id).visible_to_customer().unpaid().order_by()
    return unpaid.values("customer_id").annotate(
        count=Count("id"),
        current_count=Count("id", filter=Q(due_on__gte=on)),
        oldest=Min("due_on"),
        only_id=Min("id"),
        **owed_by_age(on),
    )


def owed_by_currency(organization_id: int, on: date) -> dict[str, tuple[int, ...]]:
    """What an organization has not been paid: for each currency the sums by age. To be read in a snapshot.

    Only what is late is added up. What isn't due yet, mostly more, is the rest of what the customers owe.
    """
    late = {row["currency"]: row for row in _late_by_currency(organization_id, on)}
    found = {}
    for currency, owed in _owed_by_currency(organization_id):
        of_late = owed_of(NOTHING | late.get(currency, {}))[1:]
        found[currency] = (owed - sum(of_late), *of_late)
    return found


@Prepared
def _owed_by_currency(organization_id: int) -> QuerySet[Any]:
    owing = CustomerBalance.objects.filter(organization_id=organization_id, receivable_minor__gt=0)
    return owing.values_list("currency").annotate(sum=Sum("receivable_minor"))


@Prepared
def _late_by_currency(organization_id: int, on: date) -> QuerySet[Any]:
    late = Invoice.objects.filter(organization_id=organization_id).overdue(on).order_by()
    sums = owed_by_age(on)
    del sums["age_0"]
    return late.values("currency").annotate(**sums)


NOTHING: dict[str, Any] = {"count": 0, "current_count": 0, "oldest": None, "only_id": None}
NOTHING |= {f"age_{place}": 0 for place in range(len(AGES))}
