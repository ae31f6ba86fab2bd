"""A gateway to pay at: the Sandbox as a process, with the studio's account connected to it.

Its webhooks are off, so that a test says itself when one comes: `till.hook(…)` writes one as the gateway would.
"""

import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from .cast import Cast, actor
from .sandbox import Sandbox

CARD, OTHER_CARD = "4242424242424242", "5555555555554444"
DECLINED, POOR, BLOCKED = "4000000000000002", "4000000000009995", "4100000000000019"
CHALLENGED = "4000002760003184"
SLOW, SLOW_AND_DECLINED = "4000000000000077", "4000000000005423"
ANSWER_LOST = "4000000000000259"


@dataclass
class Till:
    """`begin` and `collect` in the name of ana; `account` is the studio's at the gateway, as a row."""

    cast: Cast
    sandbox: Sandbox
    account: Any

    def capabilities(self) -> Any:
        from counterfoil.books.payments.gateways import accounts

        return accounts.connect(self.account).capabilities()

    def begin_ahead(self, retainer: Any) -> Any:
        """Store an attempt at paying a retainer invoice, which is paid whole."""
        return self.begin(retainer, retainer.unpaid_minor)

    def begin(
        self,
        invoice: Any,
        minor: int | None = None,
        *,
        card: str | None = CARD,
        by: Any = None,
        key: str = "",
        method: Any = None,
    ) -> Any:
        """Store an attempt at paying an invoice, all that is payable of it unless an amount is given."""
        from counterfoil.books.payments import attempts

        invoice.refresh_from_db()
        return attempts.begin(
            {invoice.id: invoice.balance_minor if minor is None else minor},
            customer_id=invoice.customer_id,
            gateway=self.account,
            capabilities=self.capabilities(),
            by=actor(by or self.cast.ana),
            form_key=key or secrets.token_urlsafe(24),
            method=method or attempts.Method(token=f"pm_card_{card}" if card else ""),
        )

    def collect(self, attempt: Any) -> Any:
        from counterfoil.books.payments import collecting

        return collecting.collect(attempt, collecting.order_for(attempt, return_url="http://localhost:8000/back"))

    def pay(self, invoice: Any, minor: int | None = None, *, card: str | None = CARD, by: Any = None) -> Any:
        """Begin and collect: the attempt as it then is."""
        return self.collect(self.begin(invoice, minor, card=card, by=by))

    def charges(self, attempt: Any) -> int:
        """How often money really moved for an attempt, by the gateway's own store."""
        return self.sandbox.charges(str(attempt.id))

    def intent(self, attempt: Any) -> dict[str, Any]:
        return self.call("GET", f"/v1/payment_intents/{attempt.provider_id}")

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.account.secret_key}", "Idempotency-Key": secrets.token_hex(8)}
        answer = requests.request(method, self.sandbox.url + path, json=body, headers=headers, timeout=20)
        assert answer.status_code in (200, 402), answer.text
        told: dict[str, Any] = answer.json()
        return told

    def settle(self, attempt: Any, outcome: str) -> None:
        """End a payment that the gateway is processing."""
        self.sandbox.order("settle", payment_intent=attempt.provider_id, outcome=outcome)

    def event(self, provider_id: str, *, event_id: str = "", kind: str = "succeeded") -> bytes:
        """A webhook's body."""
        told = {"id": event_id or f"evt_{secrets.token_hex(8)}", "type": f"payment_intent.{kind}"}
        return json.dumps(told | {"data": {"object": {"id": provider_id}}}).encode()

    def signed(self, body: bytes, *, secret: str | None = None, at: float | None = None) -> dict[str, str]:
        """The headers that the gateway sends with it."""
        moment = str(int(at or time.time()))
        key = (self.account.webhook_secret if secret is None else secret).encode()
        digest = hmac.new(key, f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
        return {"Sandbox-Signature": f"t={moment},v1={digest}"}

    def hook(self, provider_id: str, *, event_id: str = "", kind: str = "succeeded") -> None:
        """Hear a webhook about a payment at the gateway."""
        from counterfoil.books.payments import hearing

        body = self.event(provider_id, event_id=event_id, kind=kind)
        hearing.hear(self.account.id, self.signed(body), body)


def connect(cast: Cast, address: str, *, public_url: str = "http://localhost:8000") -> Any:
    """The studio's account at the Sandbox that answers at an address."""
    from counterfoil.books.payments import gateway_accounts

    opened = gateway_accounts.open_at_sandbox(cast.studio.name, address=address, public_url=public_url)
    return gateway_accounts.add(cast.studio, opened, by=cast.by_olga)


@pytest.fixture(scope="session")
def gateway_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """One Sandbox for all tests of a process. What it processes stays so until a test says how it ends."""
    folder = tmp_path_factory.mktemp("till")
    sandbox = Sandbox(folder, options=("--hold-seconds", "0.3", "--processing-seconds", "600"))
    sandbox.start()
    yield sandbox
    sandbox.end()


@pytest.fixture
def till(cast: Cast, gateway_process: Sandbox) -> Iterator[Till]:
    gateway_process.order("settings", webhooks="off")
    yield Till(cast, gateway_process, connect(cast, gateway_process.url))
    gateway_process.order("reset")
