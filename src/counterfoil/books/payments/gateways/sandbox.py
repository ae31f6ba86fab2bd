"""The Sandbox gateway: real HTTP to a process of its own, no real money. docs/sandbox.md describes its interface."""

import hashlib
import hmac
import json
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, TypeVar
from urllib.parse import urlencode

import requests

from counterfoil.foundation.money import Money

from .interface import (
    LONGEST,
    BadSignature,
    Capabilities,
    CardFields,
    DisputeSnapshot,
    DisputeState,
    Failure,
    GatewayRefused,
    Hint,
    NotConfigured,
    Order,
    OutcomeUnknown,
    Payer,
    RefundSnapshot,
    RefundState,
    SavedMethod,
    Snapshot,
    State,
)

TIMEOUT = (3, 20)  # seconds to connect, and to wait for an answer
QUICK = (2, 5)  # where a page waits for it
OLDEST_SIGNATURE = 300
CAPABILITIES_KEPT = 300
SILENCE_KEPT = 5

REASONS = {
    "insufficient_funds": "insufficient_funds",
    "expired_card": "expired_card",
    "incorrect_cvc": "incorrect_cvc",
    "invalid_cvc": "incorrect_cvc",
    "incorrect_number": "card_number",
    "authentication_failed": "authentication_failed",
    "payment_intent_authentication_failure": "authentication_failed",
    "amount_too_small": "below_minimum",
    "amount_too_large": "above_limit",
    "currency_not_supported": "currency",
    "processing_error": "processing_error",
    "address": "address",
    "duplicate_transaction": "duplicate",
    "account_closed": "account_closed",
    "reference_transactions_not_enabled": "reference_transactions",
    "recurring_not_supported": "recurring",
    "refund_too_large": "refund_too_large",
    "charge_already_refunded": "refund_too_large",
    "charge_disputed": "disputed",
}
REFUSALS = (400, 401, 402, 403, 404, 422)  # with these the gateway says that it did nothing
STATES = {
    "requires_confirmation": State.CREATED,
    "requires_action": State.ACTION,
    "processing": State.PROCESSING,
    "succeeded": State.PAID,
    "canceled": State.CANCELLED,
}
REFUND_STATES = {"pending": RefundState.PENDING, "succeeded": RefundState.PAID, "failed": RefundState.FAILED}
DISPUTE_STATES = {"needs_response": DisputeState.OPEN, "won": DisputeState.WON, "lost": DisputeState.LOST}
KINDS: dict[str, Literal["card", "bank"]] = {"card": "card", "bank": "bank"}
Thing = TypeVar("Thing")

_kept: dict[tuple[str, str], tuple[float, Capabilities | None]] = {}
_kept_lock = threading.Lock()


class SandboxGateway:
    """One account at the Sandbox."""

    def __init__(
        self,
        *,
        address: str,
        secret_key: str,
        webhook_secret: str,
        public_key: str = "",
        live: bool = False,
        asks_for: frozenset[str] = frozenset(),
    ) -> None:
        self.address = address.rstrip("/")
        self.public_key = public_key
        self.secret_key = secret_key
        self.webhook_secret = webhook_secret
        self.live = live
        self.asks_for = asks_for  # the payer's address fields

    def capabilities(self) -> Capabilities:
        """What the account can do. Remembered, since every payment page asks; silence is remembered for a moment."""
        key = (self.address, self.secret_key)
        with _kept_lock:
            until, kept = _kept.get(key, (0, None))
        if time.monotonic() >= until:
            kept = self._ask_capabilities()
            with _kept_lock:
                _kept[key] = (time.monotonic() + (CAPABILITIES_KEPT if kept else SILENCE_KEPT), kept)
        if kept is None:
            raise OutcomeUnknown("the gateway doesn't say what it can do")
        return kept

    def _ask_capabilities(self) -> Capabilities | None:
        try:
            answer = self._call("GET", "/v1/account", timeout=QUICK)["capabilities"]
            return Capabilities(
                currencies=frozenset(answer["currencies"]),
                methods=frozenset(answer["methods"]),
                least=dict(answer["minimum"]),
                most=dict(answer.get("maximum", {})),
                saves_methods=bool(answer.get("recurring", False)),
                recurring=bool(answer.get("recurring", False)),
                partial_refunds=bool(answer.get("partial_refunds", True)),
                bank_currencies=frozenset(answer.get("bank_currencies", ())),
                longest=LONGEST
                | {kind: timedelta(days=days) for kind, days in answer.get("processing_days", {}).items()},
            )
        except (OutcomeUnknown, GatewayRefused, KeyError, TypeError, ValueError):
            return None

    def card_fields(self, *, language: str, accent: str, kind: Literal["card", "bank"] = "card") -> CardFields:
        query = urlencode({"key": self.public_key, "lang": language, "accent": accent, "kind": kind})
        return CardFields(origin=self.address, url=f"{self.address}/fields?{query}")

    def dashboard(self) -> str:
        secret = hashlib.sha256(self.secret_key.encode()).hexdigest()
        proof = hmac.new(secret.encode(), b"dashboard", hashlib.sha256).hexdigest()
        return f"{self.address}/dashboard?{urlencode({'key': f'{self.public_key}.{proof}'})}"

    def check(self) -> Failure | None:
        try:
            self._call("GET", "/v1/account")
        except GatewayRefused as refusal:
            return refusal.failure
        except OutcomeUnknown as unknown:
            return Failure("gateway_settings", str(unknown))
        return None

    def start(self, order: Order) -> Snapshot:
        body = {
            "amount": order.money.minor,
            "currency": order.money.currency,
            "description": order.description,
            "return_url": order.return_url,
            "locale": order.language,
            "metadata": {"attempt": order.attempt},
            "payment_method_types": [order.kind],
        }
        body |= {"payment_method": order.method_token} if order.method_token else {}
        body |= {"setup_future_usage": "off_session"} if order.saves else {}
        # Without its fields in our page, the gateway's own page asks for the address, beginning with what we know.
        body |= {"billing_address_collection": "required"} if "street" in self.asks_for else {}
        body |= _billing(order.payer)
        snapshot = self._snapshot(self._call("POST", "/v1/payment_intents", body, key=order.idempotency_key))
        if snapshot.attempt != order.attempt or snapshot.money != order.money:
            raise OutcomeUnknown("the gateway answered with another payment")
        return snapshot

    def confirm(self, order: Order, payment_id: str) -> Snapshot:
        body = {"payment_method": order.method_token, "return_url": order.return_url} | _billing(order.payer)
        path = f"/v1/payment_intents/{payment_id}/confirm"
        return self._snapshot(self._call("POST", path, body, key=f"{order.idempotency_key}-confirm"))

    def fetch(self, payment_id: str) -> Snapshot:
        return self._snapshot(self._call("GET", f"/v1/payment_intents/{payment_id}"))

    def find(self, order: Order) -> Snapshot | None:
        found = self._call("GET", "/v1/payment_intents", params={"attempt": order.attempt, "limit": "1"})["data"]
        return self._snapshot(found[0]) if found else None

    def cancel(self, payment_id: str, *, key: str) -> Snapshot:
        return self._snapshot(self._call("POST", f"/v1/payment_intents/{payment_id}/cancel", {}, key=key))

    def refund(self, payment_id: str, money: Money, *, refund: str, key: str) -> RefundSnapshot:
        body = {"payment_intent": payment_id, "amount": money.minor, "metadata": {"refund": refund}}
        return _as(_refund, self._call("POST", "/v1/refunds", body, key=key))

    def keep_method(self, token: str, payer: Payer | None) -> SavedMethod:
        return _as(_method, self._call("POST", f"/v1/payment_methods/{token}/keep", _billing(payer)))

    def change_method(self, token: str, *, expiry: tuple[int, int] | None, payer: Payer | None) -> SavedMethod:
        dates = {"exp_month": expiry[0], "exp_year": expiry[1]} if expiry else {}
        return _as(_method, self._call("POST", f"/v1/payment_methods/{token}", dates | _billing(payer)))

    def forget_method(self, token: str) -> None:
        try:
            self._call("DELETE", f"/v1/payment_methods/{token}")
        except GatewayRefused as refusal:
            if refusal.failure.raw != "resource_missing":
                raise

    def changes(self, since: datetime) -> Iterator[Snapshot]:
        params = {"changed_gte": str(int(since.timestamp())), "limit": "100"}
        while True:
            page = self._call("GET", "/v1/payment_intents", params=params)
            yield from (self._snapshot(intent) for intent in page["data"])
            if not page.get("has_more"):
                return
            params["starting_after"] = page["data"][-1]["id"]

    def verify(self, headers: Mapping[str, str], body: bytes) -> list[Hint]:
        if not self.webhook_secret:
            raise NotConfigured("there is no webhook secret")
        parts = dict(part.split("=", 1) for part in headers.get("Sandbox-Signature", "").split(",") if "=" in part)
        moment, given = parts.get("t", ""), parts.get("v1", "")
        if not re.fullmatch("[0-9]{1,12}", moment) or abs(time.time() - int(moment)) > OLDEST_SIGNATURE:
            raise BadSignature("no time, or too far from now")
        expected = hmac.new(self.webhook_secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(expected.encode(), given.encode()):
            raise BadSignature("the signature is not the gateway's")
        try:
            event = json.loads(body)
            about = event["data"]["object"]
            return [Hint(event_id=str(event["id"]), object_id=str(about.get("payment_intent") or about["id"]))]
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise BadSignature("the body is not an event") from error

    def _call(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        *,
        key: str = "",
        params: dict[str, str] | None = None,
        timeout: tuple[int, int] = TIMEOUT,
    ) -> dict[str, Any]:
        """One call. A parsed 4xx raises GatewayRefused; no answer, 5xx, 409, 429 or no JSON raises OutcomeUnknown."""
        headers = {"Authorization": f"Bearer {self.secret_key}"} | ({"Idempotency-Key": key} if key else {})
        try:
            answer = requests.request(
                method,
                self.address + path,
                json=body,
                params=params,
                headers=headers,
                timeout=timeout,
                allow_redirects=False,
            )
            parsed = answer.json()
        except (requests.RequestException, ValueError, RecursionError) as error:
            raise OutcomeUnknown(f"{method} {path}: {type(error).__name__}") from error
        if answer.status_code == 200 and isinstance(parsed, dict):
            return parsed
        problem = parsed.get("error") if isinstance(parsed, dict) else None
        if answer.status_code not in REFUSALS or not isinstance(problem, dict):
            raise OutcomeUnknown(f"{method} {path}: {answer.status_code}")
        raise self._refusal(problem, answer.status_code)

    def _refusal(self, error: dict[str, Any], status: int) -> GatewayRefused:
        intent = error.get("payment_intent")
        failure = _failure(error)
        if status in (401, 403):
            failure = Failure("gateway_settings", failure.raw or str(status))
        elif status != 402 and failure.reason == "do_not_honor":
            failure = Failure("processing_error", failure.raw)
        return GatewayRefused(failure, self._snapshot(intent) if isinstance(intent, dict) else None)

    def _snapshot(self, intent: dict[str, Any]) -> Snapshot:
        return _as(_read, intent)


def _as(read: Callable[[dict[str, Any]], Thing], told: dict[str, Any]) -> Thing:
    try:
        return read(told)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise OutcomeUnknown("the gateway's answer lacks what it should have") from error


def _read(intent: dict[str, Any]) -> Snapshot:
    status, charge, error = intent["status"], intent.get("charge") or {}, intent.get("last_payment_error")
    failure = _failure(error) if error else None
    # After a decline another card may be tried on the gateway's page, so this is no end.
    waiting = State.ACTION if failure else State.CREATED
    state = waiting if status == "requires_payment_method" else STATES[status]
    action = (intent.get("next_action") or {}).get("redirect_to_url") or {}
    method = intent.get("payment_method") or {}
    expected = intent.get("expected_at")
    return Snapshot(
        id=str(intent["id"]),
        state=state,
        money=_money(intent),
        attempt=str((intent.get("metadata") or {}).get("attempt", "")),
        live=bool(intent.get("livemode", False)),
        moved=_money(charge) if state == State.PAID else None,
        failure=failure if state != State.PAID else None,
        next_url=str(action.get("url") or (intent.get("hosted_url", "") if state != State.PAID else "")),
        method_label=_label(charge or method),
        raw_status=status,
        kind=KINDS[method["type"]] if method else "",
        saved=_method(method) if method.get("kept") else None,
        expected_on=datetime.fromtimestamp(expected, UTC).date() if expected else None,
        refunds=tuple(_refund(one) for one in intent.get("refunds") or ()),
        disputes=tuple(_dispute(one) for one in intent.get("disputes") or ()),
    )


def _refund(told: dict[str, Any]) -> RefundSnapshot:
    reason = str(told.get("failure_reason") or "")
    return RefundSnapshot(
        id=str(told["id"]),
        payment_id=str(told["payment_intent"]),
        money=_money(told),
        state=REFUND_STATES[told["status"]],
        refund=str((told.get("metadata") or {}).get("refund", "")),
        failure=Failure("refund_failed", reason) if told["status"] == "failed" else None,
    )


def _dispute(told: dict[str, Any]) -> DisputeSnapshot:
    return DisputeSnapshot(
        id=str(told["id"]),
        payment_id=str(told["payment_intent"]),
        money=_money(told),
        state=DISPUTE_STATES[told["status"]],
        is_withdrawn=bool(told["funds_withdrawn"]),
    )


def _method(told: dict[str, Any]) -> SavedMethod:
    is_bank = told["type"] == "bank"
    return SavedMethod(
        token=str(told["id"]),
        kind="bank" if is_bank else "card",
        brand=str(told["brand"]) if is_bank else str(told["brand"]).title(),
        last4=str(told["last4"]),
        exp_month=0 if is_bank else int(told["exp_month"]),
        exp_year=0 if is_bank else int(told["exp_year"]),
        holder=str(told.get("holder", "")),
    )


def _money(told: dict[str, Any]) -> Money:
    return Money(int(told["amount"]), str(told["currency"]).upper())


def _label(told: dict[str, Any]) -> str:
    """ "Visa •••• 4242" """
    if not told.get("last4"):
        return ""
    brand = str(told["brand"])
    return f"{brand if ' ' in brand else brand.title()} •••• {told['last4']}"


def _billing(payer: Payer | None) -> dict[str, Any]:
    """What is sent of the payer, in the gateway's words; nothing for what is empty."""
    if payer is None:
        return {}
    address = {
        "line1": payer.street,
        "city": payer.city,
        "postal_code": payer.postcode,
        "state": payer.region,
        "country": payer.country,
    }
    told = {"name": payer.name, "address": {name: value for name, value in address.items() if value}}
    return {"billing_details": {name: value for name, value in told.items() if value}}


def _failure(error: dict[str, Any]) -> Failure:
    """Why money did not move, from an error of the gateway. What we don't know is the bank's business."""
    code = str(error.get("decline_code") or error.get("code") or "")
    if (error.get("outcome") or {}).get("type") == "blocked":
        return Failure("security_check", code)
    if error.get("code") == "payment_method_debit_failed" and code == "insufficient_funds":
        return Failure("account_poor", code)
    return Failure(REASONS.get(code, "do_not_honor"), code)
