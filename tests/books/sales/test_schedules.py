"""The dates of a schedule: never before its start, each later than the one before, on the day that was meant."""

from calendar import monthrange
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.books.sales.schedules import Schedule

DAYS = st.dates(date(1990, 1, 1), date(2120, 12, 31))
UNITS = st.sampled_from(["day", "week", "month", "year"])
SCHEDULES = st.builds(Schedule, start=DAYS, every=st.integers(1, 40), unit=UNITS)


def dates(schedule: Schedule, count: int) -> list[str]:
    return [schedule.nth(place).isoformat() for place in range(count)]


def test_the_31st_is_the_last_day_of_short_months_and_the_31st_of_the_others() -> None:
    assert dates(Schedule(date(2026, 12, 31), 1, "month"), 7) == [
        "2026-12-31",
        "2027-01-31",
        "2027-02-28",
        "2027-03-31",
        "2027-04-30",
        "2027-05-31",
        "2027-06-30",
    ]


def test_29_february_comes_back_in_leap_years() -> None:
    years = dates(Schedule(date(2024, 2, 29), 1, "year"), 6)
    assert years == ["2024-02-29", "2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29", "2029-02-28"]
    assert dates(Schedule(date(2024, 2, 29), 6, "month"), 3) == ["2024-02-29", "2024-08-29", "2025-02-28"]


def test_days_and_weeks_are_counted() -> None:
    assert dates(Schedule(date(2026, 12, 28), 2, "week"), 3) == ["2026-12-28", "2027-01-11", "2027-01-25"]
    assert dates(Schedule(date(2028, 2, 27), 1, "day"), 4) == ["2028-02-27", "2028-02-28", "2028-02-29", "2028-03-01"]


def test_a_schedule_ends_on_its_day_or_after_its_number() -> None:
    until = Schedule(date(2026, 1, 31), 1, "month", ends_on=date(2026, 3, 31))
    assert until.first_from(date(2026, 3, 1)) == date(2026, 3, 31)
    assert until.first_from(date(2026, 4, 1)) is None
    two = Schedule(date(2026, 1, 31), 1, "month", most=2)
    assert two.first_from(date(2026, 5, 1), made=1) == date(2026, 5, 31)
    assert two.first_from(date(2026, 5, 1), made=2) is None


def test_nothing_is_beyond_our_time() -> None:
    assert Schedule(date(2199, 12, 31), 1, "day").first_from(date(2199, 12, 31)) == date(2199, 12, 31)
    assert Schedule(date(2199, 12, 31), 999, "year").first_from(date(2200, 1, 1)) is None


def test_a_unit_that_there_is_not_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="fortnight"):
        Schedule(date(2026, 1, 1), 1, "fortnight").nth(1)


@given(SCHEDULES, st.integers(0, 150))
def test_no_date_is_before_the_start_and_each_is_later_than_the_one_before(schedule: Schedule, place: int) -> None:
    assert schedule.nth(0) == schedule.start
    assert schedule.nth(place + 1) > schedule.nth(place) >= schedule.start


@given(SCHEDULES, st.integers(0, 150))
def test_the_day_is_the_one_that_was_meant_or_the_last_of_a_shorter_month(schedule: Schedule, place: int) -> None:
    found = schedule.nth(place)
    if schedule.unit in ("day", "week"):
        assert (found - schedule.start).days == place * schedule.every * (7 if schedule.unit == "week" else 1)
    else:
        assert found.day == min(schedule.start.day, monthrange(found.year, found.month)[1])
        months = (found.year - schedule.start.year) * 12 + found.month - schedule.start.month
        assert months == place * schedule.every * (12 if schedule.unit == "year" else 1)


@given(SCHEDULES, DAYS)
def test_the_first_from_a_day_is_the_earliest_that_is_not_before_it(schedule: Schedule, day: date) -> None:
    found = schedule.first_from(day)
    assert found is not None
    assert found >= max(day, schedule.start)
    assert schedule.first_from(found) == found
    following = schedule.first_from(found + timedelta(days=1))
    assert following is None or following > found
    place = 0
    if (day - schedule.start).days < 4_000:
        while schedule.nth(place) < day:
            place += 1
        assert schedule.nth(place) == found


@given(SCHEDULES, st.lists(st.integers(0, 60), min_size=1, max_size=30))
def test_however_often_somebody_looks_the_dates_are_the_same(schedule: Schedule, pauses: list[int]) -> None:
    """Each day on its own, or after any pauses: the dates up to a day are those of the schedule, each once."""
    day, last, found = schedule.start, None, []
    for pause in pauses:
        day += timedelta(days=pause)
        following = schedule.first_from(last + timedelta(days=1) if last else schedule.start)
        while following is not None and following <= day:
            found.append(following)
            last = following
            following = schedule.first_from(last + timedelta(days=1))
    expected = []
    while schedule.nth(len(expected)) <= day:
        expected.append(schedule.nth(len(expected)))
    assert found == expected
