"""A customer's account over a period: what it opened with, what happened, and what it closes with, in minor units."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import BigIntegerField, Case, CharField, F, IntegerField, Q, QuerySet, Sum, Value, When
from django.utils.translation import gettext_lazy as _

from counterfoil.books.customers.models import ContactPerson, Customer
from counterfoil.books.organizations import organizations
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.events import record
from counterfoil.foundation.periods import Period
from counterfoil.foundation.refusal import Refused
from counterfoil.foundation.transactions import snapshot

from .kinds import CHARGED_BACK, GRANTED, HELD, OWED, PASSING, SECTIONS, TAKEN_BACK, UNDONE, WON, Column, Section
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
# Which section of a statement a leg is in.
_PLACE = Case(
    *(When(account__in=section.accounts, then=Value(place)) for place, section in enumerate(SECTIONS)),
    output_field=IntegerField(),
)
_ACCOUNTS = tuple(account for section in SECTIONS for account in section.accounts)
_KINDS = sorted({kind for section in SECTIONS for kind, column in section.columns.items() if column is not None})


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
    """One section of a customer's account over a period, whose closing balance is the opening one of the next.

    `held` is the section of retainers, of a statement of what is owed.
    """

    period: Period
    currency: str
    section: Section
    opening_minor: int
    transactions: Sequence[Transaction]
    held: "Statement | None" = None

    @cached_property
    def sums(self) -> dict[Column, int]:
        """Each column as it is read: closing = opening + invoiced - paid - credited + refunded - adjusted."""
        sums = dict.fromkeys(self.section.told, 0)
        for one in self.transactions:
            column = self.section.columns[one.told]
            if column is not None:
                sums[column] += column.sign * one.minor
        return sums

    @property
    def is_empty(self) -> bool:
        return not (self.opening_minor or self.transactions)

    @property
    def is_too_long_for_paper(self) -> bool:
        return len(self.transactions) + (len(self.held.transactions) if self.held else 0) > MOST_ON_PAPER

    @property
    def closing_minor(self) -> int:
        return self.transactions[-1].balance_minor if self.transactions else self.opening_minor


def of(customer: Customer, period: Period, *, today: date) -> Statement:
    """A customer's statement, read as of one moment.

    What is dated ahead is owed today, as on every page: it is a part of whichever period today is in, and everything
    is before a period that is still to come.
    """
    first = period.first if period.first <= today else date.max
    last = period.last if period.last < today else date.max
    with snapshot():
        openings = _balances_before(customer, first)
        rows = _folded(_sharing(_rows(customer, Period(first, last))))
        beside = _beside([row[3] for row in rows if row[2] in (GRANTED, TAKEN_BACK, UNDONE)])
    parts = [
        Statement(period, customer.currency, section, opening, list(_running(rows, section, opening, beside)))
        for section, opening in zip(SECTIONS, openings, strict=True)
    ]
    return replace(parts[SECTIONS.index(OWED)], held=parts[SECTIONS.index(HELD)])


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


def _legs(customer: Customer) -> QuerySet[Leg]:
    return Leg.objects.filter(customer=customer, currency=customer.currency, account__in=_ACCOUNTS)


def _balances_before(customer: Customer, day: date) -> list[int]:
    """Of each section, what the months before add up to, and the days of its own month before that day."""
    month = day.replace(day=1)
    whole = MonthBalance.objects.filter(
        customer=customer, currency=customer.currency, account__in=_ACCOUNTS, month__lt=month
    )
    part = _legs(customer).filter(counts_on__gte=month, counts_on__lt=day)
    sums = {
        str(place): Sum("minor", filter=Q(account__in=section.accounts), default=0)
        for place, section in enumerate(SECTIONS)
    }
    found = [rows.aggregate(**{f"of_{place}": one for place, one in sums.items()}) for rows in (whole, part)]
    return [section.sign * sum(row[f"of_{place}"] for row in found) for place, section in enumerate(SECTIONS)]


def _rows(customer: Customer, period: Period) -> Iterable[tuple[Any, ...]]:
    """What happened, in order, without what changed nothing in the end; the first value is the section's place."""
    # Said of the postings too, so that they are found by their own index and not among everybody's.
    days = (period.first, period.last)
    of_period = _legs(customer).filter(
        counts_on__range=days, posting__customer=customer, posting__counts_on__range=days, posting__kind__in=_KINDS
    )
    by_transaction = of_period.annotate(place=_PLACE, told=_TOLD).annotate(about=_ABOUT)
    rows = by_transaction.values_list("place", "counts_on", "told", "about", "document_kind", "document_id")
    return rows.annotate(sum=Sum("minor")).exclude(sum=0).order_by("counts_on", "about", "document_id")


def _sharing(rows: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The same rows, in which equal days and words are one object: ten thousand take a third less so."""
    known: dict[Any, Any] = {}
    one = known.setdefault
    return [
        (place, one(day, day), one(told, told), about, one(kind, kind), document_id, minor)
        for place, day, told, about, kind, document_id, minor in rows
    ]


def _folded(rows: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """What is owed is not changed by what of a payment went into a retainer, or out of it to go back."""
    owed, left = SECTIONS.index(OWED), [row[-1] for row in rows]
    for n, (place, day, told, _about, _kind, id, _minor) in enumerate(rows):
        if place != owed or told not in PASSING:
            continue
        step, partners = PASSING[told]
        for m in range(n + step, len(rows) if step > 0 else -1, step):
            if rows[m][1] != day or not left[n]:
                break
            if rows[m][0] == owed and rows[m][2] in partners and rows[m][5] == id and left[m] * left[n] < 0:
                part = max(-abs(left[m]), min(abs(left[m]), left[n]))
                left[n], left[m] = left[n] - part, left[m] + part
    return [(*row[:-1], minor) for row, minor in zip(rows, left, strict=True) if minor]


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
    rows: Iterable[tuple[Any, ...]],
    section: Section,
    balance: int,
    beside: Mapping[int, tuple[str | None, str, int]],
) -> Iterator[Transaction]:
    here = SECTIONS.index(section)
    for place, day, told, about, document_kind, document_id, sum_minor in rows:
        if place == here:
            minor = section.sign * sum_minor
            balance += minor
            undid, kind, id = beside.get(about, (None, document_kind, document_id))
            is_won = told == UNDONE and undid == CHARGED_BACK
            yield Transaction(day, WON if is_won else told, about, kind, id, minor, balance)
