"""Items: offered on a line, and no more than that."""

from dataclasses import replace
from decimal import Decimal

import pytest

from counterfoil.books.organizations import taxes
from counterfoil.books.sales import items
from counterfoil.books.sales.items import ItemContent
from counterfoil.books.sales.models import Item
from counterfoil.foundation.events import Event
from tests.support.cast import actor
from tests.support.races import at_once
from tests.support.refusals import refused

HOUR = ItemContent(name="Design", rate=Decimal("85.50"), unit="hour")


def create(cast, content=HOUR, by=None):
    return items.create(cast.studio, content, by=by or actor(cast.stig))


def edit(cast, item, by=None, revision=1, **changes):
    return items.edit(item, replace(HOUR, **changes), revision=revision, by=by or actor(cast.stig))


def test_an_item_is_added_changed_and_retired_by_staff(cast):
    item = create(cast)
    changed = edit(cast, item, rate=Decimal(90), description=" By the hour ")
    assert (changed.rate, changed.description, changed.revision) == (Decimal(90), "By the hour", 2)
    event = Event.objects.get(name="item.edited")
    assert event.data["changed"]["rate"] == {"was": "85.500000", "now": "90"}
    assert set(event.data["changed"]) == {"rate", "description"}
    assert items.retire(item, by=actor(cast.stig)).retired_at
    items.retire(item, by=actor(cast.stig))
    assert Event.objects.filter(name="item.retired").count() == 1


def test_a_name_is_there_once_whatever_its_case_until_it_is_retired(cast):
    first = create(cast)
    with refused("NAME_TAKEN", field="name"):
        create(cast, replace(HOUR, name=" DESIGN "))
    second = create(cast, replace(HOUR, name="Print"))
    with refused("NAME_TAKEN", field="name"):
        edit(cast, second, name="design")
    items.retire(first, by=actor(cast.stig))
    assert create(cast).id != first.id
    assert items.create(cast.quay, HOUR, by=actor(cast.otto))


def test_two_of_one_name_at_once_are_one(both_databases, cast):
    outcomes = at_once(5, lambda place: create(cast))
    assert [outcome.error for outcome in outcomes].count(None) == 1
    assert {outcome.error.code for outcome in outcomes if outcome.error} == {"NAME_TAKEN"}


@pytest.mark.parametrize("rate", ["-0.01", "NaN", "Infinity", "0.0000001", "1000000000000"])
def test_a_rate_is_a_plain_price(cast, rate):
    with refused("RATE", field="rate"):
        create(cast, replace(HOUR, rate=Decimal(rate)))
    with refused("NAME_MISSING", field="name"):
        create(cast, replace(HOUR, name=" "))


def test_its_tax_is_one_that_is_offered_here(cast):
    ours = taxes.add_rate(cast.studio, name="VAT", percent=Decimal(20), by=cast.by_olga)
    theirs = taxes.add_rate(cast.quay, name="VAT", percent=Decimal(20), by=actor(cast.otto))
    item = create(cast, replace(HOUR, tax_rate_id=ours.id))
    with refused("TAX_UNKNOWN", field="tax_rate"):
        create(cast, replace(HOUR, name="Print", tax_rate_id=theirs.id))
    taxes.retire(ours, by=cast.by_olga)
    assert edit(cast, item, rate=Decimal(1), tax_rate_id=ours.id).tax_rate_id == ours.id
    with refused("TAX_UNKNOWN", field="tax_rate"):
        create(cast, replace(HOUR, name="Print", tax_rate_id=ours.id))


def test_a_stale_form_and_a_retired_item_are_refused(cast):
    item = create(cast)
    edit(cast, item, rate=Decimal(1))
    with refused("ITEM_CHANGED"):
        edit(cast, item, rate=Decimal(2))
    items.retire(item, by=cast.by_olga)
    with refused("ITEM_RETIRED"):
        edit(cast, item, revision=2)


def test_viewers_customers_and_others_change_nothing(cast):
    item = create(cast)
    for person in (cast.vera, cast.otto, cast.ana):
        by = actor(person)
        with refused("NOT_ALLOWED"):
            create(cast, replace(HOUR, name="Mine"), by=by)
        with refused("NOT_ALLOWED"):
            edit(cast, item, by=by, rate=Decimal(0))
        with refused("NOT_ALLOWED"):
            items.retire(item, by=by)
    assert Item.objects.count() == 1
