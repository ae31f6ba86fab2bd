"""Reads the figures that people type: with separators, a currency sign, or the wide characters of a Chinese keyboard.

Strict where a guess could be wrong by a factor: separators must stand between groups of three, so that 1,38 is not read
as 138, and decimals beyond the currency's are refused even if they are noughts, so that 1.000 yen is not read as 1.
English and Simplified Chinese write figures alike, so that what is typed does not depend on the reader's language.
"""

import re
from decimal import Decimal
from functools import cache

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from .languages import LANGUAGES
from .money import LARGEST, MINUS, Money, currencies, exponent, symbol

LONGEST = 60  # characters; nobody types a longer figure
MOST_DECIMALS = 3  # of any currency
NO_NUMBER = _("Enter a number in digits, such as 1,250.00.")

_PLAIN = str.maketrans(
    "０１２３４５６７８９，．。－＋￥＄￡" + MINUS + "\N{EN DASH}",
    "0123456789,..-+¥$£--",
)
_MARK = r"([^\d.,+\-\s]*(?: [^\d.,+\-\s]+)*)"  # words too: F CFA
_BEFORE_OR_BEHIND = re.compile(rf"{_MARK}\s*([+\-]?)\s*{_MARK}\s*([\d.,\s]*?)\s*{_MARK}", re.ASCII)
_FIGURE = re.compile(r"(\d{1,3}(?:,\d{3})+|\d{1,3}(?: \d{3})+|\d*)(?:\.(\d*))?", re.ASCII)
# Signs that CLDR does not give as the symbol of the currency, or that several currencies share.
_SHARED_SIGNS = {
    "¥": ("CNY", "JPY"),
    "元": ("CNY", "HKD", "MOP", "TWD"),
    "円": ("JPY",),
    "RMB": ("CNY",),
}


class AmountError(ValueError):
    """What was typed is not the figure that is asked for; `code` is for programs, `sentence` for the person."""

    def __init__(self, code: str, sentence: str | Promise) -> None:
        super().__init__(code)
        self.code = code
        self.sentence = sentence

    def __str__(self) -> str:
        return str(self.sentence)

    @classmethod
    def too_large(cls) -> "AmountError":
        return cls("TOO_LARGE", _("This is too large. Enter a smaller number."))


def parse_amount(text: str, currency: str, *, allow_zero: bool = False, allow_negative: bool = False) -> Money:
    """An amount of this currency, exactly as typed, with or without its own sign or code.

    Raises AmountError: EMPTY, NOT_A_NUMBER, OTHER_CURRENCY, TOO_MANY_DECIMALS, TOO_LARGE, NEGATIVE, ZERO.
    """
    sign, figure = _without_currency(_plain(text), currency)
    value = _number(sign, figure, exponent(currency), currency)
    if abs(value).scaleb(exponent(currency)) > LARGEST:
        raise AmountError.too_large()
    return Money.of(_allowed(value, allow_zero, allow_negative), currency)


def parse_decimal(text: str, *, places: int, allow_zero: bool = True, allow_negative: bool = False) -> Decimal:
    """A plain number with at most `places` decimals.

    Raises AmountError: EMPTY, NOT_A_NUMBER, CURRENCY_SIGN, TOO_MANY_DECIMALS, TOO_LARGE, NEGATIVE, ZERO.
    """
    plain = _plain(text)
    if mark := _mark_of_a_currency(plain):
        raise AmountError("CURRENCY_SIGN", _("Write the number alone, without %(sign)s.") % {"sign": mark})
    sign, figure = (plain[0], plain[1:].lstrip()) if plain[0] in "+-" else ("", plain)
    return _allowed(_number(sign, figure, places), allow_zero, allow_negative)


def parse_figure(text: str) -> Decimal:
    """The figure alone, whatever currency is written with it: 1250 of "£1,250.00".

    Raises AmountError: EMPTY, NOT_A_NUMBER, TOO_MANY_DECIMALS, TOO_LARGE.
    """
    plain = _plain(text)
    found = _BEFORE_OR_BEHIND.fullmatch(plain)
    if found and all(_is_of_a_currency(found[place]) for place in (1, 3, 5) if found[place]):
        return _number(found[2], found[4], MOST_DECIMALS)
    raise AmountError("NOT_A_NUMBER", NO_NUMBER)


def _plain(text: str) -> str:
    """With single spaces and the plain form of wide digits and signs."""
    plain = re.sub(r"\s+", " ", text.translate(_PLAIN)).strip()
    if not plain:
        raise AmountError("EMPTY", _("Enter a number."))
    if len(plain) > LONGEST:
        raise AmountError.too_large()
    return plain


def _number(sign: str, figure: str, places: int, currency: str = "") -> Decimal:
    found = _FIGURE.fullmatch(figure)
    if not found or not (found[1] or found[2]):
        raise AmountError("NOT_A_NUMBER", NO_NUMBER)
    whole, decimals = re.sub("[, ]", "", found[1]) or "0", found[2] or ""
    if len(decimals) > places:
        raise AmountError("TOO_MANY_DECIMALS", _too_exact(places, currency))
    if len(whole.lstrip("0")) > len(str(LARGEST)):
        raise AmountError.too_large()
    value = Decimal(f"{whole}.{decimals}" if decimals else whole)
    return -value if sign == "-" else value


def _allowed(value: Decimal, allow_zero: bool, allow_negative: bool) -> Decimal:
    if value < 0 and not allow_negative:
        raise AmountError("NEGATIVE", _("This can't be below zero."))
    if not value and not allow_zero:
        raise AmountError(
            "ZERO", _("Enter an amount other than zero.") if allow_negative else _("Enter more than zero.")
        )
    return value


def _too_exact(places: int, currency: str) -> str | Promise:
    if places == 0 and currency:
        return _("%(currency)s has no decimals. Enter a whole number.") % {"currency": currency}
    if places == 0:
        return _("Enter a whole number, without decimals.")
    if currency:
        return ngettext_lazy(
            "%(currency)s has %(places)d decimal. Enter no more than that.",
            "%(currency)s has %(places)d decimals. Enter no more than that.",
            places,
        ) % {"currency": currency, "places": places}
    return ngettext_lazy("Use at most %(places)d decimal.", "Use at most %(places)d decimals.", places) % {
        "places": places
    }


def _without_currency(text: str, currency: str) -> tuple[str, str]:
    """Plus or minus, and the figure, if what stands around them is nothing or this currency's sign or code."""
    found = _BEFORE_OR_BEHIND.fullmatch(text)
    if not found:
        return "", text
    first, sign, second, figure, behind = found.groups()
    written = [mark.upper().replace(" ", "") for mark in (first, second, behind) if mark]
    for mark in written:
        if mark not in _signs(currency) and any(mark in _signs(other) for other in currencies()):
            raise AmountError(
                "OTHER_CURRENCY",
                _("You wrote %(written)s, but this amount is in %(currency)s.")
                % {"written": mark, "currency": currency},
            )
    if len(written) > 2 or any(mark not in _signs(currency) for mark in written):
        return "", text
    return sign, figure


def _mark_of_a_currency(text: str) -> str:
    """The sign or code of a currency that stands at a figure, as it was typed; empty if there is none."""
    found = _BEFORE_OR_BEHIND.fullmatch(text)
    marks = [found[place] for place in (1, 3, 5) if found[place]] if found else []
    return next((one for one in marks if _is_of_a_currency(one)), "")


def _is_of_a_currency(mark: str) -> bool:
    written = mark.upper().replace(" ", "")
    return any(written in _signs(other) for other in currencies())


@cache
def _signs(currency: str) -> frozenset[str]:
    """What people write for a currency: its code, its signs, and the bare sign that it shares ($ for A$)."""
    signs = {currency} | {"".join(symbol(currency, language).upper().split()) for language in LANGUAGES}
    bare = {sign[-1] for sign in signs if not sign[-1].isalnum()}
    return frozenset(signs | bare | {sign for sign, shared in _SHARED_SIGNS.items() if currency in shared})
