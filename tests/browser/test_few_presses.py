"""What people come for most takes a few presses from the mail alone, in a browser that has never been here."""

from collections.abc import Callable
from datetime import date
from email.message import EmailMessage
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from counterfoil.books.customers.models import Customer
from counterfoil.books.sales import invoices
from tests.support.books import draft_invoice, invoice, pay
from tests.support.cast import PASSWORD, Cast
from tests.support.locking import today
from tests.support.site import Site
from tests.support.till import CARD, connect

from .presses import Presses

pytestmark = pytest.mark.browser


@pytest.fixture(params=[1280, 390])
def reader(request: pytest.FixtureRequest, running_site: Site, cast: Cast, browse: Any) -> Presses:
    """Ana with a browser that knows nothing of us, on a desk or on a phone, while the worker sends mails."""
    connect(cast, running_site.sandbox_url, public_url=running_site.url)
    running_site.start("worker")
    return Presses(browse(base_url=running_site.url, width=request.param))


@pytest.fixture
def mail_about(running_site: Site) -> Callable[[str], EmailMessage]:
    """`mail_about("Receipt")` is the mail to Ana whose subject has that word, once it has come."""

    def find(word: str) -> EmailMessage | None:
        mails = [one for one in running_site.outbox() if "ana@harbour.test" in one["To"] and word in one["Subject"]]
        return mails[-1] if mails else None

    def wait(word: str) -> EmailMessage:
        running_site.wait(lambda: find(word), f"mail about {word}", seconds=60)
        mail = find(word)
        assert mail is not None
        return mail

    return wait


def follow(page: Page, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).first.click()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.click()


def sign_in(page: Page) -> None:
    page.get_by_label("E-mail").fill("ana@harbour.test")
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Sign in")


def test_an_invoice_is_paid_in_four(reader: Presses, cast: Cast, mail_about: Callable[[str], EmailMessage]) -> None:
    draft = draft_invoice(cast)
    one = invoices.send(draft, to=[cast.ana.id], by=cast.by_olga, revision=draft.revision)
    reader.read(mail_about(one.number))
    page = reader.page
    follow(page, "View invoice")
    press(page, "Open invoice")
    follow(page, "Pay now")
    fields = page.frame_locator("iframe")
    fields.locator("#number").fill(CARD)
    fields.locator("#exp").fill("12 / 40")
    fields.locator("#cvc").fill("123")
    press(page, "Pay £100.00")
    expect(page.get_by_role("heading", name="£100.00")).to_be_visible()
    expect(page.get_by_text("A receipt is on its way to Ana Moreau.")).to_be_visible()
    assert reader.count == 4, reader.all


def test_last_years_statement_is_found_in_four(
    reader: Presses, cast: Cast, mail_about: Callable[[str], EmailMessage]
) -> None:
    old = invoice(cast, amount="100", dated=date(today().year - 1, 3, 1))
    payment = pay(cast, cast.bakery, 4_000, {old.id: 4_000})
    reader.read(mail_about("Receipt"))
    page = reader.page
    follow(page, "Open the portal")
    sign_in(page)
    follow(page, "Statements")
    follow(page, "Last year")
    paper = page.locator(".paper")
    expect(paper.locator("tbody tr").last).to_contain_text(old.number)
    expect(paper).not_to_contain_text(payment.number)
    expect(paper.locator("dd.grand")).to_have_text("£100.00")
    expect(page.get_by_role("link", name="Download PDF")).to_be_visible()
    assert reader.count == 4, reader.all


def test_the_address_is_changed_in_five(reader: Presses, cast: Cast, mail_about: Callable[[str], EmailMessage]) -> None:
    draft = draft_invoice(cast)
    one = invoices.send(draft, to=[cast.ana.id], by=cast.by_olga, revision=draft.revision)
    reader.read(mail_about(one.number))
    page = reader.page
    follow(page, "Open the portal")
    sign_in(page)
    follow(page, "Edit addresses")
    page.get_by_label("Street").first.fill("7 Chandler's Row")
    press(page, "Save")
    expect(page.get_by_text("Saved.").first).to_be_visible()
    assert Customer.objects.get(id=cast.bakery.id).billing_address["street"] == "7 Chandler's Row"
    assert reader.count <= 5, reader.all
