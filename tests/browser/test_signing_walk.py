"""Signing a quote as people do: drawn with the mouse, in the dark on a phone, and typed with the keyboard alone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from counterfoil.books.customers.models import ContactPerson
from counterfoil.books.sales.models import QuoteSignature
from counterfoil.books.sales.signing import strokes
from tests.support.books import quote
from tests.support.cast import Cast
from tests.support.signing import ask, seal_of

from . import looking

pytestmark = pytest.mark.browser

INKED = """canvas => {
    const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const inked = [];
    for (let at = 0; at < data.length; at += 4) if (data[at + 3] > 250) inked.push(data[at]);
    return inked;
}"""


def draw(page: Page) -> None:
    """A stroke down and one across, as a hand does it."""
    canvas = page.locator("canvas.signature")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    assert box["width"] > 200
    for way in (((0.2, 0.2), (0.35, 0.8)), ((0.1, 0.5), (0.9, 0.4))):
        (x, y), (to_x, to_y) = way
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
        page.mouse.down()
        page.mouse.move(box["x"] + to_x * box["width"], box["y"] + to_y * box["height"], steps=12)
        page.mouse.up()


def test_a_signature_is_drawn_cleared_drawn_again_and_kept(cast: Cast, sign_in: Callable[..., Page]) -> None:
    ask(cast)
    one = quote(cast, extra="40")
    ana = sign_in(cast.ana, width=390, height=800, dark=True)
    ana.goto(f"/portal/lindqvist-zhou/{cast.bakery.id}/quotes/{one.id}/")
    clear = ana.get_by_role("button", name="Clear")
    expect(clear).to_be_hidden()
    draw(ana)
    ink = ana.locator("canvas.signature").evaluate(INKED)
    assert len(ink) > 200
    assert min(ink) > 180  # light on the dark ground
    ana.emulate_media(color_scheme="light")
    expect(clear).to_be_visible()
    looking.wait_until(ana, f"({INKED})(document.querySelector('canvas.signature')).every(one => one < 100)")
    clear.click()
    assert ana.locator("canvas.signature").evaluate(INKED) == []
    expect(ana.get_by_label("Type your full name")).to_be_focused()
    ana.get_by_role("button", name="Sign and accept").click()
    expect(ana.get_by_role("alert")).to_contain_text("Sign first: type your name, or draw your signature.")
    found = looking.accessibility(ana, "what is not signed yet") + looking.scrolling(ana, "the quote", 390)
    ana.get_by_label("Lighting").check()
    draw(ana)
    ana.get_by_role("button", name="Sign and accept").click()
    expect(ana.get_by_text("Accepted and signed by Ana Moreau")).to_be_visible()
    kept = QuoteSignature.objects.get()
    assert [len(stroke) > 5 for stroke in strokes(kept.drawn)] == [True, True]
    assert [line["name"] for line in kept.revision.accepted["lines"] if line["is_chosen"]] == ["Lighting"]
    with ana.expect_download() as download:
        ana.get_by_role("link", name="Download PDF").click()
    assert seal_of(download.value.path().read_bytes(), cast.studio).bottom_line
    assert not found, "\n".join(found)


def test_a_name_is_typed_with_the_keyboard_alone_in_chinese(cast: Cast, sign_in: Callable[..., Page]) -> None:
    ask(cast)
    ContactPerson.objects.filter(id=cast.ana.id).update(language="zh-Hans")
    one = quote(cast)
    ana = sign_in(cast.ana)
    ana.goto(f"/portal/lindqvist-zhou/{cast.bakery.id}/quotes/{one.id}/")
    ana.get_by_label("输入您的全名").focus()
    ana.keyboard.type("莫安娜")
    ana.keyboard.press("Enter")
    expect(ana.get_by_text("已于")).to_be_visible()
    assert QuoteSignature.objects.get().name == "莫安娜"
