"""A link in a mail opens one invoice for one recipient, until it expires, is revoked or its recipient is gone."""

from datetime import timedelta

import pytest

from counterfoil.books.customers import contacts
from counterfoil.books.sales import document_links, invoices, write_offs
from counterfoil.books.sales.models import DocumentLink, Invoice
from counterfoil.foundation import clock, tokens
from counterfoil.foundation.events import Event
from tests.support.books import draft_invoice, invoice
from tests.support.cast import Cast, actor
from tests.support.refusals import refused


def link_to(cast: Cast, one: Invoice | None = None, *, sending_id: int = 1) -> DocumentLink:
    return document_links.make(one or invoice(cast), cast.ana, sending_id=sending_id)


def found(link: DocumentLink) -> DocumentLink | None:
    return document_links.find(document_links.token_of(link), organization_id=link.organization_id)


def test_the_secret_is_derived_and_not_kept(cast: Cast) -> None:
    link = link_to(cast)
    assert found(link) == link
    token = document_links.token_of(link)
    assert token not in {str(value) for value in DocumentLink.objects.values().get().values()}


def test_a_mail_that_is_written_again_has_the_same_link_and_a_new_one_another(cast: Cast) -> None:
    one = invoice(cast)
    first = link_to(cast, one)
    assert link_to(cast, one) == first
    second, sams = link_to(cast, one, sending_id=2), document_links.make(one, cast.sam, sending_id=1)
    assert len({document_links.token_of(link) for link in (first, second, sams)}) == 3


def test_a_secret_of_another_purpose_or_organization_opens_nothing(cast: Cast) -> None:
    link = link_to(cast)
    assert document_links.find(tokens.derive("invitation", link.nonce), organization_id=cast.studio.id) is None
    assert document_links.find(document_links.token_of(link), organization_id=cast.quay.id) is None


def test_opening_counts_as_seen_by_its_recipient_once(cast: Cast) -> None:
    link = link_to(cast)
    found(link)
    assert not Event.objects.filter(name="invoice.viewed").exists()
    one = document_links.open_document(link, address="192.0.2.7")
    opened = DocumentLink.objects.get(id=link.id).opened_at
    assert opened is not None
    assert one.viewed_by == cast.ana
    by = Event.objects.get(name="invoice.viewed").by
    assert (by.kind, by.name, by.address) == ("link", "Ana Moreau", "192.0.2.7")
    with clock.travel(by=timedelta(days=1)):
        document_links.open_document(link)
    assert DocumentLink.objects.get(id=link.id).opened_at == opened
    assert Event.objects.filter(name="invoice.viewed").count() == 1


def test_it_expires(cast: Cast) -> None:
    link = link_to(cast)
    with clock.travel(by=timedelta(days=59)):
        assert found(link) == link
    with clock.travel(by=timedelta(days=60)):
        assert found(link) is None
        with refused("NO_LINK"):
            document_links.open_document(link)


def test_the_office_revokes_one_of_them_for_good(cast: Cast) -> None:
    one = invoice(cast)
    link, other = link_to(cast, one), link_to(cast, one, sending_id=2)
    for by in (actor(cast.vera), actor(cast.otto), cast.by_ana, document_links.bearer(link)):
        with refused("NOT_ALLOWED"):
            document_links.revoke(link, by=by)
    document_links.revoke(link, by=cast.by_olga)
    document_links.revoke(link, by=cast.by_olga)
    assert (found(link), found(other)) == (None, other)
    event = Event.objects.get(name="invoice.link_revoked")
    assert (event.subject_id, event.data["name"]) == (one.id, "Ana Moreau")
    with refused("NO_LINK"):
        document_links.open_document(link)


def test_it_dies_with_its_recipient(cast: Cast) -> None:
    one = invoice(cast)
    link = document_links.make(one, cast.sam, sending_id=1)
    contacts.retire(cast.sam, by=cast.by_olga)
    assert found(link) is None
    with refused("NO_LINK"):
        document_links.open_document(link)


@pytest.mark.parametrize("other", ["draft", "anothers"])
def test_it_opens_neither_a_draft_nor_what_is_anothers(cast: Cast, other: str) -> None:
    link = link_to(cast)
    target = draft_invoice(cast) if other == "draft" else invoice(cast, cast.tidewater)
    DocumentLink.objects.filter(id=link.id).update(document_id=target.id)
    assert found(link) is None


def test_it_dies_when_its_recipient_belongs_to_another_customer(cast: Cast) -> None:
    link = link_to(cast)
    DocumentLink.objects.filter(id=link.id).update(contact=cast.bruno)
    assert found(link) is None


def test_what_is_void_or_written_off_can_still_be_read(cast: Cast) -> None:
    void, given_up = invoice(cast), invoice(cast)
    first, second = link_to(cast, void), link_to(cast, given_up, sending_id=2)
    invoices.void(void, by=cast.by_olga, revision=void.revision)
    write_offs.write_off(given_up, by=cast.by_olga, revision=given_up.revision)
    assert (found(first), found(second)) == (first, second)
