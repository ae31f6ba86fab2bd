"""The JSON interface for servers: accounts, payment intents, events and tokens."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from typing import Any

from werkzeug import Request, Response

from . import accounts, addresses, banks, cards, events, idempotency, intents, listing, methods, refunds
from .cards import Outcome
from .gateway import Gateway
from .idempotency import Answer
from .refusals import Refusal, wrong
from .words import WORDS, wanted_language


def answer(body: dict[str, Any], status: int = 200) -> Response:
    return Response(json.dumps(body), status, mimetype="application/json")


def body_of(request: Request) -> dict[str, Any]:
    """The JSON object that was sent. Raises Refusal."""
    if request.mimetype != "application/json":
        raise Refusal(400, "parameter_invalid", "Send JSON, with Content-Type: application/json.")
    try:
        body = json.loads(request.get_data())
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise Refusal(400, "parameter_invalid", "The body must be a JSON object.")
    return body


def sign_up(gateway: Gateway, request: Request) -> Response:
    return answer(accounts.sign_up(gateway.store, str(body_of(request).get("name") or "")))


def show_account(gateway: Gateway, request: Request) -> Response:
    return answer(accounts.as_json(gateway.store, _account(gateway, request)))


def rotate_key(gateway: Gateway, request: Request) -> Response:
    return answer(accounts.rotate_key(gateway.store, _account(gateway, request)))


def set_webhook(gateway: Gateway, request: Request) -> Response:
    account = _account(gateway, request)
    return answer(accounts.set_webhook_url(gateway.store, account, body_of(request).get("url")))


def add_origin(gateway: Gateway, request: Request) -> Response:
    account = _account(gateway, request)
    return answer(accounts.add_origin(gateway.store, account, body_of(request).get("origin")))


def create_intent(gateway: Gateway, request: Request) -> Response:
    account, body = _account(gateway, request), body_of(request)

    def act(db: sqlite3.Connection) -> Answer:
        intent_id = intents.create(
            db,
            gateway,
            account,
            body,
            base_url=request.host_url.rstrip("/"),
            key=request.headers.get("Idempotency-Key", ""),
        )
        return Answer(200, intents.as_json(db, intent_id))

    return _once(gateway, request, account, body, act)


def confirm_intent(gateway: Gateway, request: Request, intent_id: str) -> Response:
    account, body = _account(gateway, request), body_of(request)
    return_url = addresses.checked(body.get("return_url"), "return_url")

    def act(db: sqlite3.Connection) -> Answer:
        intent = intents.by_id(db, intent_id, account["id"])
        method = methods.resolve(db, gateway.store, account["id"], body.get("payment_method"))
        outcome = intents.confirm(db, gateway, intent, method, return_url=return_url, billing=_who(body))
        shown = intents.as_json(db, intent_id)
        error = shown["last_payment_error"]
        if error:
            return Answer(402, {"error": error | {"payment_intent": shown}})
        return Answer(200, shown, is_lost=outcome is Outcome.ANSWER_LOST)

    return _once(gateway, request, account, body, act)


def cancel_intent(gateway: Gateway, request: Request, intent_id: str) -> Response:
    account, body = _account(gateway, request), body_of(request)

    def act(db: sqlite3.Connection) -> Answer:
        intents.cancel(db, gateway, intents.by_id(db, intent_id, account["id"]))
        return Answer(200, intents.as_json(db, intent_id))

    if "Idempotency-Key" in request.headers:
        return _once(gateway, request, account, body, act)
    with gateway.store.writing() as db:
        done = act(db)
    return answer(done.body, done.status)


def show_intent(gateway: Gateway, request: Request, intent_id: str) -> Response:
    account, db = _account(gateway, request), gateway.store.reading()
    intents.by_id(db, intent_id, account["id"])
    return answer(intents.as_json(db, intent_id))


def list_intents(gateway: Gateway, request: Request) -> Response:
    account, db = _account(gateway, request), gateway.store.reading()
    rows, has_more = listing.page(db, "intent", account["id"], request.args)
    data = [intents.as_json(db, row["id"]) for row in rows]
    return answer({"object": "list", "data": data, "has_more": has_more})


def create_refund(gateway: Gateway, request: Request) -> Response:
    account, body = _account(gateway, request), body_of(request)

    def act(db: sqlite3.Connection) -> Answer:
        intent = intents.by_id(db, str(body.get("payment_intent")), account["id"])
        refund_id = refunds.create(db, gateway, intent, body)
        return Answer(200, intents.refund_as_json(refunds.by_id(db, refund_id)))

    return _once(gateway, request, account, body, act)


def show_refund(gateway: Gateway, request: Request, refund_id: str) -> Response:
    account = _account(gateway, request)
    return answer(intents.refund_as_json(refunds.by_id(gateway.store.reading(), refund_id, account["id"])))


def list_refunds(gateway: Gateway, request: Request) -> Response:
    return _list(gateway, request, "refund", intents.refund_as_json)


def list_disputes(gateway: Gateway, request: Request) -> Response:
    return _list(gateway, request, "dispute", intents.dispute_as_json)


def show_method(gateway: Gateway, request: Request, method_id: str) -> Response:
    account = _account(gateway, request)
    return answer(methods.as_json(methods.resolve(gateway.store.reading(), gateway.store, account["id"], method_id)))


def keep_method(gateway: Gateway, request: Request, method_id: str) -> Response:
    """Save a method that was typed, without a payment."""
    account, body = _account(gateway, request), body_of(request)
    if not account["recurring"]:
        raise Refusal(400, "recurring_not_supported", "This account can't save payment methods.")
    return _change_method(gateway, account, method_id, lambda db, row: methods.save(db, gateway.store, row, _who(body)))


def change_method(gateway: Gateway, request: Request, method_id: str) -> Response:
    account, body = _account(gateway, request), body_of(request)
    return _change_method(gateway, account, method_id, lambda db, row: methods.change(db, gateway.store, row, body))


def forget_method(gateway: Gateway, request: Request, method_id: str) -> Response:
    account = _account(gateway, request)
    with gateway.store.writing() as db:
        methods.forget(db, gateway.store, methods.resolve(db, gateway.store, account["id"], method_id))
    return answer({"id": method_id, "object": "payment_method", "deleted": True})


def switch_account(gateway: Gateway, request: Request) -> Response:
    account = _account(gateway, request)
    return answer(accounts.as_json(gateway.store, accounts.switch(gateway.store, account, body_of(request))))


def list_events(gateway: Gateway, request: Request) -> Response:
    return _list(gateway, request, "event", events.as_json)


def make_token(gateway: Gateway, request: Request) -> Response:
    """A card for a payment method, for whoever has the account's publishable key: the hosted fields."""
    key = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    account = accounts.by_publishable(gateway.store, key)
    if account is None:
        raise Refusal(401, "", "No such publishable key.", kind="authentication_error")
    body = body_of(request)
    is_bank = body.get("kind") == "bank"
    fields = ("holder", "routing", "account") if is_bank else ("number", "exp", "cvc")
    typed = [body.get(name) or "" for name in fields]
    if not all(isinstance(text, str) and len(text) < 100 for text in typed):
        raise wrong(fields[0], f"{', '.join(fields)} must be short texts.")
    card, faults = banks.read(*typed) if is_bank else cards.read(*typed, today=gateway.store.today())
    if card is None:
        words = WORDS[wanted_language(str(body.get("lang") or ""))]
        said = {field: words[fault] for field, fault in faults.items()}
        first = next(iter(said))
        return answer({"error": {"type": "invalid", "param": first, "message": said[first], "fields": said}}, 422)
    with gateway.store.writing() as db:
        method_id = methods.keep(db, gateway.store, account["id"], card)
    shown: dict[str, Any] = {"type": card.kind, "brand": card.brand, "last4": card.last4}
    if not is_bank:
        shown |= {"exp_month": card.exp_month, "exp_year": card.exp_year}
        shown |= {"exp": f"{card.exp_month:02}/{card.exp_year % 100:02}"}
    return answer({"payment_method": method_id} | shown)


def _list(gateway: Gateway, request: Request, table: str, shown: Callable[[sqlite3.Row], dict[str, Any]]) -> Response:
    account, db = _account(gateway, request), gateway.store.reading()
    rows, has_more = listing.page(db, table, account["id"], request.args)
    return answer({"object": "list", "data": [shown(row) for row in rows], "has_more": has_more})


def _change_method(
    gateway: Gateway, account: sqlite3.Row, method_id: str, act: Callable[[sqlite3.Connection, sqlite3.Row], None]
) -> Response:
    with gateway.store.writing() as db:
        row = methods.resolve(db, gateway.store, account["id"], method_id)
        act(db, row)
        return answer(methods.as_json(methods.resolve(db, gateway.store, account["id"], row["id"])))


def _who(body: dict[str, Any]) -> dict[str, Any]:
    return body.get("billing_details") or {}


def _account(gateway: Gateway, request: Request) -> sqlite3.Row:
    return accounts.by_secret(gateway.store, request.headers.get("Authorization", ""))


def _once(gateway: Gateway, request: Request, account: sqlite3.Row, body: dict[str, Any], act: Any) -> Response:
    key = request.headers.get("Idempotency-Key", "")
    call = idempotency.fingerprint(request.method, request.path, body)
    done = idempotency.once(gateway, account["id"], key, call, act)
    response = answer(done.body, done.status)
    if done.is_replayed:
        response.headers["Idempotent-Replayed"] = "true"
    return response
