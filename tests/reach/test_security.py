"""What somebody signs in with, where they are signed in, and how they end that."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from counterfoil.books.accounts.models import Session, User
from counterfoil.foundation import clock
from counterfoil.reach.account.devices import device
from tests.support.cast import PASSWORD, Cast, visitor

ACCOUNT = "/portal/lindqvist-zhou/account/"
OFFICE = "/office/account/"
NEW = "rye-and-sourdough-7"
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Mobile Safari/604.1"


@pytest.fixture(autouse=True)
def no_earlier_failures(db: None) -> None:
    cache.clear()


def signed_in(agent: str = "", *, email: str = "ana@harbour.test", address: str = "127.0.0.1") -> Client:
    """A browser of somebody who signed in with their password."""
    client = visitor()
    client.defaults |= {"HTTP_USER_AGENT": agent, "REMOTE_ADDR": address}
    assert client.post(f"{ACCOUNT}login/", {"login": email, "password": PASSWORD}).status_code == 302
    return client


def change(client: Client, *, old: str = PASSWORD, new: str = NEW, again: str = "", account: str = ACCOUNT) -> Any:
    form = {"oldpassword": old, "password1": new, "password2": again or new}
    return client.post(f"{account}password/change/", form)


def is_in(client: Client, cast: Cast) -> bool:
    return client.get(f"/portal/lindqvist-zhou/{cast.bakery.id}/bell/").status_code == 200


def names(client: Client) -> list[str]:
    """The sessions as the page names them, in its order."""
    return [one["name"] for one in client.get(f"{ACCOUNT}security/").context["sessions"]]


# The page


@pytest.mark.parametrize("address", ["security/", "password/change/"])
@pytest.mark.parametrize("account", [ACCOUNT, OFFICE])
def test_who_is_not_signed_in_signs_in_first(cast: Cast, account: str, address: str) -> None:
    answer = visitor().get(f"{account}{address}")
    assert (answer.status_code, answer["Location"]) == (302, f"{account}login/?next={account}{address}")


def test_the_page_is_the_doors_own(cast: Cast) -> None:
    portal = visitor(cast.ana).get(f"{ACCOUNT}security/").content.decode()
    office = visitor(cast.olga).get(f"{OFFICE}security/").content.decode()
    assert "You sign in as ana@harbour.test." in portal
    assert f"/{cast.studio.brand_colour}" in portal
    assert 'href="/portal/lindqvist-zhou/"' in portal
    assert "You sign in as olga@studio.test." in office
    assert "Lindqvist" not in office


def test_each_side_leads_to_it(cast: Cast) -> None:
    home = visitor(cast.ana).get(f"/portal/lindqvist-zhou/{cast.bakery.id}/").content.decode()
    assert f'href="{ACCOUNT}security/"' in home
    assert f'href="{OFFICE}security/"' in visitor(cast.olga).get(f"/office/{cast.studio.id}/").content.decode()


def test_it_takes_few_queries(cast: Cast, django_assert_max_num_queries: Any) -> None:
    for number in range(5):
        signed_in(CHROME, address=f"203.0.113.{number}")
    for client, account, most in ((signed_in(), ACCOUNT, 8), (visitor(cast.olga), OFFICE, 12)):
        with django_assert_max_num_queries(most):
            client.get(f"{account}security/")


# Change password


def test_a_new_password_is_chosen_and_everybody_else_is_out_at_once(cast: Cast) -> None:
    here, elsewhere = signed_in(CHROME), signed_in(PHONE)
    answer = change(here)
    assert (answer.status_code, answer["Location"]) == (302, f"{ACCOUNT}security/")
    assert "Your password was changed" in here.get(answer["Location"]).content.decode()
    assert User.objects.get(email="ana@harbour.test").check_password(NEW)
    assert is_in(here, cast)
    assert not is_in(elsewhere, cast)
    assert len(names(here)) == 1
    assert Session.objects.filter(user_id=cast.ana.user_id).count() == 1


def test_the_policy_is_shown_beforehand(cast: Cast) -> None:
    page = visitor(cast.ana).get(f"{ACCOUNT}password/change/").content.decode()
    assert "10 characters or more" in page
    assert "Confirm</button>" in page


@pytest.mark.parametrize(
    ("how", "field"),
    [
        ({"old": "not-my-password-1"}, "oldpassword"),
        ({"old": ""}, "oldpassword"),
        ({"new": "short"}, "password1"),
        ({"new": "password123"}, "password1"),
        ({"new": "ana@harbour.test"}, "password1"),
        ({"again": "something-else-7"}, "password2"),
    ],
)
def test_a_wrong_or_weak_password_is_told_beside_its_field(cast: Cast, how: dict[str, str], field: str) -> None:
    here, elsewhere = signed_in(), signed_in()
    answer = change(here, **how)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert User.objects.get(email="ana@harbour.test").check_password(PASSWORD)
    assert is_in(here, cast)
    assert is_in(elsewhere, cast)


def test_trying_present_passwords_is_slowed(cast: Cast) -> None:
    client = visitor(cast.ana)
    assert {change(client, old=f"a-guess-{number}").status_code for number in range(5)} == {422}
    assert change(client).status_code == 429
    assert User.objects.get(email="ana@harbour.test").check_password(PASSWORD)


def test_a_forgotten_password_ends_every_session_of_its_owner_and_of_nobody_else(cast: Cast) -> None:
    from allauth.account.forms import default_token_generator
    from allauth.account.utils import user_pk_to_url_str

    ana, sam, user = visitor(cast.ana), visitor(cast.sam), cast.ana.user
    key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    reader = visitor()
    form = reader.get(f"{ACCOUNT}password/reset/key/{key}/")["Location"]
    assert reader.post(form, {"password1": NEW, "password2": NEW, "change": "yes"}).status_code == 302
    assert not is_in(ana, cast)
    assert is_in(sam, cast)


# Sessions


def test_each_browser_is_listed_with_its_device_and_where_it_was_used_last(cast: Cast) -> None:
    signed_in(PHONE, address="203.0.113.7")
    here = signed_in(CHROME)
    page = here.get(f"{ACCOUNT}security/")
    assert [one["device"] for one in page.context["sessions"]] == ["Chrome on Windows", "Safari on iPhone"]
    assert [one["is_here"] for one in page.context["sessions"]] == [True, False]
    assert "from 203.0.113.7" in page.content.decode()
    assert not [key for key in Session.objects.values_list("session_key", flat=True) if key in page.content.decode()]


def test_the_last_use_is_kept_every_few_minutes(cast: Cast, django_assert_max_num_queries: Any) -> None:
    client = signed_in(CHROME)
    row = Session.objects.get(user_id=cast.ana.user_id)
    is_in(client, cast)
    assert Session.objects.get(user_id=cast.ana.user_id).used_at == row.used_at
    client.defaults |= {"HTTP_USER_AGENT": PHONE, "REMOTE_ADDR": "203.0.113.9"}
    with clock.travel(by=timedelta(minutes=11)):
        is_in(client, cast)
        used = Session.objects.get(user_id=cast.ana.user_id)
        assert clock.now() - used.used_at < timedelta(minutes=1)
    assert (used.agent, used.address) == (PHONE, "203.0.113.9")


def test_one_is_ended_at_once_and_the_others_go_on(cast: Cast) -> None:
    here, phone, tablet = signed_in(CHROME), signed_in(PHONE), signed_in("iPad")
    (name,) = [one["name"] for one in here.get(f"{ACCOUNT}security/").context["sessions"] if "iPhone" in one["device"]]
    answer = here.post(f"{ACCOUNT}security/sessions/end/", {"session": name})
    assert (answer.status_code, answer["Location"]) == (303, f"{ACCOUNT}security/")
    assert [is_in(one, cast) for one in (here, phone, tablet)] == [True, False, True]


def test_ending_this_one_signs_out_here(cast: Cast) -> None:
    here, elsewhere = signed_in(), signed_in()
    answer = here.post(f"{ACCOUNT}security/sessions/end/", {"session": names(here)[0]})
    assert answer["Location"] == f"{ACCOUNT}login/"
    assert [is_in(here, cast), is_in(elsewhere, cast)] == [False, True]


def test_nobody_ends_a_session_of_somebody_else(cast: Cast) -> None:
    ana, sam = signed_in(), signed_in(email="sam@harbour.test")
    (name,) = names(sam)
    for wrong in (name, "", "x", Session.objects.get(user_id=cast.sam.user_id).session_key):
        assert ana.post(f"{ACCOUNT}security/sessions/end/", {"session": wrong}).status_code == 303
    assert is_in(sam, cast)
    assert is_in(ana, cast)


def test_signing_out_everywhere_ends_them_all_at_once(cast: Cast) -> None:
    here, elsewhere, sam = signed_in(), signed_in(PHONE), visitor(cast.sam)
    answer = here.post(f"{ACCOUNT}security/sessions/end-all/")
    assert (answer.status_code, answer["Location"]) == (303, f"{ACCOUNT}login/")
    assert "You were signed out everywhere." in here.get(answer["Location"]).content.decode()
    assert [is_in(one, cast) for one in (here, elsewhere, sam)] == [False, False, True]


@pytest.mark.parametrize("address", ["security/sessions/end/", "security/sessions/end-all/", "password/change/"])
def test_a_forged_form_does_none_of_it(cast: Cast, address: str) -> None:
    client = visitor(cast.ana, csrf=True)
    form = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW, "session": names(client)[0]}
    assert client.post(f"{ACCOUNT}{address}", form).status_code == 403
    assert is_in(client, cast)
    assert User.objects.get(email="ana@harbour.test").check_password(PASSWORD)


def test_a_browser_is_known_by_its_own_name() -> None:
    assert device(CHROME) == "Chrome on Windows"
    assert device(f"{CHROME} Edg/140.0") == "Edge on Windows"
    assert device(f"{PHONE} MicroMessenger/8.0") == "WeChat on iPhone"
    assert device("Firefox") == "Firefox"
    assert device("curl/8.1") == "A device that doesn't say what it is"
