"""What can be done at the dashboard. Each act is sent once, does what the API's call does, and leads back to a page."""

from __future__ import annotations

import hmac
import sqlite3
from collections.abc import Callable, Mapping
from typing import Any

from werkzeug import Response
from werkzeug.utils import redirect

from counterfoil.sandbox import accounts, currencies, idempotency, intents, refunds
from counterfoil.sandbox.idempotency import Answer
from counterfoil.sandbox.refusals import Refusal, wrong

from . import keys, pages
from .desk import Desk, message, opened
from .pages import Trouble

TOO_LARGE = {"refund_too_large": refunds.left, "dispute_too_large": refunds.disputable}
ENDS = {"good": ("succeeded", "won"), "bad": ("failed", "lost")}  # what the two buttons mean for money, for a dispute
Do = Callable[[sqlite3.Connection], None]


@opened
def refund(desk: Desk, intent_id: str) -> Response:
    """Give some of the payment back."""
    return _take(desk, intent_id, "refund", refunds.create)


@opened
def dispute(desk: Desk, intent_id: str) -> Response:
    """The payer's bank takes some of the payment back."""
    return _take(
        desk,
        intent_id,
        "dispute",
        lambda db, gateway, intent, body: refunds.dispute(db, gateway, intent, body["amount"]),
    )


@opened
def settle(desk: Desk, intent_id: str) -> Response:
    """End a payment that is processing, without waiting for its bank."""
    outcome = _end(desk)[0]
    intents.by_id(desk.db(), intent_id, desk.account["id"])
    done = "cleared" if outcome == "succeeded" else "failed"
    return _once(desk, intent_id, done, lambda db: intents.settle(db, desk.gateway, intent_id, outcome))


@opened
def end_refund(desk: Desk, refund_id: str) -> Response:
    """End a refund that is under way."""
    outcome = _end(desk)[0]
    intent_id = refunds.by_id(desk.db(), refund_id, desk.account["id"])["intent_id"]
    done = "arrived" if outcome == "succeeded" else "refund_failed"
    return _once(desk, intent_id, done, lambda db: refunds.settle(db, desk.gateway, refund_id, outcome))


@opened
def end_dispute(desk: Desk, dispute_id: str) -> Response:
    """Close a dispute as won or lost."""
    outcome = _end(desk)[1]
    intent_id = refunds.dispute_by_id(desk.db(), dispute_id, desk.account["id"])["intent_id"]
    return _once(desk, intent_id, outcome, lambda db: refunds.close(db, desk.gateway, dispute_id, outcome))


@opened
def switch(desk: Desk) -> Response:
    """Change what the account can do."""
    if not _is_ours(desk):
        return message(desk.request, "forged", 403)
    sent, words = desk.request.form, desk.words
    body: dict[str, Any] = {name: name in sent for name in accounts.SWITCHES}
    body["currencies"] = sent.get("currencies", "").upper().replace(",", " ").split()
    try:
        body["minimum"] = _smallest(sent.get("minimum", ""))
        accounts.switch(desk.gateway.store, desk.account, body)
    except Refusal as refusal:
        at = refusal.body["error"]["param"]
        sentence = words[f"{at}_wrong"].format(example=f"GBP {currencies.plain(currencies.MINIMUM['GBP'], 'GBP')}")
        return pages.show_account(desk, trouble=Trouble(sentence, at, sent.to_dict()), status=422)
    return redirect(desk.url("/account", done="saved"), 303)


def _take(desk: Desk, intent_id: str, act: str, take: Callable[..., str]) -> Response:
    intent = intents.by_id(desk.db(), intent_id, desk.account["id"])
    amount = currencies.minor(desk.request.form.get("amount", "")[:40], intent["currency"])

    def do(db: sqlite3.Connection) -> None:
        if amount is None:
            raise wrong("amount", "There is no amount.")
        take(db, desk.gateway, intents.by_id(db, intent_id), {"amount": amount})

    return _once(desk, intent_id, act, do)


def _once(desk: Desk, intent_id: str, done: str, do: Do) -> Response:
    """Do it in one transaction, unless this form did it before, and lead back to the payment."""
    sent = desk.request.form
    if not _is_ours(desk):
        return message(desk.request, "forged", 403)

    def act(db: sqlite3.Connection) -> Answer:
        do(db)
        return Answer(200, {})

    call = idempotency.fingerprint("POST", desk.request.path, sent.to_dict())
    try:
        idempotency.once(desk.gateway, desk.account["id"], f"dashboard-{sent.get('once', '')}", call, act)
    except Refusal as refusal:
        trouble = _trouble(desk, intent_id, refusal.body["error"], done)
        return pages.show_payment(desk, intent_id, trouble=trouble, status=422 if trouble.at else 409)
    return redirect(desk.url(f"/payments/{intent_id}", done=done), 303)


def _trouble(desk: Desk, intent_id: str, error: Mapping[str, Any], act: str) -> Trouble:
    """A refusal in the reader's words, at the field if that is what is wrong."""
    words, code = desk.words, error.get("code", "")
    intent, typed = intents.by_id(desk.db(), intent_id), desk.request.form.to_dict()
    if error["type"] == "idempotency_error":
        return Trouble(words["sent_before"])
    if code == "parameter_invalid":
        example = currencies.plain(1250, intent["currency"])
        return Trouble(words["amount_wrong"].format(example=example), act, typed)
    if code in TOO_LARGE:
        left = desk.amount(TOO_LARGE[code](desk.db(), intent), intent["currency"])
        return Trouble(words["too_large"].format(left=left), act, typed)
    if code == "partial_refunds_not_enabled":
        return Trouble(words[code], act, typed)
    return Trouble(words["changed"])


def _smallest(text: str) -> dict[str, int]:
    """ "GBP 50.00", one a line. Raises Refusal."""
    least = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        currency, _, amount = line.upper().partition(" ")
        minor = currencies.minor(amount, currency)
        if minor is None:
            raise wrong("minimum", "minimum is a currency and an amount on each line.")
        least[currency] = minor
    return least


def _end(desk: Desk) -> tuple[str, str]:
    end = desk.request.form.get("end", "")
    if end not in ENDS:
        raise wrong("end", "end must be good or bad.")
    return ENDS[end]


def _is_ours(desk: Desk) -> bool:
    return hmac.compare_digest(keys.form_token(desk.account).encode(), desk.request.form.get("token", "").encode())
