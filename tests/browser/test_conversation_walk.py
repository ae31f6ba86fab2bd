"""A conversation as two people have it: asked in the portal, answered in the office, by htmx and without any script."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from counterfoil.books.conversations.models import Comment
from tests.support.books import invoice
from tests.support.cast import Cast, visitor
from tests.support.site import Site

from . import looking

pytestmark = pytest.mark.browser


def open_as(browse: Any, site: Site, person: Any, **options: Any) -> Page:
    page: Page = browse(base_url=site.url, **options)
    session = visitor(person).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": site.url}])
    return page


def look(page: Page, where: str) -> list[str]:
    return [
        *looking.accessibility(page, where),
        *looking.contrast_in_the_dark(page, where),
        *looking.scrolling(page, where, 390, 320),
    ]


def test_asked_in_the_portal_and_answered_in_the_office(running_site: Site, cast: Cast, browse: Any) -> None:
    one = invoice(cast)
    portal = open_as(browse, running_site, cast.ana)
    portal.goto(f"/portal/lindqvist-zhou/{cast.bakery.id}/invoices/{one.id}/")
    talk = portal.get_by_role("region", name="Conversation")
    talk.get_by_role("button", name="Send").click()
    expect(talk.get_by_role("alert")).to_contain_text("Your comment")
    found = look(portal, "a mistake")
    talk.get_by_label("Your comment").fill("Could it wait?\nSee https://harbour.test/plan.")
    talk.get_by_role("button", name="Send").click()
    expect(talk.get_by_role("listitem")).to_contain_text("Could it wait?")
    expect(talk.get_by_role("listitem")).to_be_focused()
    expect(talk.get_by_role("link", name="https://harbour.test/plan", exact=True)).to_be_visible()
    expect(talk.get_by_label("Your comment")).to_have_value("")

    office = open_as(browse, running_site, cast.stig)
    office.goto(f"/office/{cast.studio.id}/invoices/{one.id}/")
    found += say_by_keyboard(office, "Only for us", tell="Vera Zhou")
    found += say_by_keyboard(office, "Yes, until Friday", shown=True)
    assert [said.is_shown for said in Comment.objects.order_by("id")] == [True, False, True]
    expect(office.locator(".private")).to_contain_text("Told: Vera Zhou")
    portal.goto(f"/portal/lindqvist-zhou/{cast.bakery.id}/invoices/{one.id}/")
    expect(talk.get_by_role("listitem")).to_have_count(2)
    expect(talk).not_to_contain_text("Only for us")
    found += look(portal, "the portal's side") + look(office, "the office's side")
    assert not found, "\n".join(found)


def say_by_keyboard(page: Page, text: str, *, tell: str = "", shown: bool = False) -> list[str]:
    page.get_by_label("Your comment").focus()
    page.keyboard.type(text)
    page.keyboard.press("Tab")
    found: list[str] = []
    if tell:
        page.keyboard.press("Enter")
        page.get_by_label(tell).focus()
        page.keyboard.press("Space")
        found = looking.accessibility(page, "the colleagues")
    if shown:
        page.keyboard.press("Tab")  # to the files
        page.keyboard.press("Tab")
        expect(page.locator("#conversation").get_by_label("Show in portal")).to_be_focused()
        page.keyboard.press("Space")
    page.get_by_role("button", name="Send", exact=True).last.press("Enter")
    expect(page.locator("#conversation li").last).to_contain_text(text)
    return found


def test_without_javascript_and_in_chinese(running_site: Site, cast: Cast, browse: Any) -> None:
    one = invoice(cast, cast.yunshan)
    page = open_as(browse, running_site, cast.wei, language="zh-Hans", javascript=False, width=390)
    page.goto(f"/portal/lindqvist-zhou/{cast.yunshan.id}/invoices/{one.id}/")
    page.get_by_role("button", name="发送").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"评论 {one.number}")
    expect(page.get_by_role("alert")).to_contain_text("您的评论")
    page.get_by_label("您的评论").fill("可以再印三张吗？")
    page.get_by_role("button", name="发送").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(one.number)
    expect(page.locator("#conversation li")).to_contain_text("可以再印三张吗？")
