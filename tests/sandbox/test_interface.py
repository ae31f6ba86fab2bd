"""Keys, accounts, idempotency, lists and what is refused."""

import uuid
from typing import Any

import pytest
import requests

from tests.support.races import at_once
from tests.support.sandbox import Sandbox, SandboxAccount


def order(**more: Any) -> dict[str, Any]:
    return {"amount": 5_000, "currency": "gbp", "metadata": {"attempt": uuid.uuid4().hex}} | more


def test_an_account_says_what_it_can_do(account: SandboxAccount) -> None:
    told = account.call("GET", "/v1/account").json()
    can = told["capabilities"]
    assert (told["livemode"], can["methods"]) == (False, ["card", "bank"])
    assert {"JPY", "KWD", "EUR", "GBP", "USD", "CNY"} <= set(can["currencies"])
    assert "XAF" not in can["currencies"]
    assert can["minimum"]["GBP"] == 30


def test_only_a_good_key_opens_anything(sandbox: Sandbox, account: SandboxAccount) -> None:
    for headers in ({}, {"Authorization": "Bearer sk_test_wrong"}, {"Authorization": account.told["secret_key"]}):
        assert requests.get(f"{sandbox.url}/v1/account", headers=headers, timeout=20).status_code == 401
    old = SandboxAccount(sandbox, dict(account.told))
    account.told |= account.call("POST", "/v1/account/rotate_key", {}).json()
    assert old.call("GET", "/v1/account").status_code == 401
    assert account.call("GET", "/v1/account").status_code == 200


def test_another_accounts_payments_are_not_there(sandbox: Sandbox, account: SandboxAccount) -> None:
    intent, stranger = account.intent(), sandbox.sign_up()
    path = f"/v1/payment_intents/{intent['id']}"
    assert stranger.call("GET", path).status_code == 404
    assert stranger.call("POST", f"{path}/cancel", {}).status_code == 404
    assert stranger.confirm(intent, "4242424242424242").status_code == 404
    token = account.token("4242424242424242").json()["payment_method"]
    theirs = stranger.intent()
    answer = stranger.call("POST", f"/v1/payment_intents/{theirs['id']}/confirm", {"payment_method": token}, key="k")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "resource_missing")
    assert stranger.call("GET", "/v1/payment_intents").json()["data"][0]["id"] == theirs["id"]
    assert account.read(intent)["status"] == "requires_payment_method"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"amount": 29}, "amount_too_small"),
        ({"amount": -5000}, "amount_too_small"),
        ({"amount": 10**12}, "amount_too_large"),
        ({"amount": 50.0}, "parameter_invalid"),
        ({"amount": True}, "parameter_invalid"),
        ({"amount": "5000"}, "parameter_invalid"),
        ({"currency": "XAF"}, "currency_not_supported"),
        ({"currency": None}, "currency_not_supported"),
        ({"return_url": "javascript:alert(1)"}, "parameter_invalid"),
        ({"return_url": "http://a.test; script-src *"}, "parameter_invalid"),
        ({"return_url": "https://user@a.test/"}, "parameter_invalid"),
        ({"metadata": "x"}, "parameter_invalid"),
    ],
)
def test_what_makes_no_sense_is_refused_and_its_key_stays_free(
    account: SandboxAccount, body: dict[str, Any], code: str
) -> None:
    answer = account.call("POST", "/v1/payment_intents", order(**body), key="one")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)
    assert account.call("GET", "/v1/payment_intents").json()["data"] == []
    assert account.call("POST", "/v1/payment_intents", order(), key="one").status_code == 200


def test_a_repeated_call_gets_the_first_answer_and_another_body_is_refused(account: SandboxAccount) -> None:
    body = order()
    first = account.call("POST", "/v1/payment_intents", body, key="one")
    again = account.call("POST", "/v1/payment_intents", body, key="one")
    assert first.json() == again.json()
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (200, "true")
    other = account.call("POST", "/v1/payment_intents", body | {"amount": 5_001}, key="one")
    assert (other.status_code, other.json()["error"]["type"]) == (400, "idempotency_error")
    without = account.call("POST", "/v1/payment_intents", body)
    assert (without.status_code, without.json()["error"]["code"]) == (400, "idempotency_key_missing")


def test_keys_are_kept_for_a_day_unless_they_are_forgotten(own_sandbox: Sandbox) -> None:
    account, body = own_sandbox.sign_up(), order()
    first = account.call("POST", "/v1/payment_intents", body, key="one").json()
    own_sandbox.order("clock", advance=23 * 3600)
    assert account.call("POST", "/v1/payment_intents", body, key="one").json()["id"] == first["id"]
    own_sandbox.order("clock", advance=2 * 3600)
    second = account.call("POST", "/v1/payment_intents", body, key="one").json()
    assert second["id"] != first["id"]
    assert own_sandbox.order("forget_keys") == {"forgotten": 1}
    third = account.call("POST", "/v1/payment_intents", body, key="one").json()
    assert third["id"] != second["id"]


def test_twenty_calls_at_once_with_one_key_make_one_payment(sandbox: Sandbox, account: SandboxAccount) -> None:
    body = order()
    outcomes = at_once(20, lambda place: account.call("POST", "/v1/payment_intents", body, key="one"))
    answers = [outcome.result for outcome in outcomes]
    assert {answer.status_code for answer in answers} <= {200, 409}
    assert len({answer.json()["id"] for answer in answers if answer.status_code == 200}) == 1
    made = account.call("GET", f"/v1/payment_intents?attempt={body['metadata']['attempt']}").json()["data"]
    assert len(made) == 1


def test_twenty_confirmations_at_once_with_twenty_keys_charge_once(sandbox: Sandbox, account: SandboxAccount) -> None:
    intent = account.intent()
    outcomes = at_once(20, lambda place: account.confirm(intent, "4242424242424242", key=f"k{place}"))
    statuses = sorted(outcome.result.status_code for outcome in outcomes)
    assert statuses == [200] + [400] * 19
    assert sandbox.charges(intent["metadata"]["attempt"]) == 1


def test_a_key_whose_call_is_under_way_is_in_use(sandbox: Sandbox, account: SandboxAccount) -> None:
    sandbox.order("settings", hold_seconds=1.5)
    intent = account.intent()
    outcomes = at_once(2, lambda place: account.confirm(intent, "4000000000000259", key="one"))
    answered = [outcome.result for outcome in outcomes if outcome.error is None]
    assert [answer.status_code for answer in answered] == [409]
    assert answered[0].json()["error"]["code"] == "idempotency_key_in_use"
    assert sandbox.charges(intent["metadata"]["attempt"]) == 1


def test_a_cancelled_payment_can_not_be_paid(sandbox: Sandbox, account: SandboxAccount) -> None:
    intent = account.intent()
    told = account.call("POST", f"/v1/payment_intents/{intent['id']}/cancel", {}, key="away").json()
    assert told["status"] == "canceled"
    assert told["canceled_at"]
    answer = account.confirm(intent, "4242424242424242")
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (400, "payment_intent_unexpected_state")
    assert error["payment_intent"]["status"] == "canceled"
    assert account.call("POST", f"/v1/payment_intents/{intent['id']}/cancel", {}).status_code == 400
    assert sandbox.charges(intent["metadata"]["attempt"]) == 0


def test_lists_are_newest_first_and_go_on_after_an_id(account: SandboxAccount) -> None:
    made = [account.intent(attempt=f"a{number}")["id"] for number in range(3)]
    first = account.call("GET", "/v1/payment_intents?limit=2").json()
    assert ([one["id"] for one in first["data"]], first["has_more"]) == ([made[2], made[1]], True)
    rest = account.call("GET", f"/v1/payment_intents?limit=2&starting_after={made[1]}").json()
    assert ([one["id"] for one in rest["data"]], rest["has_more"]) == ([made[0]], False)
    assert [one["id"] for one in account.call("GET", "/v1/payment_intents?attempt=a1").json()["data"]] == [made[1]]
    assert account.call("GET", "/v1/payment_intents?created_gte=99999999999").json()["data"] == []
    assert account.call("GET", "/v1/payment_intents?limit=0").status_code == 400
    events = account.call("GET", "/v1/events?type=payment_intent.created").json()["data"]
    assert [event["data"]["object"]["id"] for event in events] == list(reversed(made))


def test_three_decimals_and_none_keep_their_minor_units(account: SandboxAccount) -> None:
    for currency, amount in (("JPY", 138_000), ("KWD", 5_124)):
        paid = account.confirm(account.intent(amount=amount, currency=currency), "4242424242424242").json()
        assert (paid["charge"]["amount"], paid["charge"]["currency"]) == (amount, currency)


def test_faults_come_as_ordered(sandbox: Sandbox, account: SandboxAccount) -> None:
    intent = account.intent()
    confirm = {"path": "/v1/payment_intents/*/confirm", "method": "POST"}
    sandbox.order("fail_next", **confirm, when="before", how="status", status=500)
    assert account.confirm(intent, "4242424242424242", key="k").status_code == 500
    assert sandbox.charges(intent["metadata"]["attempt"]) == 0
    sandbox.order("fail_next", **confirm, when="after_effect", how="drop")
    with pytest.raises(requests.RequestException):
        account.confirm(intent, "4242424242424242", key="k")
    assert sandbox.charges(intent["metadata"]["attempt"]) == 1
    assert account.confirm(intent, "4242424242424242", key="k").status_code == 200
    sandbox.order("fail_next", path="/v1/payment_intents/*", when="before", how="alter", change={"charge.amount": 1})
    assert account.read(intent)["charge"]["amount"] == 1
    assert account.read(intent)["charge"]["amount"] == 138_000


def test_what_is_no_json_is_refused(sandbox: Sandbox, account: SandboxAccount) -> None:
    headers = {"Authorization": f"Bearer {account.told['secret_key']}", "Idempotency-Key": "k"}
    for body, kind in ((b"{", "application/json"), (b"[]", "application/json"), (b"{}", "text/plain")):
        answer = requests.post(
            f"{sandbox.url}/v1/payment_intents", data=body, headers=headers | {"Content-Type": kind}, timeout=20
        )
        assert (answer.status_code, answer.json()["error"]["type"]) == (400, "invalid_request_error")
    assert requests.get(f"{sandbox.url}/v1/nothing", timeout=20).json()["error"]["code"] == "resource_missing"
