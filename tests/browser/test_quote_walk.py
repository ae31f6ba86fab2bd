"""A quote as people negotiate it: optional lines, a decline, a new revision, a choice, and what is made of it."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from counterfoil.books.customers.models import ContactPerson
from counterfoil.books.sales import quotes
from counterfoil.books.sales.models import Invoice, Quote
from tests.support.books import quote
from tests.support.cast import Cast

from . import looking

pytestmark = pytest.mark.browser

WORDS = {
    "en": ("Decline", "Reason", "What changed", "Accept", "Accepted"),
    "zh-hans": ("拒绝", "理由", "有哪些改动", "接受", "已接受"),
}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_declined_changed_chosen_and_accepted(cast: Cast, sign_in: Callable[..., Page], language: str) -> None:
    decline, reason, changed, accept, accepted = WORDS[language]
    ContactPerson.objects.filter(id=cast.ana.id).update(language=language)
    one = quote(cast, extra="40")
    ana = sign_in(cast.ana)
    ana.goto(f"/portal/lindqvist-zhou/{cast.bakery.id}/quotes/{one.id}/")
    found = looking.accessibility(ana, "the quote")
    ana.get_by_role("link", name=decline).click()
    dialog = ana.get_by_role("dialog")
    dialog.get_by_label(reason).fill("Too dear")
    dialog.get_by_role("button", name=decline).click()
    expect(ana.locator("h1 + .pill")).not_to_be_empty()
    one.refresh_from_db()
    assert (one.state, one.decline_reason) == ("declined", "Too dear")

    content = quotes.content_of(one, list(one.lines.all()))
    first, *others = content.lines
    quotes.edit(one, replace(content, lines=[replace(first, rate=Decimal(90)), *others]), by=cast.by_olga, revision=1)
    ana.reload()
    expect(ana.get_by_role("heading", name=changed)).to_be_visible()
    expect(ana.locator("[data-without-script]")).to_have_count(0)
    ana.get_by_label("Lighting").check()
    expect(ana.locator("#total-with .sum")).to_have_text("£130.00")
    expect(ana.locator("#paper dd.grand")).to_have_text("£130.00")
    found += looking.accessibility(ana, "with a choice")
    ana.get_by_role("button", name=accept, exact=True).click()
    expect(ana.locator("h1 + .pill")).to_have_text(accepted)
    one.refresh_from_db()
    assert (one.state, one.revision, one.total_minor) == ("accepted", 2, 13_000)

    olga = sign_in(cast.olga)
    olga.goto(f"/office/{cast.studio.id}/quotes/{one.id}/")
    olga.get_by_role("button", name="Make an invoice").click()
    expect(olga.get_by_role("link", name=one.number)).to_be_visible()
    assert (Invoice.objects.get().total_minor, Quote.objects.get().state) == (13_000, "invoiced")
    assert not found, "\n".join(found)
