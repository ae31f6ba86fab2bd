"""What is known of a customer, and what the books refuse to write down."""

from datetime import date
from decimal import Decimal

import pytest

from counterfoil.books.customers import customers
from counterfoil.books.customers.models import Customer
from counterfoil.books.ledger import ledger
from counterfoil.books.ledger.models import Account
from counterfoil.books.sales import invoices
from counterfoil.books.sales.pricing import LineContent
from counterfoil.foundation.events import Event
from counterfoil.foundation.refusal import Refused
from tests.support.cast import actor
from tests.support.races import at_once


def content(name="Northgate Books", **more):
    return customers.CustomerContent(display_name=name, currency=more.pop("currency", "GBP"), **more)


def edited(customer, **more):
    known = {"display_name": customer.display_name, "currency": customer.currency, "language": customer.language}
    return customers.CustomerContent(**known | more)


def test_a_customer_is_written_down_with_everything_that_was_said(cast):
    made = customers.create(
        cast.studio,
        content(
            kind="individual",
            language="zh-Hans",
            payment_days=14,
            is_tax_exempt=True,
            exemption_reason="Charity",
            billing_address={"street": " 14 Wharf Lane ", "city": "Bristol", "street2": "", "planet": "Earth"},
            may_pay_by_bank=True,
        ),
        by=cast.by_olga,
    )
    kept = Customer.objects.get(id=made.id)
    assert (kept.kind, kept.language, kept.payment_days, kept.may_pay_by_bank) == ("individual", "zh-Hans", 14, True)
    assert kept.billing_address == {"street": "14 Wharf Lane", "city": "Bristol"}
    assert (kept.is_tax_exempt, kept.exemption_reason) == (True, "Charity")
    assert Event.objects.filter(name="customer.created", customer_id=made.id).count() == 1


def test_the_reason_of_an_exemption_goes_with_it(cast):
    made = customers.create(cast.studio, content(exemption_reason="Charity"), by=cast.by_olga)
    assert made.exemption_reason == ""


@pytest.mark.parametrize("again", ["harbour bakery ltd", "  HARBOUR  BAKERY LTD ", "Ｈarbour Bakery Ltd"])
def test_a_name_is_unique_whatever_its_case_spacing_and_width(cast, again):
    with pytest.raises(Refused, match="NAME_TAKEN") as refusal:
        customers.create(cast.studio, content(again), by=cast.by_olga)
    assert refusal.value.field == "display_name"
    assert Customer.objects.of(cast.studio).count() == 3


def test_another_organization_may_have_a_customer_of_the_same_name(cast):
    assert customers.create(cast.quay, content("Harbour Bakery Ltd"), by=actor(cast.otto)).id != cast.bakery.id


def test_a_customer_is_not_renamed_to_the_name_of_another(cast):
    with pytest.raises(Refused, match="NAME_TAKEN"):
        customers.edit(
            cast.tidewater, edited(cast.tidewater, display_name="HARBOUR BAKERY LTD"), by=cast.by_olga, revision=1
        )
    cast.tidewater.refresh_from_db()
    assert (cast.tidewater.display_name, cast.tidewater.revision) == ("Tidewater Ceramics", 1)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"name": "   "}, "NAME_MISSING"),
        ({"name": "x" * 201}, "NAME_TOO_LONG"),
        ({"name": "ﷺ" * 60}, "NAME_TOO_LONG"),
        ({"kind": "planet"}, "KIND"),
        ({"currency": "gbp"}, "CURRENCY"),
        ({"language": "fr"}, "LANGUAGE"),
        ({"payment_days": -1}, "TERMS"),
        ({"payment_days": 40_000}, "TERMS"),
        ({"billing_address": {"street": "x" * 201}}, "ADDRESS_TOO_LONG"),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_written(cast, wrong, code):
    with pytest.raises(Refused, match=code):
        customers.create(cast.studio, content(**wrong), by=cast.by_olga)
    assert Customer.objects.of(cast.studio).count() == 3


def test_the_same_form_sent_twice_makes_one_customer(cast):
    first = customers.create(cast.studio, content(), by=cast.by_olga, making_key="k" * 43)
    again = customers.create(cast.studio, content(), by=cast.by_olga, making_key="k" * 43)
    assert first.id == again.id
    assert Event.objects.filter(name="customer.created", subject_id=first.id).count() == 1


def test_only_owner_and_staff_write_customers_and_only_of_their_own_organization(cast):
    for person in (cast.vera, cast.otto, cast.ana):
        with pytest.raises(Refused, match="NOT_ALLOWED"):
            customers.create(cast.studio, content(), by=actor(person))
        with pytest.raises(Refused, match="NOT_ALLOWED"):
            customers.edit(cast.bakery, edited(cast.bakery, notes="x"), by=actor(person), revision=1)
    assert Customer.objects.of(cast.studio).count() == 3
    assert Customer.objects.get(id=cast.bakery.id).notes == ""
    assert customers.create(cast.studio, content(), by=actor(cast.stig))


def test_an_edit_says_what_changed(cast):
    customers.edit(
        cast.bakery, edited(cast.bakery, tax_id="GB 318 2290 41", payment_days=45), by=cast.by_olga, revision=1
    )
    event = Event.objects.get(name="customer.edited", subject_id=cast.bakery.id)
    assert event.data["changed"] == {
        "payment_days": {"was": 30, "now": 45},
        "tax_id": {"was": "", "now": "GB 318 2290 41"},
    }


def test_an_edit_of_what_was_edited_meanwhile_is_refused(cast):
    customers.edit(cast.bakery, edited(cast.bakery, notes="first"), by=cast.by_olga, revision=1)
    with pytest.raises(Refused, match="CUSTOMER_CHANGED"):
        customers.edit(cast.bakery, edited(cast.bakery, notes="second"), by=actor(cast.stig), revision=1)
    assert Customer.objects.get(id=cast.bakery.id).notes == "first"


def test_the_same_edit_sent_twice_changes_nothing_more(cast):
    for _ in range(2):
        customers.edit(cast.bakery, edited(cast.bakery, notes="once"), by=cast.by_olga, revision=1)
    assert Customer.objects.get(id=cast.bakery.id).revision == 2
    assert Event.objects.filter(name="customer.edited").count() == 1


def invoice_of(cast, customer, price="100"):
    line = LineContent(name="Sign", quantity=Decimal(1), rate=Decimal(price))
    content = invoices.InvoiceContent(dated=date(2026, 11, 1), lines=[line], payment_days=30)
    return invoices.create(customer, content, by=cast.by_olga), content


def test_the_currency_may_change_until_something_was_posted(cast):
    draft, _ = invoice_of(cast, cast.bakery)
    changed = customers.edit(cast.bakery, edited(cast.bakery, currency="EUR"), by=cast.by_olga, revision=1)
    assert changed.currency == "EUR"
    assert draft.currency == "GBP"


def test_the_currency_is_fixed_once_something_was_posted(cast):
    draft, _ = invoice_of(cast, cast.bakery)
    invoices.mark_as_sent(draft, by=cast.by_olga, revision=draft.revision)
    with pytest.raises(Refused, match="CURRENCY_FIXED") as refusal:
        customers.edit(cast.bakery, edited(cast.bakery, currency="EUR"), by=cast.by_olga, revision=1)
    assert refusal.value.field == "currency"
    assert Customer.objects.get(id=cast.bakery.id).currency == "GBP"
    assert customers.edit(cast.bakery, edited(cast.bakery, notes="Still editable"), by=cast.by_olga, revision=1)


def test_a_draft_in_the_earlier_currency_is_not_issued_until_it_was_edited(cast):
    draft, content = invoice_of(cast, cast.bakery)
    customers.edit(cast.bakery, edited(cast.bakery, currency="EUR"), by=cast.by_olga, revision=1)
    with pytest.raises(Refused, match="CURRENCY_CHANGED"):
        invoices.mark_as_sent(draft, by=cast.by_olga, revision=draft.revision)
    draft = invoices.edit(draft, content, by=cast.by_olga, revision=draft.revision)
    issued = invoices.mark_as_sent(draft, by=cast.by_olga, revision=draft.revision)
    assert issued.currency == "EUR"
    with_lock = ledger.CustomerBalance.objects.get(customer=cast.bakery)
    assert (with_lock.currency, with_lock.receivable_minor) == ("EUR", 10_000)


def test_the_first_posting_and_a_change_of_currency_at_once_leave_one_currency(both_databases, cast):
    from django.db import transaction

    def act(place):
        if place % 2:
            return customers.edit(cast.bakery, edited(cast.bakery, currency="EUR"), by=cast.by_olga, revision=1)
        with transaction.atomic():
            balance = ledger.lock(cast.bakery.id)
            legs = [ledger.NewLeg(Account.CASH, 500), ledger.NewLeg(Account.CREDIT, -500)]
            return ledger.post(balance, "payment.received", legs, counts_on=date(2026, 11, 1), by=cast.by_olga)

    outcomes = at_once(6, act)
    assert not [one.error for one in outcomes if one.error and not isinstance(one.error, Refused)]
    customer, postings = Customer.objects.get(id=cast.bakery.id), ledger.Posting.objects.filter(customer=cast.bakery)
    assert {posting.currency for posting in postings} == {customer.currency}
    assert ledger.CustomerBalance.objects.get(customer=cast.bakery).currency == customer.currency


def test_ten_people_writing_the_same_name_at_once_make_one_customer(both_databases, cast):
    outcomes = at_once(10, lambda place: customers.create(cast.studio, content("Northgate Books"), by=cast.by_olga))
    assert sum(one.error is None for one in outcomes) == 1
    assert {getattr(one.error, "code", None) for one in outcomes} == {None, "NAME_TAKEN"}
    assert Customer.objects.filter(name_key="northgate books").count() == 1


def test_one_form_sent_ten_times_at_once_makes_one_customer(both_databases, cast):
    outcomes = at_once(10, lambda place: customers.create(cast.studio, content(), by=cast.by_olga, making_key="k" * 43))
    assert not [one.error for one in outcomes if one.error]
    assert len({one.result.id for one in outcomes}) == 1
