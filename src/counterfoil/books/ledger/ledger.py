"""Posting to the ledger. Every other package changes money through these functions, inside its own verbs."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import F, QuerySet, Sum

from counterfoil.books.customers import customers
from counterfoil.books.customers.models import Customer
from counterfoil.books.organizations import lock_date
from counterfoil.foundation import clock
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.prepared import Prepared

from . import kinds
from .models import Account, Allocation, CustomerBalance, LedgerDocument, Leg, MonthBalance, Posting


class Unbalanced(Exception):
    """A programming error: legs that don't sum to zero, that no statement tells of, or without the customer's lock."""


@dataclass(frozen=True)
class NewLeg:
    """A leg to be posted; `minor` is signed, `document` is what it concerns."""

    account: Account
    minor: int
    document: LedgerDocument | None = None
    tax_rate_id: int | None = None
    base_minor: int | None = None  # of a leg of tax, with its sign


def lock(customer_id: int) -> CustomerBalance:
    """Take the customer's balance row, the first lock of whatever touches a customer's money.

    The customer's own row is locked with it, so that nobody chooses another currency meanwhile. Raises Refused:
    CUSTOMER_MERGED (into another one, since it was read).
    """
    balance = _taken(customer_id)
    if balance.customer.merged_into_id:
        raise customers.merged()
    return balance


def lock_of(row: Any) -> CustomerBalance:
    """The same of the customer whose a row is by now: since it was read, they may have been merged into another one.

    The row is told whose it is; the caller reads it again.
    """
    balance = lock_survivor(row.customer_id)
    if row.customer_id != balance.customer_id:
        row.customer_id = balance.customer_id
    return balance


def lock_survivor(customer_id: int) -> CustomerBalance:
    """The same of the customer that one was merged into, if it was."""
    balance = _taken(customer_id)
    while balance.customer.merged_into_id:
        balance = _taken(balance.customer.merged_into_id)
    return balance


def _taken(customer_id: int) -> CustomerBalance:
    if not connection.in_atomic_block:
        raise Unbalanced("A customer's money was touched outside a transaction.")
    if not CustomerBalance.objects.filter(customer_id=customer_id).exists():
        _open(customer_id)
    balance = (
        CustomerBalance.objects.select_for_update(no_key=True).select_related("customer").get(customer_id=customer_id)
    )
    if balance.currency != balance.customer.currency:
        # It was opened before the currency was chosen anew, which is possible until the first posting.
        balance.currency = balance.customer.currency
        balance.save(update_fields=["currency"])
    return balance


def _open(customer_id: int) -> None:
    customer = Customer.objects.only("organization_id", "currency").get(id=customer_id)
    row = CustomerBalance(customer_id=customer_id, organization_id=customer.organization_id, currency=customer.currency)
    CustomerBalance.objects.bulk_create([row], ignore_conflicts=True)


def post(
    balance: CustomerBalance,
    kind: str,
    legs: Sequence[NewLeg],
    *,
    counts_on: date,
    by: Actor,
    reverses: Posting | None = None,
) -> Posting | None:
    """Write one group of legs and everything that is cached of it: documents, customer, month.

    `balance` is the customer's row, locked. Legs of zero are left out, unless they tell what a tax of nothing
    was worked out on; when nothing is left, nothing is posted.
    Raises Unbalanced if the rest does not sum to 0 or `kinds` has no row for it, and Refused: LOCKED.
    """
    legs = [leg for leg in legs if leg.minor or leg.base_minor]
    if not legs:
        return None
    if sum(leg.minor for leg in legs):
        raise Unbalanced(f"{kind} sums to {sum(leg.minor for leg in legs)}")
    if kinds.has_no_row(kind, frozenset(leg.account for leg in legs)):
        raise Unbalanced(f"{kind} has no row in kinds, so that no statement would tell of it")
    lock_date.must_be_open(balance.organization_id, counts_on, actor=by)
    posting = Posting.objects.create(
        organization_id=balance.organization_id,
        customer_id=balance.customer_id,
        currency=balance.currency,
        kind=kind,
        counts_on=counts_on,
        made_at=clock.now(),
        reverses=reverses,
        actor=by.as_json(),
    )
    Leg.objects.bulk_create(_leg(posting, leg) for leg in legs)
    if not balance.customer.currency_fixed:
        balance.customer.currency_fixed = True
        balance.customer.save(update_fields=["currency_fixed"])
    _keep_documents(legs)
    _keep_customer(balance, legs)
    _keep_month(posting, legs)
    return posting


def _leg(posting: Posting, leg: NewLeg) -> Leg:
    return Leg(
        posting=posting,
        organization_id=posting.organization_id,
        customer_id=posting.customer_id,
        currency=posting.currency,
        account=leg.account,
        minor=leg.minor,
        counts_on=posting.counts_on,
        document_kind=leg.document.ledger_kind() if leg.document else "",
        document_id=leg.document.id if leg.document else None,
        tax_rate_id=leg.tax_rate_id,
        base_minor=leg.base_minor,
    )


def _keep_documents(legs: Iterable[NewLeg]) -> None:
    changes: dict[LedgerDocument, int] = defaultdict(int)
    for leg in legs:
        if leg.document is not None and leg.account == leg.document.ledger_account:
            changes[leg.document] += leg.minor * leg.document.ledger_sign
    for document, change in changes.items():
        type(document)._default_manager.filter(pk=document.pk).update(balance_minor=F("balance_minor") + change)
        document.balance_minor += change


def _keep_customer(balance: CustomerBalance, legs: Iterable[NewLeg]) -> None:
    """Added to what the row has, not written over it: a verb within a verb has read the row for itself."""
    receivable = sum(leg.minor for leg in legs if leg.account == Account.RECEIVABLE)
    credit = -sum(leg.minor for leg in legs if leg.account == Account.CREDIT)
    retained = -sum(leg.minor for leg in legs if leg.account == Account.RETAINER)
    CustomerBalance.objects.filter(pk=balance.pk).update(
        receivable_minor=F("receivable_minor") + receivable,
        credit_minor=F("credit_minor") + credit,
        retained_minor=F("retained_minor") + retained,
    )
    balance.receivable_minor += receivable
    balance.credit_minor += credit
    balance.retained_minor += retained


def _keep_month(posting: Posting, legs: Iterable[NewLeg]) -> None:
    changes: dict[str, int] = defaultdict(int)
    for leg in legs:
        changes[leg.account] += leg.minor
    month = posting.counts_on.replace(day=1)
    for account, change in changes.items():
        # The customer is locked, so nobody else makes the row between the two statements.
        rows = MonthBalance.objects.filter(
            customer_id=posting.customer_id, currency=posting.currency, account=account, month=month
        )
        if not rows.update(minor=F("minor") + change):
            MonthBalance.objects.create(
                organization_id=posting.organization_id,
                customer_id=posting.customer_id,
                currency=posting.currency,
                account=account,
                month=month,
                minor=change,
            )


def reverse(
    balance: CustomerBalance, posting: Posting, kind: str, *, counts_on: date, by: Actor, document: LedgerDocument
) -> Posting | None:
    """Undo a posting about one document by its mirror image."""
    legs = [
        NewLeg(
            account=Account(leg.account),
            minor=-leg.minor,
            document=document if leg.document_id == document.id else None,
            tax_rate_id=leg.tax_rate_id,
            base_minor=None if leg.base_minor is None else -leg.base_minor,
        )
        for leg in posting.legs.all()
    ]
    return post(balance, kind, legs, counts_on=counts_on, by=by, reverses=posting)


def allocate(
    balance: CustomerBalance,
    source: LedgerDocument,
    target: LedgerDocument,
    minor: int,
    *,
    counts_on: date,
    by: Actor,
) -> None:
    """Use so much of a credit for so much of a debt. A negative amount takes it off again."""
    posting = post(
        balance,
        _using(source, target)[minor < 0],
        [NewLeg(source.ledger_account, minor, source), NewLeg(target.ledger_account, -minor, target)],
        counts_on=counts_on,
        by=by,
    )
    if posting is None:
        return
    Allocation.objects.create(
        posting=posting,
        organization_id=balance.organization_id,
        customer_id=balance.customer_id,
        source_kind=source.ledger_kind(),
        source_id=source.id,
        target_kind=target.ledger_kind(),
        target_id=target.id,
        minor=minor,
        counts_on=counts_on,
    )


def _using(source: LedgerDocument, target: LedgerDocument) -> tuple[str, str]:
    """What using the one for the other is posted as, and taking it off again."""
    if target.ledger_account == Account.RETAINER:
        return kinds.HELD_PAID, kinds.HELD_TAKEN_OFF
    if source.ledger_account == Account.RETAINER:
        return kinds.HELD_APPLIED, kinds.HELD_UNAPPLIED
    return "credit.applied", "credit.taken_off"


def applied_to(target: LedgerDocument) -> dict[tuple[str, int], int]:
    """What is applied to a debt now, newest source last: {(source kind, source id): minor}, without zeros."""
    return _sums("target", target, "source")


def applied_from(source: LedgerDocument) -> dict[tuple[str, int], int]:
    """What a credit pays at present: {(target kind, target id): minor}, without zeros."""
    return _sums("source", source, "target")


def used_since(target: LedgerDocument, source: LedgerDocument | None = None) -> list[date]:
    """The days on which something was applied to a debt, of what is still used for it (from one credit, or from all).

    What was taken off whole and applied again counts from then.
    """
    rows = Allocation.objects.filter(target_kind=target.ledger_kind(), target_id=target.id)
    if source is not None:
        rows = rows.filter(source_kind=source.ledger_kind(), source_id=source.id)
    sums: dict[tuple[str, int], int] = defaultdict(int)
    days: dict[tuple[str, int], list[date]] = defaultdict(list)
    for kind, source_id, minor, day in rows.order_by("id").values_list(
        "source_kind", "source_id", "minor", "counts_on"
    ):
        sums[kind, source_id] += minor
        days[kind, source_id] = [*days[kind, source_id], day] if sums[kind, source_id] else []
    return [day for used in days.values() for day in used]


def _sums(side: str, document: LedgerDocument, other: str) -> dict[tuple[str, int], int]:
    rows = _allocated(document.id, side, document.ledger_kind(), other)
    return {(kind, id): minor for kind, id, minor in rows if minor}


@Prepared
def _allocated(document_id: int, side: str, kind: str, other: str) -> QuerySet[Any]:
    return (
        Allocation.objects.filter(**{f"{side}_kind": kind, f"{side}_id": document_id})
        .values_list(f"{other}_kind", f"{other}_id")
        .annotate(sum=Sum("minor"))
        .order_by(f"{other}_id")
    )


def release(balance: CustomerBalance, target: LedgerDocument, minor: int, *, counts_on: date, by: Actor) -> None:
    """Give so much of what is applied to a debt back to the credits that it came from, the newest first."""
    models = {model.ledger_kind(): model for model in document_models()}
    for (kind, source_id), applied in reversed(applied_to(target).items()):
        taken = min(applied, minor)
        if taken:
            source = models[kind]._default_manager.get(pk=source_id)
            allocate(balance, source, target, -taken, counts_on=counts_on, by=by)
            minor -= taken
    if minor:
        raise Unbalanced(f"{minor} more was to be released than is applied")


def document_models() -> list[type[LedgerDocument]]:
    """Every kind of document that has a balance."""
    return list(LedgerDocument.__subclasses__())
