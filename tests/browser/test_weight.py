"""How much a customer's browser fetches for a page that it has never seen: pages, styles, scripts and pictures."""

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page

from counterfoil.books.files.images import safe_logo
from counterfoil.books.organizations import organizations
from tests.support.cast import actor
from tests.support.world import Side, World

pytestmark = pytest.mark.browser

MOST = 60_000  # bytes as they cross the network, compressed


@pytest.mark.parametrize("path", ["", "invoices/", "invoices/{invoice}/", "payments/", "payments/{payment}/"])
def test_a_cold_page_is_light(path: str, world: World, open_as: Callable[..., Page]) -> None:
    wear_a_logo(world.harbour)
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
    for kind in (r"\.js$", r"\.css$", r"/logo/", r"/portal/"):
        assert any(re.search(kind, name) for name in fetched), f"{kind} is not among {list(fetched)}"
    assert 1_000 < sum(fetched.values()) <= MOST, fetched


def wear_a_logo(side: Side) -> None:
    """As a designer hands it over: large, with soft edges."""
    large = Image.new("RGBA", (1200, 1200))
    for place, colour in enumerate(("#17616f", "#e3b448", "#aa3355")):
        box = (150 + 110 * place, 150 + 75 * place, 1050 - 150 * place, 1050 - 110 * place)
        ImageDraw.Draw(large).ellipse(box, fill=colour)
    file = BytesIO()
    large.resize((900, 900), Image.Resampling.LANCZOS).save(file, "PNG")
    organization = side["organization"]
    logo = organizations.Logo(*safe_logo(file.getvalue()))
    by = actor(side.people["owner"])
    organizations.change_look(organization, brand_colour="#aa3355", logo=logo, revision=organization.revision, by=by)
