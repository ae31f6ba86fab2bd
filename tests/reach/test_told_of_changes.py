"""Whoever has an account is told when something is changed about how they sign in, whoever did it."""

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache

from counterfoil.outbound.models import Mail
from tests.reach.test_security import NEW, OFFICE, change, signed_in
from tests.reach.test_two_step import ACCOUNT, MINE, set_up
from tests.support.cast import PASSWORD, Cast, visitor


@pytest.fixture(autouse=True)
def no_earlier_failures(db: None) -> None:
    cache.clear()


def told() -> list[str]:
    """What somebody was told, in order: the first sentence of each mail."""
    mails = Mail.objects.filter(template="sign_in_changed").order_by("id")
    return [one.text.split("\n\n")[1].strip() for one in mails]


def test_a_new_password_is_told_with_when_from_where_and_what_to_do(cast: Cast) -> None:
    change(signed_in(address="203.0.113.7"))
    mail = Mail.objects.get(template="sign_in_changed")
    assert (mail.recipient, mail.organization_id) == ("ana@harbour.test", cast.studio.id)
    for part in (
        "Your password was changed.",
        "203.0.113.7",
        "(Europe/London)",
        "If it was not you:",
        "/portal/lindqvist-zhou/account/security/",
    ):
        assert part in mail.text
    assert NEW not in mail.text + mail.html


def test_nothing_is_told_of_what_was_not_done(cast: Cast) -> None:
    change(signed_in(), old="not-my-password-9")
    assert not Mail.objects.filter(template="sign_in_changed").exists()


def test_a_password_that_was_chosen_by_a_mailed_link_is_told_too(cast: Cast) -> None:
    visitor().post(f"{ACCOUNT}password/reset/", {"email": "ana@harbour.test"})
    from tests.reach.test_forgotten_password import choose, path_in

    choose(visitor(), path_in(Mail.objects.get(template="password_reset")))
    assert told() == ["Your password was changed."]


def test_an_app_its_codes_and_its_end_are_told(cast: Cast) -> None:
    ana = visitor(cast.ana)
    set_up(ana)
    ana.post(f"{ACCOUNT}two-step/codes/new/", {"codes-password": PASSWORD})
    ana.post(f"{ACCOUNT}two-step/app/off/", {"off-password": PASSWORD})
    assert told() == [
        "An authenticator app was set up, which is asked for when you sign in.",
        "New recovery codes were made. Those that you had open nothing any more.",
        "The authenticator app is no longer asked for when you sign in.",
    ]


def test_a_passkey_that_is_removed_is_told(cast: Cast) -> None:
    key = Authenticator.objects.create(user=cast.ana.user, type="webauthn", data={"name": "Laptop", "credential": {}})
    visitor(cast.ana).post(f"{ACCOUNT}passkeys/removal/", {"passkey": key.pk} | MINE)
    assert told() == ["A passkey was removed."]


def test_who_works_in_the_office_is_told_in_their_language_with_the_way_to_its_page(cast: Cast) -> None:
    client = signed_in(email=cast.olga.email)
    client.cookies["language"] = "zh-Hans"
    change(client, account=OFFICE)
    mail = Mail.objects.get(template="sign_in_changed")
    assert "/office/account/security/" in mail.text
    assert mail.organization_id == cast.studio.id
