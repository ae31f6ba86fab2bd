"""The figures of a document as EN 16931 has them: without tax, by category of tax, adding up to the last unit.

They come from the snapshot alone. Where prices include tax, each amount is taken without it, and what rounding leaves
over falls on the lines, by largest remainder: the bases and taxes that were printed stay as they are.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from counterfoil.foundation.money import exponent, split

Snapshot = Mapping[str, Any]

STANDARD, ZERO, EXEMPT = "S", "Z", "E"
PRICE_PLACES = 10
_HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Category:
    """How something is taxed: at a rate, at none, or not at all. The rate is in per cent."""

    code: str
    percent: Decimal = Decimal(0)


UNTAXED = Category(EXEMPT)


@dataclass(frozen=True)
class LineSum:
    """A line: the price of one in major units, and in minor units its discount and what it comes to, without tax."""

    category: Category
    price: Decimal
    discount_minor: int
    net_minor: int


@dataclass(frozen=True)
class Extra:
    """What is taken off the whole document or added, without tax: `what` is "discount", "shipping", "adjustment"."""

    what: str
    category: Category
    minor: int  # what is taken off is positive too
    is_charge: bool


@dataclass(frozen=True)
class TaxSum:
    """What is taxed in one way, and with how much."""

    category: Category
    base_minor: int
    tax_minor: int


@dataclass(frozen=True)
class Sums:
    """All of it, in minor units."""

    lines: tuple[LineSum, ...]
    extras: tuple[Extra, ...]
    taxes: tuple[TaxSum, ...]

    @property
    def lines_minor(self) -> int:
        return sum(line.net_minor for line in self.lines)

    @property
    def charges_minor(self) -> int:
        return sum(one.minor for one in self.extras if one.is_charge)

    @property
    def allowances_minor(self) -> int:
        return sum(one.minor for one in self.extras if not one.is_charge)

    @property
    def base_minor(self) -> int:
        return self.lines_minor - self.allowances_minor + self.charges_minor

    @property
    def tax_minor(self) -> int:
        return sum(one.tax_minor for one in self.taxes)

    @property
    def total_minor(self) -> int:
        return self.base_minor + self.tax_minor


@dataclass
class _Group:
    """What one tax of the snapshot is charged on, as it was printed: with tax where prices include it."""

    percent: Decimal
    category: Category
    nets: dict[int, int]  # of its lines, by their place
    shipping_minor: int
    base_minor: int
    tax_minor: int
    is_inclusive: bool

    @property
    def share_minor(self) -> int:
        """Of the document's discount."""
        charged = self.base_minor + (self.tax_minor if self.is_inclusive else 0)
        return sum(self.nets.values()) + self.shipping_minor - charged

    def without_tax(self, minor: int) -> int:
        if not self.is_inclusive:
            return minor
        return minor - int((minor * self.percent / (_HUNDRED + self.percent)).to_integral_value(ROUND_HALF_UP))


def sums_of(snapshot: Snapshot) -> Sums:
    """The figures of an issued invoice or credit note."""
    groups = _groups(snapshot)
    lines: dict[int, LineSum] = {}
    extras: list[Extra] = []
    for group in groups:
        discount, shipping = group.without_tax(group.share_minor), group.without_tax(group.shipping_minor)
        left = group.base_minor + discount - shipping
        if left < 0:  # of next to nothing, a unit too much
            shipping, left = shipping + left, 0
        extras += [Extra("discount", group.category, discount, is_charge=False)] if discount else []
        extras += [Extra("shipping", group.category, shipping, is_charge=True)] if shipping else []
        lines |= _lines(snapshot, group, left)
    if adjustment := snapshot["adjustment_minor"]:
        extras.append(Extra("adjustment", UNTAXED, abs(adjustment), is_charge=adjustment > 0))
    ordered = tuple(lines[place] for place in sorted(lines))
    merged = _merged(extras)
    return Sums(ordered, merged, _taxes(groups, ordered, merged))


def is_exact(sums: Sums, snapshot: Snapshot) -> bool:
    """Whether the standard can say these figures: their sum is the total, and each tax is its rate, within a unit."""
    places = exponent(snapshot["currency"])
    if places > 2 or sums.total_minor != snapshot["total_minor"]:
        return False
    return all(_is_its_rate(one, Decimal(one.tax_minor).scaleb(-places), places) for one in sums.taxes)


def _is_its_rate(one: TaxSum, tax: Decimal, places: int) -> bool:
    exactly = Decimal(one.base_minor).scaleb(-places) * one.category.percent / _HUNDRED
    if one.category.percent < Decimal("0.5"):  # which the rules round to nothing
        return abs(tax) < Decimal("0.5")
    return abs(tax - exactly) < Decimal("0.99")


def _groups(snapshot: Snapshot) -> list[_Group]:
    """The taxes of the snapshot, and at last what isn't taxed."""
    of_lines = [line.get("tax_id") for line in snapshot["lines"]]
    taxes = {tax["id"]: tax for tax in snapshot["taxes"]}
    shipping_tax = snapshot.get("shipping_tax_id")
    inclusive = snapshot["is_inclusive"]

    def nets(is_here: Any) -> dict[int, int]:
        return {place: line["net_minor"] for place, line in enumerate(snapshot["lines"]) if is_here(of_lines[place])}

    groups = [
        _Group(
            percent=Decimal(tax["percent"]),
            category=_category(Decimal(tax["percent"])),
            nets=nets(lambda tax_id, here=key: tax_id == here),
            shipping_minor=snapshot["shipping_minor"] if shipping_tax == key else 0,
            base_minor=tax["base_minor"],
            tax_minor=tax["tax_minor"],
            is_inclusive=inclusive,
        )
        for key, tax in taxes.items()
    ]
    untaxed = nets(lambda tax_id: tax_id not in taxes)
    shipping = 0 if shipping_tax in taxes else snapshot["shipping_minor"]
    discount = snapshot["discount_minor"] - sum(group.share_minor for group in groups)
    base = sum(untaxed.values()) + shipping - discount
    if untaxed or shipping:
        groups.append(_Group(Decimal(0), UNTAXED, untaxed, shipping, base, 0, is_inclusive=inclusive))
    return groups


def _category(percent: Decimal) -> Category:
    return Category(STANDARD, percent.normalize()) if percent else Category(ZERO)


def _lines(snapshot: Snapshot, group: _Group, minor: int) -> dict[int, LineSum]:
    """The lines of one tax, which come to so much together."""
    nets = list(group.nets.values())
    shares = nets if not group.is_inclusive else split(minor, nets) if any(nets) else [0] * len(nets)
    found = {}
    for place, share in zip(group.nets, shares, strict=True):
        line = snapshot["lines"][place]
        quantity, rate = Decimal(line["quantity"]), Decimal(line["rate"])
        places = exponent(snapshot["currency"])
        gross = int((quantity * rate).scaleb(places).to_integral_value(ROUND_HALF_UP))
        discount = group.without_tax(gross - line["net_minor"])
        price = rate
        if group.is_inclusive:
            whole = Decimal(share + discount).scaleb(-places)
            price = whole / quantity if quantity else rate * _HUNDRED / (_HUNDRED + group.percent)
            price = price.quantize(Decimal(1).scaleb(-PRICE_PLACES), ROUND_HALF_UP)
        found[place] = LineSum(group.category, price, discount, share)
    return found


def _merged(extras: Sequence[Extra]) -> tuple[Extra, ...]:
    """Two taxes of the same rate are one to the standard."""
    minors: dict[tuple[str, Category, bool], int] = defaultdict(int)
    for one in extras:
        minors[one.what, one.category, one.is_charge] += one.minor
    return tuple(Extra(what, category, minor, is_charge) for (what, category, is_charge), minor in minors.items())


def _taxes(groups: Sequence[_Group], lines: Sequence[LineSum], extras: Sequence[Extra]) -> tuple[TaxSum, ...]:
    """Each category once, with the base that its lines and extras come to."""
    bases: dict[Category, int] = defaultdict(int)
    for line in lines:
        bases[line.category] += line.net_minor
    for one in extras:
        bases[one.category] += one.minor if one.is_charge else -one.minor
    taxes: dict[Category, int] = defaultdict(int)
    for group in groups:
        taxes[group.category] += group.tax_minor
    return tuple(TaxSum(category, base, taxes[category]) for category, base in bases.items())
