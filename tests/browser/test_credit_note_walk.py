"""A credit note as it lives: made of an invoice, issued, used for it, and read by the customer."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from counterfoil.books.sales.models import CreditNote
from tests.support.books import invoice
from tests.support.cast import Cast

from . import looking

pytestmark = pytest.mark.browser


def test_made_of_an_invoice_used_for_it_and_read(cast: Cast, sign_in: Callable[..., Page]) -> None:
    one = invoice(cast)
    olga, office = sign_in(cast.olga), f"/office/{cast.studio.id}"
    olga.goto(f"{office}/invoices/{one.id}/")
    olga.get_by_role("button", name="Make a credit note").click()
    olga.get_by_role("link", name="Edit", exact=True).click()
    olga.get_by_label("Rate", exact=True).first.fill("40")
    olga.get_by_role("button", name="Save as draft").click()
    olga.get_by_role("button", name="Mark as sent").click()
    expect(olga.locator("h1 + .pill")).to_have_text("Open")
    note = CreditNote.objects.get()
    assert (note.total_minor, note.number) == (4_000, "CN-000001")
    found = looking.accessibility(olga, "the credit note")

    olga.goto(f"{office}/invoices/{one.id}/")
    olga.get_by_role("link", name="Apply credits").click()
    expect(olga.get_by_label("Use of CN-000001")).to_have_value("40.00")
    olga.get_by_role("button", name="Apply credits").click()
    expect(olga.get_by_role("heading", name="Credits applied")).to_be_visible()
    one.refresh_from_db()
    assert one.balance_minor == 6_000

    ana = sign_in(cast.ana)
    ana.goto(f"/portal/lindqvist-zhou/{cast.bakery.id}/")
    ana.locator('a[href$="credit-notes/?status=open"]').click()
    ana.get_by_role("link", name="Show all").click()
    found += looking.accessibility(ana, "the credits")
    ana.get_by_role("link", name="CN-000001").click()
    expect(ana.locator("h1 + .pill")).to_have_text("Closed")
    expect(ana.get_by_role("link", name=one.number)).to_be_visible()
    found += looking.accessibility(ana, "the credit note in the portal")
    assert not found, "\n".join(found)
