"""A retainer as it lives: asked for, paid by card, used for an invoice, and its rest given back; as both sides see it.

In English on SQLite, in Chinese on PostgreSQL.
"""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from counterfoil.books.ledger import verify
from counterfoil.books.sales.models import RetainerInvoice
from counterfoil.outbound.worker import run_once
from tests.support.books import invoice
from tests.support.cast import Cast

from . import looking
from .walking import Walker

pytestmark = [pytest.mark.browser, pytest.mark.both_databases, pytest.mark.either_database]


def test_one_is_asked_for_paid_used_and_its_rest_given_back(cast: Cast, walkers: Callable[[Any], Walker]) -> None:
    bill = invoice(cast, amount="60")
    olga, ana = walkers(cast.olga), walkers(cast.ana)
    portal, office = f"/portal/lindqvist-zhou/{cast.bakery.id}/", f"/office/{cast.studio.id}/"
    found: list[str] = []

    ask_for_it(olga, f"{office}retainer-invoices/new/?customer={cast.bakery.id}")
    one = RetainerInvoice.objects.get()
    in_portal, in_office = f"{portal}invoices/retainers/{one.id}/", f"{office}retainer-invoices/{one.id}/"

    ana.page.goto(portal)
    card(ana, "unpaid", "100.00").click()
    ana.page.get_by_role("link", name=one.number).click()
    found += looking.accessibility(ana.page, "what is to be paid ahead")
    ana.follow("Pay now")
    ana.pays_by_card()
    ana.reads(ana.word("Paid ahead, for later invoices"))
    ana.page.goto(portal)
    card(ana, "available", "100.00")

    olga.page.goto(in_office)
    standing(olga, "Paid")
    olga.reads("100.00")
    olga.follow("Apply to invoices")
    expect(olga.page.locator(f'[name="share-{bill.id}"]')).to_have_value("60.00")
    found += looking.accessibility(olga.page, "what it is used for")
    olga.press("Apply to invoices")
    olga.reads(olga.word("The retainer is used for what you chose."))
    standing(olga, "Partially drawn")
    ana.page.goto(f"{portal}invoices/{bill.id}/")
    standing(ana, "Paid")
    ana.page.get_by_role("link", name=one.number).first.click()
    ana.reads("40.00")

    give_back_the_rest(olga, "40.00", one.number)
    for walker, address in ((olga, in_office), (ana, in_portal)):
        walker.page.goto(address)
        standing(walker, "Drawn")
        walker.reads(bill.number)
        found += looking.accessibility(walker.page, address)
    ana.page.goto(portal)
    card(ana, "available", "0.00")
    ana.page.goto(f"{portal}statements/?period=this-year")
    ana.reads(one.number)
    assert not verify.differences()
    assert not found, "\n".join(found)


def ask_for_it(olga: Walker, address: str) -> None:
    page = olga.page
    page.goto(address)
    page.locator('[name="line-0-name"]').fill("Campaign, first half")
    page.locator('[name="line-0-quantity"]').fill("2")
    page.locator('[name="line-0-rate"]').fill("50")
    page.locator('[name="line-0-rate"]').blur()
    expect(page.locator("#sums")).to_contain_text("100.00")
    olga.press("Save and send")
    olga.press("Send", within=olga.dialog("Send this retainer invoice"))
    olga.reads(olga.word("The retainer invoice is on its way."))
    run_once()


def card(ana: Walker, status: str, amount: str) -> Any:
    """The figure on the home page that leads to the retainer invoices of a filter."""
    figure = ana.page.locator(f'a[href$="invoices/retainers/?status={status}"]')
    expect(figure).to_contain_text(amount)
    return figure


def standing(walker: Walker, status: str) -> None:
    expect(walker.page.locator("h1 + .pill")).to_have_text(walker.word(status))


def give_back_the_rest(olga: Walker, amount: str, number: str) -> None:
    olga.follow("Refund")
    expect(olga.page.locator('[name="amount"]')).to_have_value(amount)
    olga.press("See what will happen")
    olga.reads(number)
    olga.press("Confirm the refund")
    olga.reads(olga.word("The refund is done."))
