"""What must be true of customers that were merged into others; `verify` asks."""

from collections.abc import Iterator

from django.db.models import Q

from counterfoil.books.customers.models import Customer
from counterfoil.books.ledger.models import CustomerBalance
from counterfoil.books.ledger.verify import check

from . import tables


@check
def nothing_is_left_with_who_was_merged() -> Iterator[str]:
    """All that was theirs is their survivor's, who is nobody that was merged."""
    gone = Customer.objects.filter(merged_into__isnull=False)
    if not gone.exists():
        return
    for column, how in tables.CUSTOMER.items():
        label, _dot, field = column.rpartition(".")
        if how is tables.How.STAYS or how is tables.How.NAMED or label == "ledger.CustomerBalance":
            continue
        if left := tables.rows(label).filter(**{f"{field}__in": gone.values("id")}).count():
            yield f"{left} of {label} still name a customer that was merged into another one."
    empty = Q(receivable_minor=0, credit_minor=0, retained_minor=0)
    for customer_id in CustomerBalance.objects.exclude(empty).filter(customer__in=gone).values_list("pk", flat=True):
        yield f"Customer {customer_id} was merged into another one, and is said to have a balance."
