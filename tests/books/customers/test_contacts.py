"""The people at a customer: written down, changed, and let go."""

import pytest

from counterfoil.books.customers import access, contacts, invitations, portal_access
from counterfoil.books.customers.models import ContactPerson, Invitation
from counterfoil.foundation.events import Event
from counterfoil.foundation.refusal import Refused
from tests.support.cast import actor, customer, person
from tests.support.races import at_once


def content(**more):
    return contacts.ContactContent(**{"first_name": "Lucie", "last_name": "Barr"} | more)


def known(contact, **more):
    names = ("first_name", "last_name", "email", "salutation", "phone", "mobile", "designation", "language")
    return contacts.ContactContent(**{name: getattr(contact, name) for name in names} | more)


def fresh(contact):
    return ContactPerson.objects.get(id=contact.id)


def test_the_first_person_of_a_customer_is_the_primary_one(cast):
    empty = customer(cast.studio, "Northgate Books", "GBP", by=cast.by_olga)
    assert contacts.add(empty, content(), by=cast.by_olga).is_primary
    assert not contacts.add(empty, content(first_name="Max"), by=cast.by_olga).is_primary


def test_an_address_is_kept_in_lower_case_and_unique_within_the_customer(cast):
    with pytest.raises(Refused, match="EMAIL_TAKEN") as refusal:
        contacts.add(cast.bakery, content(email=" ANA@Harbour.test "), by=cast.by_olga)
    assert refusal.value.field == "email"
    assert contacts.add(cast.yunshan, content(email="ANA@Harbour.test"), by=cast.by_olga).email == "ana@harbour.test"
    with pytest.raises(Refused, match="EMAIL_TAKEN"):
        contacts.edit(cast.sam, known(cast.sam, email="ana@harbour.test"), by=cast.by_olga, revision=1)
    assert fresh(cast.sam).email == "sam@harbour.test"


def test_several_people_may_have_no_address(cast):
    for name in ("Lucie", "Max"):
        contacts.add(cast.bakery, content(first_name=name), by=cast.by_olga)
    assert ContactPerson.objects.filter(customer=cast.bakery, email="").count() == 2


def test_somebody_without_name_and_address_is_refused(cast):
    with pytest.raises(Refused, match="PERSON_NAME_MISSING"):
        contacts.add(cast.bakery, content(first_name=" ", last_name=""), by=cast.by_olga)
    with pytest.raises(Refused, match="LANGUAGE"):
        contacts.add(cast.bakery, content(language="fr"), by=cast.by_olga)
    assert ContactPerson.objects.filter(customer=cast.bakery).count() == 2


def test_the_same_form_sent_twice_writes_one_person_down(both_databases, cast):
    outcomes = at_once(6, lambda place: contacts.add(cast.bakery, content(), by=cast.by_olga, making_key="k" * 43))
    assert not [one.error for one in outcomes if one.error]
    assert ContactPerson.objects.filter(customer=cast.bakery, first_name="Lucie").count() == 1


def test_an_edit_of_what_was_edited_meanwhile_is_refused(cast):
    contacts.edit(cast.sam, known(cast.sam, phone="1"), by=cast.by_olga, revision=1)
    contacts.edit(cast.sam, known(cast.sam, phone="1"), by=cast.by_olga, revision=1)
    with pytest.raises(Refused, match="CONTACT_CHANGED"):
        contacts.edit(cast.sam, known(cast.sam, phone="2"), by=cast.by_olga, revision=1)
    assert (fresh(cast.sam).phone, fresh(cast.sam).revision) == ("1", 2)


def test_only_one_is_primary(cast):
    contacts.make_primary(cast.sam, by=cast.by_olga)
    contacts.make_primary(cast.sam, by=cast.by_olga)
    assert (fresh(cast.sam).is_primary, fresh(cast.ana).is_primary) == (True, False)
    assert Event.objects.filter(name="contact.made_primary").count() == 1


def test_everybody_made_primary_at_once_leaves_one(both_databases, cast):
    people = [cast.ana, cast.sam, person(cast.bakery, "Lucie", "Barr", by=cast.by_olga, access=False)]
    outcomes = at_once(6, lambda place: contacts.make_primary(people[place % 3], by=cast.by_olga))
    assert not [one.error for one in outcomes if one.error]
    assert ContactPerson.objects.filter(customer=cast.bakery, is_primary=True).count() == 1


def test_retiring_ends_access_at_once_and_keeps_the_name(cast):
    access.must_still_have(cast.by_ana)
    contacts.retire(cast.ana, by=cast.by_olga)
    retired = fresh(cast.ana)
    assert (retired.full_name, retired.access, retired.is_primary) == ("Ana Moreau", "disabled", False)
    assert retired.ended_at == retired.retired_at
    assert fresh(cast.sam).is_primary
    with pytest.raises(Refused, match="CP1003"):
        access.must_still_have(cast.by_ana)


def test_retiring_twice_is_once(cast):
    for _ in range(2):
        contacts.retire(cast.ana, by=cast.by_olga)
    assert Event.objects.filter(name="contact.retired").count() == 1


def test_the_address_of_a_retired_person_may_be_used_again(cast):
    contacts.retire(cast.ana, by=cast.by_olga)
    again = contacts.add(cast.bakery, content(email="ana@harbour.test"), by=cast.by_olga)
    assert again.access == "disabled"


def test_a_retired_person_is_not_edited_or_made_primary(cast):
    contacts.retire(cast.sam, by=cast.by_olga)
    with pytest.raises(Refused, match="CONTACT_RETIRED"):
        contacts.edit(cast.sam, known(cast.sam, phone="1"), by=cast.by_olga, revision=1)
    with pytest.raises(Refused, match="CONTACT_RETIRED"):
        contacts.make_primary(cast.sam, by=cast.by_olga)
    assert (fresh(cast.sam).phone, fresh(cast.sam).is_primary) == ("", False)


def test_retiring_voids_an_open_invitation(cast):
    lucie = person(cast.bakery, "Lucie", "Barr", "lucie@harbour.test", by=cast.by_olga, access=False)
    (invitation,) = portal_access.configure(cast.bakery, {lucie.id}, by=cast.by_olga, seen=())
    contacts.retire(lucie, by=cast.by_olga)
    with pytest.raises(Refused, match="INVITATION_VOIDED"):
        invitations.accept(invitations.token_of(invitation), user=None, password="sourdough-23-rye")


def test_another_address_voids_the_open_invitation_to_the_old_one(cast):
    lucie = person(cast.bakery, "Lucie", "Barr", "lucie@harbour.test", by=cast.by_olga, access=False)
    portal_access.configure(cast.bakery, {lucie.id}, by=cast.by_olga, seen=())
    changed = contacts.edit(fresh(lucie), known(lucie, email="lucie@new.test"), by=cast.by_olga, revision=1)
    assert changed.access == "disabled"
    assert Invitation.objects.get(contact=lucie).voided_at is not None


def test_other_changes_leave_the_open_invitation_alone(cast):
    lucie = person(cast.bakery, "Lucie", "Barr", "lucie@harbour.test", by=cast.by_olga, access=False)
    portal_access.configure(cast.bakery, {lucie.id}, by=cast.by_olga, seen=())
    assert contacts.edit(fresh(lucie), known(lucie, phone="1"), by=cast.by_olga, revision=1).access == "invited"


def test_what_the_office_writes_as_address_never_changes_an_account(cast):
    before = (cast.ana.user.email, cast.ana.user.password)
    changed = contacts.edit(cast.ana, known(cast.ana, email="olga@studio.test"), by=cast.by_olga, revision=1)
    changed.user.refresh_from_db()
    assert (changed.user.email, changed.user.password) == before
    assert changed.access == "enabled"


def test_only_owner_and_staff_change_people(cast):
    for somebody in (cast.vera, cast.otto, cast.ana):
        by = actor(somebody)
        for act in (
            lambda by=by: contacts.add(cast.bakery, content(), by=by),
            lambda by=by: contacts.edit(cast.sam, known(cast.sam, phone="1"), by=by, revision=1),
            lambda by=by: contacts.make_primary(cast.sam, by=by),
            lambda by=by: contacts.retire(cast.sam, by=by),
        ):
            with pytest.raises(Refused, match="NOT_ALLOWED"):
                act()
    assert (fresh(cast.sam).phone, fresh(cast.sam).is_primary, fresh(cast.sam).retired_at) == ("", False, None)
    assert ContactPerson.objects.filter(customer=cast.bakery).count() == 2


def test_a_contact_person_chooses_their_own_language_only(cast):
    assert contacts.change_language(cast.ana, language="zh-Hans", by=cast.by_ana).language == "zh-Hans"
    for by in (actor(cast.sam), cast.by_olga):
        with pytest.raises(Refused, match="NOT_YOURS"):
            contacts.change_language(cast.ana, language="en", by=by)
    with pytest.raises(Refused, match="LANGUAGE"):
        contacts.change_language(cast.ana, language="fr", by=cast.by_ana)
    assert fresh(cast.ana).language == "zh-Hans"
