"""From what a person wrote into a document to its totals: looks up the taxes and lets `arithmetic` do the sums."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from django.utils.translation import gettext_lazy as _

from counterfoil.books.customers.models import Customer
from counterfoil.books.organizations.models import TaxRate
from counterfoil.foundation.money import Money, MoneyError
from counterfoil.foundation.refusal import Refused

from . import arithmetic
from .arithmetic import Amount, Component, Discount, Percent, Tax


@dataclass(frozen=True)
class LineContent:
    """One line as a person writes it. The rate and an amount of discount are in major units."""

    name: str
    quantity: Decimal
    rate: Decimal
    description: str = ""
    unit: str = ""
    discount_kind: str = ""
    discount_value: Decimal = Decimal(0)
    tax_rate_id: int | None = None
    item_id: int | None = None

    @property
    def is_counted(self) -> bool:
        """Whether it is part of the totals."""
        return True

    def fields(self) -> dict[str, Any]:
        """As the columns of a line's row."""
        return dict(vars(self))


class Priceable(Protocol):
    """Anything with lines and terms, such as what is written into an invoice."""

    @property
    def lines(self) -> Sequence[LineContent]: ...
    @property
    def discount_kind(self) -> str: ...
    @property
    def discount_value(self) -> Decimal: ...
    @property
    def shipping_minor(self) -> int: ...
    @property
    def shipping_tax_rate_id(self) -> int | None: ...
    @property
    def adjustment_minor(self) -> int: ...
    @property
    def is_inclusive(self) -> bool: ...


@dataclass(frozen=True)
class Priced:
    """The totals as a document's columns keep them; `nets` has one amount for each line."""

    nets: tuple[int, ...]
    subtotal_minor: int
    discount_minor: int
    taxes: list[dict[str, Any]]
    tax_minor: int
    total_minor: int


def price(content: Priceable, *, customer: Customer) -> Priced:
    """Work out the totals for a customer; nobody who is exempt is charged tax, and their price stays as it was written.

    Raises Refused: UNKNOWN_TAX, TOO_MANY_DECIMALS, and what the arithmetic refuses.
    """
    taxes = _taxes(content, customer.organization_id)
    return price_with(content, {} if customer.is_tax_exempt else taxes, customer.currency)


def price_with(content: Priceable, taxes: Mapping[int | None, Tax], currency: str) -> Priced:
    """The totals in a currency, with these taxes by the ids of their rates. Reads nothing.

    Raises Refused: TOO_MANY_DECIMALS, and what the arithmetic refuses.
    """
    lines = [
        arithmetic.Line(
            quantity=line.quantity,
            rate=line.rate,
            discount=_discount(line.discount_kind, line.discount_value, currency, f"line-{place}"),
            tax=taxes.get(line.tax_rate_id),
            is_counted=line.is_counted,
        )
        for place, line in enumerate(content.lines)
    ]
    terms = arithmetic.Terms(
        discount=_discount(content.discount_kind, content.discount_value, currency, "discount_value"),
        shipping_minor=content.shipping_minor,
        shipping_tax=taxes.get(content.shipping_tax_rate_id),
        adjustment_minor=content.adjustment_minor,
        is_inclusive=content.is_inclusive,
    )
    totals = arithmetic.total(lines, terms, currency)
    return Priced(
        nets=totals.net_minors,
        subtotal_minor=totals.subtotal_minor,
        discount_minor=totals.discount_minor,
        taxes=[_as_kept(one) for one in totals.taxes],
        tax_minor=totals.tax_minor,
        total_minor=totals.total_minor,
    )


def _taxes(content: Priceable, organization_id: int) -> dict[int | None, Tax]:
    named = [*(line.tax_rate_id for line in content.lines), content.shipping_tax_rate_id]
    wanted = {rate_id for rate_id in named if rate_id is not None}
    rates = TaxRate.objects.filter(organization_id=organization_id, id__in=wanted)
    taxes: dict[int | None, Tax] = {rate.id: tax_of(rate) for rate in rates.prefetch_related("components__rate")}
    if wanted - taxes.keys():
        raise Refused("UNKNOWN_TAX", _("Choose one of your tax rates."), field="lines")
    return taxes


def tax_of(rate: TaxRate) -> Tax:
    """A rate, or a group with its components, as the arithmetic takes it."""
    if not rate.is_group:
        return Tax(rate.id, rate.name, (Component(rate.id, rate.name, rate.percent),))
    return Tax(rate.id, rate.name, tuple(_components(rate)))


def _components(group: TaxRate) -> Iterable[Component]:
    for part in group.components.all():
        yield Component(part.rate_id, part.rate.name, part.rate.percent, part.is_compound)


def _discount(kind: str, value: Decimal, currency: str, field: str) -> Discount:
    if kind == "percent":
        return Percent(value)
    if kind == "amount":
        try:
            return Amount(Money.of(value, currency).minor)
        except MoneyError as error:
            raise Refused("TOO_MANY_DECIMALS", _("Use no more decimals than the currency has."), field=field) from error
    return None


def _as_kept(one: arithmetic.TaxTotal) -> dict[str, Any]:
    return {
        "id": one.tax.id,
        "name": one.tax.name,
        "percent": f"{one.tax.percent.normalize():f}",
        "base_minor": one.base_minor,
        "tax_minor": one.tax_minor,
        "components": [
            {"rate_id": part.rate_id, "name": part.name, "percent": str(part.percent), "tax_minor": minor}
            for part, minor in zip(one.tax.components, one.component_minors, strict=True)
        ],
    }
