"""What is looked at on a page, whichever it is: each finding is a sentence that names the page."""

import re
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from playwright.sync_api import Locator, Page

from tests.support import axe

CONTRAST_ONLY = {"runOnly": ["color-contrast"]}
# What opens something: dialogs by a link or a button, menus by a button.
OPENERS = "[data-opens]:visible, [command='show-modal']:visible, [popovertarget]:visible"
VISIBLE_WORDS = """() => {
    document.querySelectorAll('.avatar, .logo, [translate=no]').forEach((initials) => initials.remove());
    const said = [document.title, document.body.innerText];
    for (const one of document.querySelectorAll('[aria-label], [placeholder], [alt], [title]'))
        for (const name of ['aria-label', 'placeholder', 'alt', 'title'])
            if (one.getAttribute(name)) said.push(one.getAttribute(name));
    return said.join('\\n');
}"""
RUBBISH = {"email": "not an address", "url": "not an address", "date": "", "password": "short"}
NOT_WRITTEN = ("checkbox", "radio", "file", "hidden", "submit", "color", "search")


TABLES = (
    "[...document.querySelectorAll('.scroll')].map(one => one.scrollWidth - one.clientWidth).filter(one => one > 0)"
)


def accessibility(page: Page, where: str, **options: Any) -> list[str]:
    """What axe finds."""
    found = axe.violations(page, **options)
    return [f"{where}: {one['id']}: {node['html'][:140]}" for one in found for node in one["nodes"]]


def contrast_in_the_dark(page: Page, where: str) -> list[str]:
    page.emulate_media(color_scheme="dark")
    found = accessibility(page, f"{where} in the dark", **CONTRAST_ONLY)
    page.emulate_media(color_scheme="light")
    return found


def scrolling(page: Page, where: str, *widths: int) -> list[str]:
    """Where the page is wider than the screen, or a table than its card, so that its last figures are out of sight."""
    before, found = page.viewport_size, []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 800})
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            found.append(f"{where} is {wide} wide on a screen of {width}")
        found += [f"{where} has a table with {one} out of sight at {width}" for one in page.evaluate(TABLES)]
    if before:
        page.set_viewport_size(before)
    return found


def each_opened(page: Page, where: str, look: Callable[[Page, str], list[str]], seen: set[str]) -> list[str]:
    """What is seen when each dialog and each menu of the page stands open.

    The shell around `main` is the same on every page: what was opened there is added to `seen`, and not opened again.
    """
    found = []
    for place in range(page.locator(OPENERS).count()):
        opener = page.locator(OPENERS).nth(place)
        name = opener.get_attribute("data-opens") or opener.get_attribute("commandfor")
        name = name or opener.get_attribute("popovertarget") or ""
        if not opener.evaluate("one => Boolean(one.closest('main'))"):
            if name in seen:
                continue
            seen.add(name)
        target = page.locator(f"#{name}")
        opener.click()
        if not target.is_visible():
            found.append(f"{where}: {opener.evaluate('one => one.outerHTML')[:120]} opens nothing")
            continue
        found += look(page, f"{where} with {target.get_attribute('id')} open")
        page.keyboard.press("Escape")
        if target.is_visible():
            found.append(f"{where}: Escape does not close {target.get_attribute('id')}")
    return found


def spoil(form: Locator, nonsense: str = "#?") -> dict[str, str]:
    """Write nonsense into a form. Returns what was typed into the fields that show what they hold, by name."""
    typed: dict[str, str] = {}
    fields = form.locator(":is(input, textarea):visible:enabled:not([readonly])")
    for field in fields.all():
        kind = field.get_attribute("type") or "text"
        if kind in NOT_WRITTEN:
            continue
        text = RUBBISH.get(kind, nonsense)
        field.fill(text)
        if kind != "password" and text.strip():
            typed[str(field.get_attribute("name"))] = text
    return typed


def lost(page: Page, typed: dict[str, str]) -> Iterator[str]:
    """The fields that no longer hold what was typed."""
    for name, text in typed.items():
        field = page.locator(f"main form [name='{name}']").first
        if field.count() == 0 or field.input_value() != text:
            yield name


def latin_words(text: str, allowed: Iterable[str]) -> set[str]:
    """Words in Latin letters that are not allowed, nor a placeholder, a number's prefix, an address or a time zone."""
    longest_first = "|".join(re.escape(one) for one in sorted(allowed, key=len, reverse=True))
    whole = rf"(?<![A-Za-z])(?:{longest_first})(?![A-Za-z])"
    text = re.sub(whole, " ", text)
    known = (r"\{\w+\}", r"\S+@\S+", r"https?://\S+", r"\b[A-Z]{2,4}-\d*", r"\b[A-Z]\w+(/[A-Z][\w-]+)+", r"/\S+/")
    for pattern in known:
        text = re.sub(pattern, " ", text)
    return set(re.findall(r"[A-Za-z]{2,}", text))


def wait_until(page: Page, script: str, *, seconds: float = 10) -> None:
    """Until a script is true. Playwright's own waiting runs text inside the page, which our content policy forbids."""
    until = time.monotonic() + seconds
    while not page.evaluate(script):
        assert time.monotonic() < until, f"After {seconds} s this is not true: {script}"
        page.wait_for_timeout(50)
