"""What must be true of time and of what customers approve; `verify` asks."""

from collections.abc import Iterator

from django.db.models import F, Sum

from counterfoil.books.ledger.verify import check
from counterfoil.books.sales.models import BilledTime, Invoice

from .models import Approval, TimeEntry


@check
def approvals_are_what_their_time_comes_to() -> Iterator[str]:
    """The hours that a customer reads are the sum of the entries below them."""
    rows = TimeEntry.objects.filter(approval__isnull=False).values("approval_id").annotate(sum=Sum("minutes"))
    sums = {row["approval_id"]: row["sum"] for row in rows.order_by()}
    for pk, minutes in Approval.objects.values_list("pk", "minutes"):
        if sums.get(pk, 0) != minutes:
            yield f"Approval {pk} says {minutes} minutes; its entries come to {sums.get(pk, 0)}."


@check
def time_is_of_its_projects_customer() -> Iterator[str]:
    """Time, its task and its approval are of one project, whose customer it names."""
    wrong = TimeEntry.objects.exclude(customer=F("project__customer"), task__project=F("project"))
    strange = TimeEntry.objects.filter(approval__isnull=False).exclude(approval__project=F("project"))
    for pk in {*wrong.values_list("pk", flat=True), *strange.values_list("pk", flat=True)}:
        yield f"Time {pk} is not of its project."


@check
def time_is_of_its_approvals_period() -> Iterator[str]:
    """What a customer approves of a period was worked in it."""
    inside = {"worked_on__gte": F("approval__first"), "worked_on__lte": F("approval__last")}
    for pk in TimeEntry.objects.filter(approval__isnull=False).exclude(**inside).values_list("pk", flat=True):
        yield f"Time {pk} is not of the period of its approval."


@check
def time_is_billed_while_its_invoice_stands() -> Iterator[str]:
    """Time that is billed is there, is the same customer's, and is billed by an invoice that is not void."""
    for pk, state, stands in BilledTime.objects.values_list("entry_id", "invoice__state", "stands"):
        if stands == (state == Invoice.State.VOID):
            yield (
                f"Time {pk} is said to be billed by an invoice that is {state}."
                if stands
                else (f"Time {pk} is not said to be billed by an invoice that is {state}.")
            )
    entries = dict(TimeEntry.objects.values_list("pk", "customer_id"))
    for pk, customer_id in BilledTime.objects.values_list("entry_id", "invoice__customer_id"):
        if entries.get(pk) != customer_id:
            yield f"Time {pk} is billed to customer {customer_id}, and is not theirs."
