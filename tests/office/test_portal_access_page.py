"""**Configure portal access**: the page behind the dialog, with and without a script."""

import re
from datetime import UTC, datetime

import pytest

from counterfoil.books.customers import contacts, invitations, portal_access
from counterfoil.books.customers.models import ContactPerson, Invitation
from counterfoil.books.organizations.models import Organization
from counterfoil.foundation import clock
from counterfoil.foundation.events import Event
from tests.support.cast import customer, person, visitor


@pytest.fixture
def lucie(cast):
    return person(cast.bakery, "Lucie", "Barr", "lucie@harbour.test", by=cast.by_olga, access=False)


def of(cast, path=""):
    return f"/office/{cast.studio.id}/customers/{cast.bakery.id}/{path}"


def access_of(*people):
    return [ContactPerson.objects.get(id=one.id).access for one in people]


def save(client, cast, *checked, seen=None):
    form = {"contact": [one.id for one in checked], "seen": [one.id for one in seen or (cast.ana, cast.sam)]}
    return client.post(of(cast, "portal-access/"), form)


def test_it_lists_everybody_with_a_box_each(cast, lucie):
    max_ = person(cast.bakery, "Max", "Hill", by=cast.by_olga, access=False)
    page = visitor(cast.olga).get(of(cast, "portal-access/")).content.decode()
    boxes = dict(re.findall(r'name="contact" value="(\d+)"([^>]*)>', page))
    assert "checked" in boxes[str(cast.ana.id)]
    assert "checked" not in boxes[str(lucie.id)]
    assert "disabled" in boxes[str(max_.id)]
    assert "No e-mail address, so no invitation can be sent." in page
    assert f'href="{of(cast, f"contacts/{max_.id}/")}"' in page


def test_save_invites_the_newly_ticked_and_ends_the_access_of_the_unticked(cast, lucie):
    sams = visitor(cast.sam)
    bell = f"/portal/lindqvist-zhou/{cast.bakery.id}/bell/"
    assert sams.get(bell).status_code == 200
    client = visitor(cast.stig)
    answer = save(client, cast, cast.ana, lucie)
    assert (answer.status_code, answer["Location"]) == (303, of(cast))
    assert access_of(cast.ana, cast.sam, lucie) == ["enabled", "disabled", "invited"]
    assert sams.get(bell).status_code == 403
    assert "Saved. 1 invitation is on its way." in client.get(of(cast)).content.decode()


def test_saving_twice_sends_one_invitation(cast, lucie):
    for _ in range(2):
        save(visitor(cast.olga), cast, cast.ana, cast.sam, lucie)
    assert Event.objects.filter(name="portal.invited", subject_id=lucie.id).count() == 1


def test_who_has_no_address_is_refused_in_words_and_nothing_changes(cast, lucie):
    max_ = person(cast.bakery, "Max", "Hill", by=cast.by_olga, access=False)
    answer = save(visitor(cast.olga), cast, cast.ana, lucie, max_)
    assert answer.status_code == 422
    assert "Max Hill has no e-mail address" in answer.content.decode()
    assert re.search(rf'value="{lucie.id}" checked', answer.content.decode())
    assert access_of(cast.ana, cast.sam, lucie, max_) == ["enabled", "enabled", "disabled", "disabled"]


def test_somebody_removed_meanwhile_is_told(cast, lucie):
    contacts.retire(lucie, by=cast.by_olga)
    answer = save(visitor(cast.olga), cast, cast.ana, lucie)
    assert answer.status_code == 409
    assert access_of(cast.ana, cast.sam) == ["enabled", "enabled"]


def test_ids_of_others_and_nonsense_do_nothing(cast):
    client = visitor(cast.olga)
    for wrong in (str(cast.fia.id), str(cast.bruno.id)):
        answer = client.post(of(cast, "portal-access/"), {"contact": [wrong], "seen": []})
        assert answer.status_code == 409
    for wrong in ("-1", "x", "1" * 40, "１２"):
        assert client.post(of(cast, "portal-access/"), {"contact": [wrong], "seen": []}).status_code in (303, 409)
    seen = {"contact": [], "seen": [str(cast.fia.id), str(cast.bruno.id)]}
    assert client.post(of(cast, "portal-access/"), seen).status_code == 303
    assert access_of(cast.ana, cast.sam, cast.fia, cast.bruno) == ["enabled"] * 4


def test_a_customer_without_people_is_told_what_to_do_first(cast):
    empty = customer(cast.studio, "Empty", "GBP", by=cast.by_olga)
    page = visitor(cast.olga).get(f"/office/{cast.studio.id}/customers/{empty.id}/portal-access/").content.decode()
    assert "Add a contact person with an e-mail address first." in page


def test_reinvite_is_in_the_overview_and_voids_the_old_link(cast, lucie):
    client = visitor(cast.olga)
    (old,) = portal_access.configure(cast.bakery, {lucie.id}, by=cast.by_olga, seen=())
    page = client.get(of(cast)).content.decode()
    assert "Re-invite" in page
    invitation = re.search(r'name="invitation" value="(\d+)"', page)[1]
    for _ in range(2):
        answer = client.post(of(cast, f"contacts/{lucie.id}/reinvite/"), {"invitation": invitation})
        assert answer["Location"] == of(cast)
    old.refresh_from_db()
    assert old.voided_at is not None
    assert Invitation.objects.filter(contact=lucie).count() == 2
    assert "A fresh invitation goes to lucie@harbour.test" in client.get(of(cast)).content.decode()


def test_reinviting_who_accepted_meanwhile_is_refused_in_words(cast):
    client = visitor(cast.olga)
    assert client.post(of(cast, f"contacts/{cast.ana.id}/reinvite/"), {"invitation": ""}).status_code == 303
    assert "has no invitation that could be sent again" in client.get(of(cast)).content.decode()
    assert Event.objects.filter(name="portal.invited", subject_id=cast.ana.id).count() == 1


def test_a_viewer_and_strangers_can_not_give_access(cast, lucie):
    assert save(visitor(cast.vera), cast, lucie).status_code == 403
    assert save(visitor(cast.otto), cast, lucie).status_code == 404
    assert save(visitor(cast.ana), cast, lucie).status_code == 404
    assert visitor(cast.vera).post(of(cast, f"contacts/{lucie.id}/reinvite/")).status_code == 403
    assert access_of(cast.ana, cast.sam, lucie) == ["enabled", "enabled", "disabled"]


def test_the_portal_status_stands_under_other_details(cast):
    page = visitor(cast.vera).get(of(cast)).content.decode()
    assert re.search(r"Portal status</dt><dd[^>]*><span class=\"pill enabled\">Enabled", page)


def test_the_day_of_an_invitation_is_that_of_the_office(cast, lucie):
    Organization.objects.filter(id=cast.studio.id).update(time_zone="Asia/Shanghai")
    with clock.travel(to=datetime(2026, 10, 27, 23, 5, tzinfo=UTC)):
        (made,) = portal_access.configure(cast.bakery, {lucie.id}, by=cast.by_olga, seen=())
        assert "invited on 28 Oct 2026" in visitor(cast.olga).get(of(cast, "portal-access/")).content.decode()
        link = f"/portal/lindqvist-zhou/invitation/{invitations.token_of(made)}/"
        assert "until 11 Nov 2026" in visitor().get(link).content.decode()
