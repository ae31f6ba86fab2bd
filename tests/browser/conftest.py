"""The running program with the world in it, and pages opened as one of its people."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.support import world as worlds
from tests.support.cast import Cast, visitor
from tests.support.site import Site
from tests.support.world import Side, World


@pytest.fixture
def world(running_site: Site, cast: Cast) -> World:
    """Both organizations pay at the site's own Sandbox."""
    return worlds.provide(cast, gateway_address=running_site.sandbox_url, public_url=running_site.url)


@pytest.fixture
def open_as(running_site: Site, browse: Any) -> Callable[..., Page]:
    """`open_as(side, "owner")` is a page of that person's browser; "anybody" is not signed in."""

    def open_page(side: Side, who: str, **options: Any) -> Page:
        page: Page = browse(base_url=running_site.url, **options)
        if who != "anybody":
            session = visitor(side.people[who]).cookies["sessionid"].value
            page.context.add_cookies([{"name": "sessionid", "value": session, "url": running_site.url}])
        return page

    return open_page
