"""Nobody gets at anything through somebody else's door: tried on every route of the catalogue, so on new ones too."""

from contextlib import nullcontext
from typing import Any

import pytest
from django.test import Client
from django.urls import Resolver404, resolve

from tests.routes import catalogue
from tests.routes.catalogue import ROWS, Row
from tests.support.attacks import Page, ask, nothing_changes, some_of, text_of
from tests.support.cast import actor, visitor
from tests.support.world import Side, World

pytestmark = pytest.mark.every_route

PORTAL = [row for row in catalogue.of("portal") if not row.is_public]
OFFICE = [row for row in catalogue.of("office") if not row.is_public]
DECLARED = {"GET", "HEAD", "POST"}
PLACES = ("portal_name", "customer_id", "organization_id")


def refused(client: Client, row: Row, side: Side, address: str, *, status: int) -> None:
    """Every method that the route takes is answered so, tells nothing, and changes nothing."""
    with nothing_changes(f"{row} at {address}"):
        for what, answer in ask(client, row.methods, address, row.body(side)):
            assert answer.status_code == status, f"{row}: {what} answered {answer.status_code}"
            told = [word for word in secrets_of(side) if word in text_of(answer)]
            assert not told, f"{row}: {what} tells {told}"


def secrets_of(side: Side) -> list[str]:
    """Words that only who may look at this side may read."""
    return [
        side.customer.display_name,
        side.people["contact"].full_name,
        side.people["contact"].email,
        side.rows["invoice"].order_number,
        side.rows["newcomer"].full_name,
    ]


# Somebody else's document


def test_the_portal_of_another_customer_and_of_another_organization_is_not_found(world: World) -> None:
    ana = world.harbour.browser("contact")
    for row in PORTAL:
        for other in world.others:
            refused(ana, row, other, row.address(other), status=404)


def test_neither_is_another_customer_below_ones_own_portals_name_nor_the_other_way_round(world: World) -> None:
    ana, own = world.harbour.browser("contact"), world.harbour
    for row in PORTAL:
        for other in world.others:
            refused(ana, row, other, row.address(other, portal_name=own.key("portal_name")), status=404)
        refused(ana, row, own, row.address(own, portal_name=world.quay.key("portal_name")), status=404)


def test_no_id_of_anything_of_others_opens_anything_at_ones_own_address(world: World, thorough: bool) -> None:
    """In each place of an address, the ids of every kind of thing that others have, not only of the kind it is for."""
    ana = world.harbour.browser("contact")
    tried = 0
    for row in PORTAL:
        for parameter in set(row.parameters) - set(PLACES):
            for other in world.others:
                body = row.body(other)
                with nothing_changes(row):
                    for name, id in some_of(other.ids(), row, parameter, thorough=thorough).items():
                        address = row.address(world.harbour, **{parameter: id})
                        for what, answer in ask(ana, row.methods, address, body):
                            assert answer.status_code == 404, f"{row}: {what} ({name}) {answer.status_code}"
                            tried += 1
    assert tried > 500


def test_an_id_of_others_in_a_form_or_a_query_reaches_nothing(world: World) -> None:
    """In place of each id that a form or a query has stands the same thing of somebody else, which stays as it is."""
    for row in ROWS:
        if row.form is None or row.is_public:
            continue
        for other in (world.quay,) if row.door == "office" else world.others:
            own, theirs = row.body(world.harbour), row.body(other)
            ids = {str(id) for id in other.ids().values()}
            for name, value in theirs.items():
                if any(id in f"{name} {value}" for id in ids):
                    client = world.harbour.browser(row.who)
                    only_theirs = set(other.ids().values()) - set(world.harbour.ids().values())
                    with nothing_changes(f"{row} with {name} of others", of=only_theirs):
                        answer = client.post(row.address(world.harbour), own | {name: value})
                    assert not [word for word in secrets_of(other) if word in text_of(answer)]
    for row in [row for row in OFFICE if "{" in row.query]:
        client = world.harbour.browser(row.who)
        path, asked = row.address(world.harbour).partition("?")[0], row.address(world.quay).partition("?")[2]
        refused(client, row, world.quay, f"{path}?{asked}", status=404)
    ana = world.harbour.browser("contact")
    for other in world.others:
        answer = ana.get(catalogue.row("portal:pay").address(world.harbour), {"attempt": other.key("failed_attempt")})
        assert answer.context["notice"] is None


def test_who_lost_access_reads_that_it_has_ended_and_no_more(world: World) -> None:
    from counterfoil.books.customers import portal_access

    ana = world.harbour.browser("contact")
    contact = world.harbour["contact"]
    portal_access.configure(world.harbour.customer, set(), by=world.cast.by_olga, seen={contact.id})
    for row in PORTAL:
        # What they wanted to pay is kept for the office, as a failed attempt; tests/portal/test_pay.py has the rest.
        with nullcontext() if row.name in ("portal:pay", "portal:pay_retainer") else nothing_changes(row):
            for what, answer in ask(ana, row.methods, row.address(world.harbour), row.body(world.harbour)):
                assert answer.status_code == 403, f"{row}: {what} answered {answer.status_code}"
                assert "INV-" not in answer.content.decode()
                assert world.harbour["newcomer"].full_name not in answer.content.decode()


# Without signing in


def test_without_signing_in_every_route_of_a_person_leads_to_the_sign_in_page_of_its_door(world: World) -> None:
    for row in PORTAL + OFFICE:
        door = f"/portal/{world.harbour.key('portal_name')}" if row.door == "portal" else "/office"
        with nothing_changes(row):
            for what, answer in ask(visitor(), row.methods, row.address(world.harbour), row.body(world.harbour)):
                assert answer.status_code == 302, f"{what} answered {answer.status_code}"
                assert answer.headers["Location"].startswith(f"{door}/account/login/?next="), what
                assert not answer.content


def test_a_crawl_without_signing_in_finds_no_more_than_the_way_in(world: World) -> None:
    """From every address that needs no secret, along every link that is found."""
    waiting = {row.address(world.harbour) for row in ROWS if not row.is_token_page}
    waiting |= {row.address(world.quay) for row in ROWS if not row.is_token_page}
    told = [word for side in (world.harbour, *world.others) for word in secrets_of(side)]
    seen: set[str] = set()
    crawler = visitor()
    with nothing_changes("A crawl"):
        while waiting:
            address = waiting.pop()
            seen.add(address)
            answer = crawler.get(address)
            # The gallery's sample figures happen to be called as our cast is.
            text = "" if address.startswith("/gallery/") else text_of(answer)
            assert not [word for word in told if word in text], address
            assert answer.status_code in (301, 302, 404, 405) or _is_open(address), address
            waiting |= {link for link in found_on(answer) if link.startswith("/")} - seen
    opened = {
        side.key(word)
        for side in (world.harbour, *world.others)
        for word in ("token", "staff_token", "link_token", "sign_in_token", "mail_choice_token", "key")
    }
    assert not [address for address in seen for word in opened if word in address]
    assert len(seen) > 80


def found_on(answer: Any) -> set[str]:
    if "Location" in answer.headers:
        return {answer.headers["Location"].partition("?")[0]}
    if not answer.headers["Content-Type"].startswith("text/html"):
        return set()
    return {link.partition("#")[0] for link in Page(answer.content.decode()).links}


def _is_open(address: str) -> bool:
    """Whether the catalogue says that everybody may see what is at this address, without a secret."""
    path = address.partition("?")[0]
    if path.startswith("/static/"):
        return True
    for door in ("/office", "/portal/lindqvist-zhou", "/portal/quay"):
        if path.startswith(f"{door}/account/"):
            path = path.removeprefix(door)
    try:
        name = resolve(path).view_name
    except Resolver404:
        return False
    return any(row.name == name and row.is_public and not row.is_token_page for row in ROWS)


# Helper endpoints, and staff beyond their organization or their role


def test_customers_find_nothing_of_the_office(world: World) -> None:
    for side in (world.harbour, *world.others):
        client = side.browser("contact")
        for row in OFFICE:
            refused(client, row, world.harbour, row.address(world.harbour), status=404)


def test_staff_find_nothing_of_a_portal(world: World) -> None:
    for who in ("owner", "staff", "viewer"):
        client = world.harbour.browser(who)
        for row in PORTAL:
            refused(client, row, world.harbour, row.address(world.harbour), status=404)


def test_staff_of_one_organization_find_nothing_of_another(world: World) -> None:
    for one, other in ((world.harbour, world.quay), (world.quay, world.harbour)):
        client = one.browser("owner")
        for row in OFFICE:
            refused(client, row, other, row.address(other), status=404)


def test_no_id_of_another_organization_opens_anything_at_ones_own_office(world: World, thorough: bool) -> None:
    client, own, other = world.harbour.browser("owner"), world.harbour, world.quay
    tried = 0
    for row in OFFICE:
        body = row.body(other)
        for parameter in set(row.parameters) - {"organization_id"}:
            with nothing_changes(row):
                for name, id in some_of(other.ids(), row, parameter, thorough=thorough).items():
                    for what, answer in ask(client, row.methods, row.address(own, **{parameter: id}), body):
                        assert answer.status_code == 404, f"{row}: {what} ({name}) {answer.status_code}"
                        tried += 1
    assert tried > 500


def test_what_is_one_customers_is_not_found_at_anothers_address(world: World) -> None:
    client, own, other = world.harbour.browser("owner"), world.harbour, world.tidewater
    rows = [row for row in OFFICE if "customer_id" in row.parameters and len(row.parameters) > 2]
    for row in rows:
        if row.name == "office:customer_merge_into":
            continue  # two customers are what it is about
        refused(client, row, other, row.address(other, customer_id=own.key("customer")), status=404)
    assert len(rows) > 3


@pytest.mark.parametrize(("who", "beyond"), [("viewer", ("staff", "owner")), ("staff", ("owner",))])
def test_what_is_beyond_a_role_is_forbidden(world: World, who: str, beyond: tuple[str, ...]) -> None:
    client = world.harbour.browser(who)
    rows = [row for row in OFFICE if row.who in beyond]
    for row in rows:
        with nothing_changes(row):
            for what, answer in ask(client, row.methods, row.address(world.harbour), row.body(world.harbour)):
                assert answer.status_code == 403, f"{row}: {what} answered {answer.status_code}"
    assert len(rows) > 20


def test_who_was_removed_from_the_staff_finds_nothing_any_more(world: World) -> None:
    from counterfoil.books.organizations import staff

    client = world.harbour.browser("viewer")
    staff.remove(world.cast.vera, by=actor(world.cast.olga))
    for row in OFFICE:
        refused(client, row, world.harbour, row.address(world.harbour), status=404)


def test_a_form_from_elsewhere_is_refused_at_every_route(world: World) -> None:
    """Without the proof that the form is ours. What a gateway posts has its own proof, the signature."""
    for row in ROWS:
        if row.form is None or row.door == "api":
            continue
        client = Client(enforce_csrf_checks=True, headers={"host": "localhost"})
        if not row.is_public:
            client.force_login(world.harbour.people[row.who].user)
        with nothing_changes(row):
            answer = client.post(row.address(world.harbour), row.body(world.harbour))
        assert answer.status_code == 403, f"{row} answered {answer.status_code}"


def test_a_post_that_no_gateway_signed_is_refused_whoever_sends_it(world: World) -> None:
    for who in ("anybody", "contact", "owner"):
        client = world.harbour.browser(who)
        for row in catalogue.of("api"):
            with nothing_changes(row):
                answer = client.post(row.address(world.harbour), row.body(world.harbour))
            assert answer.status_code == 400
