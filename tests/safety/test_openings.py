"""What a link opens without signing in: once, in time, by a person; never by a program that only looks."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from counterfoil.books.accounts.models import User
from counterfoil.books.customers import contacts, portal_access
from counterfoil.books.customers.models import Invitation
from counterfoil.books.organizations import setting_up, staff
from counterfoil.books.organizations.models import StaffInvitation
from counterfoil.foundation import clock
from tests.routes.catalogue import PASSWORDS, ROWS, Row, row
from tests.support.attacks import Page, ask, nothing_changes
from tests.support.cast import actor, person, visitor
from tests.support.world import World

pytestmark = pytest.mark.every_route

TOKEN_PAGES = [row for row in ROWS if row.is_token_page and not row.needs_empty]
INVITATIONS = ["portal:invitation", "office:staff_invitation"]


STRONG = "correct horse battery 9 staple"


def look_and_send_every_form(address: str) -> None:
    """As a mail scanner does: HEAD, GET, and each form with what stands in it, and with something in what is empty.

    Something may be a good password. What it doesn't do is press a button.
    """
    scanner = visitor(csrf=True)
    for what, answer in ask(scanner, {"HEAD", "GET"}, address, {}):
        assert answer.status_code in (200, 302), what
    page = scanner.get(address, follow=True)
    forms = Page(page.content.decode()).forms
    assert forms, address
    for form in forms:
        for filler in ("", "x", STRONG):
            values = {name: value or filler for name, value in form.values.items()}
            sent = scanner.post(form.action or page.request["PATH_INFO"], values)
            assert sent.status_code in (303, 422), f"{address}: {form.action} {sent.status_code}"


@pytest.mark.parametrize("row", TOKEN_PAGES, ids=str)
def test_a_program_that_sends_every_form_it_finds_uses_no_link_up(world: World, row: Row) -> None:
    """The language may be chosen so, which is kept in the browser; only a person presses a button."""
    with nothing_changes(row):
        look_and_send_every_form(row.address(world.harbour))
        assert visitor().get(row.address(world.harbour), follow=True).status_code == 200


def test_nor_does_it_set_anything_up(db: None) -> None:
    address = f"/setup/{setting_up.token()}/"
    with nothing_changes(address):
        look_and_send_every_form(address)


@pytest.mark.parametrize("row", TOKEN_PAGES, ids=str)
def test_a_link_for_one_thing_opens_no_other(world: World, row: Row) -> None:
    """Each token at each other route of tokens, and a token of one organization at the other's portal."""
    for side in (world.harbour, world.quay):
        reset = f"{side.key('uidb36')}-{side.key('key')}"
        tokens = [
            side.key(word) for word in ("token", "staff_token", "link_token", "sign_in_token", "mail_choice_token")
        ]
        for token in (*tokens, reset):
            places = {name: token for name in row.parameters if name in ("token", "key")}
            address = row.address(world.harbour, **places)
            if token in row.address(side) and side is world.harbour:
                continue
            if row.name == "office:staff_invitation" and token == side.key("staff_token"):
                continue  # the office's address is the same for every organization, and the token says which
            if row.name == "account_link" and token == side.key("sign_in_token"):
                continue  # an account is the same at every door, and the token says whose
            answer = visitor().get(address, follow=True)
            assert answer.status_code in (200, 404), address
            assert 'type="password"' not in answer.content.decode(), address


Spoil = Callable[[World], Any]
ENDED: dict[str, tuple[Spoil, Spoil]] = {
    "too old": (
        lambda world: Invitation.objects.update(expires_at=clock.now() - timedelta(seconds=1)),
        lambda world: StaffInvitation.objects.update(expires_at=clock.now() - timedelta(seconds=1)),
    ),
    "replaced by a fresh one": (
        lambda world: portal_access.reinvite(world.harbour["newcomer"], by=world.cast.by_olga),
        lambda world: staff.reinvite(world.harbour["invited_staff"], by=world.cast.by_olga),
    ),
    "of somebody removed": (
        lambda world: contacts.retire(world.harbour["newcomer"], by=world.cast.by_olga),
        lambda world: staff.remove(world.harbour["invited_staff"], by=world.cast.by_olga),
    ),
    "of somebody whose access was taken away": (
        lambda world: portal_access.configure(
            world.harbour.customer, set(), by=world.cast.by_olga, seen={world.harbour.key("newcomer")}
        ),
        lambda world: staff.remove(world.harbour["invited_staff"], by=world.cast.by_olga),
    ),
    "used": (
        lambda world: visitor().post(row(INVITATIONS[0]).address(world.harbour), PASSWORDS),
        lambda world: visitor().post(row(INVITATIONS[1]).address(world.harbour), PASSWORDS),
    ),
}


@pytest.mark.parametrize("place", [0, 1], ids=INVITATIONS)
@pytest.mark.parametrize("how", ENDED)
def test_an_invitation_that_ended_lets_nobody_in(world: World, how: str, place: int) -> None:
    address = row(INVITATIONS[place]).address(world.harbour)
    ENDED[how][place](world)
    others = {"password": "another password 5", "confirmation": "another password 5", "accept": "yes"}
    with nothing_changes(f"An invitation {how}"):
        looked, sent = visitor().get(address), visitor().post(address, others)
        assert (looked.status_code, sent.status_code) == (410, 409)
        assert 'type="password"' not in looked.content.decode()


@pytest.mark.parametrize("place", [0, 1], ids=INVITATIONS)
def test_an_invitation_never_sets_a_password_that_exists(world: World, place: int) -> None:
    """Wei has an account already; the office writes her address into somebody else's invitation."""
    cast, wei = world.cast, world.cast.wei.user
    if place:
        member = staff.invite(cast.studio, name="Wei", email=wei.email, role="viewer", by=cast.by_olga)
        token = world_token("staff-invitation", StaffInvitation.objects.get(member=member))
        address = row(INVITATIONS[1]).address(world.harbour, token=token)
    else:
        someone = person(cast.tidewater, "Wei", "Chen", wei.email, by=cast.by_olga, access=False)
        (invitation,) = portal_access.configure(cast.tidewater, {someone.id}, by=cast.by_olga, seen=())
        address = row(INVITATIONS[0]).address(world.harbour, token=world_token("invitation", invitation))
    before = User.objects.get(id=wei.id).password
    with nothing_changes(address):
        looked, sent = visitor().get(address), visitor().post(address, PASSWORDS)
    assert 'type="password"' not in looked.content.decode()
    assert sent.status_code == 409
    assert User.objects.get(id=wei.id).password == before


def world_token(purpose: str, invitation: Any) -> str:
    from counterfoil.foundation import tokens

    return tokens.derive(purpose, invitation.nonce)


@pytest.mark.parametrize("place", [0, 1], ids=INVITATIONS)
def test_no_table_holds_what_an_invitation_opens_with(world: World, place: int) -> None:
    from tests.support.refusals import everything

    word = ("token", "staff_token")[place]
    is_kept = world.harbour.key(word) in repr(everything())
    assert not is_kept  # compared before, since pytest would explain for minutes where it was found


def test_a_new_session_is_begun_when_somebody_joins(world: World) -> None:
    """Who left a browser open at the invitation does not share the session of who accepts it there."""
    client: Client = visitor()
    client.get(row("portal:invitation").address(world.harbour))
    before = client.cookies.get("sessionid")
    client.post(row("portal:invitation").address(world.harbour), PASSWORDS)
    assert client.cookies["sessionid"].value
    assert before is None or before.value != client.cookies["sessionid"].value
    assert actor(world.harbour["newcomer"]).kind == "contact"
