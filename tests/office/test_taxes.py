"""Settings > **Taxes**: rates, groups of them, the default, and what is offered no more."""

from decimal import Decimal
from typing import Any

from counterfoil.books.organizations import taxes
from counterfoil.books.organizations.models import TaxRate
from tests.support.cast import Cast, visitor


def at(cast: Cast, rest: str = "") -> str:
    return f"/office/{cast.studio.id}/settings/taxes/{rest}"


def rate(cast: Cast, name: str, percent: int) -> Any:
    return taxes.add_rate(cast.studio, name=name, percent=Decimal(percent), by=cast.by_olga)


def listed(page: Any) -> list[tuple[str, str, bool]]:
    return [(row["name"], row["percent"], row["is_default"]) for row in page.context["rows"]]


def test_a_rate_is_added_and_the_first_one_is_the_default(cast: Cast) -> None:
    olga = visitor(cast.olga)
    page = olga.post(at(cast, "new/"), {"name": "VAT 20%", "percent": "20"}, follow=True)
    assert "The tax rate was added." in page.text
    assert listed(olga.get(at(cast))) == [("VAT 20%", "20%", True)]
    assert olga.post(at(cast, "new/"), {"name": "Too much", "percent": "101"}).status_code == 422


def test_two_rates_become_a_group(cast: Cast) -> None:
    gst, pst = rate(cast, "GST", 5), rate(cast, "PST", 7)
    sent = {"name": "GST + PST", "rate-1": str(gst.id), "rate-2": str(pst.id)}
    page = visitor(cast.olga).post(at(cast, "groups/new/"), sent, follow=True)
    assert "The tax group was added." in page.text
    assert ("GST + PST", "12%", False) in listed(page)


def test_a_group_is_offered_only_where_two_rates_are(cast: Cast) -> None:
    rate(cast, "GST", 5)
    olga = visitor(cast.olga)
    assert "groups/new/" not in olga.get(at(cast)).text
    assert "A group has at least two rates" in olga.get(at(cast, "groups/new/")).text


def test_a_rate_is_called_otherwise_by_who_saw_its_latest_name(cast: Cast) -> None:
    olga, one = visitor(cast.olga), rate(cast, "VAT", 20)
    assert 'value="VAT"' in olga.get(at(cast, f"{one.id}/")).text
    assert olga.post(at(cast, f"{one.id}/"), {"name": "Standard", "revision": "1"}).status_code == 303
    assert olga.post(at(cast, f"{one.id}/"), {"name": "Late", "revision": "1"}).status_code in (409, 422)
    assert TaxRate.objects.get().name == "Standard"


def test_another_rate_becomes_the_default_and_then_none_is(cast: Cast) -> None:
    olga, first, second = visitor(cast.olga), rate(cast, "Full", 20), rate(cast, "Reduced", 5)
    page = olga.post(at(cast, f"{second.id}/default/"), follow=True)
    assert "Reduced is now the default." in page.text
    assert listed(page) == [("Full", "20%", False), ("Reduced", "5%", True)]
    page = olga.post(at(cast, f"{second.id}/no-default/"), follow=True)
    assert "Reduced is no longer the default." in page.text
    assert not TaxRate.objects.filter(is_default=True).exists()
    assert first.name in page.text


def test_a_retired_rate_is_offered_no_more(cast: Cast) -> None:
    rate(cast, "Full", 20)
    old = rate(cast, "Old", 15)
    page = visitor(cast.olga).post(at(cast, f"{old.id}/retire/"), follow=True)
    assert "Old was retired. What it was used on stays as it is." in page.text
    assert listed(page) == [("Full", "20%", True)]
