"""Rates of tax: one is the default, what they charge never changes."""

from decimal import Decimal

import pytest

from counterfoil.books.organizations import taxes
from counterfoil.books.organizations.models import TaxRate
from counterfoil.books.organizations.taxes import Component
from counterfoil.foundation.events import Event
from tests.support.cast import actor
from tests.support.races import at_once
from tests.support.refusals import refused


def rate(cast, name, percent, **more):
    return taxes.add_rate(cast.studio, name=name, percent=Decimal(percent), **({"by": cast.by_olga} | more))


def group(cast, name, *components, **more):
    return taxes.add_group(cast.studio, name=name, components=components, **({"by": cast.by_olga} | more))


def default(cast):
    return TaxRate.objects.get(organization=cast.studio, is_default=True).name


def test_the_first_rate_is_the_default_and_a_later_one_when_it_is_asked_for(cast):
    rate(cast, "VAT 20%", 20)
    rate(cast, "VAT 5%", 5)
    assert default(cast) == "VAT 20%"
    reduced = rate(cast, "VAT 0%", 0, is_default=True)
    assert default(cast) == "VAT 0%"
    assert reduced.is_default
    taxes.make_default(TaxRate.objects.get(name="VAT 5%"), by=cast.by_olga)
    assert default(cast) == "VAT 5%"
    assert [event.data["name"] for event in Event.objects.filter(name="tax.made_default").order_by("id")] == [
        "VAT 20%",
        "VAT 0%",
        "VAT 5%",
    ]


def test_there_is_one_default_however_many_ask_at_once(both_databases, cast):
    rates = [rate(cast, f"Rate {place}", place) for place in range(6)]
    outcomes = at_once(6, lambda place: taxes.make_default(rates[place], by=cast.by_olga))
    assert not [outcome.error for outcome in outcomes if outcome.error]
    assert TaxRate.objects.filter(organization=cast.studio, is_default=True).count() == 1


@pytest.mark.parametrize("percent", ["-1", "100.01", "NaN", "Infinity", "1.00001"])
def test_a_percentage_is_from_0_to_100_with_four_decimals(cast, percent):
    with refused("PERCENT", field="percent"):
        rate(cast, "Odd", percent)


def test_a_name_is_there_once_whatever_its_case_until_it_is_retired(cast):
    first = rate(cast, "VAT", 20)
    with refused("NAME_TAKEN", field="name"):
        rate(cast, " vat ", 21)
    with refused("NAME_MISSING", field="name"):
        rate(cast, "  ", 21)
    taxes.retire(first, by=cast.by_olga)
    assert rate(cast, "VAT", 21).percent == 21


def test_a_group_adds_up_and_compounds(cast):
    gst, pst = rate(cast, "GST", 5), rate(cast, "PST", "9.5")
    plain = group(cast, "GST and PST", Component(gst.id), Component(pst.id))
    compound = group(cast, "GST, then PST", Component(gst.id), Component(pst.id, is_compound=True))
    assert taxes.effective_percent(plain) == Decimal("14.5")
    assert taxes.effective_percent(compound) == Decimal("14.975")
    assert taxes.effective_percent(pst) == Decimal("9.5")


def test_a_group_is_made_of_at_least_two_different_rates_of_this_organization(cast):
    gst, pst = rate(cast, "GST", 5), rate(cast, "PST", 7)
    both = group(cast, "Both", Component(gst.id), Component(pst.id))
    theirs = taxes.add_rate(cast.quay, name="VAT", percent=Decimal(20), by=actor(cast.otto))
    gone = rate(cast, "Gone", 1)
    taxes.retire(gone, by=cast.by_olga)
    for second in (gst, both, theirs, gone):
        with refused("COMPONENTS", field="components"):
            group(cast, "Wrong", Component(gst.id), Component(second.id))
    with refused("COMPONENTS", field="components"):
        group(cast, "Wrong", Component(gst.id))


def test_the_default_is_retired_only_when_it_is_the_last(cast):
    vat, reduced = rate(cast, "VAT 20%", 20), rate(cast, "VAT 5%", 5)
    with refused("TAX_DEFAULT"):
        taxes.retire(vat, by=cast.by_olga)
    taxes.retire(reduced, by=cast.by_olga)
    taxes.retire(vat, by=cast.by_olga)
    assert not TaxRate.objects.filter(organization=cast.studio, retired_at=None).exists()
    assert not TaxRate.objects.filter(organization=cast.studio, is_default=True).exists()


def test_a_rate_inside_a_group_stays_until_the_group_is_retired(cast):
    rate(cast, "Default", 1)
    gst, pst = rate(cast, "GST", 5), rate(cast, "PST", 7)
    both = group(cast, "Both", Component(gst.id), Component(pst.id))
    with refused("TAX_IN_GROUP"):
        taxes.retire(gst, by=cast.by_olga)
    taxes.retire(both, by=cast.by_olga)
    assert taxes.retire(gst, by=cast.by_olga).retired_at
    assert taxes.retire(gst, by=cast.by_olga).retired_at
    assert Event.objects.filter(name="tax.retired").count() == 2


def test_what_was_retired_is_not_changed_any_more(cast):
    rate(cast, "Default", 1)
    old = rate(cast, "Old", 2)
    taxes.retire(old, by=cast.by_olga)
    with refused("TAX_RETIRED"):
        taxes.make_default(old, by=cast.by_olga)
    with refused("TAX_RETIRED"):
        taxes.rename(old, name="New", revision=1, by=cast.by_olga)


def test_a_rate_can_be_renamed_by_who_saw_its_latest_name(cast):
    vat = rate(cast, "VAT", 20)
    rate(cast, "Other", 1)
    assert taxes.rename(vat, name="VAT 20%", revision=1, by=cast.by_olga).revision == 2
    with refused("TAX_CHANGED"):
        taxes.rename(vat, name="Mehrwertsteuer", revision=1, by=cast.by_olga)
    with refused("NAME_TAKEN", field="name"):
        taxes.rename(vat, name="OTHER", revision=2, by=cast.by_olga)


def test_only_an_owner_of_this_organization_touches_taxes(cast):
    vat = rate(cast, "VAT", 20)
    for person in (cast.stig, cast.vera, cast.otto, cast.ana):
        by = actor(person)
        with refused("NOT_ALLOWED"):
            rate(cast, "Mine", 1, by=by)
        with refused("NOT_ALLOWED"):
            group(cast, "Mine", by=by)
        with refused("NOT_ALLOWED"):
            taxes.make_default(vat, by=by)
        with refused("NOT_ALLOWED"):
            taxes.retire(vat, by=by)
        with refused("NOT_ALLOWED"):
            taxes.rename(vat, name="Mine", revision=1, by=by)


def test_a_default_can_stop_being_one_and_another_can_become_it(cast):
    assert not taxes.lack_default(cast.studio.id)
    vat, reduced = rate(cast, "VAT 20%", 20), rate(cast, "VAT 5%", 5)
    assert not taxes.lack_default(cast.studio.id)
    taxes.stop_default(vat, by=cast.by_olga)
    taxes.stop_default(vat, by=cast.by_olga)
    assert taxes.lack_default(cast.studio.id)
    assert Event.objects.filter(name="tax.stopped_default").count() == 1
    taxes.make_default(reduced, by=cast.by_olga)
    assert not taxes.lack_default(cast.studio.id)


def test_only_an_owner_says_that_no_rate_is_the_default(cast):
    vat = rate(cast, "VAT 20%", 20)
    with refused("NOT_ALLOWED"):
        taxes.stop_default(vat, by=actor(cast.stig))
    vat.refresh_from_db()
    assert vat.is_default
