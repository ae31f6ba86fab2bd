"""With a keyboard alone: everything is reached in its order, the focus is seen, and dialogs give it back."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.routes import catalogue
from tests.support import world as worlds
from tests.support.cast import Cast
from tests.support.site import Site
from tests.support.visits import signed_in
from tests.support.world import Side

pytestmark = pytest.mark.browser

REACHABLE = (Path(__file__).parent / "reachable.js").read_text(encoding="utf-8")
WHERE = "document.activeElement === document.body ? null : Number(document.activeElement.dataset.place ?? -1)"
# Where the focus shows: on the thing itself, the frame of a field with its sign, or the box of a way to pay.
IS_SEEN = """() => {
    const one = document.activeElement;
    const ringed = [one, one.closest('.affix')].some((part) => {
        const style = part && getComputedStyle(part);
        return style && style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
    });
    const box = one.closest('.choices > *');
    return ringed || (box && getComputedStyle(box).boxShadow.endsWith('2px inset'));
}"""
IS_IN_VIEW = """() => {
    const box = document.activeElement.getBoundingClientRect();
    return box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
}"""


@pytest.fixture
def side(running_site: Site, cast: Cast) -> Side:
    """Harbour Bakery, which can pay at the site's own Sandbox."""
    return worlds.make(cast, gateway_address=running_site.sandbox_url, public_url=running_site.url).harbour


def walk(page: Page) -> tuple[list[int], list[str]]:
    """Press Tab once around the page: what was reached, from the top, and where the focus could not be seen."""
    reached: list[int] = []
    unseen: list[str] = []
    for _ in range(120):
        page.keyboard.press("Tab")
        place = page.evaluate(WHERE)
        if reached and place == reached[0]:
            break
        if place is None or place in reached[-1:]:
            continue  # the browser's own bar, or inside a frame, whose fields belong to the gateway
        reached.append(place)
        is_frame = page.evaluate("document.activeElement.matches('iframe')")
        if not (is_frame or page.evaluate(IS_SEEN)) or not page.evaluate(IS_IN_VIEW):
            unseen.append(page.evaluate("document.activeElement.outerHTML.slice(0, 120)"))
    # A page may begin with the focus in its first field.
    top = reached.index(min(reached))
    return reached[top:] + reached[:top], unseen


@pytest.mark.parametrize("width", [1280, 390])
def test_the_tab_key_reaches_everything_in_its_order(
    running_site: Site, browse: Any, cast: Cast, side: Side, width: int
) -> None:
    found = []
    visitors = {who: signed_in(browse, running_site, who, width=width) for who in (None, cast.ana)}
    visits = {"account_login": None, "portal:home": cast.ana, "portal:invoice": cast.ana, "portal:pay": cast.ana}
    for name, who in visits.items():
        (row,) = [row for row in catalogue.pages(door="portal") if row.name == name]
        page = visitors[who]
        page.goto(row.address(side), wait_until="networkidle")
        things = page.evaluate(REACHABLE)
        reached, unseen = walk(page)
        found += [f"{row}: not reached: {things[place]}" for place in range(len(things)) if place not in reached]
        found += [f"{row}: the focus is not seen on {one}" for one in unseen]
        if reached != sorted(reached):
            found.append(f"{row}: out of order: {reached}")
    assert not found, "\n".join(found)


def test_skipping_to_the_content_leads_past_the_menu(running_site: Site, browse: Any, cast: Cast, side: Side) -> None:
    page = signed_in(browse, running_site, cast.ana)
    page.goto(catalogue.row("portal:invoice").address(side))
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to content")
    expect(skip).to_be_focused()
    assert skip.bounding_box()["height"] > 20  # type: ignore[index]
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement === document.querySelector('main a, main button')")


def test_each_dialog_closes_with_escape_and_gives_the_focus_back(
    running_site: Site, browse: Any, cast: Cast, side: Side
) -> None:
    page = signed_in(browse, running_site, cast.olga)
    found, opened = [], 0
    for row in catalogue.pages(door="office"):
        if row.is_public or row.name.startswith("account_"):
            continue
        page.goto(row.address(side))
        openers = page.locator("[data-opens]:visible, [command='show-modal']:visible")
        for place in range(openers.count()):
            opener = openers.nth(place)
            opener.focus()
            page.keyboard.press("Enter")
            if page.locator("dialog:modal").count() != 1:
                found.append(f"{row}: no dialog from {opener.evaluate('one => one.outerHTML')[:100]}")
                continue
            opened += 1
            page.keyboard.press("Escape")
            if page.locator("dialog:modal").count():
                found.append(f"{row}: Escape leaves the dialog open")
                page.goto(row.address(side))
            elif not opener.evaluate("one => one === document.activeElement"):
                found.append(f"{row}: the focus is lost after {opener.evaluate('one => one.outerHTML')[:100]}")
    assert not found, "\n".join(found)
    assert opened >= 5
