"""The gateway's own page for a bank account, and for a card whose bank wants the address."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from tests.browser.looking import accessibility, contrast_in_the_dark, scrolling
from tests.support.sandbox import Sandbox, SandboxAccount

PAYS, POOR, CLOSED = "000123456789", "000222222227", "000111111113"
BANK = {"holder": "Harbour Bakery", "routing": "110 000 000", "account": PAYS}
ADDRESS_CARD = {"number": "4000 0000 0000 0010", "exp": "12 / 40", "cvc": "123"}
BACK = "http://localhost:9/back"


def show(intent: dict[str, Any], **query: str) -> str:
    return requests.get(intent["hosted_url"], params=query, timeout=20).text


def pay(intent: dict[str, Any], typed: dict[str, str], *, kind: str = "", **more: str) -> requests.Response:
    query = {"kind": kind} if kind else {}
    return requests.post(intent["hosted_url"], params=query, data=typed | more, allow_redirects=False, timeout=20)


def by_bank(account: SandboxAccount, **more: Any) -> dict[str, Any]:
    return account.intent(payment_method_types=["bank"], return_url=BACK, **more)


def test_a_bank_account_is_typed_and_the_payment_is_under_way(account: SandboxAccount) -> None:
    intent = by_bank(account)
    page = show(intent)
    assert 'name="number"' not in page
    assert "A payment from a bank account takes some days." in page
    assert "Comes back after some days: the account is closed" in page
    answer = pay(intent, BANK)
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("redirect_status=processing")
    told = account.read(intent)
    assert (told["status"], told["payment_method"]["type"]) == ("processing", "bank")
    assert (told["payment_method"]["holder"], told["payment_method"]["last4"]) == ("Harbour Bakery", "6789")
    # Whoever comes back is sent on, and nothing is debited twice.
    assert pay(intent, BANK).headers["Location"] == answer.headers["Location"]


def test_what_is_wrong_with_an_account_stands_at_its_field(account: SandboxAccount) -> None:
    intent = by_bank(account)
    answer = pay(intent, {"holder": " ", "routing": "123", "account": '4242"><i>'})
    assert answer.status_code == 422
    for said in ("Enter the account holder&#39;s name.", "110000000 only.", "This is not a test account."):
        assert said in answer.text
    assert 'value="4242&#34;&gt;&lt;i&gt;"' in answer.text
    assert "请输入户名。" in pay(by_bank(account, locale="zh-Hans"), {}).text
    assert account.read(intent)["status"] == "requires_payment_method"


@pytest.mark.parametrize(
    ("number", "english", "chinese"),
    [
        (POOR, "There was not enough money in this account", "此账户余额不足"),
        (CLOSED, "This account is closed.", "此账户已注销"),
    ],
)
def test_a_debit_that_came_back_is_said_and_can_be_tried_again(
    sandbox: Sandbox, account: SandboxAccount, number: str, english: str, chinese: str
) -> None:
    intent = by_bank(account)
    pay(intent, BANK, account=number)
    sandbox.order("settle", payment_intent=intent["id"], outcome="failed")
    page = show(intent)
    assert english in page
    assert "on this card" not in page
    assert chinese in show(intent, lang="zh-Hans")
    assert pay(intent, BANK).status_code == 303


def test_the_payer_chooses_where_both_are_possible(account: SandboxAccount) -> None:
    intent = account.intent(return_url=BACK)
    assert "Pay from a bank account instead" in show(intent)
    page = show(intent, kind="bank")
    assert 'name="routing"' in page
    assert "Pay by card instead" in page
    assert pay(intent, BANK, kind="bank").status_code == 303
    assert account.read(intent)["payment_method"]["type"] == "bank"
    assert "bank account instead" not in show(account.intent(currency="JPY"))
    account.call("POST", "/v1/account", {"bank_debits": False})
    assert "bank account instead" not in show(account.intent())


def test_a_payment_by_card_takes_no_bank_account(account: SandboxAccount) -> None:
    intent = account.intent(payment_method_types=["card"])
    assert 'name="routing"' not in show(intent, kind="bank")
    assert pay(intent, BANK, kind="bank").status_code == 422
    refused = account.confirm_with(intent, f"pm_bank_{PAYS}")
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "payment_method_not_allowed")
    assert account.read(intent)["status"] == "requires_payment_method"
    assert account.confirm_with(by_bank(account), "pm_card_4242424242424242").status_code == 400
    for wrong in ([], ["cheque"], "card"):
        body = {"amount": 500, "currency": "GBP", "payment_method_types": wrong}
        assert account.call("POST", "/v1/payment_intents", body, key="k").status_code == 400


def test_a_form_that_is_sent_ten_times_at_once_pays_once(sandbox: Sandbox, account: SandboxAccount) -> None:
    intent = account.intent(return_url=BACK)
    with ThreadPoolExecutor(10) as threads:
        answers = list(threads.map(lambda _: pay(intent, ADDRESS_CARD, number="4242424242424242"), range(10)))
    assert {(one.status_code, one.headers["Location"].rpartition("=")[2]) for one in answers} == {(303, "succeeded")}
    assert sandbox.charges(intent["metadata"]["attempt"]) == 1


def test_debits_that_were_switched_off_meanwhile_are_refused_in_words(account: SandboxAccount) -> None:
    intent = by_bank(account)
    account.call("POST", "/v1/account", {"bank_debits": False})
    answer = pay(intent, BANK)
    assert answer.status_code == 422
    assert "can&#39;t be paid in this way. You were not charged." in answer.text
    assert 'value="Harbour Bakery"' in answer.text
    assert account.read(intent)["status"] == "requires_payment_method"


def test_a_card_whose_bank_wants_the_address_is_paid_with_it(sandbox: Sandbox, account: SandboxAccount) -> None:
    intent = account.intent(billing_address_collection="required", return_url=BACK)
    assert "Billing address" in show(intent)
    missing = pay(intent, ADDRESS_CARD, line1=" ", postal_code="")
    assert missing.status_code == 422
    assert "Enter the street and house number." in missing.text
    assert "Enter the postal code." in missing.text
    assert account.read(intent)["last_payment_error"] is None
    assert pay(intent, ADDRESS_CARD, line1="3 Quay Street", postal_code="BS1 4RB").status_code == 303
    assert account.read(intent)["status"] == "succeeded"
    assert sandbox.charges(intent["metadata"]["attempt"]) == 1


def test_what_is_known_of_the_address_is_there_already(account: SandboxAccount) -> None:
    who = {"name": "Ana Moreau", "address": {"line1": '3 "Quay" Street', "country": "GB"}}
    intent = account.intent(
        billing_address_collection="required", billing_details=who, setup_future_usage="off_session", return_url=BACK
    )
    assert 'value="3 &#34;Quay&#34; Street"' in show(intent)
    pay(intent, ADDRESS_CARD, line1="3 Quay Street", postal_code="BS1 4RB")
    kept = account.read(intent)["payment_method"]
    assert kept["holder"] == "Ana Moreau"
    assert kept["address"] == {"line1": "3 Quay Street", "country": "GB", "postal_code": "BS1 4RB"}


def test_nobody_is_asked_for_an_address_that_is_not_wanted(account: SandboxAccount) -> None:
    intent = account.intent()
    assert "Billing address" not in show(intent)
    declined = pay(intent, ADDRESS_CARD, line1="3 Quay Street", postal_code="BS1 4RB")
    assert declined.status_code == 402
    assert "The bank could not verify your address." in declined.text
    bank = account.intent(payment_method_types=["bank"], billing_address_collection="required")
    assert "Billing address" not in show(bank)


@pytest.mark.browser
def test_both_forms_are_read_on_a_phone_and_in_the_dark(account: SandboxAccount, browse: Any) -> None:
    page, found = browse(width=390, javascript=True), []
    intent = account.intent(billing_address_collection="required", description="INV-000209")
    for kind in ("card", "bank"):
        where = f"{intent['hosted_url']}?kind={kind}"
        page.goto(where)
        found += accessibility(page, where) + contrast_in_the_dark(page, where) + scrolling(page, where, 320)
    assert not found, "\n".join(found)
    page.get_by_label("Account holder").fill("Harbour Bakery")
    page.get_by_label("Routing number").fill("110000000")
    page.get_by_label("Account number").fill(PAYS)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Under way").wait_for()
    assert account.read(intent)["status"] == "processing"
