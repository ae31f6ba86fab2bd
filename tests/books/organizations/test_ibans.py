"""Which texts are meant as IBANs, which of these are whole, and how they are written."""

import pytest

from counterfoil.books.organizations import ibans


@pytest.mark.parametrize(
    "typed",
    [
        "DE89370400440532013000",
        "DE89 3704 0044 0532 0130 00",
        "de89 3704 0044 0532 0130 00",
        "DE89-3704-0044-0532-0130-00",
        "DE89\N{NO-BREAK SPACE}3704 0044 0532 0130 00 ",
        "IBAN: DE89 3704 0044 0532 0130 00",
        "Iban DE89 3704 0044 0532 0130 00",
    ],
)
def test_an_iban_is_read_however_it_is_typed(typed):
    assert ibans.is_meant(typed)
    assert ibans.whole(typed) == "DE89370400440532013000"
    assert ibans.in_fours(typed) == "DE89 3704 0044 0532 0130 00"


@pytest.mark.parametrize(
    "typed",
    [
        "DE89 3704 0044 0532 0130 01",
        "DE98 3704 0044 0532 0130 00",
        "DE89 3704 0044 0532 0130",
        "DE89 3704 0044 0532 0130 000",
        "DE51 3704 0044 0532 0130 0",  # its check digits are right, but it is one short
        "QQ89 3704 0044 0532 0130 00",
        "DE89",
        "DE89 3704 0044 0532 O130 00",
    ],
)
def test_an_iban_with_a_mistake_is_meant_but_not_whole(typed):
    assert ibans.is_meant(typed)
    assert ibans.whole(typed) is None
    assert ibans.in_fours(typed) is None


@pytest.mark.parametrize("typed", ["", "12345678", "20-00-00 12345678", "6222 0210 0111 8264 312", "Ask Maja", "IBAN"])
def test_other_account_numbers_are_not_meant_as_ibans(typed):
    assert not ibans.is_meant(typed)
    assert ibans.whole(typed) is None
