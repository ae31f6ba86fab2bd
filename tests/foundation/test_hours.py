"""Working time: what people type, how it is written, and how it becomes a quantity."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.foundation.amounts import AmountError
from counterfoil.foundation.hours import format_hours, in_hours, parse_hours

MOST = 60_000_000  # a million hours


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [
        ("1:30", 90),
        ("0:05", 5),
        ("24:00", 1_440),
        (" 1 : 30 ", 90),
        ("1：30", 90),  # the colon of a Chinese keyboard
        ("1.5", 90),
        ("1.75", 105),
        ("8", 480),
        ("１.５", 90),  # and its digits
        ("0.0167", 1),
        ("1h 30m", 90),
        ("1H30min", 90),
        ("2h", 120),
        ("45m", 45),
        ("45 min", 45),
        ("1小时30分", 90),
        ("2小时", 120),
        ("20分钟", 20),
        ("1,250:15", 75_015),
        ("1,000", 60_000),
    ],
)
def test_hours_are_read_as_people_write_them(typed: str, minutes: int) -> None:
    assert parse_hours(typed) == minutes


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "EMPTY"),
        ("  ", "EMPTY"),
        ("0", "ZERO"),
        ("0:00", "ZERO"),
        ("0h 0m", "ZERO"),
        ("0.001", "ZERO"),  # less than half a minute
        ("-1", "NEGATIVE"),
        ("-1:30", "NOT_A_NUMBER"),
        ("1:75", "NOT_A_NUMBER"),
        ("1:3", "NOT_A_NUMBER"),
        ("1,25:00", "NOT_A_NUMBER"),
        ("soon", "NOT_A_NUMBER"),
        ("1h 30", "NOT_A_NUMBER"),
        ("1.23456", "TOO_MANY_DECIMALS"),
        ("9" * 70, "TOO_LARGE"),
    ],
)
def test_what_is_no_time_is_refused_in_words(typed: str, code: str) -> None:
    with pytest.raises(AmountError) as refusal:
        parse_hours(typed)
    assert (refusal.value.code, bool(str(refusal.value))) == (code, True)


@given(st.integers(1, MOST))
def test_what_is_written_is_read_as_the_same_minutes(minutes: int) -> None:
    assert parse_hours(format_hours(minutes)) == minutes


def test_hours_are_written_with_two_digits_of_minutes() -> None:
    assert [format_hours(one) for one in (0, 5, 90, 600, 60_000)] == ["0:00", "0:05", "1:30", "10:00", "1,000:00"]


@given(st.integers(0, MOST), st.integers(2, 6))
def test_hours_with_decimals_are_as_near_as_the_decimals_allow(minutes: int, places: int) -> None:
    hours = in_hours(minutes, places=places)
    assert abs(hours - Decimal(minutes) / 60) <= Decimal(1).scaleb(-places) / 2
    assert -hours.as_tuple().exponent == places  # type: ignore[operator]


@given(st.integers(1, 1_440))
def test_hours_with_four_decimals_are_read_as_the_same_minutes(minutes: int) -> None:
    assert parse_hours(f"{in_hours(minutes):f}") == minutes
