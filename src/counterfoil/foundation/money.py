"""Amounts of money: whole minor units of one currency, exact, and written the way a language writes them.

Units of a currency and their decimals are those of ISO 4217, by py-moneyed. Patterns and signs are CLDR's, by Babel;
the digits are written here, because Babel's own formatting is some thirty times slower. Nothing here is a float.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal, Inexact, InvalidOperation, Overflow
from functools import lru_cache
from math import lcm
from typing import Any, Self

from babel import Locale
from babel.numbers import get_currency_name, get_currency_symbol, get_territory_currencies
from moneyed import CURRENCIES

LARGEST = 10**13  # minor units: the largest amount that a person may write and that a document may come to
MINUS = "\N{MINUS SIGN}"

_MOST = 2**63 - 1  # what the database can keep; sums over many documents may be larger than LARGEST
_DECIMALS = {1: 0, 100: 2, 1000: 3}
_EXPONENTS = {code: _DECIMALS[one.sub_unit] for code, one in CURRENCIES.items() if one.sub_unit in _DECIMALS}
_WIDE = Context(prec=100, traps=[Inexact, InvalidOperation, Overflow])  # exact, or it raises
_CURRENT_ON = date(2026, 1, 1)  # a fixed day, so that the list is the same on every machine


class MoneyError(ValueError):
    """What can't be an amount, or can't be done with two of them. A mistake of the program, not of a person."""


class CurrencyMismatch(MoneyError):
    """Two currencies met where only one makes sense."""


class UnknownCurrency(MoneyError):
    """Not a code of ISO 4217 with 0, 2 or 3 decimals."""


class TooManyDecimals(MoneyError):
    """The currency has no unit that small."""


class TooLarge(MoneyError):
    """Beyond `LARGEST`, or beyond what the database can keep."""


def exponent(currency: str) -> int:
    """How many decimals a currency has: 0, 2 or 3. Raises UnknownCurrency."""
    try:
        return _EXPONENTS[currency]
    except KeyError:
        raise UnknownCurrency(currency) from None


@lru_cache(maxsize=3)
def with_exponent(decimals: int) -> tuple[str, ...]:
    """The codes of all currencies with so many decimals."""
    return tuple(code for code, found in _EXPONENTS.items() if found == decimals)


@lru_cache(maxsize=1)
def currencies() -> tuple[str, ...]:
    """The codes that are offered, sorted: what is legal tender somewhere today. Others can still be read."""
    territories = (str(place) for place in Locale.parse("en").territories)
    places = [place for place in territories if len(place) == 2 and place.isalpha()]
    tender = {code for place in places for code in get_territory_currencies(place, start_date=_CURRENT_ON)}
    return tuple(sorted(tender & _EXPONENTS.keys()))


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units (pence, yen, fils) of one currency. Never mixes currencies: CurrencyMismatch."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise TypeError(f"minor units are whole numbers, not {type(self.minor).__name__}")
        if self.currency not in _EXPONENTS:
            raise UnknownCurrency(self.currency)
        if not -_MOST <= self.minor <= _MOST:
            raise TooLarge(str(self.minor))

    @classmethod
    def of(cls, amount: Decimal | str | int, currency: str) -> Self:
        """From major units: `Money.of("13.80", "GBP")`. Exact, so it raises TooManyDecimals, and TooLarge."""
        if not isinstance(amount, Decimal | str | int) or isinstance(amount, bool):
            raise TypeError(f"an amount is a Decimal, a str or an int, not {type(amount).__name__}")
        value = _decimal(amount).scaleb(exponent(currency), _WIDE)
        if abs(value) > LARGEST:
            raise TooLarge(str(amount))
        if value != int(value):
            raise TooManyDecimals(f"{amount} {currency}")
        return cls(int(value), currency)

    @classmethod
    def zero(cls, currency: str) -> Self:
        return cls(0, currency)

    @property
    def decimal(self) -> Decimal:
        """In major units, with all the decimals of the currency."""
        return Decimal(self.minor).scaleb(-_EXPONENTS[self.currency], _WIDE)

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._alike(other), self.currency)

    def __radd__(self, other: Any) -> "Money":
        # So that the built-in sum() works: it starts from the number nought.
        if type(other) is int and other == 0:
            return self
        return NotImplemented

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._alike(other), self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __abs__(self) -> "Money":
        return Money(abs(self.minor), self.currency)

    def __bool__(self) -> bool:
        return self.minor != 0

    def __lt__(self, other: "Money") -> bool:
        return self.minor < self._alike(other)

    def __le__(self, other: "Money") -> bool:
        return self.minor <= self._alike(other)

    def __gt__(self, other: "Money") -> bool:
        return self.minor > self._alike(other)

    def __ge__(self, other: "Money") -> bool:
        return self.minor >= self._alike(other)

    def __str__(self) -> str:
        return f"{self.decimal} {self.currency}"

    def times(self, factor: Decimal | int, rounding: str = ROUND_HALF_UP) -> "Money":
        """The product, rounded once to the minor unit, ties away from nought unless another rounding is named."""
        if not isinstance(factor, Decimal | int):
            raise TypeError(f"a factor is a Decimal or an int, not {type(factor).__name__}")
        product = _WIDE.multiply(Decimal(self.minor), _decimal(factor))
        return Money(int(product.to_integral_value(rounding=rounding, context=_WIDE)), self.currency)

    def split(self, weights: Sequence[int | Decimal]) -> "list[Money]":
        """Shares in proportion to the weights that add up to the whole, by largest remainder, ties by order.

        Weights are not negative and not all zero: ValueError.
        """
        return [Money(share, self.currency) for share in split(self.minor, weights)]

    def _alike(self, other: "Money") -> int:
        if not isinstance(other, Money):
            raise TypeError(f"expected Money, not {type(other).__name__}")
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency}")
        return other.minor


def total(amounts: Iterable[Money], currency: str) -> Money:
    """The sum, also of nothing."""
    return sum(amounts, Money(0, currency))


def split(minor: int, weights: Sequence[int | Decimal]) -> list[int]:
    """`Money.split` for plain minor units."""
    parts = _whole(weights)
    whole = sum(parts)
    if whole <= 0 or min(parts) < 0:
        raise ValueError("weights must not be negative and not all zero")
    shares, remainders = zip(*(divmod(abs(minor) * part, whole) for part in parts), strict=True)
    left = abs(minor) - sum(shares)
    largest = sorted(range(len(parts)), key=lambda place: (-remainders[place], place))[:left]
    sign = -1 if minor < 0 else 1
    return [sign * (share + (place in largest)) for place, share in enumerate(shares)]


def _whole(weights: Sequence[int | Decimal]) -> list[int]:
    """The same proportions as whole numbers."""
    ratios = [_decimal(weight).as_integer_ratio() for weight in weights]
    common = lcm(*(under for _, under in ratios))
    return [over * (common // under) for over, under in ratios]


def _decimal(value: Decimal | str | int) -> Decimal:
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise MoneyError(f"not a number: {value!r}") from None
    if not number.is_finite():
        raise MoneyError(f"not a number: {value!r}")
    return number


def format_money(money: Money, language: str, *, sign: bool = True) -> str:
    """As the language writes it, with the currency's sign: "£1,380.00", "−£600.00"; "CHF 5.00" with a fixed space.

    Without `sign` as `format_amount`. The minus is U+2212. All decimals of the currency are shown.
    """
    form = _form(money.currency, language)
    text = form.digits(abs(money.minor))
    if sign:
        text = f"{form.before}{text}{form.after}"
    return MINUS + text if money.minor < 0 else text


def format_amount(money: Money, language: str) -> str:
    """The number alone, for columns that name their currency once: "1,380.00", "−600.00"."""
    return format_money(money, language, sign=False)


@lru_cache(maxsize=1024)
def symbol(currency: str, language: str) -> str:
    """The sign that a language uses for a currency: "£", "CN¥" in English, "¥" in Chinese; the code where none is."""
    exponent(currency)
    return str(get_currency_symbol(currency, locale(language)))


@lru_cache(maxsize=1024)
def currency_name(currency: str, language: str) -> str:
    """What a language calls a currency: "British Pound"."""
    exponent(currency)
    return str(get_currency_name(currency, locale=locale(language)))


@lru_cache(maxsize=16)
def locale(language: str) -> Locale:
    """Babel's locale of one of our language tags."""
    return Locale.parse(language, sep="-")


@dataclass(frozen=True, slots=True)
class _Form:
    """How one currency is written in one language; what Babel's pattern says, taken apart once."""

    before: str
    after: str
    group: str
    point: str
    places: int
    unit: int

    def digits(self, minor: int) -> str:
        if not self.places:
            return f"{minor:,}" if self.group == "," else f"{minor:,}".replace(",", self.group)
        whole, rest = divmod(minor, self.unit)
        grouped = f"{whole:,}" if self.group == "," else f"{whole:,}".replace(",", self.group)
        return f"{grouped}{self.point}{rest:0{self.places}}"


@lru_cache(maxsize=1024)
def _form(currency: str, language: str) -> _Form:
    babel, places, sign = locale(language), exponent(currency), symbol(currency, language)
    pattern, symbols = babel.currency_formats["standard"], babel.number_symbols["latn"]
    before, after = (affix[0].replace("¤", sign) for affix in (pattern.prefix, pattern.suffix))
    # CLDR's currency spacing, which Babel leaves out: a fixed space between a letter and a digit.
    before += "\N{NO-BREAK SPACE}" if before[-1:].isalpha() else ""
    after = ("\N{NO-BREAK SPACE}" if after[:1].isalpha() else "") + after
    return _Form(before, after, symbols["group"], symbols["decimal"], places, 10**places)
