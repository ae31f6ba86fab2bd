"""Dates, numbers, names and addresses are written the way of the reader's language or of their own country."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from time import perf_counter

import pytest
from babel.dates import format_date as babel_date
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.foundation.formats import (
    DATE_FORMATS,
    address_lines,
    country_choices,
    country_names,
    filled,
    format_date,
    format_day_of,
    format_moment,
    format_month,
    format_number,
    format_percent,
    person_name,
    relative_due,
)

DAY = date(2026, 10, 8)
HARBOUR = {
    "attention": "Ana Silva",
    "street": "4 Quay Street",
    "street2": "",
    "city": "Bristol",
    "region": "",
    "postal_code": "BS1 4ST",
    "country": "GB",
}


@pytest.mark.parametrize(
    ("style", "english", "chinese"),
    [
        ("medium", "8 Oct 2026", "2026年10月8日"),
        ("dmy", "08/10/2026", "2026/10/8"),
        ("mdy", "10/08/2026", "2026/10/8"),
        ("dots", "08.10.2026", "2026/10/8"),
        ("iso", "2026-10-08", "2026-10-08"),
        ("unknown", "8 Oct 2026", "2026年10月8日"),
    ],
)
def test_a_day_in_the_format_that_was_chosen(style: str, english: str, chinese: str) -> None:
    assert (format_date(DAY, "en", style), format_date(DAY, "zh-Hans", style)) == (english, chinese)


def test_every_choice_of_format_looks_different_in_english() -> None:
    assert len({format_date(DAY, "en", style) for style in DATE_FORMATS}) == len(DATE_FORMATS)


@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)))
def test_the_ordinary_chinese_date_is_that_of_the_locale(day: date) -> None:
    assert format_date(day, "zh-Hans") == babel_date(day, "medium", locale="zh_Hans")


def test_months_have_short_names() -> None:
    assert (format_month(DAY, "en"), format_month(DAY, "zh-Hans")) == ("Oct", "10月")


def test_a_moment_is_told_in_the_organizations_time_zone() -> None:
    moment = datetime(2026, 10, 27, 23, 5, tzinfo=UTC)
    assert format_moment(moment, "en", "UTC") == "27 Oct 2026, 23:05"
    assert format_moment(moment, "zh-Hans", "Asia/Shanghai") == "2026年10月28日 07:05"
    assert format_moment(moment, "en", "America/New_York", "iso") == "2026-10-27, 19:05"
    # The night in which British clocks go back.
    assert format_moment(datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "en", "Europe/London") == "25 Oct 2026, 01:30"
    assert format_moment(datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "en", "Europe/London") == "25 Oct 2026, 01:30"


def test_the_day_of_a_moment_is_that_of_the_organizations_time_zone() -> None:
    moment = datetime(2026, 10, 27, 23, 5, tzinfo=UTC)
    assert format_day_of(moment, "en", "Europe/London") == "27 Oct 2026"
    assert format_day_of(moment, "zh-Hans", "Asia/Shanghai") == "2026年10月28日"
    assert format_day_of(moment, "en", "Asia/Shanghai", "iso") == "2026-10-28"


@pytest.mark.parametrize(
    ("due", "words"),
    [
        (date(2026, 10, 12), "in 4 days"),
        (date(2026, 10, 9), "in 1 day"),
        (date(2026, 10, 8), "today"),
        (date(2026, 10, 7), "1 day late"),
        (date(2026, 9, 23), "15 days late"),
    ],
)
def test_how_far_a_due_date_is(due: date, words: str) -> None:
    with translation.override("en"):
        assert relative_due(due, DAY) == words


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("3", "3"),
        ("3.000000", "3"),
        ("1250.500000", "1,250.5"),
        ("1E+3", "1,000"),
        ("100", "100"),
        ("0.000001", "0.000001"),
        ("-2.50", "−2.5"),
        ("0.000", "0"),
        ("-0.000", "0"),
        ("1234567890123.123456", "1,234,567,890,123.123456"),
    ],
)
def test_numbers_without_needless_noughts(number: str, text: str) -> None:
    assert format_number(Decimal(number)) == text
    assert format_percent(Decimal(number)) == f"{text}%"


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**13), max_value=10**13))
def test_a_number_is_written_exactly(number: Decimal) -> None:
    assert Fraction(format_number(number).replace(",", "").replace("−", "-")) == Fraction(number)


@pytest.mark.parametrize(
    ("first", "last", "name"),
    [
        ("Ana", "Silva", "Ana Silva"),
        ("伟", "张", "张伟"),
        ("伟", "", "伟"),
        ("", "张", "张"),
        ("Wei", "Zhang", "Wei Zhang"),
        ("Vivian", "张", "Vivian 张"),
        ("太郎", "やまだ", "やまだ太郎"),
        (" Ana ", "", "Ana"),
        ("", "", ""),
    ],
)
def test_a_name_is_in_the_order_of_its_script(first: str, last: str, name: str) -> None:
    assert person_name(first, last) == name


@pytest.mark.parametrize(
    ("address", "lines"),
    [
        (HARBOUR, ["Ana Silva", "4 Quay Street", "Bristol", "BS1 4ST", "United Kingdom"]),
        (
            {"street": "1 Main St", "city": "Springfield", "region": "IL", "postal_code": "62701", "country": "US"},
            ["1 Main St", "Springfield, IL 62701", "United States"],
        ),
        ({"city": "Springfield", "country": "US"}, ["Springfield", "United States"]),
        ({"region": "IL", "postal_code": "62701", "country": "US"}, ["IL 62701", "United States"]),
        ({"city": "Springfield", "postal_code": "62701", "country": "US"}, ["Springfield, 62701", "United States"]),
        (
            {"street": "9 King St", "city": "Sydney", "region": "NSW", "postal_code": "2000", "country": "AU"},
            ["9 King St", "Sydney NSW 2000", "Australia"],
        ),
        (
            {"street": "Storgatan 1", "street2": "2 tr", "city": "Lund", "postal_code": "222 22", "country": "SE"},
            ["Storgatan 1", "2 tr", "222 22 Lund", "Sweden"],
        ),
        (
            {"street": "1 Raffles Pl", "city": "Singapore", "postal_code": "048616", "country": "SG"},
            ["1 Raffles Pl", "Singapore 048616", "Singapore"],
        ),
        ({"street": "Way 1", "city": "Town", "postal_code": "123", "country": ""}, ["Way 1", "Town", "123"]),
        ({}, []),
        ({"street": None, "country": "ZZ"}, []),
    ],
)
def test_an_address_in_the_order_of_its_country(address: dict[str, str], lines: list[str]) -> None:
    assert address_lines(address, country_names=country_names("en")) == lines


def test_a_chinese_address_goes_from_the_largest_to_the_smallest() -> None:
    address = {
        "attention": "张伟",
        "street": "南京西路1601号",
        "street2": "28层",
        "city": "上海市",
        "region": "上海市",
        "postal_code": "200040",
        "country": "CN",
    }
    expected = ["200040", "上海市南京西路1601号28层", "张伟"]
    assert address_lines(address, country_names=country_names("zh-Hans")) == ["中国", *expected]
    assert address_lines(address) == expected


def test_a_chinese_address_in_latin_letters_is_not_glued_together() -> None:
    address = {"street": "1601 Nanjing West Road", "city": "Shanghai", "postal_code": "200040", "country": "CN"}
    assert address_lines(address) == ["1601 Nanjing West Road", "200040 Shanghai"]


def test_what_a_person_wrote_into_an_address_is_text_and_no_template() -> None:
    address = {"street": "{city}", "city": "{0.__class__}", "postal_code": "%s", "country": "SE"}
    assert address_lines(address) == ["{city}", "%s {0.__class__}"]


def test_an_address_line_is_one_line() -> None:
    assert address_lines({"street": " 4\nQuay \t Street ", "country": "GB"}) == ["4 Quay Street"]


def test_countries_by_name_in_the_order_of_each_language() -> None:
    english, chinese = country_choices("en"), country_choices("zh-Hans")
    assert ("GB", "United Kingdom") in english
    assert ("GB", "英国") in chinese
    assert not {"EU", "UN", "ZZ", "XA"} & {code for code, _ in english}
    names = [name for _, name in english]
    assert names.index("Afghanistan") < names.index("Åland Islands") < names.index("Algeria") < names.index("Zimbabwe")
    by_sound = [name for _, name in chinese if name in {"中国", "英国", "德国", "法国", "美国", "阿根廷"}]
    assert by_sound == ["阿根廷", "德国", "法国", "美国", "英国", "中国"]


def test_a_list_of_fifty_rows_of_two_dates_costs_little() -> None:
    days = [date(2026, 1 + step % 12, 1 + step % 28) for step in range(100)]
    spent = []
    for _ in range(20):
        began = perf_counter()
        for day in days:
            format_date(day, "en", "medium")
        spent.append(perf_counter() - began)
    assert min(spent) < 0.0005


def test_chinese_is_spaced_from_latin_words_and_figures_and_not_from_chinese():
    sentence = "%(customer)s 的 %(who)s 首次打开了 %(number)s。"
    values = {"customer": "云杉设计有限公司", "who": "陈伟", "number": "INV-000203"}
    assert filled(sentence, values) == "云杉设计有限公司的陈伟首次打开了 INV-000203。"
    assert filled(sentence, values | {"who": "Ana Moreau"}) == "云杉设计有限公司的 Ana Moreau 首次打开了 INV-000203。"
    assert filled("%(who)s opened it", {"who": "陈伟"}) == "陈伟 opened it"
