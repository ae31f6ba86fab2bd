"""What each test card does, asked as a server would ask."""

import pytest
import requests

from tests.support.sandbox import Sandbox, SandboxAccount


@pytest.mark.parametrize(
    ("number", "brand", "cvc"),
    [
        ("4242424242424242", "visa", "123"),
        ("5555555555554444", "mastercard", "123"),
        ("378282246310005", "amex", "1234"),
    ],
)
def test_a_good_card_pays_and_is_charged_once(
    sandbox: Sandbox, account: SandboxAccount, number: str, brand: str, cvc: str
) -> None:
    token = account.token(number, cvc=cvc).json()
    intent = account.intent(description="INV-000209")
    body = {"payment_method": token["payment_method"]}
    paid = account.call("POST", f"/v1/payment_intents/{intent['id']}/confirm", body, key=intent["id"]).json()
    assert (paid["status"], paid["last_payment_error"], paid["next_action"]) == ("succeeded", None, None)
    charge = paid["charge"]
    assert charge["id"].startswith("ch_")
    assert charge["created"] >= paid["created"]
    assert (charge["amount"], charge["currency"], charge["brand"], charge["last4"]) == (
        138_000,
        "GBP",
        brand,
        number[-4:],
    )
    assert (charge["exp_month"], charge["exp_year"]) == (12, 2040)
    assert sandbox.charges(intent["metadata"]["attempt"]) == 1


@pytest.mark.parametrize(
    ("number", "code", "decline_code", "outcome"),
    [
        ("4000000000000002", "card_declined", "generic_decline", "issuer_declined"),
        ("4000000000009995", "card_declined", "insufficient_funds", "issuer_declined"),
        ("4000000000000069", "expired_card", "expired_card", "issuer_declined"),
        ("4000000000000127", "incorrect_cvc", "incorrect_cvc", "issuer_declined"),
        ("4100000000000019", "card_declined", "fraudulent", "blocked"),
    ],
)
def test_a_declined_card_says_why_and_takes_nothing(
    sandbox: Sandbox, account: SandboxAccount, number: str, code: str, decline_code: str, outcome: str
) -> None:
    intent = account.intent()
    answer = account.confirm(intent, number)
    error = answer.json()["error"]
    assert answer.status_code == 402
    assert (error["type"], error["code"], error["decline_code"]) == ("card_error", code, decline_code)
    assert error["outcome"]["type"] == outcome
    told = error["payment_intent"]
    assert (told["id"], told["status"], told["charge"]) == (intent["id"], "requires_payment_method", None)
    assert told["last_payment_error"]["decline_code"] == decline_code
    assert sandbox.charges(intent["metadata"]["attempt"]) == 0


def test_after_a_decline_the_old_key_declines_again_and_a_new_key_pays(
    sandbox: Sandbox, account: SandboxAccount
) -> None:
    intent = account.intent()
    first = account.confirm(intent, "4000000000000002", key="first")
    again = account.confirm(intent, "4000000000000002", key="first")
    assert (first.status_code, again.status_code, again.headers["Idempotent-Replayed"]) == (402, 402, "true")
    assert first.json() == again.json()
    paid = account.confirm(intent, "4242424242424242", key="second").json()
    assert (paid["status"], paid["last_payment_error"]) == ("succeeded", None)
    assert sandbox.charges(intent["metadata"]["attempt"]) == 1


def test_a_card_that_must_be_confirmed_sends_the_payer_to_the_bank(sandbox: Sandbox, account: SandboxAccount) -> None:
    intent = account.intent(return_url="http://localhost:1/back?attempt=7")
    told = account.confirm(intent, "4000002760003184").json()
    assert (told["status"], told["charge"]) == ("requires_action", None)
    address = told["next_action"]["redirect_to_url"]["url"]
    assert address.startswith(sandbox.url)
    answer = requests.post(address, data={"decision": "confirm"}, allow_redirects=False, timeout=20)
    back = f"http://localhost:1/back?attempt=7&payment_intent={intent['id']}&redirect_status=succeeded"
    assert (answer.status_code, answer.headers["Location"]) == (303, back)
    assert account.read(intent)["status"] == "succeeded"
    # Too late: the payment stays what it is.
    requests.post(address, data={"decision": "refuse"}, allow_redirects=False, timeout=20)
    assert account.read(intent)["status"] == "succeeded"
    assert sandbox.charges(intent["metadata"]["attempt"]) == 1


def test_a_payer_who_refuses_at_the_bank_is_not_charged(sandbox: Sandbox, account: SandboxAccount) -> None:
    intent = account.intent(return_url="http://localhost:1/back")
    address = account.confirm(intent, "4000002760003184").json()["next_action"]["redirect_to_url"]["url"]
    answer = requests.post(address, data={"decision": "refuse"}, allow_redirects=False, timeout=20)
    assert answer.headers["Location"].endswith("redirect_status=failed")
    told = account.read(intent)
    assert (told["status"], told["next_action"]) == ("requires_payment_method", None)
    assert told["last_payment_error"]["code"] == "payment_intent_authentication_failure"
    assert sandbox.charges(intent["metadata"]["attempt"]) == 0


def test_slow_cards_end_by_themselves(sandbox: Sandbox, account: SandboxAccount) -> None:
    good, bad = account.intent(), account.intent()
    assert account.confirm(good, "4000000000000077").json()["status"] == "processing"
    assert account.confirm(bad, "4000000000005423").json()["status"] == "processing"
    assert account.wait_for(good, "succeeded")["charge"]["last4"] == "0077"
    failed = account.wait_for(bad, "requires_payment_method")
    assert (failed["last_payment_error"]["code"], failed["charge"]) == ("card_declined", None)


def test_a_slow_payment_can_be_settled_now_but_not_cancelled(sandbox: Sandbox, account: SandboxAccount) -> None:
    sandbox.order("settings", processing_seconds=600)
    intent = account.intent()
    account.confirm(intent, "4000000000000077")
    refused = account.call("POST", f"/v1/payment_intents/{intent['id']}/cancel", {})
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "payment_intent_unexpected_state")
    told = sandbox.order("settle", payment_intent=intent["id"], outcome="failed")
    assert told["status"] == "requires_payment_method"


def test_the_answer_of_the_timeout_card_is_lost_but_the_charge_is_not(
    sandbox: Sandbox, account: SandboxAccount
) -> None:
    intent = account.intent()
    with pytest.raises(requests.RequestException):
        account.confirm(intent, "4000000000000259", key="lost")
    assert account.read(intent)["status"] == "succeeded"
    assert account.confirm(intent, "4000000000000259", key="lost").json()["charge"]["last4"] == "0259"
    assert sandbox.charges(intent["metadata"]["attempt"]) == 1


@pytest.mark.parametrize(
    ("typed", "field", "message"),
    [
        ({"number": ""}, "number", "Enter the card number."),
        ({"number": "4242 4242 4242 4241"}, "number", "This card number is not right. Check it."),
        (
            {"number": "4111 1111 1111 1111"},
            "number",
            "This is not a test card. The Sandbox takes its own test cards only.",
        ),
        ({"exp": "13/40"}, "exp", "Enter the expiry date as month and year, such as 08/30."),
        ({"exp": "01/20"}, "exp", "This date is in the past."),
        ({"cvc": "12"}, "cvc", "The security code has 3 digits."),
        ({"number": "378282246310005", "cvc": "123"}, "cvc", "The security code has 4 digits."),
        ({"cvc": "", "lang": "zh-Hans"}, "cvc", "请输入安全码。"),
    ],
)
def test_what_is_wrong_with_a_card_is_said_at_its_field(
    account: SandboxAccount, typed: dict[str, str], field: str, message: str
) -> None:
    answer = account.token(**({"number": "4242424242424242"} | typed))
    error = answer.json()["error"]
    assert (answer.status_code, error["param"], error["message"]) == (422, field, message)
    assert error["fields"] == {field: message}


def test_full_width_digits_are_digits_and_numbers_are_never_kept(sandbox: Sandbox, account: SandboxAccount) -> None:
    token = account.token("４２４２ ４２４２ ４２４２ ４２４２", exp="１２／４０", cvc="１２３").json()
    assert (token["brand"], token["last4"], token["exp"]) == ("visa", "4242", "12/40")
    stored = b"".join(path.read_bytes() for path in sandbox.folder.glob("sandbox.sqlite3*"))
    assert b"4242424242424242" not in stored
