"""The code for a phone, read from the screen as a camera would."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from counterfoil.books.customers.models import Customer
from tests.support.books import invoice
from tests.support.cast import Cast
from tests.support.phone import scanned
from tests.support.world import World

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_a_phone_reads_the_transfer_from_the_screen(
    world: World, cast: Cast, open_as: Callable[..., Page], dark: bool, width: int
) -> None:
    Customer.objects.filter(id=cast.bakery.id).update(currency="EUR")
    one = invoice(cast, Customer.objects.get(id=cast.bakery.id), amount="1380")
    page = open_as(world.harbour, "contact", dark=dark, width=width)
    page.goto(f"/portal/lindqvist-zhou/{one.customer_id}/invoices/{one.id}/pay/")
    code = page.get_by_role("img", name="QR code of this transfer")
    expect(code).to_be_hidden()
    page.get_by_text("Bank transfer", exact=True).click()
    expect(code).to_be_visible()
    (text,) = scanned(page.screenshot(full_page=True))
    assert text.split("\n")[5:] == [
        cast.studio.name,
        "GB33BUKB20201555555555",
        "EUR1380.00",
        "",
        "",
        one.number,
    ]


def test_a_code_of_the_page_is_shown_where_a_phone_can_be_held_up_to_it(
    world: World, cast: Cast, open_as: Callable[..., Page]
) -> None:
    one = invoice(cast)
    path = f"/portal/lindqvist-zhou/{one.customer_id}/invoices/{one.id}/pay/"
    for width, on_a_phone in ((1280, False), (390, True)):
        page = open_as(world.harbour, "contact", width=width, is_mobile=on_a_phone)
        page.goto(path)
        page.get_by_text("Bank transfer", exact=True).click()
        expect(page.get_by_text("GB33 BUKB 2020 1555 5555 55")).to_be_visible()
        expect(page.get_by_role("img", name="QR code of the page")).to_be_visible(visible=not on_a_phone)
        read = scanned(page.screenshot(full_page=True))
        assert [text.endswith(path) for text in read] == ([] if on_a_phone else [True])
