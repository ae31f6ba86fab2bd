"""From an accepted quote to a sales order, and from that to invoices of its parts, as both sides see it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from counterfoil.books.sales import quotes
from counterfoil.books.sales.models import Invoice, SalesOrder
from tests.support.books import quote
from tests.support.cast import Cast
from tests.support.switches import switch

from . import looking

pytestmark = pytest.mark.browser


def test_a_quote_becomes_an_order_and_that_an_invoice(cast: Cast, sign_in: Callable[..., Page]) -> None:
    switch(cast, sales_orders=True)
    offered = quotes.accept(quote(cast), by=cast.by_ana, revision=1)
    olga = sign_in(cast.olga)
    olga.goto(f"/office/{cast.studio.id}/quotes/{offered.id}/")
    olga.get_by_role("button", name="Make a sales order").click()
    olga.get_by_role("button", name="Mark as open").click()
    expect(olga.locator("h1 + .pill")).to_have_text("Open")
    order = SalesOrder.objects.get()
    found = looking.accessibility(olga, "the order in the office")

    olga.get_by_role("link", name="Make an invoice").click()
    olga.get_by_label("To invoice of Shop sign").fill("0.25")
    found += looking.accessibility(olga, "how much is invoiced")
    olga.get_by_role("button", name="Make an invoice").click()
    expect(olga.get_by_role("link", name=order.number)).to_be_visible()
    olga.get_by_role("button", name="Mark as sent").click()
    invoice = Invoice.objects.get()
    assert (invoice.state, invoice.total_minor) == ("issued", 2_500)

    ana = sign_in(cast.ana)
    ana.goto(f"/portal/lindqvist-zhou/{cast.bakery.id}/")
    ana.get_by_role("link", name="Sales orders").click()
    expect(ana.get_by_text("Partially invoiced").last).to_be_visible()
    ana.get_by_role("link", name=order.number).click()
    found += looking.accessibility(ana, "the order in the portal")
    ana.get_by_role("link", name=invoice.number).click()
    expect(ana.locator("h1")).to_have_text(invoice.number)
    assert not found, "\n".join(found)
