"""Search over everything, from any page of the office."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.support.books import (
    credit_note,
    draft_invoice,
    invoice,
    many_invoices,
    order,
    pay,
    quote,
    recurring,
    retainer,
)
from tests.support.cast import Cast, visitor
from tests.support.projects import project


def search(cast: Cast, text: str, *, person: Any = None) -> Any:
    return visitor(person or cast.vera).get(f"/office/{cast.studio.id}/search/", {"q": text})


def found(cast: Cast, text: str) -> dict[str, list[str]]:
    groups = search(cast, text).context["groups"]
    return {group.name: [row["name"] for row in group.rows] for group in groups}


def test_a_customers_name_finds_the_customer_and_whatever_is_theirs(cast: Cast) -> None:
    bill, offer = invoice(cast, amount="120"), quote(cast)
    ordered, held, note, profile = order(cast), retainer(cast), credit_note(cast), recurring(cast)
    payment, work = pay(cast, cast.bakery, 5_000), project(cast)
    for another in (cast.tidewater, cast.foyle):
        invoice(cast, another)
        project(cast, another)
    assert found(cast, "harb bak") == {
        "customers": ["Harbour Bakery Ltd"],
        "invoices": [bill.number],
        "quotes": [offer.number],
        "sales_orders": [ordered.number],
        "retainer_invoices": [held.number],
        "credit_notes": [note.number],
        "recurring_invoices": [profile.name],
        "payments": [payment.number],
        "projects": [work.name],
    }


def test_a_number_and_an_amount_find_what_has_them_and_nothing_else(cast: Cast) -> None:
    one = invoice(cast, amount="1234.50", order_number="PO-9")
    invoice(cast, cast.tidewater, amount="99")
    payment = pay(cast, cast.bakery, 123_450)
    assert found(cast, one.number.lower()) == {"invoices": [one.number]}
    assert found(cast, "po-9") == {"invoices": [one.number]}
    assert found(cast, "£1,234.50") == {"invoices": [one.number], "payments": [payment.number]}
    assert found(cast, "nothing of the kind") == {}


def test_each_line_leads_to_what_it_names_and_drafts_are_there(cast: Cast) -> None:
    draft = draft_invoice(cast, amount="55.55")
    (group,) = search(cast, "55.55").context["groups"]
    (row,) = group.rows
    assert (row["name"], row["about"], row["amount"]) == ("Draft", "Harbour Bakery Ltd", "£55.55")
    assert row["url"] == f"/office/{cast.studio.id}/invoices/{draft.id}/"
    assert visitor(cast.vera).get(row["url"]).status_code == 200


def test_where_more_fits_than_is_shown_the_list_has_all_of_it(cast: Cast) -> None:
    many_invoices(cast, cast.bakery, 7)
    groups = {group.name: group for group in search(cast, "harbour bakery").context["groups"]}
    assert len(groups["invoices"].rows) == 5
    assert groups["customers"].all_url == ""
    assert len(visitor(cast.vera).get(groups["invoices"].all_url).context["rows"]) == 7


@pytest.mark.parametrize("text", ["", "  ", "harbour", "\x00", "%", "x" * 200, "云杉", "1,250.00"])
def test_whatever_is_typed_is_answered_within_twelve_queries(cast: Cast, text: str) -> None:
    invoice(cast)
    browser = visitor(cast.vera)
    with CaptureQueriesContext(connection) as asked:
        answer = browser.get(f"/office/{cast.studio.id}/search/", {"q": text})
    assert answer.status_code == 200
    assert len(asked) <= 12


def test_what_was_typed_stands_in_the_field_as_text_alone(cast: Cast) -> None:
    answer = search(cast, '"><script>alert(1)</script>')
    assert "<script>alert" not in answer.text
    assert "Nothing fits" in answer.text
    assert "Type part of a customer" in search(cast, "").text
