"""Documents are found by what they come to, however the figure is written."""

import pytest

from counterfoil.books.sales.models import Invoice
from counterfoil.books.sales.search import matching
from tests.support import cast as people
from tests.support.books import invoice
from tests.support.cast import Cast


def found(text: str) -> set[int]:
    return set(matching(Invoice.objects.listed(), text).values_list("total_minor", flat=True))


@pytest.mark.parametrize("text", ["1250", "1,250.00", "1250.0", " £1,250 ", "GBP 1250", "１２５０"])
def test_an_amount_is_found_however_it_is_written(cast: Cast, text: str) -> None:
    for amount in ("1250", "1250.50", "12.50", "125000"):
        invoice(cast, amount=amount)
    assert found(text) == {125_000}


@pytest.mark.parametrize(("currency", "minor"), [("JPY", 1_250), ("KWD", 1_250_000)])
def test_in_a_currency_of_other_decimals_it_is_the_same_figure(cast: Cast, currency: str, minor: int) -> None:
    other = people.customer(cast.studio, "Elsewhere", currency, by=cast.by_olga)
    invoice(cast, other, amount="1250")
    invoice(cast, other, amount="125000")
    assert found("1250") == {minor}
    assert matching(Invoice.objects.all(), "1,250").get().customer_id == other.id


@pytest.mark.parametrize("text", ["1,25", "12.5000", "£", "£ 1250 x", "-", "9" * 70, "1250-1"])
def test_what_is_no_figure_finds_no_amount(cast: Cast, text: str) -> None:
    invoice(cast, amount="1250")
    invoice(cast, amount="12.50")
    assert found(text) == set()
