"""The name in a portal's address: one for each portal, and never anybody else's afterwards."""

import pytest

from counterfoil.books.organizations import organizations, portal_names
from counterfoil.books.organizations.models import Organization, PortalName
from counterfoil.foundation.events import Event
from tests.support.cast import actor, organization, visitor
from tests.support.races import at_once
from tests.support.refusals import refused


def rename(owner, name, revision=None):
    where = Organization.objects.get(id=owner.organization_id)
    return organizations.change_portal(
        where,
        portal_name=name,
        banner="",
        switches={},
        revision=where.revision if revision is None else revision,
        by=actor(owner),
    )


def current(owner):
    return PortalName.objects.get(organization_id=owner.organization_id, is_current=True).name


@pytest.mark.parametrize(
    "name", ["Quay", "ab", "-quay", "quay-", "quay side", "quay_side", "码头", "a" * 64, "", "quay/x"]
)
def test_a_name_is_lower_case_letters_digits_and_hyphens(cast, name):
    with refused("PORTAL_NAME_SHAPE", field="portal_name"):
        rename(cast.olga, name)


@pytest.mark.parametrize("name", ["account", "invitation", "office", "setup"])
def test_names_that_mean_something_else_are_refused(cast, name):
    with refused("PORTAL_NAME_RESERVED", field="portal_name"):
        rename(cast.olga, name)


def test_another_portals_name_is_refused_also_one_that_it_gave_up(cast):
    with refused("PORTAL_NAME_TAKEN", field="portal_name"):
        rename(cast.olga, "quay")
    rename(cast.otto, "harbour-side")
    with refused("PORTAL_NAME_TAKEN", field="portal_name"):
        rename(cast.olga, "quay")
    with refused("PORTAL_NAME_TAKEN", field="portal_name"):
        rename(cast.olga, "harbour-side")


def test_ones_own_earlier_name_can_be_taken_back(cast):
    rename(cast.olga, "studio-lz")
    rename(cast.olga, "lindqvist-zhou")
    assert current(cast.olga) == "lindqvist-zhou"
    assert PortalName.objects.filter(organization=cast.studio).count() == 2
    assert Event.objects.filter(name="organization.portal_renamed").count() == 2


def test_the_old_address_leads_to_the_new_one_with_path_and_question(cast):
    rename(cast.olga, "studio-lz")
    old = f"/portal/lindqvist-zhou/{cast.bakery.id}/invoices/?status=unpaid"
    answer = visitor(cast.ana).get(old)
    assert answer.status_code == 301
    assert answer.url == f"/portal/studio-lz/{cast.bakery.id}/invoices/?status=unpaid"
    assert visitor().get("/portal/lindqvist-zhou/account/login/").url == "/portal/studio-lz/account/login/"
    assert visitor().post(f"/portal/lindqvist-zhou/{cast.bakery.id}/").status_code == 308


@pytest.mark.parametrize("path", ["{customer}/invoices/", "", "account/login/"])
def test_no_browser_keeps_where_an_old_address_led_since_the_name_may_come_back(cast, path):
    rename(cast.olga, "studio-lz")
    answer = visitor().get(f"/portal/lindqvist-zhou/{path.format(customer=cast.bakery.id)}")
    assert answer.status_code == 301
    assert "no-store" in answer["Cache-Control"]


def test_of_two_who_want_one_name_at_once_one_gets_it(both_databases, cast):
    owners = [cast.olga, cast.otto]
    outcomes = at_once(2, lambda place: rename(owners[place], "riverside"))
    assert [outcome.error for outcome in outcomes].count(None) == 1
    assert next(outcome.error.code for outcome in outcomes if outcome.error) == "PORTAL_NAME_TAKEN"
    assert [current(owner) for owner in owners].count("riverside") == 1


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Lindqvist & Zhou Studio", "lindqvist-zhou-studio"),
        ("Ekström Optik", "ekstrom-optik"),
        ("Account", "portal-"),
        ("云杉设计有限公司", "portal-"),
        ("A", "portal-"),
        ("x" * 200, "x" * 55),
    ],
)
def test_the_first_name_is_made_from_the_organizations(db, name, expected):
    made = Organization.objects.create(name=name, email="a@b.test", currency="GBP", made_at="2026-11-23T00:00Z")
    assert portal_names.give_first(made).name.startswith(expected)


def test_organizations_of_one_name_get_different_portals(db):
    made = [
        organization("Foyle Kitchens", portal_name="", owner=(f"Fia {place}", f"fia{place}@foyle.test"))
        for place in range(3)
    ]
    assert [current(one.owner) for one in made] == ["foyle-kitchens", "foyle-kitchens-2", "foyle-kitchens-3"]
