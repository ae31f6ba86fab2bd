"""A server process is killed at the worst moments of a payment and started again: one charge, one payment, no lie.

The gateway's own store says how often money moved. What the payer reads meanwhile is that the bank is being asked.
"""

from datetime import timedelta
from typing import Any

import pytest
import requests
from django.db import connection

from counterfoil.books.payments.models import Payment, PaymentAttempt
from counterfoil.foundation import clock
from tests.support.cast import Cast
from tests.support.interrupted import POINTS
from tests.support.paying import WAITING, Paying, Refunding, interruptible_site, let_time_pass
from tests.support.till import ANSWER_LOST


@pytest.fixture
def site(both_databases: str, site_of_its_own: Any, cast: Cast) -> Any:
    return interruptible_site(site_of_its_own, cast)


@pytest.mark.parametrize("place", POINTS)
def test_killed_while_taking_a_payment_it_charges_once_and_books_once(site: Any, cast: Cast, place: str) -> None:
    paying = Paying(site, cast)
    site.interrupt("die", "confirm", place)
    with pytest.raises(requests.ConnectionError):
        paying.send()
    site.wait_for_death("web")
    moved = place != "before the call"
    connection.close()
    assert (paying.charges(), Payment.objects.count()) == (moved, place == "after the commit")

    site.start("web")
    if place == "after the commit":
        assert "/payments/" in paying.again().url
        paying.was_paid_once()
        return
    paying.is_being_asked_about()
    let_time_pass()
    site.start("worker")
    site.wait(lambda: paying.state() != "processing", "settled payment")
    if not moved:
        assert (paying.state(), paying.charges(), Payment.objects.count()) == ("cancelled", 0, 0)
        assert "You were not charged" in paying.again().text
        paying.pay_anew()
    paying.was_paid_once()


@pytest.mark.parametrize("place", POINTS)
def test_killed_while_opening_a_payment_it_can_be_paid_once(site: Any, cast: Cast, place: str) -> None:
    """Nothing is charged before the card is confirmed, so the payer starts anew."""
    paying = Paying(site, cast)
    site.interrupt("die", "start", place)
    with pytest.raises(requests.ConnectionError):
        paying.send()
    site.wait_for_death("web")
    site.start("web")
    paying.is_being_asked_about()
    let_time_pass()
    PaymentAttempt.objects.update(made_at=clock.now() - timedelta(minutes=5))
    site.start("worker")
    site.wait(lambda: paying.state() == "cancelled", "end of the attempt")
    assert paying.charges() == 0
    paying.pay_anew()
    paying.was_paid_once()


@pytest.mark.parametrize("place", POINTS)
@pytest.mark.parametrize("who", ["worker", pytest.param("web", marks=pytest.mark.long)])
def test_killed_while_asking_how_a_payment_went_it_books_once(site: Any, cast: Cast, place: str, who: str) -> None:
    """The worker asks because it is time to, the web server because the payer came back from the gateway."""
    paying = Paying(site, cast)
    assert WAITING in paying.ana.get(paying.send(ANSWER_LOST).headers["Location"]).text
    (attempt,) = PaymentAttempt.objects.all()
    let_time_pass()
    site.interrupt("die", "fetch", place)
    if who == "worker":
        site.start("worker")
    else:
        with pytest.raises(requests.ConnectionError):
            paying.ana.get(f"/portal/lindqvist-zhou/{cast.bakery.id}/payments/attempts/{attempt.id}/return/")
    site.wait_for_death(who)
    connection.close()
    assert (paying.charges(), Payment.objects.count()) == (1, place == "after the commit")

    if who == "web":
        site.start("web")
    if place != "after the commit":
        paying.is_being_asked_about()
    let_time_pass()
    site.start("worker")
    site.wait(lambda: paying.state() == "paid", "settled payment")
    paying.was_paid_once()


@pytest.mark.parametrize("place", POINTS)
def test_killed_while_giving_money_back_it_gives_it_back_once(site: Any, cast: Cast, place: str) -> None:
    """Also when the browser, which got no answer, sends the same form again."""
    refunding = Refunding(site, cast)
    site.interrupt("die", "refund", place)
    with pytest.raises(requests.ConnectionError):
        refunding.send()
    site.wait_for_death("web")
    connection.close()
    assert refunding.at_the_gateway() == ([] if place == "before the call" else [4_000])
    assert refunding.state() == ("paid" if place == "after the commit" else "started")

    site.start("web")
    assert "failed" not in refunding.olga.get(refunding.page).text.lower()
    let_time_pass()
    site.start("worker")
    site.wait(lambda: refunding.state() == "paid", "settled refund")
    assert refunding.send().status_code == 303
    refunding.was_given_back_once()
