"""Many documents at once, as people do it: drafts sent by the office, and a customer's invoices printed and packed."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from counterfoil.books.sales.models import Invoice
from counterfoil.outbound import batches
from tests.support.books import draft_invoice, invoice
from tests.support.cast import Cast

from . import looking

pytestmark = pytest.mark.browser


def test_the_office_sends_what_it_ticked_and_watches_it(cast: Cast, sign_in: Callable[..., Page]) -> None:
    drafts = [draft_invoice(cast), draft_invoice(cast, cast.tidewater), draft_invoice(cast)]
    page = sign_in(cast.olga)
    page.goto(f"/office/{cast.studio.id}/invoices/?status=draft")
    send = page.get_by_role("button", name="Send")
    expect(send).to_be_hidden()  # nothing is ticked
    page.get_by_role("checkbox", name="Select all").check()
    expect(page.get_by_text("Selected: 3")).to_be_visible()
    page.get_by_role("checkbox", name="Select Draft").first.uncheck()
    expect(page.get_by_text("Selected: 2")).to_be_visible()
    found = look(page, "the list with ticks")
    send.click()
    dialog = page.get_by_role("dialog", name="Send what is ticked?")
    found += look(page, "the question")
    dialog.get_by_role("button", name="Cancel").click()
    send.click()
    dialog.get_by_role("button", name="Send").click()
    expect(page.get_by_text("0 of 2 done.")).to_be_visible()
    found += look(page, "under way")
    batches.run_due()
    expect(page.get_by_role("heading", name="The documents are on their way")).to_be_visible()
    expect(page.get_by_text("2 documents were sent.")).to_be_visible()
    found += look(page, "done")
    page.get_by_role("link", name="Back to the list").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Invoices")
    assert Invoice.objects.filter(id__in=[one.id for one in drafts], state="issued").count() == 2
    assert not found, "\n".join(found)


def test_a_customer_packs_and_prints_in_chinese_on_a_phone(cast: Cast, sign_in: Callable[..., Page]) -> None:
    first, second = invoice(cast, cast.yunshan), invoice(cast, cast.yunshan)
    page = sign_in(cast.wei, width=390, height=844, language="zh-Hans")
    for button, name in (("ZIP", "invoices.zip"), ("合并为 PDF", "invoices.pdf")):
        page.goto(f"/portal/lindqvist-zhou/{cast.yunshan.id}/invoices/")
        for one in (first, second):
            page.get_by_role("checkbox", name=f"选择 {one.number}").check()
        page.get_by_role("button", name=button).click()
        batches.run_due()
        with page.expect_download() as waiting:
            page.get_by_role("link", name="下载").click()
        assert waiting.value.suggested_filename == name
    found = look(page, "done")
    with page.expect_download() as waiting:
        page.goto(f"/portal/lindqvist-zhou/{cast.yunshan.id}/invoices/")
        page.get_by_role("link", name="CSV").click()
    assert waiting.value.suggested_filename == "invoices.csv"
    assert not found, "\n".join(found)


def look(page: Page, where: str) -> list[str]:
    return [
        *looking.accessibility(page, where),
        *looking.contrast_in_the_dark(page, where),
        *looking.scrolling(page, where, 390, 320),
    ]
