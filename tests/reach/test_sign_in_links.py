"""Signing in by a link in a mail: once, in time, by who presses its button; and nobody learns who signs in here."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from counterfoil.books.accounts import sign_in_links
from counterfoil.books.accounts.models import SignInLink, User
from counterfoil.foundation import clock
from counterfoil.outbound import links
from counterfoil.outbound.models import Mail
from tests.support.cast import PASSWORD, Cast, visitor

ACCOUNT = "/portal/lindqvist-zhou/account/"
PRESSED = {"sign_in": "yes"}


@pytest.fixture(autouse=True)
def no_earlier_requests(db: None) -> None:
    cache.clear()


def ask(email: str = "ana@harbour.test", account: str = ACCOUNT, **how: Any) -> Any:
    return visitor(**how).post(f"{account}login/link/", {"email": email})


def the_mail() -> Mail:
    return Mail.objects.filter(template="sign_in_link").latest("id")


def path_in(mail: Mail) -> str:
    found = re.search(r"http://localhost\S+/account/login/link/\S+/", links.reveal(mail, mail.text))
    assert found
    return "/" + found[0].split("/", 3)[3]


def asked() -> str:
    """The address in the mail that Ana gets."""
    assert ask().status_code == 303
    return path_in(the_mail())


def is_in(client: Client, cast: Cast) -> bool:
    return client.get(f"/portal/lindqvist-zhou/{cast.bakery.id}/bell/").status_code == 200


def test_the_sign_in_page_leads_there(cast: Cast) -> None:
    assert f'href="{ACCOUNT}login/link/"' in visitor().get(f"{ACCOUNT}login/").content.decode()
    assert "Send the link" in visitor().get(f"{ACCOUNT}login/link/").content.decode()
    assert visitor(cast.ana).get(f"{ACCOUNT}login/link/")["Location"] == "/portal/lindqvist-zhou/"


def test_the_link_signs_in_whoever_presses_its_button(cast: Cast) -> None:
    client, path = visitor(), asked()
    assert "You are about to sign in as ana@harbour.test." in client.get(path).content.decode()
    answer = client.post(path, PRESSED)
    assert (answer.status_code, answer["Location"]) == (302, "/portal/lindqvist-zhou/")
    assert is_in(client, cast)


def test_the_office_has_it_too(cast: Cast) -> None:
    ask("olga@studio.test", "/office/account/")
    client = visitor()
    assert client.post(path_in(the_mail()), PRESSED)["Location"] == "/office/"
    assert client.get(f"/office/{cast.studio.id}/bell/").status_code == 200
    assert the_mail().organization_id == cast.studio.id


def test_the_answer_is_the_same_for_a_known_and_an_unknown_address(cast: Cast) -> None:
    User.objects.filter(email="sam@harbour.test").update(is_active=False)
    answers = [ask(email) for email in ("ana@harbour.test", "nobody@harbour.test", "sam@harbour.test")]
    assert {(one.status_code, one["Location"], one.content) for one in answers} == {
        (303, f"{ACCOUNT}login/link/sent/", b"")
    }
    assert [mail.recipient for mail in Mail.objects.all()] == ["ana@harbour.test"]
    assert "If somebody signs in with this address" in visitor().get(answers[0]["Location"]).content.decode()


def test_looking_and_sending_the_form_without_pressing_its_button_signs_nobody_in(cast: Cast) -> None:
    client, path = visitor(), asked()
    assert client.head(path).status_code == 200
    assert client.get(path).status_code == 200
    assert client.post(path, {}).status_code == 422
    assert not is_in(client, cast)
    assert client.post(path, PRESSED).status_code == 302


def test_it_works_once_and_the_others_that_were_asked_for_with_it(cast: Cast) -> None:
    first, second = asked(), asked()
    assert first != second
    assert visitor().post(first, PRESSED).status_code == 302
    for path in (first, second):
        client = visitor()
        assert "This link no longer works" in client.get(path).content.decode()
        assert client.post(path, PRESSED).status_code == 404
        assert not is_in(client, cast)


def test_of_two_who_press_it_at_once_one_is_signed_in(cast: Cast) -> None:
    link = sign_in_links.make(cast.ana.user)
    assert [sign_in_links.use(link), sign_in_links.use(link)] == [True, False]


def test_it_works_for_twenty_minutes(cast: Cast) -> None:
    path = asked()
    with clock.travel(by=timedelta(minutes=21)):
        assert visitor().post(path, PRESSED).status_code == 404


def test_a_new_password_closes_it(cast: Cast) -> None:
    path, new = asked(), "rye-and-sourdough-7"
    form = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert visitor(cast.ana).post(f"{ACCOUNT}password/change/", form).status_code == 302
    assert visitor().post(path, PRESSED).status_code == 404


def test_an_account_that_was_switched_off_is_signed_in_by_no_link(cast: Cast) -> None:
    path = asked()
    User.objects.filter(email="ana@harbour.test").update(is_active=False)
    assert visitor().post(path, PRESSED).status_code == 404


def test_a_mail_that_comes_too_late_is_not_sent(cast: Cast) -> None:
    path, mail = asked(), the_mail()
    visitor().post(path, PRESSED)
    with pytest.raises(links.Withdrawn):
        links.reveal(mail, mail.text)


def test_no_table_holds_what_opens(cast: Cast) -> None:
    token = asked().rstrip("/").rsplit("/", 1)[1]
    link = SignInLink.objects.get()
    assert token not in f"{the_mail().text} {the_mail().html} {link.nonce} {link.token_hash}"


def test_the_link_leads_to_the_configured_address_whatever_the_request_called_its_host(
    cast: Cast, settings: Any
) -> None:
    settings.PUBLIC_URL = "https://portal.example.com"
    visitor().post(f"{ACCOUNT}login/link/", {"email": "ana@harbour.test"}, headers={"host": "127.0.0.1"})
    assert "https://portal.example.com/portal/lindqvist-zhou/account/login/link/" in the_mail().text
    assert "127.0.0.1" not in the_mail().text


@pytest.mark.parametrize("email", ["ana@harbour.test", "nobody@harbour.test"])
def test_asking_is_slowed_for_each_address_known_or_not(cast: Cast, email: str) -> None:
    assert {ask(email).status_code for _ in range(3)} == {303}
    blocked = ask(email.upper())
    assert blocked.status_code == 422
    assert "Wait five minutes" in blocked.content.decode()
    assert f'value="{email.upper()}"' in blocked.content.decode()
    assert ask("sam@harbour.test").status_code == 303
    assert Mail.objects.filter(recipient=email).count() == (3 if email.startswith("ana") else 0)


def test_asking_is_slowed_from_each_network_address(cast: Cast) -> None:
    assert {ask(f"somebody{number}@harbour.test").status_code for number in range(20)} == {303}
    assert ask().status_code == 422
    elsewhere = visitor()
    elsewhere.defaults["REMOTE_ADDR"] = "198.51.100.7"
    assert elsewhere.post(f"{ACCOUNT}login/link/", {"email": "ana@harbour.test"}).status_code == 303


@pytest.mark.parametrize("email", ["", "not an address", "a" * 300 + "@harbour.test"])
def test_what_is_no_address_is_told_beside_the_field(cast: Cast, email: str) -> None:
    answer = ask(email)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["email"]


def test_a_new_session_is_begun(cast: Cast) -> None:
    """Who left a browser open at the page does not share the session of who signs in there."""
    client, path = visitor(), asked()
    planted = client.session.session_key
    client.post(path, PRESSED)
    assert client.cookies["sessionid"].value not in ("", planted)
    intruder = visitor()
    intruder.cookies["sessionid"] = planted or ""
    assert not is_in(intruder, cast)


def test_whoever_was_signed_in_there_is_out(cast: Cast) -> None:
    client, path = visitor(cast.sam), asked()
    before = client.cookies["sessionid"].value
    client.post(path, PRESSED)
    assert client.get(f"{ACCOUNT}security/").context["email"] == "ana@harbour.test"
    intruder = visitor()
    intruder.cookies["sessionid"] = before
    assert not is_in(intruder, cast)


def test_a_forged_form_signs_nobody_in(cast: Cast) -> None:
    client, path = visitor(csrf=True), asked()
    assert client.post(path, PRESSED).status_code == 403
    assert client.post(f"{ACCOUNT}login/link/", {"email": "ana@harbour.test"}).status_code == 403
    assert not is_in(client, cast)


def test_old_ones_are_forgotten(cast: Cast) -> None:
    from counterfoil.outbound import jobs

    sign_in_links.make(cast.ana.user)
    jobs.clear_expired_sessions()
    assert SignInLink.objects.count() == 1
    with clock.travel(by=timedelta(days=2)):
        jobs.clear_expired_sessions()
    assert not SignInLink.objects.exists()
