"""Where an organization asks for a second step, nothing else opens until somebody has passed one."""

from typing import Any

import pytest

from counterfoil.books.organizations import organizations
from tests.reach.test_two_step import ACCOUNT, code_of, password, set_up
from tests.routes import catalogue
from tests.support.attacks import ask, nothing_changes
from tests.support.cast import Cast, visitor
from tests.support.refusals import refused
from tests.support.world import World


@pytest.fixture(autouse=True)
def _with_the_demos_routes(settings: Any) -> None:
    settings.ROOT_URLCONF = catalogue.URLS


def require(cast: Cast, *, customers: bool = False, staff: bool = False) -> None:
    cast.studio.refresh_from_db()
    organizations.ask_for_two_steps(
        cast.studio, customers=customers, staff=staff, revision=cast.studio.revision, by=cast.by_olga
    )


@pytest.mark.every_route
def test_no_route_of_the_portal_opens_without_it(world: World) -> None:
    require(world.cast, customers=True)
    ana, tried = world.harbour.browser("contact"), 0
    for row in catalogue.of("portal"):
        if row.is_public:
            continue
        with nothing_changes(row):
            for what, answer in ask(ana, row.methods, row.address(world.harbour), row.body(world.harbour)):
                assert answer.status_code == 302, f"{what} answered {answer.status_code}"
                assert answer.headers["Location"].startswith(f"{ACCOUNT}two-step/"), what
                assert not answer.content
                tried += 1
    assert tried > 50


@pytest.mark.every_route
@pytest.mark.parametrize("who", ["viewer", "staff", "owner"])
def test_no_route_of_the_office_opens_without_it(world: World, thorough: bool, who: str) -> None:
    """Every route to an owner; to the other roles, without --long, one in four."""
    require(world.cast, staff=True)
    client, tried = world.harbour.browser(who), 0
    rows = catalogue.of("office")
    for row in rows if thorough or who == "owner" else rows[::4]:
        if row.is_public:
            continue
        with nothing_changes(row):
            for what, answer in ask(client, row.methods, row.address(world.harbour), row.body(world.harbour)):
                assert answer.status_code == 302, f"{what} answered {answer.status_code}"
                assert answer.headers["Location"].startswith("/office/account/two-step/"), what
                tried += 1
    assert tried > (150 if who == "owner" else 40)


def test_it_holds_for_that_side_of_that_organization_alone(cast: Cast) -> None:
    require(cast, customers=True)
    assert visitor(cast.olga).get(f"/office/{cast.studio.id}/").status_code == 200
    assert visitor(cast.fia).get(f"/portal/quay/{cast.foyle.id}/").status_code == 200
    require(cast, staff=True)
    assert visitor(cast.ana).get(f"/portal/lindqvist-zhou/{cast.bakery.id}/").status_code == 200
    assert visitor(cast.otto).get(f"/office/{cast.quay.id}/").status_code == 200
    assert visitor(cast.olga).get(f"/office/{cast.studio.id}/").status_code == 302


def test_who_sets_it_up_goes_on_where_they_wanted_to(cast: Cast) -> None:
    require(cast, customers=True)
    client, wanted = visitor(cast.ana), f"/portal/lindqvist-zhou/{cast.bakery.id}/invoices/?status=unpaid"
    led = client.get(wanted)["Location"]
    assert "Lindqvist &amp; Zhou Studio asks for it" in client.get(led).content.decode()
    set_up(client)
    assert client.get(f"{ACCOUNT}two-step/codes/").context["on_url"] == wanted
    assert client.get(wanted).status_code == 200
    assert client.get(led)["Location"] == wanted


def test_who_signs_in_with_it_is_led_nowhere_else(cast: Cast) -> None:
    secret, _codes = set_up(visitor(cast.ana))
    require(cast, customers=True)
    client = visitor()
    password(client)
    client.post(f"{ACCOUNT}login/second-step/", {"code": code_of(secret)})
    assert client.get(f"/portal/lindqvist-zhou/{cast.bakery.id}/").status_code == 200


def test_a_session_that_never_passed_it_signs_in_again(cast: Cast) -> None:
    """As when it was begun before the account had any."""
    set_up(visitor(cast.ana))
    require(cast, customers=True)
    client, wanted = visitor(cast.ana), f"/portal/lindqvist-zhou/{cast.bakery.id}/"
    led = client.get(wanted)["Location"]
    assert client.get(led)["Location"].startswith(f"{ACCOUNT}login/?next=")
    assert client.get(f"{ACCOUNT}security/").status_code == 302


def test_who_turns_it_off_is_led_to_set_it_up_again(cast: Cast) -> None:
    require(cast, customers=True)
    client = visitor(cast.ana)
    set_up(client)
    client.post(f"{ACCOUNT}two-step/app/off/", {"off-password": "counterfoil-demo"})
    assert client.get(f"/portal/lindqvist-zhou/{cast.bakery.id}/").status_code == 302


@pytest.mark.parametrize("wished", ["//evil.test", "http://evil.test/", "/\\evil.test", "javascript:alert(1)"])
def test_next_leads_nobody_out_of_the_house(cast: Cast, wished: str) -> None:
    client = visitor(cast.ana)
    client.get(f"{ACCOUNT}two-step/", {"next": wished})
    set_up(client)
    assert client.get(f"{ACCOUNT}two-step/codes/").context["on_url"] == "/portal/lindqvist-zhou/"
    assert client.get(f"{ACCOUNT}two-step/", {"next": wished})["Location"] == "/portal/lindqvist-zhou/"


def test_only_an_owner_who_saw_the_latest_settings_asks_for_it(cast: Cast) -> None:
    from tests.support.cast import actor

    for by, revision, code in (
        (actor(cast.stig), cast.studio.revision, "NOT_ALLOWED"),
        (actor(cast.otto), cast.studio.revision, "NOT_ALLOWED"),
        (cast.by_olga, cast.studio.revision + 1, "ORGANIZATION_CHANGED"),
    ):
        with refused(code):
            organizations.ask_for_two_steps(cast.studio, customers=True, staff=True, revision=revision, by=by)


def test_the_office_switches_it_in_the_portals_preferences(cast: Cast) -> None:
    client, address = visitor(cast.olga), f"/office/{cast.studio.id}/settings/portal/two-step/"
    answer = client.post(address, {"customers": "on", "revision": cast.studio.revision})
    assert answer.status_code == 303
    cast.studio.refresh_from_db()
    assert (cast.studio.two_step_for_customers, cast.studio.two_step_for_staff) == (True, False)
    assert client.post(address, {"staff": "on", "revision": 1}).status_code == 409
    assert "Two-step sign-in required" in client.get(f"/office/{cast.studio.id}/settings/portal/").content.decode()
