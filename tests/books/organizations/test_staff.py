"""Who works here: invited by an owner, in by a link that works once for one address, out at once."""

from datetime import timedelta

import pytest

from counterfoil.books.accounts.models import User
from counterfoil.books.organizations import staff
from counterfoil.books.organizations.models import StaffInvitation, StaffMember
from counterfoil.foundation import clock, tokens
from counterfoil.foundation.events import Event
from tests.support.cast import PASSWORD, actor, colleague
from tests.support.races import at_once
from tests.support.refusals import refused


def invite(cast, email="nina@studio.test", role="staff", **more):
    return staff.invite(cast.studio, **({"name": "Nina", "email": email, "role": role, "by": cast.by_olga} | more))


def invitation(member):
    return StaffInvitation.objects.get(member=member, used_at=None, voided_at=None)


def fresh(member):
    return StaffMember.objects.get(id=member.id)


def test_an_invitation_is_recorded_for_the_mail_without_its_secret(cast):
    nina = invite(cast, email=" Nina@Studio.test ")
    assert nina.email == "nina@studio.test"
    event = Event.objects.get(name="staff.invited", subject_id=nina.id)
    made = invitation(nina)
    token = tokens.derive(staff.PURPOSE, made.nonce)
    assert event.data["invitation_id"] == str(made.id)
    assert token not in str(event.data)
    assert token not in {str(value) for value in StaffInvitation.objects.values().get(id=made.id).values()}
    assert staff.find_invitation(token) == made


def test_accepting_sets_the_first_password_of_a_new_person(cast):
    nina = invite(cast)
    joined = staff.accept(invitation(nina), password=PASSWORD)
    assert joined.user.check_password(PASSWORD)
    assert fresh(nina).joined_at is not None
    assert Event.objects.get(name="staff.joined", subject_id=nina.id).by.id == nina.id


def test_a_weak_password_is_refused(cast):
    made = invitation(invite(cast))
    for weak in ("short", "password123", "1234567890123", "nina@studio.test"):
        with refused("PASSWORD_WEAK", field="password"):
            staff.accept(made, password=weak)
    with refused("PASSWORD_MISSING", field="password"):
        staff.accept(made)


def test_a_second_use_is_refused_and_sets_no_password(cast):
    made = invitation(invite(cast))
    staff.accept(made, password=PASSWORD)
    for again in (made, StaffInvitation.objects.get(id=made.id)):
        with refused("INVITATION_USED"):
            staff.accept(again, password="quite another word")
    assert User.objects.get(email="nina@studio.test").check_password(PASSWORD)


def test_an_expired_one_is_refused(cast):
    made = invitation(invite(cast))
    with clock.travel(by=timedelta(days=14)), refused("INVITATION_EXPIRED"):
        staff.accept(made, password=PASSWORD)
    with clock.travel(by=timedelta(days=13, hours=23)):
        assert staff.accept(made, password=PASSWORD)


def test_a_fresh_link_voids_the_one_before(cast):
    nina = invite(cast)
    old = invitation(nina)
    staff.reinvite(nina, by=cast.by_olga)
    with refused("INVITATION_VOIDED"):
        staff.accept(old, password=PASSWORD)
    assert staff.accept(invitation(nina), password=PASSWORD)
    with refused("ALREADY_JOINED"):
        staff.reinvite(nina, by=cast.by_olga)


def test_removing_somebody_voids_their_invitation(cast):
    nina = invite(cast)
    made = invitation(nina)
    staff.remove(nina, by=cast.by_olga)
    with refused("INVITATION_VOIDED"):
        staff.accept(made, password=PASSWORD)
    with refused("NOT_STAFF"):
        staff.reinvite(nina, by=cast.by_olga)


def test_who_has_an_account_must_be_signed_in_to_it_and_keeps_the_password(cast):
    before = User.objects.get(id=cast.ana.user_id).password
    member = invite(cast, email="ana@harbour.test")
    with refused("SIGN_IN_FIRST"):
        staff.accept(invitation(member), password="stolen by a mail")
    joined = staff.accept(invitation(member), signed_in=cast.ana.user, password="stolen by a mail")
    assert joined.user_id == cast.ana.user_id
    assert User.objects.get(id=cast.ana.user_id).password == before


def test_an_invitation_is_for_its_own_address_alone(cast):
    made = invitation(invite(cast))
    with refused("OTHER_ACCOUNT"):
        staff.accept(made, signed_in=cast.bruno.user)


def test_two_who_accept_at_once_are_one_person(both_databases, cast):
    made = invitation(invite(cast))
    outcomes = at_once(4, lambda place: staff.accept(made, password=f"{PASSWORD}-{place}"))
    assert [outcome.error for outcome in outcomes].count(None) == 1
    assert {outcome.error.code for outcome in outcomes if outcome.error} <= {"INVITATION_USED", "SIGN_IN_FIRST"}
    assert User.objects.filter(email="nina@studio.test").count() == 1


def test_somebody_is_on_the_list_once_and_can_be_invited_again_after_removal(cast):
    with refused("ALREADY_STAFF", field="email"):
        invite(cast, email="STIG@studio.test")
    staff.remove(cast.stig, by=cast.by_olga)
    again = invite(cast, email="stig@studio.test")
    assert staff.accept(invitation(again), signed_in=cast.stig.user).user_id == cast.stig.user_id


def test_two_owners_inviting_one_address_at_once_make_one_invitation(both_databases, cast):
    outcomes = at_once(4, lambda place: invite(cast))
    assert [outcome.error for outcome in outcomes].count(None) == 1
    assert {outcome.error.code for outcome in outcomes if outcome.error} == {"ALREADY_STAFF"}


def test_the_last_owner_is_neither_removed_nor_demoted(cast):
    with refused("LAST_OWNER"):
        staff.remove(cast.olga, by=cast.by_olga)
    with refused("LAST_OWNER", field="role"):
        staff.change_role(cast.olga, role="viewer", by=cast.by_olga)
    invite(cast, email="not-yet@studio.test", role="owner")
    with refused("LAST_OWNER"):
        staff.remove(cast.olga, by=cast.by_olga)


def test_nobody_removes_themselves(cast):
    second = colleague(cast.studio, "Ove", "ove@studio.test", "owner", by=cast.by_olga)
    with refused("OWN_ACCESS"):
        staff.remove(cast.olga, by=cast.by_olga)
    assert staff.remove(cast.olga, by=actor(second)).removed_at


def test_two_owners_removing_each_other_at_once_leave_one(both_databases, cast):
    second = colleague(cast.studio, "Ove", "ove@studio.test", "owner", by=cast.by_olga)
    pairs = [(second, cast.by_olga), (cast.olga, actor(second))]
    outcomes = at_once(2, lambda place: staff.remove(pairs[place][0], by=pairs[place][1]))
    assert [outcome.error for outcome in outcomes].count(None) == 1
    assert next(outcome.error.code for outcome in outcomes if outcome.error) == "LAST_OWNER"


def test_a_role_is_changed_and_recorded(cast):
    assert staff.change_role(cast.stig, role="viewer", by=cast.by_olga).role == "viewer"
    assert Event.objects.get(name="staff.role_changed").data["was"] == "staff"
    staff.change_role(cast.stig, role="viewer", by=cast.by_olga)
    assert Event.objects.filter(name="staff.role_changed").count() == 1
    with refused("ROLE", field="role"):
        staff.change_role(cast.stig, role="king", by=cast.by_olga)
    with refused("ROLE", field="role"):
        invite(cast, role="king")


def test_only_an_owner_of_this_organization_changes_the_staff(cast):
    nina = invite(cast)
    for person in (cast.stig, cast.vera, cast.otto, cast.ana):
        by = actor(person)
        for act in (
            lambda by: invite(cast, email="friend@evil.test", by=by),
            lambda by: staff.reinvite(nina, by=by),
            lambda by: staff.change_role(cast.stig, role="owner", by=by),
            lambda by: staff.remove(cast.stig, by=by),
        ):
            with refused("NOT_ALLOWED"):
                act(by)


def test_everybody_chooses_their_own_language(cast):
    assert staff.change_language(cast.stig, language="zh-Hans", by=actor(cast.stig)).language == "zh-Hans"
    with refused("NOT_ALLOWED"):
        staff.change_language(cast.stig, language="en", by=cast.by_olga)
    with refused("LANGUAGE"):
        staff.change_language(cast.stig, language="fr", by=actor(cast.stig))


@pytest.mark.parametrize("guess", ["", "x", "A" * 43])
def test_a_guessed_token_opens_nothing(cast, guess):
    invite(cast)
    assert staff.find_invitation(guess) is None


def test_somebody_can_be_asked_in_to_log_time_only_and_hears_of_nothing(cast):
    tess = colleague(cast.studio, "Tess", "tess@studio.test", "timesheet", by=cast.by_olga)
    assert fresh(tess).role == "timesheet"
    assert StaffMember.objects.at_work().filter(id=tess.id).exists()
    here = StaffMember.objects.filter(organization=cast.studio).told_of_business()
    assert set(here) == {cast.olga, cast.stig, cast.vera}
    assert staff.change_role(tess, role="viewer", by=cast.by_olga) in here.all()


def test_one_who_logs_time_only_changes_no_staff_and_is_no_owner_to_be_left_with(cast):
    tess = colleague(cast.studio, "Tess", "tess@studio.test", "timesheet", by=cast.by_olga)
    with refused("NOT_ALLOWED"):
        staff.change_role(tess, role="owner", by=actor(tess))
    with refused("LAST_OWNER", field="role"):
        staff.change_role(cast.olga, role="timesheet", by=cast.by_olga)
