"""A mailed invoice opened by its link, as somebody without an account walks it: mail, button, payment, receipt."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from counterfoil.books.ledger import verify
from counterfoil.books.sales.models import DocumentLink, Invoice
from counterfoil.outbound import links
from counterfoil.outbound.models import Mail
from tests.support import mailed
from tests.support.cast import Cast, person, visitor
from tests.support.site import Site
from tests.support.till import CARD, connect

from . import looking

pytestmark = pytest.mark.browser


def test_from_the_mail_to_the_receipt_without_signing_in(running_site: Site, cast: Cast, browse: Any) -> None:
    connect(cast, running_site.sandbox_url, public_url=running_site.url)
    mia = person(cast.bakery, "Mia", "Grant", "mia@harbour.test", by=cast.by_olga, access=False)
    one = mailed.mail(cast, mia).invoice
    page: Page = browse(base_url=running_site.url)
    page.goto(where_the_mail_leads())
    found = look(page, "the question")
    assert Invoice.objects.get(id=one.id).viewed_at is None
    page.get_by_role("button", name="Open invoice").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(one.number)
    assert "/link/" not in page.url
    expect(page.get_by_role("navigation")).to_have_count(0)
    found += look(page, "the invoice")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download PDF").click()
    assert waiting.value.suggested_filename == f"{one.number}.pdf"

    page.get_by_role("link", name="Pay now", exact=True).first.click()
    found += look(page, "paying")
    fields = page.frame_locator("iframe")
    fields.locator("#number").fill(CARD)
    fields.locator("#exp").fill("12 / 40")
    fields.locator("#cvc").fill("123")
    page.get_by_role("button", name="Pay £100.00").click()
    expect(page.get_by_role("heading", name="£100.00")).to_be_visible()
    expect(page.get_by_text("A receipt is on its way to Mia Grant.")).to_be_visible()
    found += look(page, "the receipt")
    page.get_by_role("link", name=one.number).first.click()
    expect(page.locator(".pill").first).to_have_text("Paid")
    assert not verify.differences()

    revoke(cast, one, running_site, browse)
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("This link opens nothing")
    found += look(page, "a link that opens nothing")
    assert not found, "\n".join(found)


def where_the_mail_leads() -> str:
    mail = Mail.objects.get(template="invoice")
    (address,) = re.findall(r"View invoice: http://[^/]+(/\S+)", links.reveal(mail, mail.text))
    return str(address)


def look(page: Page, where: str) -> list[str]:
    return [
        *looking.accessibility(page, where),
        *looking.contrast_in_the_dark(page, where),
        *looking.scrolling(page, where, 390, 320),
    ]


def revoke(cast: Cast, one: Any, site: Site, browse: Any) -> None:
    """As the office does it: the dialog says what happens."""
    office: Page = browse(base_url=site.url)
    session = visitor(cast.olga).cookies["sessionid"].value
    office.context.add_cookies([{"name": "sessionid", "value": session, "url": site.url}])
    office.goto(f"/office/{cast.studio.id}/invoices/{one.id}/")
    expect(office.locator(".seen")).to_contain_text("by link, Mia Grant")
    office.get_by_role("link", name="Revoke").click()
    dialog = office.get_by_role("dialog", name="Revoke this link")
    expect(dialog).to_contain_text("opens nothing from now on")
    dialog.get_by_role("button", name="Revoke").click()
    expect(office.get_by_text("The link is revoked.")).to_be_visible()
    assert DocumentLink.objects.get().revoked_at is not None
