"""How old a debt is: the days since it was due, in the five groups that every page of what is owed has."""

from datetime import date, timedelta

from django.db.models import Q, Sum

# Days late, from and to; None is without end. The first is what isn't due yet.
AGES: tuple[tuple[int | None, int | None], ...] = ((None, 0), (1, 30), (31, 60), (61, 90), (91, None))


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


def of_age(place: int, on: date) -> Q:
    """The invoices of an age."""
    first, last = due_between(place, on)
    return (Q() if first is None else Q(due_on__gte=first)) & (Q() if last is None else Q(due_on__lte=last))
