"""What a customer's first visit costs: everything that comes over the line, with nothing in the cache."""

from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from PIL import Image, ImageDraw

from counterfoil.books.files.images import safe_logo
from counterfoil.books.organizations import organizations
from counterfoil.books.sales.pricing import LineContent
from tests.support.books import invoice, many_invoices, pay
from tests.support.cast import Cast
from tests.support.site import Site
from tests.support.visits import signed_in

pytestmark = pytest.mark.browser

MOST = 60_000


@pytest.fixture
def business(cast: Cast) -> Any:
    """A customer of long standing, and a business with a logo. Returns an invoice of ten lines."""
    many_invoices(cast, cast.bakery, 60)
    for minor in range(1_000, 13_000, 1_000):
        pay(cast, cast.bakery, minor)
    logo = organizations.Logo(*safe_logo(picture()))
    cast.studio.refresh_from_db()
    organizations.change_look(
        cast.studio, brand_colour="#aa3355", logo=logo, revision=cast.studio.revision, by=cast.by_olga
    )
    lines = [LineContent(f"Menu board {place}", Decimal(place), Decimal("18.50")) for place in range(1, 11)]
    return invoice(cast, lines=lines)


def picture() -> bytes:
    """A logo as a designer hands it over: large, with soft edges."""
    large = Image.new("RGBA", (1600, 1600))
    draw = ImageDraw.Draw(large)
    for place, colour in enumerate(("#17616f", "#e3b448", "#aa3355")):
        draw.ellipse((200 + 150 * place, 200 + 100 * place, 1400 - 200 * place, 1400 - 150 * place), fill=colour)
    file = BytesIO()
    large.resize((1200, 1200), Image.Resampling.LANCZOS).save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize("kind", ["home", "list", "invoice"])
def test_a_first_visit_is_light(running_site: Site, browse: Any, cast: Cast, business: Any, kind: str) -> None:
    home = f"/portal/lindqvist-zhou/{cast.bakery.id}/"
    address = {"home": home, "list": f"{home}invoices/", "invoice": f"{home}invoices/{business.id}/"}[kind]
    page = signed_in(browse, running_site, cast.ana)
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    names: dict[str, str] = {}
    sizes: dict[str, int] = {}
    line.on("Network.requestWillBeSent", lambda told: names.update({told["requestId"]: told["request"]["url"]}))
    line.on("Network.loadingFinished", lambda told: sizes.update({told["requestId"]: told["encodedDataLength"]}))
    page.goto(address, wait_until="networkidle")
    came = {names[one].removeprefix(running_site.url): round(size) for one, size in sizes.items()}
    for part in (address, ".css", "main", "/logo/"):
        assert any(part in name for name in came), f"{part} is not counted: {came}"
    assert sum(came.values()) <= MOST, f"{sum(came.values())} bytes: {came}"
