"""The pages of an import: what the owner sees from the file to what came of it, and that nobody else does."""

import csv
import io
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from counterfoil.books.customers.models import Customer
from counterfoil.imports import reading
from counterfoil.imports.models import Import
from counterfoil.outbound import batches
from tests.support.cast import Cast, visitor
from tests.support.imports import bring, contact, csv_of, invoice, upload

ROWS = [contact("Mill Lane Pottery", Notes="=1+1"), contact("Rye Holidays", EmailID="nowhere")]


def url(cast: Cast, rest: str = "") -> str:
    return f"/office/{cast.studio.id}/settings/import/{rest}"


def post(client: Any, cast: Cast, content: bytes, **more: str) -> Any:
    file = SimpleUploadedFile("contacts.csv", content, content_type="text/csv")
    return client.post(url(cast), {"kind": "contacts", "file": file, "making_key": "key"} | more)


def test_from_the_file_to_the_customers(cast: Cast) -> None:
    olga = visitor(cast.olga)
    answer = post(olga, cast, csv_of([contact("Mill Lane Pottery")]))
    (made,) = Import.objects.all()
    assert (answer.status_code, answer.url) == (303, url(cast, f"{made.id}/"))
    page = olga.get(answer.url).content.decode()
    assert "The file is being checked" in page
    batches.run_due()
    page = olga.get(answer.url).content.decode()
    assert "The file is ready" in page
    assert "Mill Lane Pottery" in page
    assert not Customer.objects.filter(display_name="Mill Lane Pottery").exists()
    assert olga.post(url(cast, f"{made.id}/start/"), {"checks": "1"}).url == answer.url
    assert "The file is being imported" in olga.get(answer.url).content.decode()
    batches.run_due()
    page = olga.get(answer.url).content.decode()
    assert "The file is imported" in page
    assert Customer.objects.filter(display_name="Mill Lane Pottery").exists()
    assert "contacts.csv" in olga.get(url(cast)).content.decode()


def test_the_same_form_twice_leads_to_the_same_import(cast: Cast) -> None:
    olga = visitor(cast.olga)
    answers = [post(olga, cast, csv_of(ROWS)).url for _time in range(2)]
    assert answers[0] == answers[1]
    assert Import.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"PK\x03\x04", "This is a spreadsheet. Save it as CSV first."),
        (b"\n\n", "This file is empty."),
        (b'"', "Line 1 can&#x27;t be read"),
        (b"", "The submitted file is empty."),
    ],
)
def test_what_is_no_such_file_is_said_beside_its_field(cast: Cast, content: bytes, sentence: str) -> None:
    answer = post(visitor(cast.olga), cast, content, kind="items")
    page = answer.content.decode()
    assert (answer.status_code, sentence in page) == (422, True)
    assert re.search('value="items"[^>]* checked', page)
    assert not Import.objects.exists()


def test_a_file_that_is_too_large_is_refused_in_words(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_BYTES", 10)
    answer = post(visitor(cast.olga), cast, csv_of(ROWS))
    assert (answer.status_code, "This file is larger than" in answer.content.decode()) == (422, True)


def test_each_line_in_the_way_is_on_the_page_and_in_a_file_without_formulas(cast: Cast) -> None:
    bad = [contact("Mill", **{"Currency Code": "=1+1"}), *ROWS]
    made = upload(cast, "contacts", csv_of([row | {"EmailID": "=cmd"} for row in bad]), name="=1+1.csv")
    olga = visitor(cast.olga)
    page = olga.get(url(cast, f"{made.id}/")).content.decode()
    assert "3 lines can't be imported" in page
    assert "“=cmd” is no e-mail address." in page
    assert url(cast, f"{made.id}/start/") not in page
    answer = olga.get(url(cast, f"{made.id}/problems/"))
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert rows[0] == ["Line", "Column", "Why"]
    assert ["3", "EmailID", "“=cmd” is no e-mail address."] in rows
    assert not [cell for row in rows for cell in row if cell.startswith("=")]


def test_what_was_imported_leaves_as_plain_text_again(cast: Cast) -> None:
    bring(cast, "contacts", csv_of([contact("=HYPERLINK(1)", Notes="=1+1")]))
    answer = visitor(cast.olga).get(f"/office/{cast.studio.id}/customers/?format=csv")
    text = b"".join(answer.streaming_content).decode()
    assert "'=HYPERLINK(1)" in text
    assert ",=" not in text


def test_columns_are_chosen_on_the_page_and_what_is_wrong_keeps_them(cast: Cast) -> None:
    made = upload(cast, "contacts", csv_of([{"Who": "Mill Lane Pottery", "Says": "Hello"}]))
    olga = visitor(cast.olga)
    page = olga.get(url(cast, f"{made.id}/")).content.decode()
    assert "Choose which column is: Display name." in page
    answer = olga.post(
        url(cast, f"{made.id}/columns/"), {"column-display_name": "0", "column-notes": "0", "checks": "1"}
    )
    page = answer.content.decode()
    assert (answer.status_code, "The column “Who” is chosen twice." in page) == (422, True)
    assert page.count('<option value="0" selected>Who</option>') == 2
    answer = olga.post(
        url(cast, f"{made.id}/columns/"), {"column-display_name": "0", "column-notes": "1", "checks": "1"}
    )
    assert answer.status_code == 303
    batches.run_due()
    made.refresh_from_db()
    assert made.found["can_start"]


def test_dates_that_can_be_read_in_two_ways_are_asked_for(cast: Cast) -> None:
    row = invoice("1", "Harbour Bakery Ltd", "10.00", **{"Invoice Date": "01/02/2026", "Due Date": "01/03/2026"})
    made = upload(cast, "invoices", csv_of([row]))
    page = visitor(cast.olga).get(url(cast, f"{made.id}/")).content.decode()
    assert "Choose which it is." in page
    assert '<details class="card disclosure" open>' in page


def test_a_page_that_is_out_of_date_starts_nothing(cast: Cast) -> None:
    made = upload(cast, "contacts", csv_of(ROWS))
    olga = visitor(cast.olga)
    page = olga.post(url(cast, f"{made.id}/start/"), {"checks": "1"}, follow=True).content.decode()
    assert "This file can&#x27;t be imported as it is." in page
    assert olga.post(url(cast, f"{made.id}/columns/"), {"column-display_name": "0", "checks": "1"}).status_code == 303
    page = olga.post(url(cast, f"{made.id}/start/"), {"checks": "1"}, follow=True).content.decode()
    assert "This import went on meanwhile." in page
    answer = olga.post(url(cast, f"{made.id}/columns/"), {"column-display_name": "0", "checks": "1"})
    assert answer.status_code in (303, 409)


def test_pages_take_at_most_twelve_queries_however_large_the_file(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    made = upload(cast, "contacts", csv_of([contact(f"Customer {place}", EmailID="x") for place in range(1_000)]))
    olga = visitor(cast.olga)
    for address in (url(cast), url(cast, f"{made.id}/")):
        with django_assert_max_num_queries(12):
            page = olga.get(address)
        assert page.content.decode().count("<h1") == 1
    assert len(page.context["problems"]) == 50
    assert "And 950 more lines, which are in the CSV file." in page.content.decode()


def test_neither_staff_nor_other_organizations_nor_customers_see_it(cast: Cast) -> None:
    made = upload(cast, "contacts", csv_of(ROWS))
    pages = (url(cast), url(cast, f"{made.id}/"), url(cast, f"{made.id}/problems/"))
    for person, status in ((cast.stig, 403), (cast.vera, 403), (cast.otto, 404), (cast.ana, 404), (None, 302)):
        client = visitor(person) if person else visitor()
        assert {client.get(page).status_code for page in pages} == {status}
        posted = [client.post(url(cast, f"{made.id}/{act}/")) for act in ("start", "columns")]
        assert {answer.status_code for answer in posted} == {status}
    theirs = f"/office/{cast.quay.id}/settings/import/{made.id}/"
    assert visitor(cast.otto).get(theirs).status_code == 404
    made.refresh_from_db()
    assert made.state == "checked"


def test_the_history_says_who_imported_what(cast: Cast) -> None:
    bring(cast, "contacts", csv_of([contact("Mill Lane Pottery")]))
    mill = Customer.objects.get(display_name="Mill Lane Pottery")
    page = visitor(cast.olga).get(f"/office/{cast.studio.id}/customers/{mill.id}/").content.decode()
    assert "Olga Lindqvist imported the customer Mill Lane Pottery." in page
    home = visitor(cast.olga).get(f"/office/{cast.studio.id}/").content.decode()
    assert "imported the file contacts.csv: 1 new, 0 changed." in home
