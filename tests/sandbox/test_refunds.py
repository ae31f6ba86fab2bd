"""Money given back and taken back: refunds, disputes, and what is left of a payment."""

import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from counterfoil.sandbox.store import Store
from tests.support.sandbox import Sandbox, SandboxAccount

SLOW_REFUND, FAILING_REFUND, DISPUTED = "4000000000007726", "4000000000005126", "4000000000002685"


def error(answer: Any) -> str:
    assert answer.status_code == 400, answer.text
    return str(answer.json()["error"]["code"])


def wait_for_refund(account: SandboxAccount, refund: dict[str, Any], status: str) -> dict[str, Any]:
    until = time.monotonic() + 8
    while True:
        told: dict[str, Any] = account.call("GET", f"/v1/refunds/{refund['id']}").json()
        if told["status"] == status:
            return told
        assert time.monotonic() < until, told
        time.sleep(0.05)


def test_parts_are_given_back_until_nothing_is_left(account: SandboxAccount) -> None:
    paid = account.paid()
    first = account.refund(paid, 38_000).json()
    assert (first["status"], first["amount"], first["metadata"]) == ("succeeded", 38_000, {"refund": "7"})
    assert error(account.refund(paid, 100_001)) == "refund_too_large"
    assert account.refund(paid).json()["amount"] == 100_000
    assert error(account.refund(paid, 1)) == "charge_already_refunded"
    assert [one["amount"] for one in account.read(paid)["refunds"]] == [38_000, 100_000]


@pytest.mark.parametrize("amount", [0, -1, True, "5", 0.5])
def test_a_refund_of_no_amount_is_refused(account: SandboxAccount, amount: Any) -> None:
    paid = account.paid()
    assert account.refund(paid, amount).status_code == 400
    assert not account.read(paid)["refunds"]


def test_what_was_not_paid_is_not_given_back(account: SandboxAccount) -> None:
    assert error(account.refund(account.intent())) == "payment_intent_unexpected_state"


def test_the_same_key_gives_back_once_and_twenty_keys_no_more_than_there_was(account: SandboxAccount) -> None:
    paid = account.paid()
    assert account.refund(paid, 8_000, key="one").json() == account.refund(paid, 8_000, key="one").json()
    with ThreadPoolExecutor(20) as threads:
        answers = [threads.submit(account.refund, paid, 100_000) for _ in range(20)]
    assert sorted(one.result().status_code for one in answers) == [200] + [400] * 19
    assert sum(one["amount"] for one in account.read(paid)["refunds"]) == 108_000


def test_another_account_gives_nothing_back(sandbox: Sandbox, account: SandboxAccount) -> None:
    paid = account.paid()
    stranger = sandbox.sign_up()
    assert stranger.refund(paid).status_code == 404
    refund = account.refund(paid, 5).json()
    assert stranger.call("GET", f"/v1/refunds/{refund['id']}").status_code == 404
    assert stranger.call("GET", "/v1/refunds").json()["data"] == []


def test_a_slow_refund_ends_later_and_one_can_fail(account: SandboxAccount) -> None:
    slow = account.refund(account.paid(SLOW_REFUND)).json()
    assert slow["status"] == "pending"
    wait_for_refund(account, slow, "succeeded")
    paid = account.paid(FAILING_REFUND)
    failing = account.refund(paid).json()
    assert failing["status"] == "pending"
    assert error(account.refund(paid, 1)) == "charge_already_refunded"
    assert wait_for_refund(account, failing, "failed")["failure_reason"] == "lost_or_stolen_card"
    assert account.refund(paid, 1).status_code == 200
    kinds = [event["type"] for event in account.call("GET", "/v1/events?limit=100").json()["data"]]
    assert {"refund.created", "charge.refunded", "refund.failed"} <= set(kinds)


def test_a_disputed_payment_is_taken_back_and_can_be_won(sandbox: Sandbox, account: SandboxAccount) -> None:
    paid = account.paid(DISPUTED)
    dispute = account.wait_for_dispute(paid)
    assert (dispute["status"], dispute["amount"], dispute["funds_withdrawn"]) == ("needs_response", 138_000, True)
    assert error(account.refund(paid, 1)) == "charge_disputed"
    won = sandbox.order("close_dispute", dispute=dispute["id"], outcome="won")
    assert (won["status"], won["funds_withdrawn"]) == ("won", False)
    assert account.refund(paid, 1).status_code == 200


def test_what_a_bank_took_back_for_good_is_not_given_back_again(sandbox: Sandbox, account: SandboxAccount) -> None:
    paid = account.paid()
    dispute = sandbox.order("dispute", payment_intent=paid["id"], amount=100_000)
    sandbox.order("close_dispute", dispute=dispute["id"], outcome="lost")
    assert error(account.refund(paid, 38_001)) == "refund_too_large"
    assert account.refund(paid).json()["amount"] == 38_000
    assert [one["status"] for one in account.call("GET", "/v1/disputes").json()["data"]] == ["lost"]


def test_a_bank_takes_back_what_was_given_back_already(sandbox: Sandbox, account: SandboxAccount) -> None:
    paid = account.paid()
    account.refund(paid, 60_000)
    dispute = sandbox.order("dispute", payment_intent=paid["id"], amount=138_000)
    body = {"payment_intent": paid["id"], "amount": 1}
    assert requests.post(f"{sandbox.url}/_test/dispute", json=body, timeout=20).status_code == 400
    sandbox.order("close_dispute", dispute=dispute["id"], outcome="lost")
    assert error(account.refund(paid, 1)) == "charge_already_refunded"


@pytest.mark.parametrize("amount", [0, -1, True, "5", 0.5, 138_001])
def test_no_bank_takes_back_what_is_no_amount(sandbox: Sandbox, account: SandboxAccount, amount: Any) -> None:
    paid = account.paid()
    body = {"payment_intent": paid["id"], "amount": amount}
    assert requests.post(f"{sandbox.url}/_test/dispute", json=body, timeout=20).status_code == 400
    assert not account.read(paid)["disputes"]


def test_what_changed_lately_is_asked_for(sandbox: Sandbox, account: SandboxAccount) -> None:
    old, new = account.paid(), account.paid()
    later = sandbox.order("clock", advance=1000)["now"]
    account.refund(old, 1)
    found = account.call("GET", f"/v1/payment_intents?changed_gte={later - 10}").json()["data"]
    assert [one["id"] for one in found] == [old["id"]]
    assert new["id"] not in str(found)


def test_a_file_from_before_refunds_is_taken_up(tmp_path: Any) -> None:
    path = tmp_path / "old.sqlite3"
    with sqlite3.connect(path) as db:
        db.execute(
            "create table account (id text primary key, name text not null, secret_hash text not null unique,"
            "publishable_key text not null unique, webhook_secret text not null,"
            "webhook_url text not null default '', created real not null) strict"
        )
        db.execute("insert into account values ('acct_1', 'Old', 'h', 'pk', 'w', '', 1)")
    for _twice in range(2):
        row = Store(path).reading().execute("select * from account").fetchone()
        assert (row["name"], row["reference_transactions"], row["minimum"]) == ("Old", 1, "{}")
