"""Settings > **Staff**: who works here, asked in, given another role, and let go."""

from html import unescape
from typing import Any

from counterfoil.books.organizations.models import StaffInvitation, StaffMember
from counterfoil.foundation import tokens
from tests.support.cast import Cast, visitor

NIA = {"name": "Nia New", "email": "nia@studio.test", "role": "viewer", "language": "en"}


def at(cast: Cast, rest: str = "") -> str:
    return f"/office/{cast.studio.id}/settings/staff/{rest}"


def invited(cast: Cast) -> Any:
    visitor(cast.olga).post(at(cast, "new/"), NIA)
    return StaffMember.objects.get(email=NIA["email"])


def test_the_list_says_who_has_which_role_and_who_has_joined(cast: Cast) -> None:
    invited(cast)
    rows = visitor(cast.olga).get(at(cast)).context["rows"]
    assert [(row["name"], str(row["role"]), row["status"]) for row in rows] == [
        ("Nia New", "Viewer", "invited"),
        ("Olga Lindqvist", "Owner", "enabled"),
        ("Stig Holm", "Staff", "enabled"),
        ("Vera Zhou", "Viewer", "enabled"),
    ]


def test_somebody_is_invited(cast: Cast) -> None:
    page = visitor(cast.olga).post(at(cast, "new/"), NIA, follow=True)
    assert "Nia New was invited. The link in the mail works for 14 days." in page.text
    assert StaffInvitation.objects.filter(member__email=NIA["email"], voided_at=None).count() == 1


def test_who_is_invited_chooses_a_password_and_comes_in(cast: Cast) -> None:
    invitation, nia = StaffInvitation.objects.get(member=invited(cast)), visitor()
    where = f"/office/invitation/{tokens.derive('staff-invitation', invitation.nonce)}/"
    assert "Lindqvist &amp; Zhou Studio" in nia.get(where).text
    passwords = dict.fromkeys(("password", "confirmation"), "a fresh password 4")
    assert nia.post(where, passwords | {"accept": "yes"}).status_code == 303
    assert nia.get(f"/office/{cast.studio.id}/").status_code == 200
    assert nia.get(at(cast)).status_code == 403  # a viewer


def test_what_is_wrong_with_an_invitation_is_said_and_nobody_is_invited(cast: Cast) -> None:
    answer = visitor(cast.olga).post(at(cast, "new/"), NIA | {"email": "nobody"})
    assert answer.status_code == 422
    assert 'value="nobody"' in answer.text
    assert not StaffMember.objects.filter(name="Nia New").exists()


def test_somebody_gets_another_role_from_their_next_click_on(cast: Cast) -> None:
    vera = visitor(cast.vera)
    assert vera.get(f"/office/{cast.studio.id}/customers/new/").status_code == 403
    page = visitor(cast.olga).post(at(cast, f"{cast.vera.id}/"), {"role": "staff"}, follow=True)
    assert "Saved." in page.text
    assert vera.get(f"/office/{cast.studio.id}/customers/new/").status_code == 200


def test_a_fresh_invitation_voids_the_one_before(cast: Cast) -> None:
    nia = invited(cast)
    first = StaffInvitation.objects.get(member=nia)
    page = visitor(cast.olga).post(at(cast, f"{nia.id}/reinvite/"), follow=True)
    assert "Nia New was sent a fresh link. The one before is void." in page.text
    first.refresh_from_db()
    assert first.voided_at is not None
    assert StaffInvitation.objects.filter(member=nia, voided_at=None).count() == 1


def test_who_is_removed_is_out_at_once(cast: Cast) -> None:
    stig = visitor(cast.stig)
    page = visitor(cast.olga).post(at(cast, f"{cast.stig.id}/remove/"), follow=True)
    assert "Stig Holm was removed and can't sign in here any more." in unescape(page.text)
    assert "Stig Holm" not in [row["name"] for row in page.context["rows"]]
    assert stig.get(f"/office/{cast.studio.id}/").status_code == 404


def test_the_last_owner_stays(cast: Cast) -> None:
    olga = visitor(cast.olga)
    assert olga.post(at(cast, f"{cast.olga.id}/"), {"role": "viewer"}).status_code == 422
    olga.post(at(cast, f"{cast.olga.id}/remove/"))
    assert olga.get(at(cast)).status_code == 200
