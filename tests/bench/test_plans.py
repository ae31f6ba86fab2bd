"""With a hundred thousand invoices: every page finds its rows by an index, and looks at few more than it shows."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from counterfoil.bench import beside, building, names
from counterfoil.bench.preparing import places
from counterfoil.books.customers.models import ContactPerson
from counterfoil.books.ledger.verify import differences
from counterfoil.books.organizations.models import StaffMember
from tests.support.cast import visitor

COUNT = 100_000
LARGE = ("sales_invoice", "sales_invoiceline", "sales_invoicerevision", "payments_payment", "ledger_leg")
LARGE += ("ledger_posting", "ledger_allocation", "foundation_event")
NOT_READING = ("BEGIN", "COMMIT", "SET ", "SAVEPOINT", "RELEASE", "INSERT", "UPDATE", "DELETE")
MOST_LOOKED_AT = 600  # rows of one table for a list of fifty: one in ten is the large customer's
BUDGETS = {"portal": 8, "office": 12}


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_no_page_reads_a_large_table_from_end_to_end(record_property: Any) -> None:
    building.build(COUNT, sandbox_url="", public_url="http://localhost:8000", say=lambda _: None)
    beside.add(COUNT)
    assert not differences()
    contact = ContactPerson.objects.get(email=names.CONTACT)
    browsers = {"portal": visitor(contact), "office": visitor(StaffMember.objects.get())}
    seen = 0
    for door, address, is_list in pages():
        browsers[door].get(address)  # what is remembered at the first visit is written then
        with CaptureQueriesContext(connection) as caught:
            answer = browsers[door].get(address)
        assert answer.status_code == 200, address
        asked = [one["sql"] for one in caught.captured_queries if not one["sql"].startswith(NOT_READING)]
        assert len(asked) <= BUDGETS[door], (address, len(asked))
        for sql in asked:
            wrong = list(read_whole(sql)) + (list(looked_at_too_much(sql)) if is_list else [])
            assert not wrong, (address, wrong, sql)
            seen += 1
    record_property("said", f"{seen} queries of {len(list(pages()))} pages over {COUNT:,} invoices use indexes")


def pages() -> Iterator[tuple[str, str, bool]]:
    """Door, address, and whether it is a list of a page of rows, which no amount of rows may make slower."""
    at = places()
    portal, office = at["portal"], at["office"]
    yield "portal", portal, False
    yield "portal", f"{portal}invoices/{at['invoice']}/", False
    yield "office", office, False
    yield "office", f"{office}customers/{at['customer']}/", True
    for door, place in (("portal", portal), ("office", office)):
        yield door, f"{place}quotes/{at['quote']}/", False
        yield door, f"{place}quotes/", True
        yield door, f"{place}credit-notes/", True
    yield "office", f"{office}invoices/{at['invoice']}/", False
    yield "office", f"{office}sales-orders/", True
    lists = (
        "",
        f"?page={at['deep_own']}",
        "?status=partially-paid",
        "?status=unpaid",
        f"?q={at['number']}",
        "?q=1,250.00",
        "?sort=due",
    )
    for query in lists:
        yield "portal", f"{portal}invoices/{query}", True
    yield "portal", f"{portal}payments/", True
    states = ("draft", "void", "written-off", "partially-paid", "unpaid")
    queries = ("", f"?page={at['deep_all']}", "?sort=number", *(f"?status={state}" for state in states))
    for query in (*queries, f"?q={at['number']}", "?q=1,250.00", f"?q={names.CHINESE_SEARCH}"):
        yield "office", f"{office}invoices/{query}", True
    yield "office", f"{office}payments/", True
    yield "office", f"{office}customers/", True
    yield "office", f"{office}customers/{at['customer']}/transactions/", True


def read_whole(sql: str) -> Iterator[str]:
    """The large tables that the database would read from end to end."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            steps = [row[-1] for row in cursor.fetchall()]
            whole = [table for table in LARGE if f"SCAN {table}" in steps]
            yield from (f"SCAN {table}" for table in whole if not stops_early(sql, table))
            return
    yield from (node["Relation Name"] for node in nodes(sql) if node["Node Type"] == "Seq Scan" and is_large(node))


def stops_early(sql: str, table: str) -> bool:
    """Whether the newest rows are asked for. Of the only organization these are the newest of all; SQLite knows that
    and reads them backwards until it has enough, and with a second organization it takes the index.
    """
    return re.search(rf'ORDER BY "{table}"\."id" DESC LIMIT \d+$', sql) is not None


def looked_at_too_much(sql: str) -> Iterator[str]:
    """The large tables of which more rows were looked at than a page has any use for. Only PostgreSQL tells."""
    if connection.vendor == "sqlite":
        return
    for node in nodes(sql):
        looked = (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
        if is_large(node) and looked > MOST_LOOKED_AT:
            yield f"{node['Relation Name']}: {looked} rows by {node.get('Index Name', 'no index')}"


def is_large(node: dict[str, Any]) -> bool:
    return node.get("Relation Name") in LARGE


def nodes(sql: str) -> list[dict[str, Any]]:
    """Every step of PostgreSQL's plan, with what it did."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}")
        told = cursor.fetchone()[0]
    (plan,) = json.loads(told) if isinstance(told, str) else told
    found, waiting = [], [plan["Plan"]]
    while waiting:
        node = waiting.pop()
        found.append(node)
        waiting += node.get("Plans", ())
    return found
