"""A real worker process is killed at the worst moment, against a real mail server: nothing is lost or sent anew."""

import asyncio
import threading
import time
from typing import Any

from django.db import connection

from counterfoil.foundation import clock
from counterfoil.foundation.events import Event, Unspread
from counterfoil.outbound.models import Mail, Notification
from tests.support.cast import make


def only_the_next_event() -> Any:
    cast = make()
    Unspread.objects.all().delete()
    return cast


def let_leases_run_out() -> None:
    """As if minutes had passed since the worker died."""
    Mail.objects.filter(state="waiting").update(due_at=clock.now())
    Unspread.objects.update(due_at=clock.now())


def hold_the_answer(site: Any) -> tuple[threading.Event, threading.Event]:
    """Let the mail server take a mail and then keep its yes to itself: `taken` is set then, until `go_on`."""
    taken, go_on = threading.Event(), threading.Event()
    keep = site.mail.handle_DATA

    async def slow(*arguments: Any) -> str:
        answer: str = await keep(*arguments)
        taken.set()
        await asyncio.to_thread(go_on.wait, 30)
        return answer

    site.mail.handle_DATA = slow
    return taken, go_on


def test_killed_between_the_servers_yes_and_our_mark_it_sends_the_same_mail_again(
    both_databases: str, site_of_its_own: Any, send_invoice: Any
) -> None:
    site, cast = site_of_its_own(), only_the_next_event()
    taken, go_on = hold_the_answer(site)
    send_invoice(cast.bakery, by=cast.by_olga, to=[cast.ana])
    site.start("worker")
    assert taken.wait(20), site.log("worker")
    site.kill("worker")
    go_on.set()

    connection.close()
    row = Mail.objects.get()
    assert row.state == "waiting"
    assert len(site.mail.messages) == 1
    let_leases_run_out()
    site.start("worker")
    site.wait_for_mail(2)
    site.wait(lambda: Mail.objects.get().state == "sent", "mark")

    first, second = site.outbox()
    assert first["Message-ID"] == second["Message-ID"] == row.message_id
    assert first.as_bytes().split(b"\n\n", 1)[0].count(b"Message-ID") == 1
    time.sleep(1)
    assert len(site.outbox()) == 2, "and not a third time"


def test_killed_again_and_again_while_spreading_nothing_is_lost_or_doubled(
    both_databases: str, site_of_its_own: Any, send_invoice: Any
) -> None:
    site, cast = site_of_its_own(), only_the_next_event()
    for _one in range(6):
        send_invoice(cast.bakery, by=cast.by_olga, to=[cast.ana, cast.sam])
    for patience in (0.9, 1.2, 1.5):
        site.start("worker")
        time.sleep(patience)
        site.kill("worker")
        connection.close()
        let_leases_run_out()
    site.start("worker")
    site.wait(
        lambda: not Unspread.objects.exists() and not Mail.objects.exclude(state="sent").exists(), "rest", seconds=30
    )

    assert Mail.objects.count() == 12
    assert Notification.objects.count() == 12
    assert {one["Message-ID"] for one in site.outbox()} == set(Mail.objects.values_list("message_id", flat=True))


def test_a_worker_that_is_told_to_stop_finishes_what_it_has_in_hand(
    both_databases: str, site_of_its_own: Any, send_invoice: Any
) -> None:
    site, cast = site_of_its_own(), only_the_next_event()
    taken, go_on = hold_the_answer(site)
    send_invoice(cast.bakery, by=cast.by_olga, to=[cast.ana])
    site.start("worker")
    assert taken.wait(20), site.log("worker")
    threading.Timer(0.5, go_on.set).start()
    site.stop("worker")

    connection.close()
    assert Mail.objects.get().state == "sent"
    assert len(site.outbox()) == 1


def test_two_worker_processes_send_one_mail_to_each(
    both_databases: str, site_of_its_own: Any, send_invoice: Any
) -> None:
    first, second, cast = site_of_its_own(), site_of_its_own(), only_the_next_event()
    first.start("worker")
    second.start("worker")
    for _one in range(6):
        send_invoice(cast.bakery, by=cast.by_olga, to=[cast.ana, cast.sam])
    first.wait(
        lambda: not Unspread.objects.exists() and not Mail.objects.exclude(state="sent").exists(), "rest", seconds=30
    )

    assert Event.objects.filter(name="invoice.sent").count() == 6
    ids = [one["Message-ID"] for one in first.outbox()]
    assert len(ids) == len(set(ids)) == 12
