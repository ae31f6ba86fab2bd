"""Money: exact amounts in the currency's minor units, and how each language writes them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache

import moneyed
from babel.core import Locale, get_global
from babel.numbers import format_currency, get_currency_symbol, get_territory_currencies

MOST_MINOR = 10**13
MINUS = "\N{MINUS SIGN}"
HARD_SPACE = "\N{NO-BREAK SPACE}"


class CurrencyMismatch(TypeError):
    """Two currencies met in one sum. A programming error: figures of several currencies are never added up."""


class NotExact(ValueError):
    """An amount has more decimals than its currency."""


@lru_cache(maxsize=1)
def currencies() -> tuple[str, ...]:
    """The codes of every currency that is legal tender somewhere today, in alphabetical order."""
    territories = get_global("territory_currencies")
    tender = {code for territory in territories for code in get_territory_currencies(territory)}
    return tuple(sorted(tender & set(moneyed.CURRENCIES)))


@lru_cache(maxsize=512)
def exponent(currency: str) -> int:
    """How many decimals a currency has: 2 for GBP, 0 for JPY, 3 for KWD (ISO 4217)."""
    sub_unit = moneyed.get_currency(currency).sub_unit
    return len(str(sub_unit)) - 1


@dataclass(frozen=True)
class Money:
    """So many minor units of a currency: Money(138000, "GBP") is £1,380.00."""

    minor: int
    currency: str

    @classmethod
    def of(cls, amount: Decimal | str, currency: str) -> "Money":
        """An amount in major units, exactly. Raises NotExact when it has more decimals than the currency."""
        try:
            scaled = Decimal(amount).scaleb(exponent(currency))
        except InvalidOperation as error:
            raise NotExact(str(amount)) from error
        if not scaled.is_finite() or scaled != scaled.to_integral_value():
            raise NotExact(str(amount))
        return cls(int(scaled), currency)

    @property
    def decimal(self) -> Decimal:
        """The amount in major units."""
        return Decimal(self.minor).scaleb(-exponent(self.currency))

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._same(other), self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: "Money") -> bool:
        return self.minor <= self._same(other)

    def __bool__(self) -> bool:
        return self.minor != 0

    def _same(self, other: "Money") -> int:
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency}")
        return other.minor

    def times(self, factor: Decimal, *, rounding: str = ROUND_HALF_UP) -> "Money":
        """A multiple, rounded to the minor unit."""
        return Money(int((self.minor * factor).to_integral_value(rounding)), self.currency)

    def split(self, weights: Sequence[int | Decimal]) -> list["Money"]:
        """Parts in proportion to the weights that add up exactly (see `split_minor`)."""
        return [Money(minor, self.currency) for minor in split_minor(self.minor, weights)]


def total(amounts: Iterable[Money], currency: str) -> Money:
    """The sum of amounts of one currency; zero of it when there are none."""
    return sum(amounts, Money(0, currency))


def split_minor(minor: int, weights: Sequence[int | Decimal]) -> list[int]:
    """Split an amount in proportion by largest remainder; a tie goes to the earlier part. Weights are not negative."""
    shares = [Fraction(weight) for weight in weights]
    whole = sum(shares)
    if not whole:
        if minor:
            raise ValueError("An amount can't be split over weights that are all zero.")
        return [0] * len(shares)
    sign = -1 if minor < 0 else 1
    exact = [abs(minor) * share / whole for share in shares]
    parts = [int(part) for part in exact]
    by_remainder = sorted(range(len(parts)), key=lambda place: (parts[place] - exact[place], place))
    for place in by_remainder[: abs(minor) - sum(parts)]:
        parts[place] += 1
    return [sign * part for part in parts]


@lru_cache(maxsize=16)
def _locale(language: str) -> Locale:
    return Locale.parse(language.replace("-", "_"))


@lru_cache(maxsize=1024)
def _around(currency: str, language: str) -> tuple[str, str]:
    """What stands before and behind the digits of an amount, taken from how Babel writes a sample."""
    sample = format_currency(Decimal(8), currency, locale=_locale(language), currency_digits=True)
    before, behind = sample[: sample.index("8")], sample[sample.rindex("0" if "0" in sample else "8") + 1 :]
    # A sign made of letters stands apart from the digits: CHF 8.00.
    return (before + HARD_SPACE if before[-1:].isalpha() else before), behind


def symbol(currency: str, language: str) -> str:
    """The sign of a currency as a language writes it: £, CN¥ in English, ¥ in Chinese."""
    return get_currency_symbol(currency, locale=_locale(language))


def format_amount(money: Money, language: str = "en") -> str:
    """The figure without its currency: 1,380.00. Negative figures carry a true minus sign."""
    digits = exponent(money.currency)
    text = f"{abs(money.minor):0{digits + 1}d}"
    whole = f"{int(text[: len(text) - digits]):,}"
    sign = MINUS if money.minor < 0 else ""
    return f"{sign}{whole}.{text[-digits:]}" if digits else f"{sign}{whole}"


def format_money(money: Money, language: str = "en") -> str:
    """The amount as the language writes it: £1,380.00."""
    before, behind = _around(money.currency, language)
    sign = MINUS if money.minor < 0 else ""
    return f"{sign}{before}{format_amount(Money(abs(money.minor), money.currency), language)}{behind}"
