"""What is owed, sold and taxed, as sums of the ledger. Amounts are in minor units; nothing adds up currencies."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, Sum

from counterfoil.books.ledger.models import Account, Leg
from counterfoil.books.organizations.models import TaxRate

from . import crediting
from .ages import AGES
from .models import Invoice

WRITTEN = ("invoice.issued", "invoice.reinstated", "invoice.corrected", "invoice.voided")
APPLIED = ("credit.applied", "credit.taken_off")
GIVEN_UP = ("invoice.written_off", "invoice.write_off_undone")


@dataclass(frozen=True)
class Aged:
    """What a customer owes in a currency, by age as AGES."""

    customer_id: int
    currency: str
    ages: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.ages)


def aged(organization_id: int, on: date, *, today: date) -> list[Aged]:
    """What each customer owed on a day, by how late it then was.

    As of today these are the balances that the home pages show. An earlier day is today without what counts later.
    """
    owed = _owed_today(organization_id)
    if on < today:
        later = Leg.objects.filter(
            organization_id=organization_id, account=Account.RECEIVABLE, counts_on__gt=on, document_kind="invoice"
        )
        for row in later.values("document_id").annotate(sum=Sum("minor")).iterator():
            invoice_id = row["document_id"] or 0
            owed[invoice_id] = owed.get(invoice_id, 0) - row["sum"]
    sums: dict[tuple[int, str], list[int]] = defaultdict(lambda: [0] * len(AGES))
    for invoice_id, customer_id, currency, due_on in _about(owed):
        sums[customer_id, currency][_place(due_on, on)] += owed[invoice_id]
    return [Aged(*key, tuple(ages)) for key, ages in sums.items() if any(ages)]


def _owed_today(organization_id: int) -> dict[int, int]:
    rows = Invoice.objects.filter(organization_id=organization_id).unpaid()  # an opening balance is owed as well
    return dict(rows.values_list("id", "balance_minor").iterator())


def _about(owed: dict[int, int]) -> Iterable[tuple[int, int, str, date]]:
    """Whose the invoices are that owe something, and since when they are due; in portions that every database takes."""
    ids = [invoice_id for invoice_id, minor in owed.items() if minor]
    for start in range(0, len(ids), 500):
        found = Invoice.objects.filter(id__in=ids[start : start + 500])
        yield from found.values_list("id", "customer_id", "currency", "due_on")


def _place(due_on: date, on: date) -> int:
    late = (on - due_on).days
    return next(place for place, (_least, most) in enumerate(AGES) if most is None or late <= most)


@dataclass(frozen=True)
class Taxed:
    """What was sold at a rate in a currency, and the tax on it: as invoiced, and credited since."""

    rate: str
    currency: str
    base_minor: int
    tax_minor: int
    credited_minor: int


def taxed(organization_id: int, first: date, last: date) -> list[Taxed]:
    """The tax of a period by rate; of a group, each of its rates. Voiding and correcting count on their own days."""
    legs = Leg.objects.filter(
        organization_id=organization_id, account=Account.TAX, counts_on__gte=first, counts_on__lte=last
    )
    is_credit = Q(posting__kind__in=(crediting.POSTED_AS, crediting.UNDONE_AS))
    rows = legs.values("tax_rate_id", "currency").annotate(
        base=Sum("base_minor"), tax=Sum("minor"), credited=Sum("minor", filter=is_credit, default=0)
    )
    names = dict(TaxRate.objects.filter(organization_id=organization_id).values_list("id", "name"))
    found = [
        Taxed(
            names.get(row["tax_rate_id"] or 0, ""), row["currency"], -(row["base"] or 0), -row["tax"], row["credited"]
        )
        for row in rows.order_by()
    ]
    return sorted(found, key=lambda one: (one.currency, one.rate))


@dataclass(frozen=True)
class Billed:
    """One customer's invoices of a period in a currency, and what they owe at its end."""

    customer_id: int
    currency: str
    count: int
    invoiced_minor: int
    applied_minor: int
    written_off_minor: int
    balance_minor: int


def billed(organization_id: int, first: date, last: date) -> list[Billed]:
    """What was invoiced to each customer in a period, paid or credited of it, and owed at its end."""
    legs = Leg.objects.filter(organization_id=organization_id, account=Account.RECEIVABLE, counts_on__lte=last)
    within = Q(counts_on__gte=first)
    openings = Invoice.objects.filter(organization_id=organization_id, is_opening=True).values("id")
    written = within & Q(posting__kind__in=WRITTEN) & ~Q(document_id__in=openings)
    given_up = within & Q(posting__kind__in=GIVEN_UP)
    rows = legs.values("customer_id", "currency").annotate(
        count=Count("document_id", filter=written & Q(posting__kind="invoice.issued"), distinct=True),
        invoiced=Sum("minor", filter=written, default=0),
        written_off=Sum("minor", filter=given_up, default=0),
        applied=Sum("minor", filter=within & Q(posting__kind__in=APPLIED), default=0),
        balance=Sum("minor"),
    )
    return [
        Billed(
            customer_id=row["customer_id"],
            currency=row["currency"],
            count=row["count"],
            invoiced_minor=row["invoiced"],
            applied_minor=-row["applied"],
            written_off_minor=-row["written_off"],
            balance_minor=row["balance"],
        )
        for row in rows.order_by()
        if any(row[name] for name in ("count", "invoiced", "applied", "written_off", "balance"))
    ]
