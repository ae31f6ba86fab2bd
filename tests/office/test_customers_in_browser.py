"""From **Invite to portal** in the office to the portal's home, in a real browser and with real mail."""

import re

import pytest
from playwright.sync_api import expect

from counterfoil.books.customers import invitations, portal_access
from tests.support import axe
from tests.support.cast import PASSWORD, person

pytestmark = pytest.mark.browser


def failures(page):
    """What axe finds, in words."""
    return [f"{one['id']}: {node['html'][:160]}" for one in axe.violations(page) for node in one["nodes"]]


@pytest.fixture
def lucie(cast):
    return person(cast.bakery, "Lucie", "Barr", "lucie@harbour.test", by=cast.by_olga, access=False)


def sign_in(page, site, email, door):
    page.goto(f"{site.url}{door}account/login/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(re.compile(r"/\d+/$"))


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without"])
def test_lucie_is_invited_and_comes_in(running_site, browse, cast, lucie, javascript):
    running_site.start("worker")
    office = browse(javascript=javascript)
    sign_in(office, running_site, "olga@studio.test", "/office/")
    office.goto(f"{running_site.url}/office/{cast.studio.id}/customers/{cast.bakery.id}/")
    office.get_by_role("link", name="Invite to portal").click()
    form = office.get_by_role("dialog", name="Configure portal access") if javascript else office.locator("#main")
    form.get_by_role("checkbox", name="Lucie Barr").check()
    form.get_by_role("button", name="Save").click()
    expect(office.get_by_text("1 invitation is on its way")).to_be_visible()

    mail = next(one for one in running_site.wait_for_mail() if one["To"].endswith("lucie@harbour.test>"))
    link = re.search(r"http://\S+/invitation/\S+/", mail.get_body(("plain",)).get_content())[0]
    portal = browse(javascript=javascript)
    portal.goto(link)
    expect(portal.get_by_role("heading", name="Welcome, Lucie")).to_be_visible()
    portal.get_by_label("Password", exact=True).fill("sourdough-23-rye")
    portal.get_by_label("Confirm password").fill("sourdough-23-rye")
    portal.get_by_role("button", name="Update").click()
    portal.wait_for_url(f"{running_site.url}/portal/lindqvist-zhou/{cast.bakery.id}/")

    again = browse(javascript=javascript)
    assert again.goto(link).status == 410
    expect(again.get_by_role("heading", name="This invitation was already accepted")).to_be_visible()
    browse.problems.clear()


def test_the_dialog_opens_from_the_gear_and_from_the_menu_and_closes(running_site, browse, cast):
    page = browse()
    sign_in(page, running_site, "olga@studio.test", "/office/")
    page.goto(f"{running_site.url}/office/{cast.studio.id}/customers/{cast.bakery.id}/")
    dialog = page.get_by_role("dialog", name="Configure portal access")
    page.locator("dl").get_by_role("link", name="Configure customer portal").click()
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_be_hidden()
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("link", name="Configure customer portal").first.click()
    expect(dialog).to_be_visible()


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (390, True)], ids=["desk", "phone in the dark"])
def test_the_pages_are_accessible_and_fit(running_site, browse, cast, lucie, width, dark):
    (made,) = portal_access.configure(cast.bakery, {lucie.id}, by=cast.by_olga, seen=())
    page = browse(width=width, dark=dark)
    own = f"/office/{cast.studio.id}/customers/"
    of = f"{own}{cast.bakery.id}/"
    outside = [
        "/portal/lindqvist-zhou/account/login/",
        "/portal/lindqvist-zhou/account/password/reset/",
        f"/portal/lindqvist-zhou/invitation/{invitations.token_of(made)}/",
    ]
    inside = [own, f"{own}new/", of, f"{of}edit/", f"{of}transactions/", f"{of}mails/", f"{of}portal-access/"]
    for path in [*outside, "", *inside, f"{of}contacts/{cast.ana.id}/", f"{of}contacts/{cast.ana.id}/?ask=retire"]:
        if not path:
            sign_in(page, running_site, "olga@studio.test", "/office/")
            continue
        page.goto(running_site.url + path)
        assert failures(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
