"""The sums of a document: by hand, and against an oracle that was written from the rules alone, in fractions."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from counterfoil.books.sales.arithmetic import (
    MOST_COMPONENTS,
    Amount,
    Component,
    Discount,
    Line,
    Percent,
    Tax,
    Terms,
    Totals,
    total,
)
from counterfoil.foundation.refusal import Refused

PLACES = {"JPY": 0, "GBP": 2, "KWD": 3}


def rate(percent: str, *, key: int = 1, name: str = "VAT") -> Tax:
    return Tax(key, name, (Component(key, name, Decimal(percent)),))


def line(quantity: str, price: str, *, discount: Discount = None, tax: Tax | None = None) -> Line:
    return Line(Decimal(quantity), Decimal(price), discount, tax)


VAT = rate("20")
FOOD = rate("5", key=2, name="Food")
NONE = rate("0", key=3, name="Zero-rated")
GST = Tax(4, "GST", (Component(41, "Central", Decimal("2.5")), Component(42, "State", Decimal("2.5"))))
QUEBEC = Tax(5, "Quebec", (Component(51, "GST", Decimal(5)), Component(52, "QST", Decimal("9.5"), is_compound=True)))


# By hand.


def test_two_lines_and_their_tax() -> None:
    totals = total([line("3", "19.99", tax=VAT), line("1.5", "80", tax=VAT)], Terms(), "GBP")
    assert totals.net_minors == (5997, 12000)
    assert totals.subtotal_minor == 17997
    assert (totals.taxes[0].base_minor, totals.taxes[0].tax_minor) == (17997, 3599)  # 3599.4
    assert totals.total_minor == 21596


def test_tax_is_rounded_once_on_the_sum_and_not_on_every_line() -> None:
    # Each line alone would come to 0.025 and round up to 0.03.
    totals = total([line("1", "0.50", tax=FOOD)] * 4, Terms(), "GBP")
    assert totals.tax_minor == 10
    assert total([line("1", "0.50", tax=FOOD)], Terms(), "GBP").tax_minor == 3


def test_each_rate_stands_once_in_the_order_of_the_lines_and_a_rate_of_nothing_too() -> None:
    lines = [line("1", "10", tax=FOOD), line("1", "20", tax=VAT), line("1", "30", tax=FOOD), line("1", "5", tax=NONE)]
    totals = total([*lines, line("1", "7")], Terms(), "GBP")
    assert [(one.tax.name, one.base_minor, one.tax_minor) for one in totals.taxes] == [
        ("Food", 4000, 200),
        ("VAT", 2000, 400),
        ("Zero-rated", 500, 0),
    ]
    assert totals.total_minor == 7200 + 600


def test_a_line_is_rounded_half_up_and_so_is_its_discount() -> None:
    totals = total([line("1", "0.125"), line("1", "0.25", discount=Percent(Decimal(50)))], Terms(), "GBP")
    assert [(one.gross_minor, one.discount_minor, one.net_minor) for one in totals.lines] == [(13, 0, 13), (25, 13, 12)]


def test_a_discount_on_the_document_is_spread_to_the_penny_and_ties_go_to_the_earlier_line() -> None:
    totals = total([line("1", "10")] * 3, Terms(discount=Amount(100)), "GBP")
    assert [one.share_minor for one in totals.lines] == [34, 33, 33]
    assert (totals.subtotal_minor, totals.discount_minor, totals.total_minor) == (3000, 100, 2900)


def test_tax_is_charged_on_what_is_left_after_both_discounts() -> None:
    lines = [line("2", "50", discount=Percent(Decimal(10)), tax=VAT), line("1", "10", tax=FOOD)]
    totals = total(lines, Terms(discount=Percent(Decimal(10))), "GBP")
    assert totals.discount_minor == 1000
    assert [(one.base_minor, one.tax_minor) for one in totals.taxes] == [(8100, 1620), (900, 45)]
    assert totals.total_minor == 9000 + 1665


def test_prices_that_include_tax_stay_as_written_and_the_tax_is_taken_out_of_their_sum() -> None:
    lines = [line("1", "60", tax=VAT), line("1", "59.99", tax=VAT)]
    totals = total(lines, Terms(is_inclusive=True), "GBP")
    assert (totals.subtotal_minor, totals.total_minor) == (11999, 11999)
    assert (totals.taxes[0].base_minor, totals.taxes[0].tax_minor) == (9999, 2000)  # 1999.83
    assert [one.base_minor for one in totals.lines] == [5000, 4999]


def test_a_discount_on_prices_that_include_tax_lowers_the_tax_too() -> None:
    totals = total([line("1", "120", tax=VAT)], Terms(discount=Percent(Decimal(50)), is_inclusive=True), "GBP")
    assert (totals.subtotal_minor, totals.discount_minor, totals.total_minor) == (12000, 6000, 6000)
    assert (totals.taxes[0].base_minor, totals.taxes[0].tax_minor) == (5000, 1000)


def test_who_is_exempt_pays_the_price_that_was_written() -> None:
    # Nobody's tax is taken out of a price that contains none.
    assert total([line("1", "120")], Terms(is_inclusive=True), "GBP").total_minor == 12000
    assert total([line("1", "120")], Terms(), "GBP").total_minor == 12000


def test_the_parts_of_a_group_add_up_to_its_tax() -> None:
    totals = total([line("1", "1.50", tax=GST)], Terms(), "GBP")
    assert totals.taxes[0].tax_minor == 8  # 7.5: each part alone is 3.75
    assert totals.taxes[0].component_minors == (4, 4)
    odd = total([line("1", "1.40", tax=GST)], Terms(), "GBP")
    assert (odd.taxes[0].tax_minor, odd.taxes[0].component_minors) == (7, (4, 3))


def test_a_compound_rate_is_charged_on_the_base_and_the_rates_before_it() -> None:
    totals = total([line("1", "100", tax=QUEBEC)], Terms(), "GBP")
    assert QUEBEC.percent == Decimal("14.975")
    assert totals.taxes[0].component_minors == (500, 998)  # 5.00 and 9.975
    assert totals.taxes[0].tax_minor == 1498  # 14.975


def test_a_compound_rate_is_taken_out_whole() -> None:
    totals = total([line("1", "114.98", tax=QUEBEC)], Terms(is_inclusive=True), "GBP")
    assert (totals.taxes[0].base_minor, totals.taxes[0].component_minors) == (10000, (500, 998))


def test_many_compound_rates_are_exact() -> None:
    percent = Decimal("99.9999")
    tax = Tax(9, "Tower", tuple(Component(place, "Floor", percent, True) for place in range(MOST_COMPONENTS)))
    exact = ((1 + Fraction(percent) / 100) ** MOST_COMPONENTS - 1) * 100
    assert Fraction(tax.percent) == exact


def test_shipping_is_taxed_with_the_lines_of_its_rate() -> None:
    terms = Terms(shipping_minor=499, shipping_tax=VAT, adjustment_minor=-1)
    totals = total([line("1", "10", tax=VAT)], terms, "GBP")
    assert (totals.taxes[0].base_minor, totals.tax_minor) == (1499, 300)
    assert (totals.subtotal_minor, totals.shipping_base_minor, totals.total_minor) == (1000, 499, 1798)
    included = total([line("1", "10", tax=VAT)], replace(terms, is_inclusive=True), "GBP")
    assert (included.taxes[0].base_minor, included.tax_minor, included.total_minor) == (1249, 250, 1498)
    assert (included.lines[0].base_minor, included.shipping_base_minor) == (833, 416)


def test_shipping_that_costs_nothing_names_no_tax() -> None:
    assert total([line("1", "10")], Terms(shipping_tax=VAT), "GBP").taxes == ()


def test_an_adjustment_is_not_taxed_and_may_take_away() -> None:
    totals = total([line("1", "10.03", tax=VAT)], Terms(adjustment_minor=-4), "GBP")
    assert (totals.tax_minor, totals.total_minor) == (201, 1200)


@pytest.mark.parametrize(("currency", "net", "tax"), [("JPY", 1000, 100), ("GBP", 99950, 9995), ("KWD", 999500, 99950)])
def test_currencies_with_no_two_and_three_decimals(currency: str, net: int, tax: int) -> None:
    totals = total([line("1", "999.5", tax=rate("10"))], Terms(), currency)
    assert (totals.subtotal_minor, totals.tax_minor) == (net, tax)


def test_a_document_of_nothing() -> None:
    assert total([], Terms(), "GBP").total_minor == 0
    free = total([line("1", "0", tax=VAT)], Terms(discount=Percent(Decimal(10))), "GBP")
    assert (free.total_minor, free.lines[0].base_minor) == (0, 0)


@pytest.mark.parametrize(
    ("code", "field", "lines", "terms"),
    [
        ("NEGATIVE", "line-1", [line("1", "1"), line("-1", "1")], Terms()),
        ("NEGATIVE", "line-0", [line("1", "-0.01")], Terms()),
        ("NEGATIVE", "line-0", [line("1", "1", discount=Amount(-1))], Terms()),
        ("NEGATIVE", "line-0", [line("1", "1", discount=Percent(Decimal("-0.5")))], Terms()),
        ("NEGATIVE", "shipping", [line("1", "1")], Terms(shipping_minor=-1)),
        ("NOT_A_NUMBER", "line-0", [line("NaN", "1")], Terms()),
        ("NOT_A_NUMBER", "line-0", [line("1", "sNaN")], Terms()),
        ("NOT_A_NUMBER", "line-0", [line("Infinity", "1")], Terms()),
        ("NOT_A_NUMBER", "discount_value", [line("1", "1")], Terms(discount=Percent(Decimal("NaN")))),
        ("TOO_MANY_DECIMALS", "line-0", [line("1.0000001", "1")], Terms()),
        ("TOO_MANY_DECIMALS", "line-0", [line("1", "0.0000001")], Terms()),
        ("TOO_MANY_DECIMALS", "discount_value", [line("1", "1")], Terms(discount=Percent(Decimal("0.00001")))),
        ("DISCOUNT_TOO_LARGE", "line-0", [line("1", "1", discount=Amount(101))], Terms()),
        ("DISCOUNT_TOO_LARGE", "line-0", [line("1", "1", discount=Percent(Decimal("100.0001")))], Terms()),
        ("DISCOUNT_TOO_LARGE", "discount_value", [line("1", "1")], Terms(discount=Amount(101))),
        ("NEGATIVE_TOTAL", "adjustment", [line("1", "1")], Terms(adjustment_minor=-101)),
        ("AMOUNT_TOO_LARGE", "line-0", [line("1000000", "1000000")], Terms()),
        ("AMOUNT_TOO_LARGE", "line-0", [line("1e40", "1")], Terms()),
        ("AMOUNT_TOO_LARGE", "line-0", [line("1e999999", "1e999999")], Terms()),
        ("AMOUNT_TOO_LARGE", None, [line("1", "99999999999")] * 2, Terms()),
        ("AMOUNT_TOO_LARGE", None, [line("1", "1")], Terms(adjustment_minor=10**13)),
        ("AMOUNT_TOO_LARGE", None, [line("1", "1")], Terms(shipping_minor=10**13 + 1, adjustment_minor=-(10**13))),
    ],
)
def test_what_makes_no_sense_is_refused(code: str, field: str | None, lines: list[Line], terms: Terms) -> None:
    with pytest.raises(Refused) as refusal:
        total(lines, terms, "GBP")
    assert (refusal.value.code, refusal.value.field) == (code, field)


def test_what_the_database_pads_with_noughts_is_not_too_exact() -> None:
    padded = line("2.000000", "1.500000", discount=Percent(Decimal("10.000000")))
    assert total([padded], Terms(), "GBP").total_minor == 270


def test_the_largest_document_there_can_be() -> None:
    assert total([line("1", "100000000000")], Terms(), "GBP").total_minor == 10**13


def test_one_id_means_one_tax() -> None:
    with pytest.raises(ValueError, match="same id"):
        total([line("1", "1", tax=VAT), line("1", "1", tax=rate("21"))], Terms(), "GBP")


@pytest.mark.parametrize("percent", ["-1", "100.0001", "NaN", "1.00001"])
def test_a_tax_has_a_sensible_rate(percent: str) -> None:
    with pytest.raises(ValueError, match="rate of tax"):
        rate(percent)


# Against the oracle. It knows the rules and nothing of the module: fractions, one step after the other.


def half_up(value: Fraction) -> int:
    return floor(value + Fraction(1, 2))


def taken_off(discount: Any, amount: int) -> int:
    if discount is None:
        return 0
    return discount.minor if isinstance(discount, Amount) else half_up(amount * Fraction(discount.value) / 100)


def largest_remainder(whole: int, weights: list[Fraction]) -> list[int]:
    """Give everybody the floor of their share, then one more each to those who miss most, the first of equals first."""
    if not sum(weights):
        return [0] * len(weights)
    exact = [whole * weight / sum(weights) for weight in weights]
    given = [floor(share) for share in exact]
    while sum(given) < whole:
        missing = [share - so_far for share, so_far in zip(exact, given, strict=True)]
        given[missing.index(max(missing))] += 1
    return given


def of_one(tax: Tax) -> list[Fraction]:
    """What each component takes of a base of one."""
    taken: list[Fraction] = []
    for component in tax.components:
        on = 1 + sum(taken) if component.is_compound else Fraction(1)
        taken.append(on * Fraction(component.percent) / 100)
    return taken


def oracle(lines: list[Line], terms: Terms, currency: str) -> dict[str, Any]:
    minor = 10 ** PLACES[currency]
    gross = [half_up(Fraction(one.quantity) * Fraction(one.rate) * minor) for one in lines]
    nets = [amount - taken_off(one.discount, amount) for one, amount in zip(lines, gross, strict=True)]
    discount = taken_off(terms.discount, sum(nets))
    shares = largest_remainder(discount, [Fraction(net) for net in nets])

    taxed: list[tuple[Tax | None, int]] = [
        (one.tax, net - share) for one, net, share in zip(lines, nets, shares, strict=True)
    ]
    taxed.append((terms.shipping_tax if terms.shipping_minor else None, terms.shipping_minor))
    order = list(dict.fromkeys(tax.id for tax, _ in taxed if tax))
    by_id = {tax.id: tax for tax, _ in taxed if tax}
    taxes, bases = [], {place: amount for place, (tax, amount) in enumerate(taxed)}
    for key in order:
        places = [place for place, (tax, _) in enumerate(taxed) if tax and tax.id == key]
        whole, parts = sum(taxed[place][1] for place in places), of_one(by_id[key])
        share = sum(parts) / (1 + sum(parts)) if terms.is_inclusive else sum(parts)
        tax_minor = half_up(whole * share)
        base = whole - tax_minor if terms.is_inclusive else whole
        taxes.append((key, base, tax_minor, tuple(largest_remainder(tax_minor, parts))))
        spread = largest_remainder(base, [Fraction(taxed[place][1]) for place in places])
        bases.update(zip(places, spread, strict=True))
    tax = sum(one[2] for one in taxes)
    return {
        "gross": gross,
        "nets": nets,
        "shares": shares,
        "subtotal": sum(nets),
        "discount": discount,
        "taxes": taxes,
        "bases": [bases[place] for place in range(len(taxed))],
        "tax": tax,
        "total": sum(nets)
        - discount
        + (0 if terms.is_inclusive else tax)
        + terms.shipping_minor
        + terms.adjustment_minor,
    }


def as_oracle(totals: Totals) -> dict[str, Any]:
    return {
        "gross": [one.gross_minor for one in totals.lines],
        "nets": list(totals.net_minors),
        "shares": [one.share_minor for one in totals.lines],
        "subtotal": totals.subtotal_minor,
        "discount": totals.discount_minor,
        "taxes": [(one.tax.id, one.base_minor, one.tax_minor, one.component_minors) for one in totals.taxes],
        "bases": [*(one.base_minor for one in totals.lines), totals.shipping_base_minor],
        "tax": totals.tax_minor,
        "total": totals.total_minor,
    }


def decimals(places: int, most: int) -> st.SearchStrategy[Decimal]:
    """Decimals of at most so many places; often small and round, so that ties and noughts are met."""
    return st.tuples(st.integers(0, places), st.integers(0, most)).flatmap(
        lambda drawn: st.integers(0, drawn[1] * 10 ** drawn[0]).map(lambda n: Decimal(n).scaleb(-drawn[0]))
    )


percents = st.one_of(st.sampled_from([Decimal(one) for one in ("0", "5", "12.5", "20", "50", "100")]), decimals(4, 99))
components = st.lists(st.tuples(percents, st.booleans()), min_size=1, max_size=4)


@st.composite
def documents(draw: st.DrawFn) -> tuple[list[Line], Terms, str]:
    currency = draw(st.sampled_from(sorted(PLACES)))
    taxes: list[Tax | None] = [None]
    for key, parts in enumerate(draw(st.lists(components, max_size=3))):
        taxes.append(Tax(key, f"T{key}", tuple(Component(key, "C", percent, late) for percent, late in parts)))

    def discount(most: int) -> Discount:
        kind = draw(st.sampled_from(["none", "percent", "amount"]))
        if kind == "percent":
            return Percent(draw(percents))
        return Amount(draw(st.integers(0, most))) if kind == "amount" else None

    lines, minor = [], 10 ** PLACES[currency]
    for _ in range(draw(st.integers(0, 8))):
        quantity, price = draw(decimals(6, 1000)), draw(decimals(6, 100_000))
        gross = half_up(Fraction(quantity) * Fraction(price) * minor)
        lines.append(Line(quantity, price, discount(gross), draw(st.sampled_from(taxes))))
    nets = [
        (amount := half_up(Fraction(one.quantity) * Fraction(one.rate) * minor)) - taken_off(one.discount, amount)
        for one in lines
    ]
    terms = Terms(
        discount=discount(sum(nets)),
        shipping_minor=draw(st.sampled_from([0, 1, 499]) | st.integers(0, 10**6)),
        shipping_tax=draw(st.sampled_from(taxes)),
        adjustment_minor=draw(st.integers(-1000, 1000)),
        is_inclusive=draw(st.booleans()),
    )
    return lines, terms, currency


@given(documents())
def test_every_figure_is_the_oracles(document: tuple[list[Line], Terms, str]) -> None:
    expected = oracle(*document)
    assume(expected["total"] <= 10**13)
    if expected["total"] < 0:
        with pytest.raises(Refused, match="NEGATIVE_TOTAL"):
            total(*document)
    else:
        assert as_oracle(total(*document)) == expected


@given(documents())
def test_the_parts_add_up_to_the_whole(document: tuple[list[Line], Terms, str]) -> None:
    lines, terms, currency = document
    terms = replace(terms, adjustment_minor=abs(terms.adjustment_minor))
    totals = total(lines, terms, currency)
    tax_on_top = 0 if terms.is_inclusive else totals.tax_minor
    assert totals.total_minor == (
        totals.subtotal_minor - totals.discount_minor + tax_on_top + terms.shipping_minor + terms.adjustment_minor
    )
    bases = sum(one.base_minor for one in totals.lines) + totals.shipping_base_minor
    assert totals.total_minor == bases + totals.tax_minor + terms.adjustment_minor
    assert sum(one.share_minor for one in totals.lines) == totals.discount_minor
    assert sum(one.net_minor for one in totals.lines) == totals.subtotal_minor
    for one in totals.lines:
        assert 0 <= one.base_minor <= one.net_minor - one.share_minor <= one.net_minor <= one.gross_minor
    for tax in totals.taxes:
        assert sum(tax.component_minors) == tax.tax_minor >= 0


@given(documents())
def test_the_order_of_lines_moves_no_total(document: tuple[list[Line], Terms, str]) -> None:
    lines, terms, currency = document
    # Ties between lines of different taxes go by order, so that only one tax is used here.
    lines = [replace(one, tax=lines[0].tax) for one in lines]
    terms = replace(terms, adjustment_minor=0)
    there, back = total(lines, terms, currency), total(lines[::-1], terms, currency)
    assert (there.total_minor, there.tax_minor) == (back.total_minor, back.tax_minor)
