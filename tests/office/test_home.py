"""The office's first page."""

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from counterfoil.books.sales import quotes
from counterfoil.foundation import clock
from tests.support.books import draft_invoice, invoice, pay, quote
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


def test_the_first_steps_stay_until_the_first_payment(cast: Cast) -> None:
    olga, vera, home = visitor(cast.olga), visitor(cast.vera), f"/office/{cast.studio.id}/"
    steps = {step["label"]: step["is_done"] for step in olga.get(home).context["steps"]}
    assert steps["Add your first customer"]
    assert not steps["Send your first invoice"]
    one = invoice(cast)
    with CaptureQueriesContext(connection) as asked:
        answer = olga.get(home)
    assert len(asked) <= 12
    steps = {step["label"]: (step["is_done"], step["url"]) for step in answer.context["steps"]}
    assert steps["Send your first invoice"][0]
    assert steps["Receive your first payment"] == (False, f"{home}payments/")
    assert answer.context["receivables"]
    for _done, url in steps.values():
        assert olga.get(url).status_code == 200
    assert vera.get(home).context["steps"] == []
    pay(cast, cast.bakery, 1_000, {one.id: 1_000})
    assert "steps" not in olga.get(home).context


def test_what_waits_for_somebody_is_counted_and_leads_to_exactly_that(cast: Cast) -> None:
    olga, home = visitor(cast.olga), f"/office/{cast.studio.id}/"
    invoice(cast)
    assert olga.get(home).context["waiting"] == []
    assert "Nothing waits for you" in olga.get(home).text
    draft_invoice(cast)
    quote(cast)
    quote(cast, cast.tidewater)
    quotes.accept(quote(cast), by=cast.by_olga, revision=1)
    draft_invoice(cast, cast.foyle)
    quote(cast, cast.foyle)
    lines = olga.get(home).context["waiting"]
    assert [line["label"] for line in lines] == [
        "1 accepted quote to invoice",
        "1 draft invoice to send",
        "2 quotes wait for their customers",
    ]
    for line, count in zip(lines, (1, 1, 2), strict=True):
        assert len(olga.get(line["url"]).context["rows"]) == count
