"""Quotes in the office: writing, sending, marking, and making an invoice."""

from typing import Any

from counterfoil.books.sales import quotes
from counterfoil.books.sales.models import Invoice, Quote
from counterfoil.foundation import clock
from tests.support.books import draft_quote, quote
from tests.support.cast import Cast, visitor


def url(cast: Cast, rest: str = "") -> str:
    return f"/office/{cast.studio.id}/quotes/{rest}"


def typed(**more: str) -> dict[str, str]:
    line = {"line-0-name": "Shop sign", "line-0-quantity": "2", "line-0-rate": "50"}
    return {"dated": clock.today("Europe/London").isoformat(), "do": "save", **line, **more}


def test_writing_a_quote_with_an_optional_line(cast: Cast) -> None:
    more = {"line-1-name": "Lighting", "line-1-quantity": "1", "line-1-rate": "15", "line-1-is_optional": "on"}
    answer = visitor(cast.olga).post(url(cast, f"new/?customer={cast.bakery.id}"), typed(**more), follow=True)
    one = Quote.objects.get()
    assert (one.state, one.total_minor) == ("draft", 10_000)
    assert [line.is_optional for line in one.lines.all()] == [False, True]
    assert "Optional, not in the total" in answer.text


def test_totals_while_typing_leave_optional_lines_out(cast: Cast) -> None:
    more = {"line-1-name": "Lighting", "line-1-quantity": "1", "line-1-rate": "15", "line-1-is_optional": "on"}
    answer = visitor(cast.olga).post(url(cast, f"new/?customer={cast.bakery.id}"), typed(**more) | {"do": "update"})
    assert answer.context["sums"].total == "£100.00"
    assert answer.context["sums"].nets == ["100.00", "15.00"]


def test_a_day_before_its_date_is_said_beside_the_field(cast: Cast) -> None:
    answer = visitor(cast.olga).post(url(cast, f"new/?customer={cast.bakery.id}"), typed(expires_on="2020-01-01"))
    assert answer.status_code == 422
    assert answer.context["form"].errors["expires_on"] == ["It would expire before its date."]


def test_an_accepted_quote_becomes_an_invoice_and_both_lead_to_each_other(cast: Cast) -> None:
    one = quotes.accept(quote(cast), by=cast.by_ana, revision=1)
    olga = visitor(cast.olga)
    answer = olga.post(url(cast, f"{one.id}/invoice/"), {"revision": 1})
    made = Invoice.objects.get()
    assert answer["Location"].endswith(f"/invoices/{made.id}/")
    assert f"/invoices/{made.id}/" in olga.get(url(cast, f"{one.id}/")).text
    assert f"/quotes/{one.id}/" in olga.get(answer["Location"]).text


def test_marking_it_on_the_customers_word_says_who_did(cast: Cast) -> None:
    one = quote(cast, extra="40")
    answer = visitor(cast.stig).post(url(cast, f"{one.id}/acceptance/"), {"revision": 1, "with": "1"}, follow=True)
    one.refresh_from_db()
    assert (one.state, one.total_minor) == ("accepted", 14_000)
    assert "Stig Holm (for the customer) accepted revision 1." in answer.text


def test_marking_it_as_declined_keeps_the_reason(cast: Cast) -> None:
    one = quote(cast)
    sent = {"revision": 1, "reason": "They build it themselves."}
    answer = visitor(cast.stig).post(url(cast, f"{one.id}/refusal/"), sent, follow=True)
    one.refresh_from_db()
    assert one.state == "declined"
    assert "The quote is marked as declined." in answer.text
    assert "They build it themselves." in answer.text


def test_a_decline_shows_its_reason(cast: Cast) -> None:
    one = quotes.decline(quote(cast), by=cast.by_ana, revision=1, reason="Too dear")
    assert "Too dear" in visitor(cast.olga).get(url(cast, f"{one.id}/")).text


def test_the_list_filters_and_finds(cast: Cast) -> None:
    draft, sent = draft_quote(cast), quote(cast, order_number="PO-7")
    olga = visitor(cast.olga)

    def ids(query: str) -> set[Any]:
        return {row["url"] for row in olga.get(url(cast, query)).context["rows"]}

    assert ids("") == {url(cast, f"{draft.id}/"), url(cast, f"{sent.id}/")}
    for query in ("?status=awaiting", f"?q={sent.number}", "?q=po-7"):
        assert ids(query) == {url(cast, f"{sent.id}/")}, query
    assert ids("?q=harbour") == ids("")
    assert ids("?status=draft") == {url(cast, f"{draft.id}/")}


def test_an_earlier_revision_can_be_read(cast: Cast) -> None:
    one = quote(cast)
    visitor(cast.olga).post(url(cast, f"{one.id}/edit/"), typed(revision="1"))
    one.refresh_from_db()
    assert one.revision == 2
    assert "£100.00" in visitor(cast.olga).get(url(cast, f"{one.id}/revisions/1/")).text


def test_the_page_takes_twelve_queries_whatever_became_of_it(cast: Cast, django_assert_max_num_queries: Any) -> None:
    accepted = quotes.accept(quote(cast, extra="40"), by=cast.by_ana, revision=1)
    declined = quotes.decline(quote(cast), by=cast.by_ana, revision=1)
    olga = visitor(cast.olga)
    for one in (draft_quote(cast), quote(cast, extra="40"), accepted, declined):
        olga.get(url(cast, f"{one.id}/"))
        with django_assert_max_num_queries(12):
            assert olga.get(url(cast, f"{one.id}/")).status_code == 200
