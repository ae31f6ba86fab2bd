"""A new owner looks around in sample data first: adds it, opens an invoice, removes it, and finds nothing left."""

from typing import Any

import pytest
from playwright.sync_api import expect

from counterfoil.books.organizations.models import Organization
from counterfoil.books.sales.models import Invoice
from tests.support.cast import organization, visitor
from tests.support.site import Site

from . import looking

pytestmark = pytest.mark.browser


def test_it_is_added_looked_at_and_removed(running_site: Site, browse: Any) -> None:
    new = organization("Juniper Pottery", portal_name="juniper", owner=("Nora Lind", "nora@juniper.test"))
    page = browse(base_url=running_site.url)
    session = visitor(new.owner).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": running_site.url}])
    bar = page.get_by_text("Sample data: nothing here is real, and no mail goes out.")

    page.goto("/office/")
    page.get_by_role("link", name="Try it with sample data").click()
    found = looking.accessibility(page, "what it is")
    page.get_by_role("button", name="Add sample data").click()
    expect(page.get_by_text("The sample data is ready.")).to_be_visible()
    expect(bar).to_be_visible()
    found += looking.accessibility(page, "the first page of the sample data")
    found += looking.contrast_in_the_dark(page, "the first page of the sample data")
    found += looking.scrolling(page, "the first page of the sample data", 390, 320)
    page.get_by_role("link", name="Invoices", exact=True).click()
    sample = Organization.objects.get(sample_of=new.organization)
    invoice = Invoice.objects.get(organization=sample, customer__display_name="The Old Mill Hotel")
    page.get_by_role("row").filter(has_text="The Old Mill Hotel").get_by_role("link", name=invoice.number).click()
    expect(page.locator("h1")).to_have_text(invoice.number)
    expect(bar).to_be_visible()

    page.get_by_role("link", name="Remove sample data").click()
    dialog = page.get_by_role("dialog", name="Remove sample data")
    expect(dialog.get_by_text("Juniper Pottery stays as it is.")).to_be_visible()
    found += looking.accessibility(page, "what goes")
    dialog.get_by_role("button", name="Remove sample data").click()
    expect(page.get_by_text("The sample data is gone. Nothing of it is left.")).to_be_visible()
    expect(bar).to_be_hidden()
    assert not Organization.objects.filter(id=sample.id).exists()
    answer = page.goto(f"/office/{sample.id}/invoices/{invoice.id}/")
    assert answer is not None
    assert answer.status == 404
    assert not found, "\n".join(found)
