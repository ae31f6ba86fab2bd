"""The customer's list of invoices and one invoice."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils.html import strip_tags

from counterfoil.books.sales import invoices
from counterfoil.books.sales.models import Invoice
from counterfoil.books.sales.pricing import LineContent
from counterfoil.foundation import clock
from counterfoil.foundation.events import Event
from tests.support.books import draft_invoice, invoice, many_invoices, pay
from tests.support.cast import Cast, actor, visitor


def numbers(answer: Any) -> list[str]:
    return [row["number"] for row in answer.context["rows"]]


def index(cast: Cast, query: str = "", person: Any = None, customer: Any = None) -> Any:
    customer = customer or cast.bakery
    return visitor(person or cast.ana).get(f"/portal/lindqvist-zhou/{customer.id}/invoices/{query}")


def show(cast: Cast, one: Any, person: Any = None, **headers: str) -> Any:
    return visitor(person or cast.ana).get(
        f"/portal/lindqvist-zhou/{one.customer_id}/invoices/{one.id}/", headers=headers
    )


def test_an_empty_list_says_what_will_appear(cast: Cast) -> None:
    assert "Invoices appear here as soon as you are sent one." in index(cast).text


def test_drafts_stay_in_the_office(cast: Cast) -> None:
    draft = draft_invoice(cast)
    assert index(cast).context["rows"] == []
    assert show(cast, draft).status_code == 404


def test_the_filters_show_what_they_say(cast: Cast) -> None:
    today = clock.today("Europe/London")
    open_one = invoice(cast)
    late = invoice(cast, dated=today - timedelta(days=60))
    partly = invoice(cast)
    pay(cast, cast.bakery, 4_000, {partly.id: 4_000})
    paid = invoice(cast)
    pay(cast, cast.bakery, 10_000, {paid.id: 10_000})
    assert set(numbers(index(cast))) == {one.number for one in (open_one, late, partly, paid)}
    assert set(numbers(index(cast, "?status=unpaid"))) == {open_one.number, late.number, partly.number}
    assert numbers(index(cast, "?status=overdue")) == [late.number]
    assert numbers(index(cast, "?status=partially-paid")) == [partly.number]
    assert numbers(index(cast, "?status=paid")) == [paid.number]


def test_what_the_office_calls_viewed_is_unpaid_here(cast: Cast) -> None:
    one = invoice(cast)
    show(cast, one)
    assert strip_tags(index(cast).context["rows"][0]["pill"]) == "Unpaid"


@pytest.mark.parametrize("sort", ["date", "number", "due", "amount", "balance"])
@pytest.mark.parametrize("direction", ["", "-"])
def test_every_sort_pages_through_all_rows_once_both_ways(cast: Cast, sort: str, direction: str) -> None:
    many_invoices(cast, cast.bakery, 120)
    seen, query, back = [], f"?sort={direction}{sort}", ""
    while query:
        answer = index(cast, query)
        seen.append(numbers(answer))
        query, back = answer.context["listing"].older, answer.context["listing"].newer
    assert [len(page) for page in seen] == [50, 50, 20]
    assert len({number for page in seen for number in page}) == 120
    assert numbers(index(cast, back)) == seen[-2]


def test_search_finds_by_the_start_of_a_number_its_digits_the_order_number_and_the_amount(cast: Cast) -> None:
    one = invoice(cast, order_number="HB-2281", amount="1307.50")
    invoice(cast, order_number="ZZ-1")
    for text in (one.number.lower(), one.number, "1", "hb-22"):
        assert one.number in numbers(index(cast, f"?q={text}"))
    for text in ("hb-2281", "1307.5", "£1,307.50"):
        assert numbers(index(cast, f"?q={text}")) == [one.number]
    assert "No invoice found" in index(cast, "?q=nothing").text


@pytest.mark.parametrize(
    "query", ["?sort=password", "?status=zzz", "?page=%00", "?page=W10", "?q=%00x", "?sort=--date"]
)
def test_a_strange_address_shows_the_list(cast: Cast, query: str) -> None:
    invoice(cast)
    assert index(cast, query).status_code == 200


def test_the_page_says_what_is_owed_and_was_paid(cast: Cast) -> None:
    one = invoice(cast, amount="1380")
    payment = pay(cast, cast.bakery, 60_000, {one.id: 60_000})
    answer = show(cast, one)
    assert "£780.00" in answer.text
    assert payment.number in answer.text
    assert "Partially paid" in answer.text


def test_a_void_invoice_says_so_and_not_that_it_was_paid(cast: Cast) -> None:
    one = invoice(cast)
    void = invoices.void(one, by=cast.by_olga, revision=one.revision)
    totals = show(cast, void).context["sheet"].totals
    assert ("Made void", "−100.00") in [(total.label, total.amount) for total in totals]
    assert "Paid and credited" not in [total.label for total in totals]


def test_the_first_opening_is_told_to_the_office_once(cast: Cast) -> None:
    one = invoice(cast)
    show(cast, one)
    show(cast, one, cast.sam)
    one.refresh_from_db()
    assert one.viewed_by_id == cast.ana.id
    assert Event.objects.filter(name="invoice.viewed", subject_id=one.id).count() == 1


def test_a_prefetch_a_head_and_the_staff_do_not_count_as_opening(cast: Cast) -> None:
    one = invoice(cast)
    show(cast, one, **{"Sec-Purpose": "prefetch;prerender"})
    visitor(cast.ana).head(f"/portal/lindqvist-zhou/{cast.bakery.id}/invoices/{one.id}/")
    visitor(cast.olga).get(f"/portal/lindqvist-zhou/{cast.bakery.id}/invoices/{one.id}/")
    assert Invoice.objects.get(id=one.id).viewed_at is None


def test_a_strangers_invoice_is_not_found_by_any_address(cast: Cast) -> None:
    other = invoice(cast, cast.tidewater)
    base = f"/portal/lindqvist-zhou/{cast.bakery.id}/invoices/{other.id}"
    for path in (f"{base}/", f"{base}/pdf/", f"{base}/pay/"):
        assert visitor(cast.ana).get(path).status_code == 404


def test_an_edited_invoice_shows_its_newest_revision(cast: Cast) -> None:
    one = invoice(cast, amount="100")
    draft = draft_invoice(cast, amount="250")
    content = invoices.InvoiceContent(
        dated=one.dated,
        payment_days=30,
        lines=[LineContent("Sign", draft.lines.get().quantity, draft.lines.get().rate)],
    )
    invoices.edit(one, content, by=actor(cast.olga), revision=1)
    answer = show(cast, one)
    assert "£250.00" in answer.text
    assert "Menu boards" not in answer.text


def test_the_pdf_carries_the_number_and_downloads(cast: Cast) -> None:
    one = invoice(cast)
    answer = visitor(cast.ana).get(f"/portal/lindqvist-zhou/{cast.bakery.id}/invoices/{one.id}/pdf/")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'attachment; filename="{one.number}.pdf"'
    assert answer.content.startswith(b"%PDF")


@pytest.mark.parametrize("count", [10, 1000])
def test_list_and_page_take_eight_queries_however_many_invoices(
    cast: Cast, count: int, django_assert_max_num_queries: Any
) -> None:
    many_invoices(cast, cast.bakery, count)
    one = Invoice.objects.filter(customer=cast.bakery).first()
    pay(cast, cast.bakery, 5_000, {})
    client, base = visitor(cast.ana), f"/portal/lindqvist-zhou/{cast.bakery.id}/invoices/"
    client.get(f"{base}{one.id}/")
    for path in (base, f"{base}?status=unpaid&sort=due", f"{base}?q=INV-5", f"{base}{one.id}/"):
        with django_assert_max_num_queries(8):
            assert client.get(path).status_code == 200
