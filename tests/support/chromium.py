"""A real Chromium: the machine's own, or the one that Playwright brought. Without one the test fails and says so."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
PLACES = (
    "/usr/bin/chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-color-profile=srgb",
    # No name is ever looked up: whatever a page wants from elsewhere fails here as it would be seen.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost , EXCLUDE 127.0.0.1",
)
HERE = ("localhost", "127.0.0.1", "")


def executable() -> str | None:
    """The machine's own Chromium or Chrome, if it has one."""
    found = [shutil.which(name) for name in NAMES] + [place for place in PLACES if Path(place).exists()]
    return next((path for path in found if path), None)


@contextmanager
def running_chromium() -> Iterator[Browser]:
    """One browser for many pages."""
    # Playwright keeps an event loop in this thread; Django would refuse its queries because of it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_path(playwright), args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


def _path(playwright: Playwright) -> str:
    path = executable() or playwright.chromium.executable_path
    if not Path(path).exists():
        raise AssertionError(
            "There is no Chromium. On Debian: apt-get install chromium. Elsewhere: playwright install chromium."
        )
    return path


class Browsing:
    """Opens pages as somebody would: in their language, on their screen. Every test has one, as `browse`.

    A script's error, a breach of the content security policy or a request to another machine is kept in `problems`,
    and the test fails at its end unless it has cleared the list.
    """

    def __init__(self, browser: Browser, base_url: str | None = None) -> None:
        self.browser = browser
        self.base_url = base_url
        self.problems: list[str] = []
        self._contexts: list[BrowserContext] = []

    def __call__(
        self,
        *,
        language: str = "en",
        dark: bool = False,
        width: int = 1280,
        height: int = 900,
        javascript: bool = True,
        **more: Any,
    ) -> Page:
        """A page with cookies of its own. More options are those of Playwright's new_context."""
        context = self.browser.new_context(
            locale={"zh-Hans": "zh-CN"}.get(language, language),
            color_scheme="dark" if dark else "light",
            viewport={"width": width, "height": height},
            java_script_enabled=javascript,
            has_touch=width < 500,
            reduced_motion="reduce",
            base_url=more.pop("base_url", self.base_url),
            **more,
        )
        context.set_default_timeout(10_000)
        context.on("console", self._heard)
        context.on("weberror", lambda error: self.problems.append(str(error.error)))
        context.on("request", lambda request: self._asked(request.url))
        self._contexts.append(context)
        return context.new_page()

    def close(self) -> None:
        for context in self._contexts:
            context.close()
        self._contexts.clear()

    def _heard(self, message: ConsoleMessage) -> None:
        # A refused form (409, 422) is an error to the console, but not to us; nor is a page that is left while it asks.
        harmless = ("Failed to load resource", "htmx:sendAbort", "htmx:afterRequest")
        if message.type == "error" and not message.text.startswith(harmless):
            self.problems.append(message.text)

    def _asked(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.hostname not in HERE:
            self.problems.append(f"A page asked another machine: {url}")
