"""Who sends a mail that can't go out yet is told, and who can send is not bothered."""

from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings

from counterfoil.books.organizations import mail_server
from counterfoil.books.organizations.models import StaffMember
from tests.support.books import draft_invoice
from tests.support.cast import Cast, person, visitor

WAITS = "No mail server is set up yet."
NAMES = ("an invitation", "another invitation", "a colleague", "a colleague again", "an invoice")


def send(cast: Cast, what: str) -> str:
    """The page that somebody in the office arrives at after pressing the button."""
    office = visitor(cast.olga)
    customer, staff = (
        f"/office/{cast.studio.id}/customers/{cast.bakery.id}/",
        f"/office/{cast.studio.id}/settings/staff/",
    )
    lucie = person(cast.bakery, "Lucie", "Barr", "lucie@harbour.test", by=cast.by_olga, access=False)
    colleague = {"name": "Nils", "email": "nils@studio.test", "role": "staff", "language": "en"}

    def post(path: str, **form: Any) -> str:
        answer = office.post(path, form, follow=True)
        assert answer.status_code == 200
        return answer.content.decode()

    if what.endswith("invitation"):
        shown = post(
            f"{customer}portal-access/", contact=[cast.ana.id, cast.sam.id, lucie.id], seen=[cast.ana.id, cast.sam.id]
        )
        return shown if what == "an invitation" else post(f"{customer}contacts/{lucie.id}/reinvite/")
    if what.startswith("a colleague"):
        shown = post(f"{staff}new/", **colleague)
        nils = StaffMember.objects.get(email="nils@studio.test").id
        return shown if what == "a colleague" else post(f"{staff}{nils}/reinvite/")
    draft = draft_invoice(cast)
    path = f"/office/{cast.studio.id}/invoices/{draft.id}/sending/"
    return post(path, to=[cast.ana.id], revision=draft.revision)


@pytest.mark.parametrize("what", NAMES)
def test_without_a_mail_server_who_sends_is_told_that_the_mail_waits(cast: Cast, what: str) -> None:
    assert WAITS in send(cast, what)


@pytest.mark.parametrize("what", NAMES)
def test_with_one_nobody_is_bothered(cast: Cast, what: str) -> None:
    mail_server.change(
        cast.studio,
        host="smtp.studio.test",
        port=587,
        security="starttls",
        username="",
        password=None,
        sender="post@studio.test",
        by=cast.by_olga,
    )
    assert WAITS not in send(cast, what)


@pytest.mark.parametrize("told", [{"mail_host": "smtp.example.com"}, {"mode": "demo"}], ids=["installation", "demo"])
def test_the_installations_own_server_counts_and_so_does_the_outbox_of_the_demo(
    cast: Cast, told: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "ENVIRONMENT", replace(settings.ENVIRONMENT, **told))
    assert WAITS not in send(cast, "an invitation")


def test_ending_access_sends_nothing_and_says_nothing_of_mail(cast: Cast) -> None:
    path = f"/office/{cast.studio.id}/customers/{cast.bakery.id}/portal-access/"
    form = {"contact": [cast.ana.id], "seen": [cast.ana.id, cast.sam.id]}
    assert WAITS not in visitor(cast.olga).post(path, form, follow=True).content.decode()
