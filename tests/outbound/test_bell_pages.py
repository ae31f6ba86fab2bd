"""The bell's page in both doors: newest first, read and unread, each line leads to what it is about."""

import re
from typing import Any

import pytest

from counterfoil.books.accounts.models import Session
from counterfoil.books.sales import invoices
from counterfoil.foundation.events import Event
from counterfoil.outbound import spreading
from counterfoil.outbound.models import Notification
from tests.support.cast import visitor

PAYLOAD = '"><script>alert(1)</script>'


@pytest.fixture
def told(quiet_cast: Any, send_invoice: Any) -> Any:
    """Ana and Sam were sent an invoice, and the office heard that Ana opened it."""
    invoice = send_invoice(quiet_cast.bakery, by=quiet_cast.by_olga, to=[quiet_cast.ana])
    invoices.view(invoice, by=quiet_cast.by_ana)
    while spreading.spread_due():
        pass
    return invoice


def office(cast: Any, path: str = "") -> str:
    return f"/office/{cast.studio.id}/bell/{path}"


def portal(cast: Any, path: str = "") -> str:
    return f"/portal/lindqvist-zhou/{cast.bakery.id}/bell/{path}"


def test_staff_read_what_happened_and_follow_it(quiet_cast: Any, told: Any) -> None:
    olga = visitor(quiet_cast.olga)
    page = olga.get(office(quiet_cast)).content.decode()
    assert f"Ana Moreau of Harbour Bakery Ltd opened {told.number} for the first time." in page
    assert 'class="new"' in page
    assert "Notifications, 1 unread" in page

    line = Notification.objects.get(staff=quiet_cast.olga)
    followed = olga.get(office(quiet_cast, f"{line.id}/"))
    assert followed.status_code == 302
    line.refresh_from_db()
    assert line.read_at is not None
    page = olga.get(office(quiet_cast)).content.decode()
    assert 'class="new"' not in page
    assert "unread" not in page


def test_a_contact_person_follows_the_line_to_the_invoice(quiet_cast: Any, told: Any) -> None:
    ana = visitor(quiet_cast.ana)
    page = ana.get(portal(quiet_cast)).content.decode()
    assert f"Invoice {told.number} for £100.00 is here." in page
    line = Notification.objects.get(contact=quiet_cast.ana)
    followed = ana.get(portal(quiet_cast, f"{line.id}/"))
    assert followed.headers["Location"] == f"/portal/lindqvist-zhou/{quiet_cast.bakery.id}/invoices/{told.id}/"


@pytest.mark.parametrize("headers", [{"sec-purpose": "prefetch"}, {"purpose": "preview"}])
def test_what_nobody_opened_is_not_read(quiet_cast: Any, told: Any, headers: dict[str, str]) -> None:
    ana, line = visitor(quiet_cast.ana), Notification.objects.get(contact=quiet_cast.ana)
    ana.get(portal(quiet_cast, f"{line.id}/"), headers=headers)
    ana.head(portal(quiet_cast, f"{line.id}/"))
    line.refresh_from_db()
    assert line.read_at is None


def test_all_are_marked_as_read_by_a_post_alone(quiet_cast: Any, told: Any) -> None:
    olga, line = visitor(quiet_cast.olga), Notification.objects.get(staff=quiet_cast.olga)
    page = olga.get(office(quiet_cast)).content.decode()
    assert "Mark all as read" in page
    (up_to,) = re.findall(r'name="up_to" value="(\d+)"', page)
    assert olga.get(office(quiet_cast, "read/")).status_code == 405
    assert olga.post(office(quiet_cast, "read/"), {"up_to": up_to}).status_code == 303
    line.refresh_from_db()
    assert line.read_at is not None
    assert Notification.objects.get(staff=quiet_cast.stig).read_at is None, "everybody reads for themselves"


def test_a_contact_person_marks_their_own_as_read(quiet_cast: Any, told: Any) -> None:
    ana, line = visitor(quiet_cast.ana), Notification.objects.get(contact=quiet_cast.ana)
    assert 'class="new"' in ana.get(portal(quiet_cast)).text
    assert ana.post(portal(quiet_cast, "read/"), {"up_to": str(line.id)}).status_code == 303
    assert 'class="new"' not in ana.get(portal(quiet_cast)).text
    assert Notification.objects.filter(staff=quiet_cast.olga, read_at=None).exists()


@pytest.mark.parametrize("up_to", ["", "x", "-1", "9" * 30, "9" * 19, "０", "1e9"])
def test_a_wrong_number_marks_nothing_it_should_not(quiet_cast: Any, told: Any, up_to: str) -> None:
    assert visitor(quiet_cast.olga).post(office(quiet_cast, "read/"), {"up_to": up_to}).status_code == 303
    stigs = Notification.objects.get(staff=quiet_cast.stig)
    assert stigs.read_at is None


def test_a_forged_form_marks_nothing(quiet_cast: Any, told: Any) -> None:
    answer = visitor(quiet_cast.olga, csrf=True).post(office(quiet_cast, "read/"), {"up_to": 9**18})
    assert answer.status_code == 403
    assert Notification.objects.get(staff=quiet_cast.olga).read_at is None


def test_somebody_elses_line_is_not_there(quiet_cast: Any, told: Any) -> None:
    anas, olgas = Notification.objects.get(contact=quiet_cast.ana), Notification.objects.get(staff=quiet_cast.olga)
    assert visitor(quiet_cast.sam).get(portal(quiet_cast, f"{anas.id}/")).status_code == 404
    assert visitor(quiet_cast.stig).get(office(quiet_cast, f"{olgas.id}/")).status_code == 404
    assert visitor(quiet_cast.ana).get(portal(quiet_cast, f"{olgas.id}/")).status_code == 404
    assert visitor(quiet_cast.bruno).get(portal(quiet_cast)).status_code == 404
    assert visitor(quiet_cast.otto).get(office(quiet_cast)).status_code == 404
    assert visitor().get(office(quiet_cast)).status_code == 302
    assert not Notification.objects.filter(read_at__isnull=False).exists()


def test_an_empty_bell_says_what_will_come(quiet_cast: Any) -> None:
    assert "Nothing has happened yet" in visitor(quiet_cast.olga).get(office(quiet_cast)).content.decode()
    assert "New invoices and receipts appear here" in visitor(quiet_cast.ana).get(portal(quiet_cast)).content.decode()


def test_names_with_script_in_them_are_inert(quiet_cast: Any, told: Any) -> None:
    type(quiet_cast.bakery).objects.filter(id=quiet_cast.bakery.id).update(display_name=PAYLOAD)
    page = visitor(quiet_cast.olga).get(office(quiet_cast)).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_pages_follow_each_other_within_their_budget(
    quiet_cast: Any, told: Any, django_assert_max_num_queries: Any
) -> None:
    event = Event.objects.get(name="invoice.sent")
    more = [
        Event(
            name=event.name,
            at=event.at,
            organization_id=event.organization_id,
            customer_id=event.customer_id,
            subject_kind="invoice",
            subject_id=event.subject_id,
            actor=event.actor,
            for_office=True,
            for_customer=True,
            data=event.data,
        )
        for _one in range(1_000)
    ]
    Event.objects.bulk_create(more)
    about = {"organization_id": event.organization_id, "made_at": event.at, "contact": quiet_cast.ana}
    Notification.objects.bulk_create(Notification(event=one, **about) for one in more)

    ana = visitor(quiet_cast.ana)
    ana.get(portal(quiet_cast))
    with django_assert_max_num_queries(8):
        first = ana.get(portal(quiet_cast)).content.decode()
    assert first.count('class="new"') == 50
    assert "99+" in first
    (older,) = re.findall(r'href="(\?page=[^"]+)"', first)
    second = ana.get(portal(quiet_cast) + older.replace("&amp;", "&")).content.decode()
    assert second.count('class="new"') == 50
    assert "Mark all as read" not in second, "only where the newest stand"

    olga = visitor(quiet_cast.olga)
    with django_assert_max_num_queries(12):
        olga.get(office(quiet_cast))
    assert Session.objects.exists()
