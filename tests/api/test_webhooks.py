"""What gateways tell by webhook is believed only when signed, and then only as a hint."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from counterfoil.books.ledger import verify
from counterfoil.books.payments.models import GatewayAccount, GatewayEvent, Payment, PaymentAttempt
from tests.support.books import invoice
from tests.support.cast import Cast
from tests.support.till import ANSWER_LOST, Till


@pytest.fixture
def unknown(cast: Cast, till: Till) -> PaymentAttempt:
    """An attempt that was charged, and whose answer was lost."""
    attempt: PaymentAttempt = till.pay(invoice(cast), card=ANSWER_LOST)
    return attempt


def send(till: Till, body: bytes, headers: dict[str, str], *, account: Any = None) -> int:
    visitor = Client(enforce_csrf_checks=True, headers={"host": "localhost"})
    path = f"/hooks/{account or till.account.id}/"
    return int(visitor.post(path, data=body, content_type="application/json", headers=headers).status_code)


def assert_nothing_was_written() -> None:
    assert not Payment.objects.exists()
    assert not GatewayEvent.objects.exists()
    assert PaymentAttempt.objects.get().state == "processing"
    assert not verify.differences()


def test_a_signed_event_settles_the_attempt(till: Till, unknown: PaymentAttempt) -> None:
    body = till.event(unknown.provider_id)
    assert send(till, body, till.signed(body)) == 200
    unknown.refresh_from_db()
    assert unknown.state == "paid"
    assert not verify.differences()


def test_the_same_event_again_changes_nothing(till: Till, unknown: PaymentAttempt) -> None:
    body = till.event(unknown.provider_id)
    assert [send(till, body, till.signed(body)) for _ in range(3)] == [200] * 3
    assert Payment.objects.count() == 1
    assert GatewayEvent.objects.count() == 1


def test_the_object_is_believed_and_not_the_event(till: Till, unknown: PaymentAttempt, cast: Cast) -> None:
    waiting = till.pay(invoice(cast), card=None)
    body = till.event(waiting.provider_id, kind="succeeded")
    assert send(till, body, till.signed(body)) == 200
    waiting.refresh_from_db()
    assert waiting.state == "action"
    assert not Payment.objects.exists()


FORGERIES: dict[str, Callable[[Till, bytes], dict[str, str]]] = {
    "no signature": lambda till, body: {},
    "an empty one": lambda till, body: {"Sandbox-Signature": ""},
    "no time": lambda till, body: {"Sandbox-Signature": till.signed(body)["Sandbox-Signature"].split(",")[1]},
    "a time that is none": lambda till, body: {"Sandbox-Signature": f"t={'9' * 5_000},v1=00"},
    "nothing that can be read": lambda till, body: {"Sandbox-Signature": "t=,v1==,=,"},
    "another secret": lambda till, body: till.signed(body, secret="whsec_guessed"),
    "no secret": lambda till, body: till.signed(body, secret=""),
    "too old": lambda till, body: till.signed(body, at=time.time() - 400),
    "from the future": lambda till, body: till.signed(body, at=time.time() + 400),
    "of another body": lambda till, body: till.signed(body + b" "),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_event_is_refused(till: Till, unknown: PaymentAttempt, forgery: str) -> None:
    body = till.event(unknown.provider_id)
    assert send(till, body, FORGERIES[forgery](till, body)) == 400
    assert_nothing_was_written()


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b'{"id": 1, "data": 2}', b"\xff\xfe", b"[" * 10_000])
def test_a_signed_body_that_is_no_event_is_refused(till: Till, unknown: PaymentAttempt, body: bytes) -> None:
    assert send(till, body, till.signed(body)) == 400
    assert_nothing_was_written()


def test_without_a_secret_nothing_is_believed(till: Till, unknown: PaymentAttempt) -> None:
    body = till.event(unknown.provider_id)
    GatewayAccount.objects.filter(id=till.account.id).update(webhook_secret="")
    assert send(till, body, till.signed(body, secret="")) == 503
    assert_nothing_was_written()


def test_an_account_that_is_not_there_is_not_found(till: Till, unknown: PaymentAttempt) -> None:
    body = till.event(unknown.provider_id)
    assert send(till, body, till.signed(body), account=1) == 404
    assert_nothing_was_written()


def test_a_payment_that_is_none_of_ours_is_taken_and_forgotten(till: Till, unknown: PaymentAttempt) -> None:
    body = till.event("pi_of_somebody")
    assert send(till, body, till.signed(body)) == 200
    assert_nothing_was_written()


def test_while_the_gateway_can_not_be_asked_the_event_must_come_again(till: Till, unknown: PaymentAttempt) -> None:
    till.sandbox.order("fail_next", path="/v1/payment_intents/*", when="before", how="drop")
    body = till.event(unknown.provider_id)
    assert send(till, body, till.signed(body)) == 503
    assert_nothing_was_written()
    assert send(till, body, till.signed(body)) == 200
    assert Payment.objects.count() == 1


def test_while_the_customer_is_locked_the_event_must_come_again(
    till: Till, unknown: PaymentAttempt, monkeypatch: pytest.MonkeyPatch
) -> None:
    from counterfoil.books.ledger import ledger

    def locked(_customer_id: int) -> None:
        raise OperationalError("canceling statement due to lock timeout")

    body = till.event(unknown.provider_id)
    with monkeypatch.context() as patched:
        patched.setattr(ledger, "lock", locked)
        assert send(till, body, till.signed(body)) == 503
    assert_nothing_was_written()
    assert send(till, body, till.signed(body)) == 200


def test_only_posts_are_heard(till: Till) -> None:
    assert Client(headers={"host": "localhost"}).get(f"/hooks/{till.account.id}/").status_code == 405
