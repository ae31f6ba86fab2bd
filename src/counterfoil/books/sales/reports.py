"""What is owed, sold and taxed, as sums of the ledger. Amounts are in minor units; nothing adds up currencies."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import BigIntegerField, Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from counterfoil.books.ledger.kinds import HELD_APPLIED, HELD_UNAPPLIED
from counterfoil.books.ledger.models import Account, Leg
from counterfoil.books.organizations.models import TaxRate

from . import crediting, posting
from .ages import of_age, owed_by_age, owed_of
from .models import Invoice

WRITTEN = ("invoice.issued", "invoice.reinstated", "invoice.corrected", "invoice.voided")
APPLIED = ("credit.applied", "credit.taken_off", HELD_APPLIED, HELD_UNAPPLIED)
CREDITED = (crediting.POSTED_AS, crediting.UNDONE_AS, posting.CREDIT_ISSUED, posting.CREDIT_VOIDED)
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
    """What each customer owed on a day, by how late it then was. The database adds it up, in one query.

    As of today these are the balances that the home pages show. An earlier day is today without what counts later.
    """
    invoices = _with_owed(organization_id, on, today=today)
    rows = invoices.values("customer_id", "currency").annotate(**owed_by_age(on, owed="owed_minor")).order_by()
    return [Aged(row["customer_id"], row["currency"], owed) for row in rows if any(owed := owed_of(row))]


def owing(organization_id: int, on: date, *, today: date, age: int | None = None) -> QuerySet[Any, Any]:
    """The invoices that `aged` sums, with what each owed on that day as `owed_minor`; of one age, a place in AGES.

    Below nothing, where more had been paid by then than it has been worth since it was corrected.
    """
    found = _with_owed(organization_id, on, today=today).exclude(owed_minor=0)
    return found if age is None else found.filter(of_age(age, on))


def _with_owed(organization_id: int, on: date, *, today: date) -> QuerySet[Any, Any]:
    """Every invoice that may have owed something on a day; an opening balance is owed as well."""
    invoices = Invoice.objects.filter(organization_id=organization_id)
    if on >= today:
        return invoices.unpaid().annotate(owed_minor=F("balance_minor"))
    later = Leg.objects.filter(account=Account.RECEIVABLE, counts_on__gt=on, document_kind="invoice")
    # Without the organization, so that the legs of each invoice are found by its id and not among all of a day's.
    of_it = later.filter(document_id=OuterRef("id")).order_by().values("document_id")
    since = Subquery(of_it.annotate(sum=Sum("minor")).values("sum"), output_field=BigIntegerField())
    is_unpaid = Q(state=Invoice.State.ISSUED, balance_minor__gt=0)
    ours = later.filter(organization_id=organization_id)
    moved = invoices.filter(is_unpaid | Q(id__in=ours.values("document_id")))
    return moved.annotate(owed_minor=F("balance_minor") - Coalesce(since, 0))


@dataclass(frozen=True)
class Taxed:
    """The tax at a rate in a currency: as charged, what of it was credited since, and what was sold for the rest."""

    rate: str
    currency: str
    charged_minor: int
    credited_minor: int
    base_minor: int

    @property
    def tax_minor(self) -> int:
        return self.charged_minor - self.credited_minor


def taxed(organization_id: int, first: date, last: date) -> list[Taxed]:
    """The tax of a period by rate; of a group, each of its rates.

    Voiding, correcting and crediting count on their own days, whenever the invoice was written. What is made void or
    corrected is charged no more; only credit that stands, on an invoice or by a credit note, is credited.
    """
    legs = Leg.objects.filter(
        organization_id=organization_id, account=Account.TAX, counts_on__gte=first, counts_on__lte=last
    )
    is_credit = Q(posting__kind__in=CREDITED)
    rows = legs.values("tax_rate_id", "currency").annotate(
        base=Sum("base_minor", default=0),
        charged=Sum("minor", filter=~is_credit, default=0),
        credited=Sum("minor", filter=is_credit, default=0),
    )
    names = dict(TaxRate.objects.filter(organization_id=organization_id).values_list("id", "name"))
    found = [
        Taxed(
            rate=names.get(row["tax_rate_id"] or 0, ""),
            currency=row["currency"],
            charged_minor=-row["charged"],
            credited_minor=row["credited"],
            base_minor=-row["base"],
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
