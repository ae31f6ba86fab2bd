"""The disk is full, or the database is gone, just when the gateway has said yes: nothing half written, and no lie."""

import resource
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import psutil
import psycopg
import pytest
from django.db import connection

from counterfoil.books.ledger.models import Posting
from counterfoil.books.payments.models import Payment, PaymentAttempt
from tests.support import databases
from tests.support.cast import Cast
from tests.support.paying import WAITING, Paying, Refunding, interruptible_site, let_time_pass
from tests.support.till import ANSWER_LOST

NO_ROOM = 4096  # bytes; no file may grow beyond, as on a full disk


@pytest.fixture
def site(both_databases: str, site_of_its_own: Any, cast: Cast) -> Any:
    return interruptible_site(site_of_its_own, cast)


@contextmanager
def without_a_database(site: Any, name: str = "web") -> Iterator[None]:
    """PostgreSQL ends every session and lets nobody in; where it is SQLite, nothing more can be written to the disk."""
    if connection.vendor == "postgresql":
        with unreachable_postgres():
            yield
        return
    processes = [psutil.Process(site.pid(name)), *psutil.Process(site.pid(name)).children(recursive=True)]
    before = {one.pid: one.rlimit(resource.RLIMIT_FSIZE) for one in processes}
    for one in processes:
        one.rlimit(resource.RLIMIT_FSIZE, (NO_ROOM, before[one.pid][1]))
    yield
    for one in processes:
        one.rlimit(resource.RLIMIT_FSIZE, before[one.pid])


@contextmanager
def unreachable_postgres() -> Iterator[None]:
    name = connection.settings_dict["NAME"]
    connection.close()
    with psycopg.connect(databases.url_of("postgres"), autocommit=True) as server:
        server.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        try:
            yield
        finally:
            server.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')


def lose_it_in_mid_payment(site: Any, paying: Paying, call: str) -> Any:
    """Take the database away when the gateway has answered this call. What the payer is then answered."""
    site.interrupt("wait", call, "after the call")
    with ThreadPoolExecutor(1) as browser:
        sent = browser.submit(paying.send)
        site.wait_until_interrupted()
        with without_a_database(site):
            site.go_on()
            return sent.result(60)


def must_be_calm(answer: Any) -> None:
    assert answer.status_code == 503
    assert WAITING in answer.text
    assert "Please don't pay again" in " ".join(answer.text.replace("&#x27;", "'").split())
    for lie in ("failed", "declined", "not completed", "not charged", "Traceback"):
        assert lie not in answer.text


def test_lost_after_the_gateways_yes_it_is_asked_for_and_booked_once(site: Any, cast: Cast) -> None:
    paying = Paying(site, cast)
    postings = Posting.objects.count()
    must_be_calm(lose_it_in_mid_payment(site, paying, "confirm"))
    assert (paying.charges(), Payment.objects.count(), Posting.objects.count()) == (1, 0, postings)
    assert paying.state() == "processing"

    paying.is_being_asked_about()
    let_time_pass()
    site.start("worker")
    site.wait(lambda: paying.state() == "paid", "settled payment")
    paying.was_paid_once()


def test_lost_before_anything_was_charged_nothing_ever_is(site: Any, cast: Cast) -> None:
    """The gateway has opened a payment whose id could not be written down, so its card is never confirmed."""
    paying = Paying(site, cast)
    must_be_calm(lose_it_in_mid_payment(site, paying, "start"))
    assert (paying.charges(), PaymentAttempt.objects.get().provider_id) == (0, "")

    paying.is_being_asked_about()
    let_time_pass()
    site.start("worker")
    site.wait(lambda: paying.state() == "cancelled", "end of the attempt")
    paying.pay_anew()
    paying.was_paid_once()


def test_while_it_is_lost_nothing_is_sent_to_the_gateway(site: Any, cast: Cast) -> None:
    """A payment that can't be stored isn't begun; the page says to try again, and afterwards the same form pays."""
    paying = Paying(site, cast)
    with without_a_database(site):
        answer = paying.send()
        assert answer.status_code == 503
        assert "not completed" in answer.text
        assert WAITING not in answer.text
    assert (paying.charges(), PaymentAttempt.objects.count()) == (0, 0)
    paying.again()
    paying.was_paid_once()


def test_a_worker_that_loses_it_settles_the_payment_once_it_is_back(site: Any, cast: Cast) -> None:
    paying = Paying(site, cast)
    paying.send(ANSWER_LOST)
    let_time_pass()
    site.interrupt("wait", "fetch", "after the call")
    site.start("worker")
    site.wait_until_interrupted()
    with without_a_database(site, "worker"):
        site.go_on()
        site.wait(lambda: "has no database" in site.log("worker"), "word of the loss", seconds=30)
    assert (paying.charges(), Payment.objects.count()) == (1, 0)
    let_time_pass()
    site.wait(lambda: paying.state() == "paid", "settled payment", seconds=40)
    assert site.is_running("worker")
    paying.was_paid_once()


@pytest.mark.parametrize("way", ["return", "cancel"])
def test_lost_while_coming_back_or_giving_up_the_payer_is_not_told_a_lie(site: Any, cast: Cast, way: str) -> None:
    paying = Paying(site, cast)
    paying.send(ANSWER_LOST)
    attempt = PaymentAttempt.objects.get()
    address = f"/portal/lindqvist-zhou/{cast.bakery.id}/payments/attempts/{attempt.id}/{way}/"
    token = {"csrfmiddlewaretoken": paying.form["csrfmiddlewaretoken"]}
    site.interrupt("wait", "fetch", "after the call")
    with ThreadPoolExecutor(1) as browser:
        if way == "return":
            answer = browser.submit(paying.ana.get, address)
        else:
            answer = browser.submit(paying.ana.send, address, token)
        site.wait_until_interrupted()
        with without_a_database(site):
            site.go_on()
            must_be_calm(answer.result(60))
    paying.ana.get(f"/portal/lindqvist-zhou/{cast.bakery.id}/payments/attempts/{attempt.id}/return/")
    paying.was_paid_once()


def test_lost_after_the_gateway_gave_money_back_nobody_is_led_to_do_it_again(site: Any, cast: Cast) -> None:
    refunding = Refunding(site, cast)
    site.interrupt("wait", "refund", "after the call")
    with ThreadPoolExecutor(1) as browser:
        sent = browser.submit(refunding.send)
        site.wait_until_interrupted()
        with without_a_database(site):
            site.go_on()
            answer = sent.result(60)
    assert answer.status_code == 503
    assert "We are asking the gateway" in answer.text
    assert "not completed" not in answer.text
    assert refunding.state() == "started"
    let_time_pass()
    site.start("worker")
    site.wait(lambda: refunding.state() == "paid", "settled refund")
    refunding.was_given_back_once()
