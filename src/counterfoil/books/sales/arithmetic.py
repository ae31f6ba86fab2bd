"""The arithmetic of a document: lines, discounts, shipping, adjustment, tax. Pure: no database, no request, no floats.

A line's amount is rounded, half up, and so is its discount, so that what is printed adds up. The document's discount is
spread over the lines by largest remainder, ties by line order. Tax is worked out once per rate on the sum of what it is
charged on (EN 16931, BR-CO-17), or taken out of that sum where prices include it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal

from django.utils.translation import gettext_lazy as _

from counterfoil.foundation.money import LARGEST, exponent, split
from counterfoil.foundation.refusal import Refused

# Enough digits that products of what the database can hold are exact, and that a quotient is rounded on the right side.
EXACT = Context(prec=80)
HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Percent:
    """A discount of so many per cent, from 0 to 100."""

    value: Decimal


@dataclass(frozen=True)
class Amount:
    """A discount of so many minor units."""

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
    """What a line is taxed with: one rate, or a group of them under one name."""

    id: int
    name: str
    components: tuple[Component, ...]

    @property
    def percent(self) -> Decimal:
        """All components together, exactly, on the base."""
        return sum(self.parts, Decimal(0))

    @property
    def parts(self) -> list[Decimal]:
        """What each component comes to in per cent of the base."""
        parts: list[Decimal] = []
        for component in self.components:
            base = EXACT.add(HUNDRED, sum(parts, Decimal(0))) if component.is_compound else HUNDRED
            parts.append(EXACT.divide(EXACT.multiply(base, component.percent), HUNDRED))
        return parts


@dataclass(frozen=True)
class Line:
    """What one line says. Quantity and rate are not negative; the rate is in major units."""

    quantity: Decimal
    rate: Decimal
    discount: Discount = None
    tax: Tax | None = None


@dataclass(frozen=True)
class Terms:
    """What a document says besides its lines. Shipping and adjustment are in minor units."""

    discount: Discount = None
    shipping_minor: int = 0
    shipping_tax: Tax | None = None
    adjustment_minor: int = 0
    is_inclusive: bool = False


@dataclass(frozen=True)
class TaxTotal:
    """One tax over the whole document: what it is charged on, how much it is, and how much of that each component."""

    tax: Tax
    base_minor: int
    tax_minor: int
    component_minors: tuple[int, ...]


@dataclass(frozen=True)
class Totals:
    """The figures of a document in minor units: total = subtotal - discount + tax, unless included, + shipping + adjustment."""

    net_minors: tuple[int, ...]  # of each line, after its own discount, before the document's
    share_minors: tuple[int, ...]  # of each line in the document's discount
    subtotal_minor: int
    discount_minor: int
    taxes: tuple[TaxTotal, ...]
    tax_minor: int
    total_minor: int


def total(lines: Sequence[Line], terms: Terms, currency: str) -> Totals:
    """Work out a document. Raises Refused: NEGATIVE, DISCOUNT_TOO_LARGE, AMOUNT_TOO_LARGE, NEGATIVE_TOTAL."""
    nets = [_net(line, currency, place) for place, line in enumerate(lines)]
    subtotal = sum(nets)
    discount = _discount(terms.discount, subtotal, field="discount_value")
    shares = split(discount, nets) if discount else [0] * len(nets)
    taxes = _taxes(lines, [net - share for net, share in zip(nets, shares, strict=True)], terms)
    tax = sum(one.tax_minor for one in taxes)
    whole = subtotal - discount + (0 if terms.is_inclusive else tax) + terms.shipping_minor + terms.adjustment_minor
    if terms.shipping_minor < 0:
        raise Refused("NEGATIVE", _("Shipping can't be negative."), field="shipping")
    if whole < 0:
        raise Refused("NEGATIVE_TOTAL", _("The total can't be below zero."), field="adjustment")
    if max(whole, subtotal) > LARGEST:
        raise Refused("AMOUNT_TOO_LARGE", _("That is more than can be kept on one document."))
    return Totals(tuple(nets), tuple(shares), subtotal, discount, tuple(taxes), tax, whole)


def _net(line: Line, currency: str, place: int) -> int:
    if line.quantity < 0 or line.rate < 0:
        raise Refused("NEGATIVE", _("Quantities and rates can't be negative."), field=f"line-{place}")
    gross = _rounded(EXACT.multiply(line.quantity, line.rate).scaleb(exponent(currency), EXACT))
    return gross - _discount(line.discount, gross, field=f"line-{place}")


def _discount(discount: Discount, of_minor: int, *, field: str) -> int:
    if discount is None:
        return 0
    if isinstance(discount, Percent):
        if not 0 <= discount.value <= HUNDRED:
            raise Refused("DISCOUNT_TOO_LARGE", _("A discount is from 0 to 100 per cent."), field=field)
        return _rounded(EXACT.divide(EXACT.multiply(Decimal(of_minor), discount.value), HUNDRED))
    if not 0 <= discount.minor <= of_minor:
        raise Refused("DISCOUNT_TOO_LARGE", _("The discount is more than what it is taken from."), field=field)
    return discount.minor


def _taxes(lines: Sequence[Line], charged: Sequence[int], terms: Terms) -> list[TaxTotal]:
    """Each tax once, in the order in which the lines name them, then that of shipping."""
    sums: dict[int, int] = {}
    kinds: dict[int, Tax] = {}
    amounts = [(line.tax, minor) for line, minor in zip(lines, charged, strict=True)]
    for tax, minor in [*amounts, (terms.shipping_tax if terms.shipping_minor else None, terms.shipping_minor)]:
        if tax is not None:
            kinds.setdefault(tax.id, tax)
            sums[tax.id] = sums.get(tax.id, 0) + minor
    return [_tax_total(kinds[key], minor, terms.is_inclusive) for key, minor in sums.items()]


def _tax_total(tax: Tax, minor: int, is_inclusive: bool) -> TaxTotal:
    over = EXACT.add(HUNDRED, tax.percent) if is_inclusive else HUNDRED
    tax_minor = _rounded(EXACT.divide(EXACT.multiply(Decimal(minor), tax.percent), over))
    base = minor - tax_minor if is_inclusive else minor
    parts = split(tax_minor, tax.parts) if tax_minor else [0] * len(tax.components)
    return TaxTotal(tax, base, tax_minor, tuple(parts))


def _rounded(value: Decimal) -> int:
    return int(value.to_integral_value(ROUND_HALF_UP, EXACT))
