"""The demo's mail page: every mail can be read there with links that work, and nowhere else does it exist."""

import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings as configured
from django.test import Client

from counterfoil.books.customers import invitations, portal_access
from counterfoil.foundation import tokens
from counterfoil.outbound import worker
from counterfoil.outbound.models import Mail
from tests.support.cast import PASSWORD, person


@pytest.fixture
def demo(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.outbound.demo_urls"
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, mode="demo")


@pytest.fixture
def invited(quiet_cast: Any, demo: None) -> Any:
    """Mia was invited; the mail is in the outbox."""
    mia = person(quiet_cast.bakery, "Mia", "<b>Grant</b>", "mia@harbour.test", by=quiet_cast.by_olga, access=False)
    (invitation,) = portal_access.configure(quiet_cast.bakery, {mia.id}, by=quiet_cast.by_olga, seen=())
    worker.run_once()
    return invitation


def link(invitation: Any) -> str:
    token = tokens.derive("invitation", invitation.nonce)
    return f"http://localhost:8000/portal/lindqvist-zhou/invitation/{token}/"


def browser() -> Client:
    return Client(headers={"host": "localhost"})


def test_mail_is_sent_into_the_outbox_without_a_server(invited: Any) -> None:
    assert Mail.objects.get().state == "sent"


def test_a_program_finds_the_mail_and_its_links(invited: Any) -> None:
    (mail,) = browser().get("/outbox/?format=json&to=mia@harbour.test").json()["mails"]
    assert mail["subject"] == "Lindqvist & Zhou Studio invites you to its customer portal"
    assert mail["links"] == [link(invited)]
    assert link(invited) in mail["text"]
    assert browser().get("/outbox/?format=json&to=nobody@harbour.test").json() == {"mails": []}


def test_a_person_reads_it_as_text_and_in_a_frame_that_runs_nothing(invited: Any) -> None:
    mail = Mail.objects.get()
    listed = browser().get("/outbox/").content.decode()
    assert f'href="/outbox/{mail.id}/"' in listed
    assert "<b>Grant</b>" not in listed

    page = browser().get(f"/outbox/{mail.id}/")
    text = page.content.decode()
    assert f'href="{link(invited)}"' in text
    assert f'<iframe src="/outbox/{mail.id}/html/"' in text
    assert "allow-scripts" not in text
    assert "allow-same-origin" not in text
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]

    framed = browser().get(f"/outbox/{mail.id}/html/")
    policy = framed.headers["Content-Security-Policy"]
    assert "script-src 'self'" not in policy or "sandbox" in policy
    assert "sandbox allow-popups" in policy
    assert "frame-ancestors 'self'" in policy
    assert "<b>Grant</b>" not in framed.content.decode()
    assert f'href="{link(invited)}"' in framed.content.decode()


def test_a_used_link_is_masked_again(invited: Any) -> None:
    invitations.accept(invitations.token_of(invited), user=None, password=PASSWORD)
    page = browser().get(f"/outbox/{Mail.objects.get().id}/").content.decode()
    assert link(invited) not in page
    assert "was used or withdrawn" in page


def test_outside_the_demo_there_is_no_such_page(quiet_cast: Any, settings: Any) -> None:
    assert browser().get("/outbox/").status_code == 404
    settings.ROOT_URLCONF = "tests.outbound.demo_urls"
    assert configured.ENVIRONMENT.mode == "test"
    for path in ("/outbox/", "/outbox/1/", "/outbox/1/html/"):
        assert browser().get(path).status_code == 404
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, mode="production")
    assert browser().get("/outbox/").status_code == 404


@pytest.mark.browser
def test_in_a_browser_the_link_in_the_frame_opens_the_invitation(
    transactional_db: None, browse: Any, site_of_its_own: Any
) -> None:
    from tests.support.cast import make

    site = site_of_its_own(extra_environment={"COUNTERFOIL_MODE": "demo"})
    cast = make()
    mia = person(cast.bakery, "Mia", "Grant", "mia@harbour.test", by=cast.by_olga, access=False)
    portal_access.configure(cast.bakery, {mia.id}, by=cast.by_olga, seen=())
    command = [sys.executable, "-m", "django", "collectstatic", "--noinput", "--verbosity=0"]
    subprocess.run(command, env=site._environment(), check=True)
    site.start("web", "worker")
    site.wait(lambda: Mail.objects.filter(recipient="mia@harbour.test", state="sent").exists(), "mail")

    page = browse()
    page.goto(f"{site.url}/outbox/")
    page.get_by_role("link", name="invites you to its customer portal").first.click()
    page.frame_locator("iframe").get_by_role("link", name="Accept invite").click()
    page.wait_for_url("**/invitation/**")
