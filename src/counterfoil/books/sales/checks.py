"""What must be true of invoices for the books to be right; `verify` asks."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db.models import Q, Sum

from counterfoil.books.ledger.models import Account, CustomerBalance, Leg
from counterfoil.books.ledger.verify import check

from . import crediting, order_progress
from .models import Invoice, InvoiceLine, SalesOrder, SalesOrderLine


@check
def invoices_are_posted_as_they_are_written() -> Iterator[str]:
    """What stands in the ledger as sold, with tax, is the total of each issued invoice and nothing for the others.

    One that is written off was sold all the same, and an opening balance is owed for what was before these books.
    Credit given on an invoice is not part of what is written in it.
    """
    sold = Leg.objects.filter(document_kind="invoice", account__in=(Account.REVENUE, Account.TAX, Account.OPENING))
    sold = sold.exclude(posting__kind__in=(crediting.POSTED_AS, crediting.UNDONE_AS))
    sums = {row["document_id"]: -row["sum"] for row in sold.values("document_id").annotate(sum=Sum("minor"))}
    for pk, state, total in Invoice.objects.values_list("pk", "state", "total_minor"):
        expected = total if state in (Invoice.State.ISSUED, Invoice.State.WRITTEN_OFF) else 0
        if sums.get(pk, 0) != expected:
            yield f"Invoice {pk} is {state} with a total of {total}; the ledger has {sums.get(pk, 0)} as sold."


@check
def no_invoice_owes_more_than_it_says() -> Iterator[str]:
    """A balance is between nothing and the total, and drafts owe nothing."""
    wrong = Invoice.objects.filter(Q(balance_minor__lt=0) | Q(state=Invoice.State.ISSUED, balance_minor__gt=0))
    for pk, balance, total in wrong.values_list("pk", "balance_minor", "total_minor"):
        if not 0 <= balance <= total:
            yield f"Invoice {pk} has a balance of {balance} and a total of {total}."


@check
def customers_owe_what_their_invoices_do() -> Iterator[str]:
    """What a customer owes is the sum of the balances of their invoices."""
    rows = Invoice.objects.exclude(balance_minor=0).values("customer_id").annotate(sum=Sum("balance_minor"))
    owed = {row["customer_id"]: row["sum"] for row in rows}
    for customer_id, minor in CustomerBalance.objects.values_list("customer_id", "receivable_minor"):
        if owed.pop(customer_id, 0) != minor:
            yield f"Customer {customer_id} is said to owe {minor}; the invoices say otherwise."
    for customer_id, minor in owed.items():
        yield f"Customer {customer_id} owes {minor} by invoices and has no balance."


@check
def no_more_is_invoiced_than_was_ordered() -> Iterator[str]:
    """No line of a sales order is invoiced beyond its quantity, and each order stands as its invoices say."""
    pk: Any
    line_id: Any
    wanted: dict[int, dict[int, Decimal]] = defaultdict(dict)
    for pk, line_id, quantity in SalesOrderLine.objects.values_list("document_id", "order_line_id", "quantity"):
        wanted[pk][line_id] = quantity
    done: dict[int, dict[int, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    lines = InvoiceLine.objects.filter(document__came_from_kind=SalesOrder.kind(), order_line_id__isnull=False)
    lines = lines.exclude(document__state=Invoice.State.VOID)
    for pk, line_id, quantity in lines.values_list("document__came_from_id", "order_line_id", "quantity"):
        done[pk][line_id] += quantity
    for pk, state, standing in SalesOrder.objects.values_list("pk", "state", "standing"):
        if (expected := order_progress.standing(state, wanted[pk], done[pk])) != standing:
            yield f"Sales order {pk} stands as {standing}; its invoices say {expected}."
        for line_id, quantity in done[pk].items():
            if quantity > wanted[pk].get(line_id, 0):
                yield f"Sales order {pk} is invoiced beyond what was ordered of line {line_id}."
