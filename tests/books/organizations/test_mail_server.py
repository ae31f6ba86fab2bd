"""The mail server: set up by an owner, its password never shown nor handed to another server."""

import pytest
from django.db import connection

from counterfoil.books.organizations import mail_server
from counterfoil.books.organizations.models import MailServer
from counterfoil.foundation.events import Event
from tests.support.cast import actor
from tests.support.refusals import refused

SERVER = {
    "host": "smtp.example.com",
    "port": 587,
    "security": "starttls",
    "username": "studio",
    "password": "mailpass-123",
    "sender": "hello@studio.test",
}


def change(cast, by=None, **changes):
    return mail_server.change(cast.studio, **(SERVER | changes), by=by or cast.by_olga)


def stored(cast):
    return MailServer.objects.get(organization=cast.studio)


def test_the_password_is_stored_encrypted_and_told_to_nobody(cast):
    change(cast)
    assert stored(cast).password == "mailpass-123"
    with connection.cursor() as cursor:
        cursor.execute("SELECT password FROM organizations_mailserver")
        assert "mailpass-123" not in cursor.fetchone()[0]
    assert "mailpass-123" not in str(list(Event.objects.values()))


def test_an_empty_password_keeps_the_stored_one_for_the_same_server(cast):
    change(cast)
    change(cast, password=None, sender="billing@studio.test", security="tls")
    assert (stored(cast).password, stored(cast).sender) == ("mailpass-123", "billing@studio.test")


@pytest.mark.parametrize("elsewhere", [{"host": "smtp.evil.test"}, {"port": 2525}, {"username": "mallory"}])
def test_the_stored_password_never_goes_to_another_server_or_user(cast, elsewhere):
    change(cast)
    with refused("PASSWORD_AGAIN", field="password"):
        change(cast, password=None, **elsewhere)
    assert change(cast, password="typed again", **elsewhere).password == "typed again"


def test_without_a_user_there_is_no_password(cast):
    change(cast)
    change(cast, username="", password=None)
    assert stored(cast).password == ""


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        ({"host": " "}, "HOST_MISSING", "host"),
        ({"host": "http://smtp.example.com"}, "HOST_MISSING", "host"),
        ({"host": "smtp example"}, "HOST_MISSING", "host"),
        ({"port": 0}, "PORT", "port"),
        ({"port": 70000}, "PORT", "port"),
        ({"security": "hope"}, "SECURITY", "security"),
    ],
)
def test_what_cannot_be_a_server_is_refused(cast, wrong, code, field):
    with refused(code, field=field):
        change(cast, **wrong)


def test_it_can_be_removed(cast):
    change(cast)
    mail_server.forget(cast.studio, by=cast.by_olga)
    mail_server.forget(cast.studio, by=cast.by_olga)
    assert not MailServer.objects.exists()
    assert Event.objects.filter(name="organization.mail_server_removed").count() == 1


def test_only_an_owner_of_this_organization_changes_it(cast):
    change(cast)
    for person in (cast.stig, cast.vera, cast.otto):
        with refused("NOT_ALLOWED"):
            change(cast, by=actor(person), host="smtp.evil.test")
        with refused("NOT_ALLOWED"):
            mail_server.forget(cast.studio, by=actor(person))
