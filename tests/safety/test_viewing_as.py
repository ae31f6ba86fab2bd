"""**View portal as**: the staff read what a contact person reads, at every route, and do nothing in their name."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from counterfoil.books.customers import contacts
from counterfoil.books.organizations import organizations, staff
from counterfoil.books.sales.models import Invoice, Quote
from counterfoil.foundation import clock
from counterfoil.foundation.events import Event
from counterfoil.outbound.models import Notification
from counterfoil.reach import places
from tests.routes import catalogue
from tests.support.attacks import ask, nothing_changes
from tests.support.books import invoice, quote
from tests.support.cast import Cast, actor, person, visitor
from tests.support.mailed import mail
from tests.support.world import World

BAR = "Viewing the portal as"
ACCOUNT = "/portal/lindqvist-zhou/account/"


def look(who: Any, contact: Any) -> Client:
    """A browser of one of the staff who looks at the portal as somebody has it."""
    client = visitor(who)
    office = f"/office/{contact.organization_id}/customers/{contact.customer_id}/"
    answer = client.post(f"{office}contacts/{contact.id}/viewing/")
    assert (answer.status_code, answer.headers["Location"]) == (303, door(contact))
    return client


def door(contact: Any, rest: str = "") -> str:
    return f"/portal/lindqvist-zhou/{contact.customer_id}/{rest}"


@pytest.mark.every_route
def test_every_page_is_read_and_marked_and_nothing_is_done_at_any_route(world: World) -> None:
    client, read, refused = look(world.cast.stig, world.cast.ana), 0, 0
    for row in catalogue.of("portal"):
        if row.is_public:
            continue
        url = row.address(world.harbour)
        with nothing_changes(row):
            for what, answer in ask(client, row.methods, url, row.body(world.harbour)):
                is_page = answer.headers.get("Content-Type", "").startswith("text/html")
                if what.startswith(("GET", "HEAD")) and answer.status_code != 403:
                    assert answer.status_code in (200, 302), f"{row}: {what} answered {answer.status_code}"
                    read += 1
                else:
                    assert answer.status_code == 403, f"{row}: {what} answered {answer.status_code}"
                    refused += 1
                if is_page and answer.status_code != 302 and not what.startswith("HEAD"):
                    assert BAR in answer.text, f"{row}: {what}"
                    assert places.CUSTOMER not in answer.cookies
    assert read > 40
    assert refused > 40


@pytest.mark.every_route
def test_no_page_of_an_account_opens_meanwhile(world: World) -> None:
    """Neither the staff member's own nor, of course, the person's."""
    client, tried = look(world.cast.stig, world.cast.ana), 0
    for row in catalogue.of("portal"):
        if not row.name.startswith("account_"):
            continue
        with nothing_changes(row):
            for what, answer in ask(client, row.methods, row.address(world.harbour), row.body(world.harbour)):
                assert answer.status_code == 403, f"{row}: {what} answered {answer.status_code}"
                tried += 1
    assert tried > 20


def test_it_begins_at_the_persons_row_and_stops_at_the_bar(cast: Cast) -> None:
    one = invoice(cast)
    olga = visitor(cast.olga)
    customer = f"/office/{cast.studio.id}/customers/{cast.bakery.id}/"
    begin = f"{customer}contacts/{cast.ana.id}/viewing/"
    assert begin in olga.get(customer).text
    home = olga.post(begin, follow=True)
    assert BAR in home.text
    assert "Ana Moreau" in home.text
    assert "Sign out" not in home.text
    assert one.number in olga.get(door(cast.ana, "invoices/")).text
    stopped = olga.post(f"/office/{cast.studio.id}/viewing/end/")
    assert (stopped.status_code, stopped.headers["Location"]) == (303, customer)
    assert olga.get(door(cast.ana)).status_code == 404
    assert "Olga Lindqvist looked at the portal of Harbour Bakery Ltd as Ana Moreau." in olga.get(customer).text
    told = Event.objects.get(name="portal.viewed_as")
    assert (told.by.id, told.subject_id, told.for_customer) == (cast.olga.id, cast.ana.id, False)


def test_what_is_looked_at_was_not_seen_by_the_customer(cast: Cast) -> None:
    one, offer = mail(cast).invoice, quote(cast)
    line = Notification.objects.filter(contact=cast.ana).latest("id")
    client = look(cast.olga, cast.ana)
    with nothing_changes("viewing"):
        client.get(door(cast.ana, f"invoices/{one.id}/"))
        client.get(door(cast.ana, f"quotes/{offer.id}/"))
        client.get(door(cast.ana, f"bell/{line.id}/"), follow=True)
    assert Invoice.objects.get(id=one.id).viewed_at is None
    assert Quote.objects.get(id=offer.id).viewed_at is None
    assert Notification.objects.get(id=line.id).read_at is None
    # Afterwards the person's own look counts as ever.
    visitor(cast.ana).get(door(cast.ana, f"invoices/{one.id}/"))
    assert Invoice.objects.get(id=one.id).viewed_by_id == cast.ana.id


def test_it_shows_that_one_customer_and_no_other(cast: Cast) -> None:
    client = look(cast.olga, cast.ana)
    assert client.get(door(cast.bruno)).status_code == 404
    assert client.get(f"/portal/quay/{cast.foyle.id}/").status_code == 404
    assert client.get(f"/portal/quay/{cast.bakery.id}/").status_code == 404


def test_only_who_works_there_may(cast: Cast) -> None:
    begin = f"/office/{cast.studio.id}/customers/{cast.bakery.id}/contacts/{cast.ana.id}/viewing/"
    with nothing_changes("viewing"):
        assert visitor(cast.vera).post(begin).status_code == 403
        assert visitor(cast.otto).post(begin).status_code == 404
        assert visitor(cast.ana).post(begin).status_code == 404
        mine = f"/office/{cast.quay.id}/customers/{cast.bakery.id}/contacts/{cast.ana.id}/viewing/"
        assert visitor(cast.otto).post(mine).status_code == 404
    assert begin not in visitor(cast.vera).get(f"/office/{cast.studio.id}/customers/{cast.bakery.id}/").text


def test_it_ends_by_itself_with_the_role_and_with_the_session(cast: Cast) -> None:
    client = look(cast.olga, cast.ana)
    with clock.travel(by=timedelta(minutes=31)):
        answer = client.get(door(cast.ana))
        assert answer.headers["Location"] == f"/office/{cast.studio.id}/customers/{cast.bakery.id}/"
        assert "has ended" in client.get(answer.headers["Location"]).text
        assert client.get(door(cast.ana)).status_code == 404
    client = look(cast.stig, cast.ana)
    staff.change_role(cast.stig, role="viewer", by=cast.by_olga)
    assert client.get(door(cast.ana)).status_code == 404
    client = look(cast.olga, cast.ana)
    client.post("/office/account/logout/")
    assert client.get(door(cast.ana)).headers["Location"].startswith(f"{ACCOUNT}login/")


def test_it_ends_when_the_person_is_removed(cast: Cast) -> None:
    client = look(cast.olga, cast.sam)
    contacts.retire(cast.sam, by=cast.by_olga)
    answer = client.get(door(cast.sam))
    assert answer.headers["Location"] == f"/office/{cast.studio.id}/customers/{cast.bakery.id}/"


def test_who_has_no_access_yet_can_be_looked_at_too(cast: Cast) -> None:
    nia = person(cast.bakery, "Nia", "New", "nia@harbour.test", by=cast.by_olga, access=False)
    assert BAR in look(cast.olga, nia).get(door(nia)).text


def test_the_second_step_that_the_staff_are_asked_for_holds_here_too(cast: Cast) -> None:
    client = look(cast.olga, cast.ana)
    cast.studio.refresh_from_db()
    organizations.ask_for_two_steps(
        cast.studio, customers=False, staff=True, revision=cast.studio.revision, by=cast.by_olga
    )
    answer = client.get(door(cast.ana))
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/office/account/two-step/")
    # What customers are asked for is not the staff's to set up.
    cast.studio.refresh_from_db()
    organizations.ask_for_two_steps(
        cast.studio, customers=True, staff=False, revision=cast.studio.revision, by=cast.by_olga
    )
    assert client.get(door(cast.ana)).status_code == 200


def test_the_bar_speaks_the_language_of_who_looks_and_the_page_that_of_whom(cast: Cast) -> None:
    page = look(cast.olga, cast.wei).get(door(cast.wei)).text
    assert BAR in page
    assert '<html lang="zh-Hans">' in page


def test_who_is_both_looks_as_the_other_until_they_stop(cast: Cast) -> None:
    """One account may be of the staff and of a customer."""
    mine = person(cast.bakery, "Olga", "Lindqvist", "olga@studio.test", by=cast.by_olga)
    assert actor(mine).kind == "contact"
    client = look(cast.olga, cast.ana)
    assert BAR in client.get(door(cast.ana)).text
    assert client.post(door(cast.ana, "bell/read/")).status_code == 403
    client.post(f"/office/{cast.studio.id}/viewing/end/")
    assert BAR not in client.get(door(cast.ana)).text


def test_the_pages_stay_within_their_queries(cast: Cast, django_assert_max_num_queries: Any) -> None:
    one, client = invoice(cast), look(cast.olga, cast.ana)
    for rest in ("", "invoices/", f"invoices/{one.id}/", "statements/"):
        with django_assert_max_num_queries(8):
            assert client.get(door(cast.ana, rest)).status_code == 200
