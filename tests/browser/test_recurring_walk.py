"""A recurring invoice: written in the office, made by the worker's clock, and deleted while its customer is paying."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from counterfoil.books.sales.models import Invoice, RecurringInvoice
from counterfoil.outbound import jobs
from tests.support.cast import Cast
from tests.support.site import Site
from tests.support.till import CARD, connect

from . import looking

pytestmark = pytest.mark.browser


def test_it_is_written_made_stopped_and_deleted_while_somebody_pays(
    cast: Cast, running_site: Site, sign_in: Callable[..., Page]
) -> None:
    connect(cast, running_site.sandbox_url, public_url=running_site.url)
    olga = sign_in(cast.olga)
    olga.goto(f"/office/{cast.studio.id}/")
    olga.get_by_role("link", name="Recurring invoices").click()
    olga.get_by_role("link", name="New recurring invoice").first.click()
    olga.get_by_role("link", name="Harbour Bakery Ltd").click()
    olga.get_by_label("Name", exact=True).fill("Website care")
    olga.get_by_label("Item").fill("Website care")
    olga.get_by_label("Rate", exact=True).fill("95")
    olga.get_by_label("Make it and send it").check()
    expect(olga.get_by_label("Ana Moreau")).to_be_checked()
    found = looking.accessibility(olga, "the editor")
    olga.get_by_role("button", name="Save").click()
    expect(olga.get_by_text("The recurring invoice is saved.")).to_be_visible()
    expect(olga.get_by_text("Every month")).to_be_visible()

    jobs.make_recurring_invoices()
    bill = Invoice.objects.get()
    olga.reload()
    found += looking.accessibility(olga, "the recurring invoice")
    olga.get_by_role("link", name=bill.number).click()
    olga.get_by_role("link", name="Website care").click()
    olga.get_by_role("button", name="Stop").click()
    olga.get_by_role("button", name="Resume").click()
    expect(olga.locator("h1 + .pill")).to_have_text("Active")

    ana = sign_in(cast.ana)
    ana.goto(f"/portal/lindqvist-zhou/{cast.bakery.id}/invoices/{bill.id}/pay/")
    olga.get_by_role("link", name="Delete").click()
    olga.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(olga.get_by_text("The recurring invoice was deleted.")).to_be_visible()
    assert RecurringInvoice.objects.get().deleted_at

    pay(ana)
    expect(ana.get_by_text("was deleted after you opened the page")).to_be_visible()
    found += looking.accessibility(ana, "the refused payment")
    pay(ana)
    expect(ana.get_by_role("heading", name="£95.00")).to_be_visible()
    bill.refresh_from_db()
    assert bill.balance_minor == 0
    assert not found, "\n".join(found)


def pay(page: Page) -> None:
    """By the gateway's own fields."""
    fields = page.frame_locator("iframe")
    fields.locator("#number").fill(CARD)
    fields.locator("#exp").fill("12 / 40")
    fields.locator("#cvc").fill("123")
    page.get_by_role("button", name="Pay £95.00").click()
