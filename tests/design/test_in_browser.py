"""The gallery in a real browser: readable in every colour, on every screen, and the scripts that a page may use."""

import io
import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from counterfoil.design import samples
from tests.browser import looking
from tests.support import axe

pytestmark = pytest.mark.browser

PICTURES = Path(__file__).parents[2] / "data" / "pictures"
PAGES = ["/gallery/", "/gallery/portal/", "/gallery/office/"]


def failures(page, **options):
    """What axe finds, in words."""
    return [
        f"{violation['id']}: {node['html'][:120]} {node['failureSummary'][:200]}"
        for violation in axe.violations(page, **options)
        for node in violation["nodes"]
    ]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_everything_is_accessible(browse, gallery_url, width, dark):
    page = browse(width=width, dark=dark)
    for path in PAGES:
        page.goto(gallery_url + path)
        assert failures(page) == [], path


def variants():
    """Each brand in the light or in the dark, with --long in both."""
    for place, (name, colour) in enumerate(samples.BRANDS[1:]):
        for dark in (False, True):
            marks = [pytest.mark.long] if dark == place % 2 else []
            yield pytest.param(colour, dark, id=f"{name}-{'dark' if dark else 'light'}", marks=marks)


@pytest.mark.parametrize(("colour", "dark"), list(variants()))
def test_every_brand_reads(browse, gallery_url, colour, dark):
    page = browse(dark=dark)
    for path in ("/gallery/", "/gallery/office/"):
        page.goto(f"{gallery_url}{path}?brand={colour[1:]}")
        assert failures(page, runOnly=["color-contrast"]) == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_any_brand_at_all_reads(browse, gallery_url, dark):
    page = browse(dark=dark)
    page.goto(f"{gallery_url}/gallery/")
    worst = page.evaluate((Path(__file__).parent / "contrasts.js").read_text(encoding="utf-8"))
    assert min(worst["text"].values()) >= 4.5, worst
    assert min(worst["shape"].values()) >= 3, worst


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("is_phone", [False, True], ids=["mouse", "touch"])
def test_nothing_scrolls_sideways(browse, gallery_url, is_phone, dark):
    page, widths = browse(width=390 if is_phone else 1280, dark=dark), (390, 320) if is_phone else (1280, 768)
    for path in PAGES:
        page.goto(gallery_url + path)
        assert looking.scrolling(page, path, *widths) == []


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_the_shell_speaks_the_language(browse, gallery_url, language):
    page = browse(language=language)
    page.goto(f"{gallery_url}/gallery/portal/")
    assert page.locator("html").get_attribute("lang") == language


def test_targets_are_large_enough_for_a_thumb(browse, gallery_url):
    page = browse(width=390)
    page.goto(f"{gallery_url}/gallery/")
    heights = page.locator("button.button:visible, .input:visible, .check:visible").evaluate_all(
        "all => all.map(one => [one.outerHTML.slice(0, 90), one.getBoundingClientRect().height])"
    )
    assert [small for small in heights if small[1] < 39.5] == []


def test_the_drawer_opens_on_a_phone_and_stays_on_a_desk(browse, gallery_url):
    page = browse(width=390)
    page.goto(f"{gallery_url}/gallery/portal/")
    assert not page.get_by_role("link", name="Statements").is_visible()
    page.get_by_role("button", name="Menu", exact=True).click()
    assert page.get_by_role("link", name="Statements").is_visible()
    assert failures(page) == []
    desk = browse()
    desk.goto(f"{gallery_url}/gallery/portal/")
    assert desk.get_by_role("link", name="Statements").is_visible()


@pytest.mark.parametrize("path", PAGES[1:])
def test_sign_out_is_in_view_below_whatever_stands_above(browse, gallery_url, path):
    page = browse(height=700)
    page.goto(gallery_url + path)
    box = page.get_by_role("button", name="Sign out").bounding_box()
    assert box["y"] + box["height"] <= 700


@pytest.mark.parametrize("css", ["row", "grid", "stack", "button", "notice", "field", "card"])
def test_what_is_hidden_is_not_seen_whatever_it_is(browse, gallery_url, css):
    page = browse()
    page.goto(f"{gallery_url}/gallery/")
    page.evaluate(
        """css => {
            const one = Object.assign(document.createElement("p"), { className: css, hidden: true, textContent: "!" });
            one.id = "hidden-one";
            document.querySelector("main").append(one);
        }""",
        css,
    )
    assert page.locator("#hidden-one").count() == 1
    assert not page.locator("#hidden-one").is_visible()


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
def test_a_menu_and_a_dialog_open_and_close(browse, gallery_url, javascript):
    page = browse(javascript=javascript)
    page.goto(f"{gallery_url}/gallery/")
    page.get_by_role("button", name="More", exact=True).click()
    assert page.get_by_role("link", name="Copy").is_visible()
    page.keyboard.press("Escape")
    assert not page.get_by_role("link", name="Copy").is_visible()
    page.get_by_role("button", name="Dialog").click()
    assert page.get_by_role("dialog", name="Decline QT-000087").is_visible()
    page.get_by_role("button", name="Close").click()
    assert not page.locator("#g-dialog").is_visible()


def test_a_link_opens_its_dialog_here_and_without_a_script_on_the_page_that_has_it_open(browse, gallery_url):
    page = browse()
    page.goto(f"{gallery_url}/trial/")
    page.get_by_role("link", name="Decline").click()
    assert page.locator("#reason:modal").is_visible()
    assert page.url.endswith("/trial/")
    plain = browse(javascript=False)
    plain.goto(f"{gallery_url}/trial/")
    plain.get_by_role("link", name="Decline").click()
    assert plain.get_by_role("dialog", name="Give a reason").is_visible()
    assert plain.url.endswith("?open=reason")


def test_a_dialog_that_arrives_open_becomes_a_real_one(browse, gallery_url):
    page = browse()
    page.goto(f"{gallery_url}/trial/?open=reason")
    assert page.locator("#reason:modal").is_visible()


def test_a_form_is_sent_once_and_says_that_it_is_under_way(browse, gallery_url):
    page = browse()
    page.goto(f"{gallery_url}/trial/")
    sent = []
    page.context.on("request", lambda request: sent.append(request.post_data) if request.method == "POST" else None)
    # The answer goes to another tab, so that this one can be looked at meanwhile.
    page.locator("[data-once]").evaluate("form => { form.target = '_blank'; }")
    with page.expect_popup() as popup:
        page.get_by_role("button", name="Pay").click()
    popup.value.get_by_text("Received once").wait_for()
    button = page.locator("[data-once] button")
    expect(button).to_be_disabled()
    expect(button).to_have_attribute("aria-busy", "true")
    expect(button).to_have_text("Paying")
    page.locator("[data-once]").evaluate("form => form.requestSubmit()")
    page.evaluate("window.dispatchEvent(new Event('pageshow'))")
    expect(button).to_be_enabled()
    expect(button).to_have_text("Pay")
    assert len(sent) == 1


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
def test_what_can_not_be_undone_asks_first(browse, gallery_url, javascript):
    page = browse(javascript=javascript)
    page.goto(f"{gallery_url}/trial/")
    page.get_by_role("button", name="Void", exact=True).click()
    if javascript:
        assert page.get_by_role("dialog", name="Are you sure").is_visible()
        page.get_by_role("button", name="Yes, void it").click()
    page.get_by_text("Received asked").wait_for()


def test_all_rows_are_ticked_at_once_and_the_head_shows_some(browse, gallery_url):
    page = browse()
    page.goto(f"{gallery_url}/trial/")
    head = page.get_by_role("checkbox", name="All")
    head.check()
    assert page.get_by_role("checkbox", name="Two").is_checked()
    page.get_by_role("checkbox", name="One").uncheck()
    assert head.evaluate("box => [box.checked, box.indeterminate]") == [False, True]


def test_printing_is_offered_only_where_it_works(browse, gallery_url):
    page = browse()
    page.goto(f"{gallery_url}/trial/")
    assert page.get_by_role("button", name="Print").is_visible()
    plain = browse(javascript=False)
    plain.goto(f"{gallery_url}/trial/")
    assert not plain.get_by_role("button", name="Print").is_visible()


def test_what_went_wrong_takes_the_focus(browse, gallery_url):
    page = browse()
    page.goto(f"{gallery_url}/gallery/")
    assert page.evaluate("document.activeElement.matches('[data-focus]')")


def test_htmx_swaps_a_conflict_and_shows_a_refused_page_whole(browse, gallery_url):
    page = browse()
    page.goto(f"{gallery_url}/trial/")
    page.get_by_role("button", name="Conflict").click()
    page.get_by_text("It changed after you opened it").wait_for()
    page.get_by_role("button", name="Forbidden").click()
    page.get_by_role("heading", name="Your role does not allow this").wait_for()
    assert page.get_by_role("button", name="Conflict").count() == 0
    assert page.title().startswith("Not allowed")


def test_a_page_of_its_own_is_not_put_into_a_region(browse, gallery_url):
    page = browse()
    page.goto(f"{gallery_url}/trial/")
    page.get_by_role("button", name="Elsewhere").click()
    page.wait_for_url(re.compile("/region/elsewhere/$"))


def test_paper_alone_is_printed(browse, gallery_url):
    page = browse()
    page.goto(f"{gallery_url}/gallery/portal/")
    page.emulate_media(media="print")
    assert not page.locator(".sidebar").is_visible()
    assert not page.locator(".topbar").is_visible()
    assert not page.locator(".stub").first.is_visible()


def test_a_ticket_has_no_seam_where_its_quarters_meet(browse, gallery_url):
    page = browse(width=1280)
    page.goto(f"{gallery_url}/gallery/portal/")
    page.locator(".ticket:not(.torn) > :first-child").first.evaluate(
        """sheet => {
            sheet.replaceChildren();
            sheet.style.blockSize = "215.5px";  // ends that lie between two pixels, as text makes them
            const {style} = sheet.parentElement;
            [style.position, style.insetBlockStart, style.insetInlineStart] = ["fixed", "102.890625px", "300px"];
            [style.inlineSize, style.zIndex] = ["900px", "9"];
        }"""
    )
    strip = page.screenshot(clip={"x": 310, "y": 130, "width": 20, "height": 160})
    colours = Image.open(io.BytesIO(strip)).convert("RGB").getcolors()
    assert len(colours) == 1, colours


@pytest.mark.parametrize(
    ("width", "dark"),
    [
        pytest.param(1280, False, id="1280-light"),
        pytest.param(1280, True, id="1280-dark", marks=pytest.mark.long),
        pytest.param(390, False, id="390-light", marks=pytest.mark.long),
        pytest.param(390, True, id="390-dark"),
    ],
)
def test_each_component_has_its_picture_taken(browse, gallery_url, width, dark):
    """For people to look at, in data/pictures; none of them is empty or runs out of its frame."""
    page = browse(width=width, dark=dark)
    page.goto(f"{gallery_url}/gallery/")
    PICTURES.mkdir(parents=True, exist_ok=True)
    sections = page.locator("section[aria-labelledby^='g-']").all()
    assert len(sections) >= 10
    for section in sections:
        name = section.get_attribute("aria-labelledby").removeprefix("g-")
        file = PICTURES / f"{name}-{width}-{'dark' if dark else 'light'}.png"
        section.screenshot(path=file)
        picture = Image.open(file).convert("RGB")
        assert len(picture.getcolors(maxcolors=1 << 20)) > 8, f"{name} shows nothing"
        assert picture.width <= width
