"""Paying in a real browser, at the real Sandbox: with its card fields, and without JavaScript."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from counterfoil.books.payments.models import Payment, PaymentAttempt
from tests.support import axe
from tests.support.books import invoice
from tests.support.cast import Cast, visitor
from tests.support.site import Site
from tests.support.till import CARD, CHALLENGED, POOR, SLOW, connect

pytestmark = pytest.mark.browser


@pytest.fixture
def site(running_site: Site, cast: Cast) -> Site:
    connect(cast, running_site.sandbox_url, public_url=running_site.url)
    return running_site


@pytest.fixture
def sign_in(site: Site, browse: Any) -> Callable[..., Page]:
    """`sign_in(cast.ana, dark=True)` opens a page as that person."""

    def open_page(person: Any, **options: Any) -> Page:
        page: Page = browse(base_url=site.url, **options)
        session = visitor(person).cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": site.url}])
        return page

    return open_page


def address(one: Any, rest: str = "pay/") -> str:
    return f"/portal/lindqvist-zhou/{one.customer_id}/invoices/{one.id}/{rest}"


def card_fields(page: Page) -> FrameLocator:
    return page.frame_locator("iframe")


def write_card(page: Page, number: str, *, exp: str = "12 / 40", cvc: str = "123") -> None:
    fields = card_fields(page)
    fields.locator("#number").fill(number)
    fields.locator("#exp").fill(exp)
    fields.locator("#cvc").fill(cvc)


def test_a_card_is_written_into_the_gateways_fields(site: Site, cast: Cast, sign_in: Callable[..., Page]) -> None:
    one = invoice(cast, amount="1380")
    page = sign_in(cast.ana)
    page.goto(address(one, ""))
    page.get_by_role("link", name="Pay now").first.click()
    write_card(page, CARD)
    page.get_by_label("Amount").fill("380")
    page.get_by_role("button", name="Pay £380.00").click()
    expect(page.get_by_role("heading", name="£380.00")).to_be_visible()
    expect(page.get_by_text("Thank you, Ana")).to_be_visible()
    attempt = PaymentAttempt.objects.get()
    assert re.fullmatch("pm_[a-z0-9]+", attempt.method_token)
    assert Payment.objects.get().method_label == "Visa •••• 4242"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("380", "Pay £380.00"),
        (" 1,250.5", "Pay £1,250.50"),
        ("３８０．５", "Pay £380.50"),
        (".5", "Pay £0.50"),
        ("10,5", "Pay"),
        ("1.234", "Pay"),
        ("€5", "Pay"),
        ("", "Pay"),
    ],
)
def test_the_button_says_the_amount_that_is_typed_or_none(
    cast: Cast, sign_in: Callable[..., Page], typed: str, said: str
) -> None:
    one = invoice(cast, amount="1380")
    page = sign_in(cast.ana)
    page.goto(address(one))
    button = page.locator(".pay-button button")
    expect(button).to_have_text("Pay £1,380.00")
    page.get_by_label("Amount").fill(typed)
    expect(button).to_have_text(said)


def test_what_is_wrong_with_a_card_stands_beside_its_field(cast: Cast, sign_in: Callable[..., Page]) -> None:
    page = sign_in(cast.ana)
    page.goto(address(invoice(cast)))
    write_card(page, CARD, exp="12 / 20")
    page.get_by_role("button", name="Pay £100.00").click()
    expect(card_fields(page).locator("#exp")).to_have_attribute("aria-invalid", "true")
    expect(card_fields(page).locator("#exp")).to_be_focused()
    assert not PaymentAttempt.objects.exists()
    write_card(page, CARD)
    card_fields(page).locator("#cvc").press("Enter")
    expect(page.get_by_text("Thank you, Ana")).to_be_visible()


def test_after_a_decline_another_card_is_tried(cast: Cast, sign_in: Callable[..., Page]) -> None:
    page = sign_in(cast.ana)
    page.goto(address(invoice(cast)))
    write_card(page, POOR)
    page.get_by_role("button", name="Pay £100.00").click()
    expect(page.get_by_role("alert").first).to_contain_text("You were not charged")
    expect(page.get_by_role("alert").first).to_be_focused()
    write_card(page, CARD)
    page.get_by_role("button", name="Pay £100.00").click()
    expect(page.get_by_text("Thank you, Ana")).to_be_visible()
    assert Payment.objects.count() == 1


def test_a_confirmation_at_the_bank_and_back(cast: Cast, sign_in: Callable[..., Page]) -> None:
    page = sign_in(cast.ana)
    page.goto(address(invoice(cast)))
    write_card(page, CHALLENGED)
    page.get_by_role("button", name="Pay £100.00").click()
    page.get_by_role("button", name="Confirm payment").click()
    expect(page.get_by_text("Thank you, Ana")).to_be_visible()


def test_an_open_page_goes_on_by_itself_once_the_outcome_is_known(
    site: Site, cast: Cast, sign_in: Callable[..., Page]
) -> None:
    page = sign_in(cast.ana)
    page.goto(address(invoice(cast)))
    write_card(page, SLOW)
    page.get_by_role("button", name="Pay £100.00").click()
    expect(page.get_by_role("heading", name="We are checking with your bank")).to_be_visible()
    settle(site)
    # The gateway's webhook settles it, and the page asks every two seconds.
    expect(page.get_by_text("Thank you, Ana")).to_be_visible(timeout=15_000)


def settle(site: Site) -> None:
    import requests

    told = {"payment_intent": PaymentAttempt.objects.get().provider_id, "outcome": "succeeded"}
    requests.post(f"{site.sandbox_url}/_test/settle", json=told, timeout=20).raise_for_status()


@pytest.mark.parametrize("width", [1280, 390])
def test_without_javascript_the_card_is_written_at_the_gateway(
    cast: Cast, sign_in: Callable[..., Page], width: int
) -> None:
    page = sign_in(cast.ana, javascript=False, width=width)
    page.goto(address(invoice(cast)))
    assert page.locator("iframe").count() == 0
    page.get_by_role("button", name="Pay").click()
    expect(page.get_by_text("Sandbox: no real money").first).to_be_visible()
    page.locator("[name=number]").fill(CARD)
    page.locator("[name=exp]").fill("12/40")
    page.locator("[name=cvc]").fill("123")
    page.get_by_role("button", name=re.compile("^Pay")).click()
    expect(page.get_by_text("Thank you, Ana")).to_be_visible()


def test_without_javascript_the_waiting_page_goes_on_too(site: Site, cast: Cast, sign_in: Callable[..., Page]) -> None:
    page = sign_in(cast.ana, javascript=False)
    page.goto(address(invoice(cast)))
    page.get_by_role("button", name="Pay").click()
    page.locator("[name=number]").fill(SLOW)
    page.locator("[name=exp]").fill("12/40")
    page.locator("[name=cvc]").fill("123")
    page.get_by_role("button", name=re.compile("^Pay")).click()
    expect(page.get_by_role("heading", name="We are checking with your bank")).to_be_visible()
    settle(site)
    expect(page.get_by_text("Thank you, Ana")).to_be_visible(timeout=15_000)


@pytest.mark.parametrize(
    ("width", "dark"),
    [
        (1280, False),
        (390, True),
        *(
            pytest.param(*one, marks=pytest.mark.long)
            for one in [(1280, True), (390, False), (320, False), (320, True)]
        ),
    ],
)
def test_the_pages_are_accessible_and_fit(cast: Cast, sign_in: Callable[..., Page], width: int, dark: bool) -> None:
    one, done = invoice(cast), invoice(cast)
    page = sign_in(cast.ana, width=width, dark=dark)
    page.goto(address(done))
    write_card(page, CARD)
    page.get_by_role("button", name="Pay £100.00").click()
    expect(page.get_by_text("Thank you, Ana")).to_be_visible()
    receipt = page.url
    page.goto(address(one))
    write_card(page, SLOW)
    page.get_by_role("button", name="Pay £100.00").click()
    expect(page.get_by_role("heading", name="We are checking with your bank")).to_be_visible()
    portal = f"/portal/lindqvist-zhou/{cast.bakery.id}"
    for path in (page.url, receipt, address(invoice(cast)), address(one), address(done), f"{portal}/payments/"):
        page.goto(path)
        page.wait_for_load_state("networkidle") if path != page.url else None
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert axe.violations(page) == [], path


def test_the_payment_page_is_light(cast: Cast, sign_in: Callable[..., Page]) -> None:
    page = sign_in(cast.ana)
    sizes: list[int] = []
    page.on("response", lambda answer: sizes.append(weight(answer, page)))
    page.goto(address(invoice(cast)), wait_until="networkidle")
    assert 0 < sum(sizes) <= 60_000, sizes


def weight(answer: Any, page: Page) -> int:
    """What came over the line from our own server: the frame is the gateway's."""
    if not answer.url.startswith(page.url.split("/portal/")[0]):
        return 0
    return int(answer.request.sizes()["responseBodySize"])
