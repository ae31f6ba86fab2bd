"""Figures are read as people type them, and what could be misread is refused in words."""

import re
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.foundation.amounts import AmountError, parse_amount, parse_decimal
from counterfoil.foundation.languages import LANGUAGES
from counterfoil.foundation.money import LARGEST, Money, currencies, format_amount, format_money

WIDE = str.maketrans("0123456789,.-", "０１２３４５６７８９，．－")


@pytest.mark.parametrize(
    ("typed", "currency", "minor"),
    [
        ("1380", "GBP", 138000),
        ("1380.5", "GBP", 138050),
        ("1,380.00", "GBP", 138000),
        ("1 380.00", "GBP", 138000),
        ("1\N{NO-BREAK SPACE}380", "GBP", 138000),
        ("1\N{NARROW NO-BREAK SPACE}380", "GBP", 138000),
        ("  12.30\t", "GBP", 1230),
        ("0012", "GBP", 1200),
        (".5", "GBP", 50),
        ("5.", "GBP", 500),
        ("+5", "GBP", 500),
        ("１，３８０．００", "GBP", 138000),
        ("１３８０。５", "CNY", 138050),
        ("1，380。00", "CNY", 138000),
        ("\N{IDEOGRAPHIC SPACE}５\N{IDEOGRAPHIC SPACE}", "CNY", 500),
        ("£1,380", "GBP", 138000),
        ("￡5", "GBP", 500),
        ("£ 5", "GBP", 500),
        ("GBP 5", "GBP", 500),
        ("5 gbp", "GBP", 500),
        ("CHF\N{NO-BREAK SPACE}5.00", "CHF", 500),
        ("¥5", "CNY", 500),
        ("￥5", "CNY", 500),
        ("CN¥5", "CNY", 500),
        ("5元", "CNY", 500),
        ("RMB 5", "CNY", 500),
        ("¥5", "JPY", 5),
        ("JP¥5", "JPY", 5),
        ("$5", "USD", 500),
        ("US$5", "USD", 500),
        ("$5", "AUD", 500),
        ("A$5", "AUD", 500),
        ("1.005", "KWD", 1005),
        ("F CFA 5", "XOF", 5),
        ("5 FCFA", "XOF", 5),
        ("10000000000000", "JPY", LARGEST),
    ],
)
def test_amounts_as_people_type_them(typed: str, currency: str, minor: int) -> None:
    assert parse_amount(typed, currency) == Money(minor, currency)


@pytest.mark.parametrize("typed", ["-5", "−5", "－５", "–5", "-£5", "£-5", "- £ 5", "-5 GBP", "-5.00"])
def test_below_zero_where_it_is_allowed(typed: str) -> None:
    assert parse_amount(typed, "GBP", allow_negative=True) == Money(-500, "GBP")


REFUSED = [
    ("", "GBP", "EMPTY", "Enter a number."),
    (" \N{IDEOGRAPHIC SPACE} ", "GBP", "EMPTY", "Enter a number."),
    *(
        (typed, "GBP", "NOT_A_NUMBER", "Enter a number in digits, such as 1,250.00.")
        for typed in (
            *("twelve", "12 pounds", "1o", "1万", "£", "-", ".", ",", "--5", "5-", "5%", "=5", "(5)"),
            *("1e3", "1E3", "NaN", "nan", "sNaN", "Infinity", "-inf", "0x10", "1_000", "10²", "½", "٣", "५", "一"),
            *("1.2.3", "1,38", "12,5", "1.380,00", "1,380,00", ",380", "1,,380", "1380,000", "1 38", "1, 380"),
            *("1 380,000", "5\x000", "5\N{ZERO WIDTH SPACE}0", "5;6", "<b>5</b>"),
        )
    ),
    ("1.234", "GBP", "TOO_MANY_DECIMALS", "GBP has 2 decimals. Enter no more than that."),
    ("1.230", "GBP", "TOO_MANY_DECIMALS", "GBP has 2 decimals. Enter no more than that."),
    ("1.2345", "KWD", "TOO_MANY_DECIMALS", "KWD has 3 decimals. Enter no more than that."),
    ("1.000", "JPY", "TOO_MANY_DECIMALS", "JPY has no decimals. Enter a whole number."),
    ("0.001", "GBP", "TOO_MANY_DECIMALS", "GBP has 2 decimals. Enter no more than that."),
    ("100000000000.01", "GBP", "TOO_LARGE", "This is too large. Enter a smaller number."),
    ("10000000000001", "JPY", "TOO_LARGE", "This is too large. Enter a smaller number."),
    ("0" * 60 + "5", "GBP", "TOO_LARGE", "This is too large. Enter a smaller number."),
    ("9" * 40, "GBP", "TOO_LARGE", "This is too large. Enter a smaller number."),
    ("9" * 100_000, "GBP", "TOO_LARGE", "This is too large. Enter a smaller number."),
    ("-5", "GBP", "NEGATIVE", "This can't be below zero."),
    ("-0.01", "GBP", "NEGATIVE", "This can't be below zero."),
    ("0", "GBP", "ZERO", "Enter more than zero."),
    ("-0.00", "GBP", "ZERO", "Enter more than zero."),
    ("€5", "GBP", "OTHER_CURRENCY", "You wrote €, but this amount is in GBP."),
    ("5 usd", "GBP", "OTHER_CURRENCY", "You wrote USD, but this amount is in GBP."),
    ("$5", "GBP", "OTHER_CURRENCY", "You wrote $, but this amount is in GBP."),
    ("US$5", "AUD", "OTHER_CURRENCY", "You wrote US$, but this amount is in AUD."),
    ("￥5", "GBP", "OTHER_CURRENCY", "You wrote ¥, but this amount is in GBP."),
    ("5元", "JPY", "OTHER_CURRENCY", "You wrote 元, but this amount is in JPY."),
    ("f cfa 5", "GBP", "OTHER_CURRENCY", "You wrote FCFA, but this amount is in GBP."),
    ("£5 EUR", "GBP", "OTHER_CURRENCY", "You wrote EUR, but this amount is in GBP."),
]


@pytest.mark.parametrize(("typed", "currency", "code", "sentence"), REFUSED)
def test_what_is_not_an_amount_is_refused_in_words(typed: str, currency: str, code: str, sentence: str) -> None:
    with pytest.raises(AmountError) as refusal:
        parse_amount(typed, currency)
    assert (refusal.value.code, str(refusal.value.sentence), str(refusal.value)) == (code, sentence, sentence)


def test_zero_where_it_is_allowed_is_never_minus_zero() -> None:
    assert parse_amount("-0", "GBP", allow_zero=True) == Money(0, "GBP")
    assert str(parse_decimal("-0", places=2)) == "0"
    with pytest.raises(AmountError, match="other than zero"):
        parse_amount("0", "GBP", allow_negative=True)


def test_plain_numbers() -> None:
    assert parse_decimal("1,234.567891", places=6) == Decimal("1234.567891")
    assert parse_decimal("１。５", places=1) == Decimal("1.5")
    assert parse_decimal("-1.5", places=1, allow_negative=True) == Decimal("-1.5")
    assert str(parse_decimal("7", places=6)) == "7"


@pytest.mark.parametrize(
    ("typed", "places", "sentence"),
    [
        ("1.23", 1, "Use at most 1 decimal."),
        ("1.2345", 3, "Use at most 3 decimals."),
        ("1.5", 0, "Enter a whole number, without decimals."),
        ("£85.5", 2, "Write the number alone, without £."),
        ("85.5 元", 2, "Write the number alone, without 元."),
        ("JPY 5", 2, "Write the number alone, without JPY."),
        ("5 kg", 2, "Enter a number in digits, such as 1,250.00."),
        ("-1", 2, "This can't be below zero."),
        ("9" * 30, 2, "This is too large. Enter a smaller number."),
        ("", 2, "Enter a number."),
    ],
)
def test_what_is_not_a_plain_number(typed: str, places: int, sentence: str) -> None:
    with pytest.raises(AmountError, match=re.escape(sentence)):
        parse_decimal(typed, places=places)


def test_zero_can_be_refused() -> None:
    with pytest.raises(AmountError, match="more than zero"):
        parse_decimal("0.0", places=1, allow_zero=False)


@given(st.integers(-LARGEST, LARGEST), st.sampled_from(currencies()), st.sampled_from(sorted(LANGUAGES)), st.booleans())
def test_what_we_write_can_be_read_back(minor: int, currency: str, language: str, wide: bool) -> None:
    money = Money(minor, currency)
    for written in (format_money(money, language), format_amount(money, language), str(money), str(money.decimal)):
        typed = written.translate(WIDE) if wide else written
        assert parse_amount(typed, currency, allow_zero=True, allow_negative=True) == money


@given(st.text(max_size=70), st.sampled_from(["GBP", "CNY", "JPY", "KWD"]))
def test_whatever_is_typed_is_an_amount_or_refused(typed: str, currency: str) -> None:
    with suppress(AmountError):
        assert 0 < parse_amount(typed, currency).minor <= LARGEST


@given(st.text("0123456789.,-+ £$€eE_", max_size=20))
def test_a_figure_that_is_read_has_the_digits_that_were_typed(typed: str) -> None:
    try:
        money = parse_amount(typed, "GBP", allow_negative=True)
    except AmountError:
        return
    whole, _, part = re.sub("[^0-9.]", "", typed).partition(".")
    assert abs(money.minor) == int((whole or "0") + part.ljust(2, "0"))
