"""The customer's sales orders, where the business shows them."""

from typing import Any

import pytest

from counterfoil.books.sales import invoices, sales_orders
from counterfoil.foundation.events import Event
from tests.support.books import draft_order, invoice_of, order
from tests.support.cast import Cast, visitor
from tests.support.switches import switch


def at(one: Any, rest: str = "") -> str:
    return f"/portal/lindqvist-zhou/{one.customer_id}/sales-orders/{one.id}/{rest}"


def index(cast: Cast, query: str = "") -> Any:
    return visitor(cast.ana).get(f"/portal/lindqvist-zhou/{cast.bakery.id}/sales-orders/{query}")


def numbers(answer: Any) -> set[str]:
    return {row["number"] for row in answer.context["rows"]}


def test_they_are_nowhere_until_the_business_shows_them(cast: Cast) -> None:
    one, ana = order(cast), visitor(cast.ana)
    for address in (at(one), at(one, "pdf/"), at(one).replace(f"{one.id}/", "")):
        assert ana.get(address).status_code == 404
    home = f"/portal/lindqvist-zhou/{cast.bakery.id}/"
    assert "sales-orders" not in ana.get(home).text
    switch(cast, sales_orders=True)
    assert ana.get(at(one)).status_code == 200
    assert f"{home}sales-orders/" in ana.get(home).text


def test_an_empty_list_says_what_will_appear(cast: Cast) -> None:
    switch(cast, sales_orders=True)
    assert "What you order appears here" in index(cast).text


def test_the_filters_show_what_they_say(cast: Cast) -> None:
    switch(cast, sales_orders=True)
    some = {"open": order(cast), "partially-invoiced": order(cast), "closed": order(cast)}
    invoice_of(cast, some["partially-invoiced"], 1)
    some["closed"] = sales_orders.close(some["closed"], by=cast.by_olga, revision=1)
    some["void"] = sales_orders.void(order(cast), by=cast.by_olga, revision=1)
    draft_order(cast)
    assert numbers(index(cast)) == {one.number for one in some.values()}
    for status, one in some.items():
        assert numbers(index(cast, f"?status={status}")) == {one.number}, status


def test_drafts_and_others_orders_are_not_there(cast: Cast) -> None:
    switch(cast, sales_orders=True)
    assert visitor(cast.ana).get(at(draft_order(cast))).status_code == 404
    theirs = order(cast)
    for person, customer, seen in ((cast.ana, cast.bakery, [theirs.number]), (cast.bruno, cast.tidewater, [])):
        listed = visitor(person).get(f"/portal/lindqvist-zhou/{customer.id}/sales-orders/")
        assert [row["number"] for row in listed.context["rows"]] == seen
    elsewhere = at(theirs).replace(str(cast.bakery.id), str(cast.bruno.customer_id))
    assert visitor(cast.bruno).get(elsewhere).status_code == 404


def test_it_shows_the_invoices_made_of_it_that_the_customer_may_see(cast: Cast) -> None:
    switch(cast, sales_orders=True)
    one = order(cast)
    draft, void = invoice_of(cast, one, 1), invoice_of(cast, one, 1)
    void = invoices.mark_as_sent(void, by=cast.by_olga, revision=1)
    void = invoices.void(void, by=cast.by_olga, revision=1)
    issued = invoices.mark_as_sent(invoice_of(cast, one, 1), by=cast.by_olga, revision=1)
    page = visitor(cast.ana).get(at(one))
    assert [made["name"] for made in page.context["made"]] == [void.number, issued.number]
    assert str(draft.id) not in page.text
    assert f"/invoices/{issued.id}/" in page.text
    assert "Void" in page.context["made"][0]["pill"]
    assert "Unpaid" in page.context["made"][1]["pill"]


def test_opening_it_is_told_to_the_office_once(cast: Cast) -> None:
    switch(cast, sales_orders=True)
    one, ana = order(cast), visitor(cast.ana)
    ana.get(at(one), headers={"Sec-Purpose": "prefetch"})
    assert not Event.objects.filter(name="sales_order.viewed").exists()
    for _twice in range(2):
        ana.get(at(one))
    assert Event.objects.get(name="sales_order.viewed").by.id == cast.ana.id


def test_the_pdf_is_there(cast: Cast) -> None:
    switch(cast, sales_orders=True)
    one = order(cast)
    answer = visitor(cast.ana).get(at(one, "pdf/"))
    assert answer["Content-Type"] == "application/pdf"
    assert f'filename="{one.number}.pdf"' in answer["Content-Disposition"]


@pytest.mark.parametrize("count", [1, 10])
def test_the_pages_keep_their_budget(cast: Cast, django_assert_max_num_queries: Any, count: int) -> None:
    switch(cast, sales_orders=True)
    one = order(cast, lines=(("Shop sign", 40, "10"),))
    for _part in range(count):
        invoices.mark_as_sent(invoice_of(cast, one, 1), by=cast.by_olga, revision=1)
    ana = visitor(cast.ana)
    ana.get(at(one))
    with django_assert_max_num_queries(9):
        ana.get(at(one))
    with django_assert_max_num_queries(8):
        ana.get(f"/portal/lindqvist-zhou/{cast.bakery.id}/sales-orders/")
