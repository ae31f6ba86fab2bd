"""What must be true of payments for the books to be right; `verify` asks."""

from collections.abc import Iterator

from django.db.models import F, Sum

from counterfoil.books.ledger.models import Account, Leg
from counterfoil.books.ledger.verify import check

from .models import Payment, Return


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
