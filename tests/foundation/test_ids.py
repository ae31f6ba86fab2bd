"""Numbers that come as text from addresses and forms."""

import pytest

from counterfoil.foundation.ids import LARGEST, whole_number


@pytest.mark.parametrize("number", [0, 1, 1_234, LARGEST])
def test_a_whole_number_is_read(number: int) -> None:
    assert whole_number(str(number)) == number


@pytest.mark.parametrize("text", ["", "-1", "+1", "1.0", " 1", "1e3", "¹", "٣", "1_0", str(LARGEST + 1), "9" * 5_000])
def test_anything_else_is_none(text: str) -> None:
    assert whole_number(text) is None
