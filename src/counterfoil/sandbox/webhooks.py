"""Tells the other side what happened, until it says that it heard. The queue is rows, so a crash loses nothing."""

import hashlib
import hmac
import logging
import sqlite3
import threading
import time

import requests

from . import refunds
from .gateway import Gateway

log = logging.getLogger("sandbox.webhooks")
TIMEOUT = (3, 10)  # seconds to connect, and to wait for an answer
LONGEST_PAUSE = 3600
GIVEN_UP_AFTER = 3 * 24 * 3600
IDLE = 1.0  # seconds between looks when nobody wakes us

DUE = """select delivery.*, event.body, event.created, event.type, webhook_url, webhook_secret
         from delivery join event on event.id = event_id join account on account.id = event.account_id """


def signature(secret: str, body: bytes, moment: int) -> str:
    """The Sandbox-Signature header of a body sent at this moment (seconds since 1970)."""
    digest = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={digest}"


def run(gateway: Gateway) -> None:
    """Settle what is due and send what is due, until the gateway stops. For a thread of its own."""
    with requests.Session() as session:
        session.trust_env = False
        while not gateway.stop.is_set():
            gateway.wake.clear()
            try:
                refunds.settle_due(gateway)
                pause = _send_due(gateway, session)
            except sqlite3.OperationalError as error:
                log.warning("the store could not be used: %s", error)
                pause = IDLE
            gateway.wake.wait(pause)


def start(gateway: Gateway) -> threading.Thread:
    thread = threading.Thread(target=run, args=[gateway], name="webhooks", daemon=True)
    thread.start()
    return thread


def send(gateway: Gateway, session: requests.Session, row: sqlite3.Row) -> str:
    """One event, once. Returns the status that it was answered with, or the name of the error; the row says so too."""
    body = row["body"].encode()
    # The moment is the real one even when tests have put the clock forward: the other side checks it with its own.
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Sandbox-Gateway/1",
        "Sandbox-Signature": signature(row["webhook_secret"], body, int(time.time())),
    }
    try:
        answer = session.post(
            row["webhook_url"], data=body, headers=headers, timeout=TIMEOUT, allow_redirects=False, stream=True
        )
        answer.close()
        said = str(answer.status_code)
    except requests.RequestException as error:
        said = type(error).__name__
    _note(gateway, row, said, is_delivered=said.startswith("2") and said.isdigit())
    return said


def _send_due(gateway: Gateway, session: requests.Session) -> float:
    """Send what is due, oldest first; returns for how long there is nothing to do."""
    while gateway.sends_webhooks() and not gateway.stop.is_set():
        where = "where state = 'waiting' and webhook_url <> '' order by due, event.place limit 1"
        row = gateway.store.reading().execute(DUE + where).fetchone()
        if row is None:
            break
        if row["due"] > gateway.store.now():
            return min(IDLE, float(row["due"] - gateway.store.now()))
        send(gateway, session, row)
    return IDLE


def _note(gateway: Gateway, row: sqlite3.Row, said: str, *, is_delivered: bool) -> None:
    now, tries = gateway.store.now(), row["tries"] + 1
    is_over = now - row["created"] > GIVEN_UP_AFTER
    state = "delivered" if is_delivered else "given_up" if is_over else "waiting"
    due = now + min(2 ** min(tries - 1, 12), LONGEST_PAUSE)
    with gateway.store.writing() as db:
        db.execute(
            """update delivery set state = ?, tries = ?, due = ?, last_answer = ?
               where event_id = ? and state <> 'delivered'""",
            [state, tries, due, said, row["event_id"]],
        )
