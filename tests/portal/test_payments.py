"""**Payments made**: the list, the receipt, its PDF."""

import io
from datetime import timedelta
from typing import Any

import pytest
from pypdf import PdfReader

from counterfoil.books.organizations.models import Organization
from counterfoil.books.payments.models import Payment
from counterfoil.books.sales import invoices
from counterfoil.foundation import clock
from counterfoil.foundation.ids import new_id
from tests.support.books import invoice, pay, staff_of
from tests.support.cast import Cast, visitor
from tests.support.till import Till


def address(cast: Cast, rest: str = "", customer: Any = None) -> str:
    return f"/portal/lindqvist-zhou/{(customer or cast.bakery).id}/payments/{rest}"


def numbers(answer: Any) -> list[str]:
    return [row["number"] for row in answer.context["rows"]]


def many_payments(cast: Cast, count: int) -> None:
    """So many payments, copied from one: only for lists."""
    first = pay(cast, cast.bakery, 5_000)
    rows = []
    for place in range(count - 1):
        row = Payment.objects.get(id=first.id)
        row.pk = row.id = new_id()
        row._state.adding = True
        row.number, row.recording_key = f"PMT-{place + 500_000}", ""
        row.paid_on -= timedelta(days=place % 90)
        row.amount_minor += place % 40
        rows.append(row)
    Payment.objects.bulk_create(rows, batch_size=500)


def test_an_empty_list_says_what_will_appear(cast: Cast) -> None:
    text = visitor(cast.ana).get(address(cast)).text
    assert "Each payment appears here with its receipt" in text
    assert "See what is unpaid" in text


def test_what_was_paid_online_and_what_the_office_recorded_are_listed(cast: Cast, till: Till) -> None:
    online = till.pay(invoice(cast)).payment
    by_bank = pay(cast, cast.bakery, 7_000, {})
    pay(cast, cast.tidewater, 900, {})
    answer = visitor(cast.ana).get(address(cast))
    assert set(numbers(answer)) == {online.number, by_bank.number}
    for words in ("Visa •••• 4242", "Bank transfer", "£100.00", "£70.00"):
        assert words in answer.text


def test_search_finds_by_the_start_of_a_number_its_digits_and_the_reference(cast: Cast) -> None:
    payment, other = pay(cast, cast.bakery, 5_000), pay(cast, cast.bakery, 7_000)
    payment.reference, payment.reference_key = "Sent twice", "sent twice"
    payment.save(update_fields=["reference", "reference_key"])
    ana = visitor(cast.ana)
    for text in (payment.number, payment.number[4:].lstrip("0"), "sent TW"):
        assert numbers(ana.get(address(cast), {"q": text})) == [payment.number]
    assert set(numbers(ana.get(address(cast), {"q": "pmt"}))) == {payment.number, other.number}
    nothing = ana.get(address(cast), {"q": "twice"}).text
    assert "No payment found" in nothing
    assert 'value="twice"' in nothing


@pytest.mark.parametrize("sort", ["date", "amount", "-date", "-amount"])
def test_every_sort_pages_through_all_rows_once_both_ways(cast: Cast, sort: str) -> None:
    many_payments(cast, 120)
    client = visitor(cast.ana)
    seen, query, back = [], f"?sort={sort}", ""
    while query:
        answer = client.get(address(cast) + query)
        seen.append(numbers(answer))
        query, back = answer.context["listing"].older, answer.context["listing"].newer
    assert [len(page) for page in seen] == [50, 50, 20]
    assert len({number for page in seen for number in page}) == 120
    assert numbers(client.get(address(cast) + back)) == seen[-2]


def test_a_receipt_says_what_it_paid_and_what_is_left(cast: Cast) -> None:
    first, second = invoice(cast), invoice(cast)
    payment = pay(cast, cast.bakery, 25_000, {first.id: 10_000, second.id: 4_000})
    answer = visitor(cast.ana).get(address(cast, f"{payment.id}/"))
    for words in (
        "£250.00",
        first.number,
        second.number,
        "Paid in full",
        "£60.00 still to pay",
        "Left as credit",
        "£110.00",
    ):
        assert words in answer.text
    assert "Thank you" not in answer.text
    assert "on its way" not in answer.text
    assert f"/invoices/{first.id}/" in answer.text


def test_a_receipt_for_nothing_but_credit(cast: Cast) -> None:
    payment = pay(cast, cast.bakery, 25_000)
    answer = visitor(cast.ana).get(address(cast, f"{payment.id}/"))
    assert "Left as credit" in answer.text


def test_what_was_taken_off_an_invoice_again_is_not_on_the_receipt(cast: Cast) -> None:
    one = invoice(cast)
    payment = pay(cast, cast.bakery, 10_000, {one.id: 10_000})
    one.refresh_from_db()
    invoices.void(one, by=staff_of(cast, cast.bakery), revision=one.revision)
    answer = visitor(cast.ana).get(address(cast, f"{payment.id}/"))
    assert answer.context["uses"] == []
    assert "Left as credit" in answer.text


def test_the_pdf_says_the_same(cast: Cast, till: Till) -> None:
    one = invoice(cast)
    payment = till.pay(one).payment
    answer = visitor(cast.ana).get(address(cast, f"{payment.id}/pdf/"))
    assert answer.headers["Content-Type"] == "application/pdf"
    assert payment.number in answer.headers["Content-Disposition"]
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    for words in (payment.number, "£100.00", one.number, "Visa •••• 4242"):
        assert words in text


def test_another_customers_receipt_is_not_found(cast: Cast) -> None:
    payment = pay(cast, cast.tidewater, 900)
    for rest in (f"{payment.id}/", f"{payment.id}/pdf/"):
        assert visitor(cast.ana).get(address(cast, rest)).status_code == 404
        assert visitor(cast.ana).get(address(cast, rest, cast.tidewater)).status_code == 404
        assert visitor(cast.bruno).get(address(cast, rest, cast.tidewater)).status_code == 200


def test_where_the_list_is_switched_off_the_receipt_is_still_there(cast: Cast) -> None:
    payment = pay(cast, cast.bakery, 900)
    Organization.objects.filter(id=cast.studio.id).update(modules={"payments": False})
    client = visitor(cast.ana)
    assert client.get(address(cast)).status_code == 404
    answer = client.get(address(cast, f"{payment.id}/"))
    assert answer.status_code == 200
    assert "Payments made" not in answer.text


def test_the_list_stays_within_its_queries_at_a_thousand(cast: Cast, django_assert_max_num_queries: Any) -> None:
    many_payments(cast, 1_000)
    client = visitor(cast.ana)
    for query in ("", "?sort=amount"):
        with django_assert_max_num_queries(8):
            assert len(numbers(client.get(address(cast) + query))) == 50


def test_a_payment_counts_on_the_day_it_was_made(cast: Cast) -> None:
    payment = pay(cast, cast.bakery, 900)
    assert payment.paid_on == clock.today("Europe/London")
