"""The card fields in a frame of another page, in a real browser."""

from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import FrameLocator, Page

from tests.support.listener import Listener
from tests.support.sandbox import Sandbox, SandboxAccount

pytestmark = pytest.mark.browser

SCRIPT = """
window.heard = [];
window.addEventListener("message", (event) => {
  const frame = document.querySelector("iframe");
  if (event.source !== frame.contentWindow) return;
  window.heard.push({ ...event.data, from: event.origin });
  if (event.data.type === "size") frame.height = event.data.height;
});
window.ask = () => {
  const frame = document.querySelector("iframe");
  frame.contentWindow.postMessage({ type: "tokenize" }, new URL(frame.src).origin);
};
"""


def open_fields(
    page: Page, listener: Listener, account: SandboxAccount, *, origin: str = "", lang: str = "en"
) -> FrameLocator:
    """The listener's page with the fields in it, which are for `origin`, the page's own if none is given."""
    query = {"key": account.told["publishable_key"], "lang": lang, "origin": origin or listener.url, "accent": "aa2255"}
    address = f"{account.sandbox.url}/fields?{urlencode(query)}".replace("&", "&amp;")
    listener.pages = {
        "/": f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Pay now</title>'
        f'<script src="/page.js"></script><iframe title="Card" width="380" src="{address}"></iframe>',
        "/page.js": SCRIPT,
    }
    listener.policy = f"default-src 'none'; script-src 'self'; frame-src {account.sandbox.url}"
    page.goto(f"{listener.url}/")
    return page.frame_locator("iframe")


def heard(page: Page, *kinds: str, higher_than: float = 0) -> dict[str, Any]:
    """The last message of one of these kinds, once there is one. The page's policy forbids Playwright's own waiting."""
    for _ in range(100):
        told: list[dict[str, Any]] = [message for message in page.evaluate("heard") if message["type"] in kinds]
        if told and told[-1].get("height", 1) > higher_than:
            return told[-1]
        page.wait_for_timeout(50)
    raise AssertionError(f"Only heard {page.evaluate('heard')}")


def test_a_card_becomes_a_payment_method_that_the_page_around_can_use(
    sandbox: Sandbox, account: SandboxAccount, listener: Listener, browse: Any
) -> None:
    page = browse()
    fields = open_fields(page, listener, account)
    assert heard(page, "ready")["from"] == sandbox.url
    fields.get_by_label("Card number").press_sequentially("4242424242424242")
    fields.get_by_label("Expiry").press_sequentially("1240")
    fields.get_by_label("Security code").fill("123")
    assert fields.get_by_label("Card number").input_value() == "4242 4242 4242 4242"
    assert fields.get_by_label("Expiry").input_value() == "12 / 40"
    fields.get_by_label("Expiry").fill("")
    fields.get_by_label("Expiry").press_sequentially("1/41")
    assert fields.get_by_label("Expiry").input_value() == "01 / 41"
    fields.get_by_label("Security code").press("Enter")
    heard(page, "submit")
    page.evaluate("ask()")
    token = heard(page, "token", "invalid")
    assert (token["type"], token["brand"], token["last4"], token["exp"]) == ("token", "visa", "4242", "01/41")
    intent = account.intent()
    body = {"payment_method": token["payment_method"]}
    paid = account.call("POST", f"/v1/payment_intents/{intent['id']}/confirm", body, key="one").json()
    assert paid["status"] == "succeeded"


def test_what_is_wrong_is_said_in_the_frame_and_nothing_typed_is_lost(
    account: SandboxAccount, listener: Listener, browse: Any
) -> None:
    page = browse(dark=True, width=390)
    fields = open_fields(page, listener, account, lang="zh-Hans")
    before = heard(page, "size")["height"]
    fields.get_by_label("卡号").fill("４２４２ ４２４２ ４２４２ ４２４２")
    fields.get_by_label("有效期").fill("01/20")
    page.evaluate("ask()")
    told = heard(page, "token", "invalid")
    assert (told["type"], told["field"], told["message"]) == ("invalid", "exp", "该有效期已过。")
    assert fields.get_by_text("请输入安全码。").is_visible()
    assert fields.get_by_label("有效期").get_attribute("aria-invalid") == "true"
    assert fields.get_by_label("有效期").input_value() == "01 / 20"
    heard(page, "size", higher_than=before)
    height = fields.locator("body").evaluate("document.documentElement.scrollHeight - innerHeight")
    assert height <= 0


def test_a_page_of_another_origin_gets_no_fields(account: SandboxAccount, listener: Listener, browse: Any) -> None:
    page = browse()
    open_fields(page, listener, account, origin="http://localhost:1")
    page.wait_for_timeout(300)
    assert page.evaluate("heard") == []
    assert any("frame-ancestors" in problem for problem in browse.problems)
    browse.problems.clear()
