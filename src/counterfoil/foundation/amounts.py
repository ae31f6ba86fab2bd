"""Reads the figures that people type: with separators, a currency sign, or the wide digits of a Chinese keyboard."""

import re
import unicodedata
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from .money import LARGEST, MINUS, Money, currencies, exponent, symbol

SIGNS = {"£": ("GBP",), "€": ("EUR",), "¥": ("CNY", "JPY"), "元": ("CNY",), "$": ("USD", "CAD", "AUD", "NZD", "HKD", "SGD")}
FIGURE = re.compile(r"^(?P<sign>-?)(?P<whole>\d{1,3}(?:,\d{3})+|\d*)(?:\.(?P<part>\d*))?$")


class AmountError(ValueError):
    """What was typed is not the figure that is asked for. `sentence` says why, in the reader's language."""

    def __init__(self, sentence: str | Promise) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


def parse_amount(text: str, currency: str, *, allow_zero: bool = False, allow_negative: bool = False) -> Money:
    """An amount of this currency, exactly as typed. Raises AmountError."""
    value = parse_decimal(
        _without_currency(_narrow(text), currency),
        places=exponent(currency),
        allow_zero=allow_zero,
        allow_negative=allow_negative,
    )
    if abs(value.scaleb(exponent(currency))) > LARGEST:
        raise AmountError(_("This amount is too large."))
    return Money.of(value, currency)


def parse_decimal(text: str, *, places: int, allow_zero: bool = True, allow_negative: bool = False) -> Decimal:
    """A plain decimal number with at most `places` decimals. Raises AmountError."""
    found = FIGURE.match(_narrow(text))
    if not _narrow(text):
        raise AmountError(_("Enter a number."))
    if not found or not (found["whole"] or found["part"]):
        raise AmountError(_("Enter a number, such as 1,250.00."))
    part = found["part"] or ""
    if len(part.rstrip("0")) > places:
        raise AmountError(_too_exact(places))
    if len(found["whole"]) > 20:
        raise AmountError(_("This amount is too large."))
    value = Decimal(f"{found['whole'].replace(',', '') or '0'}.{part or '0'}")
    if found["sign"] and value and not allow_negative:
        raise AmountError(_("This can't be negative."))
    if not value and not allow_zero:
        raise AmountError(_("Enter an amount above zero."))
    return -value if found["sign"] else value


def _too_exact(places: int) -> str | Promise:
    if places == 0:
        return _("Enter a whole number, without decimals.")
    return ngettext_lazy("Use at most %(places)d decimal.", "Use at most %(places)d decimals.", places) % {
        "places": places
    }


def _narrow(text: str) -> str:
    """Without spaces, and with the plain form of wide digits and signs."""
    plain = unicodedata.normalize("NFKC", text.replace("。", ".").replace("，", ","))
    return re.sub(r"\s", "", plain).replace(MINUS, "-").replace("'", "")


def _without_currency(text: str, currency: str) -> str:
    """The figure alone, if the sign or code beside it is that of this currency."""
    found = re.fullmatch(r"(-?)([^\d.,-]*)(-?[\d.,]*)([^\d.,-]*)", text)
    if not found:
        return text
    for written in filter(None, (found[2], found[4])):
        if not _means(written, currency):
            other = written.upper() in currencies() or written in SIGNS
            if other:
                raise AmountError(
                    _("This is in %(currency)s, not in %(other)s.") % {"currency": currency, "other": written}
                )
            return text
    return found[1] + found[3]


def _means(written: str, currency: str) -> bool:
    ours = {currency, symbol(currency, "en").upper(), symbol(currency, "zh-Hans").upper()}
    return written.upper() in ours or currency in SIGNS.get(written, ())
