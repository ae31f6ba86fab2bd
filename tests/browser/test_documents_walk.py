"""Every document of one sale, as both sides see it: a quote that is talked about, declined, changed and signed, the
sales order and the invoice made of it, what the customer has in credit and paid ahead used for it, the rest paid by
card, and the statement of it all.

In English on SQLite, in Chinese on PostgreSQL.
"""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from counterfoil.books.customers.models import ContactPerson
from counterfoil.books.ledger import verify
from counterfoil.books.sales.models import Invoice, Quote, SalesOrder
from counterfoil.outbound.worker import run_once
from tests.support.books import credit_note, paid_retainer
from tests.support.cast import Cast
from tests.support.signing import ask

from . import looking
from .walking import Walker

pytestmark = [pytest.mark.browser, pytest.mark.both_databases, pytest.mark.either_database]


def test_one_sale_from_the_first_offer_to_the_last_statement(cast: Cast, walkers: Callable[[Any], Walker]) -> None:
    ask(cast)
    note, ahead = credit_note(cast, amount="30"), paid_retainer(cast, amount="40")
    olga, ana = walkers(cast.olga), walkers(cast.ana)
    portal, office = f"/portal/lindqvist-zhou/{cast.bakery.id}/", f"/office/{cast.studio.id}/"
    found: list[str] = []

    write_the_offer(olga, office, cast)
    offer = Quote.objects.get()
    ana.page.goto(f"{portal}quotes/{offer.id}/")
    say(ana, "Could it be oak?")
    decline(ana, "Too dear")
    found += looking.accessibility(ana.page, "declined")

    olga.page.goto(f"{office}quotes/{offer.id}/")
    olga.reads("Could it be oak?")
    say(olga, "It is oak now.", shown=True)
    make_it_cheaper(olga)
    ana.page.goto(f"{portal}quotes/{offer.id}/")
    ana.reads("It is oak now.")
    expect(ana.page.get_by_role("heading", name=ana.word("What changed"))).to_be_visible()
    sign(ana)
    found += looking.accessibility(ana.page, "signed")

    olga.page.goto(f"{office}quotes/{offer.id}/")
    olga.press("Make a sales order")
    olga.press("Mark as open")
    order = SalesOrder.objects.get()
    olga.follow("Make an invoice")
    olga.press("Make an invoice")
    olga.press("Mark as sent")
    bill = Invoice.objects.get()
    assert (bill.total_minor, bill.came_from_id) == (13_000, order.id)

    ana.page.goto(f"{portal}invoices/{bill.id}/")
    ana.follow("Pay now")
    for credit, left in ((note, "100.00"), (ahead, "60.00")):
        use_own(ana, credit.number, left)
    found += looking.accessibility(ana.page, "paying with credits")
    ana.pays_by_card()
    ana.reads("60.00")
    for row in (bill, note, ahead):
        row.refresh_from_db()
        assert row.balance_minor == 0

    ana.page.goto(f"{portal}statements/?period=this-year")
    for words in (bill.number, note.number, ahead.number):
        ana.reads(words)
    expect(ana.page.locator(".paper dd.grand").first).to_contain_text("0.00")
    found += looking.accessibility(ana.page, "the statement")
    pass_it_on(ana, f"{portal}invoices/{bill.id}/", "ida@elsewhere.test")
    ida = ContactPerson.objects.get(email="ida@elsewhere.test")
    assert (ida.customer_id, ida.access) == (cast.bakery.id, ContactPerson.Access.DISABLED)
    assert not verify.differences()
    assert not found, "\n".join(found)


def write_the_offer(olga: Walker, office: str, cast: Cast) -> None:
    """Two lines, of which the customer may leave one out, mailed to ana."""
    page = olga.page
    page.goto(f"{office}quotes/new/?customer={cast.bakery.id}")
    page.locator('[name="line-0-name"]').fill("Shop sign")
    page.locator('[name="line-0-quantity"]').fill("1")
    page.locator('[name="line-0-rate"]').fill("100")
    olga.press("Add line")
    page.locator('[name="line-1-name"]').fill("Lighting")
    page.locator('[name="line-1-quantity"]').fill("1")
    page.locator('[name="line-1-rate"]').fill("40")
    page.locator('[name="line-1-is_optional"]').check()
    olga.press("Save and send")
    dialog = olga.dialog("Send this quote")
    olga.press("Send", within=dialog)
    olga.reads(olga.word("The quote is on its way."))
    run_once()


def say(walker: Walker, words: str, *, shown: bool = False) -> None:
    page = walker.page
    page.locator('#conversation [name="text"]').fill(words)
    if shown:
        page.locator("#conversation").get_by_label(walker.word("Show in portal")).check()
    walker.press("Send", within=page.locator("#conversation"))
    expect(page.locator("#conversation")).to_contain_text(words)


def decline(ana: Walker, reason: str) -> None:
    ana.follow("Decline")
    dialog = ana.dialog("Decline this quote")
    dialog.locator('[name="reason"]').fill(reason)
    ana.press("Decline", within=dialog)
    expect(ana.page.locator("h1 + .pill")).to_have_text(ana.word("Declined"))


def make_it_cheaper(olga: Walker) -> None:
    olga.reads("Too dear")
    olga.follow("Edit")
    olga.page.locator('[name="line-0-rate"]').fill("90")
    olga.press("Save and send")
    olga.press("Send", within=olga.dialog("Send this quote"))
    olga.reads(olga.word("The quote is on its way."))
    run_once()


def sign(ana: Walker) -> None:
    """With the line that could be left out."""
    ana.page.get_by_label("Lighting").check()
    expect(ana.page.locator("#total-with .sum")).to_contain_text("130.00")
    ana.write("Type your full name", "Ana Moreau")
    ana.press("Sign and accept")
    expect(ana.page.locator("h1 + .pill")).to_have_text(ana.word("Accepted"))


def use_own(ana: Walker, number: str, left: str) -> None:
    """Tick a credit on the payment page, which then asks for what is left."""
    ana.page.get_by_label(number).check()
    expect(ana.page.locator(".pay-button button")).to_contain_text(left)
    expect(ana.page.get_by_label(number)).to_be_checked()


def pass_it_on(ana: Walker, address: str, email: str) -> None:
    ana.page.goto(address)
    ana.follow("Forward")
    ana.page.locator('[name="email"]').fill(email)
    ana.page.locator('[name="name"]').fill("Ida Berg")
    ana.press("Forward")
    ana.reads("Ida Berg")
