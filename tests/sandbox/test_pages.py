"""The gateway's own pages, as a payer without JavaScript uses them, and what their policies allow."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tests.support.listener import Listener
from tests.support.sandbox import Sandbox, SandboxAccount

CARD = {"number": "4242 4242 4242 4242", "exp": "12 / 40", "cvc": "123"}


def pay(intent: dict[str, Any], **typed: str) -> requests.Response:
    return requests.post(intent["hosted_url"], data=CARD | typed, allow_redirects=False, timeout=20)


def policy(answer: requests.Response) -> dict[str, str]:
    parts = answer.headers["Content-Security-Policy"].split(";")
    return {name: values for name, _, values in (part.strip().partition(" ") for part in parts)}


def test_the_page_says_what_is_paid_and_that_no_money_is_real(account: SandboxAccount) -> None:
    intent = account.intent(description="INV-000209 <b>", return_url="http://localhost:9/back")
    english = requests.get(intent["hosted_url"], timeout=20).text
    for words in (
        "Sandbox: no real money",
        "£1,380.00",
        "INV-000209 &lt;b&gt;",
        "4000 0000 0000 9995",
        "Cancel and go back",
    ):
        assert words in english
    chinese = requests.get(f"{intent['hosted_url']}?lang=zh-Hans", timeout=20).text
    for words in ('lang="zh-Hans"', "沙盒：不涉及真实资金", "支付 £1,380.00", "取消并返回"):
        assert words in chinese
    assert "沙盒" in requests.get(account.intent(locale="zh-Hans")["hosted_url"], timeout=20).text


@pytest.mark.parametrize(("amount", "currency", "written"), [(1_380, "JPY", "¥1,380"), (5_124, "KWD", "5.124")])
def test_amounts_are_written_with_their_decimals(
    account: SandboxAccount, amount: int, currency: str, written: str
) -> None:
    assert written in requests.get(account.intent(amount=amount, currency=currency)["hosted_url"], timeout=20).text


def test_paying_goes_back_with_a_hint(sandbox: Sandbox, account: SandboxAccount) -> None:
    intent = account.intent(return_url="http://localhost:9/back?a=1")
    answer = pay(intent)
    assert answer.status_code == 303
    assert parse_qs(urlsplit(answer.headers["Location"]).query) == {
        "a": ["1"], "payment_intent": [intent["id"]], "redirect_status": ["succeeded"],
    }  # fmt: skip
    # Whoever comes back to a page that is paid is sent on, and is never charged again.
    assert pay(intent).headers["Location"] == answer.headers["Location"]
    assert sandbox.charges(intent["metadata"]["attempt"]) == 1


def test_a_decline_is_said_and_another_card_can_be_tried(sandbox: Sandbox, account: SandboxAccount) -> None:
    intent = account.intent(return_url="http://localhost:9/back")
    answer = pay(intent, number="4000000000009995")
    assert answer.status_code == 402
    assert 'role="alert">There was not enough money on this card. You were not charged.' in answer.text
    assert 'value="4000000000009995"' in answer.text
    assert pay(intent).status_code == 303
    assert sandbox.charges(intent["metadata"]["attempt"]) == 1


def test_what_is_wrong_stands_at_the_field_and_nothing_typed_is_lost(account: SandboxAccount) -> None:
    answer = pay(account.intent(), number='4242"><i>', exp="01/20", cvc="")
    assert answer.status_code == 422
    assert 'value="4242&#34;&gt;&lt;i&gt;"' in answer.text
    for words in ("This card number is not right.", "This date is in the past.", "Enter the security code."):
        assert words in answer.text
    assert 'value="01/20" placeholder="MM / YY" inputmode="numeric" autocomplete="cc-exp"' in answer.text


def test_giving_up_cancels_and_goes_back_but_never_undoes_a_payment(account: SandboxAccount) -> None:
    intent, paid = (
        account.intent(return_url="http://localhost:9/back"),
        account.intent(return_url="http://localhost:9/b"),
    )
    account.confirm(paid, "4242424242424242")
    for one, status in ((intent, "canceled"), (paid, "succeeded")):
        answer = requests.post(f"{one['hosted_url']}/cancel", allow_redirects=False, timeout=20)
        assert answer.headers["Location"].endswith(f"redirect_status={status}")
        assert account.read(one)["status"] == status


def test_opening_a_page_changes_nothing(account: SandboxAccount) -> None:
    intent = account.intent()
    account.confirm(intent, "4000002760003184")
    for address in (intent["hosted_url"], f"{intent['hosted_url']}/challenge"):
        requests.get(address, timeout=20)
        requests.head(address, timeout=20)
    assert account.read(intent)["status"] == "requires_action"


def test_a_wrong_address_says_so(sandbox: Sandbox, account: SandboxAccount) -> None:
    for path in (
        "/pay/pi_1_secret_2",
        "/pay/pi_1_secret_2/challenge",
        "/fields?key=pk_test_1",
        "/nothing",
        "/assets/../a",
    ):
        answer = requests.get(sandbox.url + path, timeout=20)
        assert answer.status_code == 404
    assert requests.get(f"{sandbox.url}/_test/charges", timeout=20).status_code == 200


def test_pages_carry_a_strict_policy(account: SandboxAccount) -> None:
    answer = requests.get(account.intent(return_url="https://portal.test:8443/back?x")["hosted_url"], timeout=20)
    assert policy(answer) == {
        "default-src": "'none'",
        "style-src": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
        "form-action": "'self' https://portal.test:8443",
    }
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_only_known_origins_may_frame_the_fields(sandbox: Sandbox, account: SandboxAccount) -> None:
    def ask(origin: str) -> requests.Response:
        query = {"key": account.told["publishable_key"], "origin": origin, "lang": "zh-Hans"}
        return requests.get(f"{sandbox.url}/fields", params=query, timeout=20)

    local = ask("http://localhost:8000")
    assert (local.status_code, policy(local)["frame-ancestors"]) == (200, "http://localhost:8000")
    assert (policy(local)["default-src"], policy(local)["script-src"]) == ("'none'", "'self'")
    assert "卡号" in local.text
    wrong = ("https://portal.test", "null", "", "*", "http://localhost@portal.test", "http://localhost; script-src *")
    for origin in wrong:
        assert ask(origin).status_code == 403
    assert account.call("POST", "/v1/origins", {"origin": "https://portal.test"}).json()["origins"] == [
        "https://portal.test"
    ]
    assert policy(ask("https://portal.test"))["frame-ancestors"] == "https://portal.test"
    for origin in (*wrong[1:], "https://portal.test/path"):
        assert account.call("POST", "/v1/origins", {"origin": origin}).status_code == 400


@pytest.mark.browser
def test_a_payer_without_javascript_is_declined_confirms_at_the_bank_and_comes_back(
    account: SandboxAccount, listener: Listener, browse: Any
) -> None:
    intent = account.intent(return_url=f"{listener.url}/back", description="INV-000209")
    page = browse(javascript=False, width=390)
    page.goto(intent["hosted_url"])
    page.get_by_label("Card number").fill("4000000000000002")
    page.get_by_label("Expiry").fill("12/40")
    page.get_by_label("Security code").fill("123")
    page.get_by_role("button", name="Pay £1,380.00").click()
    assert "You were not charged" in page.get_by_role("alert").inner_text()
    page.get_by_label("Card number").fill("4000002760003184")
    page.get_by_label("Security code").fill("123")
    page.get_by_role("button", name="Pay £1,380.00").click()
    page.get_by_role("button", name="Confirm payment").click()
    page.wait_for_url(f"{listener.url}/back?payment_intent={intent['id']}&redirect_status=succeeded")
    assert account.read(intent)["status"] == "succeeded"


@pytest.mark.browser
def test_chromium_lets_the_form_go_back_and_nowhere_else(
    account: SandboxAccount, listener: Listener, browse: Any
) -> None:
    page = browse(language="zh-Hans", dark=True)
    intent = account.intent(return_url=f"{listener.url}/back")
    page.goto(intent["hosted_url"])
    page.get_by_role("button", name="取消并返回").click()
    page.wait_for_url(f"{listener.url}/back?**redirect_status=canceled")
    assert page.evaluate("document.body.scrollWidth <= innerWidth")
