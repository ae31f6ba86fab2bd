"""Posting in bulk: a whole history at once, for customers who have none. Everything else goes through `ledger.post`.

It is for measuring, where a million invoices must stand within minutes. What `verify` asks of the ledger holds when the
history is closed: groups sum to zero, and customers and months have the balances of their legs. The balances of the
documents are the caller's to write, in the transactions of their postings, since their rows are new too.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from types import TracebackType
from typing import Any

from django.db import connection, transaction

from counterfoil.books.customers.models import Customer
from counterfoil.foundation.copying import columns, write_rows

from .ledger import Unbalanced
from .models import Account, Allocation, CustomerBalance, Leg, MonthBalance, Posting

Row = Sequence[Any]  # a value for each column, as `write_rows` takes them
LEG = {name: place for place, name in enumerate(columns(Leg))}


class History:
    """The postings of an organization's new customers, in one currency. Use it as a context manager, which closes it.

    Nobody else may post for these customers meanwhile. Raises Unbalanced if one of them has postings already.
    """

    def __init__(self, organization_id: int, currency: str, customer_ids: Sequence[int]) -> None:
        self._organization_id, self._currency = organization_id, currency
        self._customers: dict[int, dict[str, int]] = {id: defaultdict(int) for id in customer_ids}
        self._months: dict[tuple[int, str, date], int] = defaultdict(int)
        if Posting.objects.filter(customer_id__in=customer_ids).exists():
            raise Unbalanced("A history in bulk is only for customers who have none.")

    def __enter__(self) -> "History":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._close()

    def post(self, postings: Sequence[Row], legs: Sequence[Row], allocations: Sequence[Row]) -> None:
        """Write these rows, inside the caller's transaction, and remember what is to be cached of them.

        Raises Unbalanced if a posting doesn't sum to 0, and KeyError for a customer who isn't of this history.
        """
        if not connection.in_atomic_block:
            raise Unbalanced("Money was posted in bulk outside a transaction.")
        posting, customer, account, minor, day = (
            LEG[name] for name in ("posting_id", "customer_id", "account", "minor", "counts_on")
        )
        sums: dict[int, int] = defaultdict(int)
        for leg in legs:
            sums[leg[posting]] += leg[minor]
            self._customers[leg[customer]][leg[account]] += leg[minor]
            self._months[leg[customer], leg[account], leg[day].replace(day=1)] += leg[minor]
        for posting_id, total in sums.items():
            if total:
                raise Unbalanced(f"Posting {posting_id} sums to {total}")
        write_rows(Posting, postings)
        write_rows(Leg, legs)
        write_rows(Allocation, allocations)

    @transaction.atomic
    def _close(self) -> None:
        """Write what is cached, once, from the sums that were kept."""
        balances = [
            CustomerBalance(
                customer_id=id,
                organization_id=self._organization_id,
                currency=self._currency,
                receivable_minor=of[Account.RECEIVABLE],
                credit_minor=-of[Account.CREDIT],
                retained_minor=-of[Account.RETAINER],
            )
            for id, of in self._customers.items()
        ]
        months = (
            MonthBalance(
                organization_id=self._organization_id,
                customer_id=customer_id,
                currency=self._currency,
                account=account,
                month=month,
                minor=minor,
            )
            for (customer_id, account, month), minor in self._months.items()
        )
        write_rows(CustomerBalance, map(_values, balances))
        write_rows(MonthBalance, map(_values, months))
        Customer.objects.filter(id__in=list(self._customers)).update(currency_fixed=True)


def _values(row: CustomerBalance | MonthBalance) -> Row:
    return [getattr(row, name) for name in columns(type(row))]
