"""What must be true of invoices and credit notes for the books to be right; `verify` asks."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.db.models import Q, Sum

from counterfoil.books.ledger.models import Account, Allocation, CustomerBalance, Leg
from counterfoil.books.ledger.verify import check

from . import crediting, order_progress, signing
from .models import (
    CreditNote,
    CreditNoteRefund,
    Invoice,
    InvoiceLine,
    QuoteSignature,
    RetainerInvoice,
    SalesOrder,
    SalesOrderLine,
)


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
def credit_notes_are_posted_as_they_are_written() -> Iterator[str]:
    """What stands in the ledger as taken back, with tax, is the total of each issued credit note, and else nothing."""
    taken = Leg.objects.filter(document_kind=CreditNote.kind(), account__in=(Account.REVENUE, Account.TAX))
    sums = {row["document_id"]: row["sum"] for row in taken.values("document_id").annotate(sum=Sum("minor"))}
    for pk, state, total in CreditNote.objects.values_list("pk", "state", "total_minor"):
        expected = total if state == CreditNote.State.ISSUED else 0
        if sums.get(pk, 0) != expected:
            yield f"Credit note {pk} is {state} with a total of {total}; the ledger has {sums.get(pk, 0)} of it."


@check
def what_is_left_of_credit_notes_is_between_nothing_and_all() -> Iterator[str]:
    """A balance is between nothing and the total, and only what is issued has one."""
    for pk, state, balance, total in CreditNote.objects.values_list("pk", "state", "balance_minor", "total_minor"):
        most = total if state == CreditNote.State.ISSUED else 0
        if not 0 <= balance <= most:
            yield f"Credit note {pk} is {state} with a balance of {balance} and a total of {total}."


@check
def what_was_given_back_of_credit_notes_is_posted() -> Iterator[str]:
    """The cash that went by each credit note is what its refunds say."""
    cash = Leg.objects.filter(document_kind=CreditNote.kind(), account=Account.CASH)
    sums = cash.values("document_id").annotate(sum=Sum("minor"))
    posted = {int(row["document_id"] or 0): -row["sum"] for row in sums}
    refunds = CreditNoteRefund.objects.values("credit_note_id").annotate(sum=Sum("amount_minor")).order_by()
    said = {row["credit_note_id"]: row["sum"] for row in refunds}
    for pk in sorted(posted.keys() | said.keys()):
        if posted.get(pk, 0) != said.get(pk, 0):
            yield f"Of credit note {pk}, {said.get(pk, 0)} was given back; the legs say {posted.get(pk, 0)}."


@check
def invoices_are_not_credited_beyond_their_worth() -> Iterator[str]:
    """What credit notes made of an invoice take back is no more than the invoice."""
    issued = CreditNote.objects.filter(state=CreditNote.State.ISSUED, came_from_kind=Invoice.kind())
    rows = issued.values("came_from_id").annotate(sum=Sum("total_minor")).order_by()
    credited = {row["came_from_id"]: row["sum"] for row in rows}
    invoices = Invoice.objects.filter(id__in=issued.values("came_from_id"))
    for pk, total in invoices.values_list("pk", "total_minor"):
        if credited[pk] > total:
            yield f"Credit notes take back {credited[pk]} of invoice {pk}, whose total is {total}."


@check
def retainers_are_paid_as_they_say() -> Iterator[str]:
    """What is still to be paid of an issued retainer invoice is its total less what payments are used for it."""
    rows = Allocation.objects.filter(target_kind=RetainerInvoice.kind()).values("target_id").annotate(sum=Sum("minor"))
    paid = {row["target_id"]: row["sum"] for row in rows.order_by()}
    for pk, state, total, unpaid in RetainerInvoice.objects.values_list("pk", "state", "total_minor", "unpaid_minor"):
        expected = total - unpaid if state == RetainerInvoice.State.ISSUED else 0
        if paid.get(pk, 0) != expected:
            yield f"Of retainer invoice {pk}, {state}, {expected} is said to be paid; {paid.get(pk, 0)} was."


@check
def what_is_held_is_the_sum_of_retainers() -> Iterator[str]:
    """What is held for a customer is what is left of their retainer invoices."""
    rows = RetainerInvoice.objects.exclude(balance_minor=0).values("customer_id").annotate(sum=Sum("balance_minor"))
    held = {row["customer_id"]: row["sum"] for row in rows.order_by()}
    for customer_id, minor in CustomerBalance.objects.values_list("customer_id", "retained_minor"):
        if held.pop(customer_id, 0) != minor:
            yield f"For customer {customer_id} {minor} is said to be held; the retainer invoices say otherwise."
    for customer_id, minor in held.items():
        yield f"Customer {customer_id} has {minor} held by retainer invoices and no balance."


@check
def no_more_is_invoiced_than_was_ordered() -> Iterator[str]:
    """No line of a sales order is invoiced beyond its quantity, and each order stands as its invoices say."""
    pk: Any
    line_id: Any
    wanted: dict[int, dict[int, Decimal]] = defaultdict(dict)
    for pk, line_id, quantity in SalesOrderLine.objects.values_list("document_id", "source_line_id", "quantity"):
        wanted[pk][line_id] = quantity
    done: dict[int, dict[int, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    lines = InvoiceLine.objects.filter(document__came_from_kind=SalesOrder.kind(), source_line_id__isnull=False)
    lines = lines.exclude(document__state=Invoice.State.VOID)
    for pk, line_id, quantity in lines.values_list("document__came_from_id", "source_line_id", "quantity"):
        done[pk][line_id] += quantity
    for pk, state, standing in SalesOrder.objects.values_list("pk", "state", "standing"):
        if (expected := order_progress.standing(state, wanted[pk], done[pk])) != standing:
            yield f"Sales order {pk} stands as {standing}; its invoices say {expected}."
        for line_id, quantity in done[pk].items():
            if quantity > wanted[pk].get(line_id, 0):
                yield f"Sales order {pk} is invoiced beyond what was ordered of line {line_id}."


@check
def what_was_signed_is_what_was_accepted() -> Iterator[str]:
    """A signature is of a revision that was accepted, with the lines that were chosen, to the byte."""
    for signature in QuoteSignature.objects.select_related("revision").defer("file").iterator():
        accepted = signature.revision.accepted
        digest = sha256(signing.signed_bytes(accepted)).hexdigest() if accepted else ""
        if digest != signature.sha256:
            yield f"What was signed of quote {signature.revision.document_id} is not what is kept as accepted."
