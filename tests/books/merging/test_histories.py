"""Through random histories of two customers: together they come to what the survivor has, to the cent and the row."""

from collections import Counter
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings

from counterfoil.books.ledger import statements
from counterfoil.books.ledger.ledger import document_models
from counterfoil.books.ledger.models import Allocation, CustomerBalance, Leg, Posting
from counterfoil.books.ledger.verify import differences
from counterfoil.books.sales import ages
from counterfoil.books.sales.models import Invoice
from counterfoil.foundation.periods import EARLIEST, LATEST, Period
from counterfoil.foundation.refusal import Refused
from tests.support.cast import Cast
from tests.support.histories import CREDIT_VERBS, GATEWAY_VERBS, RETAINER_VERBS, VERBS, History
from tests.support.histories import steps as some_steps
from tests.support.locking import today
from tests.support.merging import merge

# What of a row is not whose it is.
OF_LEG = ("posting_id", "account", "minor", "counts_on", "document_kind", "document_id", "tax_rate_id", "base_minor")
OF_USE = ("posting_id", "source_kind", "source_id", "target_kind", "target_id", "minor", "counts_on")


def written(model: Any, *columns: str, **of: Any) -> Counter[Any]:
    return Counter(model.objects.filter(**of).values_list(*columns))


def told(customers: list[Any]) -> dict[str, Any]:
    """All that is known of the money of some customers together, but whose it is."""
    of = {"customer__in": customers}
    balances = CustomerBalance.objects.filter(**of).values_list("receivable_minor", "credit_minor", "retained_minor")
    owed = [ages.owed_of(next(iter(ages.owing(one.id, today())), ages.NOTHING)) for one in customers]
    return {
        "legs": written(Leg, *OF_LEG, **of),
        "uses": written(Allocation, *OF_USE, **of),
        "postings": written(Posting, "id", "kind", "counts_on", "made_at", "reverses", **of),
        "documents": {
            (model.ledger_kind(), pk): minor
            for model in document_models()
            for pk, minor in model._default_manager.filter(**of).values_list("pk", "balance_minor")
        },
        "balances": [sum(figures) for figures in zip(*balances, strict=True)] or [0, 0, 0],
        "by age": [sum(figures) for figures in zip(*owed, strict=True)],
        "statement": _statement(customers),
    }


def _statement(customers: list[Any]) -> tuple[Any, ...]:
    found = [statements.of(one, Period(EARLIEST, LATEST), today=today()) for one in customers]
    parts = [part for one in found for part in (one, one.held) if part]
    rows = Counter(
        (part.section.sign, row.day, row.told, row.minor, row.document_kind, row.document_id)
        for part in parts
        for row in part.transactions
    )
    sums: Counter[Any] = Counter()
    for part in parts:
        sums.update({(part.section.sign, column): minor for column, minor in part.sums.items()})
    closing = sum(one.closing_minor for one in found), sum(one.held.closing_minor for one in found if one.held)
    return rows, {key: minor for key, minor in sums.items() if minor}, closing


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=settings.default.max_examples // 3,
)
@given(
    before=some_steps((*VERBS, *GATEWAY_VERBS, *CREDIT_VERBS, *RETAINER_VERBS), most=20),
    after=some_steps((*VERBS, *GATEWAY_VERBS, *CREDIT_VERBS, *RETAINER_VERBS), most=8),
)
def test_no_amount_changes_whatever_happened_before_and_the_books_go_on(
    cast: Cast, before: list[Any], after: list[Any]
) -> None:
    with transaction.atomic():
        history = History(cast)
        for *step, _wait in before:
            history.do(*step)
        into, gone = history.customers
        both = told([into, gone])
        openings = Invoice.objects.listed().filter(customer__in=(into, gone), is_opening=True).count()
        if openings > 1:
            with pytest.raises(Refused, match="TWO_OPENING_BALANCES"):
                merge(cast, gone, into)
            assert told([into, gone]) == both
        else:
            merge(cast, gone, into)
            assert told([into]) == both
            assert not Leg.objects.filter(customer=gone).exists()
            history.customers = [into, into]
            for *step, _wait in after:
                history.do(*step)
        assert differences() == []
        transaction.set_rollback(True)
