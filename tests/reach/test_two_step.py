"""An authenticator app, its recovery codes, and what they keep out: whoever has only the password."""

import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client

from counterfoil.books.accounts.models import Session
from counterfoil.outbound import links
from counterfoil.outbound.models import Mail
from counterfoil.reach.account.recognizing import SessionStore
from tests.support.cast import PASSWORD, Cast, visitor

ACCOUNT = "/portal/lindqvist-zhou/account/"
SECOND = f"{ACCOUNT}login/second-step/"
MINE = {"password": PASSWORD}


@pytest.fixture(autouse=True)
def no_earlier_failures(db: None) -> None:
    cache.clear()


def code_of(secret: str, *, periods_later: int = 0) -> str:
    """What the app shows now, or later; as a person does, not what is about to end."""
    if (left := 30 - time.time() % 30) < 3:
        time.sleep(left)
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + periods_later))


def set_up(client: Client, account: str = ACCOUNT) -> tuple[str, list[str]]:
    """The app is set up as a person does it: its secret, and the recovery codes that were shown."""
    secret = client.get(f"{account}two-step/app/").context["secret"].replace(" ", "")
    answer = client.post(f"{account}two-step/app/", MINE | {"code": code_of(secret)})
    assert (answer.status_code, answer["Location"]) == (303, f"{account}two-step/codes/"), answer.content.decode()
    codes = client.get(answer["Location"]).context["codes"]
    cache.clear()  # the code of this half minute may be used again
    return secret, codes


def password(client: Client, email: str = "ana@harbour.test", account: str = ACCOUNT, **more: str) -> Any:
    return client.post(f"{account}login/", {"login": email, "password": PASSWORD} | more)


def is_in(client: Client, cast: Cast) -> bool:
    return client.get(f"/portal/lindqvist-zhou/{cast.bakery.id}/bell/").status_code == 200


def sessions_kept() -> str:
    """What is in all the sessions."""
    return str([SessionStore(key).load() for key in Session.objects.values_list("session_key", flat=True)])


# Setting up


def test_the_app_is_set_up_with_its_first_code_and_the_password(cast: Cast) -> None:
    client = visitor(cast.ana)
    page = client.get(f"{ACCOUNT}two-step/app/")
    assert 'class="qr"' in page.content.decode()
    assert "otpauth://totp/" in page.content.decode()
    assert "issuer=Lindqvist%20%26%20Zhou%20Studio" in page.context["address"]
    secret = page.context["secret"].replace(" ", "")
    for wrong in ({"code": code_of(secret)}, {"code": "000000"} | MINE, {"code": "", "password": ""}):
        assert client.post(f"{ACCOUNT}two-step/app/", wrong).status_code == 422
        assert not Authenticator.objects.exists()
    assert client.get(f"{ACCOUNT}two-step/app/").context["secret"].replace(" ", "") == secret
    set_up(client)
    assert "An authenticator app is asked for since" in client.get(f"{ACCOUNT}security/").content.decode()
    assert client.get(f"{ACCOUNT}two-step/app/")["Location"] == f"{ACCOUNT}security/"


def test_who_typed_the_password_a_moment_ago_is_not_asked_for_it_again(cast: Cast) -> None:
    client = visitor()
    password(client)
    secret = client.get(f"{ACCOUNT}two-step/app/").context["secret"].replace(" ", "")
    assert client.post(f"{ACCOUNT}two-step/app/", {"code": code_of(secret)}).status_code == 303


def test_everywhere_else_they_are_out(cast: Cast) -> None:
    here, elsewhere = visitor(cast.ana), visitor(cast.ana)
    set_up(here)
    assert [is_in(here, cast), is_in(elsewhere, cast)] == [True, False]


def test_no_table_holds_the_secret_or_a_code(cast: Cast) -> None:
    client = visitor(cast.ana)
    pending = client.get(f"{ACCOUNT}two-step/app/").context["secret"].replace(" ", "")
    assert pending not in sessions_kept()
    secret, codes = set_up(client)
    kept = f"{list(Authenticator.objects.values_list('data', flat=True))} {sessions_kept()}"
    assert secret not in kept
    assert not [code for code in codes if code in kept]


def test_recovery_codes_are_shown_once_and_downloaded_meanwhile(cast: Cast) -> None:
    client = visitor(cast.ana)
    _secret, codes = set_up(client)
    assert len(codes) == 10
    file = client.get(f"{ACCOUNT}two-step/codes/file/")
    assert [code for code in codes if code in file.content.decode()] == codes
    assert "attachment" in file["Content-Disposition"]
    session = client.session
    session["recovery_codes_until"] = time.time() - 1
    session.save()
    for address in ("two-step/codes/", "two-step/codes/file/"):
        assert client.get(f"{ACCOUNT}{address}")["Location"] == f"{ACCOUNT}security/"
    elsewhere = visitor(cast.ana)
    assert elsewhere.get(f"{ACCOUNT}two-step/codes/file/").status_code == 302


def test_new_recovery_codes_take_the_place_of_the_old(cast: Cast) -> None:
    client = visitor(cast.ana)
    _secret, old = set_up(client)
    address = f"{ACCOUNT}two-step/codes/new/"
    assert client.post(address, {"codes-password": "not-mine-at-all"}).status_code == 422
    assert client.post(address, {"codes-password": PASSWORD})["Location"] == f"{ACCOUNT}two-step/codes/"
    new = client.get(f"{ACCOUNT}two-step/codes/").context["codes"]
    assert not set(old) & set(new)
    other = visitor()
    password(other)
    assert other.post(SECOND, {"code": old[0]}).status_code == 422
    assert other.post(SECOND, {"code": new[0]}).status_code == 302


def test_turning_it_off_asks_for_the_password_again(cast: Cast) -> None:
    client, elsewhere = visitor(), visitor()
    password(client)
    set_up(client)
    for wrong in ({}, {"off-password": "not-mine-at-all"}):
        assert client.post(f"{ACCOUNT}two-step/app/off/", wrong).status_code == 422
    assert Authenticator.objects.filter(type="totp").exists()
    answer = client.post(f"{ACCOUNT}two-step/app/off/", {"off-password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (303, f"{ACCOUNT}security/")
    assert not Authenticator.objects.exists()
    assert password(elsewhere)["Location"] == "/portal/lindqvist-zhou/"


def test_guessing_the_password_there_is_slowed(cast: Cast) -> None:
    client = visitor(cast.ana)
    set_up(client)
    for number in range(10):
        client.post(f"{ACCOUNT}two-step/app/off/", {"off-password": f"a-guess-{number}"})
    answer = client.post(f"{ACCOUNT}two-step/app/off/", {"off-password": PASSWORD})
    assert answer.status_code == 422
    assert "Wait five minutes" in answer.content.decode()
    assert Authenticator.objects.filter(type="totp").exists()


# Signing in


def test_the_password_alone_signs_nobody_in(cast: Cast) -> None:
    secret, _codes = set_up(visitor(cast.ana))
    client = visitor()
    assert password(client)["Location"] == SECOND
    assert not is_in(client, cast)
    assert client.get(f"{ACCOUNT}security/").status_code == 302
    answer = client.post(SECOND, {"code": code_of(secret)})
    assert (answer.status_code, answer["Location"]) == (302, "/portal/lindqvist-zhou/")
    assert is_in(client, cast)


def test_nor_does_a_link_in_a_mail(cast: Cast) -> None:
    secret, _codes = set_up(visitor(cast.ana))
    client = visitor()
    client.post(f"{ACCOUNT}login/link/", {"email": "ana@harbour.test"})
    mail = Mail.objects.get(template="sign_in_link")
    (path,) = [one.split("localhost", 1)[1] for one in links.reveal(mail, mail.text).split() if "/login/link/" in one]
    assert client.post(path[path.index("/portal") :], {"sign_in": "yes"})["Location"] == SECOND
    assert not is_in(client, cast)
    assert client.post(SECOND, {"code": code_of(secret)}).status_code == 302
    assert is_in(client, cast)


def test_the_page_that_was_asked_for_opens_afterwards(cast: Cast) -> None:
    secret, _codes = set_up(visitor(cast.ana))
    client, wanted = visitor(), f"/portal/lindqvist-zhou/{cast.bakery.id}/invoices/"
    password(client, next=wanted)
    assert client.post(SECOND, {"code": code_of(secret)})["Location"] == wanted


def test_a_code_works_once(cast: Cast) -> None:
    secret, codes = set_up(visitor(cast.ana))
    for code in (code_of(secret), codes[3]):
        first, second = visitor(), visitor()
        password(first)
        password(second)
        assert first.post(SECOND, {"code": code}).status_code == 302
        assert second.post(SECOND, {"code": code}).status_code == 422
        assert not is_in(second, cast)


def test_a_recovery_code_stands_in_and_is_counted_down(cast: Cast) -> None:
    _secret, codes = set_up(visitor(cast.ana))
    client = visitor()
    password(client)
    assert client.post(SECOND, {"code": f" {codes[0][:4]}-{codes[0][4:]} "}).status_code == 302
    assert "9 recovery codes are left." in client.get(f"{ACCOUNT}security/").content.decode()


@pytest.mark.parametrize("code", ["", "000000", "x", "１２３４５６", "9" * 41])
def test_a_wrong_code_is_told_beside_the_field(cast: Cast, code: str) -> None:
    set_up(visitor(cast.ana))
    client = visitor()
    password(client)
    answer = client.post(SECOND, {"code": code})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["code"]
    assert not is_in(client, cast)


def test_guessing_codes_is_slowed_for_each_account(cast: Cast) -> None:
    secret, _codes = set_up(visitor(cast.ana))
    for number in range(5):
        client = visitor()
        password(client)
        client.post(SECOND, {"code": f"00000{number}"})
    client = visitor()
    client.defaults["REMOTE_ADDR"] = "198.51.100.7"
    password(client)
    answer = client.post(SECOND, {"code": code_of(secret)})
    assert answer.status_code == 422
    assert "Wait five minutes" in answer.content.decode()


def test_the_second_step_opens_only_after_the_first(cast: Cast) -> None:
    set_up(visitor(cast.ana))
    assert visitor().get(SECOND)["Location"] == f"{ACCOUNT}login/"
    assert visitor().post(SECOND, {"code": "000000"})["Location"] == f"{ACCOUNT}login/"
    client = visitor()
    password(client)
    assert client.get(f"{ACCOUNT}login/")["Location"] == SECOND
    client.post(f"{ACCOUNT}logout/")
    assert client.get(SECOND)["Location"] == f"{ACCOUNT}login/"


def test_the_code_of_somebody_else_lets_nobody_in(cast: Cast) -> None:
    set_up(visitor(cast.ana))
    secret, codes = set_up(visitor(cast.sam))
    for code in (code_of(secret), codes[0]):
        client = visitor()
        password(client)
        assert client.post(SECOND, {"code": code}).status_code == 422


def test_a_new_session_is_begun_at_the_second_step(cast: Cast) -> None:
    secret, _codes = set_up(visitor(cast.ana))
    client = visitor()
    password(client)
    between = client.cookies["sessionid"].value
    client.post(SECOND, {"code": code_of(secret)})
    assert client.cookies["sessionid"].value != between
    intruder = visitor()
    intruder.cookies["sessionid"] = between
    assert not is_in(intruder, cast)


@pytest.mark.parametrize("address", ["two-step/app/", "two-step/app/off/", "two-step/codes/new/", "login/second-step/"])
def test_a_forged_form_does_none_of_it(cast: Cast, address: str) -> None:
    assert visitor(cast.ana, csrf=True).post(f"{ACCOUNT}{address}", MINE | {"code": "1"}).status_code == 403


def test_the_office_has_it_too(cast: Cast) -> None:
    secret, _codes = set_up(visitor(cast.olga), "/office/account/")
    client = visitor()
    assert password(client, "olga@studio.test", "/office/account/")["Location"] == "/office/account/login/second-step/"
    assert client.post("/office/account/login/second-step/", {"code": code_of(secret)})["Location"] == "/office/"
