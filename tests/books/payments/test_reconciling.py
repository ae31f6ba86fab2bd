"""The gateway's own store compared with the books: what differs is found, told once, and over when it agrees again."""

from datetime import timedelta
from typing import Any

import pytest
import requests

from counterfoil.books.payments import attempts, reconciling
from counterfoil.books.payments.models import Comparison, Difference, Payment, PaymentAttempt, Return
from counterfoil.config import preparing
from counterfoil.foundation import clock
from counterfoil.foundation.events import Event
from tests.support.books import invoice
from tests.support.cast import Cast, visitor
from tests.support.comparing import alter, compare, page, pay_there, silence
from tests.support.till import SLOW, Till


def test_where_all_agrees_nothing_differs(cast: Cast, till: Till) -> None:
    till.pay(invoice(cast))
    till.pay(invoice(cast), card="4000000000000002")
    assert compare(till) == []
    assert Comparison.objects.get().compared == 2
    assert not Event.objects.filter(name="gateway.differed").exists()


def test_a_payment_whose_webhook_was_lost_is_settled_and_is_no_difference(cast: Cast, till: Till) -> None:
    one = invoice(cast)
    attempt = till.pay(one, card=SLOW)
    till.sandbox.order("settle", payment_intent=attempt.provider_id, outcome="succeeded")
    assert compare(till) == []
    one.refresh_from_db()
    assert one.balance_minor == 0


def test_a_refund_made_at_the_gateway_is_taken_over_and_is_no_difference(cast: Cast, till: Till) -> None:
    payment = till.pay(invoice(cast)).payment
    till.sandbox.order("refund", payment_intent=payment.provider_id, amount=4_000)
    assert compare(till) == []
    assert Return.objects.get().amount_minor == 4_000


def test_money_that_only_the_gateway_knows_of_is_told_once_until_it_is_over(cast: Cast, till: Till) -> None:
    pay_there(till)
    assert compare(till) == [("paid_there", 5_500, 0)]
    assert compare(till) == [("paid_there", 5_500, 0)]
    assert Event.objects.filter(name="gateway.differed").count() == 1
    text = page(cast)
    assert "Paid at the gateway, not in the books" in text
    assert "£55.00" in text


def test_it_is_over_when_the_money_went_back_or_somebody_says_that_it_is_settled(cast: Cast, till: Till) -> None:
    for _place in range(2):
        paid = pay_there(till)
    assert compare(till) == [("paid_there", 5_500, 0)] * 2
    till.sandbox.order("refund", payment_intent=paid)
    assert compare(till) == [("paid_there", 5_500, 0)]
    one = Difference.objects.get(resolved_at=None)
    path = f"/office/{cast.studio.id}/reports/gateways/{one.id}/settling/"
    assert visitor(cast.vera).post(path).status_code == 403
    assert visitor(cast.otto).post(path).status_code == 404
    for _twice in range(2):
        assert visitor(cast.stig).post(path).status_code == 303
    assert compare(till) == []
    assert Event.objects.filter(name="gateway.difference_settled").count() == 1


def test_a_look_at_the_last_day_leaves_no_gap_behind_it(cast: Cast, till: Till) -> None:
    first = reconciling.reconcile(till.account)
    Comparison.objects.filter(id=first.id).update(started_at=clock.now() - timedelta(days=8))
    reconciling.reconcile(till.account, clock.now() - timedelta(days=1))
    assert reconciling.reconcile(till.account).since < clock.now() - timedelta(days=9)


def test_a_payment_that_the_gateway_does_not_have_is_found(cast: Cast, till: Till) -> None:
    payment = till.pay(invoice(cast)).payment
    Payment.objects.filter(id=payment.id).update(provider_id="pi_gone")
    PaymentAttempt.objects.update(provider_id="pi_gone")
    kinds = {kind for kind, _there, _here in compare(till)}
    assert kinds == {"paid_here", "paid_there"}
    Payment.objects.filter(id=payment.id).update(provider_id=payment.provider_id)
    PaymentAttempt.objects.update(provider_id=payment.provider_id)
    assert [kind for kind, _there, _here in compare(till)] == ["paid_here"]
    text = visitor(cast.olga).get(f"/office/{cast.studio.id}/reports/gateways/").text
    assert "Agree again" in text


def test_another_amount_is_found_and_applied_to_nothing(cast: Cast, till: Till) -> None:
    one = invoice(cast)
    payment = till.pay(one).payment
    intent = till.intent(payment.attempt)
    alter(till, payment, amount=9_000, charge=intent["charge"] | {"amount": 9_000})
    assert compare(till) == [("amount", 9_000, 10_000)]
    one.refresh_from_db()
    assert one.balance_minor == 0
    assert compare(till) == []
    assert Difference.objects.get().resolved_at is not None


def test_money_that_went_back_only_in_the_books_is_found(cast: Cast, till: Till) -> None:
    payment = till.pay(invoice(cast)).payment
    till.sandbox.order("refund", payment_intent=payment.provider_id, amount=4_000)
    compare(till)
    alter(till, payment, refunds=[])
    assert compare(till) == [("returned_here", 0, 4_000)]
    assert "Went back in the books, not at the gateway" in page(cast)
    assert compare(till) == []


def test_a_gateway_that_is_silent_ends_nothing_that_was_known(cast: Cast, till: Till) -> None:
    pay_there(till)
    compare(till)
    silence(till)
    comparison = reconciling.reconcile(till.account)
    assert comparison.finished_at is None
    assert Difference.objects.get().resolved_at is None
    assert "The gateway did not answer" in page(cast)


def test_credentials_that_are_no_good_make_no_differences(cast: Cast, till: Till) -> None:
    till.pay(invoice(cast))
    requests.post(
        f"{till.sandbox.url}/v1/account/rotate_key",
        json={},
        headers={"Authorization": f"Bearer {till.account.secret_key}"},
        timeout=20,
    )
    assert reconciling.reconcile(till.account).finished_at is None
    assert not Difference.objects.exists()


def test_each_comparison_goes_on_where_the_last_one_began(cast: Cast, till: Till) -> None:
    reconciling.reconcile(till.account)
    second = reconciling.reconcile(till.account)
    first = Comparison.objects.order_by("id")[0]
    assert second.since == first.started_at - reconciling.OVERLAP
    assert first.since < clock.now() - timedelta(days=29)


def test_an_open_attempt_is_asked_about_first(cast: Cast, till: Till) -> None:
    one = invoice(cast)
    attempt = till.begin(one)
    assert compare(till) == []
    attempt.refresh_from_db()
    assert attempt.state == "created"  # whoever makes it may still be waiting for the gateway's answer
    ago = clock.now() - timedelta(days=1)
    PaymentAttempt.objects.filter(id=attempt.id).update(made_at=ago, ask_at=ago)
    assert compare(till) == []
    attempt.refresh_from_db()
    assert attempt.state == "cancelled"
    assert attempts.payable_minor(one) == 10_000


def test_the_command_says_what_differs(cast: Cast, till: Till, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparing, "load_django", lambda: None)
    assert preparing.reconcile(since_days=1, quiet=False) == 0
    paid = pay_there(till)
    assert preparing.reconcile(since_days=1, quiet=True) == 1
    said = capsys.readouterr().out
    name = f"Sandbox of {cast.studio.name}"
    assert f"{name}: 0 payments compared\n0 differences\n" in said
    assert said.endswith(f"{name}: Paid at the gateway, not in the books, {paid}, £55.00 there, £0.00 here\n")
    silence(till)
    assert preparing.reconcile(since_days=None, quiet=False) == 1
    said = capsys.readouterr().out
    assert said.startswith(f"{name} did not answer\n")
    assert said.endswith("\n1 difference\n")
