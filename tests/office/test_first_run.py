"""The first start: one link makes the first owner and organization, once."""

from datetime import timedelta

import pytest
from django.conf import settings

from counterfoil.books.accounts.models import User
from counterfoil.books.organizations import setting_up
from counterfoil.books.organizations.models import Organization, PortalName, SetupLink, StaffMember
from counterfoil.config import first_run
from counterfoil.foundation import clock
from tests.support.cast import PASSWORD, visitor
from tests.support.races import at_once

FORM = {
    "name": "Lindqvist & Zhou Studio",
    "email": "hello@studio.test",
    "country": "GB",
    "currency": "GBP",
    "time_zone": "Europe/London",
    "language": "en",
    "owner_name": "Olga Lindqvist",
    "owner_email": "Olga@Studio.test",
    "password": "a good deal of oak",
    "confirmation": "a good deal of oak",
}


@pytest.fixture
def link(db):
    return first_run.link().removeprefix(settings.PUBLIC_URL)


def test_the_link_makes_the_owner_and_the_organization_and_lands_in_the_office(link):
    nobody = visitor(csrf=False)
    assert nobody.get(link).status_code == 200
    answer = nobody.post(link, FORM, follow=True)
    organization, owner = Organization.objects.get(), StaffMember.objects.get()
    assert answer.redirect_chain[-1][0] == f"/office/{organization.id}/"
    assert answer.status_code == 200
    assert (owner.role, owner.email, owner.user.email) == ("owner", "olga@studio.test", "olga@studio.test")
    assert owner.user.check_password("a good deal of oak")
    assert PortalName.objects.get().name == "lindqvist-zhou-studio"


def test_the_link_is_the_same_until_it_is_used_and_only_its_hash_is_stored(link):
    assert first_run.link() == settings.PUBLIC_URL + link
    token = link.split("/")[2]
    stored = SetupLink.objects.values().get()
    assert token not in {str(value) for value in stored.values()}


def test_after_use_the_link_is_void_and_there_is_no_other(link):
    visitor().post(link, FORM)
    assert first_run.link() is None
    assert visitor().get(link).status_code == 404
    assert visitor().post(link, FORM | {"owner_email": "mallory@evil.test"}).status_code == 404
    assert StaffMember.objects.count() == 1
    assert User.objects.count() == 1


def test_without_the_token_there_is_no_such_page(link):
    for guess in ("x", "A" * 43, link.split("/")[2][:-1]):
        assert visitor().get(f"/setup/{guess}/").status_code == 404
        assert visitor().post(f"/setup/{guess}/", FORM).status_code == 404
    assert not Organization.objects.exists()


def test_reading_the_page_changes_nothing(link):
    for method in ("get", "head"):
        assert getattr(visitor(), method)(link).status_code == 200
    assert SetupLink.objects.get().used_at is None


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"password": "oak", "confirmation": "oak"}, "too short"),
        ({"confirmation": "another deal of oak"}, "not the same"),
        ({"owner_email": "olga"}, "valid email"),
        ({"time_zone": "Atlantis/Capital"}, "valid choice"),
        ({"currency": ""}, "required"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_what_was_typed_is_kept(link, wrong, words):
    answer = visitor().post(link, FORM | wrong)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert "Lindqvist &amp; Zhou Studio" in page
    assert not Organization.objects.exists()
    assert not User.objects.exists()


def test_before_it_every_door_says_kindly_that_nothing_is_set_up(db):
    for path in ("/", "/office/"):
        answer = visitor().get(path)
        assert answer.status_code == 200
        assert "not set up yet" in answer.content.decode()


def test_an_installation_with_an_organization_has_no_link(cast):
    assert first_run.link() is None
    assert setting_up.token() is None


def test_whoever_installed_it_may_ask_for_a_link_to_another_organization(cast):
    link = first_run.link(another=True).removeprefix(settings.PUBLIC_URL)
    assert visitor().post(link, FORM | {"name": "Third & Co"}).status_code == 303
    assert Organization.objects.get(name="Third & Co").id not in (cast.studio.id, cast.quay.id)
    assert visitor().get(link).status_code == 404
    following = first_run.link(another=True).removeprefix(settings.PUBLIC_URL)
    assert following != link
    assert visitor().get(following).status_code == 200
    newest = first_run.link(another=True).removeprefix(settings.PUBLIC_URL)
    assert visitor().get(following).status_code == 404
    with clock.travel(by=timedelta(hours=25)):
        assert visitor().get(newest).status_code == 404
        assert visitor().post(newest, FORM | {"name": "Too late"}).status_code == 404


def test_who_has_an_account_owns_another_organization_with_it_and_nobody_else_does(cast):
    link = first_run.link(another=True).removeprefix(settings.PUBLIC_URL)
    mine = FORM | {"name": "Third & Co", "owner_email": "OTTO@quay.test"}
    refused = visitor().post(link, mine)
    assert refused.status_code == 422
    assert "already an account" in refused.content.decode()
    assert not Organization.objects.filter(name="Third & Co").exists()
    assert cast.otto.user.check_password(PASSWORD)
    own = visitor().post(link, mine | {"password": PASSWORD, "confirmation": PASSWORD})
    assert own.status_code == 303
    made = StaffMember.objects.get(organization__name="Third & Co")
    assert (made.user_id, made.role) == (cast.otto.user_id, "owner")


def test_two_who_send_the_form_at_once_make_one_organization(both_databases):
    link = first_run.link().removeprefix(settings.PUBLIC_URL)
    forms = [FORM | {"owner_email": f"owner{place}@studio.test"} for place in range(2)]
    outcomes = at_once(2, lambda place: visitor().post(link, forms[place]).status_code)
    assert min(outcome.result for outcome in outcomes) == 303
    assert {outcome.result for outcome in outcomes} <= {303, 404, 422}
    assert Organization.objects.count() == StaffMember.objects.count() == 1


def test_the_bare_address_leads_each_person_to_their_places(cast):
    assert "/office/account/login/" in visitor().get("/").content.decode()
    assert f"/office/{cast.studio.id}/" in visitor(cast.olga).get("/").content.decode()
    assert f"/portal/lindqvist-zhou/{cast.bakery.id}/" in visitor(cast.ana).get("/").content.decode()


def test_the_bare_address_names_no_organization_to_strangers(cast):
    assert "Lindqvist" not in visitor().get("/").content.decode()


def test_the_health_page_answers_without_signing_in(db):
    answer = visitor().get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_a_chinese_name_gets_a_readable_portal_name(link):
    visitor().post(link, FORM | {"name": "云杉设计有限公司"})
    assert PortalName.objects.get().name.startswith("portal-")
