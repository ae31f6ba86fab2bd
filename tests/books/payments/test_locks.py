"""One order of locks everywhere: the customer's balance, then documents, then a number; as PostgreSQL was asked."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from counterfoil.books.payments import attempts
from counterfoil.books.payments.models import PaymentAttempt
from counterfoil.books.sales import invoices
from tests.support.books import draft_invoice, invoice, pay
from tests.support.cast import Cast
from tests.support.till import ANSWER_LOST, Till

pytestmark = pytest.mark.postgres
CUSTOMER, NUMBER = "ledger_customerbalance", "organizations_numberseries"


def locked_by(act: Callable[[], Any]) -> list[list[str]]:
    """For each transaction, the tables whose rows were locked, in that order."""
    with CaptureQueriesContext(connection) as queries:
        act()
    transactions: list[list[str]] = [[]]
    for query in queries:
        if query["sql"].startswith(("BEGIN", "COMMIT")):
            transactions.append([])
        if re.search(r" FOR (NO KEY )?UPDATE", query["sql"]):
            transactions[-1].append(re.search(r'FROM "(\w+)"', query["sql"])[1])  # type: ignore[index]
    return [tables for tables in transactions if tables]


def must_be_in_order(transactions: list[list[str]]) -> None:
    assert transactions
    for tables in transactions:
        assert tables[0] == CUSTOMER, tables
        documents = [table for table in tables if table not in (CUSTOMER, NUMBER)]
        ends_with_number = tables.index(NUMBER) if NUMBER in tables else len(tables)
        assert not [table for table in tables[ends_with_number:] if table in documents], tables


def test_each_step_of_a_payment_locks_the_customer_first(transactional_db: None, cast: Cast, till: Till) -> None:
    till.capabilities()
    must_be_in_order(locked_by(lambda: till.pay(invoice(cast))))
    unknown = till.pay(invoice(cast), card=ANSWER_LOST)
    must_be_in_order(locked_by(lambda: attempts.postpone(unknown)))
    must_be_in_order(locked_by(lambda: till.hook(unknown.provider_id)))
    assert PaymentAttempt.objects.filter(state="paid").count() == 2
    open_one = till.begin(invoice(cast))
    must_be_in_order(locked_by(lambda: attempts.let_go(open_one)))


def test_what_the_office_does_locks_the_customer_first(transactional_db: None, cast: Cast) -> None:
    draft = draft_invoice(cast)
    must_be_in_order(locked_by(lambda: invoices.mark_as_sent(draft, by=cast.by_olga, revision=draft.revision)))
    one = invoice(cast)
    must_be_in_order(locked_by(lambda: pay(cast, cast.bakery, 4_000, {one.id: 4_000})))
    one.refresh_from_db()
    must_be_in_order(locked_by(lambda: invoices.void(one, by=cast.by_olga, revision=one.revision)))
