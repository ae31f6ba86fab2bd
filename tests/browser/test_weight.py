"""How much a customer's browser fetches for a page that it has never seen: pages, styles, scripts and pictures."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.support.world import World

pytestmark = pytest.mark.browser

MOST = 60_000  # bytes as they cross the network, compressed


@pytest.mark.parametrize("path", ["", "invoices/", "invoices/{invoice}/", "payments/", "payments/{payment}/"])
def test_a_cold_page_is_light(path: str, world: World, open_as: Callable[..., Page]) -> None:
    side = world.harbour
    page = open_as(side, "contact")
    fetched: dict[str, int] = {}
    names: dict[str, str] = {}
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.requestWillBeSent", lambda told: names.update({told["requestId"]: told["request"]["url"]}))

    def finished(told: dict[str, Any]) -> None:
        fetched[names.get(told["requestId"], told["requestId"])] = int(told["encodedDataLength"])

    session.on("Network.loadingFinished", finished)
    keys = {"invoice": side.key("invoice"), "payment": side.key("payment")}
    page.goto(f"/portal/lindqvist-zhou/{side.customer.id}/{path.format(**keys)}", wait_until="networkidle")
    assert any(name.endswith(".js") for name in fetched)
    assert 1_000 < sum(fetched.values()) <= MOST, fetched
