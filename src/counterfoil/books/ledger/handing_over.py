"""Gives everything that was posted for one customer to another one of the same currency. No amount changes.

What happened stays as it was written: each posting, leg and allocation is of the same document, day and amount. Only
whose they are is another's, which is the one thing of them that is ever written again.
"""

from typing import Any

from django.db.models import F, QuerySet

from .models import Allocation, CustomerBalance, Leg, MonthBalance, Posting

WRITTEN_ONCE: tuple[type[Posting] | type[Leg] | type[Allocation], ...] = (Posting, Leg, Allocation)


def hand_over(source: CustomerBalance, to: CustomerBalance) -> None:
    """Both rows are locked, and of one currency. The source's row stays, with nothing in it."""
    for model in WRITTEN_ONCE:
        written: QuerySet[Any] = QuerySet(model)  # their own manager lets nobody write again
        written.filter(customer_id=source.customer_id).update(customer_id=to.customer_id)
    _add_months(source, to)
    CustomerBalance.objects.filter(pk=to.pk).update(
        receivable_minor=F("receivable_minor") + source.receivable_minor,
        credit_minor=F("credit_minor") + source.credit_minor,
        retained_minor=F("retained_minor") + source.retained_minor,
    )
    CustomerBalance.objects.filter(pk=source.pk).update(receivable_minor=0, credit_minor=0, retained_minor=0)


def _add_months(source: CustomerBalance, to: CustomerBalance) -> None:
    """Where both have a row for a month of an account there is one with the sum; the others only change hands."""
    mine = MonthBalance.objects.filter(customer_id=source.customer_id)
    there = {
        (one.currency, one.account, one.month): one for one in MonthBalance.objects.filter(customer_id=to.customer_id)
    }
    for row in mine:
        other = there.get((row.currency, row.account, row.month))
        if other is not None:
            MonthBalance.objects.filter(pk=other.pk).update(minor=F("minor") + row.minor)
            row.delete()
    mine.update(customer_id=to.customer_id)
