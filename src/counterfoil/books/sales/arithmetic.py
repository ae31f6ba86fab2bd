"""The arithmetic of a document: lines, discounts, shipping, adjustment, tax. Pure: no database, no request, no floats.

A line's amount is rounded half up to the minor unit, and so is its discount, so that what is printed adds up. The
document's discount is spread over the lines by largest remainder, ties by line order. Tax is worked out once per rate
on the sum of what it is charged on (EN 16931, BR-CO-17), or taken out of that sum where prices include it.

Where prices include tax, every figure that a person wrote stays as written: subtotal, discounts and shipping contain
the tax, and the tax is said beside the total. In both cases
    total = subtotal - discount + shipping + adjustment (+ tax, unless it is included)
    total = the bases of all lines + that of shipping + tax + adjustment
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation, Overflow

from django.utils.translation import gettext_lazy as _

from counterfoil.foundation.money import LARGEST, exponent, split
from counterfoil.foundation.refusal import Refused

RATE_PLACES = QUANTITY_PLACES = 6
PERCENT_PLACES = 4
MOST_COMPONENTS = 10

# Wide enough that sums and products of what is let in are exact, and that no quotient is rounded across a tie.
_WIDE = Context(prec=160, traps=[InvalidOperation, Overflow])
_HUNDRED = Decimal(100)
_NOTHING = Decimal(0)


@dataclass(frozen=True)
class Percent:
    """A discount of so many per cent, from 0 to 100, at most 4 decimals."""

    value: Decimal


@dataclass(frozen=True)
class Amount:
    """A discount of so many minor units, not more than what it is taken from."""

    minor: int


Discount = Percent | Amount | None


@dataclass(frozen=True)
class Component:
    """One rate of a tax. A compound one is charged on the base and the components before it."""

    rate_id: int
    name: str
    percent: Decimal
    is_compound: bool = False


@dataclass(frozen=True)
class Tax:
    """What a line is taxed with: one rate, or a group of them under one name. Equal ids mean the same tax."""

    id: int
    name: str
    components: tuple[Component, ...]

    def __post_init__(self) -> None:
        if not 1 <= len(self.components) <= MOST_COMPONENTS:
            raise ValueError(f"a tax has 1 to {MOST_COMPONENTS} components")
        for one in self.components:
            if not one.percent.is_finite() or not 0 <= one.percent <= _HUNDRED or _places(one.percent) > PERCENT_PLACES:
                raise ValueError(f"not a rate of tax: {one.percent}")

    @property
    def percent(self) -> Decimal:
        """All components together, exactly, in per cent of the base."""
        return _sum(self.parts)

    @property
    def parts(self) -> list[Decimal]:
        """What each component comes to, exactly, in per cent of the base."""
        parts: list[Decimal] = []
        for component in self.components:
            on = _WIDE.add(_HUNDRED, _sum(parts)) if component.is_compound else _HUNDRED
            parts.append(_percent(on, component.percent))
        return parts


@dataclass(frozen=True)
class Line:
    """What one line says. Quantity and rate are not negative, at most 6 decimals; the rate is in major units."""

    quantity: Decimal
    rate: Decimal
    discount: Discount = None
    tax: Tax | None = None
    is_counted: bool = True  # False: its amount is shown, but it is no part of the totals


@dataclass(frozen=True)
class Terms:
    """What a document says besides its lines. Shipping (not negative) and adjustment are in minor units."""

    discount: Discount = None
    shipping_minor: int = 0
    shipping_tax: Tax | None = None
    adjustment_minor: int = 0
    is_inclusive: bool = False


@dataclass(frozen=True)
class LineTotal:
    """The figures of one line in minor units: net = gross - discount, and base = net - share without included tax."""

    gross_minor: int
    discount_minor: int
    net_minor: int
    share_minor: int  # of the document's discount
    base_minor: int  # what the line brings in, for reports: never contains tax


@dataclass(frozen=True)
class TaxTotal:
    """One tax over the whole document: what it is charged on, how much it is, and how much of that each component."""

    tax: Tax
    base_minor: int
    tax_minor: int
    component_minors: tuple[int, ...]


@dataclass(frozen=True)
class Totals:
    """The figures of a document in minor units."""

    lines: tuple[LineTotal, ...]
    subtotal_minor: int
    discount_minor: int
    shipping_base_minor: int
    taxes: tuple[TaxTotal, ...]
    tax_minor: int
    total_minor: int

    @property
    def net_minors(self) -> tuple[int, ...]:
        """Of each line, after its own discount, before the document's."""
        return tuple(line.net_minor for line in self.lines)


@dataclass(frozen=True)
class _Charge:
    """An amount that is taxed: a line after all discounts, or the shipping."""

    minor: int
    tax: Tax | None


def total(lines: Sequence[Line], terms: Terms, currency: str) -> Totals:
    """Work out a document.

    Raises Refused: NOT_A_NUMBER, TOO_MANY_DECIMALS, NEGATIVE, DISCOUNT_TOO_LARGE, AMOUNT_TOO_LARGE, NEGATIVE_TOTAL; its
    field is "line-0" and on, "discount_value", "shipping" or "adjustment".
    """
    if terms.shipping_minor < 0:
        raise Refused("NEGATIVE", _("Shipping can't be negative."), field="shipping")
    written = [_amounts(line, currency, f"line-{place}") for place, line in enumerate(lines)]
    nets = [gross - less for gross, less in written]
    counted = [net if line.is_counted else 0 for net, line in zip(nets, lines, strict=True)]
    subtotal = sum(counted)
    discount = _discount(terms.discount, subtotal, "discount_value")
    shares = _spread(discount, counted)
    charges = [
        _Charge(net - share, line.tax if line.is_counted else None)
        for net, share, line in zip(counted, shares, lines, strict=True)
    ]
    charges.append(_Charge(terms.shipping_minor, terms.shipping_tax if terms.shipping_minor else None))
    taxes = _taxes(charges, included=terms.is_inclusive)
    *bases, shipping_base = _bases(charges, taxes)
    tax = sum(one.tax_minor for one in taxes)
    whole = sum(bases) + shipping_base + tax + terms.adjustment_minor
    if whole < 0:
        raise Refused("NEGATIVE_TOTAL", _("The total can't be below zero."), field="adjustment")
    _must_fit(max(whole, subtotal, terms.shipping_minor, abs(terms.adjustment_minor)), None)
    return Totals(
        lines=tuple(
            LineTotal(gross, less, net, share, base)
            for (gross, less), net, share, base in zip(written, nets, shares, bases, strict=True)
        ),
        subtotal_minor=subtotal,
        discount_minor=discount,
        shipping_base_minor=shipping_base,
        taxes=tuple(taxes),
        tax_minor=tax,
        total_minor=whole,
    )


def _amounts(line: Line, currency: str, field: str) -> tuple[int, int]:
    """A line's amount and its own discount."""
    for number, places in ((line.quantity, QUANTITY_PLACES), (line.rate, RATE_PLACES)):
        _must_be_number(number, places, field)
        if number < 0:
            raise Refused("NEGATIVE", _("Quantities and rates can't be negative."), field=field)
        _must_fit(number, field)
    gross = _rounded(_WIDE.multiply(line.quantity, line.rate).scaleb(exponent(currency), _WIDE))
    _must_fit(gross, field)
    return gross, _discount(line.discount, gross, field)


def _discount(discount: Discount, of_minor: int, field: str) -> int:
    if discount is None:
        return 0
    value = discount.value if isinstance(discount, Percent) else Decimal(discount.minor)
    _must_be_number(value, PERCENT_PLACES, field)
    if value < 0:
        raise Refused("NEGATIVE", _("A discount can't be negative."), field=field)
    if isinstance(discount, Amount):
        if discount.minor > of_minor:
            raise Refused("DISCOUNT_TOO_LARGE", _("The discount is more than what it is taken from."), field=field)
        return discount.minor
    if value > _HUNDRED:
        raise Refused("DISCOUNT_TOO_LARGE", _("A discount can't be more than 100 per cent."), field=field)
    return _rounded(_percent(Decimal(of_minor), value))


def _taxes(charges: Iterable[_Charge], *, included: bool) -> list[TaxTotal]:
    """Each tax once, in the order in which the lines name them, then that of shipping."""
    sums: dict[Tax, int] = {}
    for charge in charges:
        if charge.tax is not None:
            sums[charge.tax] = sums.get(charge.tax, 0) + charge.minor
    if len({tax.id for tax in sums}) < len(sums):
        raise ValueError("two different taxes have the same id")
    return [_tax_total(tax, minor, included=included) for tax, minor in sums.items()]


def _tax_total(tax: Tax, minor: int, *, included: bool) -> TaxTotal:
    """The tax is rounded once, and split over its components so that they add up to it."""
    exact = _percent(Decimal(minor), tax.percent)
    if included:
        exact = _WIDE.divide(_WIDE.multiply(exact, _HUNDRED), _WIDE.add(_HUNDRED, tax.percent))
    tax_minor = _rounded(exact)
    base = minor - tax_minor if included else minor
    return TaxTotal(tax, base, tax_minor, tuple(_spread(tax_minor, tax.parts)))


def _bases(charges: Sequence[_Charge], taxes: Sequence[TaxTotal]) -> list[int]:
    """Each charge without the tax that it contains; those of one tax add up to its base."""
    bases = [charge.minor for charge in charges]
    for one in taxes:
        places = [place for place, charge in enumerate(charges) if charge.tax == one.tax]
        shares = _spread(one.base_minor, [charges[place].minor for place in places])
        for place, share in zip(places, shares, strict=True):
            bases[place] = share
    return bases


def _spread(minor: int, weights: Sequence[int | Decimal]) -> list[int]:
    return split(minor, weights) if minor else [0] * len(weights)


def _must_be_number(number: Decimal, places: int, field: str) -> None:
    if not number.is_finite():
        raise Refused("NOT_A_NUMBER", _("Enter a number."), field=field)
    if _places(number) > places:
        raise Refused("TOO_MANY_DECIMALS", _("That has more decimals than can be kept. Take some off."), field=field)


def _must_fit(size: Decimal | int, field: str | None) -> None:
    if size > LARGEST:
        raise Refused("AMOUNT_TOO_LARGE", _("That is more than can be kept on one document."), field=field)


def _places(number: Decimal) -> int:
    """How many decimals a finite number really has, whatever noughts are written behind them."""
    under = number.as_tuple().exponent
    if not isinstance(under, int) or under >= 0:
        return 0
    digits = "".join(map(str, number.as_tuple().digits))
    return max(0, -under - (len(digits) - len(digits.rstrip("0")))) if number else 0


def _percent(of: Decimal, percent: Decimal) -> Decimal:
    return _WIDE.divide(_WIDE.multiply(of, percent), _HUNDRED)


def _sum(numbers: Iterable[Decimal]) -> Decimal:
    whole = _NOTHING
    for number in numbers:
        whole = _WIDE.add(whole, number)
    return whole


def _rounded(value: Decimal) -> int:
    return int(value.to_integral_value(ROUND_HALF_UP, _WIDE))
