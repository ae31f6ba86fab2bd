"""Payment intents: from created over the card's outcome to paid, exactly once.

Each function works inside the caller's transaction, so that the state, the charge, the event and the answer kept for
the idempotency key are on the disk together or not at all.
"""

import json
import secrets
import sqlite3
from collections.abc import Mapping
from typing import Any

from . import addresses, banks, cards, currencies, events, methods
from .cards import PAID_AT_ONCE, Outcome
from .gateway import Gateway
from .refusals import Refusal, missing, wrong
from .words import known_language

OPEN = ("requires_payment_method", "requires_action")
BANK_PAID = (Outcome.BANK_PAID, Outcome.BANK_DISPUTED)
KINDS = ("card", "bank")
SAVES = "off_session"  # the value of setup_future_usage
SAME_AGAIN = 300  # seconds within which the same card and amount are taken for a mistake


def create(
    db: sqlite3.Connection,
    gateway: Gateway,
    account: sqlite3.Row,
    body: dict[str, Any],
    *,
    base_url: str,
    key: str = "",
) -> str:
    """A new intent; no money moves. `key` is the call's. Returns its id. Raises Refusal."""
    amount, currency = _money(account, body)
    metadata = body.get("metadata") or {}
    if not isinstance(metadata, dict):
        raise wrong("metadata", "metadata must be an object.")
    texts = {name: str(value) for name, value in metadata.items()}
    kinds, billing = body.get("payment_method_types", list(KINDS)), body.get("billing_details") or {}
    if not isinstance(kinds, list) or not kinds or not all(kind in KINDS for kind in kinds):
        raise wrong("payment_method_types", "payment_method_types must be a list of card and bank.")
    if not isinstance(billing, dict):
        raise wrong("billing_details", "billing_details must be an object.")
    saves = body.get("setup_future_usage") == SAVES
    if saves and not account["recurring"]:
        raise Refusal(400, "recurring_not_supported", "This account can't save payment methods.")
    # What it will be confirmed with can be named already, so that the answer tells what kind it is.
    named = body.get("payment_method")
    method_id = methods.resolve(db, gateway.store, account["id"], named)["id"] if named else None
    intent_id = f"pi_{secrets.token_hex(12)}"
    db.execute(
        """insert into intent (id, account_id, amount, currency, status, description, return_url, locale, metadata,
                               attempt, base_url, client_secret, created, changed, saves, key, methods,
                               asks_address, billing, method_id)
           values (?, ?, ?, ?, 'requires_payment_method', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
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
            gateway.store.now(),
            int(saves),
            key,
            json.dumps(kinds),
            int(body.get("billing_address_collection") == "required"),
            json.dumps(billing),
            method_id,
        ],
    )
    _tell(db, gateway, "created", intent_id)
    return intent_id


def confirm(
    db: sqlite3.Connection,
    gateway: Gateway,
    intent: sqlite3.Row,
    method: sqlite3.Row,
    *,
    return_url: str = "",
    billing: Mapping[str, Any] | None = None,
) -> Outcome:
    """Take the money, or what else the method's outcome is, which is returned. Raises Refusal: nothing happened."""
    if intent["status"] not in OPEN:
        raise unexpected_state(db, intent, "confirmed")
    _must_be_chargeable(db, intent, method)
    billing = billing or {}
    outcome = _outcome(db, gateway, intent, method, billing)
    _change(
        db,
        intent,
        method_id=method["id"],
        return_url=return_url or intent["return_url"],
        last_error=None,
        billing=json.dumps(billing),
    )
    if outcome in PAID_AT_ONCE:
        _succeed(db, gateway, intent["id"])
    elif outcome is Outcome.CHALLENGE:
        _change(db, intent, status="requires_action")
        _tell(db, gateway, "requires_action", intent["id"])
    elif method["kind"] == "bank":
        _process(db, gateway, intent, gateway.seconds("bank_seconds"), is_paid=outcome in BANK_PAID)
        if intent["saves"]:
            methods.remember(db, gateway.store, method, billing)
    elif outcome in (Outcome.PROCESSING_PAID, Outcome.PROCESSING_FAILED):
        is_paid = outcome is Outcome.PROCESSING_PAID
        _process(db, gateway, intent, gateway.seconds("processing_seconds"), is_paid=is_paid)
    else:
        _fail(db, gateway, intent["id"], cards.decline(outcome))
    return outcome


def _must_be_chargeable(db: sqlite3.Connection, intent: sqlite3.Row, method: sqlite3.Row) -> None:
    account = db.execute("select * from account where id = ?", [intent["account_id"]]).fetchone()
    if method["kept_at"] and not account["reference_transactions"]:
        sentence = "Reference transactions are not enabled in this account."
        raise Refusal(400, "reference_transactions_not_enabled", sentence)
    if method["kind"] not in json.loads(intent["methods"]):
        raise Refusal(400, "payment_method_not_allowed", f"This PaymentIntent takes no {method['kind']}.")
    if method["kind"] == "bank" and not account["bank_debits"]:
        raise Refusal(400, "bank_debits_not_enabled", "This account debits no bank accounts.")
    if method["kind"] == "bank" and intent["currency"] not in banks.CURRENCIES:
        raise Refusal(400, "currency_not_supported", f"Banks take no {intent['currency']}.", param="currency")


def _outcome(
    db: sqlite3.Connection, gateway: Gateway, intent: sqlite3.Row, method: sqlite3.Row, billing: Mapping[str, Any]
) -> Outcome:
    """What comes of the method for this payment: two of the cards look at the address and at what was paid before."""
    outcome = Outcome(method["outcome"])
    address = billing.get("address") or json.loads(method["address"])
    if outcome is Outcome.ADDRESS and address.get("line1") and address.get("postal_code"):
        return Outcome.PAID
    if outcome is Outcome.DUPLICATE and not _was_paid_just_now(db, gateway, intent, method):
        return Outcome.PAID
    return outcome


def _was_paid_just_now(db: sqlite3.Connection, gateway: Gateway, intent: sqlite3.Row, method: sqlite3.Row) -> bool:
    found = db.execute(
        """select 1 from charge join intent on intent.id = intent_id
           where account_id = ? and charge.amount = ? and charge.currency = ? and brand = ? and last4 = ?
             and charge.created > ?""",
        [
            intent["account_id"],
            intent["amount"],
            intent["currency"],
            method["brand"],
            method["last4"],
            gateway.store.now() - SAME_AGAIN,
        ],
    )
    return found.fetchone() is not None


def _process(db: sqlite3.Connection, gateway: Gateway, intent: sqlite3.Row, seconds: float, *, is_paid: bool) -> None:
    """Under way: the end is known here and to nobody else until then."""
    until = gateway.store.now() + seconds
    end = "succeeded" if is_paid else "failed"
    _change(db, intent, status="processing", settle_at=until, expected_at=until, settle_outcome=end)
    _tell(db, gateway, "processing", intent["id"])


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
        _fail(db, gateway, intent_id, _late_decline(db, intent))


def _late_decline(db: sqlite3.Connection, intent: sqlite3.Row) -> dict[str, Any]:
    method = db.execute("select * from method where id = ?", [intent["method_id"]]).fetchone()
    outcome = Outcome(method["outcome"])
    return cards.decline(outcome if outcome in cards.DECLINES else Outcome.PROCESSING_FAILED)


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
    refunds = db.execute("select * from refund where intent_id = ? order by place", [intent_id]).fetchall()
    disputes = db.execute("select * from dispute where intent_id = ? order by place", [intent_id]).fetchall()
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
        "payment_method_types": json.loads(row["methods"]),
        "billing_address_collection": "required" if row["asks_address"] else "auto",
        "setup_future_usage": SAVES if row["saves"] else None,
        "expected_at": int(row["expected_at"]) if row["expected_at"] and row["status"] == "processing" else None,
        "refunds": [refund_as_json(one) for one in refunds],
        "disputes": [dispute_as_json(one) for one in disputes],
    }


def charge_as_json(row: sqlite3.Row) -> dict[str, Any]:
    names = ("id", "amount", "currency", "kind", "brand", "last4", "exp_month", "exp_year")
    return {"object": "charge", "created": int(row["created"])} | {name: row[name] for name in names}


def refund_as_json(row: sqlite3.Row) -> dict[str, Any]:
    names = ("id", "amount", "currency", "status", "failure_reason")
    told = {"object": "refund", "created": int(row["created"]), "payment_intent": row["intent_id"]}
    return told | {name: row[name] for name in names} | {"metadata": json.loads(row["metadata"])}


def dispute_as_json(row: sqlite3.Row) -> dict[str, Any]:
    """`funds_withdrawn` is whether the money is gone at the moment: it comes back when the dispute is won."""
    names = ("id", "amount", "currency", "status")
    told = {"object": "dispute", "created": int(row["created"]), "payment_intent": row["intent_id"]}
    return told | {name: row[name] for name in names} | {"funds_withdrawn": row["status"] != "won"}


def kinds(db: sqlite3.Connection, intent: sqlite3.Row) -> list[str]:
    """What a payment can be made with: the kinds that it was made for, and of these those that are possible now."""
    account = db.execute("select * from account where id = ?", [intent["account_id"]]).fetchone()
    wanted: list[str] = json.loads(intent["methods"])
    return [kind for kind in wanted if kind == "card" or intent["currency"] in debited(account)] or wanted


def taken(account: sqlite3.Row) -> list[str]:
    """The currencies that an account takes: all of the gateway's, unless it chose some."""
    return sorted(json.loads(account["currencies"]) or currencies.MINIMUM)


def debited(account: sqlite3.Row) -> list[str]:
    """The currencies in which an account debits banks."""
    return [one for one in banks.CURRENCIES if account["bank_debits"] and one in taken(account)]


def least(account: sqlite3.Row) -> dict[str, int]:
    """The smallest amounts that an account takes: the gateway's, where the account has none of its own."""
    return currencies.MINIMUM | own_least(account)


def own_least(account: sqlite3.Row) -> dict[str, int]:
    """The smallest amounts that an account chose itself."""
    own: dict[str, int] = json.loads(account["minimum"])
    return own


def _money(account: sqlite3.Row, body: dict[str, Any]) -> tuple[int, str]:
    amount, currency = body.get("amount"), str(body.get("currency") or "").upper()
    if isinstance(amount, bool) or not isinstance(amount, int):
        raise wrong("amount", "amount must be a whole number of the currency's smallest unit.")
    if currency not in taken(account):
        raise Refusal(400, "currency_not_supported", f"{currency!r} is not supported.", param="currency")
    if amount < least(account)[currency]:
        sentence = f"amount must be at least {least(account)[currency]} in {currency}."
        raise Refusal(400, "amount_too_small", sentence, param="amount")
    if amount > currencies.MAXIMUM:
        raise Refusal(400, "amount_too_large", f"amount must be at most {currencies.MAXIMUM}.", param="amount")
    return amount, currency


def _succeed(db: sqlite3.Connection, gateway: Gateway, intent_id: str) -> None:
    """The charge. The table takes only one for an intent, whatever comes."""
    now = gateway.store.now()
    db.execute(
        """insert into charge (id, intent_id, amount, currency, brand, last4, exp_month, exp_year, created, kind)
           select ?, intent.id, amount, currency, brand, last4, exp_month, exp_year, ?, kind
           from intent join method on method.id = method_id where intent.id = ?""",
        [f"ch_{secrets.token_hex(12)}", now, intent_id],
    )
    intent = by_id(db, intent_id)
    method = db.execute("select * from method where id = ?", [intent["method_id"]]).fetchone()
    if intent["saves"]:
        methods.remember(db, gateway.store, method, json.loads(intent["billing"]))
    is_disputed = method["outcome"] in (Outcome.DISPUTED, Outcome.BANK_DISPUTED)
    dispute_at = now + gateway.seconds("processing_seconds") if is_disputed else None
    _change(db, intent, status="succeeded", settle_at=None, last_error=None, dispute_at=dispute_at)
    _tell(db, gateway, "succeeded", intent_id)


def _fail(db: sqlite3.Connection, gateway: Gateway, intent_id: str, error: dict[str, Any]) -> None:
    intent = by_id(db, intent_id)
    _change(db, intent, status="requires_payment_method", settle_at=None, last_error=json.dumps(error))
    _tell(db, gateway, "payment_failed", intent_id)


def _tell(db: sqlite3.Connection, gateway: Gateway, what: str, intent_id: str) -> None:
    account_id = touch(db, gateway, intent_id)["account_id"]
    events.record(db, gateway, f"payment_intent.{what}", account_id, intent_id, as_json(db, intent_id))


def touch(db: sqlite3.Connection, gateway: Gateway, intent_id: str) -> sqlite3.Row:
    """Note that something about an intent changed now, so that whoever asks for changes hears of it."""
    db.execute("update intent set changed = ? where id = ?", [gateway.store.now(), intent_id])
    return by_id(db, intent_id)


def _change(db: sqlite3.Connection, intent: sqlite3.Row, **columns: Any) -> None:
    sets = ", ".join(f"{name} = ?" for name in columns)
    db.execute(f"update intent set {sets} where id = ?", [*columns.values(), intent["id"]])  # noqa: S608 (our own names)
