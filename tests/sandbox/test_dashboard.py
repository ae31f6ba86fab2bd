"""The gateway's dashboard, as somebody uses it who tries the product out: seeing payments, and acting on them."""

import hashlib
import hmac
import re
from html import unescape
from typing import Any

import pytest
import requests

from counterfoil.sandbox import words
from counterfoil.sandbox.dashboard.words import DASHBOARD
from tests.browser.looking import accessibility, contrast_in_the_dark, scrolling
from tests.support.listener import Listener
from tests.support.sandbox import Sandbox, SandboxAccount

SLOW_REFUND, PAYS = "4000000000007726", "000123456789"
FORM = re.compile(r'<form[^>]*action="([^"]+)".*?</form>', re.DOTALL)
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]+)"')


class Dashboard:
    """The pages of one account; `send` fills in a form of a page that was opened, as a browser does."""

    def __init__(self, account: SandboxAccount, **headers: str) -> None:
        self.account, self.headers = account, headers

    @property
    def key(self) -> str:
        secret = hashlib.sha256(self.account.told["secret_key"].encode()).hexdigest()
        proof = hmac.new(secret.encode(), b"dashboard", hashlib.sha256).hexdigest()
        return f"{self.account.told['publishable_key']}.{proof}"

    def open(self, path: str = "", **query: str) -> requests.Response:
        address = f"{self.account.sandbox.url}/dashboard{path}"
        return requests.get(address, params={"key": self.key, **query}, headers=self.headers, timeout=20)

    def of(self, intent: dict[str, Any]) -> requests.Response:
        return self.open(f"/payments/{intent['id']}")

    def send(self, page: requests.Response, act: str, **typed: str) -> requests.Response:
        action, hidden = self.form(page, act)
        return self.post(action, hidden | typed)

    def form(self, page: requests.Response, act: str) -> tuple[str, dict[str, str]]:
        """Where the form whose address ends with this goes, and what it carries."""
        forms = {unescape(form[1]): form[0] for form in FORM.finditer(page.text)}
        action = next(address for address in forms if address.split("?")[0].endswith(f"/{act}"))
        return action, dict(HIDDEN.findall(forms[action]))

    def post(self, action: str, data: dict[str, str]) -> requests.Response:
        """Goes where the redirect leads."""
        address = self.account.sandbox.url + action
        return requests.post(address, data=data, headers=self.headers, timeout=20)


@pytest.fixture
def dashboard(account: SandboxAccount) -> Dashboard:
    return Dashboard(account)


def kinds(listener: Listener) -> list[str]:
    return [event["type"] for event in listener.events()]


def test_payments_are_listed_with_state_amount_time_and_key(account: SandboxAccount, dashboard: Dashboard) -> None:
    account.intent(description="INV-000208")
    body = {"amount": 138_000, "currency": "GBP", "description": "INV-000209 <b>", "metadata": {"attempt": "7"}}
    intent = account.call("POST", "/v1/payment_intents", body, key="attempt-000209").json()
    account.confirm(intent, "4242424242424242")
    text = dashboard.open().text
    assert text.index("INV-000209") < text.index("INV-000208")
    for said in ("INV-000209 &lt;b&gt;", "Paid</span>", "£1,380.00", "Visa •••• 4242", "attempt-000209", "UTC</time>"):
        assert said in text
    assert "Not paid yet</span>" in text
    assert "Sandbox: no real money" in text


def test_an_account_without_payments_says_so_and_a_long_list_goes_on(
    account: SandboxAccount, dashboard: Dashboard
) -> None:
    assert "No payments yet" in dashboard.open().text
    for number in range(21):
        account.intent(description=f"INV-{number:06}")
    first = dashboard.open()
    assert "INV-000020" in first.text
    assert "INV-000000" not in first.text
    older = unescape(re.search(r'href="([^"]+)">Older', first.text)[1])
    second = requests.get(account.sandbox.url + older, timeout=20).text
    assert "INV-000000" in second
    assert "INV-000001" not in second
    assert "Newest" in second


def test_a_part_is_refunded_then_the_rest(account: SandboxAccount, dashboard: Dashboard, listener: Listener) -> None:
    account.call("POST", "/v1/webhook_endpoint", {"url": f"{listener.url}/hooks"})
    paid = account.paid()
    done = dashboard.send(dashboard.of(paid), "refund", amount="380.00")
    assert "The refund is made." in done.text
    assert "Partly refunded" in done.text
    assert 'value="1000.00"' in done.text
    dashboard.send(done, "refund", amount="1,000")
    assert [one["amount"] for one in account.read(paid)["refunds"]] == [38_000, 100_000]
    refunded = dashboard.of(paid)
    assert "It can take back £1,380.00, also where some was refunded." in refunded.text
    assert "is left of this payment." not in refunded.text
    disputed = dashboard.send(refunded, "dispute", amount="1380.00")
    assert "There is nothing left to refund or dispute." in disputed.text
    listener.wait(lambda: kinds(listener).count("charge.refunded") == 2)
    assert "Heard, with 200" in dashboard.of(paid).text


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        ("", "Enter an amount above zero, such as 12.50."),
        ("0", "Enter an amount above zero"),
        ("-5", "Enter an amount above zero"),
        ("12.345", "Enter an amount above zero"),
        ('5"><i>', 'value="5&#34;&gt;&lt;i&gt;"'),
        ("1380.01", "At most £1,380.00 can go back."),
    ],
)
@pytest.mark.parametrize("act", ["refund", "dispute"])
def test_an_amount_that_cannot_go_back_is_said_at_its_field(
    account: SandboxAccount, dashboard: Dashboard, act: str, amount: str, said: str
) -> None:
    paid = account.paid()
    refused = dashboard.send(dashboard.of(paid), act, amount=amount)
    assert refused.status_code == 422
    assert said in refused.text
    assert f'id="{act}-error"' in refused.text
    assert refused.text.count('aria-invalid="true"') == 1
    assert account.read(paid) == paid


def test_the_same_form_gives_back_once(account: SandboxAccount, dashboard: Dashboard) -> None:
    paid = account.paid()
    page = dashboard.of(paid)
    for _twice in range(2):
        assert "The refund is made." in dashboard.send(page, "refund", amount="100").text
    other = dashboard.send(page, "refund", amount="200")
    assert other.status_code == 409
    assert "this form was sent before" in other.text
    assert [one["amount"] for one in account.read(paid)["refunds"]] == [10_000]


def test_a_dispute_is_opened_and_won_or_lost(account: SandboxAccount, dashboard: Dashboard, listener: Listener) -> None:
    account.call("POST", "/v1/webhook_endpoint", {"url": f"{listener.url}/hooks"})
    paid = account.paid()
    opened = dashboard.send(dashboard.of(paid), "dispute", amount="1000")
    assert "While a dispute is open, nothing can be refunded." in opened.text
    assert account.read(paid)["disputes"][0]["amount"] == 100_000
    won = dashboard.send(opened, "end", end="good")
    assert "Won: the money is back" in won.text
    assert account.read(paid)["disputes"][0]["status"] == "won"
    lost = dashboard.send(dashboard.send(won, "dispute", amount="1380"), "end", end="bad")
    assert "Taken back</span>" in lost.text
    assert [one["status"] for one in account.read(paid)["disputes"]] == ["won", "lost"]
    listener.wait(lambda: kinds(listener).count("charge.dispute.closed") == 2)


@pytest.mark.parametrize(("end", "status"), [("good", "succeeded"), ("bad", "requires_payment_method")])
def test_a_bank_payment_ends_without_waiting_for_days(
    account: SandboxAccount, dashboard: Dashboard, end: str, status: str
) -> None:
    intent = account.intent()
    account.confirm_with(intent, f"pm_bank_{PAYS}")
    page = dashboard.of(intent)
    assert "Expected" in page.text
    dashboard.send(page, "settle", end=end)
    assert account.read(intent)["status"] == status
    late = dashboard.send(page, "settle", end="good" if end == "bad" else "bad")
    assert late.status_code == 409
    assert account.read(intent)["status"] == status


def test_a_refund_that_is_under_way_ends_now(sandbox: Sandbox, account: SandboxAccount, dashboard: Dashboard) -> None:
    sandbox.order("settings", processing_seconds=3600)
    paid = account.paid(SLOW_REFUND)
    for amount, end in (("100", "good"), ("200", "bad")):
        page = dashboard.send(dashboard.of(paid), "refund", amount=amount)
        assert "Under way" in page.text
        dashboard.send(page, "end", end=end)
    assert [one["status"] for one in account.read(paid)["refunds"]] == ["succeeded", "failed"]


def test_what_changed_meanwhile_is_said_and_nothing_is_done(account: SandboxAccount, dashboard: Dashboard) -> None:
    paid = account.paid()
    page = dashboard.of(paid)
    account.refund(paid)
    before = account.read(paid)
    refused = dashboard.send(page, "refund", amount="1")
    assert refused.status_code == 409
    assert 'role="alert">Nothing was done: this has changed meanwhile.' in refused.text
    assert account.read(paid) == before


def test_what_the_account_can_do_is_switched(account: SandboxAccount, dashboard: Dashboard) -> None:
    saved = dashboard.send(
        dashboard.open("/account"),
        "account",
        recurring="on",
        currencies="gbp, usd",
        minimum="GBP 50.00",
    )
    assert "Saved." in saved.text
    can = account.call("GET", "/v1/account").json()["capabilities"]
    assert (can["recurring"], can["reference_transactions"], can["partial_refunds"]) == (True, False, False)
    assert (can["currencies"], can["methods"], can["bank_currencies"]) == (["GBP", "USD"], ["card"], [])
    assert can["minimum"]["GBP"] == 5_000
    assert "GBP USD</textarea>" in saved.text
    assert "GBP 50.00</textarea>" in saved.text
    body = {"amount": 5_000, "currency": "EUR"}
    assert (
        account.call("POST", "/v1/payment_intents", body, key="k").json()["error"]["code"] == "currency_not_supported"
    )
    debit = account.confirm_with(account.intent(), f"pm_bank_{PAYS}")
    assert debit.json()["error"]["code"] == "bank_debits_not_enabled"
    part = dashboard.send(dashboard.of(account.paid()), "refund", amount="5")
    assert "This account refunds no part of a payment." in part.text


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ({"currencies": "GBP XAF"}, "currencies"),
        ({"minimum": "GBP"}, "minimum"),
        ({"minimum": "GBP 0.01"}, "minimum"),
        ({"minimum": "XAF 500"}, "minimum"),
    ],
)
def test_a_wrong_setting_is_said_and_nothing_is_switched(
    account: SandboxAccount, dashboard: Dashboard, typed: dict[str, str], at: str
) -> None:
    before = account.call("GET", "/v1/account").json()
    refused = dashboard.send(dashboard.open("/account"), "account", **typed)
    assert refused.status_code == 422
    assert f'id="{at}-error"' in refused.text
    assert "checked" not in refused.text
    assert account.call("GET", "/v1/account").json() == before


def test_only_the_key_of_the_account_opens_it(sandbox: Sandbox, account: SandboxAccount, dashboard: Dashboard) -> None:
    paid, stranger = account.paid(), Dashboard(sandbox.sign_up())
    assert account.told["secret_key"] not in dashboard.open().url
    for key in ("", dashboard.key[:-1], stranger.key.partition(".")[0] + "." + dashboard.key.partition(".")[2]):
        for path in ("", "/account", f"/payments/{paid['id']}"):
            answer = requests.get(f"{sandbox.url}/dashboard{path}", params={"key": key}, timeout=20)
            assert answer.status_code == 403
            assert "This address opens nothing" in answer.text
    assert stranger.of(paid).status_code == 404
    action, hidden = stranger.form(stranger.of(stranger.account.paid()), "refund")
    stolen = re.sub(r"pi_\w+", paid["id"], action)
    assert stranger.post(stolen, hidden | {"amount": "1"}).status_code == 404
    assert account.read(paid) == paid


def test_anothers_refund_or_dispute_is_not_there(sandbox: Sandbox, account: SandboxAccount) -> None:
    sandbox.order("settings", processing_seconds=3600)
    stranger = Dashboard(sandbox.sign_up())
    paid = account.paid(SLOW_REFUND)
    refund = account.refund(paid, 100).json()
    dispute = sandbox.order("dispute", payment_intent=paid["id"], amount=100)
    bank = account.intent()
    account.confirm_with(bank, f"pm_bank_{PAYS}")
    before = account.read(paid)
    _, hidden = stranger.form(stranger.of(stranger.account.paid()), "refund")
    for path in (f"refunds/{refund['id']}/end", f"disputes/{dispute['id']}/end", f"payments/{bank['id']}/settle"):
        answer = stranger.post(f"/dashboard/{path}?key={stranger.key}", hidden | {"end": "good"})
        assert answer.status_code == 404
    assert account.read(paid) == before
    assert account.read(bank)["status"] == "processing"


def test_a_replaced_secret_key_opens_nothing(account: SandboxAccount, dashboard: Dashboard) -> None:
    old = dashboard.key
    account.told |= account.call("POST", "/v1/account/rotate_key", {}).json()
    assert requests.get(f"{account.sandbox.url}/dashboard", params={"key": old}, timeout=20).status_code == 403
    assert dashboard.open().status_code == 200


def test_a_form_of_another_site_does_nothing(sandbox: Sandbox, account: SandboxAccount, dashboard: Dashboard) -> None:
    paid, stranger = account.paid(), Dashboard(sandbox.sign_up())
    theirs = stranger.form(stranger.open("/account"), "account")[1]["token"]
    for act, page in (("refund", dashboard.of(paid)), ("account", dashboard.open("/account"))):
        action, hidden = dashboard.form(page, act)
        for token in ("", theirs):
            answer = dashboard.post(action, hidden | {"token": token, "amount": "1"})
            assert answer.status_code == 403
            assert "Nothing was done" in answer.text
    assert account.read(paid) == paid
    assert account.call("GET", "/v1/account").json()["capabilities"]["recurring"] is True


def test_looking_changes_nothing_and_no_button_no_end(account: SandboxAccount, dashboard: Dashboard) -> None:
    intent = account.intent()
    account.confirm_with(intent, f"pm_bank_{PAYS}")
    before = account.read(intent)
    page = dashboard.of(intent)
    action, hidden = dashboard.form(page, "settle")
    assert requests.get(account.sandbox.url + action, timeout=20).status_code == 404
    assert dashboard.post(action, hidden).status_code == 400
    assert account.read(intent) == before
    policy = page.headers["Content-Security-Policy"]
    assert "form-action 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert page.headers["Referrer-Policy"] == "no-referrer"


def test_it_speaks_chinese_to_whoever_reads_that(account: SandboxAccount) -> None:
    chinese = Dashboard(account, **{"Accept-Language": "zh-CN,zh;q=0.9"})
    paid = account.paid()
    for page in (chinese.open(), chinese.of(paid), chinese.open("/account"), Dashboard(account).open(lang="zh-Hans")):
        assert 'lang="zh-Hans"' in page.text
        assert "沙盒：不涉及真实资金" in page.text
    refused = chinese.send(chinese.of(paid), "refund", amount="x")
    assert "请输入大于零的金额，例如 12.50。" in refused.text
    assert "已发起退款。" in chinese.send(refused, "refund", amount="5").text
    assert 'lang="en" hreflang="en">English</a>' in chinese.open().text


def test_both_languages_say_the_same_things() -> None:
    for table in (words.WORDS, DASHBOARD):
        english, chinese = table["en"], table["zh-Hans"]
        assert english.keys() == chinese.keys()
        places = {name: set(re.findall(r"\{(\w+)\}", text)) for name, text in english.items()}
        assert places == {name: set(re.findall(r"\{(\w+)\}", text)) for name, text in chinese.items()}
    assert not words.WORDS["en"].keys() & DASHBOARD["en"].keys()


@pytest.mark.browser
def test_a_payment_is_refunded_by_keyboard_on_a_phone(
    sandbox: Sandbox, account: SandboxAccount, dashboard: Dashboard, browse: Any
) -> None:
    sandbox.order("settings", processing_seconds=3600)
    paid = account.paid(SLOW_REFUND, description="INV-000209, Lindqvist & Zhou Studio")
    page = browse(width=390)
    page.goto(dashboard.open().url)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.get_by_role("link", name="INV-000209").click()
    page.get_by_label("Amount to give back").fill("5")
    page.keyboard.press("Enter")
    assert page.get_by_role("status").inner_text() == "The refund is made."
    assert account.read(paid)["refunds"][0]["amount"] == 500
    found = []
    for address in (page.url, dashboard.open("/account").url, dashboard.open().url):
        page.goto(address)
        found += accessibility(page, address) + contrast_in_the_dark(page, address) + scrolling(page, address, 320)
    assert not found, "\n".join(found)
