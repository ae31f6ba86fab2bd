"""The office's first page."""

from datetime import timedelta

from counterfoil.foundation import clock
from tests.support.books import draft_invoice, invoice, pay
from tests.support.cast import Cast, visitor


def test_what_is_owed_comes_by_currency_the_organizations_own_first(cast: Cast) -> None:
    invoice(cast, cast.yunshan, amount="900")
    invoice(cast, cast.bakery, amount="100")
    invoice(cast, cast.tidewater, amount="50")
    answer = visitor(cast.vera).get(f"/office/{cast.studio.id}/")
    assert [line["total"] for line in answer.context["receivables"]] == ["£150.00", "CN¥900.00"]


def test_what_is_owed_is_told_by_age(cast: Cast) -> None:
    """What isn't late is the rest of what customers owe, so drafts and what is paid in full must not be in it."""
    today = clock.today("Europe/London")
    for amount, days_late in (("100", -5), ("20", 0), ("3", 1), ("4", 31), ("5", 91)):
        invoice(cast, cast.bakery, amount=amount, dated=today - timedelta(days=30 + days_late))
    partly = invoice(cast, cast.tidewater, amount="50", dated=today - timedelta(days=92))
    whole = invoice(cast, cast.tidewater, amount="7", dated=today)
    pay(cast, cast.tidewater, 1_700, {partly.id: 1_000, whole.id: 700})
    pay(cast, cast.yunshan, 500, {})
    draft_invoice(cast, cast.bakery, amount="900")
    (line,) = visitor(cast.vera).get(f"/office/{cast.studio.id}/").context["receivables"]
    assert [minor for _label, _text, minor in line["buckets"]] == [12_000, 300, 400, 4_000, 500]
    assert line["total"] == "£172.00"
