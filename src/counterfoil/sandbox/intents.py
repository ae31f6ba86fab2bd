"""Payment intents: from created over the card's outcome to paid, exactly once.

Each function works inside the caller's transaction, so that the state, the charge, the event and the answer kept for
the idempotency key are on the disk together or not at all.
"""

import json
import secrets
import sqlite3
from typing import Any

from . import addresses, cards, currencies, events, methods
from .cards import Outcome
from .gateway import Gateway
from .refusals import Refusal, missing, wrong
from .words import known_language

OPEN = ("requires_payment_method", "requires_action")


def create(db: sqlite3.Connection, gateway: Gateway, account: sqlite3.Row, body: dict[str, Any], base_url: str) -> str:
    """A new intent; no money moves. Returns its id. Raises Refusal."""
    amount, currency = _money(body)
    metadata = body.get("metadata") or {}
    if not isinstance(metadata, dict):
        raise wrong("metadata", "metadata must be an object.")
    texts = {name: str(value) for name, value in metadata.items()}
    intent_id = f"pi_{secrets.token_hex(12)}"
    db.execute(
        """insert into intent (id, account_id, amount, currency, status, description, return_url, locale, metadata,
                               attempt, base_url, client_secret, created)
           values (?, ?, ?, ?, 'requires_payment_method', ?, ?, ?, ?, ?, ?, ?, ?)""",
        [
            intent_id,
            account["id"],
            amount,
            currency,
            str(body.get("description") or "")[:1000],
            addresses.checked(body.get("return_url"), "return_url"),
            known_language(str(body.get("locale") or "")) or "",
            json.dumps(texts),
            texts.get("attempt", ""),
            base_url,
            f"{intent_id}_secret_{secrets.token_urlsafe(24)}",
            gateway.store.now(),
        ],
    )
    _tell(db, gateway, "created", intent_id)
    return intent_id


def confirm(
    db: sqlite3.Connection, gateway: Gateway, intent: sqlite3.Row, method: sqlite3.Row, *, return_url: str = ""
) -> Outcome:
    """Take the money, or what else the card's outcome is, which is returned. Raises Refusal in a wrong state."""
    if intent["status"] not in OPEN:
        raise unexpected_state(db, intent, "confirmed")
    outcome = Outcome(method["outcome"])
    _change(db, intent, method_id=method["id"], return_url=return_url or intent["return_url"], last_error=None)
    if outcome in (Outcome.PAID, Outcome.ANSWER_LOST):
        _succeed(db, gateway, intent["id"])
    elif outcome is Outcome.CHALLENGE:
        _change(db, intent, status="requires_action")
        _tell(db, gateway, "requires_action", intent["id"])
    elif outcome in (Outcome.PROCESSING_PAID, Outcome.PROCESSING_FAILED):
        settle_at = gateway.store.now() + gateway.seconds("processing_seconds")
        end = "succeeded" if outcome is Outcome.PROCESSING_PAID else "failed"
        _change(db, intent, status="processing", settle_at=settle_at, settle_outcome=end)
        _tell(db, gateway, "processing", intent["id"])
    else:
        _fail(db, gateway, intent["id"], cards.decline(outcome))
    return outcome


def answer_challenge(db: sqlite3.Connection, gateway: Gateway, intent: sqlite3.Row, *, confirmed: bool) -> None:
    """The payer confirmed or refused at the bank. Too late, it changes nothing."""
    if intent["status"] != "requires_action":
        return
    if confirmed:
        _succeed(db, gateway, intent["id"])
    else:
        _fail(db, gateway, intent["id"], cards.AUTHENTICATION_FAILED)


def settle(db: sqlite3.Connection, gateway: Gateway, intent_id: str, outcome: str) -> None:
    """End an intent that is processing: "succeeded" or "failed". Raises Refusal if it isn't processing."""
    intent = by_id(db, intent_id)
    if intent["status"] != "processing":
        raise unexpected_state(db, intent, "settled")
    if outcome == "succeeded":
        _succeed(db, gateway, intent_id)
    else:
        _fail(db, gateway, intent_id, cards.decline(Outcome.PROCESSING_FAILED))


def settle_due(gateway: Gateway) -> None:
    """End what has been processing for long enough."""
    due = "select id, settle_outcome from intent where settle_at <= ? order by settle_at"
    if not gateway.store.reading().execute(due, [gateway.store.now()]).fetchone():
        return
    with gateway.store.writing() as db:
        for row in db.execute(due, [gateway.store.now()]).fetchall():
            settle(db, gateway, row["id"], row["settle_outcome"])


def cancel(db: sqlite3.Connection, gateway: Gateway, intent: sqlite3.Row) -> None:
    """Nothing can be taken any more. Raises Refusal once money is or may be on its way, and when it is over."""
    if intent["status"] not in OPEN:
        raise unexpected_state(db, intent, "canceled")
    _change(db, intent, status="canceled", canceled_at=gateway.store.now())
    _tell(db, gateway, "canceled", intent["id"])


def by_id(db: sqlite3.Connection, intent_id: str, account_id: str | None = None) -> sqlite3.Row:
    """The intent, of this account if one is named. Raises Refusal 404."""
    row = db.execute("select * from intent where id = ?", [intent_id]).fetchone()
    if row is None or account_id not in (None, row["account_id"]):
        raise missing("payment_intent", intent_id)
    found: sqlite3.Row = row
    return found


def by_client_secret(db: sqlite3.Connection, client_secret: str) -> sqlite3.Row | None:
    row: sqlite3.Row | None = db.execute("select * from intent where client_secret = ?", [client_secret]).fetchone()
    return row


def unexpected_state(db: sqlite3.Connection, intent: sqlite3.Row, wanted: str) -> Refusal:
    message = f"This PaymentIntent could not be {wanted} because its status is {intent['status']}."
    return Refusal(400, "payment_intent_unexpected_state", message, payment_intent=as_json(db, intent["id"]))


def as_json(db: sqlite3.Connection, intent_id: str) -> dict[str, Any]:
    """The intent as it is now, with its card and its charge."""
    row = by_id(db, intent_id)
    method = db.execute("select * from method where id = ?", [row["method_id"]]).fetchone()
    charge = db.execute("select * from charge where intent_id = ?", [intent_id]).fetchone()
    page = f"{row['base_url']}/pay/{row['client_secret']}"
    action = {"type": "redirect_to_url", "redirect_to_url": {"url": f"{page}/challenge"}}
    same = ("id", "amount", "currency", "status", "description", "return_url", "client_secret")
    return {name: row[name] for name in same} | {
        "object": "payment_intent",
        "livemode": False,
        "created": int(row["created"]),
        "canceled_at": int(row["canceled_at"]) if row["canceled_at"] else None,
        "metadata": json.loads(row["metadata"]),
        "hosted_url": page,
        "last_payment_error": json.loads(row["last_error"]) if row["last_error"] else None,
        "next_action": action if row["status"] == "requires_action" else None,
        "payment_method": methods.as_json(method) if method else None,
        "charge": charge_as_json(charge) if charge else None,
    }


def charge_as_json(row: sqlite3.Row) -> dict[str, Any]:
    names = ("id", "amount", "currency", "brand", "last4", "exp_month", "exp_year")
    return {"object": "charge", "created": int(row["created"])} | {name: row[name] for name in names}


def _money(body: dict[str, Any]) -> tuple[int, str]:
    amount, currency = body.get("amount"), str(body.get("currency") or "").upper()
    if isinstance(amount, bool) or not isinstance(amount, int):
        raise wrong("amount", "amount must be a whole number of the currency's smallest unit.")
    if currency not in currencies.MINIMUM:
        raise Refusal(400, "currency_not_supported", f"{currency!r} is not supported.", param="currency")
    if amount < currencies.MINIMUM[currency]:
        least = f"amount must be at least {currencies.MINIMUM[currency]} in {currency}."
        raise Refusal(400, "amount_too_small", least, param="amount")
    if amount > currencies.MAXIMUM:
        raise Refusal(400, "amount_too_large", f"amount must be at most {currencies.MAXIMUM}.", param="amount")
    return amount, currency


def _succeed(db: sqlite3.Connection, gateway: Gateway, intent_id: str) -> None:
    """The charge. The table takes only one for an intent, whatever comes."""
    db.execute(
        """insert into charge select ?, intent.id, amount, currency, brand, last4, exp_month, exp_year, ?
           from intent join method on method.id = method_id where intent.id = ?""",
        [f"ch_{secrets.token_hex(12)}", gateway.store.now(), intent_id],
    )
    _change(db, by_id(db, intent_id), status="succeeded", settle_at=None, last_error=None)
    _tell(db, gateway, "succeeded", intent_id)


def _fail(db: sqlite3.Connection, gateway: Gateway, intent_id: str, error: dict[str, Any]) -> None:
    intent = by_id(db, intent_id)
    _change(db, intent, status="requires_payment_method", settle_at=None, last_error=json.dumps(error))
    _tell(db, gateway, "payment_failed", intent_id)


def _tell(db: sqlite3.Connection, gateway: Gateway, what: str, intent_id: str) -> None:
    account_id = by_id(db, intent_id)["account_id"]
    events.record(db, gateway, f"payment_intent.{what}", account_id, as_json(db, intent_id))


def _change(db: sqlite3.Connection, intent: sqlite3.Row, **columns: Any) -> None:
    sets = ", ".join(f"{name} = ?" for name in columns)
    db.execute(f"update intent set {sets} where id = ?", [*columns.values(), intent["id"]])  # noqa: S608 (our own names)
