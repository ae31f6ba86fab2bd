"""Quotes: sent, read, decided once, changed and decided anew, and made into an invoice."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from counterfoil.books.ledger.verify import differences
from counterfoil.books.sales import changes, conversions, invoices, origins, quotes
from counterfoil.books.sales.models import Invoice, Quote, QuoteRevision
from counterfoil.books.sales.quotes import QuoteContent, QuoteLineContent
from counterfoil.books.sales.snapshots import snapshot
from counterfoil.foundation import clock
from counterfoil.foundation.events import Event
from tests.support.books import draft_quote, quote
from tests.support.cast import Cast, actor
from tests.support.refusals import refused


def content(*lines: QuoteLineContent, **more: Any) -> QuoteContent:
    return QuoteContent(**{"dated": clock.today("Europe/London"), "lines": lines, **more})


def line(name: str = "Shop sign", amount: str = "100", *, optional: bool = False) -> QuoteLineContent:
    return QuoteLineContent(name, Decimal(1), Decimal(amount), is_optional=optional)


def test_a_quote_that_is_sent_has_a_number_and_is_kept_whole(cast: Cast) -> None:
    one = quote(cast)
    assert (one.number, one.state, one.total_minor) == ("QT-000001", "sent", 10_000)
    assert one.revisions.get().content["lines"][0]["name"] == "Shop sign"
    assert differences() == []


def test_sending_by_mail_counts_as_sent_and_says_to_whom(cast: Cast) -> None:
    draft = draft_quote(cast)
    one = quotes.send(draft, to=[cast.ana.id], by=cast.by_olga, revision=draft.revision)
    assert (one.state, one.number) == ("sent", "QT-000001")
    assert Event.objects.get(name="quote.sent").data["contact_ids"] == [str(cast.ana.id)]
    with refused("NO_RECIPIENT", field="to"):
        quotes.send(one, to=[cast.bruno.id], by=cast.by_olga, revision=one.revision)


def test_the_customer_accepts_the_revision_they_read(cast: Cast) -> None:
    one = quote(cast)
    one = quotes.accept(one, by=cast.by_ana, revision=1)
    assert (one.state, one.decided_by["id"]) == ("accepted", cast.ana.id)
    kept = one.revisions.get()
    assert (kept.decision, kept.decided_by["id"], kept.accepted["total_minor"]) == ("accepted", cast.ana.id, 10_000)
    assert Event.objects.get(name="quote.accepted").data["total_minor"] == 10_000


def test_the_same_person_accepting_twice_is_told_that_it_is_done(cast: Cast) -> None:
    one = quotes.accept(quote(cast), by=cast.by_ana, revision=1)
    again = quotes.accept(one, by=cast.by_ana, revision=1)
    assert again.decided_at == one.decided_at
    assert Event.objects.filter(name="quote.accepted").count() == 1


def test_the_second_of_two_people_is_told_who_decided_and_how(cast: Cast) -> None:
    one = quotes.decline(quote(cast), by=cast.by_ana, revision=1, reason="Too dear")
    with refused("QUOTE_DECIDED") as refusal:
        quotes.accept(one, by=cast.by_olga, revision=1)
    assert cast.ana.full_name in str(refusal.value.sentence)
    with refused("QUOTE_DECIDED"):
        quotes.decline(one, by=cast.by_olga, revision=1)


def test_a_quote_that_was_changed_must_be_read_again(cast: Cast) -> None:
    one = quote(cast)
    one = quotes.edit(one, content(line(amount="120"), line("Delivery", "5")), by=cast.by_olga, revision=1)
    with refused("QUOTE_CHANGED") as refusal:
        quotes.accept(one, by=cast.by_ana, revision=1)
    found = refusal.value.details["changes"]
    assert ("changed", "Shop sign", "rate", "100", "120") in [tuple(vars(one).values()) for one in found]
    assert [change.line for change in found if change.kind == "added"] == ["Delivery"]
    assert quotes.accept(one, by=cast.by_ana, revision=2).total_minor == 12_500


def test_what_was_decided_stays_with_the_revision_that_it_was_decided_on(cast: Cast) -> None:
    one = quotes.accept(quote(cast), by=cast.by_ana, revision=1)
    one = quotes.edit(one, content(line(amount="150")), by=cast.by_olga, revision=1)
    assert (one.state, one.decided_at, one.revision) == ("sent", None, 2)
    first, second = one.revisions.order_by("revision")
    assert (first.decision, first.accepted["total_minor"]) == ("accepted", 10_000)
    assert (second.decision, second.accepted) == ("", None)


def test_a_declined_quote_is_edited_and_sent_again(cast: Cast) -> None:
    one = quotes.decline(quote(cast), by=cast.by_ana, revision=1, reason=" Too dear ")
    assert (one.decline_reason, one.revisions.get().reason) == ("Too dear", "Too dear")
    with refused("QUOTE_DECIDED"):
        quotes.send(one, to=[cast.ana.id], by=cast.by_olga, revision=1)
    one = quotes.edit(one, content(line(amount="80")), by=cast.by_olga, revision=1)
    one = quotes.send(one, to=[cast.ana.id], by=cast.by_olga, revision=2)
    assert (one.state, one.decline_reason) == ("sent", "")
    assert quotes.accept(one, by=cast.by_ana, revision=2).state == "accepted"


def test_a_reason_has_an_end(cast: Cast) -> None:
    one = quote(cast)
    with refused("REASON_TOO_LONG", field="reason"):
        quotes.decline(one, by=cast.by_ana, revision=1, reason="x" * 1_001)


def test_what_has_expired_can_not_be_decided(cast: Cast) -> None:
    today = clock.today("Europe/London")
    one = quote(cast, expires_on=today)
    assert one.status(today) == "sent"
    with clock.travel(by=timedelta(days=1)):
        assert one.status(clock.today("Europe/London")) == "expired"
        for verb in (quotes.accept, quotes.decline):
            with refused("QUOTE_EXPIRED"):
                verb(one, by=cast.by_ana, revision=1)
    assert quotes.accept(one, by=cast.by_ana, revision=1).state == "accepted"


def test_a_draft_is_decided_by_nobody(cast: Cast) -> None:
    draft = draft_quote(cast)
    with refused("WRONG_STATE"):
        quotes.accept(draft, by=cast.by_ana, revision=1)


def test_another_customer_decides_nothing(cast: Cast) -> None:
    one = quote(cast)
    for stranger in (cast.bruno, cast.fia):
        with refused("NOT_YOURS"):
            quotes.accept(one, by=actor(stranger), revision=1)
        with refused("NOT_YOURS"):
            quotes.decline(one, by=actor(stranger), revision=1)


def test_a_viewer_writes_and_decides_nothing(cast: Cast) -> None:
    one, by_vera = quote(cast), actor(cast.vera)
    with refused("NOT_YOURS"):
        quotes.accept(one, by=by_vera, revision=1)
    with refused("NOT_ALLOWED"):
        quotes.edit(one, content(line()), by=by_vera, revision=1)


def test_staff_mark_it_as_accepted_on_the_customers_word(cast: Cast) -> None:
    one = quotes.accept(quote(cast), by=cast.by_olga, revision=1)
    assert (one.state, one.decided_by["kind"]) == ("accepted", "staff")
    assert "Olga" in str(quotes.how_it_was_decided(one))


def test_optional_lines_count_when_they_are_chosen(cast: Cast) -> None:
    one = quote(cast, extra="40")
    assert one.total_minor == 10_000
    lines = list(one.lines.all())
    sent = snapshot(one)
    seen = quotes.content_with(one, sent, lines, {1}, customer=cast.bakery)
    assert quotes.content_with(one, sent, lines, {0, 7}, customer=cast.bakery) == sent
    one = quotes.accept(one, by=cast.by_ana, revision=1, chosen={1})
    assert one.total_minor == 14_000
    kept = one.revisions.get()
    assert (kept.content["total_minor"], kept.accepted["total_minor"]) == (10_000, 14_000)
    assert kept.accepted == seen
    assert [line["is_chosen"] for line in kept.accepted["lines"]] == [False, True]


@pytest.mark.parametrize("position", [0, 2, 99])
def test_only_an_optional_line_can_be_chosen(cast: Cast, position: int) -> None:
    one = quote(cast, extra="40")
    with refused("NOT_OPTIONAL"):
        quotes.accept(one, by=cast.by_ana, revision=1, chosen={position})


def test_accepting_again_with_another_choice_is_refused(cast: Cast) -> None:
    one = quotes.accept(quote(cast, extra="40"), by=cast.by_ana, revision=1)
    with refused("QUOTE_DECIDED"):
        quotes.accept(one, by=cast.by_ana, revision=1, chosen={1})


def test_a_quote_is_not_made_of_optional_lines_alone(cast: Cast) -> None:
    with refused("ONLY_OPTIONAL", field="lines"):
        quotes.create(cast.bakery, content(line(optional=True)), by=cast.by_olga)


def test_it_does_not_expire_before_its_date(cast: Cast) -> None:
    day_before = clock.today("Europe/London") - timedelta(days=1)
    with refused("EXPIRES_BEFORE_DATE", field="expires_on"):
        quotes.create(cast.bakery, content(line(), expires_on=day_before), by=cast.by_olga)


def test_the_office_is_told_of_each_view_of_one_person_once_in_half_an_hour(cast: Cast) -> None:
    one = quote(cast)
    for minutes in (0, 10, 29, 31, 70):
        with clock.travel(by=timedelta(minutes=minutes)):
            one = quotes.view(one, by=cast.by_ana)
    assert Event.objects.filter(name="quote.viewed").count() == 3
    assert one.viewed_by_id == cast.ana.id
    quotes.view(one, by=cast.by_olga)
    assert Event.objects.filter(name="quote.viewed").count() == 3


def test_a_new_revision_was_seen_by_nobody(cast: Cast) -> None:
    one = quotes.view(quote(cast), by=cast.by_ana)
    one = quotes.edit(one, content(line(amount="150")), by=cast.by_olga, revision=1)
    assert one.viewed_at is None
    assert quotes.view(one, by=cast.by_ana).viewed_at is not None


def test_an_accepted_quote_becomes_an_invoice_of_what_was_chosen(cast: Cast) -> None:
    one = quotes.accept(quote(cast, extra="40"), by=cast.by_ana, revision=1, chosen={1})
    made = conversions.quote_to_invoice(one, by=cast.by_olga, revision=1)
    one.refresh_from_db()
    assert (one.state, made.state, made.total_minor) == ("invoiced", "draft", 14_000)
    assert [line.name for line in made.lines.all()] == ["Shop sign", "Lighting"]
    assert (origins.origin_of(made), origins.made_of(one)) == (one, [made])
    assert differences() == []


def test_what_was_not_chosen_is_not_invoiced(cast: Cast) -> None:
    one = quotes.accept(quote(cast, extra="40"), by=cast.by_ana, revision=1)
    made = conversions.quote_to_invoice(one, by=cast.by_olga, revision=1)
    assert ([line.name for line in made.lines.all()], made.total_minor) == (["Shop sign"], 10_000)


def test_a_quote_becomes_an_invoice_once(cast: Cast) -> None:
    one = quotes.accept(quote(cast), by=cast.by_ana, revision=1)
    conversions.quote_to_invoice(one, by=cast.by_olga, revision=1)
    with refused("ALREADY_MADE"):
        conversions.quote_to_invoice(one, by=cast.by_olga, revision=1)
    with refused("QUOTE_INVOICED"):
        quotes.edit(one, content(line()), by=cast.by_olga, revision=1)
    assert Invoice.objects.count() == 1


def test_only_an_accepted_quote_becomes_an_invoice(cast: Cast) -> None:
    declined = quotes.decline(quote(cast), by=cast.by_ana, revision=1)
    for one in (draft_quote(cast), quote(cast), declined):
        with refused("NOT_ACCEPTED"):
            conversions.quote_to_invoice(one, by=cast.by_olga, revision=1)


def test_a_draft_invoice_that_is_thrown_away_gives_the_quote_back(cast: Cast) -> None:
    one = quotes.accept(quote(cast), by=cast.by_ana, revision=1)
    made = conversions.quote_to_invoice(one, by=cast.by_olga, revision=1)
    invoices.delete(made, by=cast.by_olga, revision=made.revision)
    one.refresh_from_db()
    assert one.state == "accepted"
    assert conversions.quote_to_invoice(one, by=cast.by_olga, revision=1).state == "draft"


def test_only_a_draft_is_deleted(cast: Cast) -> None:
    draft, sent = draft_quote(cast), quote(cast)
    quotes.delete(draft, by=cast.by_olga, revision=1)
    with refused("NOT_A_DRAFT"):
        quotes.delete(sent, by=cast.by_olga, revision=1)
    assert list(Quote.objects.all()) == [sent]


def test_every_state_goes_only_where_its_table_says(cast: Cast) -> None:
    one = quote(cast)
    one = quotes.accept(one, by=cast.by_ana, revision=1)
    assert set(Quote.TRANSITIONS) == set(Quote.State)
    with refused("NOT_A_DRAFT"):
        quotes.mark_as_sent(one, by=cast.by_olga, revision=1)


def test_the_same_form_twice_is_one_quote(cast: Cast) -> None:
    first = quotes.create(cast.bakery, content(line()), by=cast.by_olga, making_key="k" * 20)
    again = quotes.create(cast.bakery, content(line("Other")), by=cast.by_olga, making_key="k" * 20)
    assert first == again


def test_what_changed_is_said_of_lines_and_of_the_whole(cast: Cast) -> None:
    earlier = {"lines": [{"name": "A", "rate": "1", "net_minor": 100}, {"name": "B", "net_minor": 5}], "terms": ""}
    later = {"lines": [{"name": "A", "rate": "2", "net_minor": 200}], "terms": "Net 30"}
    told = [(one.kind, one.line, one.part) for one in changes.between(earlier, later)]
    assert told == [
        ("changed", "A", "rate"),
        ("changed", "A", "net_minor"),
        ("removed", "B", ""),
        ("changed", "", "terms"),
    ]


def test_what_was_kept_of_a_decision_is_walled_in_the_database_too(cast: Cast) -> None:
    from django.db import IntegrityError, transaction

    one = quote(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        Quote.objects.filter(id=one.id).update(state="accepted")
    with pytest.raises(IntegrityError), transaction.atomic():
        QuoteRevision.objects.filter(document=one).update(decision="accepted")
