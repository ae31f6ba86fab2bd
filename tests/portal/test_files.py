"""Documents in the portal: the page of what is shared, uploading, and the files of a document and of what is said."""

from typing import Any

import pytest

from counterfoil.books.conversations.models import Comment
from counterfoil.books.files.models import StoredFile
from counterfoil.foundation.events import Event
from tests.support import mailed
from tests.support.attacks import Page, nothing_changes, text_of
from tests.support.books import credit_note, invoice, order, quote, retainer
from tests.support.cast import Cast, visitor
from tests.support.switches import switch
from tests.support.uploads import PAGE, PDF, Sent, picture, put


def at(cast: Cast, rest: str = "documents/") -> str:
    return f"/portal/lindqvist-zhou/{cast.bakery.id}/{rest}"


def test_the_page_teaches_while_it_is_empty_and_stands_in_the_menu(cast: Cast) -> None:
    page = visitor(cast.ana).get(at(cast))
    assert "No documents yet" in page.text
    assert "at most 20\xa0MB" in page.text or "at most 20 MB" in page.text
    assert at(cast) in Page(visitor(cast.ana).get(at(cast, "")).text).links


def test_several_are_uploaded_at_once_without_any_script(cast: Cast) -> None:
    ana = visitor(cast.ana)
    answer = ana.post(at(cast), {"file": [Sent("plan.pdf", PDF), Sent("Ofen.png", picture())]})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{at(cast)}#files")
    page = ana.get(at(cast))
    newest, first = StoredFile.objects.order_by("-id")
    assert [file.name for file in (first, newest)] == ["plan.pdf", "Ofen.png"]
    assert page.text.index("Ofen.png") < page.text.index("plan.pdf")
    assert at(cast, f"documents/{newest.id}/small/") in page.text
    assert at(cast, f"documents/{first.id}/small/") not in page.text
    got = ana.get(at(cast, f"documents/{first.id}/"))
    assert b"".join(got.streaming_content) == PDF
    assert Event.objects.filter(name="file.uploaded").count() == 1


def test_a_picture_is_seen_small(cast: Cast) -> None:
    ana = visitor(cast.ana)
    ana.post(at(cast), {"file": [Sent("Ofen.png", picture())]})
    got = ana.get(at(cast, f"documents/{StoredFile.objects.get().id}/small/"))
    assert got.headers["Content-Type"].startswith("image/")
    assert visitor(cast.bruno).get(at(cast, f"documents/{StoredFile.objects.get().id}/small/")).status_code == 404


def test_with_scripts_the_new_ones_are_marked(cast: Cast) -> None:
    ana = visitor(cast.ana)
    answer = ana.post(at(cast), {"file": [Sent("plan.pdf", PDF)]}, headers={"hx-request": "true"})
    assert answer.headers["Location"] == f"{at(cast)}?added={StoredFile.objects.get().id}"
    assert "data-focus" in ana.get(answer.headers["Location"]).text


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ([], "Choose at least one file first."),
        ([Sent("photo.png", PAGE)], "photo.png: It is none of what can be uploaded: PDF, JPEG"),
        ([Sent("photo.png", picture("JPEG"))], "its name must end in .jpg"),
    ],
)
def test_what_is_wrong_stands_beside_the_field_and_nothing_changes(cast: Cast, files: Any, words: str) -> None:
    with nothing_changes("a refused upload"):
        answer = visitor(cast.ana).post(at(cast), {"file": files, "making_key": "the-same-key"})
    assert answer.status_code == 422
    assert words in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert 'value="the-same-key"' in answer.text


def test_in_chinese_too(cast: Cast) -> None:
    wei = visitor(cast.wei)
    here = f"/portal/lindqvist-zhou/{cast.yunshan.id}/documents/"
    assert "还没有文件" in wei.get(here).text
    answer = wei.post(here, {"file": [Sent("照片.png", PAGE)]})
    assert "照片.png：" in answer.text


def test_it_is_filtered_sorted_and_searched(cast: Cast) -> None:
    ana = visitor(cast.ana)
    put(cast.bakery, ("beta.pdf", PDF + b" " * 500), by=cast.by_ana)
    put(cast.bakery, ("alpha.pdf", PDF), by=cast.by_olga, shown=True)
    put(cast.bakery, ("Gamma.pdf", PDF + b" " * 900), by=cast.by_ana)
    put(cast.bakery, ("internal.pdf", PDF), by=cast.by_olga)

    def names(query: str) -> list[str]:
        return [row.name for row in ana.get(f"{at(cast)}?{query}").context["rows"]]

    assert names("") == ["Gamma.pdf", "alpha.pdf", "beta.pdf"]
    assert names("sort=name") == ["alpha.pdf", "beta.pdf", "Gamma.pdf"]
    assert names("sort=-size") == ["Gamma.pdf", "beta.pdf", "alpha.pdf"]
    assert names("status=shared") == ["alpha.pdf"]
    assert names("status=yours") == ["Gamma.pdf", "beta.pdf"]
    assert names("q=GAM") == ["Gamma.pdf"]
    assert "No document found" in ana.get(f"{at(cast)}?q=nothing").text


def test_ana_removes_her_own_alone(cast: Cast) -> None:
    ana = visitor(cast.ana)
    own, of_sam = put(cast.bakery, by=cast.by_ana), put(cast.bakery, by=cast.by_ana)
    StoredFile.objects.filter(id=of_sam.id).update(contact=cast.sam)
    page = ana.get(at(cast)).text
    assert at(cast, f"documents/{own.id}/removal/") in page
    assert at(cast, f"documents/{of_sam.id}/removal/") not in page
    answer = ana.post(at(cast, f"documents/{own.id}/removal/"), follow=True)
    assert "plan.pdf was removed." in answer.text
    assert ana.get(at(cast, f"documents/{own.id}/")).status_code == 404
    with nothing_changes("somebody else's"):
        answer = ana.post(at(cast, f"documents/{of_sam.id}/removal/"))
    assert "Only who uploaded it" in ana.get(at(cast)).text


def test_where_the_page_is_switched_off_there_is_none(cast: Cast) -> None:
    file, attached = put(cast.bakery, by=cast.by_ana), put(invoice(cast), by=cast.by_ana)
    switch(cast, documents=False)
    ana = visitor(cast.ana)
    assert at(cast) not in Page(ana.get(at(cast, "")).text).links
    assert ana.get(at(cast)).status_code == ana.get(at(cast, f"documents/{file.id}/")).status_code == 404
    with nothing_changes("an upload"):
        assert ana.post(at(cast), {"file": [Sent("a.pdf", PDF)]}).status_code == 404
    assert ana.get(at(cast, f"documents/{attached.id}/")).status_code == 200


def test_where_customers_may_not_upload_there_is_no_form(cast: Cast) -> None:
    one = invoice(cast)
    put(cast.bakery, by=cast.by_ana)
    switch(cast, uploads=False)
    ana = visitor(cast.ana)
    for page in (ana.get(at(cast)), ana.get(at(cast, f"invoices/{one.id}/"))):
        assert 'type="file"' not in page.text
        assert "/removal/" not in page.text
    for rest in ("documents/", f"invoices/{one.id}/files/", f"invoices/{one.id}/comments/"):
        with nothing_changes(rest):
            answer = ana.post(at(cast, rest), {"file": [Sent("a.pdf", PDF)]})
        assert answer.status_code == 422, rest


@pytest.mark.parametrize(
    ("make", "place"),
    [
        (invoice, "invoices/{}/"),
        (quote, "quotes/{}/"),
        (order, "sales-orders/{}/"),
        (retainer, "invoices/retainers/{}/"),
        (credit_note, "credit-notes/{}/"),
    ],
)
def test_a_document_of_any_type_shows_its_files_and_takes_more(cast: Cast, make: Any, place: str) -> None:
    switch(cast, sales_orders=True)
    one, ana = make(cast), visitor(cast.ana)
    here = at(cast, place.format(one.id))
    put(one, ("plan.pdf", PDF), by=cast.by_olga, shown=True)
    put(one, ("margin.pdf", PDF), by=cast.by_olga)
    page = ana.get(here)
    assert "plan.pdf" in page.text
    assert "margin.pdf" not in page.text
    answer = ana.post(f"{here}files/", {"file": [Sent("signed.pdf", PDF)]})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{here}#files")
    assert "signed.pdf" in ana.get(here).text
    assert "signed.pdf" not in ana.get(at(cast)).text
    refused = ana.post(f"{here}files/", {"file": [Sent("signed.pdf", PAGE)]})
    assert refused.status_code == 422
    assert "signed.pdf: It is none of what can be uploaded" in refused.text


def test_what_is_said_has_its_files(cast: Cast) -> None:
    one, ana = invoice(cast), visitor(cast.ana)
    here = at(cast, f"invoices/{one.id}/")
    answer = ana.post(f"{here}comments/", {"text": "As we spoke", "file": [Sent("plan.png", picture())]})
    assert answer.status_code == 303
    file = StoredFile.objects.get()
    assert file.comment_id == Comment.objects.get().id
    page = ana.get(here)
    assert page.context["conversation"].lines[0].files[0].name == "plan.png"
    assert page.context["attachments"].rows == []
    assert text_of(page).count("plan.png") == 1
    assert ana.get(at(cast, f"documents/{file.id}/")).status_code == 200
    with nothing_changes("a page that pretends"):
        answer = ana.post(f"{here}comments/", {"text": "And this", "file": [Sent("photo.png", PAGE)]})
    assert answer.status_code == 422
    assert "And this" in answer.text
    assert "photo.png: It is none of what can be uploaded" in answer.text


@pytest.mark.parametrize("count", [10, 60])
def test_the_pages_take_eight_queries_however_many_files(
    cast: Cast, count: int, django_assert_max_num_queries: Any
) -> None:
    one, ana = invoice(cast), visitor(cast.ana)
    for subject in (cast.bakery, one):
        template = put(subject, by=cast.by_ana)
        for number in range(count - 1):
            template.pk, template.key, template._state.adding = None, f"{subject.id}-{number}".ljust(43, "x"), True
            template.id = StoredFile._meta.pk.get_default()
            template.save()
    ana.get(at(cast, f"invoices/{one.id}/"))
    for rest in ("documents/", "documents/?sort=name&q=plan", f"invoices/{one.id}/"):
        with django_assert_max_num_queries(8):
            assert ana.get(at(cast, rest)).status_code == 200
    assert len(ana.get(at(cast)).context["rows"]) == min(count, 50)


def test_a_mailed_link_shows_the_files_and_no_form(cast: Cast) -> None:
    mail = mailed.mail(cast)
    put(mail.invoice, ("plan.pdf", PDF), by=cast.by_olga, shown=True)
    page = mail.opened().get(mail.at())
    assert "plan.pdf" in page.text
    assert 'type="file"' not in page.text
