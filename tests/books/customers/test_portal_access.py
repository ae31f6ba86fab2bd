"""Who may open the portal: invited, accepted, ended."""

import pytest

from counterfoil.books.customers import contacts, invitations, portal_access
from counterfoil.books.customers.models import ContactPerson, Invitation
from counterfoil.foundation.events import Event
from counterfoil.foundation.refusal import Refused
from tests.support.cast import actor, person
from tests.support.races import at_once


@pytest.fixture
def lucie(cast):
    return person(cast.bakery, "Lucie", "Barr", "lucie@harbour.test", by=cast.by_olga, access=False)


def access_of(*people):
    return [ContactPerson.objects.get(id=one.id).access for one in people]


def test_the_newly_checked_are_invited_and_the_unchecked_lose_access(cast, lucie):
    made = portal_access.configure(cast.bakery, {cast.ana.id, lucie.id}, by=cast.by_olga)
    assert access_of(cast.ana, cast.sam, lucie) == ["enabled", "disabled", "invited"]
    assert [one.email for one in made] == ["lucie@harbour.test"]
    invited = Event.objects.filter(name="portal.invited", subject_id=lucie.id).get()
    assert invited.data == {
        "invitation_id": str(made[0].id),
        "contact_id": str(lucie.id),
        "name": "Lucie Barr",
        "email": "lucie@harbour.test",
    }
    assert Event.objects.get(name="portal.access_ended").data["was"] == "enabled"


def test_the_link_is_stored_only_as_a_hash(cast, lucie):
    (made,) = portal_access.configure(cast.bakery, {lucie.id}, by=cast.by_olga, seen=())
    token = invitations.token_of(made)
    assert len(token) == 43
    assert invitations.find(token).id == made.id
    assert token not in str(list(Invitation.objects.values())) + str(list(Event.objects.values()))


def test_without_an_address_nobody_is_invited_and_the_sentence_says_how_to_mend_it(cast, lucie):
    max_ = person(cast.bakery, "Max", "Hill", by=cast.by_olga, access=False)
    with pytest.raises(Refused, match="NO_EMAIL") as refusal:
        portal_access.configure(cast.bakery, {lucie.id, max_.id}, by=cast.by_olga)
    assert "Max Hill has no e-mail address" in str(refusal.value.sentence)
    assert "Add one" in str(refusal.value.sentence)
    assert refusal.value.details["contact_id"] == max_.id
    assert access_of(cast.ana, cast.sam, lucie, max_) == ["enabled", "enabled", "disabled", "disabled"]
    assert not Event.objects.filter(name="portal.access_ended").exists()


def test_saving_twice_sends_one_invitation(cast, lucie):
    for _ in range(2):
        portal_access.configure(cast.bakery, {cast.ana.id, cast.sam.id, lucie.id}, by=cast.by_olga)
    assert Event.objects.filter(name="portal.invited", subject_id=lucie.id).count() == 1


def test_saving_ten_times_at_once_sends_one_invitation(both_databases, cast, lucie):
    wanted = {cast.ana.id, cast.sam.id, lucie.id}
    outcomes = at_once(10, lambda place: portal_access.configure(cast.bakery, wanted, by=cast.by_olga))
    assert not [one.error for one in outcomes if one.error]
    assert Event.objects.filter(name="portal.invited", subject_id=lucie.id).count() == 1
    assert Invitation.objects.filter(contact=lucie).count() == 1


def test_what_a_colleague_did_meanwhile_stays(cast, lucie):
    seen = {cast.ana.id, cast.sam.id}
    portal_access.configure(cast.bakery, seen | {lucie.id}, by=actor(cast.stig), seen=seen)
    portal_access.configure(cast.bakery, {cast.ana.id}, by=cast.by_olga, seen=seen)
    assert access_of(cast.ana, cast.sam, lucie) == ["enabled", "disabled", "invited"]


def test_somebody_of_another_customer_can_not_be_slipped_in(cast):
    with pytest.raises(Refused, match="CONTACT_RETIRED"):
        portal_access.configure(cast.bakery, {cast.ana.id, cast.sam.id, cast.fia.id}, by=cast.by_olga)
    assert access_of(cast.ana, cast.sam, cast.fia) == ["enabled"] * 3


def test_the_portal_status_of_a_customer(cast, lucie):
    assert portal_access.status(cast.bakery) == "enabled"
    portal_access.configure(cast.bakery, set(), by=cast.by_olga)
    assert portal_access.status(cast.bakery) == "disabled"
    portal_access.configure(cast.bakery, {lucie.id}, by=cast.by_olga)
    assert portal_access.status(cast.bakery) == "invited"


def test_reinviting_voids_the_old_link_and_makes_a_fresh_one(cast, lucie):
    (old,) = portal_access.configure(cast.bakery, {lucie.id}, by=cast.by_olga, seen=())
    new = portal_access.reinvite(lucie, by=cast.by_olga, instead_of=old.id)
    with pytest.raises(Refused, match="INVITATION_VOIDED"):
        invitations.accept(invitations.token_of(old), user=None, password="sourdough-23-rye")
    assert invitations.accept(invitations.token_of(new), user=None, password="sourdough-23-rye").access == "enabled"


def test_reinviting_twice_by_one_double_click_sends_one_mail(both_databases, cast, lucie):
    (old,) = portal_access.configure(cast.bakery, {lucie.id}, by=cast.by_olga, seen=())
    outcomes = at_once(5, lambda place: portal_access.reinvite(lucie, by=cast.by_olga, instead_of=old.id))
    assert not [one.error for one in outcomes if one.error]
    assert Event.objects.filter(name="portal.invited", subject_id=lucie.id).count() == 2
    assert Invitation.objects.filter(contact=lucie, voided_at__isnull=True).count() == 1


def test_there_is_nothing_to_send_again_to_who_is_in_or_out(cast, lucie):
    for somebody in (cast.ana, lucie):
        with pytest.raises(Refused, match="NOT_INVITED"):
            portal_access.reinvite(somebody, by=cast.by_olga)
    contacts.retire(lucie, by=cast.by_olga)
    with pytest.raises(Refused, match="CONTACT_RETIRED"):
        portal_access.reinvite(lucie, by=cast.by_olga)
    assert not Invitation.objects.filter(contact=lucie).exists()


def test_only_owner_and_staff_decide_who_has_access(cast, lucie):
    for somebody in (cast.vera, cast.otto, cast.ana):
        with pytest.raises(Refused, match="NOT_ALLOWED"):
            portal_access.configure(cast.bakery, {lucie.id}, by=actor(somebody))
    assert access_of(cast.ana, cast.sam, lucie) == ["enabled", "enabled", "disabled"]
    assert portal_access.configure(cast.bakery, {lucie.id}, by=actor(cast.stig), seen=())


def test_access_can_be_given_again_after_it_ended(cast):
    portal_access.configure(cast.bakery, {cast.sam.id}, by=cast.by_olga)
    (made,) = portal_access.configure(cast.bakery, {cast.ana.id, cast.sam.id}, by=cast.by_olga)
    back = invitations.accept(invitations.token_of(made), user=cast.ana.user)
    assert (back.access, back.ended_at, back.user_id) == ("enabled", None, cast.ana.user_id)
