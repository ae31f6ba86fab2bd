"""A passkey added, named, used in both ways and removed, with Chromium's virtual authenticator."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import CDPSession, Page, expect

from tests.support.cast import PASSWORD, Cast, visitor
from tests.support.site import Site

from . import looking

pytestmark = pytest.mark.browser

ACCOUNT = "/portal/lindqvist-zhou/account/"
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def look(page: Page, where: str) -> list[str]:
    return [
        *looking.accessibility(page, where),
        *looking.contrast_in_the_dark(page, where),
        *looking.scrolling(page, where, 390, 320),
    ]


def with_device(page: Page) -> tuple[CDPSession, str]:
    """The browser gets a finger to ask."""
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    return device, device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})["authenticatorId"]


def sign_out(page: Page) -> None:
    page.goto(f"{ACCOUNT}logout/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("E-mail")).to_be_visible()


def test_a_passkey_from_its_making_to_its_end(running_site: Site, cast: Cast, browse: Any) -> None:
    page: Page = browse(base_url=running_site.url)
    session = visitor(cast.ana).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": running_site.url}])
    device, finger = with_device(page)

    page.goto(f"{ACCOUNT}security/")
    page.get_by_role("link", name="Add a passkey").click()
    found = look(page, "a new passkey")
    page.get_by_label("Name").fill("Laptop")
    page.get_by_label("Your password").fill("not mine at all")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_text("This is not your password.").first).to_be_visible()
    expect(page.get_by_label("Name")).to_have_value("Laptop")
    assert not Authenticator.objects.exists()
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    found += look(page, "recovery codes")
    code = page.locator("code").first.inner_text()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download").click()
    assert waiting.value.suggested_filename == "recovery-codes.txt"
    page.get_by_role("link", name="I have kept them").click()

    page.get_by_text("Rename").click()
    page.get_by_label("Name").fill("Studio laptop")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Studio laptop")).to_be_visible()
    found += look(page, "security")

    sign_out(page)
    page.get_by_role("link", name="Sign in with a passkey").click()
    found += look(page, "signing in with a passkey")
    device.send("WebAuthn.setUserVerified", {"authenticatorId": finger, "isUserVerified": False})
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("Nothing came of it.")).to_be_visible()
    device.send("WebAuthn.setUserVerified", {"authenticatorId": finger, "isUserVerified": True})
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(f"**/portal/lindqvist-zhou/{cast.bakery.id}/")

    sign_out(page)
    page.get_by_label("E-mail").fill("ana@harbour.test")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirm that it is you")
    found += look(page, "the second step")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(f"**/portal/lindqvist-zhou/{cast.bakery.id}/")

    page.goto(f"{ACCOUNT}security/")
    page.get_by_text("Remove").first.click()
    removing = page.locator("form[action$='/removal/']")
    removing.get_by_label("Your password").fill(PASSWORD)
    removing.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("The passkey signs in no more.")).to_be_visible()
    assert not Authenticator.objects.exists()

    sign_out(page)
    page.goto(f"{ACCOUNT}login/passkey/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert").filter(has_text="This is not right.")).to_be_visible()
    assert len(code) == 8
    assert not found, "\n".join(found)


def test_without_scripts_the_page_says_what_is_missing(running_site: Site, cast: Cast, browse: Any) -> None:
    page: Page = browse(base_url=running_site.url, javascript=False)
    page.goto(f"{ACCOUNT}login/passkey/")
    expect(page.get_by_text("Passkeys need JavaScript.")).to_be_visible()
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert").filter(has_text="No passkey was used.")).to_be_visible()
