"""The page behind **Accept invite**: reading it uses nothing up, and it works once, for the right person."""

import re

import pytest
from django.core.cache import cache

from counterfoil.books.accounts.models import User
from counterfoil.books.customers import contacts, invitations, portal_access
from counterfoil.books.customers.models import ContactPerson, Invitation
from counterfoil.foundation import clock
from counterfoil.foundation.events import Event
from tests.support.cast import PASSWORD, actor, customer, person, visitor
from tests.support.races import at_once

FIRST = "sourdough-23-rye"


@pytest.fixture
def lucie(cast):
    return person(cast.bakery, "Lucie", "Barr", "lucie@harbour.test", by=cast.by_olga, access=False)


@pytest.fixture
def address(cast, lucie):
    (made,) = portal_access.configure(cast.bakery, {lucie.id}, by=cast.by_olga, seen=())
    return f"/portal/lindqvist-zhou/invitation/{invitations.token_of(made)}/"


@pytest.fixture
def anas_second(cast):
    """Ana, who signs in already, invited by another customer of the same organization."""
    contact = person(cast.tidewater, "Ana", "M.", "ana@harbour.test", by=cast.by_olga, access=False)
    (made,) = portal_access.configure(cast.tidewater, {contact.id}, by=cast.by_olga, seen=())
    return f"/portal/lindqvist-zhou/invitation/{invitations.token_of(made)}/"


def update(client, address, password=FIRST, again=None):
    return client.post(address, {"password": password, "confirmation": again or password, "accept": "yes"})


def assert_unused(address):
    invitation = invitations.find(address.rstrip("/").rsplit("/", 1)[1])
    assert invitation.used_at is None
    assert invitation.contact.access == "invited"


def test_it_says_who_invites_whom_the_policy_and_until_when(cast, address):
    page = visitor().get(address).content.decode()
    for words in (
        "Welcome, Lucie",
        "Lindqvist &amp; Zhou Studio has opened a portal for Harbour Bakery Ltd",
        'value="lucie@harbour.test"',
        "10 characters or more",
        "Not a password that others use often",
        "Update",
        "This invitation works once, until",
    ):
        assert words in page


def test_the_token_stays_out_of_referrers_and_caches(cast, address):
    headers = visitor().get(address).headers
    assert headers["Referrer-Policy"] == "strict-origin"
    assert "no-store" in headers["Cache-Control"]


def test_a_new_person_sets_a_password_and_lands_on_the_portals_home(cast, lucie, address):
    client = visitor(csrf=True)
    token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', client.get(address).content.decode())[1]
    answer = client.post(
        address, {"password": FIRST, "confirmation": FIRST, "accept": "yes", "csrfmiddlewaretoken": token}
    )
    home = f"/portal/lindqvist-zhou/{cast.bakery.id}/"
    assert (answer.status_code, answer["Location"]) == (303, home)
    assert client.get(f"{home}bell/").status_code == 200
    assert client.get("/portal/lindqvist-zhou/")["Location"] == home
    assert User.objects.get(email="lucie@harbour.test").check_password(FIRST)


def test_opening_it_changes_nothing(cast, address):
    before = Event.objects.count()
    for _ in range(3):
        assert visitor().head(address).status_code == 200
        assert visitor().get(address).status_code == 200
    assert Event.objects.count() == before
    assert_unused(address)


def test_a_scanner_that_submits_the_forms_it_finds_uses_nothing_up(cast, address, anas_second):
    for place in (address, anas_second):
        scanner = visitor(csrf=True)
        page = scanner.get(place).content.decode()
        for form in re.findall(r"<form.*?</form>", page, re.DOTALL):
            target = re.search(r'action="([^"]*)"', form)
            fields = re.findall(r'<input[^>]*name="(\w+)"(?:[^>]*value="([^"]*)")?', form)
            for values in (dict(fields), {name: value or "x" for name, value in fields}):
                scanner.post(target[1] if target else place, values)
        assert scanner.post(place, {}).status_code == 403
        assert_unused(place)


def test_a_form_from_elsewhere_is_refused(cast, address):
    assert update(visitor(csrf=True), address).status_code == 403
    assert_unused(address)


@pytest.mark.parametrize(
    ("password", "again", "said"),
    [
        ("", "", "Choose a password."),
        ("short", "short", "too short"),
        ("password123", "password123", "too common"),
        (FIRST, "something-else-7", "The two passwords are not the same."),
    ],
)
def test_a_weak_password_or_a_slip_is_told_beside_the_field(cast, lucie, address, password, again, said):
    answer = visitor().post(address, {"password": password, "confirmation": again, "accept": "yes"})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not password or f'value="{password}"' not in answer.content.decode()
    assert_unused(address)


def test_a_second_use_is_refused_kindly(cast, lucie, address):
    update(visitor(), address)
    for answer in (visitor().get(address), update(visitor(), address, "another-long-one-9")):
        assert answer.status_code in (409, 410)
        assert "This invitation was already accepted" in answer.content.decode()
        assert 'href="/portal/lindqvist-zhou/account/login/"' in answer.content.decode()
    assert User.objects.get(email="lucie@harbour.test").check_password(FIRST)


def test_who_accepted_it_is_led_home_by_the_same_link(cast, lucie, address):
    client = visitor()
    update(client, address)
    assert client.get(address)["Location"] == f"/portal/lindqvist-zhou/{cast.bakery.id}/"
    assert client.post(address, {"accept": "yes"})["Location"] == f"/portal/lindqvist-zhou/{cast.bakery.id}/"


def test_an_expired_one_says_what_to_do(cast, lucie, address):
    from datetime import timedelta

    with clock.travel(by=timedelta(days=15)):
        for answer in (visitor().get(address), update(visitor(), address)):
            assert answer.status_code in (409, 410)
            assert "This invitation has expired" in answer.content.decode()
            assert "hello@lindqvist-zhou.test" in answer.content.decode()
    assert_unused(address)


def test_one_voided_by_a_fresh_one_says_so(cast, lucie, address):
    portal_access.reinvite(lucie, by=cast.by_olga)
    for answer in (visitor().get(address), update(visitor(), address)):
        assert answer.status_code in (409, 410)
        assert "This invitation is no longer valid" in answer.content.decode()
    assert not User.objects.filter(email="lucie@harbour.test").exists()


def test_one_of_a_disabled_or_removed_person_is_refused(cast, lucie, address):
    portal_access.configure(cast.bakery, {cast.ana.id, cast.sam.id}, by=cast.by_olga)
    assert update(visitor(), address).status_code == 409
    contacts.retire(lucie, by=cast.by_olga)
    assert update(visitor(), address).status_code == 409
    assert ContactPerson.objects.get(id=lucie.id).user_id is None


def test_a_made_up_token_is_not_found(cast, lucie, address):
    made = Invitation.objects.get(contact=lucie)
    for token in ("x", "A" * 43, made.token_hash, made.nonce):
        answer = visitor().get(f"/portal/lindqvist-zhou/invitation/{token}/")
        assert answer.status_code == 404
        assert "There is no such invitation" in answer.content.decode()


def test_an_invitation_opens_at_its_own_portal_only(cast, address):
    assert visitor().get(address.replace("lindqvist-zhou", "quay")).status_code == 404
    assert update(visitor(), address.replace("lindqvist-zhou", "quay")).status_code == 404
    assert_unused(address)


def test_who_has_an_account_is_asked_to_sign_in_and_comes_back(cast, anas_second):
    cache.clear()
    client = visitor()
    page = client.get(anas_second).content.decode()
    assert "You already have an account with ana@harbour.test" in page
    assert 'type="password"' not in page
    way = re.search(r'href="(/portal/lindqvist-zhou/account/login/\?[^"]+)"', page)[1].replace("&amp;", "&")
    back = client.post(way, {"login": "ana@harbour.test", "password": PASSWORD})
    assert back["Location"] == anas_second
    assert "Accept invite" in client.get(anas_second).content.decode()
    answer = client.post(anas_second, {"accept": "yes"})
    assert answer["Location"] == f"/portal/lindqvist-zhou/{cast.tidewater.id}/"
    assert client.get(f"/portal/lindqvist-zhou/{cast.tidewater.id}/bell/").status_code == 200


def test_an_existing_password_is_never_set(cast, anas_second):
    answer = update(visitor(), anas_second)
    assert answer.status_code == 409
    assert User.objects.get(email="ana@harbour.test").check_password(PASSWORD)
    assert_unused(anas_second)


def test_somebody_else_who_is_signed_in_is_asked_to_sign_out(cast, address, anas_second):
    client = visitor(cast.bruno)
    for place in (address, anas_second):
        page = client.get(place).content.decode()
        assert "You are signed in as bruno@tidewater.test" in page
        assert update(client, place).status_code == 409
        assert_unused(place)
    signed_out = client.post("/portal/lindqvist-zhou/account/logout/", {"next": address})
    assert signed_out["Location"] == address


def test_it_speaks_the_persons_language(cast):
    xia = person(cast.yunshan, "夏", "林", "xia@yunshan.test", by=cast.by_olga, language="zh-Hans", access=False)
    (made,) = portal_access.configure(cast.yunshan, {xia.id}, by=cast.by_olga, seen=())
    page = visitor().get(f"/portal/lindqvist-zhou/invitation/{invitations.token_of(made)}/").content.decode()
    assert 'lang="zh-Hans"' in page


def test_ten_at_once_make_one_account(both_databases, cast, lucie, address):
    outcomes = at_once(10, lambda place: update(visitor(), address, f"{FIRST}-{place}").status_code)
    assert not [one.error for one in outcomes if one.error]
    assert sorted(one.result for one in outcomes) == [303] + [409] * 9
    assert User.objects.filter(email="lucie@harbour.test").count() == 1


def test_the_office_of_another_organization_can_not_take_over_an_account(cast):
    """Otto writes olga's address into a contact person and invites it: nothing of hers changes."""
    trap = customer(cast.quay, "Trap", "GBP", by=actor(cast.otto))
    bait = person(trap, "Olga", "L", "olga@studio.test", by=actor(cast.otto), access=False)
    (made,) = portal_access.configure(trap, {bait.id}, by=actor(cast.otto), seen=())
    place = f"/portal/quay/invitation/{invitations.token_of(made)}/"
    assert update(visitor(), place).status_code == 409
    assert update(visitor(cast.otto), place).status_code == 409
    cast.olga.user.refresh_from_db()
    assert cast.olga.user.check_password(PASSWORD)
