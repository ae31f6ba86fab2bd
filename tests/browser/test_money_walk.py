"""Money as people see it: several invoices at once with a saved card, a decline, a bank payment that fails late, and a
refund that becomes credit; on both sides, in both languages."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import requests
from playwright.sync_api import Page, expect

from counterfoil.books.customers.models import ContactPerson, Customer
from counterfoil.books.ledger import verify
from counterfoil.books.payments import asking
from counterfoil.books.payments.models import Payment, PaymentAttempt
from tests.support.books import invoice
from tests.support.cast import Cast, visitor
from tests.support.site import Site
from tests.support.till import BLOCKED, CARD, connect

pytestmark = pytest.mark.browser


@pytest.fixture
def site(running_site: Site, cast: Cast) -> Site:
    connect(cast, running_site.sandbox_url, public_url=running_site.url)
    return running_site


@pytest.fixture
def sign_in(site: Site, browse: Any) -> Callable[..., Page]:
    def open_page(person: Any, **options: Any) -> Page:
        page: Page = browse(base_url=site.url, **options)
        session = visitor(person).cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": site.url}])
        return page

    return open_page


def portal(cast: Cast, rest: str = "") -> str:
    return f"/portal/lindqvist-zhou/{cast.bakery.id}/{rest}"


def office(cast: Cast, rest: str) -> str:
    return f"/office/{cast.studio.id}/{rest}"


def order(site: Site, call: str, **body: Any) -> None:
    """What tests may order of the site's own Sandbox."""
    assert requests.post(f"{site.sandbox_url}/_test/{call}", json=body, timeout=20).ok


def write_card(page: Page, number: str) -> None:
    fields = page.locator(".inside:visible").frame_locator("iframe")
    fields.locator("#number").fill(number)
    fields.locator("#exp").fill("12 / 40")
    fields.locator("#cvc").fill("123")


def test_three_invoices_are_paid_at_once_by_a_saved_card(site: Site, cast: Cast, sign_in: Callable[..., Page]) -> None:
    first = invoice(cast, amount="10")
    page = sign_in(cast.ana)
    page.goto(portal(cast, f"invoices/{first.id}/pay/"))
    write_card(page, CARD)
    page.get_by_label("Save this card for future payments").check()
    page.get_by_role("button", name="Pay £10.00").click()
    expect(page.get_by_text("Thank you, Ana")).to_be_visible()

    three = [invoice(cast, amount=amount) for amount in ("100", "50", "30")]
    other = invoice(cast, amount="7")
    page.goto(portal(cast, "invoices/?status=unpaid"))
    for one in three:
        page.get_by_label(f"Select {one.number}").check()
    expect(page.locator("[data-sum]")).to_have_text("£180.00 (3)")
    page.get_by_role("button", name="Pay now").click()
    expect(page.get_by_label("Visa •••• 4242")).to_be_checked()
    for one in three:
        expect(page.get_by_text(one.number)).to_be_visible()
    page.get_by_role("button", name="Pay £180.00").click()
    expect(page.get_by_role("heading", name="£180.00")).to_be_visible()
    payment = Payment.objects.latest("id")
    assert (payment.amount_minor, payment.attempt.saved_method_id is not None) == (18_000, True)

    page.goto(portal(cast))
    expect(page.get_by_role("heading", name="Card details")).to_be_visible()
    page.get_by_role("link", name="Pay now").click()
    expect(page.get_by_text(other.number).first).to_be_visible()
    assert not verify.differences()


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "A security check of the payment provider declined this payment."),
        ("zh-Hans", "支付服务商的安全检查拒绝了这笔付款。没有扣款。"),
    ],
)
def test_a_decline_says_its_code_and_the_office_sees_what_to_do(
    site: Site, cast: Cast, sign_in: Callable[..., Page], language: str, sentence: str
) -> None:
    ContactPerson.objects.filter(id=cast.ana.id).update(language=language)
    one = invoice(cast)
    page = sign_in(cast.ana)
    page.goto(portal(cast, f"invoices/{one.id}/pay/"))
    write_card(page, BLOCKED)
    page.locator(".pay-button button").click()
    expect(page.get_by_text("CP3003")).to_be_visible()
    expect(page.get_by_text(re.compile(re.escape(sentence))).first).to_be_visible()
    staff = sign_in(cast.olga)
    staff.goto(office(cast, "payments/"))
    staff.get_by_role("link", name="Failed payments").click()
    expect(staff.get_by_text("The gateway's fraud filter declined it.")).to_be_visible()
    staff.get_by_role("link", name="Open the payment gateways").click()
    expect(staff.get_by_role("heading", name="Payment gateways", exact=True)).to_be_visible()
    staff.goto(office(cast, f"invoices/{one.id}/"))
    expect(staff.get_by_text("CP3003")).to_be_visible()


def test_a_bank_payment_stays_processing_blocks_a_second_and_fails_late(
    site: Site, cast: Cast, sign_in: Callable[..., Page]
) -> None:
    Customer.objects.filter(id=cast.bakery.id).update(may_pay_by_bank=True)
    one = invoice(cast)
    page = sign_in(cast.ana)
    page.goto(portal(cast, f"invoices/{one.id}/pay/"))
    page.get_by_label("Bank account", exact=False).first.check()
    fields = page.locator(".inside:visible").frame_locator("iframe")
    fields.locator("#holder").fill("Harbour Bakery")
    fields.locator("#routing").fill("110000000")
    fields.locator("#account").fill("000222222227")
    page.get_by_role("button", name="Pay £100.00").click()
    expect(page.get_by_role("heading", name="Your bank payment is processing")).to_be_visible()
    page.goto(portal(cast, "invoices/"))
    expect(page.get_by_text("Processing", exact=True).first).to_be_visible()
    expect(page.get_by_label(f"Select {one.number}")).to_have_attribute("data-minor", "0")
    page.goto(portal(cast, f"invoices/{one.id}/pay/"))
    expect(page.get_by_text("already being processed")).to_be_visible()

    attempt = PaymentAttempt.objects.select_related("gateway").get()
    order(site, "settle", payment_intent=attempt.provider_id, outcome="failed")
    asking.ask(attempt)
    page.goto(portal(cast, f"payments/attempts/{attempt.id}/"))
    expect(page.get_by_text("There was not enough money in this bank account")).to_be_visible()
    staff = sign_in(cast.olga)
    staff.goto(office(cast, f"invoices/{one.id}/"))
    expect(staff.get_by_role("heading", name="Failed payments")).to_be_visible()
    expect(staff.get_by_text("Balance due").first).to_be_visible()


def test_a_refund_becomes_credit_that_pays_another_invoice_and_the_report_agrees(
    site: Site, cast: Cast, sign_in: Callable[..., Page]
) -> None:
    one, other = invoice(cast), invoice(cast, amount="80")
    page = sign_in(cast.ana)
    page.goto(portal(cast, f"invoices/{one.id}/pay/"))
    write_card(page, CARD)
    page.get_by_role("button", name="Pay £100.00").click()
    expect(page.get_by_text("Thank you, Ana")).to_be_visible()

    payment, staff = Payment.objects.get(), sign_in(cast.olga)
    staff.goto(office(cast, f"payments/{payment.id}/"))
    staff.get_by_role("link", name="Refund").click()
    staff.get_by_label("Amount").fill("30")
    staff.get_by_label("It stays here as credit for later invoices").check()
    staff.get_by_label("It stays paid: the sale is worth that much less").check()
    staff.get_by_role("button", name="See what will happen").click()
    expect(staff.get_by_text("£30.00 becomes credit of the customer. No money moves.")).to_be_visible()
    staff.get_by_role("button", name="Confirm the refund").click()
    expect(staff.get_by_text("It is credit of the customer now.")).to_be_visible()

    staff.goto(office(cast, f"invoices/{other.id}/"))
    staff.get_by_role("link", name="Apply credits").click()
    staff.get_by_role("button", name="Apply credits").click()
    expect(staff.get_by_text("It is used for this invoice.")).to_be_visible()

    page.goto(portal(cast))
    expect(page.get_by_text("£50.00").first).to_be_visible()
    staff.goto(office(cast, "reports/"))
    staff.get_by_role("link", name="Receivables by age").click()
    expect(staff.locator("tfoot")).to_contain_text("£50.00")
    assert not verify.differences()
