"""The customer's quotes: the list, one quote, and deciding it."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils.html import strip_tags

from counterfoil.books.organizations import taxes
from counterfoil.books.sales import conversions, quotes
from counterfoil.books.sales.models import Quote
from counterfoil.foundation import clock
from counterfoil.foundation.events import Event
from tests.support.books import draft_quote, quote
from tests.support.cast import Cast, visitor


def at(one: Any, rest: str = "") -> str:
    return f"/portal/lindqvist-zhou/{one.customer_id}/quotes/{one.id}/{rest}"


def index(cast: Cast, query: str = "") -> Any:
    return visitor(cast.ana).get(f"/portal/lindqvist-zhou/{cast.bakery.id}/quotes/{query}")


def numbers(answer: Any) -> set[str]:
    return {row["number"] for row in answer.context["rows"]}


def test_an_empty_list_says_what_will_appear(cast: Cast) -> None:
    assert "Quotes appear here as soon as you are sent one." in index(cast).text


def test_the_filters_show_what_they_say(cast: Cast) -> None:
    today = clock.today("Europe/London")
    waiting, late = quote(cast), quote(cast, dated=today - timedelta(days=9), expires_on=today - timedelta(days=1))
    accepted = quotes.accept(quote(cast), by=cast.by_ana, revision=1)
    declined = quotes.decline(quote(cast), by=cast.by_ana, revision=1)
    invoiced = quotes.accept(quote(cast), by=cast.by_ana, revision=1)
    conversions.quote_to_invoice(invoiced, by=cast.by_olga, revision=1)
    draft_quote(cast)
    everything = (waiting, late, accepted, declined, invoiced)
    assert numbers(index(cast)) == {one.number for one in everything}
    filters = {"awaiting": waiting, "expired": late, "accepted": accepted, "declined": declined, "invoiced": invoiced}
    for status, one in filters.items():
        assert numbers(index(cast, f"?status={status}")) == {one.number}, status


def test_what_waits_for_the_customer_says_so(cast: Cast) -> None:
    quote(cast)
    assert strip_tags(index(cast).context["rows"][0]["pill"]) == "Awaiting approval"


def test_drafts_and_others_quotes_are_not_there(cast: Cast) -> None:
    ana, bruno = visitor(cast.ana), visitor(cast.bruno)
    assert ana.get(at(draft_quote(cast))).status_code == 404
    theirs = quote(cast)
    for person, seen in ((ana, [theirs.number]), (bruno, [])):
        listed = person.get(f"/portal/lindqvist-zhou/{(cast.bakery if person is ana else cast.tidewater).id}/quotes/")
        assert [row["number"] for row in listed.context["rows"]] == seen
    elsewhere = at(theirs).replace(str(cast.bakery.id), str(cast.bruno.customer_id))
    assert bruno.get(elsewhere).status_code == 404
    for act in ("acceptance/", "refusal/"):
        assert bruno.post(elsewhere + act, {"revision": 1}).status_code == 404
    theirs.refresh_from_db()
    assert theirs.state == "sent"


def test_accepting_in_the_portal(cast: Cast) -> None:
    one = quote(cast)
    answer = visitor(cast.ana).post(at(one, "acceptance/"), {"revision": 1}, follow=True)
    assert "You accepted this quote." in answer.text
    one.refresh_from_db()
    assert (one.state, one.decided_by["id"]) == ("accepted", cast.ana.id)
    assert "Accept</button>" not in answer.text


def test_the_total_follows_what_is_chosen_and_the_choice_is_accepted(cast: Cast) -> None:
    one = quote(cast, extra="40")
    ana = visitor(cast.ana)
    assert ana.get(at(one)).context["total_with"] == "£100.00"
    with_it = ana.get(at(one, "?with=1"))
    assert (with_it.context["total_with"], with_it.context["sheet"].totals[-1].amount) == ("£140.00", "£140.00")
    assert "Optional, not in the total" not in with_it.text
    assert ana.get(at(one, "?with=0&with=77&with=x")).context["total_with"] == "£100.00"
    ana.post(at(one, "acceptance/"), {"revision": 1, "with": ["1"]})
    one.refresh_from_db()
    assert (one.state, one.total_minor) == ("accepted", 14_000)
    assert "Optional, not in the total" not in ana.get(at(one)).text


def test_declining_with_a_reason(cast: Cast) -> None:
    one = quote(cast)
    answer = visitor(cast.ana).post(at(one, "refusal/"), {"revision": 1, "reason": "Too dear"}, follow=True)
    assert "You declined this quote." in answer.text
    one.refresh_from_db()
    assert (one.state, one.decline_reason) == ("declined", "Too dear")


def test_too_long_a_reason_keeps_what_was_typed(cast: Cast) -> None:
    one, reason = quote(cast), "dear " * 300
    answer = visitor(cast.ana).post(at(one, "refusal/"), {"revision": 1, "reason": reason})
    assert answer.status_code == 422
    assert reason in answer.text
    assert "Please write at most 1,000 characters." in answer.text
    one.refresh_from_db()
    assert one.state == "sent"


def test_a_stale_page_answers_409_with_what_changed_line_by_line(cast: Cast) -> None:
    one = quote(cast)
    content = quotes.content_of(one, list(one.lines.all()))
    (line,) = content.lines
    quotes.edit(one, replace(content, lines=[replace(line, rate=Decimal(120))]), by=cast.by_olga, revision=1)
    answer = visitor(cast.ana).post(at(one, "acceptance/"), {"revision": 1})
    assert answer.status_code == 409
    assert "This quote changed after you opened it." in answer.text
    assert "Shop sign, Rate: 120 instead of 100." in answer.context["changed"]
    assert Quote.objects.get(id=one.id).state == "sent"


def test_what_changed_since_the_last_one_is_shown(cast: Cast) -> None:
    one = quote(cast)
    content = quotes.content_of(one, list(one.lines.all()))
    quotes.edit(one, replace(content, terms="Half at the start."), by=cast.by_olga, revision=1)
    assert visitor(cast.ana).get(at(one)).context["changed"] == ["Terms: Half at the start. instead of nothing."]


def test_an_expired_quote_offers_no_decision(cast: Cast) -> None:
    today = clock.today("Europe/London")
    one = quote(cast, dated=today - timedelta(days=9), expires_on=today - timedelta(days=1))
    answer = visitor(cast.ana).get(at(one))
    assert "Expired on" in answer.text
    assert "Accept</button>" not in answer.text
    refused = visitor(cast.ana).post(at(one, "acceptance/"), {"revision": 1})
    assert refused.status_code == 409
    assert "This quote has expired." in refused.text


def test_opening_it_is_told_to_the_office_but_a_prefetch_is_not(cast: Cast) -> None:
    one = quote(cast)
    visitor(cast.ana).get(at(one), headers={"Sec-Purpose": "prefetch"})
    visitor(cast.olga).get(f"/office/{cast.studio.id}/quotes/{one.id}/")
    assert not Event.objects.filter(name="quote.viewed").exists()
    visitor(cast.ana).get(at(one))
    assert Event.objects.get(name="quote.viewed").by.id == cast.ana.id


def test_the_pdf_is_of_what_was_accepted(cast: Cast) -> None:
    one = quote(cast, extra="40")
    ana = visitor(cast.ana)
    ana.post(at(one, "acceptance/"), {"revision": 1, "with": ["1"]})
    answer = ana.get(at(one, "pdf/"))
    assert answer["Content-Type"] == "application/pdf"
    assert f'filename="{one.number}.pdf"' in answer["Content-Disposition"]


def test_the_pages_keep_their_budget(cast: Cast, django_assert_max_num_queries: Any) -> None:
    vat = taxes.add_rate(cast.studio, name="VAT", percent=Decimal(20), by=cast.by_olga)
    plain = quote(cast, extra="40")
    content = quotes.content_of(plain, list(plain.lines.all()))
    taxed = [replace(line, tax_rate_id=vat.id) for line in content.lines]
    one = quotes.edit(plain, replace(content, lines=taxed), by=cast.by_olga, revision=1)
    ana = visitor(cast.ana)
    ana.get(at(one))
    with django_assert_max_num_queries(8):
        ana.get(at(one))
    with django_assert_max_num_queries(8):
        assert ana.get(at(one, "?with=1")).context["total_with"] == "£168.00"
    with django_assert_max_num_queries(8):
        ana.get(f"/portal/lindqvist-zhou/{cast.bakery.id}/quotes/")
