"""The Sandbox gateway as the process that it is, and an account at it."""

import contextlib
import os
import signal
import subprocess
import sys
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from .guards import dies_with_us, release
from .ports import free_port

START_WITHIN = 30


@dataclass
class Sandbox:
    """One gateway process on a file of its own. `start` it again after `kill`: what was answered is still there."""

    folder: Path
    options: tuple[str, ...] = ("--hold-seconds", "0.6", "--processing-seconds", "0.3")
    control: bool = True
    port: int = field(default_factory=free_port)
    _process: subprocess.Popen[str] | None = None
    _guard: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def start(self) -> str:
        """Returns the line that says that it is ready."""
        command = [sys.executable, "-P", "-m", "counterfoil.sandbox", "--port", str(self.port)]
        command += ["--data", str(self.folder / "sandbox.sqlite3"), *self.options]
        command += ["--control"] * self.control
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)
        self._process, self._guard = process, dies_with_us(-process.pid)
        assert process.stdout is not None
        return process.stdout.readline()

    def end(self, number: int = signal.SIGTERM) -> int:
        """SIGTERM for good order, SIGKILL for a crash of the whole group. Returns the exit code."""
        assert self._process is not None
        assert self._guard is not None
        if number == signal.SIGKILL:
            os.killpg(self._process.pid, number)
        else:
            self._process.send_signal(number)
        try:
            return self._process.wait(15)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            release(self._guard)
            self._process = None

    def kill(self) -> None:
        self.end(signal.SIGKILL)

    def order(self, call: str, **body: Any) -> dict[str, Any]:
        """A call under /_test/. Raises when it is refused."""
        answer = requests.post(f"{self.url}/_test/{call}", json=body, timeout=20)
        assert answer.ok, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def charges(self, attempt: str) -> int:
        """How often money really moved for an attempt."""
        answer = requests.get(f"{self.url}/_test/charges", params={"attempt": attempt}, timeout=20)
        return int(answer.json()["count"])

    def sign_up(self) -> "SandboxAccount":
        told = requests.post(f"{self.url}/v1/accounts", json={"name": "Lindqvist & Zhou Studio"}, timeout=20).json()
        return SandboxAccount(self, told)


@dataclass
class SandboxAccount:
    """An account, and calls with its secret key."""

    sandbox: Sandbox
    told: dict[str, Any]

    def call(self, method: str, path: str, body: dict[str, Any] | None = None, *, key: str = "") -> requests.Response:
        headers = {"Authorization": f"Bearer {self.told['secret_key']}"} | ({"Idempotency-Key": key} if key else {})
        return requests.request(method, self.sandbox.url + path, json=body, headers=headers, timeout=20)

    def intent(self, *, amount: int = 138_000, currency: str = "GBP", attempt: str = "", **more: Any) -> dict[str, Any]:
        """A new payment intent, for an attempt with a name of its own unless one is given."""
        body = {"amount": amount, "currency": currency, "metadata": {"attempt": attempt or uuid.uuid4().hex}, **more}
        answer = self.call("POST", "/v1/payment_intents", body, key=uuid.uuid4().hex)
        assert answer.status_code == 200, answer.text
        intent: dict[str, Any] = answer.json()
        return intent

    def confirm(self, intent: dict[str, Any], number: str, *, key: str = "") -> requests.Response:
        return self.confirm_with(intent, f"pm_card_{number}", key=key)

    def confirm_with(
        self, intent: dict[str, Any], method: str, *, key: str = "", billing: dict[str, Any] | None = None
    ) -> requests.Response:
        body = {"payment_method": method} | ({"billing_details": billing} if billing else {})
        return self.call("POST", f"/v1/payment_intents/{intent['id']}/confirm", body, key=key or uuid.uuid4().hex)

    def paid(self, number: str = "4242424242424242", **more: Any) -> dict[str, Any]:
        """An intent that is paid."""
        intent = self.intent(**more)
        assert self.confirm(intent, number).status_code == 200
        return self.read(intent)

    def refund(self, intent: dict[str, Any], amount: int | None = None, *, key: str = "") -> requests.Response:
        body = {"payment_intent": intent["id"], "metadata": {"refund": "7"}}
        body |= {"amount": amount} if amount is not None else {}
        return self.call("POST", "/v1/refunds", body, key=key or uuid.uuid4().hex)

    def read(self, intent: dict[str, Any]) -> dict[str, Any]:
        told: dict[str, Any] = self.call("GET", f"/v1/payment_intents/{intent['id']}").json()
        return told

    def token(self, number: str, *, exp: str = "12/40", cvc: str = "123", lang: str = "en") -> requests.Response:
        """What the hosted fields do with what was typed."""
        headers = {"Authorization": f"Bearer {self.told['publishable_key']}"}
        body = {"number": number, "exp": exp, "cvc": cvc, "lang": lang}
        return requests.post(f"{self.sandbox.url}/v1/tokens", json=body, headers=headers, timeout=20)

    def wait_for_dispute(self, intent: dict[str, Any], *, seconds: float = 8) -> dict[str, Any]:
        """The first dispute over a payment. The gateway opens it by itself, a moment after it is due."""
        until = time.monotonic() + seconds
        while not (disputes := self.read(intent)["disputes"]):
            assert time.monotonic() < until, f"no dispute after {seconds} s"
            time.sleep(0.05)
        first: dict[str, Any] = disputes[0]
        return first

    def wait_for(self, intent: dict[str, Any], status: str, *, seconds: float = 8) -> dict[str, Any]:
        until = time.monotonic() + seconds
        while (told := self.read(intent))["status"] != status:
            assert time.monotonic() < until, f"still {told['status']} after {seconds} s"
            time.sleep(0.05)
        return told
