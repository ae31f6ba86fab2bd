"""What a customer does with documents of every type, done with one of each."""

from collections.abc import Callable
from typing import Any

import pytest

from counterfoil.books.customers.models import ContactPerson
from counterfoil.books.organizations.models import Organization
from counterfoil.outbound import batches
from tests.support import books
from tests.support.cast import Cast, visitor

KINDS = {
    "quotes": books.quote,
    "sales-orders": books.order,
    "invoices": books.invoice,
    "invoices/retainers": books.retainer,
    "credit-notes": books.credit_note,
}
ONWARD = [folder for folder in KINDS if folder != "credit-notes"]  # which are passed on and packed

Made = Callable[[str], tuple[str, Any]]


@pytest.fixture
def made(cast: Cast) -> Made:
    """`made("quotes")` is where Ana's quotes are, and one of them."""
    Organization.objects.filter(id=cast.studio.id).update(modules={"sales_orders": True})

    def make(folder: str) -> tuple[str, Any]:
        return f"/portal/lindqvist-zhou/{cast.bakery.id}/{folder}/", KINDS[folder](cast)

    return make


@pytest.mark.parametrize("folder", KINDS)
def test_it_is_listed_read_and_taken_along_as_pdf(cast: Cast, made: Made, folder: str) -> None:
    ana, (all_of_them, one) = visitor(cast.ana), made(folder)
    assert f"{all_of_them}{one.id}/" in ana.get(all_of_them).text
    assert one.number in ana.get(f"{all_of_them}{one.id}/").text
    answer = ana.get(f"{all_of_them}{one.id}/pdf/")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert one.number in answer.headers["Content-Disposition"]


@pytest.mark.parametrize("folder", KINDS)
def test_it_is_talked_about(cast: Cast, made: Made, folder: str) -> None:
    ana, (all_of_them, one) = visitor(cast.ana), made(folder)
    answer = ana.post(f"{all_of_them}{one.id}/comments/", {"text": "Could it wait until Friday?"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{all_of_them}{one.id}/#conversation")
    lines = ana.get(f"{all_of_them}{one.id}/").context["conversation"].lines
    assert [str(line.text) for line in lines] == ["Could it wait until Friday?"]


@pytest.mark.parametrize("folder", ONWARD)
def test_it_is_passed_on(cast: Cast, made: Made, folder: str) -> None:
    ana, (all_of_them, one) = visitor(cast.ana), made(folder)
    assert 'name="email"' in ana.get(f"{all_of_them}{one.id}/forwarding/").text
    sent = {"email": "ida@elsewhere.test", "name": "Ida Berg"}
    assert "It is on its way to Ida Berg." in ana.post(f"{all_of_them}{one.id}/forwarding/", sent, follow=True).text
    assert ContactPerson.objects.filter(email="ida@elsewhere.test", customer=cast.bakery).exists()


@pytest.mark.parametrize("folder", ONWARD)
def test_what_is_ticked_is_packed_together(cast: Cast, made: Made, folder: str) -> None:
    ana, (all_of_them, one) = visitor(cast.ana), made(folder)
    ticked = {"document": [str(one.id)], "act": "zip", "batch_key": "k"}
    where = ana.post(f"{all_of_them}together/", ticked).headers["Location"]
    batches.run_due()
    assert "The ZIP file is ready" in ana.get(where).text
    assert ana.get(f"{where}file/").content[:2] == b"PK"
