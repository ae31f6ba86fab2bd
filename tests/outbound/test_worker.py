"""The worker: many things at once, none of which can stop the others, and nothing lost when it dies."""

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from counterfoil.foundation import clock, events
from counterfoil.foundation.events import Unspread
from counterfoil.outbound import mail, mailing, spreading, worker
from counterfoil.outbound.models import Mail, Notification
from tests.support.cast import make
from tests.support.races import at_once


@pytest.fixture
def broken_subscriber() -> Iterator[list[int]]:
    """Something that listens to invoice.sent and fails each time; its list counts how often."""
    calls: list[int] = []

    def broken(event: Any) -> None:
        calls.append(event.id)
        raise ZeroDivisionError

    events._subscribers["invoice.sent"].insert(0, broken)
    yield calls
    events._subscribers["invoice.sent"].remove(broken)


def test_a_broken_subscriber_stops_nobody_and_is_tried_again(
    quiet_cast: Any, mail_server: Any, send_invoice: Any, broken_subscriber: list[int], caplog: Any
) -> None:
    invoice = send_invoice(quiet_cast.bakery, by=quiet_cast.by_olga, to=[quiet_cast.ana])
    worker.run_once()

    assert len(mail_server.messages) == 1
    assert Notification.objects.filter(contact=quiet_cast.ana).count() == 1
    assert len(broken_subscriber) == 1
    assert f"event={broken_subscriber[0]} name=invoice.sent subscriber=broken failed" in caplog.text
    invoice.refresh_from_db()
    assert invoice.state == "issued"
    waiting = Unspread.objects.get()
    assert waiting.due_at > clock.now()

    with clock.travel(by=timedelta(minutes=1)):
        worker.run_once()
    assert len(broken_subscriber) == 2
    assert len(mail_server.messages) == 1


def test_it_goes_on_failing_ever_more_seldom_and_never_breaks(
    quiet_cast: Any, send_invoice: Any, broken_subscriber: list[int]
) -> None:
    send_invoice(quiet_cast.bakery, by=quiet_cast.by_olga, to=[quiet_cast.ana])
    for day in range(60):
        with clock.travel(by=timedelta(days=day)):
            spreading.spread_due()
    assert len(broken_subscriber) == 60
    assert Unspread.objects.get().due_at - clock.now() < timedelta(days=60)


def test_a_broken_letter_undoes_no_payment(
    quiet_cast: Any, mail_server: Any, send_invoice: Any, pay: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr("counterfoil.outbound.letters.receipt", lambda *_: 1 // 0)
    invoice = send_invoice(quiet_cast.bakery, by=quiet_cast.by_olga, to=[quiet_cast.ana])
    pay(invoice, by=quiet_cast.ana)
    worker.run_once()

    invoice.refresh_from_db()
    assert invoice.balance_minor == 0
    assert {one.template for one in Mail.objects.all()} == {"invoice", "office_notice"}
    monkeypatch.undo()
    with clock.travel(by=timedelta(minutes=1)):
        worker.run_once()
    assert Mail.objects.filter(template="receipt", state="sent").count() == 1


def test_several_workers_send_each_mail_once(both_databases: str, mail_server: Any, send_invoice: Any) -> None:
    cast = make()
    Unspread.objects.all().delete()
    for _one in range(4):
        send_invoice(cast.bakery, by=cast.by_olga, to=[cast.ana, cast.sam])

    outcomes = at_once(6, lambda _place: worker.run_once())
    worker.run_once()

    assert [one.error for one in outcomes] == [None] * 6
    assert len(mail_server.messages) == 8
    assert len({one["Message-ID"] for one in mail_server.messages}) == 8
    assert not Unspread.objects.exists()
    assert not Mail.objects.exclude(state="sent").exists()


def test_the_same_event_spread_by_two_at_once_writes_one_mail(both_databases: str, send_invoice: Any) -> None:
    cast = make()
    send_invoice(cast.bakery, by=cast.by_olga, to=[cast.ana])
    event = events.Event.objects.get(name="invoice.sent")
    outcomes = at_once(8, lambda _place: mailing.send_the_invoice(event))
    assert [one.error for one in outcomes] == [None] * 8
    assert Mail.objects.filter(event=event).count() == 1


def test_it_works_within_half_a_second_and_stops_when_told(
    both_databases: str, mail_server: Any, send_invoice: Any
) -> None:
    cast = make()
    Unspread.objects.all().delete()
    stop = threading.Event()
    thread = threading.Thread(target=worker.run, args=[stop])
    thread.start()
    try:
        time.sleep(1)
        begun = time.monotonic()
        send_invoice(cast.bakery, by=cast.by_olga, to=[cast.ana])
        while not mail_server.messages and time.monotonic() - begun < 10:
            time.sleep(0.01)
        took = time.monotonic() - begun
    finally:
        stop.set()
        thread.join(10)
    assert not thread.is_alive()
    assert mail_server.messages
    assert took < 3, "half a second, and what a busy test machine adds"


def test_it_survives_losing_its_database(both_databases: str, monkeypatch: Any, caplog: Any) -> None:
    from django.db import OperationalError

    tries: list[int] = []
    stop = threading.Event()

    def lost() -> int:
        tries.append(1)
        if len(tries) == 1:
            raise OperationalError("the server has gone away")
        stop.set()
        return 0

    monkeypatch.setattr(worker, "duties", lambda: [worker.Duty("events", lost, rest=0.1)])
    worker.run(stop)
    assert len(tries) == 2
    assert "duty=events has no database: the server has gone away" in caplog.text


@pytest.mark.postgres
def test_it_comes_back_after_the_server_has_cut_its_connections(
    transactional_db: None, mail_server: Any, send_invoice: Any
) -> None:
    cast = make()
    Unspread.objects.all().delete()
    stop = threading.Event()
    thread = threading.Thread(target=worker.run, args=[stop])
    thread.start()
    try:
        time.sleep(1)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        send_invoice(cast.bakery, by=cast.by_olga, to=[cast.ana])
        begun = time.monotonic()
        while not mail_server.messages and time.monotonic() - begun < 15:
            time.sleep(0.05)
    finally:
        stop.set()
        thread.join(15)
    assert len(mail_server.messages) == 1


def test_a_mail_that_is_being_sent_is_nobody_elses(quiet_cast: Any, send_invoice: Any) -> None:
    send_invoice(quiet_cast.bakery, by=quiet_cast.by_olga, to=[quiet_cast.ana])
    spreading.spread_due()
    assert mail.claim() is not None
    assert mail.claim() is None
    with clock.travel(by=mail.LEASE):
        assert mail.claim() is not None
