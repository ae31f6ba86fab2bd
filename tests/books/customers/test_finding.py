"""By what a customer is found."""

from dataclasses import replace

import pytest

from counterfoil.books.customers import customers, finding
from counterfoil.books.customers.customers import CustomerContent
from counterfoil.books.customers.models import Customer, CustomerWord
from tests.support.cast import Cast


def found(cast: Cast, text: str) -> set[str]:
    named = finding.named(Customer.objects.of(cast.studio), text, organization_id=cast.studio.id)
    return set(named.values_list("display_name", flat=True))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Harbour Bakery, Ltd.", {"harbour", "bakery", "ltd"}),
        ("Ｃafé  CAFÉ", {"café"}),
        ("云杉设计", {"云杉", "杉设", "设计", "计"}),
        ("A7茶", {"a7", "茶"}),
        ("&", set()),
        ("x" * 200, {"x" * 40}),
    ],
)
def test_a_name_is_cut_into_words_and_pairs(name: str, words: set[str]) -> None:
    assert finding.words(name) == words


def test_every_word_of_the_text_must_be_there(cast: Cast) -> None:
    assert found(cast, "harb bak") == {"Harbour Bakery Ltd"}
    assert found(cast, "harb tide") == set()
    assert found(cast, "云计") == set()
    assert "云杉设计有限公司" in found(cast, "设计")
    assert found(cast, "") == set(Customer.objects.of(cast.studio).values_list("display_name", flat=True))


def test_a_customer_is_found_by_the_new_name_and_no_longer_by_the_old(cast: Cast) -> None:
    content = CustomerContent(display_name="Harbour Patisserie Ltd", currency="GBP")
    customers.edit(cast.bakery, content, by=cast.by_olga, revision=cast.bakery.revision)
    assert found(cast, "patisserie") == {"Harbour Patisserie Ltd"}
    assert found(cast, "bakery") == set()
    assert set(CustomerWord.objects.filter(customer=cast.bakery).values_list("word", flat=True)) == {
        "harbour",
        "patisserie",
        "ltd",
    }


def test_nobody_is_found_by_another_organizations_customers(cast: Cast) -> None:
    content = CustomerContent(display_name="Zither", currency="GBP")
    from tests.support.cast import actor

    customers.create(cast.quay, replace(content, display_name="Zither Works"), by=actor(cast.otto))
    assert found(cast, "zither") == set()
