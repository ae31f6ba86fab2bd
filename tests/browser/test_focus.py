"""The focus goes through a page from top to bottom, is seen wherever it is, and comes back from a dialog."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Page

from counterfoil.books.customers.models import ContactPerson
from counterfoil.books.organizations.models import StaffMember
from tests.routes import catalogue
from tests.support.world import World

pytestmark = pytest.mark.browser

ONE_IN = 3
PEOPLE = {"portal": ("contact", "anybody"), "office": ("viewer", "staff", "owner", "anybody")}
REACHABLE = (Path(__file__).parent / "reachable.js").read_text(encoding="utf-8")
# Where the focus is, what has it, and whether it shows: in view, and with a ring on the thing itself, on the frame of a
# field with its sign, or on the box of a way to pay. The fields in a frame are the gateway's.
FOCUS = """() => {
    const one = document.activeElement;
    if (one === document.body) return { place: null };
    const ringed = [one, one.closest('.affix')].some((part) => {
        const style = part && getComputedStyle(part);
        return style && style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
    });
    const box = one.closest('.choices > *');
    const boxed = box && getComputedStyle(box).boxShadow.endsWith('2px inset');
    const { top, bottom, left, right } = one.getBoundingClientRect();
    const inView = bottom > 0 && top < innerHeight && right > 0 && left < innerWidth;
    return {
        place: Number(one.dataset.place ?? -1),
        words: one.outerHTML.slice(0, 120),
        isSeen: inView && (ringed || boxed || one.matches('iframe')),
    };
}"""


def walk(page: Page) -> tuple[list[int], list[str]]:
    """Press Tab once around the page: what was reached, from the top, and where the focus could not be seen."""
    reached: list[int] = []
    unseen: list[str] = []
    for _ in range(160):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        if focus["place"] in reached[:-1]:
            break  # around once; the browser's own bar now and then takes the first Tab of the next time
        if focus["place"] is None or focus["place"] in reached[-1:]:
            continue  # the browser's own bar, or the next field inside a frame
        reached.append(focus["place"])
        if not focus["isSeen"]:
            unseen.append(focus["words"])
    # A page may begin with the focus in its first field.
    top = reached.index(min(reached))
    return reached[top:] + reached[:top], unseen


ON_A_DESK: dict[str, Any] = {"width": 1280}
ON_A_PHONE: dict[str, Any] = {"width": 390, "dark": True, "language": "zh-Hans"}


@pytest.mark.parametrize(
    ("door", "browser"),
    [
        pytest.param("portal", ON_A_DESK, id="portal"),
        pytest.param("portal", ON_A_PHONE, id="portal on a phone, in the dark, in Chinese"),
        pytest.param("office", ON_A_DESK, id="office", marks=pytest.mark.long),
        pytest.param("office", ON_A_PHONE, id="office on a phone, in the dark, in Chinese"),
    ],
)
def test_it_reaches_everything_in_the_order_of_the_page(
    world: World,
    open_as: Callable[..., Page],
    thorough: bool,
    door: Literal["portal", "office"],
    browser: dict[str, Any],
) -> None:
    """Without --long, on one page in six, and on a phone on others than on a desk."""
    if "language" in browser:
        ContactPerson.objects.update(language=browser["language"])
        StaffMember.objects.update(language=browser["language"])
    found = []
    pages = {who: open_as(world.harbour, who, **browser) for who in PEOPLE[door]}
    rows = list(catalogue.pages(door=door))
    for row in rows if thorough else rows[browser == ON_A_PHONE :: 2 * ONE_IN]:
        page = pages[row.shown_to or row.who]
        page.goto(row.address(world.harbour))
        things = page.evaluate(REACHABLE)
        reached, unseen = walk(page)
        found += [f"{row}: not reached: {things[place]}" for place in range(len(things)) if place not in reached]
        found += [f"{row}: the focus is not seen on {one}" for one in unseen]
        if reached != sorted(reached):
            found.append(f"{row}: out of order: {reached}")
    assert not found, "\n".join(found)


def test_it_comes_back_from_every_dialog_of_the_office(
    world: World, open_as: Callable[..., Page], thorough: bool
) -> None:
    """Without --long, from those of one page in `ONE_IN`."""
    page = open_as(world.harbour, "owner")
    found, opened, rows = [], 0, list(catalogue.pages(door="office"))
    for row in rows if thorough else rows[::ONE_IN]:
        if row.is_public or row.name.startswith("account_"):
            continue
        page.goto(row.address(world.harbour))
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
                page.goto(row.address(world.harbour))
            elif not opener.evaluate("one => one === document.activeElement"):
                found.append(f"{row}: the focus is lost after {opener.evaluate('one => one.outerHTML')[:100]}")
    assert not found, "\n".join(found)
    assert opened >= 5
