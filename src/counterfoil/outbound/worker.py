"""The worker: one process that spreads events, sends mail, asks gateways and runs what is due.

Each duty has a thread of its own, so that a slow mail server or gateway keeps nobody waiting. Any number of workers may
run at once: what is to be done is claimed in the database, with a lease that runs out when its worker dies.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import connection, connections

from counterfoil.books.payments import asking, refunding

from . import batches, mail, scheduler, spreading
from .containment import DATABASE_LOST, Contained

log = logging.getLogger("counterfoil.worker")

SHORTEST_PAUSE = 0.05  # seconds; after something was done, more is likely
LONGEST_PAUSE_IN_TROUBLE = 10
STOP_WITHIN = 60


@dataclass
class Duty:
    """Something to do again and again. `do` returns how much was due; `rest` is the longest pause when nothing was."""

    name: str
    do: Callable[[], int]
    rest: float
    wakes: "Duty | None" = None
    woken: threading.Event = field(default_factory=threading.Event)


def duties() -> list[Duty]:
    """What a worker does. Spreading an event often makes a mail, so it wakes the sender."""
    sending = Duty("mail", mail.send_due, rest=0.4)
    return [
        Duty("events", spreading.spread_due, rest=0.4, wakes=sending),
        sending,
        Duty("attempts", asking.ask_due, rest=1),
        Duty("refunds", refunding.ask_due, rest=1),
        Duty("batches", batches.run_due, rest=0.4),
        Duty("schedule", scheduler.run_due, rest=15),
    ]


def run(stop: threading.Event) -> None:
    """Work until `stop` is set, then finish what is in hand."""
    at_work = duties()
    threads = [threading.Thread(target=_keep_doing, args=(duty, stop), name=duty.name, daemon=True) for duty in at_work]
    for thread in threads:
        thread.start()
    log.info("The worker has started.")
    stop.wait()
    for duty in at_work:
        duty.woken.set()
    for thread in threads:
        thread.join(STOP_WITHIN)
    connections.close_all()
    log.info("The worker has stopped.")


def run_once() -> None:
    """Spread and send, in this thread, until nothing is due any more."""
    while spreading.spread_due() or mail.send_due():
        pass


def _keep_doing(duty: Duty, stop: threading.Event) -> None:
    """One duty's life: eager after work, slower the longer nothing comes, patient while something is broken."""
    pause = SHORTEST_PAUSE
    while not stop.is_set():
        duty.woken.clear()
        try:
            with Contained("duty=%s", duty.name) as attempt:
                done = duty.do()
        except DATABASE_LOST as lost:
            log.warning("duty=%s has no database: %s", duty.name, lost)
            connection.close()
            pause = _after_trouble(pause, stop)
            continue
        if attempt.failure is not None:
            pause = _after_trouble(pause, stop)
        elif done:
            pause = SHORTEST_PAUSE
            if duty.wakes:
                duty.wakes.woken.set()
        else:
            duty.woken.wait(pause)
            pause = min(pause * 1.5, duty.rest)
    connection.close()


def _after_trouble(pause: float, stop: threading.Event) -> float:
    """Wait before the next try, longer each time; returns how long it was."""
    pause = min(max(pause, 0.5) * 2, LONGEST_PAUSE_IN_TROUBLE)
    stop.wait(pause)
    return pause
