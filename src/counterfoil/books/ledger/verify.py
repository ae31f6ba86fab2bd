"""Adds everything up again and says where a cached figure differs from the legs it is the sum of."""

from collections.abc import Callable, Iterator
from datetime import date

from django.db.models import Count, F, Sum

from counterfoil.foundation.transactions import snapshot

from .ledger import document_models
from .models import Account, Allocation, CustomerBalance, Leg, MonthBalance, Posting

Check = Callable[[], Iterator[str]]
_checks: list[Check] = []


def check(function: Check) -> Check:
    """Add a check: a function that yields one sentence for each difference."""
    _checks.append(function)
    return function


def differences() -> list[str]:
    """Every difference found, as sentences for the person who runs the books; empty when all is well."""
    with snapshot():
        return [difference for one in _checks for difference in one()]


@check
def postings_sum_to_zero() -> Iterator[str]:
    """Each group of legs, and with it each currency."""
    for row in Leg.objects.values("posting_id").annotate(sum=Sum("minor")).exclude(sum=0):
        yield f"Posting {row['posting_id']} sums to {row['sum']} instead of 0."
    empty = Posting.objects.annotate(legs_count=Count("legs")).filter(legs_count=0)
    for posting_id in empty.values_list("id", flat=True):
        yield f"Posting {posting_id} has no legs."


@check
def customers_agree() -> Iterator[str]:
    """What each customer owes, has in credit and has paid ahead."""
    sums: dict[int, dict[str, int]] = {}
    for row in Leg.objects.values("customer_id", "account").annotate(sum=Sum("minor")):
        sums.setdefault(row["customer_id"], {})[row["account"]] = row["sum"]
    for balance in CustomerBalance.objects.all():
        of = sums.pop(balance.customer_id, {})
        owed, credit = of.get(Account.RECEIVABLE, 0), -of.get(Account.CREDIT, 0)
        if (owed, credit) != (balance.receivable_minor, balance.credit_minor):
            yield (
                f"Customer {balance.customer_id} is said to owe {balance.receivable_minor} and have "
                f"{balance.credit_minor} in credit; the legs say {owed} and {credit}."
            )
        if (retained := -of.get(Account.RETAINER, 0)) != balance.retained_minor:
            yield (
                f"For customer {balance.customer_id} {balance.retained_minor} is said to be held; "
                f"the legs say {retained}."
            )
    for customer_id in sums:
        yield f"Customer {customer_id} has postings and no balance row."


@check
def months_agree() -> Iterator[str]:
    """Each month of each account of each customer."""
    sums: dict[tuple[int, str, str, date], int] = {}
    rows = Leg.objects.values_list("customer_id", "currency", "account", "counts_on").annotate(sum=Sum("minor"))
    for customer, currency, account, day, minor in rows.order_by():
        of_month = (customer, currency, account, day.replace(day=1))
        sums[of_month] = sums.get(of_month, 0) + minor
    for row in MonthBalance.objects.all():
        key = (row.customer_id, row.currency, row.account, row.month)
        if sums.pop(key, 0) != row.minor:
            yield f"The month {row.month:%Y-%m} of {row.account} of customer {row.customer_id} differs from its legs."
    for key, minor in sums.items():
        if minor:
            yield f"The month {key} has legs and no row."


@check
def documents_agree() -> Iterator[str]:
    """The balance of each document, and what is applied from and to it."""
    for model in document_models():
        kind = model.ledger_kind()
        legs = Leg.objects.filter(document_kind=kind, account=model.ledger_account)
        found = {row["document_id"]: row["sum"] for row in legs.values("document_id").annotate(sum=Sum("minor"))}
        for pk, balance in model._default_manager.values_list("pk", "balance_minor"):
            if found.pop(pk, 0) * model.ledger_sign != balance:
                yield f"The balance of {kind} {pk} is said to be {balance}; its legs differ."
        for unknown in found:
            yield f"Legs name {kind} {unknown}, which does not exist."


@check
def allocations_agree() -> Iterator[str]:
    """Each allocation moved the money that it says, and none is less than nothing."""
    pairs = Allocation.objects.values("source_kind", "source_id", "target_kind", "target_id")
    for row in pairs.annotate(sum=Sum("minor")).filter(sum__lt=0):
        yield f"More was taken off {row['target_kind']} {row['target_id']} than was applied."
    # What it took from its source, whichever account that is in.
    moved = {
        row["posting_id"]: row["sum"]
        for row in Leg.objects.filter(posting__allocations__isnull=False)
        .filter(document_kind=F("posting__allocations__source_kind"))
        .filter(document_id=F("posting__allocations__source_id"))
        .values("posting_id")
        .annotate(sum=Sum("minor"))
    }
    for posting_id, minor in Allocation.objects.values_list("posting_id", "minor"):
        if moved.get(posting_id) != minor:
            yield f"Allocation in posting {posting_id} says {minor}; its legs moved {moved.get(posting_id)}."
