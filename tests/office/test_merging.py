"""**Merge customers**: choosing the one that stays, reading what will move, and where old addresses lead."""

from typing import Any

import pytest

from counterfoil.books.customers.models import Customer
from counterfoil.books.sales.models import Invoice
from tests.support import projects as work
from tests.support.attacks import Page, nothing_changes
from tests.support.books import invoice, pay
from tests.support.cast import Cast, person, visitor
from tests.support.merging import duplicate, merge


@pytest.fixture
def twin(cast: Cast) -> Any:
    return duplicate(cast, "Harbour <b>Bakery</b>")


def office(cast: Cast, rest: str = "") -> str:
    return f"/office/{cast.studio.id}/customers/{rest}"


def send(client: Any, url: str) -> Any:
    page = client.get(url)
    (form,) = [form for form in Page(page.text).forms if "seen" in form.values]
    return client.post(url, form.values)


def test_from_the_customers_page_to_the_survivor(cast: Cast, twin: Any) -> None:
    bill = invoice(cast, twin, amount="120")
    pay(cast, twin, 2_000, {bill.id: 2_000})
    person(twin, "Ana", "Moreau", "ana@harbour.test", by=cast.by_olga)
    olga = visitor(cast.olga)
    url = office(cast, f"{twin.id}/merging/")
    assert url in Page(olga.get(office(cast, f"{twin.id}/")).text).links
    choosing = olga.get(url)
    assert "Harbour Bakery Ltd" in choosing.text
    assert "云杉" not in choosing.text  # pays in another currency
    into = f"{url}{cast.bakery.id}/"
    assert into in Page(choosing.text).links
    page = olga.get(into)
    for words in ("This can't be undone.", "£120.00", "£100.00", "Ana Moreau"):
        assert words in page.text
    assert "Harbour &lt;b&gt;Bakery" in page.text
    answer = send(olga, into)
    assert (answer.status_code, answer.headers["Location"]) == (303, office(cast, f"{cast.bakery.id}/"))
    after = olga.get(answer.headers["Location"])
    assert "is merged into this customer" in after.text
    assert "Olga Lindqvist merged Harbour &lt;b&gt;Bakery&lt;/b&gt; into Harbour Bakery Ltd." in after.text
    assert Invoice.objects.get(id=bill.id).customer_id == cast.bakery.id


def test_projects_timesheets_and_approvals_are_among_what_moves(cast: Cast, twin: Any) -> None:
    one = work.project(cast, twin)
    work.time(cast, work.task(cast, one), 90)
    work.draft_approval(cast, one)
    page = visitor(cast.olga).get(office(cast, f"{twin.id}/merging/{cast.bakery.id}/"))
    assert [str(part["label"]) for part in page.context["parts"]] == ["Projects", "Timesheets", "Customer approvals"]


def test_search_narrows_whom_it_could_be(cast: Cast, twin: Any) -> None:
    olga, url = visitor(cast.olga), office(cast, f"{twin.id}/merging/")
    found = olga.get(url, {"q": "tide"})
    assert "Tidewater Ceramics" in found.text
    assert "Harbour Bakery Ltd" not in found.text
    assert "No customer fits" in olga.get(url, {"q": "nobody"}).text


def test_what_cannot_be_merged_is_said_instead_of_the_button(cast: Cast, twin: Any) -> None:
    olga = visitor(cast.olga)
    for other, words in ((cast.yunshan, "amounts are never converted"), (twin, "this is the same one")):
        url = office(cast, f"{twin.id}/merging/{other.id}/")
        page = olga.get(url)
        assert page.status_code == 409
        assert words in page.text
        assert not [form for form in Page(page.text).forms if "seen" in form.values]
        with nothing_changes("merging"):
            assert olga.post(url, {"seen": "x"}).status_code == 409


def test_what_changed_since_is_read_again(cast: Cast, twin: Any) -> None:
    olga, url = visitor(cast.olga), office(cast, f"{twin.id}/merging/{cast.bakery.id}/")
    read = [form.values for form in Page(olga.get(url).text).forms if "seen" in form.values]
    invoice(cast, twin, amount="77")
    with nothing_changes("merging"):
        answer = olga.post(url, read[0])
    assert answer.status_code == 409
    assert "Something changed after you opened this page" in answer.text
    assert "£77.00" in answer.text
    assert send(olga, url).status_code == 303


def test_who_may_not_change_customers_may_not_merge_them(cast: Cast, twin: Any) -> None:
    vera, url = visitor(cast.vera), office(cast, f"{twin.id}/merging/{cast.bakery.id}/")
    with nothing_changes("merging"):
        assert vera.get(url).status_code == 403
        assert vera.post(url, {"seen": ""}).status_code == 403
    assert "merging" not in vera.get(office(cast, f"{twin.id}/")).text
    assert visitor(cast.otto).get(url).status_code == 404


def test_old_addresses_lead_to_the_survivor(cast: Cast, twin: Any) -> None:
    bill = invoice(cast, twin)
    merge(cast, twin, cast.bakery)
    olga = visitor(cast.olga)
    for rest in ("", "transactions/?kind=invoices", "statement/", "comments/", "edit/", "mails/"):
        answer = olga.get(office(cast, f"{twin.id}/{rest}"))
        assert (answer.status_code, answer.headers["Location"]) == (301, office(cast, f"{cast.bakery.id}/{rest}"))
        assert olga.get(answer.headers["Location"]).status_code == 200
    assert bill.number in olga.get(office(cast, f"{twin.id}/transactions/"), follow=True).text
    assert visitor(cast.otto).get(office(cast, f"{twin.id}/")).status_code == 404
    assert visitor(cast.otto).get(f"/office/{cast.quay.id}/customers/{twin.id}/").status_code == 404
    assert olga.get(office(cast, "123/")).status_code == 404


def test_a_form_of_the_one_that_is_gone_changes_nobody_else(cast: Cast, twin: Any) -> None:
    olga, url = visitor(cast.olga), office(cast, f"{twin.id}/edit/")
    (form,) = [form for form in Page(olga.get(url).text).forms if "display_name" in form.values]
    merge(cast, twin, cast.bakery)
    with nothing_changes("merging"):
        answer = olga.post(url, form.values | {"display_name": "Something else"})
    assert (answer.status_code, answer.headers["Location"]) == (303, office(cast, f"{cast.bakery.id}/"))
    assert "was merged into another one" in olga.get(answer.headers["Location"]).text


def test_a_double_click_ends_at_the_survivor(cast: Cast, twin: Any) -> None:
    olga, url = visitor(cast.olga), office(cast, f"{twin.id}/merging/{cast.bakery.id}/")
    (form,) = [form for form in Page(olga.get(url).text).forms if "seen" in form.values]
    answers = [olga.post(url, form.values) for _ in range(2)]
    assert {one.headers["Location"] for one in answers} == {office(cast, f"{cast.bakery.id}/")}
    assert Customer.objects.filter(merged_into=cast.bakery).count() == 1


def test_the_list_and_history_know_what_became_of_it(cast: Cast, twin: Any) -> None:
    merge(cast, twin, cast.bakery)
    olga = visitor(cast.olga)
    assert "Harbour &lt;b&gt;" not in olga.get(office(cast)).text
    assert "added the customer Harbour Bakery Ltd" in olga.get(office(cast, f"{cast.bakery.id}/")).text


def test_the_audit_trail_of_the_survivor_has_that_of_the_one_that_is_gone(cast: Cast, twin: Any) -> None:
    invoice(cast, twin)
    merge(cast, twin, cast.bakery)
    found = visitor(cast.olga).get(f"/office/{cast.studio.id}/settings/audit-trail/", {"q": "Harbour Bakery Ltd"})
    assert "added the customer Harbour &lt;b&gt;Bakery" in found.text


def test_the_pages_stay_within_their_queries(cast: Cast, twin: Any, django_assert_max_num_queries: Any) -> None:
    invoice(cast, twin)
    olga = visitor(cast.olga)
    for rest in (f"{twin.id}/merging/", f"{twin.id}/merging/{cast.bakery.id}/"):
        with django_assert_max_num_queries(12):
            assert olga.get(office(cast, rest)).status_code == 200
    merge(cast, twin, cast.bakery)
    with django_assert_max_num_queries(12):
        assert olga.get(office(cast, f"{cast.bakery.id}/")).status_code == 200
