"""**Documents** in the office: the files of every customer in one list."""

import csv
import io
from typing import Any

import pytest

from tests.support.books import credit_note, draft_invoice, invoice, order, quote, retainer
from tests.support.cast import Cast, actor, visitor
from tests.support.uploads import PDF, Sent, put


def at(cast: Cast, rest: str = "") -> str:
    return f"/office/{cast.studio.id}/documents/{rest}"


def names(cast: Cast, query: str = "") -> list[str]:
    return [row["file"].name for row in visitor(cast.stig).get(at(cast, query)).context["rows"]]


def test_an_empty_page_teaches_and_leads_to_uploading(cast: Cast) -> None:
    page = visitor(cast.stig).get(at(cast)).text
    assert "Every file that you and your customers share appears here." in page
    assert f'href="{at(cast, "new/")}"' in page
    assert at(cast, "new/") not in visitor(cast.vera).get(at(cast)).text
    assert visitor(cast.vera).get(at(cast, "new/")).status_code == 403


def test_each_file_leads_to_its_content_and_to_what_it_belongs_to(cast: Cast) -> None:
    bill, draft = invoice(cast), draft_invoice(cast)
    put(cast.bakery, ("theirs.pdf", PDF), by=cast.by_ana)
    put(bill, ("plan.pdf", PDF), by=cast.by_olga, shown=True)
    put(draft, ("margin.pdf", PDF), by=cast.by_olga)
    visitor(cast.stig).post(
        f"/office/{cast.studio.id}/customers/{cast.tidewater.id}/comments/new/",
        {"text": "Their logo", "file": [Sent("logo.pdf", PDF)]},
    )
    rows = visitor(cast.vera).get(at(cast)).context["rows"]
    customer = f"/office/{cast.studio.id}/customers/"
    assert [(row["file"].name, row["customer"], row["about"], row["about_url"]) for row in rows] == [
        ("logo.pdf", "Tidewater Ceramics", "Comment", f"{customer}{cast.tidewater.id}/comments/"),
        ("margin.pdf", "Harbour Bakery Ltd", "Draft", f"/office/{cast.studio.id}/invoices/{draft.id}/"),
        ("plan.pdf", "Harbour Bakery Ltd", bill.number, f"/office/{cast.studio.id}/invoices/{bill.id}/"),
        ("theirs.pdf", "Harbour Bakery Ltd", "Account", f"{customer}{cast.bakery.id}/documents/"),
    ]
    answer = visitor(cast.vera).get(rows[2]["file"].url)
    assert b"".join(answer.streaming_content) == PDF


def test_it_is_filtered_searched_and_sorted(cast: Cast) -> None:
    put(cast.bakery, ("theirs.pdf", PDF), by=cast.by_ana)
    put(cast.tidewater, ("shared.txt", b"a word"), by=cast.by_olga, shown=True)
    put(cast.bakery, ("internal.pdf", PDF), by=cast.by_olga)
    assert names(cast) == ["internal.pdf", "shared.txt", "theirs.pdf"]
    assert [names(cast, f"?status={one}") for one in ("theirs", "shared", "internal")] == [
        ["theirs.pdf"],
        ["shared.txt"],
        ["internal.pdf"],
    ]
    assert names(cast, "?sort=size") == ["shared.txt", "theirs.pdf", "internal.pdf"]
    assert names(cast, "?q=INT") == ["internal.pdf"]
    assert names(cast, "?q=tidewater") == ["shared.txt"]
    assert names(cast, "?q=nobody") == []


def test_the_file_has_what_the_list_has(cast: Cast) -> None:
    put(cast.bakery, ("theirs.pdf", PDF), by=cast.by_ana)
    put(cast.tidewater, ("shared.txt", b"a word"), by=cast.by_olga, shown=True)
    answer = visitor(cast.vera).get(at(cast, "?format=csv&q=shared"))
    (row,) = csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig")))
    assert (row["Name"], row["Customer"], row["Size in bytes"], row["Uploaded by"], row["Seen by"]) == (
        "shared.txt",
        "Tidewater Ceramics",
        "6",
        "Olga Lindqvist",
        "In the portal",
    )


def test_uploading_begins_with_whose_it_is(cast: Cast) -> None:
    stig = visitor(cast.stig)
    choosing = stig.get(at(cast, "new/?q=harbour")).text
    assert "Harbour Bakery Ltd" in choosing
    assert "Tidewater" not in choosing
    answer = stig.get(at(cast, f"new/?customer={cast.bakery.id}"))
    assert answer.headers["Location"] == f"/office/{cast.studio.id}/customers/{cast.bakery.id}/documents/"
    assert stig.get(at(cast, f"new/?customer={cast.fia.customer_id}")).status_code == 404


def test_another_organizations_files_are_in_no_list(cast: Cast) -> None:
    put(cast.fia.customer, ("theirs.pdf", PDF), by=actor(cast.fia))
    assert names(cast) == []


@pytest.mark.parametrize("count", [1, 12])
def test_the_page_takes_twelve_queries_however_many_files(
    cast: Cast, count: int, django_assert_max_num_queries: Any
) -> None:
    stig = visitor(cast.stig)
    for make in (invoice, quote, order, retainer, credit_note):
        for number in range(count):
            put(make(cast), (f"{number}.txt", b"words"), by=cast.by_olga)
    stig.get(at(cast))
    with django_assert_max_num_queries(12):
        assert stig.get(at(cast)).status_code == 200
