"""What the books and the gateway's own store show of a customer, to compare with what the list of operations says."""

import sqlite3
from contextlib import closing
from typing import Any

from django.db.models import Sum

from .lane import Acting
from .model import Expected


def books(acting: Acting) -> dict[str, Any]:
    """The rows and legs of the customer, in the shape of the model's figures. What has no name shows as such."""
    from counterfoil.books.ledger.models import CustomerBalance, Leg
    from counterfoil.books.payments.models import Payment, PaymentAttempt, Return
    from counterfoil.books.sales.models import CreditNote, Invoice, RetainerInvoice

    of_customer = {"customer": acting.customer}
    balance = CustomerBalance.objects.get(**of_customer)
    legs = Leg.objects.filter(**of_customer).values_list("account", "tax_rate_id").annotate(sum=Sum("minor"))
    sums = {(account, rate): minor for account, rate, minor in legs.order_by()}
    attempts = {acting.name_of(one.form_key): one for one in PaymentAttempt.objects.filter(**of_customer)}
    names = {one.payment_id: name for name, one in attempts.items()}
    return {
        "invoices": {
            one.order_number: (one.state, one.total_minor, one.balance_minor)
            for one in Invoice.objects.filter(**of_customer)
        },
        "payments": {
            one.reference or names.get(one.id): (one.amount_minor, one.balance_minor)
            for one in Payment.objects.filter(**of_customer)
        },
        "notes": {
            one.order_number: (one.total_minor, one.balance_minor) for one in CreditNote.objects.filter(**of_customer)
        },
        "ahead": {
            one.order_number: (one.state, one.total_minor, one.unpaid_minor, one.balance_minor)
            for one in RetainerInvoice.objects.filter(**of_customer)
        },
        "tries": {name: "open" if one.state in one.OPEN else one.state for name, one in attempts.items()},
        "returns": {
            acting.name_of(one.form_key or one.provider_id): (one.amount_minor, one.state, one.must_decide)
            for one in Return.objects.filter(**of_customer)
        },
        "beyond what was left": {
            acting.name_of(one.form_key or one.provider_id): one.excess_minor
            for one in Return.objects.filter(**of_customer, excess_minor__gt=0)
        },
        "owed": balance.receivable_minor,
        "credit": balance.credit_minor,
        "held": balance.retained_minor,
        "cash": sums.get(("cash", None), 0),
        "lost": sums.get(("losses", None), 0),
        "sold and taxed": [
            -sums.get(("revenue", None), 0),
            *(-sums.get(("tax", rate), 0) for rate in acting.lane.rates),
        ],
    }


def gateway(acting: Acting, expected: Expected) -> dict[str, tuple[int, int, int]]:
    """For each try, in the gateway's own store: how often money moved, how much, and how much of it is still there."""
    with closing(sqlite3.connect(f"file:{acting.lane.store}?mode=ro", uri=True)) as store:
        return {name: _at_gateway(store, str(acting.attempt(name).id)) for name in expected.tries}


def _at_gateway(store: sqlite3.Connection, attempt: str) -> tuple[int, int, int]:
    of_attempt = "intent_id in (select id from intent where attempt = ?)"
    count, taken = store.execute(
        f"select count(*), coalesce(sum(amount), 0) from charge where {of_attempt}",
        [attempt],
    ).fetchone()
    given = f"select coalesce(sum(amount), 0) from refund where status <> 'failed' and {of_attempt}"
    lost = f"select coalesce(sum(amount), 0) from dispute where status <> 'won' and {of_attempt}"
    gone = sum(store.execute(select, [attempt]).fetchone()[0] for select in (given, lost))
    return count, taken, taken - gone


def expected_at_gateway(expected: Expected) -> dict[str, tuple[int, int, int]]:
    return {
        name: (1, one.minor, one.left) if one.truth == "paid" else (0, 0, 0) for name, one in expected.tries.items()
    }


def ledger_of_gateway(acting: Acting) -> int:
    """What the ledger says is there of what came through the gateway: received, and what went back that way."""
    from counterfoil.books.ledger.models import Leg
    from counterfoil.books.payments.models import Payment, Return

    ids = Payment.objects.filter(customer=acting.customer).exclude(gateway=None).values("id")
    cash = Leg.objects.filter(account="cash", document_kind="payment", document_id__in=ids)
    otherwise = Return.objects.filter(payment_id__in=ids, way="other")
    return int(cash.aggregate(sum=Sum("minor"))["sum"] or 0) + int(
        otherwise.aggregate(sum=Sum("amount_minor"))["sum"] or 0
    )
