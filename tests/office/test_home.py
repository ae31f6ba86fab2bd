"""The office's first page."""

from tests.support.books import invoice
from tests.support.cast import Cast, visitor


def test_what_is_owed_comes_by_currency_the_organizations_own_first(cast: Cast) -> None:
    invoice(cast, cast.yunshan, amount="900")
    invoice(cast, cast.bakery, amount="100")
    invoice(cast, cast.tidewater, amount="50")
    answer = visitor(cast.vera).get(f"/office/{cast.studio.id}/")
    assert [line["total"] for line in answer.context["receivables"]] == ["£150.00", "CN¥900.00"]
