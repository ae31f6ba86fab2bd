"""On a phone everything of the portal is large enough for a thumb."""

from pathlib import Path
from typing import Any

import pytest

from tests.routes import catalogue
from tests.support import world as worlds
from tests.support.cast import Cast
from tests.support.site import Site
from tests.support.visits import signed_in

pytestmark = pytest.mark.browser

TOO_SMALL = (Path(__file__).parent / "targets.js").read_text(encoding="utf-8")


def test_every_page_of_the_portal_can_be_pressed_with_a_thumb(running_site: Site, browse: Any, cast: Cast) -> None:
    side = worlds.make(cast, gateway_address=running_site.sandbox_url, public_url=running_site.url).harbour
    visitors = {
        who: signed_in(browse, running_site, person, width=390)
        for who, person in {"contact": cast.ana, "anybody": None}.items()
    }
    found = []
    for row in catalogue.pages(door="portal"):
        page = visitors[row.shown_to or row.who]
        page.goto(row.address(side))
        found += [f"{row}: {one}" for one in page.evaluate(TOO_SMALL)]
    assert not found, "\n".join(found)


def test_the_drawer_with_its_menus_too(running_site: Site, browse: Any, cast: Cast) -> None:
    page = signed_in(browse, running_site, cast.ana, width=390)
    page.goto(f"/portal/lindqvist-zhou/{cast.bakery.id}/")
    page.get_by_role("button", name="Menu", exact=True).click()
    page.get_by_role("button", name="Account menu").click()
    assert page.locator("#person").is_visible()
    assert page.evaluate(TOO_SMALL) == []
