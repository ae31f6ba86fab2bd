"""A customer's account over a period: what it opened with, what happened, and what it closes with, in minor units."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import BigIntegerField, Case, CharField, F, QuerySet, Sum, Value, When
from django.utils.translation import gettext_lazy as _

from counterfoil.books.customers.models import ContactPerson, Customer
from counterfoil.books.organizations import organizations
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.events import record
from counterfoil.foundation.periods import Period
from counterfoil.foundation.refusal import Refused
from counterfoil.foundation.transactions import snapshot

from .kinds import CHARGED_BACK, GRANTED, OWED, TAKEN_BACK, UNDONE, WON, Column, Section
from .models import Account, Leg, MonthBalance

AT_ONCE = 500  # documents that are asked for in one query
MOST_ON_PAPER = 20_000  # transactions of one PDF, which takes a gigabyte and some seconds to be made

# What was corrected is told as the invoice as it stands.
_TOLD = Case(
    When(posting__kind="invoice.corrected", then=Value("invoice.issued")),
    default=F("posting__kind"),
    output_field=CharField(),
)
# An invoice's corrections of one day are one transaction; everything else is one for each posting.
_ABOUT = Case(
    When(told="invoice.issued", then=F("document_id")), default=F("posting_id"), output_field=BigIntegerField()
)


class Transaction(NamedTuple):
    """One thing that happened: on which day, to which document, what it added to the balance, and the balance then.

    `about` is an id that no other transaction of that day has.
    """

    day: date
    told: str
    about: int
    document_kind: str
    document_id: int
    minor: int
    balance_minor: int


@dataclass(frozen=True)
class Statement:
    """One section of a customer's account over a period, whose closing balance is the opening one of the next."""

    period: Period
    currency: str
    section: Section
    opening_minor: int
    transactions: Sequence[Transaction]

    @cached_property
    def sums(self) -> dict[Column, int]:
        """Each column as it is read: closing = opening + invoiced - paid - credited + refunded - adjusted."""
        sums = dict.fromkeys(Column, 0)
        for one in self.transactions:
            column = self.section.columns[one.told]
            if column is not None:
                sums[column] += column.sign * one.minor
        return sums

    @property
    def is_too_long_for_paper(self) -> bool:
        return len(self.transactions) > MOST_ON_PAPER

    @property
    def closing_minor(self) -> int:
        return self.transactions[-1].balance_minor if self.transactions else self.opening_minor


def of(customer: Customer, period: Period, *, today: date, section: Section = OWED) -> Statement:
    """A customer's statement, read as of one moment.

    What is dated ahead is owed today, as on every page: it is a part of whichever period today is in, and everything
    is before a period that is still to come.
    """
    first = period.first if period.first <= today else date.max
    last = period.last if period.last < today else date.max
    with snapshot():
        opening = _balance_before(customer, first, section)
        rows = list(_rows(customer, Period(first, last), section))
        beside = _beside([row[2] for row in rows if row[1] in (GRANTED, TAKEN_BACK, UNDONE)])
    return Statement(period, customer.currency, section, opening, list(_running(rows, opening, beside)))


@transaction.atomic
def send(customer: Customer, period: Period, *, to: Sequence[int], by: Actor) -> None:
    """Mail the statement of a period to contact persons (ids), as it is when the mail goes out. Again is allowed.

    Raises Refused: NOT_ALLOWED, NO_RECIPIENT, TOO_LONG.
    """
    by.must_be_staff_of(customer.organization_id)
    people = ContactPerson.objects.current().filter(customer=customer, id__in=to).exclude(email="")
    ids = sorted(people.values_list("id", flat=True))
    if not ids:
        raise Refused("NO_RECIPIENT", _("Choose at least one contact person with an e-mail address."), field="to")
    if of(customer, period, today=organizations.today(customer.organization_id)).is_too_long_for_paper:
        raise Refused("TOO_LONG", _("This is too much for one PDF. Choose a shorter period."))
    record(
        "statement.sent",
        customer,
        by=by,
        audience="both",
        first=period.first.isoformat(),
        last=period.last.isoformat(),
        contact_ids=[str(one) for one in ids],
    )


def names_of(transactions: Iterable[Transaction], documents: Mapping[str, QuerySet[Any]]) -> dict[int, str]:
    """The numbers of the documents that transactions are about, by id; `documents` are those of each kind that count.

    What isn't among these is missing.
    """
    wanted = sorted({(one.document_kind, one.document_id) for one in transactions if one.document_kind in documents})
    names: dict[int, str] = {}
    for start in range(0, len(wanted), AT_ONCE):
        part = wanted[start : start + AT_ONCE]
        first, *others = (
            documents[kind].filter(id__in=[id for of, id in part if of == kind]).order_by().values_list("id", "number")
            for kind in sorted({kind for kind, _id in part})
        )
        names |= dict(first.union(*others, all=True) if others else first)
    return names


def _legs(customer: Customer, section: Section) -> QuerySet[Leg]:
    return Leg.objects.filter(customer=customer, currency=customer.currency, account__in=section.accounts)


def _balance_before(customer: Customer, day: date, section: Section) -> int:
    """What the months before add up to, and the days of its own month before that day."""
    month = day.replace(day=1)
    whole = MonthBalance.objects.filter(
        customer=customer, currency=customer.currency, account__in=section.accounts, month__lt=month
    )
    part = _legs(customer, section).filter(counts_on__gte=month, counts_on__lt=day)
    return sum(rows.aggregate(sum=Sum("minor", default=0))["sum"] for rows in (whole, part))


def _rows(customer: Customer, period: Period, section: Section) -> Iterable[tuple[Any, ...]]:
    """What happened, in order, without what changed nothing in the end."""
    told = [kind for kind, column in section.columns.items() if column is not None]
    # Said of the postings too, so that they are found by their own index and not among everybody's.
    days = (period.first, period.last)
    of_period = _legs(customer, section).filter(
        counts_on__range=days, posting__customer=customer, posting__counts_on__range=days, posting__kind__in=told
    )
    by_transaction = of_period.annotate(told=_TOLD).annotate(about=_ABOUT)
    rows = by_transaction.values_list("counts_on", "told", "about", "document_kind", "document_id")
    return rows.annotate(sum=Sum("minor")).exclude(sum=0).order_by("counts_on", "about", "document_id")


def _beside(posting_ids: Sequence[int]) -> dict[int, tuple[str | None, str, int]]:
    """By posting, what it undid, and the document whose worth was credited if it concerns a sale.

    Credit is kept with a payment, but it is given on a sale; and money that went back comes again in two ways.
    """
    found: dict[int, tuple[str | None, str, int]] = {}
    for start in range(0, len(posting_ids), AT_ONCE):
        legs = Leg.objects.filter(posting_id__in=posting_ids[start : start + AT_ONCE])
        named = legs.exclude(account=Account.CREDIT).exclude(document_id=None).select_related("posting__reverses")
        for leg in named:
            undid = leg.posting.reverses.kind if leg.posting.reverses else None
            found[leg.posting_id] = (undid, leg.document_kind, leg.document_id or 0)
    return found


def _running(
    rows: Iterable[tuple[Any, ...]], balance: int, beside: Mapping[int, tuple[str | None, str, int]]
) -> Iterator[Transaction]:
    for day, told, about, document_kind, document_id, minor in rows:
        balance += minor
        undid, kind, id = beside.get(about, (None, document_kind, document_id))
        is_won = told == UNDONE and undid == CHARGED_BACK
        yield Transaction(day, WON if is_won else told, about, kind, id, minor, balance)
