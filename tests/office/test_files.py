"""Documents in the office: a customer's page of them, and the files of documents and comments."""

from typing import Any

import pytest

from counterfoil.books.files.models import StoredFile
from tests.support import projects as work
from tests.support.attacks import nothing_changes
from tests.support.books import credit_note, draft_invoice, invoice, order, quote, retainer
from tests.support.cast import Cast, visitor
from tests.support.switches import switch
from tests.support.uploads import PAGE, PDF, Sent, picture, put


def at(cast: Cast, rest: str = "") -> str:
    return f"/office/{cast.studio.id}/customers/{cast.bakery.id}/documents/{rest}"


def test_the_page_teaches_while_it_is_empty_and_is_a_tab(cast: Cast) -> None:
    page = visitor(cast.stig).get(at(cast))
    assert "No documents yet" in page.text
    assert f'href="{at(cast)}" aria-current="page"' in page.text


def test_stig_uploads_for_us_or_for_the_customer_and_changes_his_mind(cast: Cast) -> None:
    stig, ana = visitor(cast.stig), visitor(cast.ana)
    portal = f"/portal/lindqvist-zhou/{cast.bakery.id}/documents/"
    answer = stig.post(at(cast, "new/"), {"file": [Sent("margin.pdf", PDF)]})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{at(cast)}#files")
    stig.post(at(cast, "new/"), {"file": [Sent("plan.png", picture())], "shown": "on"})
    plan, margin = StoredFile.objects.order_by("-id")
    page = stig.get(at(cast)).text
    assert page.index("plan.png") < page.index("margin.pdf")
    assert ("plan.png" in ana.get(portal).text, "margin.pdf" in ana.get(portal).text) == (True, False)
    answer = stig.post(at(cast, f"{margin.id}/sharing/"), follow=True)
    assert "margin.pdf is now in the portal." in answer.text
    answer = stig.post(at(cast, f"{plan.id}/withdrawal/"), follow=True)
    assert "plan.png is no longer in the portal." in answer.text
    assert ("plan.png" in ana.get(portal).text, "margin.pdf" in ana.get(portal).text) == (False, True)
    stig.post(at(cast, f"{margin.id}/removal/"))
    assert "margin.pdf" not in stig.get(at(cast)).text.replace("margin.pdf was removed.", "")


def test_vera_reads_and_adds_nothing(cast: Cast) -> None:
    file = put(cast.bakery, ("photo.png", picture()), by=cast.by_ana)
    vera = visitor(cast.vera)
    page = vera.get(at(cast)).text
    assert "photo.png" in page
    assert 'type="file"' not in page
    for act in ("removal/", "sharing/", "withdrawal/"):
        assert act not in page
    assert vera.get(at(cast, f"{file.id}/")).status_code == vera.get(at(cast, f"{file.id}/small/")).status_code == 200


def test_what_is_wrong_stands_beside_the_field(cast: Cast) -> None:
    with nothing_changes("a refused upload"):
        answer = visitor(cast.stig).post(at(cast, "new/"), {"file": [Sent("a.pdf", PAGE)], "shown": "on"})
    assert answer.status_code == 422
    assert "a.pdf: It is none of what can be uploaded" in answer.text
    assert answer.context["form"]["shown"].value()


def test_it_is_filtered_by_who_sees_it(cast: Cast) -> None:
    stig = visitor(cast.stig)
    put(cast.bakery, ("theirs.pdf", PDF), by=cast.by_ana)
    put(cast.bakery, ("shared.pdf", PDF), by=cast.by_olga, shown=True)
    put(cast.bakery, ("internal.pdf", PDF), by=cast.by_olga)
    put(cast.tidewater, ("another.pdf", PDF), by=cast.by_olga)
    put(invoice(cast), ("attached.pdf", PDF), by=cast.by_olga)

    def names(query: str) -> list[str]:
        return [row.name for row in stig.get(f"{at(cast)}?{query}").context["rows"]]

    assert names("") == ["internal.pdf", "shared.pdf", "theirs.pdf"]
    assert [names(f"status={one}") for one in ("theirs", "shared", "internal")] == [
        ["theirs.pdf"],
        ["shared.pdf"],
        ["internal.pdf"],
    ]
    assert names("q=int") == ["internal.pdf"]


@pytest.mark.parametrize(
    ("make", "place"),
    [
        (invoice, "invoices"),
        (quote, "quotes"),
        (order, "sales-orders"),
        (retainer, "retainer-invoices"),
        (credit_note, "credit-notes"),
    ],
)
def test_a_document_of_any_type_has_files(cast: Cast, make: Any, place: str) -> None:
    one, stig = make(cast), visitor(cast.stig)
    here = f"/office/{cast.studio.id}/{place}/{one.id}/"
    put(one, ("theirs.pdf", PDF), by=cast.by_olga, shown=True)
    answer = stig.post(f"{here}files/", {"file": [Sent("plan.pdf", PDF)], "shown": "on"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{here}#files")
    stig.post(f"{here}files/", {"file": [Sent("margin.pdf", PDF)]})
    page = stig.get(here)
    found = {row.name: (row.is_internal, bool(row.remove_url)) for row in page.context["attachments"].rows}
    assert found == {"theirs.pdf": (False, False), "plan.pdf": (False, False), "margin.pdf": (True, True)}
    owners = visitor(cast.olga).get(here).context["attachments"].rows
    assert all(row.remove_url for row in owners)
    assert stig.post(f"{here}files/", {"file": [Sent("plan.pdf", PAGE)]}).status_code == 422
    assert "added" in page.context["activity"][0].sentence


def test_what_is_put_to_a_draft_the_customer_sees_when_it_is_sent(cast: Cast) -> None:
    from counterfoil.books.sales import invoices

    draft, ana = draft_invoice(cast), visitor(cast.ana)
    file = put(draft, ("plan.pdf", PDF), by=cast.by_olga, shown=True)
    there = f"/portal/lindqvist-zhou/{cast.bakery.id}/documents/{file.id}/"
    assert ana.get(there).status_code == 404
    invoices.send(draft, to=[cast.ana.id], by=cast.by_olga, revision=draft.revision)
    assert ana.get(there).status_code == 200


def test_what_is_said_about_a_customer_has_files_that_only_we_see(cast: Cast) -> None:
    stig = visitor(cast.stig)
    here = f"/office/{cast.studio.id}/customers/{cast.bakery.id}/comments/"
    answer = stig.post(f"{here}new/", {"text": "Their logo", "file": [Sent("logo.png", picture())]})
    assert answer.status_code == 303
    file = StoredFile.objects.get()
    page = stig.get(here)
    assert page.context["conversation"].lines[0].files[0].name == "logo.png"
    assert stig.get(at(cast, f"{file.id}/")).status_code == 200
    ana = visitor(cast.ana)
    assert ana.get(f"/portal/lindqvist-zhou/{cast.bakery.id}/documents/{file.id}/").status_code == 404


def test_who_is_refused_is_told_where_the_file_is(cast: Cast) -> None:
    one = invoice(cast)
    file = put(one, by=cast.by_ana)
    with nothing_changes("what was sent"):
        answer = visitor(cast.stig).post(at(cast, f"{file.id}/removal/"))
    assert answer.headers["Location"] == f"/office/{cast.studio.id}/invoices/{one.id}/"


@pytest.mark.parametrize("count", [10, 60])
def test_the_pages_take_twelve_queries_however_many_files(
    cast: Cast, count: int, django_assert_max_num_queries: Any
) -> None:
    one, stig = invoice(cast), visitor(cast.stig)
    for subject in (cast.bakery, one):
        for number in range(count):
            put(subject, (f"{number}.txt", b"words"), by=cast.by_olga)
    here = f"/office/{cast.studio.id}/invoices/{one.id}/"
    stig.get(here)
    for address in (at(cast), here):
        with django_assert_max_num_queries(12):
            assert stig.get(address).status_code == 200


def test_files_of_projects_and_timesheets_are_among_all_documents(cast: Cast) -> None:
    switch(cast, projects=True)
    one = work.project(cast)
    work.time(cast, work.task(cast, one))
    sheet, ana = work.approval(cast, one), visitor(cast.ana)
    portal = f"/portal/lindqvist-zhou/{cast.bakery.id}"
    for place in (f"projects/{one.id}", f"approvals/{sheet.id}"):
        ana.post(f"{portal}/{place}/comments/", {"text": "Here it is.", "file": [Sent("plan.pdf", PDF)]})
    rows = visitor(cast.olga).get(f"/office/{cast.studio.id}/documents/").context["rows"]
    office = f"/office/{cast.studio.id}"
    assert [(row["about"], row["about_url"]) for row in rows] == [
        (sheet.number, f"{office}/approvals/{sheet.id}/"),
        ("Shop window", f"{office}/projects/{one.id}/"),
    ]
