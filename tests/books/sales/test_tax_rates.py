"""A tax that something still charges isn't retired; the refusal says by what."""

from decimal import Decimal

import pytest

from counterfoil.books.organizations import taxes
from counterfoil.books.sales import invoices, items, recurring_invoices, tax_rates
from counterfoil.books.sales.items import ItemContent
from counterfoil.books.sales.pricing import LineContent
from counterfoil.foundation.actors import SYSTEM
from tests.support.books import draft_credit_note, draft_invoice, invoice, recurring
from tests.support.cast import Cast, actor
from tests.support.refusals import refused


@pytest.fixture
def vat(cast: Cast):
    taxes.add_rate(cast.studio, name="The default", percent=Decimal(1), by=cast.by_olga)
    return taxes.add_rate(cast.studio, name="VAT", percent=Decimal(20), by=cast.by_olga)


def line(rate):
    return [LineContent("Menu boards", Decimal(1), Decimal(100), tax_rate_id=rate.id)]


def test_what_was_issued_keeps_it_and_is_in_nobodys_way(cast: Cast, vat) -> None:
    one = invoice(cast, lines=line(vat))
    assert tax_rates.retire(vat, by=cast.by_olga).retired_at
    assert tax_rates.retire(vat, by=cast.by_olga).retired_at, "twice is once"
    one.refresh_from_db()
    assert one.tax_minor == 2_000


def test_an_item_a_draft_and_a_recurring_invoice_are_until_they_charge_another(cast: Cast, vat) -> None:
    item = items.create(cast.studio, ItemContent(name="Design", rate=Decimal(80), tax_rate_id=vat.id), by=cast.by_olga)
    draft = draft_invoice(cast, lines=line(vat))
    draft_credit_note(cast, lines=line(vat))
    plan = recurring(cast, lines=line(vat))
    with refused("TAX_IN_USE") as told:
        tax_rates.retire(vat, by=cast.by_olga)
    assert "1 item, 2 drafts, 1 recurring invoice" in str(told.value.sentence)
    items.retire(item, by=cast.by_olga)
    recurring_invoices.delete(plan, by=cast.by_olga, revision=plan.revision)
    invoices.delete(draft, by=cast.by_olga, revision=draft.revision)
    with refused("TAX_IN_USE") as told:
        tax_rates.retire(vat, by=cast.by_olga)
    assert "1 draft." in str(told.value.sentence)


def test_shipping_charges_it_too(cast: Cast, vat) -> None:
    draft_invoice(cast, shipping_minor=500, shipping_tax_rate_id=vat.id)
    with refused("TAX_IN_USE"):
        tax_rates.retire(vat, by=cast.by_olga)


def test_a_recurring_invoice_that_has_ended_needs_it_no_more(cast: Cast, vat) -> None:
    plan = recurring(cast, lines=line(vat), most=1)
    made = recurring_invoices.make_next(plan, by=SYSTEM)
    invoices.delete(made, by=cast.by_olga, revision=made.revision)
    assert tax_rates.retire(vat, by=cast.by_olga).retired_at


def test_only_an_owner_retires_it(cast: Cast, vat) -> None:
    with refused("NOT_ALLOWED"):
        tax_rates.retire(vat, by=actor(cast.stig))
