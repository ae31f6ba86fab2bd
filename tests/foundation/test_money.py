"""Amounts are exact, of one currency, and written the way each language writes them."""

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from time import perf_counter

import pytest
from babel.numbers import NumberPattern, format_currency, format_decimal, get_currency_precision
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.foundation.languages import LANGUAGES
from counterfoil.foundation.money import (
    LARGEST,
    CurrencyMismatch,
    Money,
    MoneyError,
    TooLarge,
    TooManyDecimals,
    UnknownCurrency,
    currencies,
    currency_name,
    exponent,
    format_amount,
    format_money,
    locale,
    split,
    symbol,
    total,
)

minors = st.one_of(st.integers(-(10**15), 10**15), st.integers(-2000, 2000))
languages = st.sampled_from(sorted(LANGUAGES))
some_currencies = st.sampled_from(["GBP", "CNY", "USD", "EUR", "JPY", "KWD", "CHF", "IQD", "HUF", "XOF", "AUD"])


def gbp(minor: int) -> Money:
    return Money(minor, "GBP")


def test_sums_are_exact() -> None:
    assert gbp(10) + gbp(20) == gbp(30)
    assert gbp(10) - gbp(20) == gbp(-10)
    assert -gbp(10) == gbp(-10)
    assert abs(gbp(-10)) == gbp(10)
    assert sum([gbp(1), gbp(2), gbp(3)]) == gbp(6)
    assert total([], "GBP") == Money.zero("GBP")
    assert total([gbp(1), gbp(2)], "GBP") == gbp(3)
    assert gbp(1)
    assert not gbp(0)


def test_amounts_of_one_currency_compare() -> None:
    assert gbp(1) < gbp(2) <= gbp(2)
    assert gbp(3) > gbp(2) >= gbp(2)
    assert max(gbp(1), gbp(3), gbp(2)) == gbp(3)
    assert gbp(1) != Money(1, "EUR")
    assert len({gbp(1), gbp(1), Money(1, "EUR")}) == 2


def test_currencies_never_mix() -> None:
    pounds, euros = gbp(1), Money(1, "EUR")
    for mixed in (
        lambda: pounds + euros,
        lambda: pounds - euros,
        lambda: pounds < euros,
        lambda: pounds <= euros,
        lambda: pounds > euros,
        lambda: pounds >= euros,
        lambda: sum([pounds, euros]),
        lambda: total([pounds, euros], "GBP"),
        lambda: total([pounds], "EUR"),
    ):
        with pytest.raises(CurrencyMismatch):
            mixed()


@pytest.mark.parametrize("wrong", [1.0, True, "1", Decimal(1), None])
def test_minor_units_are_whole_numbers(wrong: object) -> None:
    with pytest.raises(TypeError):
        Money(wrong, "GBP")  # type: ignore[arg-type]


def test_nothing_is_a_float() -> None:
    for wrong in (
        lambda: Money.of(0.1, "GBP"),  # type: ignore[arg-type]
        lambda: gbp(1).times(0.1),  # type: ignore[arg-type]
        lambda: gbp(1) + 1,  # type: ignore[operator]
        lambda: 1 + gbp(1),
    ):
        with pytest.raises(TypeError):
            wrong()


@pytest.mark.parametrize(
    ("written", "currency", "minor"),
    [
        ("12.5", "GBP", 1250),
        ("-0.01", "GBP", -1),
        ("-0", "GBP", 0),
        ("1.200", "GBP", 120),
        ("1e3", "JPY", 1000),
        ("0.005", "KWD", 5),
        (Decimal(7), "GBP", 700),
        (7, "JPY", 7),
        ("100000000000", "GBP", LARGEST),
    ],
)
def test_an_amount_in_major_units(written: Decimal | str | int, currency: str, minor: int) -> None:
    assert Money.of(written, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("written", "currency", "error"),
    [
        ("0.001", "GBP", TooManyDecimals),
        ("0.5", "JPY", TooManyDecimals),
        ("1e-40", "KWD", TooManyDecimals),
        ("100000000000.01", "GBP", TooLarge),
        ("-100000000000.01", "GBP", TooLarge),
        ("1e400", "GBP", TooLarge),
        ("NaN", "GBP", MoneyError),
        ("Infinity", "GBP", MoneyError),
        ("twelve", "GBP", MoneyError),
        ("", "GBP", MoneyError),
        ("1", "XXL", UnknownCurrency),
    ],
)
def test_what_is_not_exactly_an_amount(written: str, currency: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        Money.of(written, currency)


def test_more_than_the_database_can_keep_is_refused() -> None:
    assert gbp(2**63 - 1)
    with pytest.raises(TooLarge):
        gbp(2**63 - 1) + gbp(1)


def test_an_amount_needs_a_currency_that_exists() -> None:
    for wrong in ("", "gbp", "XXL", "CLF"):  # the last has four decimals
        with pytest.raises(UnknownCurrency):
            Money(1, wrong)


@given(minors, some_currencies)
def test_major_units_and_back(minor: int, currency: str) -> None:
    if abs(minor) <= LARGEST:
        assert Money.of(Money(minor, currency).decimal, currency) == Money(minor, currency)


def test_a_product_is_rounded_once_and_the_rounding_has_a_name() -> None:
    assert gbp(5).times(Decimal("0.5")) == gbp(3)
    assert gbp(-5).times(Decimal("0.5")) == gbp(-3)
    assert gbp(5).times(Decimal("0.5"), ROUND_HALF_EVEN) == gbp(2)
    assert gbp(5).times(Decimal("0.5"), ROUND_DOWN) == gbp(2)
    assert gbp(7).times(3) == gbp(21)
    # Rounded to 28 digits on the way, as decimals are by default, it would come to one more.
    assert gbp(10**12 + 1).times(Decimal("0.4" + "9" * 40)) == gbp(5 * 10**11)


@given(minors, st.lists(st.integers(0, 10**6) | st.decimals(0, 1000, places=4), min_size=1, max_size=12))
def test_a_split_adds_up_and_nobody_is_a_unit_off(minor: int, weights: list[int | Decimal]) -> None:
    whole = sum(map(Fraction, weights))
    if not whole:
        with pytest.raises(ValueError, match="weights"):
            split(minor, weights)
        return
    shares = split(minor, weights)
    assert sum(shares) == minor
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share - minor * Fraction(weight) / whole) < 1
    # Whoever was rounded up had missed more than whoever was rounded down, or as much and came first.
    exact = [abs(minor) * Fraction(weight) / whole for weight in weights]
    missed = [one - int(one) for one in exact]
    up = [place for place, share in enumerate(shares) if abs(share) > int(exact[place])]
    down = [place for place in range(len(shares)) if place not in up]
    assert all((missed[one], -one) > (missed[other], -other) for one in up for other in down)


def test_ties_go_to_whoever_comes_first() -> None:
    assert gbp(100).split([1, 1, 1]) == [gbp(34), gbp(33), gbp(33)]
    assert gbp(-100).split([1, 1, 1]) == [gbp(-34), gbp(-33), gbp(-33)]
    assert gbp(5).split([Decimal("0.5"), 0, Decimal("0.5")]) == [gbp(3), gbp(0), gbp(2)]


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1], [2, -1]])
def test_weights_must_make_sense(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        split(10, weights)


def test_decimals_are_those_of_iso_4217() -> None:
    assert [exponent(code) for code in ("GBP", "CNY", "HUF", "IDR", "JPY", "KRW", "KWD", "BHD", "IQD")] == [
        *(2, 2, 2, 2),
        *(0, 0),
        *(3, 3, 3),
    ]


def test_what_is_tender_today_is_offered() -> None:
    offered = currencies()
    assert {"GBP", "EUR", "CNY", "USD", "JPY", "KWD", "XOF"} <= set(offered)
    assert not {"DEM", "XAU", "XDR", "XTS", "CLF", "HRK"} & set(offered)
    assert list(offered) == sorted(offered)
    assert all(currency_name(code, "en") != code and currency_name(code, "zh-Hans") for code in offered)


@pytest.mark.parametrize(
    ("minor", "currency", "english", "chinese"),
    [
        (138000, "GBP", "£1,380.00", "£1,380.00"),
        (-60000, "GBP", "−£600.00", "−£600.00"),
        (138000, "CNY", "CN¥1,380.00", "¥1,380.00"),
        (138000, "JPY", "¥138,000", "JP¥138,000"),
        (138000, "USD", "$1,380.00", "US$1,380.00"),
        (1234567, "KWD", "KWD\N{NO-BREAK SPACE}1,234.567", "KWD\N{NO-BREAK SPACE}1,234.567"),
        (5, "GBP", "£0.05", "£0.05"),
        (0, "GBP", "£0.00", "£0.00"),
        (0, "JPY", "¥0", "JP¥0"),
        (LARGEST, "GBP", "£100,000,000,000.00", "£100,000,000,000.00"),
    ],
)
def test_amounts_as_they_are_read(minor: int, currency: str, english: str, chinese: str) -> None:
    money = Money(minor, currency)
    assert (format_money(money, "en"), format_money(money, "zh-Hans")) == (english, chinese)


def test_the_figure_alone() -> None:
    assert format_amount(gbp(-60000), "en") == format_money(gbp(-60000), "en", sign=False) == "−600.00"
    assert (symbol("GBP", "en"), symbol("CNY", "en"), symbol("CNY", "zh-Hans")) == ("£", "CN¥", "¥")


def babel_writes(money: Money, language: str) -> str:
    """Babel's own text, with the decimals of ISO 4217 where CLDR has fewer, and the two things that we add."""
    places = exponent(money.currency)
    standard = locale(language).currency_formats["standard"]
    pattern = NumberPattern(
        standard.pattern,
        standard.prefix,
        standard.suffix,
        standard.grouping,
        standard.int_prec,
        (places, places),
        None,
        None,
    )
    text = format_currency(money.decimal, money.currency, pattern, locale(language), currency_digits=False)
    if get_currency_precision(money.currency) == places:
        assert text == format_currency(money.decimal, money.currency, locale=locale(language))
    sign = symbol(money.currency, language)
    spaced = f"{sign}\N{NO-BREAK SPACE}" if sign[-1].isalpha() else sign
    return text.replace("-", "\N{MINUS SIGN}").replace(sign, spaced)


@given(minors, st.sampled_from(currencies()), languages)
def test_every_amount_is_written_as_babel_writes_it(minor: int, currency: str, language: str) -> None:
    money = Money(minor, currency)
    assert format_money(money, language) == babel_writes(money, language)
    places = exponent(currency)
    pattern = f"#,##0.{'0' * places}" if places else "#,##0"
    figure = format_decimal(money.decimal, pattern, locale(language)).replace("-", "\N{MINUS SIGN}")
    assert format_amount(money, language) == figure


def test_a_list_of_fifty_rows_of_three_amounts_costs_little() -> None:
    amounts = [gbp(138_000 + step * 77_777) for step in range(150)]
    spent = []
    for _ in range(20):
        began = perf_counter()
        for amount in amounts:
            format_money(amount, "en")
        spent.append(perf_counter() - began)
    assert min(spent) < 0.0015
