"""What was received, as sums of payments and of what went back of them. Amounts are in minor units."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import BigIntegerField, Case, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.db.models.functions import Coalesce

from .models import Payment, Return

MODES = Payment.Mode.choices


@dataclass(frozen=True)
class Received:
    """The payments of one day and mode in one currency; `returned_minor` went back on that day, of any payment."""

    day: date
    mode: str
    currency: str
    gross_minor: int
    charges_minor: int
    returned_minor: int

    @property
    def mode_label(self) -> str:
        return str(Payment.Mode(self.mode).label)

    @property
    def net_minor(self) -> int:
        return net_minor(self.gross_minor, self.charges_minor, self.returned_minor)


def net_minor(gross: int, charges: int, returned: int) -> int:
    """What is left of what came, in minor units."""
    return gross - charges - returned


def received(organization_id: int, first: date, last: date) -> list[Received]:
    """What came in a period by day and mode, newest first, less what the banks kept and what went back.

    What went back counts on its own day; a refund that failed and a chargeback that was won never went.
    """
    payments = Payment.objects.filter(organization_id=organization_id, paid_on__gte=first, paid_on__lte=last)
    came = payments.values("paid_on", "mode", "currency").annotate(
        gross=Sum("amount_minor"), charges=Sum("bank_charges_minor")
    )
    went = _went(first, last).filter(organization_id=organization_id)
    gone = {
        (row["returned_on"], row["payment__mode"], row["currency"]): row["sum"]
        for row in went.values("returned_on", "payment__mode", "currency").annotate(sum=Sum("amount_minor")).order_by()
    }
    found = {(row["paid_on"], row["mode"], row["currency"]): (row["gross"], row["charges"]) for row in came.order_by()}
    keys = sorted(found.keys() | gone.keys(), key=lambda key: (key[2], -key[0].toordinal(), key[1]))
    return [Received(*key, *found.get(key, (0, 0)), gone.get(key, 0)) for key in keys]


def listed(organization_id: int, first: date, last: date) -> QuerySet[Payment, Any]:
    """The payments that `received` sums, each with its `gross_minor`, `charges_minor` and `returned_minor` there.

    One that came on another day is there for what went back of it in the period.
    """
    went, came = _went(first, last), Q(paid_on__gte=first, paid_on__lte=last)
    # Without the organization, so that what went back of each payment is found by its id and not among all.
    of_it = went.filter(payment_id=OuterRef("id")).order_by().values("payment_id")
    back = Subquery(of_it.annotate(sum=Sum("amount_minor")).values("sum"), output_field=BigIntegerField())
    ours = went.filter(organization_id=organization_id)
    found = Payment.objects.filter(organization_id=organization_id).filter(came | Q(id__in=ours.values("payment_id")))
    return found.annotate(
        gross_minor=Case(When(came, then="amount_minor"), default=0),
        charges_minor=Case(When(came, then="bank_charges_minor"), default=0),
        returned_minor=Coalesce(back, 0),
    )


def _went(first: date, last: date) -> QuerySet[Return]:
    """What left any business in a period; what became credit has not."""
    returns = Return.objects.filter(returned_on__gte=first, returned_on__lte=last)
    return returns.exclude(state__in=Return.UNDONE).exclude(way=Return.Way.CREDIT)
