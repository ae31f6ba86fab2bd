"""What must be true of payments for the books to be right; `verify` asks."""

from collections.abc import Iterator

from django.db.models import F, Sum

from counterfoil.books.ledger.models import Account, CustomerBalance, Leg
from counterfoil.books.ledger.verify import check

from .models import Payment, Return
from .unused_credit import SOURCES


@check
def what_came_and_went_is_posted() -> Iterator[str]:
    """What each payment brought, less the bank's charges and what went back of it, is its cash.

    What went although nothing was left of the payment is lost.
    """
    legs = Leg.objects.filter(document_kind=Payment.ledger_kind(), account__in=(Account.CASH, Account.LOSSES))
    sums = {
        (row["document_id"], row["account"]): row["sum"]
        for row in legs.values("document_id", "account").annotate(sum=Sum("minor")).order_by()
    }
    went = Return.objects.exclude(state__in=Return.UNDONE).exclude(way=Return.Way.CREDIT)
    gone = {
        row["payment_id"]: (row["whole"], row["lost"])
        for row in went.values("payment_id").annotate(whole=Sum("amount_minor"), lost=Sum("excess_minor")).order_by()
    }
    for pk, came in Payment.objects.values_list("pk", F("amount_minor") - F("bank_charges_minor")):
        whole, lost = gone.get(pk, (0, 0))
        for account, expected in ((Account.CASH, came - whole), (Account.LOSSES, lost)):
            posted = sums.get((pk, account), 0)
            if posted != expected:
                yield f"Of payment {pk}, {expected} is to be posted to {account}; the legs say {posted}."


@check
def customers_have_in_credit_what_is_left() -> Iterator[str]:
    """A customer's credit is the sum of what is left of their payments and credit notes."""
    left: dict[int, int] = {}
    for source in SOURCES:
        rows = source.objects.exclude(balance_minor=0).values("customer_id").annotate(sum=Sum("balance_minor"))
        for row in rows.order_by():
            left[row["customer_id"]] = left.get(row["customer_id"], 0) + row["sum"]
    for customer_id, minor in CustomerBalance.objects.values_list("customer_id", "credit_minor"):
        if left.pop(customer_id, 0) != minor:
            yield f"Customer {customer_id} is said to have {minor} in credit; what is left says otherwise."
    for customer_id, minor in left.items():
        yield f"Customer {customer_id} has {minor} left of credits and no balance."
