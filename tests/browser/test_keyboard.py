"""Everything a customer does works with a keyboard alone, and what has the focus is always seen."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from counterfoil.books.payments.models import Payment
from tests.support.cast import PASSWORD
from tests.support.site import Site
from tests.support.world import World

pytestmark = pytest.mark.browser

OpenAs = Callable[..., Page]
FOCUSED = "document.activeElement"


def focused_text(page: Page) -> str:
    return str(page.evaluate(f"({FOCUSED}.getAttribute('aria-label') ?? {FOCUSED}.innerText ?? '').trim()"))


def tab_to(page: Page, name: str | re.Pattern[str], *, at_most: int = 60) -> None:
    """Press Tab until what is named so has the focus."""
    for _ in range(at_most):
        page.keyboard.press("Tab")
        if re.search(name, focused_text(page)):
            return
    raise AssertionError(f"Tab never reached {name}")


def test_a_customer_signs_in_and_pays_without_a_mouse(running_site: Site, world: World, browse: Any) -> None:
    page = browse(base_url=running_site.url)
    page.goto("/portal/lindqvist-zhou/account/login/")
    expect(page.get_by_label("E-mail")).to_be_focused()
    page.keyboard.type("ana@harbour.test")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/\d+/$"))
    tab_to(page, "^Invoices$")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/invoices/$"))
    number = str(world.harbour["invoice"].number)
    tab_to(page, f"^{number}$")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(number)
    tab_to(page, "^Pay now$")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/pay/$"))
    choose_another_card(page)
    write_a_card(page)
    tab_to(page, r"^Pay £120\.00$")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Thank you, Ana")).to_be_visible()
    assert Payment.objects.filter(amount_minor=12_000).count() == 1


def choose_another_card(page: Page) -> None:
    """From the saved card to the next way of paying."""
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate(f"{FOCUSED}.name") == "method":
            break
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Another card")).to_be_checked()


def write_a_card(page: Page) -> None:
    """Go on from field to field, into the gateway's frame and through it."""
    fields = page.frame_locator("iframe")
    expect(fields.locator("#number")).to_be_visible()
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate(f"{FOCUSED}.tagName") == "IFRAME":
            break
    expect(fields.locator("#number")).to_be_focused()
    page.keyboard.type("4242424242424242")
    page.keyboard.press("Tab")
    page.keyboard.type("1240")
    page.keyboard.press("Tab")
    page.keyboard.type("123")


def test_skipping_to_the_content_goes_past_the_menu(world: World, open_as: OpenAs) -> None:
    for who, address in (
        ("contact", f"/portal/lindqvist-zhou/{world.harbour.customer.id}/"),
        ("owner", f"/office/{world.harbour.organization.id}/"),
    ):
        page = open_as(world.harbour, who)
        page.goto(address)
        page.keyboard.press("Tab")
        assert focused_text(page) == "Skip to content"
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate(f"{FOCUSED}.closest('main') !== null")
