"""An invitation works once, for the address that it went to, for fourteen days."""

from datetime import timedelta

import pytest

from counterfoil.books.accounts.models import User
from counterfoil.books.customers import contacts, invitations, portal_access
from counterfoil.books.customers.models import ContactPerson, Invitation
from counterfoil.foundation import clock
from counterfoil.foundation.events import Event
from counterfoil.foundation.refusal import Refused
from tests.support.cast import actor, customer, person
from tests.support.races import at_once

PASSWORD = "sourdough-23-rye"


@pytest.fixture
def lucie(cast):
    return person(cast.bakery, "Lucie", "Barr", "lucie@harbour.test", by=cast.by_olga, access=False)


@pytest.fixture
def token(cast, lucie):
    (made,) = portal_access.configure(cast.bakery, {lucie.id}, by=cast.by_olga, seen=())
    return invitations.token_of(made)


def refused(code, token, **how):
    with pytest.raises(Refused, match=code):
        invitations.accept(token, **{"user": None, "password": PASSWORD} | how)


def assert_still_outside(contact):
    now = ContactPerson.objects.get(id=contact.id)
    assert (now.access == "enabled", now.user_id) == (False, None)
    assert not User.objects.filter(email=contact.email).exists()


def test_a_new_person_sets_a_password_and_is_in(cast, lucie, token):
    contact = invitations.accept(token, user=None, password=PASSWORD, address="192.0.2.7")
    account = User.objects.get(email="lucie@harbour.test")
    assert (contact.access, contact.user_id, account.name) == ("enabled", account.id, "Lucie Barr")
    assert account.check_password(PASSWORD)
    event = Event.objects.get(name="portal.invitation_accepted", subject_id=lucie.id)
    assert (event.for_office, event.for_customer, event.by.address) == (True, True, "192.0.2.7")


def test_a_second_use_is_refused_and_sets_no_password(cast, lucie, token):
    invitations.accept(token, user=None, password=PASSWORD)
    refused("INVITATION_USED", token, password="another-long-one-9")
    assert User.objects.get(email="lucie@harbour.test").check_password(PASSWORD)


def test_it_expires_after_fourteen_days(cast, lucie, token):
    with clock.travel(by=timedelta(days=14)):
        refused("INVITATION_EXPIRED", token)
    assert_still_outside(lucie)
    with clock.travel(by=timedelta(days=13, hours=23)):
        assert invitations.accept(token, user=None, password=PASSWORD).access == "enabled"


def test_unchecking_the_person_voids_it(cast, lucie, token):
    portal_access.configure(cast.bakery, {cast.ana.id, cast.sam.id}, by=cast.by_olga)
    refused("INVITATION_VOIDED", token)
    assert_still_outside(lucie)


def test_what_is_no_token_opens_nothing(cast, lucie, token):
    made = Invitation.objects.get(contact=lucie)
    for wrong in ("", "x", token[:-1], token + "A", made.nonce, made.token_hash):
        refused("NO_INVITATION", wrong)
    assert_still_outside(lucie)


@pytest.mark.parametrize("weak", ["short", "password123", "12345678901", "lucie@harbour.test"])
def test_a_weak_password_is_refused_and_the_link_still_works(cast, lucie, token, weak):
    refused("PASSWORD_WEAK", token, password=weak)
    assert_still_outside(lucie)
    assert invitations.accept(token, user=None, password=PASSWORD).access == "enabled"


def test_without_a_password_nobody_gets_in(cast, lucie, token):
    refused("PASSWORD_MISSING", token, password="")
    assert_still_outside(lucie)


@pytest.fixture
def second_door(cast):
    """Ana is asked into the portal of another organization, under the address that she signs in with."""
    lido = customer(cast.quay, "Lido", "GBP", by=actor(cast.otto))
    return person(lido, "Ana", "M.", "ANA@harbour.test", by=actor(cast.otto), access=False)


@pytest.fixture
def second_token(cast, second_door):
    (made,) = portal_access.configure(second_door.customer, {second_door.id}, by=actor(cast.otto), seen=())
    return invitations.token_of(made)


def test_who_has_an_account_signs_in_and_is_attached(cast, second_door, second_token):
    before = cast.ana.user.password
    contact = invitations.accept(second_token, user=cast.ana.user)
    assert (contact.id, contact.user_id) == (second_door.id, cast.ana.user_id)
    assert User.objects.get(id=cast.ana.user_id).password == before


def test_an_existing_password_is_never_set_by_an_invitation(cast, second_door, second_token):
    before = cast.ana.user.password
    refused("SIGN_IN_FIRST", second_token, password="i-choose-this-now")
    assert User.objects.get(email="ana@harbour.test").password == before
    assert ContactPerson.objects.get(id=second_door.id).access == "invited"


def test_somebody_else_who_is_signed_in_can_not_take_it(cast, second_door, second_token, lucie, token):
    refused("OTHER_ACCOUNT", second_token, user=cast.bruno.user, password="")
    refused("OTHER_ACCOUNT", token, user=cast.bruno.user)
    assert ContactPerson.objects.get(id=second_door.id).user_id is None
    assert_still_outside(lucie)


def test_the_address_written_later_into_the_contact_person_counts_for_nothing(cast, lucie, token):
    """The office writes Bruno's address over Lucie's: her link is void, and Bruno's account is not hers."""
    values = contacts.ContactContent(first_name="Lucie", last_name="Barr", email="bruno@tidewater.test")
    contacts.edit(lucie, values, by=cast.by_olga, revision=1)
    refused("INVITATION_VOIDED", token, user=cast.bruno.user)
    refused("INVITATION_VOIDED", token)
    assert ContactPerson.objects.get(id=lucie.id).user_id is None


def test_accepting_again_as_the_same_person_changes_nothing(cast, second_door, second_token):
    for _ in range(2):
        assert invitations.accept(second_token, user=cast.ana.user).id == second_door.id
    assert Event.objects.filter(name="portal.invitation_accepted", subject_id=second_door.id).count() == 1


def test_a_used_link_does_not_bring_back_access_that_ended(cast, second_door, second_token):
    invitations.accept(second_token, user=cast.ana.user)
    portal_access.configure(second_door.customer, set(), by=actor(cast.otto))
    refused("INVITATION_USED", second_token, user=cast.ana.user)
    assert ContactPerson.objects.get(id=second_door.id).access == "disabled"


def test_one_account_is_not_two_people_of_one_customer(cast):
    values = contacts.ContactContent(first_name="Ana", last_name="Moreau", email="ana@private.test")
    contacts.edit(cast.ana, values, by=cast.by_olga, revision=1)
    twin = person(cast.bakery, "Ana", "Twin", "ana@harbour.test", by=cast.by_olga, access=False)
    (made,) = portal_access.configure(cast.bakery, {twin.id}, by=cast.by_olga, seen=())
    refused("ALREADY_THERE", invitations.token_of(made), user=cast.ana.user)
    assert ContactPerson.objects.get(id=twin.id).access == "invited"


def test_ten_acceptances_at_once_make_one_account_and_nine_refusals(both_databases, cast, lucie, token):
    outcomes = at_once(10, lambda place: invitations.accept(token, user=None, password=f"{PASSWORD}-{place}"))
    assert sum(one.error is None for one in outcomes) == 1
    codes = {one.error.code for one in outcomes if isinstance(one.error, Refused)}
    assert codes <= {"INVITATION_USED", "SIGN_IN_FIRST"}
    assert all(one.error is None or isinstance(one.error, Refused) for one in outcomes)
    assert User.objects.filter(email="lucie@harbour.test").count() == 1
    assert Event.objects.filter(name="portal.invitation_accepted", subject_id=lucie.id).count() == 1
    winner = next(place for place, one in enumerate(outcomes) if one.error is None)
    assert User.objects.get(email="lucie@harbour.test").check_password(f"{PASSWORD}-{winner}")


def test_two_organizations_invitations_accepted_at_once_make_one_account(both_databases, cast, lucie, token):
    lido = customer(cast.quay, "Lido", "GBP", by=actor(cast.otto))
    other = person(lido, "Lucie", "Barr", "lucie@harbour.test", by=actor(cast.otto), access=False)
    (made,) = portal_access.configure(lido, {other.id}, by=actor(cast.otto), seen=())
    tokens = [token, invitations.token_of(made)]
    outcomes = at_once(2, lambda place: invitations.accept(tokens[place], user=None, password=PASSWORD))
    assert User.objects.filter(email="lucie@harbour.test").count() == 1
    assert {getattr(one.error, "code", None) for one in outcomes} <= {None, "SIGN_IN_FIRST"}
    assert any(one.error is None for one in outcomes)


def test_accepting_and_ending_access_at_once_never_leaves_a_way_in_that_was_ended(both_databases, cast, lucie, token):
    def act(place):
        if place:
            return portal_access.configure(cast.bakery, {cast.ana.id, cast.sam.id}, by=cast.by_olga)
        return invitations.accept(token, user=None, password=PASSWORD)

    outcomes = at_once(2, act)
    assert all(one.error is None or isinstance(one.error, Refused) for one in outcomes)
    assert ContactPerson.objects.get(id=lucie.id).access == "disabled"
