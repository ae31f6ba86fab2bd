"""Passing a document on: to a colleague, to a new address, and what the one who gets it can do with it."""

from typing import Any

import pytest

from counterfoil.books.customers.models import ContactPerson
from counterfoil.books.organizations.models import Organization
from counterfoil.books.sales import document_links, forwarding, invoices
from counterfoil.books.sales.models import DocumentLink
from counterfoil.foundation.events import Event
from counterfoil.outbound.models import Mail
from tests.support.books import draft_quote, invoice, invoice_of, order, quote
from tests.support.cast import Cast, actor, visitor
from tests.support.refusals import refused
from tests.support.telling import spread


def at(one: Any, rest: str = "") -> str:
    return f"/portal/lindqvist-zhou/{one.customer_id}/{one.kind()}s/{one.id}/{rest}"


def test_a_new_address_becomes_a_contact_person_without_access(cast: Cast) -> None:
    one = invoice(cast)
    answer = visitor(cast.ana).post(
        at(one, "forwarding/"), {"email": "Accounts@Elsewhere.test", "name": "Ida Berg"}, follow=True
    )
    assert "It is on its way to Ida Berg." in answer.text
    ida = ContactPerson.objects.get(email="accounts@elsewhere.test")
    assert (ida.customer_id, ida.access, ida.is_primary) == (cast.bakery.id, "disabled", False)
    spread()
    mail = Mail.objects.get(template="forwarded")
    assert (mail.recipient, cast.ana.full_name in mail.subject) == ("accounts@elsewhere.test", True)
    assert DocumentLink.objects.get().contact_id == ida.id


def test_a_known_address_is_who_has_it(cast: Cast) -> None:
    one = quote(cast)
    visitor(cast.ana).post(at(one, "forwarding/"), {"email": cast.sam.email.upper(), "name": "Somebody"})
    assert Event.objects.get(name="quote.forwarded").data["contact_ids"] == [str(cast.sam.id)]
    assert not ContactPerson.objects.filter(first_name="Somebody").exists()


def test_what_is_no_address_is_said_beside_the_field_and_kept(cast: Cast) -> None:
    answer = visitor(cast.ana).post(at(invoice(cast), "forwarding/"), {"email": "nobody", "name": "Ida"})
    assert answer.status_code == 422
    assert 'value="nobody"' in answer.text
    assert not Event.objects.filter(name__endswith=".forwarded").exists()


def test_the_link_to_a_quote_shows_it_and_decides_nothing(cast: Cast, client: Any) -> None:
    one = quote(cast)
    forwarding.forward(one, email="ida@elsewhere.test", by=cast.by_ana)
    spread()
    link = DocumentLink.objects.get()
    opener = f"/portal/lindqvist-zhou/link/{document_links.token_of(link)}/"
    assert "Open quote" in client.get(opener).text
    answer = client.post(opener, {"open": "yes"}, follow=True)
    assert one.number in answer.text
    assert "Accept</button>" not in answer.text
    assert client.get(at(one, "pdf/")).status_code == 200
    for act in ("acceptance/", "refusal/", "forwarding/"):
        answer = client.post(at(one, act), {"revision": 1, "email": "x@elsewhere.test"})
        assert answer.headers["Location"].startswith("/portal/lindqvist-zhou/account/login/"), act
    one.refresh_from_db()
    assert one.state == "sent"


def test_a_link_to_a_quote_opens_no_other_quote_and_no_invoice(cast: Cast, client: Any) -> None:
    one, other, bill = quote(cast), quote(cast), invoice(cast)
    forwarding.forward(one, email="ida@elsewhere.test", by=cast.by_ana)
    spread()
    client.post(f"/portal/lindqvist-zhou/link/{document_links.token_of(DocumentLink.objects.get())}/", {"open": "yes"})
    assert client.get(at(one)).status_code == 200
    for theirs in (other, bill):
        assert client.get(at(theirs)).status_code != 200


def test_the_link_to_a_sales_order_shows_it_without_its_invoices_or_the_conversation(cast: Cast, client: Any) -> None:
    Organization.objects.filter(id=cast.studio.id).update(modules={"sales_orders": True})
    one, other = order(cast), order(cast)
    bill = invoice_of(cast, one, 1)
    address = f"/portal/lindqvist-zhou/{cast.bakery.id}/sales-orders/{one.id}/"
    visitor(cast.ana).post(f"{address}forwarding/", {"email": "ida@elsewhere.test", "name": "Ida"})
    spread()
    opener = f"/portal/lindqvist-zhou/link/{document_links.token_of(DocumentLink.objects.get())}/"
    assert "Open sales order" in client.get(opener).text
    page = client.post(opener, {"open": "yes"}, follow=True).text
    assert one.number in page
    assert f"invoices/{bill.id}/" not in page
    assert "Conversation" not in page
    assert client.get(f"{address}pdf/").status_code == 200
    assert client.get(address.replace(str(one.id), str(other.id))).status_code != 200
    one.refresh_from_db()
    assert one.viewed_by_link


def test_a_forwarded_link_can_be_revoked_in_the_office(cast: Cast, client: Any) -> None:
    one = quote(cast)
    forwarding.forward(one, email="ida@elsewhere.test", by=cast.by_ana)
    spread()
    link = DocumentLink.objects.get()
    olga = visitor(cast.olga)
    assert "ida@elsewhere.test" in olga.get(f"/office/{cast.studio.id}/quotes/{one.id}/").text
    olga.post(f"/office/{cast.studio.id}/quotes/{one.id}/links/{link.id}/revocation/")
    assert client.get(f"/portal/lindqvist-zhou/link/{document_links.token_of(link)}/").status_code == 404


def test_forwarding_is_limited(cast: Cast) -> None:
    one = invoice(cast)
    for place in range(forwarding.MOST):
        forwarding.forward(one, email=f"n{place}@elsewhere.test", by=cast.by_ana)
    with refused("TOO_MANY_FORWARDED"):
        forwarding.forward(one, email="one.more@elsewhere.test", by=actor(cast.sam))


def test_what_is_void_a_draft_or_somebody_elses_is_not_forwarded(cast: Cast) -> None:
    void = invoice(cast)
    void = invoices.void(void, by=cast.by_olga, revision=void.revision)
    for one in (void, draft_quote(cast)):
        with refused("NOT_TO_FORWARD"):
            forwarding.forward(one, email="ida@elsewhere.test", by=cast.by_ana)
    one = quote(cast)
    for stranger in (actor(cast.bruno), cast.by_olga):
        with refused("NOT_YOURS"):
            forwarding.forward(one, email="ida@elsewhere.test", by=stranger)


@pytest.mark.parametrize("is_on", [True, False])
def test_an_organization_may_switch_it_off(cast: Cast, is_on: bool) -> None:
    Organization.objects.filter(id=cast.studio.id).update(modules={"forwarding": is_on})
    one = invoice(cast)
    assert (at(one, "forwarding/") in visitor(cast.ana).get(at(one)).text) is is_on
    if not is_on:
        with refused("FORWARDING_OFF"):
            forwarding.forward(one, email="ida@elsewhere.test", by=cast.by_ana)
