"""Posting in bulk: a whole history at once, brought over from elsewhere or made for measuring.

Everything else goes through `ledger.post`. What `verify` asks of the ledger holds when the postings are closed: groups
sum to zero, and customers and months have the balances of their legs. The balances of the documents are the caller's to
write, in the transactions of their postings.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from types import TracebackType
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from counterfoil.books.customers.models import Customer
from counterfoil.foundation import clock
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.copying import columns, values, write_rows
from counterfoil.foundation.ids import new_id

from . import kinds
from .ledger import NewLeg, Unbalanced
from .models import Account, Allocation, CustomerBalance, LedgerDocument, Leg, MonthBalance, Posting

Row = Sequence[Any]  # a value for each column, as `write_rows` takes them
LEG = {name: place for place, name in enumerate(columns(Leg))}
AT_ONCE = 500  # ids in one question


def lock_all(organization_id: int) -> dict[int, CustomerBalance]:
    """Take the balance row of every customer of an organization, in the order of their ids; by customer.

    For what brings documents of many customers at once. Those that have no row get one, as `ledger.lock` does it.
    """
    if not connection.in_atomic_block:
        raise Unbalanced("Customers' money was touched outside a transaction.")
    opened = CustomerBalance.objects.filter(customer_id=OuterRef("id"))
    missing = Customer.objects.filter(~Exists(opened), organization_id=organization_id).order_by("id")
    CustomerBalance.objects.bulk_create(
        [
            CustomerBalance(customer_id=one.id, organization_id=organization_id, currency=one.currency)
            for one in missing.only("id", "currency")
        ],
        ignore_conflicts=True,
    )
    rows = CustomerBalance.objects.select_for_update(no_key=True).select_related("customer")
    return {row.customer_id: row for row in rows.filter(organization_id=organization_id).order_by("customer_id")}


class Postings:
    """Postings of an organization's customers. Use it as a context manager, which closes it.

    `currencies` says what each customer pays in, by id. Nobody else may post for these customers meanwhile.
    """

    def __init__(self, organization_id: int, currencies: Mapping[int, str]) -> None:
        self._organization_id, self._currencies = organization_id, currencies
        self._customers: dict[int, dict[str, int]] = {}
        self._months: dict[tuple[int, str, date], int] = defaultdict(int)
        self._waiting: tuple[list[Row], list[Row], list[Row]] = ([], [], [])

    def __enter__(self) -> "Postings":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._close()

    def add(self, customer_id: int, kind: str, legs: Iterable[NewLeg], *, counts_on: date, actor: Actor) -> int | None:
        """One group of legs, as `ledger.post` takes them; returns its id, or None where nothing is left of it.

        It is written when all are. Raises Unbalanced if it does not sum to 0 or no statement tells of it.
        """
        legs = [leg for leg in legs if leg.minor or leg.base_minor]
        if not legs:
            return None
        if kinds.has_no_row(kind, frozenset(leg.account for leg in legs)):
            raise Unbalanced(f"{kind} has no row in kinds, so that no statement would tell of it")
        posting = Posting(
            organization_id=self._organization_id,
            customer_id=customer_id,
            currency=self._currencies[customer_id],
            kind=kind,
            counts_on=counts_on,
            made_at=clock.now(),
            actor=actor.as_json(),
        )
        self._waiting[0].append(values(posting))
        self._waiting[1].extend(self._leg(posting, leg) for leg in legs)
        return posting.id

    def use(self, source: LedgerDocument, target: LedgerDocument, minor: int, *, counts_on: date, actor: Actor) -> None:
        """Use so much of a credit for so much of a debt, as `ledger.allocate` does it."""
        customer_id: int = source.customer_id  # type: ignore[attr-defined]
        legs = [NewLeg(source.ledger_account, minor, source), NewLeg(target.ledger_account, -minor, target)]
        posting_id = self.add(customer_id, "credit.applied", legs, counts_on=counts_on, actor=actor)
        if posting_id is None:
            return
        allocation = Allocation(
            posting_id=posting_id,
            organization_id=self._organization_id,
            customer_id=customer_id,
            source_kind=source.ledger_kind(),
            source_id=source.id,
            target_kind=target.ledger_kind(),
            target_id=target.id,
            minor=minor,
            counts_on=counts_on,
        )
        self._waiting[2].append(values(allocation))

    def _leg(self, posting: Posting, leg: NewLeg) -> Row:
        return [
            new_id(),
            posting.id,
            self._organization_id,
            posting.customer_id,
            posting.currency,
            leg.account,
            leg.minor,
            posting.counts_on,
            leg.document.ledger_kind() if leg.document else "",
            leg.document.id if leg.document else None,
            leg.tax_rate_id,
            leg.base_minor,
        ]

    def post(self, postings: Sequence[Row], legs: Sequence[Row], allocations: Sequence[Row]) -> None:
        """Write these rows, inside the caller's transaction, and remember what is to be cached of them.

        Raises Unbalanced if a posting doesn't sum to 0, and KeyError for a customer who isn't one of these.
        """
        if not connection.in_atomic_block:
            raise Unbalanced("Money was posted in bulk outside a transaction.")
        posting, customer, account, minor, day = (
            LEG[name] for name in ("posting_id", "customer_id", "account", "minor", "counts_on")
        )
        sums: dict[int, int] = defaultdict(int)
        for leg in legs:
            sums[leg[posting]] += leg[minor]
            if leg[customer] not in self._customers:
                self._customers[leg[customer]] = defaultdict(int)
            self._customers[leg[customer]][leg[account]] += leg[minor]
            self._months[leg[customer], leg[account], leg[day].replace(day=1)] += leg[minor]
        for posting_id, total in sums.items():
            if total:
                raise Unbalanced(f"Posting {posting_id} sums to {total}")
        if self._customers.keys() - self._currencies.keys():
            raise KeyError("A customer who isn't one of these.")
        write_rows(Posting, postings)
        write_rows(Leg, legs)
        write_rows(Allocation, allocations)

    @transaction.atomic
    def _close(self) -> None:
        """Write what waits, and what is cached of all, once, from the sums that were kept."""
        if self._waiting[0]:
            self.post(*self._waiting)
        touched = sorted(self._customers)
        for start in range(0, len(touched), AT_ONCE):
            ids = touched[start : start + AT_ONCE]
            self._keep_customers(ids)
            self._keep_months(ids)
            Customer.objects.filter(id__in=ids, currency_fixed=False).update(currency_fixed=True)

    def _keep_customers(self, ids: Sequence[int]) -> None:
        there = set(CustomerBalance.objects.filter(customer_id__in=ids).values_list("customer_id", flat=True))
        sums = {id: self._customers[id] for id in ids}
        changes = [
            (of[Account.RECEIVABLE], -of[Account.CREDIT], -of[Account.RETAINER], id)
            for id, of in sums.items()
            if id in there
        ]
        fresh = (
            CustomerBalance(
                customer_id=id,
                organization_id=self._organization_id,
                currency=self._currencies[id],
                receivable_minor=of[Account.RECEIVABLE],
                credit_minor=-of[Account.CREDIT],
                retained_minor=-of[Account.RETAINER],
            )
            for id, of in sums.items()
            if id not in there
        )
        write_rows(CustomerBalance, map(values, fresh))
        names = ("receivable_minor", "credit_minor", "retained_minor")
        _add(CustomerBalance, names, "customer_id", changes)

    def _keep_months(self, ids: Sequence[int]) -> None:
        wanted = {key: minor for key, minor in self._months.items() if key[0] in set(ids)}
        rows = MonthBalance.objects.filter(customer_id__in=ids)
        there = {
            (customer, account, month): pk
            for pk, customer, account, month in rows.values_list("id", "customer_id", "account", "month")
        }
        fresh = (
            MonthBalance(
                organization_id=self._organization_id,
                customer_id=customer_id,
                currency=self._currencies[customer_id],
                account=account,
                month=month,
                minor=minor,
            )
            for (customer_id, account, month), minor in wanted.items()
            if (customer_id, account, month) not in there
        )
        write_rows(MonthBalance, map(values, fresh))
        _add(MonthBalance, ("minor",), "id", [(minor, there[key]) for key, minor in wanted.items() if key in there])


def change_balances(model: type[LedgerDocument], changes: Mapping[int, int]) -> None:
    """Add so much to the balances of documents that are there already (id → minor units)."""
    _add(model, ("balance_minor",), "id", [(minor, pk) for pk, minor in changes.items()])


def _add(model: type[Any], names: Sequence[str], key: str, changes: Sequence[Row]) -> None:
    """Add to columns of rows; a change has a value for each column and then the row's key."""
    if not changes:
        return
    quoted = connection.ops.quote_name
    sets = ", ".join(f"{quoted(name)} = {quoted(name)} + %s" for name in names)
    sql = f"UPDATE {quoted(model._meta.db_table)} SET {sets} WHERE {quoted(key)} = %s"  # noqa: S608 (our own names)
    with connection.cursor() as cursor:
        cursor.executemany(sql, changes)
