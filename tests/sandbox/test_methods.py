"""What is saved for later payments, bank accounts, and what an account can and can't do."""

import uuid
from typing import Any

import pytest
import requests

from tests.support.sandbox import Sandbox, SandboxAccount

CARD, ADDRESS, DUPLICATE = "4242424242424242", "4000000000000010", "4000000000000036"
PAYS, POOR, CLOSED = "000123456789", "000222222227", "000111111113"
WHO = {"name": "Ana Moreau", "address": {"line1": "3 Quay Street", "postal_code": "BS1 4RB", "country": "GB"}}


def saved(account: SandboxAccount, number: str = CARD) -> dict[str, Any]:
    """A card that was kept with a payment."""
    intent = account.intent(setup_future_usage="off_session")
    answer = account.confirm_with(intent, f"pm_card_{number}", billing=WHO)
    assert answer.status_code == 200, answer.text
    method: dict[str, Any] = answer.json()["payment_method"]
    return method


def charge(account: SandboxAccount, method: str, **more: Any) -> requests.Response:
    return account.confirm_with(account.intent(**more), method)


def test_a_card_is_kept_with_a_payment_and_charged_again(account: SandboxAccount) -> None:
    method = saved(account)
    assert (method["kept"], method["brand"], method["last4"], method["holder"]) == (True, "visa", "4242", "Ana Moreau")
    assert method["address"] == WHO["address"]
    assert charge(account, method["id"]).json()["status"] == "succeeded"
    assert not account.paid()["payment_method"]["kept"]


def test_a_card_is_kept_without_a_payment_unless_its_bank_declines_it(account: SandboxAccount) -> None:
    token = account.token(CARD).json()["payment_method"]
    kept = account.call("POST", f"/v1/payment_methods/{token}/keep", {"billing_details": WHO}).json()
    assert (kept["kept"], kept["holder"]) == (True, "Ana Moreau")
    poor = account.token("4000000000009995").json()["payment_method"]
    answer = account.call("POST", f"/v1/payment_methods/{poor}/keep", {})
    assert (answer.status_code, answer.json()["error"]["decline_code"]) == (402, "insufficient_funds")
    assert not account.call("GET", f"/v1/payment_methods/{poor}").json()["kept"]


def test_a_kept_card_is_changed_and_forgotten(sandbox: Sandbox, account: SandboxAccount) -> None:
    path = f"/v1/payment_methods/{saved(account)['id']}"
    told = account.call(
        "POST", path, {"exp_month": 3, "exp_year": 2044, "billing_details": {"name": "A. Moreau"}}
    ).json()
    assert (told["exp_month"], told["exp_year"], told["holder"]) == (3, 2044, "A. Moreau")
    assert told["address"] == WHO["address"]
    assert account.call("POST", path, {"exp_month": 1, "exp_year": 2001}).status_code == 400
    assert sandbox.sign_up().call("POST", path, {}).status_code == 400
    assert account.call("DELETE", path).json()["deleted"]
    assert charge(account, path.rsplit("/", 1)[1]).status_code == 400
    assert account.call("GET", path).status_code == 400


def test_without_reference_transactions_a_kept_card_is_not_charged_but_a_typed_one_is(account: SandboxAccount) -> None:
    method = saved(account)["id"]
    account.call("POST", "/v1/account", {"reference_transactions": False})
    refused = charge(account, method)
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "reference_transactions_not_enabled")
    assert account.paid()["status"] == "succeeded"
    assert account.call("GET", "/v1/account").json()["capabilities"]["reference_transactions"] is False


def test_an_account_without_recurring_payments_keeps_nothing(account: SandboxAccount) -> None:
    account.call("POST", "/v1/account", {"recurring": False})
    body = {"amount": 500, "currency": "GBP", "setup_future_usage": "off_session"}
    answer = account.call("POST", "/v1/payment_intents", body, key="k")
    assert answer.json()["error"]["code"] == "recurring_not_supported"
    token = account.token(CARD).json()["payment_method"]
    assert account.call("POST", f"/v1/payment_methods/{token}/keep", {}).status_code == 400


def test_the_least_amount_is_raised_by_the_account(account: SandboxAccount) -> None:
    told = account.call("POST", "/v1/account", {"minimum": {"GBP": 5_000}}).json()
    assert (told["capabilities"]["minimum"]["GBP"], told["capabilities"]["minimum"]["EUR"]) == (5_000, 50)
    answer = account.call("POST", "/v1/payment_intents", {"amount": 4_999, "currency": "GBP"}, key="k")
    assert answer.json()["error"]["code"] == "amount_too_small"
    for wrong in ({"GBP": 1}, {"XAF": 500}, {"GBP": "many"}, []):
        assert account.call("POST", "/v1/account", {"minimum": wrong}).status_code == 400
    assert account.call("POST", "/v1/account", {"recurring": "no"}).status_code == 400


def test_a_bank_wants_the_address_of_one_card(account: SandboxAccount) -> None:
    bare = account.confirm(account.intent(), ADDRESS)
    assert (bare.status_code, bare.json()["error"]["code"]) == (402, "incorrect_address")
    half = account.confirm_with(account.intent(), f"pm_card_{ADDRESS}", billing={"address": {"line1": "3 Quay Street"}})
    assert half.status_code == 402
    assert account.confirm_with(account.intent(), f"pm_card_{ADDRESS}", billing=WHO).json()["status"] == "succeeded"


def test_the_same_card_and_amount_within_minutes_is_a_duplicate(own_sandbox: Sandbox) -> None:
    account = own_sandbox.sign_up()
    assert account.confirm(account.intent(), DUPLICATE).status_code == 200
    again = account.confirm(account.intent(), DUPLICATE)
    assert (again.status_code, again.json()["error"]["decline_code"]) == (402, "duplicate_transaction")
    assert account.confirm(account.intent(amount=139_000), DUPLICATE).status_code == 200
    assert own_sandbox.sign_up().paid(DUPLICATE)["status"] == "succeeded"
    own_sandbox.order("clock", advance=301)
    assert account.confirm(account.intent(), DUPLICATE).status_code == 200


@pytest.mark.parametrize(("number", "code"), [(POOR, "insufficient_funds"), (CLOSED, "account_closed")])
def test_a_bank_payment_takes_days_and_can_still_fail(own_sandbox: Sandbox, number: str, code: str) -> None:
    account = own_sandbox.sign_up()
    intent = account.intent()
    told = account.confirm_with(intent, f"pm_bank_{number}").json()
    assert (told["status"], told["charge"]) == ("processing", None)
    assert told["expected_at"] - told["created"] in range(345_599, 345_605)
    assert account.call("POST", f"/v1/payment_intents/{intent['id']}/cancel", {}).status_code == 400
    own_sandbox.order("clock", advance=345_700)
    failed = account.wait_for(intent, "requires_payment_method")
    assert failed["last_payment_error"]["decline_code"] == code
    assert own_sandbox.charges(intent["metadata"]["attempt"]) == 0


def test_a_bank_payment_that_cleared_can_come_back(own_sandbox: Sandbox) -> None:
    account = own_sandbox.sign_up()
    intents = {number: account.intent() for number in (PAYS, "000555555559")}
    for number, intent in intents.items():
        account.confirm_with(intent, f"pm_bank_{number}")
    own_sandbox.order("clock", advance=345_700)
    for intent in intents.values():
        assert account.wait_for(intent, "succeeded")["charge"]["kind"] == "bank"
    own_sandbox.order("clock", advance=10)
    refund = account.refund(intents[PAYS], 5).json()
    assert refund["status"] == "pending"
    account.wait_for_dispute(intents["000555555559"])
    assert len(account.read(intents["000555555559"])["disputes"]) == 1


def test_an_account_is_typed_into_the_fields(sandbox: Sandbox, account: SandboxAccount) -> None:
    headers = {"Authorization": f"Bearer {account.told['publishable_key']}"}

    def type_in(**body: str) -> requests.Response:
        return requests.post(f"{sandbox.url}/v1/tokens", json={"kind": "bank"} | body, headers=headers, timeout=20)

    wrong = type_in(holder=" ", routing="123", account="4242424242424242")
    assert (wrong.status_code, set(wrong.json()["error"]["fields"])) == (422, {"holder", "routing", "account"})
    told = type_in(holder="Harbour Bakery", routing="110000000", account="0001 2345 6789").json()
    assert (told["type"], told["last4"]) == ("bank", "6789")
    intent = account.intent(setup_future_usage="off_session")
    assert account.confirm_with(intent, told["payment_method"], key=uuid.uuid4().hex).json()["status"] == "processing"
    assert account.call("GET", f"/v1/payment_methods/{told['payment_method']}").json()["kept"]


def test_banks_take_three_currencies(account: SandboxAccount) -> None:
    answer = account.confirm_with(account.intent(currency="JPY"), f"pm_bank_{PAYS}")
    assert answer.json()["error"]["code"] == "currency_not_supported"
