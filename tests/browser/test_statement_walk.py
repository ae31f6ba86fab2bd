"""A statement as the customer asks for it and as the office mails it: the period, the figures, the files, the paper."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from counterfoil.foundation.events import Event
from tests.support.books import invoice, many_transactions, pay
from tests.support.cast import Cast
from tests.support.locking import days_ago, today

from . import looking

pytestmark = pytest.mark.browser


def test_a_customer_picks_a_period_and_takes_the_statement_along(cast: Cast, sign_in: Callable[..., Page]) -> None:
    one = invoice(cast, amount="100", dated=days_ago(40))
    payment = pay(cast, cast.bakery, 4_000, {one.id: 4_000})
    page = sign_in(cast.ana)
    page.goto(f"/portal/lindqvist-zhou/{cast.bakery.id}/")
    expect(page.get_by_text("£60.00").first).to_be_visible()
    page.get_by_role("navigation").get_by_role("link", name="Statements").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Statements")

    page.get_by_label("Period").select_option("From … to …")
    page.get_by_label("From").fill(today().isoformat())
    page.get_by_label("To").fill(days_ago(50).isoformat())
    page.get_by_role("button", name="Generate").click()
    expect(page.get_by_text("This is before the first day.").last).to_be_visible()
    found = look(page, "what is wrong")
    page.get_by_label("From").fill(days_ago(50).isoformat())
    page.get_by_label("To").fill(today().isoformat())
    page.get_by_role("button", name="Generate").click()

    paper = page.locator(".paper")
    expect(paper.locator("dd.grand")).to_have_text("£60.00")
    rows = paper.locator("tbody tr")
    expect(rows).to_have_count(3)
    for row, words in zip(rows.all(), ("Opening balance", f"Invoice {one.number}", payment.number), strict=True):
        expect(row).to_contain_text(words)
    expect(rows.last).to_contain_text("−£40.00")
    found += look(page, "the statement")
    for name, ending in (("Download PDF", "pdf"), ("CSV", "csv")):
        with page.expect_download() as waiting:
            page.get_by_role("link", name=name).click()
        assert waiting.value.suggested_filename == f"statement-{days_ago(50)}-{today()}.{ending}"

    page.emulate_media(media="print")
    expect(paper).to_be_visible()
    for gone in (page.get_by_role("button", name="Generate"), page.get_by_role("link", name="Home")):
        expect(gone).to_be_hidden()
    page.emulate_media(media="screen")
    page.get_by_role("link", name=payment.number).click()
    expect(page.get_by_role("heading", name="£40.00")).to_be_visible()
    assert not found, "\n".join(found)


def test_a_long_one_in_chinese_is_read_page_by_page_on_a_phone(cast: Cast, sign_in: Callable[..., Page]) -> None:
    many_transactions(cast, cast.yunshan, 250)
    page = sign_in(cast.wei, width=390, height=844, language="zh-Hans")
    page.goto(f"/portal/lindqvist-zhou/{cast.yunshan.id}/statements/")
    page.get_by_label("期间").select_option("custom")
    page.get_by_label("从", exact=True).fill(days_ago(400).isoformat())
    page.get_by_label("至", exact=True).fill(today().isoformat())
    page.get_by_role("button", name="生成").click()
    rows = page.locator(".paper tbody tr")
    expect(rows).to_have_count(201)
    expect(rows.last).to_contain_text("余额 ¥200.00")
    page.get_by_role("link", name="较晚").click()
    expect(rows).to_have_count(51)
    expect(rows.first).to_contain_text("承前余额")
    expect(rows.first).to_contain_text("¥200.00")
    expect(rows.last).to_contain_text("余额 ¥250.00")
    found = look(page, "the second page")
    assert not found, "\n".join(found)


def test_the_office_mails_what_the_customer_sees(cast: Cast, sign_in: Callable[..., Page]) -> None:
    invoice(cast, amount="100")
    page = sign_in(cast.stig)
    page.goto(f"/office/{cast.studio.id}/customers/{cast.bakery.id}/")
    page.get_by_role("link", name="Statement", exact=True).click()
    expect(page.locator(".paper dd.grand")).to_have_text("£100.00")
    page.get_by_role("link", name="Send", exact=True).click()
    dialog = page.get_by_role("dialog", name="Send this statement")
    expect(dialog.get_by_label("Ana Moreau")).to_be_checked()
    dialog.get_by_label("Sam Okafor").check()
    found = look(page, "the dialog")
    dialog.get_by_role("button", name="Send").click()
    expect(page.get_by_text("The statement is on its way.")).to_be_visible()
    event = Event.objects.get(name="statement.sent")
    assert event.data["contact_ids"] == [str(cast.ana.id), str(cast.sam.id)]
    assert not found, "\n".join(found)


def look(page: Page, where: str) -> list[str]:
    return [
        *looking.accessibility(page, where),
        *looking.contrast_in_the_dark(page, where),
        *looking.scrolling(page, where, 390, 320),
    ]
