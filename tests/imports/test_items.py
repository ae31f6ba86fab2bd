"""Items from a file."""

from decimal import Decimal
from typing import Any

import pytest

from counterfoil.books.organizations import taxes
from counterfoil.books.sales import items
from counterfoil.books.sales.models import Item
from tests.support.cast import Cast
from tests.support.imports import bring, csv_of, sentences

SIGN: dict[str, Any] = {
    "Item ID": "31",
    "Item Name": "Shopfront sign",
    "Rate": "GBP 1,250.50",
    "Description": "Hand-drawn",
    "Usage unit": "pcs",
    "Tax Name": "VAT",
    "Tax Percentage": "20.00",
}


@pytest.fixture
def vat(cast: Cast) -> Any:
    return taxes.add_rate(cast.studio, name="VAT 20%", percent=Decimal(20), by=cast.by_olga)


def test_an_item_comes_over_with_its_rate_unit_and_tax(cast: Cast, vat: Any) -> None:
    made = bring(cast, "items", csv_of([SIGN, {"Item Name": "Poster", "Rate": "12"}], list(SIGN)))
    assert (made.state, made.found["new"]) == ("done", 2)
    sign = Item.objects.get(name="Shopfront sign")
    assert (sign.rate, sign.unit, sign.description, sign.tax_rate_id) == (
        Decimal("1250.50"),
        "pcs",
        "Hand-drawn",
        vat.id,
    )
    assert Item.objects.get(name="Poster").tax_rate_id is None
    again = bring(cast, "items", csv_of([SIGN, {"Item Name": "Poster", "Rate": "12"}], list(SIGN)))
    assert (again.state, again.found["same"]) == ("checked", 2)


def test_an_item_that_differs_is_changed_and_one_that_was_retired_is_new(cast: Cast, vat: Any) -> None:
    bring(cast, "items", csv_of([SIGN]))
    poster = {"Item Name": "Poster", "Rate": "12", "Item ID": "32"}
    bring(cast, "items", csv_of([poster]))
    items.retire(Item.objects.get(name="Poster"), by=cast.by_olga)
    rows = [SIGN | {"Item Name": "Shop sign", "Rate": "1300"}, poster]
    made = bring(cast, "items", csv_of(rows, list(SIGN)))
    assert [what for _line, _name, what in made.found["changes"]] == ["Name, Rate"]
    assert Item.objects.get(name="Shop sign").rate == 1300
    assert Item.objects.filter(name="Poster").count() == 2


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"Tax Percentage": "19"}, "There is no rate of tax of 19 % here. Add it under Settings > Taxes first."),
        ({"Tax Percentage": "", "Tax Name": "GST"}, "There is no rate of tax named “GST” here."),
        ({"Rate": "EUR 3"}, "This rate is in EUR, and items have rates in GBP."),
        ({"Rate": "-3"}, "Write a rate of zero or more."),
        ({"Rate": ""}, "Write a rate of zero or more."),
        ({"Rate": "0.1234567"}, "Write at most six decimals."),
        ({"Rate": "a lot"}, "“a lot” is no number."),
        ({"Item Name": ""}, "Write a name."),
        ({"Item Name": "POSTER", "Item ID": "5"}, "Line 2 has another item of this name."),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_written(cast: Cast, vat: Any, more: dict[str, str], sentence: str) -> None:
    made = bring(cast, "items", csv_of([{"Item Name": "Poster", "Rate": "12"}, SIGN | more], list(SIGN)))
    (told,) = sentences(made)
    assert told.startswith(f"3: {sentence}")
    assert not Item.objects.exists()
