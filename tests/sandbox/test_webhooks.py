"""Events reach the other side: signed, repeated until heard, and through crashes."""

import hashlib
import hmac
import time

import pytest
import requests

from tests.support.listener import Listener
from tests.support.sandbox import Sandbox, SandboxAccount


@pytest.fixture
def listening(account: SandboxAccount, listener: Listener) -> SandboxAccount:
    account.call("POST", "/v1/webhook_endpoint", {"url": f"{listener.url}/hooks"})
    return account


def types(listener: Listener) -> list[str]:
    return [event["type"].removeprefix("payment_intent.") for event in listener.events()]


def test_an_event_is_signed_over_its_time_and_raw_body(listening: SandboxAccount, listener: Listener) -> None:
    intent = listening.intent()
    listening.confirm(intent, "4242424242424242")
    listener.wait(lambda: types(listener) == ["created", "succeeded"])
    for headers, body in listener.posted:
        moment, given = (part.split("=", 1)[1] for part in headers["Sandbox-Signature"].split(","))
        secret = listening.told["webhook_secret"].encode()
        assert given == hmac.new(secret, f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
        assert abs(time.time() - int(moment)) < 30
    last = listener.events()[-1]
    assert last["account"] == listening.told["id"]
    assert last["data"]["object"] == listening.read(intent)
    assert listening.call("GET", "/v1/events?limit=1").json()["data"] == [last]


@pytest.mark.parametrize("answer", [302, 500])
def test_an_event_comes_again_until_it_is_heard(listening: SandboxAccount, listener: Listener, answer: int) -> None:
    listener.answers = [answer]
    listening.intent()
    listener.wait(lambda: len(listener.posted) == 2)
    assert len({event["id"] for event in listener.events()}) == 1


def test_events_can_come_twice_in_reverse_and_late(
    sandbox: Sandbox, listening: SandboxAccount, listener: Listener
) -> None:
    sandbox.order("settings", webhooks="off")
    intent = listening.intent()
    listening.confirm(intent, "4000000000000002")
    listening.confirm(intent, "4242424242424242")
    mine = {"account": listening.told["id"]}
    sent = sandbox.order("deliver", order="newest", times=2, **mine)["data"]
    assert types(listener) == ["succeeded"] * 2 + ["payment_failed"] * 2 + ["created"] * 2
    assert {one["status"] for one in sent} == {"200"}
    assert sandbox.order("deliver", **mine)["data"] == []
    assert len(sandbox.order("deliver", again=True, **mine)["data"]) == 3


def test_a_crash_after_the_charge_loses_neither_charge_nor_event_nor_answer(
    own_sandbox: Sandbox, listener: Listener
) -> None:
    account = own_sandbox.sign_up()
    own_sandbox.order("settings", webhooks="off", processing_seconds=600)
    account.call("POST", "/v1/webhook_endpoint", {"url": f"{listener.url}/hooks"})
    paid, slow = account.intent(), account.intent()
    first = account.confirm(paid, "4242424242424242", key="paid").json()
    account.confirm(slow, "4000000000000077")
    own_sandbox.kill()
    with pytest.raises(requests.ConnectionError):
        account.read(paid)
    assert "ready" in own_sandbox.start()
    assert account.confirm(paid, "4242424242424242", key="paid").json() == first
    assert own_sandbox.charges(paid["metadata"]["attempt"]) == 1
    own_sandbox.order("settings", webhooks="on")
    own_sandbox.order("clock", advance=700)
    account.wait_for(slow, "succeeded")
    listener.wait(lambda: len(listener.posted) >= 5)
    assert sorted(types(listener)) == ["created", "created", "processing", "succeeded", "succeeded"]
