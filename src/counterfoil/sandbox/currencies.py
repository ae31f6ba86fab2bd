"""The currencies that the gateway takes, the least of each, and how an amount is written."""

import re
import unicodedata
from decimal import Decimal

# About half a US dollar each, in minor units. XAF is left out, so that "not supported" can be seen.
MINIMUM = {
    "AED": 200, "AUD": 50, "BHD": 200, "BRL": 50, "CAD": 50, "CHF": 50, "CLP": 500, "CNY": 400, "COP": 200000,
    "CZK": 1500, "DKK": 250, "EGP": 2500, "EUR": 50, "GBP": 30, "HKD": 400, "HUF": 17500, "IDR": 800000, "ILS": 200,
    "INR": 5000, "JOD": 350, "JPY": 50, "KES": 6500, "KRW": 700, "KWD": 150, "MAD": 500, "MXN": 1000, "MYR": 200,
    "NOK": 300, "NZD": 50, "OMR": 200, "PEN": 200, "PHP": 3000, "PKR": 14000, "PLN": 200, "QAR": 200, "RON": 200,
    "SAR": 200, "SEK": 300, "SGD": 50, "THB": 2000, "TND": 1500, "TRY": 2000, "TWD": 1500, "UAH": 2000, "USD": 50,
    "UYU": 2000, "VND": 13000, "XPF": 60, "ZAR": 1000,
}  # fmt: skip
MAXIMUM = 99_999_999_999

DECIMALS = dict.fromkeys(("CLP", "JPY", "KRW", "VND", "XPF"), 0) | dict.fromkeys(("BHD", "JOD", "KWD", "OMR", "TND"), 3)


AMOUNT = re.compile(r"(\d{1,12}|\d{1,3}(?:,\d{3}){1,3})(?:\.(\d{1,3}))?")


def minor(text: str, currency: str) -> int | None:
    """What somebody typed, in minor units: "1,380.50" GBP is 138050. None for what is no amount above 0."""
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    found = AMOUNT.fullmatch(plain)
    decimals = DECIMALS.get(currency, 2)
    if found is None or len(found[2] or "") > decimals:
        return None
    return int(found[1].replace(",", "") + (found[2] or "").ljust(decimals, "0")) or None


def plain(amount: int, currency: str) -> str:
    """The amount for a field that somebody changes: 138050 GBP is "1380.50"."""
    return f"{Decimal(amount).scaleb(-DECIMALS.get(currency, 2)):f}"


def written(amount: int, currency: str, language: str) -> str:
    """The amount as people write it: 138000, "GBP", "en" is £1,380.00."""
    from babel.numbers import format_currency  # a third of the start-up time, and only pages need it

    decimals = DECIMALS.get(currency, 2)
    pattern = "¤#,##0" + ("." + "0" * decimals if decimals else "")
    value = Decimal(amount).scaleb(-decimals)
    return format_currency(value, currency, pattern, language.replace("-", "_"), currency_digits=False)
