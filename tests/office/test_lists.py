"""The office's lists as files, and what is done to several of their rows at once."""

import csv
import io
from datetime import date
from typing import Any

import pytest

from counterfoil.books.sales.models import Invoice
from counterfoil.outbound import batches
from counterfoil.outbound.models import Batch
from tests.support.books import draft_invoice, invoice, many_invoices, pay, quote
from tests.support.cast import Cast, customer, visitor


def url(cast: Cast, rest: str) -> str:
    return f"/office/{cast.studio.id}/{rest}"


def file(cast: Cast, rest: str, person: Any = None) -> list[dict[str, str]]:
    answer = visitor(person or cast.olga).get(url(cast, rest))
    assert answer["Content-Type"].startswith("text/csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_the_file_has_what_the_list_has_on_all_its_pages_in_its_order(cast: Cast) -> None:
    many_invoices(cast, cast.bakery, 60)
    page = visitor(cast.olga).get(url(cast, "invoices/?sort=amount"))
    assert len(page.context["rows"]) == 50
    rows = file(cast, f"invoices/{page.context['listing'].file_url}")
    assert len(rows) == 60
    assert [row["Number"] for row in rows[:50]] == [row["number"] for row in page.context["rows"]]
    assert rows == sorted(rows, key=lambda row: float(row["Amount"]))


def test_amounts_are_plain_decimals_beside_their_currency_and_days_are_plain(cast: Cast) -> None:
    one = invoice(cast, amount="1234.5", dated=date(2026, 3, 4), order_number="PO-7")
    pay(cast, cast.bakery, 10_000, {one.id: 10_000})
    (row,) = file(cast, "invoices/?format=csv")
    assert row == {
        "Number": one.number,
        "Date": "2026-03-04",
        "Customer": "Harbour Bakery Ltd",
        "Order number": "PO-7",
        "Status": "Overdue",
        "Due date": "2026-04-03",
        "Currency": "GBP",
        "Amount": "1234.50",
        "Balance": "1134.50",
    }


def test_the_file_is_narrowed_as_the_page_is(cast: Cast) -> None:
    draft_invoice(cast)
    found = invoice(cast, order_number="Mill-7")
    invoice(cast)
    assert [row["Number"] for row in file(cast, "invoices/?format=csv&status=unpaid&q=mill")] == [found.number]


def test_what_a_spreadsheet_would_run_is_text(cast: Cast) -> None:
    evil = customer(cast.studio, "=cmd|' /C calc'!A0", "GBP", by=cast.by_olga)
    invoice(cast, evil, order_number="@SUM(1)")
    (row,) = file(cast, "invoices/?format=csv")
    assert (row["Customer"], row["Order number"]) == ("'=cmd|' /C calc'!A0", "'@SUM(1)")


def test_an_empty_list_offers_no_file(cast: Cast) -> None:
    assert not visitor(cast.olga).get(url(cast, "quotes/")).context["listing"].file_url
    quote(cast)
    assert "format=csv" in visitor(cast.olga).get(url(cast, "quotes/")).context["listing"].file_url


def test_customers_by_what_they_owe_and_as_a_file(cast: Cast) -> None:
    invoice(cast, amount="80")
    pay(cast, cast.tidewater, 500)
    client = visitor(cast.olga)
    for asked, names in (("owing", ["Harbour Bakery Ltd"]), ("credit", ["Tidewater Ceramics"])):
        page = client.get(url(cast, f"customers/?status={asked}"))
        assert [row["name"] for row in page.context["rows"]] == names
    rows = {row["Name"]: row for row in file(cast, "customers/?format=csv")}
    assert rows["Harbour Bakery Ltd"]["Receivables"] == "80.00"
    assert rows["Tidewater Ceramics"]["Unused credits"] == "5.00"
    assert rows["云杉设计有限公司"]["Receivables"] == "0.00"
    assert [row["Name"] for row in file(cast, "customers/?format=csv&q=tide")] == ["Tidewater Ceramics"]


def test_payments_are_found_by_their_customer_and_as_a_file(cast: Cast) -> None:
    mine, other = pay(cast, cast.bakery, 500), pay(cast, cast.tidewater, 700)
    page = visitor(cast.olga).get(url(cast, "payments/?q=harbour"))
    assert [row["number"] for row in page.context["rows"]] == [mine.number]
    assert [row["Number"] for row in file(cast, "payments/?format=csv&kind=credit&sort=amount")] == [
        mine.number,
        other.number,
    ]


def tick(cast: Cast, path: str, *documents: Any, person: Any = None, **more: str) -> Any:
    ids = [str(one.id) for one in documents]
    return visitor(person or cast.olga).post(url(cast, path), {"document": ids, "batch_key": "k"} | more)


def test_what_is_ticked_is_packed_watched_and_fetched(cast: Cast) -> None:
    first, second = invoice(cast), invoice(cast, cast.yunshan)
    answer = tick(cast, "invoices/together/", first, second, act="zip", person=cast.vera)
    client, batch = visitor(cast.vera), Batch.objects.get()
    assert answer.status_code == 303
    waiting = client.get(answer["Location"])
    assert "0 of 2 done" in waiting.text
    assert client.get(f"{answer['Location']}file/").status_code == 404
    batches.run_due()
    assert "The ZIP file is ready" in client.get(answer["Location"]).text
    got = client.get(f"{answer['Location']}file/")
    assert (got["Content-Type"], got.content[:2]) == ("application/zip", b"PK")
    assert [str(first.id), str(second.id)] == batch.document_ids


def test_a_batch_is_seen_by_whoever_began_it_alone(cast: Cast) -> None:
    where = tick(cast, "invoices/together/", invoice(cast), act="pdf")["Location"]
    batches.run_due()
    for person in (cast.stig, cast.vera):
        assert visitor(person).get(where).status_code == 404
        assert visitor(person).get(f"{where}file/").status_code == 404


def test_only_documents_of_the_organization_are_taken(cast: Cast) -> None:
    foreign = invoice(cast, cast.foyle)
    client = visitor(cast.olga)
    answer = client.post(url(cast, "invoices/together/"), {"document": [str(foreign.id)], "act": "zip"}, follow=True)
    assert "Tick at least one document first." in answer.text
    assert not Batch.objects.exists()


def test_drafts_are_sent_together_by_who_may_send(cast: Cast) -> None:
    drafts = [draft_invoice(cast), draft_invoice(cast, cast.tidewater)]
    assert tick(cast, "invoices/sending/", *drafts, person=cast.vera).status_code == 403
    assert tick(cast, "invoices/together/", *drafts, act="send").status_code == 404
    where = tick(cast, "invoices/sending/", *drafts)["Location"]
    batches.run_due()
    assert "2 documents were sent." in visitor(cast.olga).get(where).text
    assert Invoice.objects.filter(state="issued").count() == 2


def test_what_was_not_sent_is_named_with_the_reason(cast: Cast) -> None:
    from counterfoil.books.customers import contacts

    contacts.retire(cast.bruno, by=cast.by_olga)
    where = tick(cast, "invoices/sending/", draft_invoice(cast, cast.tidewater))["Location"]
    batches.run_due()
    text = visitor(cast.olga).get(where).text
    assert "0 documents were sent." in text
    assert "Choose at least one contact person" in text


def test_the_list_offers_a_viewer_no_sending(cast: Cast) -> None:
    invoice(cast)
    assert 'value="zip"' in visitor(cast.vera).get(url(cast, "invoices/")).text
    assert "invoices/sending/" not in visitor(cast.vera).get(url(cast, "invoices/")).text
    assert "invoices/sending/" in visitor(cast.olga).get(url(cast, "invoices/")).text


@pytest.mark.parametrize("act", ["", "void", "send"])
def test_nothing_else_can_be_asked_for(cast: Cast, act: str) -> None:
    assert tick(cast, "invoices/together/", invoice(cast), act=act).status_code == 404
    assert not Batch.objects.exists()
