"""Whom both customers have, by e-mail address, stays once, with the access and the history of both."""

from typing import Any

import pytest

from counterfoil.books.conversations import comments
from counterfoil.books.conversations.models import Comment
from counterfoil.books.customers import contacts, invitations, portal_access
from counterfoil.books.customers.models import ContactPerson
from counterfoil.books.merging import foreseeing
from counterfoil.books.sales import document_links, invoices
from counterfoil.books.sales.models import DocumentLink, Invoice, RecurringInvoice
from counterfoil.outbound import spreading
from counterfoil.outbound.models import Mail, Notification
from tests.support.books import draft_invoice, invoice, recurring
from tests.support.cast import Cast, actor, person, visitor
from tests.support.mailed import mail
from tests.support.merging import duplicate, merge
from tests.support.refusals import refused


@pytest.fixture
def twin(cast: Cast) -> Any:
    return duplicate(cast)


def other_ana(cast: Cast, twin: Any, *, access: bool = True, **more: Any) -> Any:
    return person(twin, "Ana", "Moreau", "ana@harbour.test", by=cast.by_olga, access=access, **more)


def again(row: Any) -> Any:
    row.refresh_from_db()
    return row


def test_who_is_at_both_stays_once_and_keeps_the_history_of_both(cast: Cast, twin: Any) -> None:
    gone = other_ana(cast, twin)
    content = contacts.ContactContent(
        first_name="Ana", last_name="Moreau", email=gone.email, phone="+44 20 7946 0000", designation="Buyer"
    )
    contacts.edit(gone, content, by=cast.by_olga, revision=1)
    bill = mail(cast, gone).invoice
    invoices.view(bill, by=actor(gone))
    said = comments.add(bill, "Thank you.", by=actor(gone))
    schedule = recurring(cast, twin, sends=True, to=[gone.id])
    assert foreseeing.foresee(twin, cast.bakery).joined == ("Ana Moreau",)
    merge(cast, twin, cast.bakery)
    people = ContactPerson.objects.current().filter(customer=cast.bakery, email="ana@harbour.test")
    assert list(people) == [cast.ana]
    assert again(gone).same_as_id == cast.ana.id
    assert (again(cast.ana).phone, cast.ana.designation, cast.ana.access) == ("+44 20 7946 0000", "Buyer", "enabled")
    assert Invoice.objects.get(id=bill.id).viewed_by_id == cast.ana.id
    assert Comment.objects.get(id=said.id).contact_id == cast.ana.id
    assert RecurringInvoice.objects.get(id=schedule.id).contact_ids == [cast.ana.id]
    link = DocumentLink.objects.get(document_id=bill.id)
    assert (link.contact_id, document_links.document_of(link)) == (cast.ana.id, bill)


def test_access_at_the_one_that_is_gone_is_access_at_the_survivor(cast: Cast, twin: Any) -> None:
    portal_access.configure(cast.bakery, {cast.sam.id}, by=cast.by_olga)
    assert again(cast.ana).access == "disabled"
    gone = other_ana(cast, twin)
    assert foreseeing.foresee(twin, cast.bakery).let_in == ("Ana Moreau",)
    merge(cast, twin, cast.bakery)
    assert (again(cast.ana).access, cast.ana.user_id) == ("enabled", gone.user_id)
    assert again(gone).access == "disabled"
    assert visitor(cast.ana).get(f"/portal/lindqvist-zhou/{cast.bakery.id}/").status_code == 200


def test_who_had_access_ended_by_the_office_gets_none_by_a_person_without(cast: Cast, twin: Any) -> None:
    other_ana(cast, twin, access=False)
    portal_access.configure(cast.bakery, {cast.sam.id}, by=cast.by_olga)
    merge(cast, twin, cast.bakery)
    assert again(cast.ana).access == "disabled"


def test_an_open_invitation_still_lets_in_and_of_two_the_newer(cast: Cast, twin: Any) -> None:
    first = person(cast.bakery, "Nia", "New", "nia@harbour.test", by=cast.by_olga, access=False)
    (older,) = portal_access.configure(cast.bakery, {cast.ana.id, cast.sam.id, first.id}, by=cast.by_olga)
    second = person(twin, "Nia", "New", "nia@harbour.test", by=cast.by_olga, access=False)
    (newer,) = portal_access.configure(twin, {second.id}, by=cast.by_olga)
    merge(cast, twin, cast.bakery)
    with refused("INVITATION_VOIDED"):
        invitations.accept(invitations.token_of(older), user=None, password="a-long-pass-phrase-of-mine")
    accepted = invitations.accept(invitations.token_of(newer), user=None, password="a-long-pass-phrase-of-mine")
    assert (accepted, accepted.access, accepted.customer_id) == (first, "enabled", cast.bakery.id)


def test_two_accounts_behind_one_address_are_two_people(cast: Cast, twin: Any) -> None:
    gone = person(twin, "Otto", "Else", "else@harbour.test", by=cast.by_olga)
    content = contacts.ContactContent(first_name="Otto", last_name="Else", email="ana@harbour.test")
    contacts.edit(gone, content, by=cast.by_olga, revision=1)
    with refused("PEOPLE_DIFFER"):
        merge(cast, twin, cast.bakery)


def test_one_account_under_two_addresses_opens_the_portal_once(cast: Cast, twin: Any) -> None:
    gone = other_ana(cast, twin)
    content = contacts.ContactContent(first_name="Ana", last_name="Moreau", email="buying@harbour.test")
    contacts.edit(gone, content, by=cast.by_olga, revision=1)
    merge(cast, twin, cast.bakery)
    assert (again(gone).customer_id, gone.access, gone.email) == (cast.bakery.id, "disabled", "buying@harbour.test")
    assert again(cast.ana).access == "enabled"
    assert visitor(cast.ana).get(f"/portal/lindqvist-zhou/{cast.bakery.id}/").status_code == 200


def test_a_link_that_opened_nothing_any_more_opens_nothing_afterwards(cast: Cast, twin: Any) -> None:
    gone = other_ana(cast, twin)
    mailed = mail(cast, gone)
    portal_access.configure(twin, (), by=cast.by_olga)
    assert document_links.document_of(mailed.link) is None
    merge(cast, twin, cast.bakery)
    link = DocumentLink.objects.get(id=mailed.link.id)
    assert (link.contact_id, document_links.document_of(link)) == (cast.ana.id, None)


def test_mail_that_was_to_be_written_goes_to_who_stays(cast: Cast, twin: Any) -> None:
    """Events wait for the worker, and name the customer and the person of that time."""
    gone = other_ana(cast, twin)
    draft = draft_invoice(cast, twin)
    while spreading.spread_due():
        pass
    invoices.send(draft, to=[gone.id], by=cast.by_olga, revision=1)
    merge(cast, twin, cast.bakery)
    while spreading.spread_due():
        pass
    written = Mail.objects.get(template="invoice", recipient="ana@harbour.test")
    assert written.customer_id == cast.bakery.id
    assert DocumentLink.objects.get(document_id=draft.id).contact_id == cast.ana.id
    assert Notification.objects.filter(contact=cast.ana, event__name="invoice.sent").exists()


def test_the_bell_is_carried_over_and_rings_once_for_each(cast: Cast, twin: Any) -> None:
    gone = other_ana(cast, twin)
    mail(cast, gone)
    mine = Notification.objects.filter(contact=cast.ana).count()
    theirs = Notification.objects.filter(contact=gone).count()
    assert theirs
    merge(cast, twin, cast.bakery)
    assert Notification.objects.filter(contact=cast.ana).count() == mine + theirs
    assert not Notification.objects.filter(contact=gone).exists()


def test_the_primary_contact_stays_or_comes_along(cast: Cast, twin: Any) -> None:
    dora = person(twin, "Dora", "Twin", "dora@harbour.test", by=cast.by_olga)
    empty = duplicate(cast, "Nobody there")
    merge(cast, twin, empty)
    assert again(dora).is_primary
    merge(cast, empty, cast.bakery)
    assert not again(dora).is_primary
    assert again(cast.ana).is_primary


def test_who_was_joined_once_is_joined_further(cast: Cast, twin: Any) -> None:
    third = duplicate(cast, "Harbour")
    first, second = other_ana(cast, third), other_ana(cast, twin)
    merge(cast, third, twin)
    merge(cast, twin, cast.bakery)
    assert again(first).same_as_id == again(second).same_as_id == cast.ana.id
    invoice(cast)
