"""Sales orders: opened, changed, invoiced in whole or in parts, closed and made void."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from counterfoil.books.ledger.verify import differences
from counterfoil.books.organizations import organizations
from counterfoil.books.sales import conversions, invoices, order_progress, origins, quotes, sales_orders, writing
from counterfoil.books.sales.invoices import InvoiceContent
from counterfoil.books.sales.models import Invoice, SalesOrder
from counterfoil.books.sales.order_progress import OrderLineContent
from counterfoil.books.sales.sales_orders import SalesOrderContent
from counterfoil.foundation import clock
from counterfoil.foundation.events import Event
from tests.support.books import draft_order, invoice_of, order, quote
from tests.support.cast import Cast, actor
from tests.support.races import at_once
from tests.support.refusals import refused

TWO = (("Shop sign", 4, "100"), ("Lettering", 10, "12.50"))


def content_of(one: Any) -> SalesOrderContent:
    return sales_orders.content_of(one, list(one.lines.all()))


def again(one: Any) -> Any:
    return type(one).objects.get(id=one.id)


def written_in(invoice: Any) -> InvoiceContent:
    """An invoice's rows as what a person wrote."""
    lines = [
        OrderLineContent(**writing.line_content(line), source_line_id=line.source_line_id)
        for line in invoice.lines.all()
    ]
    return InvoiceContent(**writing.shared_content(invoice), lines=lines, payment_days=14)


def edit_invoice(cast: Cast, invoice: Any, *quantities: int) -> Any:
    """The same with other quantities."""
    written = written_in(invoice)
    lines = [replace(line, quantity=Decimal(one)) for line, one in zip(written.lines, quantities, strict=True)]
    return invoices.edit(invoice, replace(written, lines=lines), by=cast.by_olga, revision=invoice.revision)


def issue(cast: Cast, invoice: Any) -> Any:
    return invoices.mark_as_sent(invoice, by=cast.by_olga, revision=invoice.revision)


def test_an_order_that_is_opened_has_a_number_and_is_kept_whole(cast: Cast) -> None:
    draft = draft_order(cast)
    assert (draft.number, draft.standing) == ("", "draft")
    one = sales_orders.mark_as_open(draft, by=cast.by_olga, revision=1)
    assert (one.number, one.standing, one.total_minor) == ("SO-000001", "open", 40_000)
    assert one.revisions.get().content["lines"][0]["name"] == "Shop sign"
    assert differences() == []


def test_sending_by_mail_opens_it_and_says_to_whom(cast: Cast) -> None:
    one = sales_orders.send(draft_order(cast), to=[cast.ana.id], by=cast.by_olga, revision=1)
    assert (one.standing, one.number) == ("open", "SO-000001")
    told = Event.objects.get(name="sales_order.sent")
    assert (told.subject_kind, told.data["contact_ids"]) == ("sales_order", [str(cast.ana.id)])
    with refused("NO_RECIPIENT", field="to"):
        sales_orders.send(one, to=[cast.bruno.id], by=cast.by_olga, revision=1)


def test_all_of_it_becomes_an_invoice_and_the_order_is_closed(cast: Cast) -> None:
    one = order(cast, lines=TWO)
    made = invoice_of(cast, one)
    assert (made.state, made.total_minor, again(one).standing) == ("draft", 52_500, "closed")
    assert (origins.origin_of(made), origins.made_of(one)) == (one, [made])
    with refused("NOTHING_CHOSEN"):
        invoice_of(cast, one)
    assert differences() == []


def test_a_part_of_it_leaves_the_rest_to_be_invoiced(cast: Cast) -> None:
    one = order(cast, lines=TWO)
    first = invoice_of(cast, one, 1, 4)
    assert [(line.name, line.quantity) for line in first.lines.all()] == [("Shop sign", 1), ("Lettering", 4)]
    assert again(one).standing == "partially_invoiced"
    second = invoice_of(cast, one)
    assert [line.quantity for line in second.lines.all()] == [3, 6]
    assert first.total_minor + second.total_minor == one.total_minor
    assert again(one).standing == "closed"
    assert differences() == []


def test_a_line_of_which_nothing_is_wanted_is_left_out(cast: Cast) -> None:
    made = invoice_of(cast, order(cast, lines=TWO), 0, 4)
    assert [line.name for line in made.lines.all()] == ["Lettering"]


@pytest.mark.parametrize(
    ("quantity", "code"), [("5", "MORE_THAN_ORDERED"), ("-1", "NEGATIVE"), ("0", "NOTHING_CHOSEN")]
)
def test_not_more_than_was_ordered_is_invoiced(cast: Cast, quantity: str, code: str) -> None:
    one = order(cast)
    with refused(code):
        invoice_of(cast, one, quantity)


def test_the_same_form_twice_is_one_invoice(cast: Cast) -> None:
    one = order(cast)
    made = [conversions.order_to_invoice(one, by=cast.by_olga, revision=1, making_key="k" * 20) for _twice in range(2)]
    assert made[0] == made[1]
    assert Invoice.objects.count() == 1


def test_what_is_void_or_thrown_away_counts_no_more(cast: Cast) -> None:
    one = order(cast)
    issued = issue(cast, invoice_of(cast, one, 3))
    draft = invoice_of(cast, one, 1)
    assert again(one).standing == "closed"
    invoices.delete(draft, by=cast.by_olga, revision=1)
    assert again(one).standing == "partially_invoiced"
    invoices.void(issued, by=cast.by_olga, revision=1)
    assert (again(one).standing, set(order_progress.left(one).values())) == ("open", {Decimal(4)})
    assert differences() == []


def test_a_void_invoice_is_made_valid_again_only_while_its_part_is_free(cast: Cast) -> None:
    one = order(cast)
    first = issue(cast, invoice_of(cast, one, 3))
    first = invoices.void(first, by=cast.by_olga, revision=1)
    second = invoice_of(cast, one, 2)
    with refused("MORE_THAN_ORDERED"):
        invoices.reinstate(first, by=cast.by_olga, revision=1)
    invoices.delete(second, by=cast.by_olga, revision=1)
    invoices.reinstate(first, by=cast.by_olga, revision=1)
    assert again(one).standing == "partially_invoiced"
    assert differences() == []


def test_a_void_invoice_of_a_void_order_stays_void(cast: Cast) -> None:
    one = order(cast)
    first = invoices.void(issue(cast, invoice_of(cast, one)), by=cast.by_olga, revision=1)
    sales_orders.void(one, by=cast.by_olga, revision=1)
    with refused("ORDER_VOID"):
        invoices.reinstate(first, by=cast.by_olga, revision=1)


def test_an_edited_invoice_counts_as_it_is_now(cast: Cast) -> None:
    one = order(cast)
    draft = edit_invoice(cast, invoice_of(cast, one, 3), 1)
    assert (again(one).standing, set(order_progress.left(one).values())) == ("partially_invoiced", {Decimal(3)})
    with refused("MORE_THAN_ORDERED", field="lines"):
        edit_invoice(cast, draft, 5)
    issued = issue(cast, draft)
    with refused("MORE_THAN_ORDERED", field="lines"):
        edit_invoice(cast, issued, 5)
    edit_invoice(cast, issued, 4)
    assert again(one).standing == "closed"
    assert differences() == []


def test_an_invoice_of_its_own_is_no_part_of_an_order_whatever_its_lines_say(cast: Cast) -> None:
    one, other = order(cast), order(cast)
    own = invoices.create(cast.bakery, written_in(invoice_of(cast, one, 1)), by=cast.by_olga)
    assert [line.source_line_id for line in own.lines.all()] == [None]
    made = invoice_of(cast, other, 1)
    foreign = replace(written_in(made).lines[0], source_line_id=one.lines.get().source_line_id)
    invoices.edit(made, replace(written_in(made), lines=[foreign]), by=cast.by_olga, revision=1)
    assert (again(one).standing, again(other).standing) == ("partially_invoiced", "open")
    assert set(order_progress.left(one).values()) == {Decimal(3)}


def test_percentages_hold_for_each_part(cast: Cast) -> None:
    one = order(cast, discount_kind="percent", discount_value=Decimal(10))
    first, second = invoice_of(cast, one, 1), invoice_of(cast, one)
    assert (first.total_minor, second.total_minor, one.total_minor) == (9_000, 27_000, 36_000)


def test_shipping_and_adjustment_go_with_the_first_part_that_stands(cast: Cast) -> None:
    one = order(cast, shipping_minor=700, adjustment_minor=-50)
    first, second = invoice_of(cast, one, 1), invoice_of(cast, one, 1)
    assert (first.total_minor, second.total_minor) == (10_650, 10_000)
    invoices.delete(first, by=cast.by_olga, revision=1)
    third = invoice_of(cast, one, 3)
    assert (third.shipping_minor, third.adjustment_minor) == (700, -50)
    assert second.total_minor + third.total_minor == one.total_minor


def test_a_discount_in_money_goes_with_the_first_part_as_far_as_it_fits(cast: Cast) -> None:
    one = order(cast, discount_kind="amount", discount_value=Decimal(130))
    made = [invoice_of(cast, one, 1) for _part in range(3)]
    assert [part.discount_minor for part in made] == [10_000, 3_000, 0]
    made.append(invoice_of(cast, one))
    assert sum(part.total_minor for part in made) == one.total_minor == 27_000


def test_a_lines_discount_in_money_goes_with_its_first_part_too(cast: Cast) -> None:
    line = OrderLineContent("Sign", Decimal(4), Decimal(100), discount_kind="amount", discount_value=Decimal(130))
    one = order(cast, lines=(line, ("Lettering", 10, "12.50")))
    made = [invoice_of(cast, one, 0, 2), invoice_of(cast, one, 1), invoice_of(cast, one, 1, 8), invoice_of(cast, one)]
    assert [part.total_minor for part in made] == [2_500, 0, 17_000, 20_000]
    assert sum(part.total_minor for part in made) == one.total_minor


def test_lines_keep_what_is_invoiced_of_them_when_the_order_is_edited(cast: Cast) -> None:
    one = order(cast, lines=TWO)
    invoice_of(cast, one, 4, 0)
    written = content_of(one)
    sign, lettering = written.lines
    added = OrderLineContent("Lighting", Decimal(1), Decimal(40))
    one = sales_orders.edit(one, replace(written, lines=[added, lettering, sign]), by=cast.by_olga, revision=1)
    assert (one.revision, one.revisions.count()) == (2, 2)
    assert list(order_progress.left(one).values()) == [1, 10, 0]
    assert differences() == []


@pytest.mark.parametrize("quantity", [2, None])
def test_a_line_can_not_be_less_than_what_is_invoiced_of_it(cast: Cast, quantity: int | None) -> None:
    one = order(cast, lines=TWO)
    invoice_of(cast, one, 3, 0)
    sign, lettering = content_of(one).lines
    fewer = [replace(sign, quantity=Decimal(quantity))] if quantity else []
    with refused("BELOW_INVOICED", field="lines"):
        sales_orders.edit(one, replace(content_of(one), lines=[*fewer, lettering]), by=cast.by_olga, revision=1)
    exactly = [replace(sign, quantity=Decimal(3)), lettering]
    sales_orders.edit(one, replace(content_of(one), lines=exactly), by=cast.by_olga, revision=1)
    assert differences() == []


def test_ordering_more_opens_what_was_invoiced_wholly(cast: Cast) -> None:
    one = order(cast)
    invoice_of(cast, one)
    (sign,) = content_of(one).lines
    more = replace(content_of(one), lines=[replace(sign, quantity=Decimal(5))])
    one = sales_orders.edit(one, more, by=cast.by_olga, revision=1)
    assert one.standing == "partially_invoiced"


def test_one_line_typed_twice_is_two_lines(cast: Cast) -> None:
    one = order(cast)
    invoice_of(cast, one, 3)
    (sign,) = content_of(one).lines
    one = sales_orders.edit(one, replace(content_of(one), lines=[sign, sign]), by=cast.by_olga, revision=1)
    assert list(order_progress.left(one).values()) == [1, 4]


def test_closing_by_hand_ends_it_and_reopening_undoes_that(cast: Cast) -> None:
    one = order(cast)
    invoice_of(cast, one, 1)
    one = sales_orders.close(one, by=cast.by_olga, revision=1)
    assert (one.standing, one.closed_by["name"]) == ("closed", "Olga Lindqvist")
    with refused("NOT_OPEN"):
        invoice_of(cast, one, 1)
    with refused("NOT_OPEN"):
        sales_orders.close(one, by=cast.by_olga, revision=1)
    with refused("ORDER_CLOSED"):
        sales_orders.edit(one, content_of(one), by=cast.by_olga, revision=1)
    one = sales_orders.reopen(one, by=cast.by_olga, revision=1)
    assert (one.standing, one.closed_at) == ("partially_invoiced", None)
    with refused("NOT_CLOSED"):
        sales_orders.reopen(one, by=cast.by_olga, revision=1)
    assert differences() == []


def test_what_is_invoiced_wholly_is_closed_already(cast: Cast) -> None:
    one = order(cast)
    invoice_of(cast, one)
    with refused("NOT_OPEN"):
        sales_orders.close(one, by=cast.by_olga, revision=1)


def test_it_is_made_void_only_when_nothing_of_it_is_invoiced(cast: Cast) -> None:
    one = order(cast)
    made = invoice_of(cast, one, 1)
    with refused("ORDER_INVOICED"):
        sales_orders.void(one, by=cast.by_olga, revision=1)
    invoices.delete(made, by=cast.by_olga, revision=1)
    one = sales_orders.void(one, by=cast.by_olga, revision=1)
    assert (one.standing, one.number) == ("void", "SO-000001")
    for code, verb in (("NOT_OPEN", sales_orders.void), ("NOT_OPEN", conversions.order_to_invoice)):
        with refused(code):
            verb(one, by=cast.by_olga, revision=1)
    with refused("ORDER_VOID"):
        sales_orders.send(one, to=[cast.ana.id], by=cast.by_olga, revision=1)
    with refused("ORDER_VOID"):
        sales_orders.edit(one, content_of(one), by=cast.by_olga, revision=1)


def test_only_a_draft_is_deleted_and_only_what_is_open_is_invoiced(cast: Cast) -> None:
    draft, opened = draft_order(cast), order(cast)
    with refused("NOT_OPEN"):
        invoice_of(cast, draft)
    with refused("NOT_A_DRAFT"):
        sales_orders.delete(opened, by=cast.by_olga, revision=1)
    with refused("NOT_A_DRAFT"):
        sales_orders.mark_as_open(opened, by=cast.by_olga, revision=1)
    sales_orders.delete(draft, by=cast.by_olga, revision=1)
    assert list(SalesOrder.objects.all()) == [opened]


def test_whoever_saw_another_revision_changes_nothing(cast: Cast) -> None:
    one = order(cast)
    one = sales_orders.edit(one, content_of(one), by=cast.by_olga, revision=1)
    for verb in (sales_orders.close, sales_orders.void, conversions.order_to_invoice):
        with refused("SALES_ORDER_CHANGED"):
            verb(one, by=cast.by_olga, revision=1)


def test_a_viewer_and_the_customer_write_nothing(cast: Cast) -> None:
    one = order(cast)
    for by in (actor(cast.vera), cast.by_ana, actor(cast.otto)):
        for verb in (sales_orders.close, sales_orders.void, conversions.order_to_invoice):
            with refused("NOT_ALLOWED"):
                verb(one, by=by, revision=1)


def test_the_office_is_told_of_the_first_view_alone(cast: Cast) -> None:
    one = order(cast)
    sales_orders.view(one, by=cast.by_olga)
    for _twice in range(2):
        one = sales_orders.view(again(one), by=cast.by_ana)
    assert one.viewed_by_id == cast.ana.id
    assert Event.objects.filter(name="sales_order.viewed").count() == 1
    unseen = order(cast)
    with refused("NOT_YOURS"):
        sales_orders.view(unseen, by=actor(cast.bruno))


def test_the_same_form_twice_is_one_order(cast: Cast) -> None:
    written = content_of(draft_order(cast))
    made = [sales_orders.create(cast.bakery, written, by=cast.by_olga, making_key="k" * 20) for _twice in range(2)]
    assert made[0] == made[1]


def test_an_accepted_quote_becomes_an_order_once_and_stays_accepted(cast: Cast) -> None:
    one = quotes.accept(quote(cast, extra="40"), by=cast.by_ana, revision=1, chosen={1})
    made = conversions.quote_to_sales_order(one, by=cast.by_olga, revision=1)
    assert (again(one).state, made.state, made.total_minor) == ("accepted", "draft", 14_000)
    assert (origins.origin_of(made), origins.made_of(one)) == (one, [made])
    for verb in (conversions.quote_to_sales_order, conversions.quote_to_invoice):
        with refused("ALREADY_MADE"):
            verb(one, by=cast.by_olga, revision=1)
    with refused("QUOTE_ORDERED"):
        quotes.edit(one, quotes.content_of(one, list(one.lines.all())), by=cast.by_olga, revision=1)
    sales_orders.delete(made, by=cast.by_olga, revision=1)
    assert conversions.quote_to_sales_order(one, by=cast.by_olga, revision=1).state == "draft"


def test_what_was_not_chosen_is_not_ordered(cast: Cast) -> None:
    one = quotes.accept(quote(cast, extra="40"), by=cast.by_ana, revision=1)
    made = conversions.quote_to_sales_order(one, by=cast.by_olga, revision=1)
    assert [line.name for line in made.lines.all()] == ["Shop sign"]


def test_only_an_accepted_quote_becomes_an_order(cast: Cast) -> None:
    sent = quote(cast)
    with refused("NOT_ACCEPTED"):
        conversions.quote_to_sales_order(sent, by=cast.by_olga, revision=1)


def prefer(cast: Cast, becomes: str, *, by: Any = None) -> None:
    organizations.change_quotes(
        cast.studio,
        asks_for_signature=False,
        accepted_becomes=becomes,
        revision=cast.studio.revision,
        by=by or cast.by_olga,
    )


@pytest.mark.parametrize(("becomes", "kinds"), [("", []), ("invoice", ["invoice"]), ("sales_order", ["sales_order"])])
def test_an_accepted_quote_becomes_by_itself_what_the_business_prefers(
    cast: Cast, becomes: str, kinds: list[str]
) -> None:
    prefer(cast, becomes)
    one = quotes.accept(quote(cast), by=cast.by_ana, revision=1)
    made = origins.made_of(one)
    assert [document.kind() for document in made] == kinds
    assert one.state == again(one).state == ("invoiced" if becomes == "invoice" else "accepted")
    for document in made:
        assert (document.state, document.made_by["kind"]) == ("draft", "system")


def test_what_is_in_the_way_of_making_something_is_not_in_the_way_of_accepting(cast: Cast) -> None:
    prefer(cast, "invoice")
    one = quote(cast)
    type(one).objects.filter(id=one.id).update(currency="EUR")
    one = quotes.accept(again(one), by=cast.by_ana, revision=1)
    assert (one.state, origins.made_of(one)) == ("accepted", [])
    assert Event.objects.get(name="quote.not_made").data["code"] == "CURRENCY_CHANGED"


def test_nobody_but_an_owner_says_what_a_quote_becomes(cast: Cast) -> None:
    with refused("NOT_ALLOWED"):
        prefer(cast, "invoice", by=actor(cast.stig))
    with refused("BECOMES", field="accepted_becomes"):
        prefer(cast, "payment")


def test_verify_says_when_an_order_stands_wrongly_or_too_much_is_invoiced(cast: Cast) -> None:
    one = order(cast)
    made = invoice_of(cast, one, 1)
    SalesOrder.objects.filter(id=one.id).update(standing="open")
    assert [text for text in differences() if "stands as open" in text]
    made.lines.update(quantity=Decimal(9))
    assert [text for text in differences() if "beyond what was ordered" in text]


def test_how_it_stands_is_walled_in_the_database_too(cast: Cast) -> None:
    one = order(cast)
    for wrong in ({"state": "closed"}, {"state": "void"}, {"standing": "void"}, {"number": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            SalesOrder.objects.filter(id=one.id).update(**wrong)


def test_every_state_has_its_row_in_the_table() -> None:
    assert set(SalesOrder.TRANSITIONS) == set(SalesOrder.State)


def test_it_is_dated_today_where_the_business_is(cast: Cast) -> None:
    one = quotes.accept(quote(cast), by=cast.by_ana, revision=1)
    assert conversions.quote_to_sales_order(one, by=cast.by_olga, revision=1).dated == clock.today("Europe/London")


def test_twice_at_once_never_invoices_more_than_was_ordered(both_databases: str, cast: Cast) -> None:
    one = order(cast)
    outcomes = at_once(4, lambda _place: invoice_of(cast, one, 3))
    assert [getattr(outcome.error, "code", outcome.error) for outcome in outcomes if outcome.error] == [
        "MORE_THAN_ORDERED"
    ] * 3
    assert (Invoice.objects.count(), again(one).standing) == (1, "partially_invoiced")
    assert differences() == []


def test_twice_at_once_makes_one_thing_of_a_quote(both_databases: str, cast: Cast) -> None:
    one = quotes.accept(quote(cast), by=cast.by_ana, revision=1)
    verbs = (conversions.quote_to_sales_order, conversions.quote_to_invoice)
    outcomes = at_once(4, lambda place: verbs[place % 2](one, by=cast.by_olga, revision=1))
    assert [getattr(outcome.error, "code", outcome.error) for outcome in outcomes if outcome.error] == [
        "ALREADY_MADE"
    ] * 3
    assert len(origins.made_of(one)) == 1
