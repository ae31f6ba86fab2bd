"""On a phone everything of the portal is large enough for a thumb."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.routes import catalogue
from tests.support.world import World

pytestmark = pytest.mark.browser

TOO_SMALL = (Path(__file__).parent / "targets.js").read_text(encoding="utf-8")


def test_every_page_of_the_portal_can_be_pressed_with_a_thumb(world: World, open_as: Callable[..., Page]) -> None:
    pages = {who: open_as(world.harbour, who, width=390) for who in ("contact", "anybody")}
    found = []
    for row in catalogue.pages(door="portal"):
        page = pages[row.shown_to or row.who]
        page.goto(row.address(world.harbour))
        found += [f"{row}: {one}" for one in page.evaluate(TOO_SMALL)]
    assert not found, "\n".join(found)


def test_the_drawer_with_its_menu_too(world: World, open_as: Callable[..., Page]) -> None:
    page = open_as(world.harbour, "contact", width=390)
    page.goto(f"/portal/lindqvist-zhou/{world.harbour.customer.id}/")
    page.get_by_role("button", name="Menu", exact=True).click()
    page.get_by_role("button", name="Account menu").click()
    assert page.locator("#person").is_visible()
    assert page.evaluate(TOO_SMALL) == []
