"""Who forgot their password gets a link by mail, and nobody learns who signs in here."""

import re

import pytest
from django.core.cache import cache

from counterfoil.books.accounts.models import User
from counterfoil.outbound import links
from counterfoil.outbound.models import Mail
from tests.support.cast import PASSWORD, visitor

ACCOUNT = "/portal/lindqvist-zhou/account/"
NEW = "rye-and-sourdough-7"


@pytest.fixture(autouse=True)
def no_earlier_requests(db):
    cache.clear()


def ask(email="ana@harbour.test", account=ACCOUNT, **how):
    return visitor(**how).post(f"{account}password/reset/", {"email": email})


def link_in(mail):
    return re.search(r"http://localhost\S+/password/reset/key/\S+/", links.reveal(mail, mail.text))[0]


def path_in(mail):
    return "/" + link_in(mail).split("/", 3)[3]


def choose(client, path, password=NEW, again=None):
    form = client.get(path)["Location"]
    return client.post(form, {"password1": password, "password2": again or password, "change": "yes"})


def test_the_answer_is_the_same_for_a_known_and_an_unknown_address(cast):
    answers = [ask(email) for email in ("ana@harbour.test", "nobody@harbour.test")]
    assert {(one.status_code, one["Location"]) for one in answers} == {(302, f"{ACCOUNT}password/reset/done/")}
    assert [mail.recipient for mail in Mail.objects.filter(template="password_reset")] == ["ana@harbour.test"]
    assert "Look into your mail" in visitor().get(answers[0]["Location"]).content.decode()


def test_the_stored_mail_does_not_open_anything(cast):
    ask()
    mail = Mail.objects.get(template="password_reset")
    secret = link_in(mail).rstrip("/").rsplit("/", 1)[1]
    assert secret not in mail.text + mail.html


def test_the_link_leads_to_the_configured_address_whatever_the_request_called_its_host(cast, settings):
    settings.PUBLIC_URL = "https://portal.example.com"
    asked = {"email": "ana@harbour.test"}
    visitor().post(f"{ACCOUNT}password/reset/", asked, headers={"x-forwarded-host": "evil.test"})
    assert not Mail.objects.exists()
    visitor().post(f"{ACCOUNT}password/reset/", asked, headers={"host": "127.0.0.1"})
    mail = Mail.objects.get(template="password_reset")
    assert "https://portal.example.com/portal/lindqvist-zhou/account/password/reset/key/" in mail.text
    assert "127.0.0.1" not in mail.text + mail.html


def test_a_new_password_is_chosen_once(cast):
    ask()
    path = path_in(Mail.objects.get(template="password_reset"))
    client = visitor()
    answer = choose(client, path)
    assert (answer.status_code, answer["Location"]) == (302, f"{ACCOUNT}login/")
    assert "Your password was changed" in client.get(answer["Location"]).content.decode()
    assert User.objects.get(email="ana@harbour.test").check_password(NEW)
    again = visitor().get(path)
    assert "This link no longer works" in again.content.decode()


def test_opening_the_link_changes_nothing(cast):
    ask()
    path = path_in(Mail.objects.get(template="password_reset"))
    for _ in range(3):
        assert visitor().head(path).status_code == 302
        assert visitor().get(path, follow=True).status_code == 200
    assert User.objects.get(email="ana@harbour.test").check_password(PASSWORD)
    assert choose(visitor(), path).status_code == 302


def test_other_sessions_end(cast):
    elsewhere = visitor(cast.ana)
    bell = f"/portal/lindqvist-zhou/{cast.bakery.id}/bell/"
    assert elsewhere.get(bell).status_code == 200
    ask()
    choose(visitor(), path_in(Mail.objects.get(template="password_reset")))
    assert elsewhere.get(bell).status_code == 302


@pytest.mark.parametrize(("password", "again"), [("short", None), ("password123", None), (NEW, "something-else-7")])
def test_a_weak_password_or_a_slip_is_told_and_the_link_still_works(cast, password, again):
    ask()
    path, client = path_in(Mail.objects.get(template="password_reset")), visitor()
    assert choose(client, path, password, again).status_code == 422
    assert User.objects.get(email="ana@harbour.test").check_password(PASSWORD)
    assert choose(client, path).status_code == 302


def test_a_made_up_link_opens_nothing(cast):
    ask()
    path = path_in(Mail.objects.get(template="password_reset"))
    for wrong in (path[:-6] + "zzzzz/", f"{ACCOUNT}password/reset/key/1-set-password/"):
        page = visitor().get(wrong, follow=True)
        assert "This link no longer works" in page.content.decode()


def test_asking_is_slowed_per_address_without_telling_who_exists(cast):
    for email in ("ana@harbour.test", "nobody@harbour.test"):
        answers = [ask(email).status_code for _ in range(6)]
        assert answers == [302] * 5 + [429]
    assert Mail.objects.filter(template="password_reset").count() == 5


def test_an_organization_that_does_not_know_the_person_does_not_see_the_mail(cast):
    ask("fia@foyle.test")
    assert Mail.objects.get(template="password_reset").organization_id is None
    ask("ana@harbour.test")
    assert Mail.objects.get(recipient="ana@harbour.test").organization_id == cast.studio.id


def test_staff_are_led_back_to_the_office(cast):
    ask("olga@studio.test", "/office/account/")
    assert "/office/account/password/reset/key/" in Mail.objects.get(template="password_reset").text


def test_the_mail_speaks_the_language_of_the_page(cast):
    ask(language="zh-CN")
    assert Mail.objects.get(template="password_reset").language == "zh-Hans"
