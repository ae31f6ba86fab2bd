"""What tests may order: delays, faults, webhooks as they like them, and the gateway's own count of charges."""

from typing import Any

import requests
from werkzeug import Request, Response

from . import intents, refunds, webhooks
from .api import answer, body_of
from .faults import Fault
from .gateway import Gateway
from .refusals import wrong
from .store import set_setting

SECONDS = ("webhook_delay", "hold_seconds", "processing_seconds", "bank_seconds")


def change_settings(gateway: Gateway, request: Request) -> Response:
    body = body_of(request)
    with gateway.store.writing() as db:
        for name, value in body.items():
            if name == "webhooks" and value in ("on", "off"):
                set_setting(db, name, value)
            elif name in SECONDS and isinstance(value, int | float) and value >= 0:
                set_setting(db, name, str(float(value)))
            else:
                raise wrong(name, f"{name} can't be set to {value!r}.")
    gateway.wake.set()
    return _settings(gateway)


def reset(gateway: Gateway, request: Request) -> Response:
    body_of(request)
    gateway.faults.clear()
    with gateway.store.writing() as db:
        db.execute("delete from setting where name <> 'clock_ahead'")
    gateway.wake.set()
    return _settings(gateway)


def deliver(gateway: Gateway, request: Request) -> Response:
    """Send events now, in the order and as often as told."""
    body = body_of(request)
    where, values = ["webhook_url <> ''"], []
    if not body.get("again"):
        where.append("state = 'waiting'")
    for name, column in (("attempt", "intent.attempt"), ("account", "event.account_id"), ("event", "event.id")):
        if name in body:
            where.append(f"{column} = ?")
            values.append(str(body[name]))
    order = "desc" if body.get("order") == "newest" else "asc"
    join = "join intent on intent.id = event.intent_id"
    select = f"{webhooks.DUE} {join} where {' and '.join(where)} order by event.place {order}"
    rows = gateway.store.reading().execute(select, values).fetchall()
    times = int(body.get("times", 1))
    with requests.Session() as session:
        session.trust_env = False
        sent = [
            {"event": row["event_id"], "type": row["type"], "status": webhooks.send(gateway, session, row)}
            for row in rows
            for _ in range(times)
        ]
    return answer({"data": sent})


def settle(gateway: Gateway, request: Request) -> Response:
    body = body_of(request)
    if body.get("outcome") not in ("succeeded", "failed"):
        raise wrong("outcome", "outcome must be succeeded or failed.")
    with gateway.store.writing() as db:
        intents.settle(db, gateway, str(body.get("payment_intent")), body["outcome"])
        shown = intents.as_json(db, str(body["payment_intent"]))
    gateway.wake.set()
    return answer(shown)


def give_back(gateway: Gateway, request: Request) -> Response:
    """A refund made at the gateway itself, which nobody on the other side ordered."""
    body = body_of(request)
    with gateway.store.writing() as db:
        refund_id = refunds.create(db, gateway, intents.by_id(db, str(body.get("payment_intent"))), body)
        shown = intents.refund_as_json(refunds.by_id(db, refund_id))
    gateway.wake.set()
    return answer(shown)


def settle_refund(gateway: Gateway, request: Request) -> Response:
    body = body_of(request)
    if body.get("outcome") not in ("succeeded", "failed"):
        raise wrong("outcome", "outcome must be succeeded or failed.")
    with gateway.store.writing() as db:
        refunds.settle(db, gateway, str(body.get("refund")), body["outcome"])
        shown = intents.refund_as_json(refunds.by_id(db, str(body["refund"])))
    gateway.wake.set()
    return answer(shown)


def dispute(gateway: Gateway, request: Request) -> Response:
    """The payer's bank takes a payment back, all of it or an `amount`."""
    body = body_of(request)
    with gateway.store.writing() as db:
        intent = intents.by_id(db, str(body.get("payment_intent")))
        dispute_id = refunds.dispute(db, gateway, intent, body.get("amount"))
        shown = intents.dispute_as_json(refunds.dispute_by_id(db, dispute_id))
    gateway.wake.set()
    return answer(shown)


def close_dispute(gateway: Gateway, request: Request) -> Response:
    body = body_of(request)
    with gateway.store.writing() as db:
        refunds.close(db, gateway, str(body.get("dispute")), str(body.get("outcome")))
        shown = intents.dispute_as_json(refunds.dispute_by_id(db, str(body["dispute"])))
    gateway.wake.set()
    return answer(shown)


def list_charges(gateway: Gateway, request: Request) -> Response:
    """Every charge of every account, or of one attempt: how often money really moved."""
    select = "select charge.*, attempt, account_id from charge join intent on intent.id = intent_id"
    values = []
    if "attempt" in request.args:
        select, values = f"{select} where attempt = ?", [request.args["attempt"]]
    rows = gateway.store.reading().execute(f"{select} order by charge.created, charge.id", values).fetchall()
    data = [
        intents.charge_as_json(row)
        | {"payment_intent": row["intent_id"], "attempt": row["attempt"], "account": row["account_id"]}
        for row in rows
    ]
    return answer({"count": len(data), "data": data})


def forget_keys(gateway: Gateway, request: Request) -> Response:
    body_of(request)
    with gateway.store.writing() as db:
        count = db.execute("delete from answer").rowcount
    return answer({"forgotten": count})


def put_clock_forward(gateway: Gateway, request: Request) -> Response:
    seconds = body_of(request).get("advance")
    if not isinstance(seconds, int | float) or seconds < 0:
        raise wrong("advance", "advance must be a number of seconds.")
    gateway.store.put_clock_forward(float(seconds))
    gateway.wake.set()
    return answer({"now": int(gateway.store.now())})


def fail_next(gateway: Gateway, request: Request) -> Response:
    body = body_of(request)
    if body.get("when") not in ("before", "after_effect") or body.get("how") not in ("status", "drop", "hold", "alter"):
        raise wrong("how", "when is before or after_effect; how is status, drop, hold or alter.")
    try:
        gateway.faults.order(Fault(**body))
    except TypeError as error:
        raise wrong("fault", f"A fault has path, when, how, method, status, seconds, change, times: {error}") from error
    return answer({"ordered": body})


def _settings(gateway: Gateway) -> Response:
    said: dict[str, Any] = {name: gateway.seconds(name) for name in SECONDS}
    return answer(said | {"webhooks": "on" if gateway.sends_webhooks() else "off"})
