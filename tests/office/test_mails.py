"""Every mail of the business, sent or not, is listed with its text; and trouble with mail is told on the first page."""

from datetime import timedelta
from typing import Any

import pytest

from counterfoil.books.organizations import staff
from counterfoil.books.organizations.models import StaffInvitation
from counterfoil.foundation import clock, tokens
from counterfoil.outbound import spreading
from counterfoil.outbound.models import Mail
from tests.support.cast import Cast, visitor

TROUBLE = "Some mail could not be sent lately."


def page(cast: Cast, path: str = "", who: Any = None) -> str:
    answer = visitor(who or cast.olga).get(f"/office/{cast.studio.id}/{path}")
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def written(cast: Cast) -> Mail:
    """An invitation to a colleague, which no customer's page could show."""
    staff.invite(cast.studio, name="Nils", email="nils@studio.test", role="staff", by=cast.by_olga)
    while spreading.spread_due():
        pass
    return Mail.objects.get(recipient="nils@studio.test")


def mark(mail: Mail, **changes: Any) -> None:
    Mail.objects.exclude(id=mail.id).delete()
    Mail.objects.filter(id=mail.id).update(**changes)


def test_a_mail_that_concerns_no_customer_is_listed_with_its_text_but_not_its_key(cast: Cast, written: Mail) -> None:
    listed = page(cast, "settings/mails/")
    assert "nils@studio.test" in listed
    assert "Waiting" in listed
    shown = page(cast, f"settings/mails/{written.id}/")
    assert "has invited you to work there" in shown
    invitation = StaffInvitation.objects.get(email="nils@studio.test")
    assert tokens.derive("staff-invitation", invitation.nonce) not in shown


def test_why_it_could_not_be_sent_is_said(cast: Cast, written: Mail) -> None:
    mark(written, state="failed", failure="550 No such user here")
    for path in ("settings/mails/", f"settings/mails/{written.id}/"):
        assert "Not sent" in page(cast, path)
        assert "550 No such user here" in page(cast, path)


def test_they_are_filtered_by_state_and_found_by_address(cast: Cast, written: Mail) -> None:
    Mail.objects.exclude(id=written.id).update(state="sent")
    assert "nils@studio.test" in page(cast, "settings/mails/?state=waiting")
    assert "nils@studio.test" not in page(cast, "settings/mails/?state=sent")
    assert "No mail fits" in page(cast, "settings/mails/?state=failed")
    assert "nils@studio.test" in page(cast, "settings/mails/?q=NILS@")
    assert "No mail fits" in page(cast, "settings/mails/?q=nobody")
    assert "nils@studio.test" in page(cast, "settings/mails/?state=nonsense")


def test_another_organization_sees_none_of_them(cast: Cast, written: Mail) -> None:
    there = visitor(cast.otto)
    assert "nils@studio.test" not in there.get(f"/office/{cast.quay.id}/settings/mails/").content.decode()
    assert there.get(f"/office/{cast.quay.id}/settings/mails/{written.id}/").status_code == 404


@pytest.mark.parametrize(
    ("state", "age", "is_told"),
    [
        ("waiting", timedelta(minutes=1), False),
        ("waiting", timedelta(minutes=20), True),
        ("failed", timedelta(minutes=1), True),
        ("failed", timedelta(days=8), False),
        ("sent", timedelta(minutes=20), False),
    ],
)
def test_the_first_page_tells_the_owner_of_mail_that_is_stuck(
    cast: Cast, written: Mail, state: str, age: timedelta, is_told: bool
) -> None:
    mark(written, state=state, made_at=clock.now() - age)
    assert (TROUBLE in page(cast)) == is_told
    assert TROUBLE not in page(cast, who=cast.stig)
