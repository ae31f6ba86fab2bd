"""The links of an invoice on its page in the office: to whom, until when, whether it was opened, and **Revoke**."""

from datetime import timedelta
from typing import Any

import pytest

from counterfoil.books.customers import contacts, portal_access
from counterfoil.books.sales import document_links
from counterfoil.books.sales.models import DocumentLink
from counterfoil.foundation import clock
from tests.support.attacks import Page, nothing_changes
from tests.support.books import draft_invoice, invoice
from tests.support.cast import Cast, visitor
from tests.support.mailed import Mailed, mail, mail_again


def show(cast: Cast, mailed: Mailed, who: Any = None, rest: str = "") -> Any:
    return visitor(who or cast.stig).get(f"/office/{cast.studio.id}/invoices/{mailed.invoice.id}/{rest}")


def lines(answer: Any) -> list[tuple[str, str, str]]:
    return [(line["name"], line["opened"].split()[0], line["standing"].split()[0]) for line in answer.context["links"]]


def test_each_sending_to_each_person_is_a_line(cast: Cast) -> None:
    mailed = mail(cast)
    again = mail_again(mailed.invoice, cast.sam, cast)
    again.opened()
    page = show(cast, mailed)
    assert lines(page) == [("Sam Okafor", "Opened", "Works"), ("Ana Moreau", "Not", "Works")]
    assert "sam@harbour.test" in page.text
    with clock.travel(by=timedelta(days=60)):
        assert [standing for _name, _opened, standing in lines(show(cast, mailed))] == ["Expired", "Expired"]
        assert "Revoke this link" not in show(cast, mailed).text


def test_the_eye_says_that_it_was_by_link(cast: Cast) -> None:
    mailed = mail(cast)
    mailed.opened()
    page = show(cast, mailed)
    assert page.context["seen"].startswith("by link, Ana Moreau, ")
    assert f"Ana Moreau (by link) of Harbour Bakery Ltd opened {mailed.invoice.number} for the first time." in page.text
    index = visitor(cast.stig).get(f"/office/{cast.studio.id}/invoices/").text
    assert ">by link, Ana Moreau</span>" in index
    other = mail(cast)
    visitor(cast.ana).get(other.at())
    assert show(cast, other).context["seen"].startswith("Ana Moreau, ")


def test_revoking_asks_once_and_says_what_happens(cast: Cast) -> None:
    mailed = mail(cast)
    dialog = f"revoke-{mailed.link.id}"
    closed, asked = show(cast, mailed), show(cast, mailed, rest=f"?ask={dialog}")
    assert not closed.context["links"][0]["is_asked"]
    assert asked.context["links"][0]["is_asked"]
    assert "The link that was mailed to Ana Moreau opens nothing from now on" in asked.text
    (form,) = [form for form in Page(asked.text).forms if "/revocation/" in form.action]
    answer = visitor(cast.stig).post(form.action, form.values, follow=True)
    assert "The link is revoked." in answer.text
    assert lines(answer) == [("Ana Moreau", "Not", "Revoked")]
    assert f"Stig Holm revoked the link to {mailed.invoice.number} that Ana Moreau was mailed." in answer.text
    assert visitor().get(mailed.address).status_code == 404


@pytest.mark.parametrize("how", ["access", "removal"])
def test_with_its_person_a_link_is_said_to_be_closed(cast: Cast, how: str) -> None:
    mailed = mail(cast)
    if how == "access":
        page = visitor(cast.stig).get(f"/office/{cast.studio.id}/customers/{cast.bakery.id}/portal-access/")
        assert "the links in the mails that were sent to them so far open nothing any more" in page.text
        portal_access.configure(cast.bakery, {cast.sam.id}, by=cast.by_olga)
    else:
        contacts.retire(cast.ana, by=cast.by_olga)
    page = show(cast, mailed)
    assert lines(page) == [("Ana Moreau", "Not", "Closed")]
    assert "Revoke this link" not in page.text


def test_another_link_and_another_invoice_stay_open(cast: Cast) -> None:
    mailed, other = mail(cast), mail(cast)
    again = mail_again(mailed.invoice, cast.ana, cast)
    visitor(cast.stig).post(f"/office/{cast.studio.id}/invoices/{mailed.invoice.id}/links/{mailed.link.id}/revocation/")
    assert [visitor().get(one.address).status_code for one in (mailed, again, other)] == [404, 200, 200]


def test_at_another_invoices_address_it_is_not_found(cast: Cast) -> None:
    mailed, other = mail(cast), mail(cast)
    with nothing_changes("Revoking at another invoice"):
        address = f"/office/{cast.studio.id}/invoices/{other.invoice.id}/links/{mailed.link.id}/revocation/"
        assert visitor(cast.stig).post(address).status_code == 404


def test_a_viewer_reads_the_list_and_revokes_nothing(cast: Cast) -> None:
    mailed = mail(cast)
    page = show(cast, mailed, cast.vera)
    assert lines(page) == [("Ana Moreau", "Not", "Works")]
    assert "Revoke" not in page.text


def test_what_was_never_mailed_has_no_links(cast: Cast) -> None:
    for one in (invoice(cast), draft_invoice(cast)):
        page = visitor(cast.olga).get(f"/office/{cast.studio.id}/invoices/{one.id}/")
        assert page.context["links"] == []
        assert "Links in mails" not in page.text


def test_the_page_takes_as_few_queries_with_many_links(cast: Cast, django_assert_max_num_queries: Any) -> None:
    mailed = mail(cast)
    for place in range(30):
        document_links.make(mailed.invoice, cast.sam, sending_id=place + 1)
    assert DocumentLink.objects.count() == 31
    client = visitor(cast.olga)
    with django_assert_max_num_queries(13):
        client.get(f"/office/{cast.studio.id}/invoices/{mailed.invoice.id}/")
