"""What axe, which knows the rules of accessibility, finds on a page."""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page


def violations(page: Page, **options: Any) -> list[dict[str, Any]]:
    """Each rule that is broken, with its nodes. Told of nothing else, axe is three times as fast.

    The script stays in the page, since reading it takes as long as a second look.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found: list[dict[str, Any]] = page.evaluate(
        "options => axe.run(options).then((told) => told.violations)", {"resultTypes": ["violations"]} | options
    )
    return found
