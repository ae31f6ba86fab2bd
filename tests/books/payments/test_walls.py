"""What the database itself refuses, whatever a verb may have overlooked."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from counterfoil.books.ledger import ledger
from counterfoil.books.ledger.ledger import NewLeg, Unbalanced
from counterfoil.books.ledger.models import Account, Posting
from counterfoil.books.payments.models import GatewayEvent, Payment, PaymentAttempt
from counterfoil.foundation import clock
from counterfoil.foundation.ids import new_id
from tests.support.books import invoice
from tests.support.cast import Cast
from tests.support.till import Till


def again(row: Any, **changed: Any) -> None:
    """Store a copy of a row under another id. The database must refuse it."""
    copy = type(row).objects.get(pk=row.pk)
    copy.pk = new_id()
    copy._state.adding = True
    for name, value in changed.items():
        setattr(copy, name, value)
    with pytest.raises(IntegrityError), transaction.atomic():
        copy.save(force_insert=True)


def test_a_payment_at_the_gateway_is_one_payment_here(cast: Cast, till: Till) -> None:
    attempt = till.pay(invoice(cast))
    again(attempt.payment, number="PMT-999")
    assert Payment.objects.count() == 1


def test_a_payment_at_the_gateway_is_one_attempts(cast: Cast, till: Till) -> None:
    attempt = till.pay(invoice(cast))
    again(attempt, form_key="another", idempotency_key="another", payment=None, state="failed")
    assert PaymentAttempt.objects.count() == 1


def test_an_idempotency_key_is_one_attempts(cast: Cast, till: Till) -> None:
    attempt = till.begin(invoice(cast))
    again(attempt, form_key="another")
    assert PaymentAttempt.objects.count() == 1


def test_a_form_is_one_attempt(cast: Cast, till: Till) -> None:
    again(till.begin(invoice(cast)), idempotency_key="another")
    assert PaymentAttempt.objects.count() == 1


def test_an_event_is_heard_once(cast: Cast, till: Till) -> None:
    again(GatewayEvent.objects.create(gateway=till.account, event_id="evt_1", at=clock.now()))
    assert GatewayEvent.objects.count() == 1


def test_nothing_is_posted_that_does_not_sum_to_zero(cast: Cast) -> None:
    legs = [NewLeg(Account.CASH, 100), NewLeg(Account.CREDIT, -99)]
    with pytest.raises(Unbalanced, match="sums to 1"), transaction.atomic():
        ledger.post(ledger.lock(cast.bakery.id), "test", legs, counts_on=clock.today("UTC"), by=cast.by_olga)
    assert not Posting.objects.exists()


def test_no_money_is_moved_without_the_customers_lock(transactional_db: None, cast: Cast) -> None:
    with pytest.raises(Unbalanced, match="outside a transaction"):
        ledger.lock(cast.bakery.id)
