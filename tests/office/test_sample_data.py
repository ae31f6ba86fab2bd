"""Sample data at the office's door: found on the first page, added, marked on every page, and removed."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from counterfoil.books.customers.models import ContactPerson
from counterfoil.books.organizations.models import Organization, PortalName, StaffMember
from counterfoil.books.sales.models import Invoice
from counterfoil.books.sample_data import adding
from tests.support.books import invoice, pay
from tests.support.cast import Cast, colleague, visitor
from tests.support.refusals import everything

BAR = "Sample data: nothing here is real, and no mail goes out."


@pytest.fixture
def sample(cast: Cast) -> Organization:
    return adding.add(cast.studio, by=cast.by_olga)


def url(organization: Organization, path: str = "") -> str:
    return f"/office/{organization.id}/{path}"


def page(cast: Cast, path: str = "") -> str:
    return url(cast.studio, f"settings/sample-data/{path}")


def test_home_leads_there_as_long_as_there_are_first_steps(cast: Cast) -> None:
    olga = visitor(cast.olga)
    home = olga.get(url(cast.studio))
    assert home.context["samples_url"] == page(cast)
    assert "Try it with sample data" in home.text
    assert "Try it with sample data" not in visitor(cast.stig).get(url(cast.studio)).text
    paid = invoice(cast)
    pay(cast, cast.bakery, 1_000, {paid.id: 1_000})
    assert "Try it with sample data" not in olga.get(url(cast.studio)).text


def test_one_press_adds_it_and_leads_in(cast: Cast) -> None:
    olga = visitor(cast.olga)
    assert "Nothing of it is left then." in olga.get(page(cast)).text
    answer = olga.post(page(cast, "add/"), follow=True)
    sample = Organization.objects.get(sample_of=cast.studio)
    assert answer.redirect_chain == [(url(sample), 303)]
    assert "The sample data is ready." in answer.text
    assert "Harbour Café" in answer.text
    assert cast.studio.name in [one["label"] for one in answer.context["switcher"]]


def test_every_page_there_says_so_and_leads_back(cast: Cast, sample: Organization) -> None:
    olga = visitor(cast.olga)
    one = Invoice.objects.filter(organization=sample).latest("id")
    for path in ("", "customers/", f"invoices/{one.id}/", "reports/", "settings/organization/"):
        text = olga.get(url(sample, path)).text
        assert BAR in text
        assert f'href="{url(cast.studio)}"' in text
        assert f'href="{page(cast)}?ask=remove"' in text
    assert BAR not in olga.get(url(cast.studio)).text
    inside = olga.get(url(sample, "settings/sample-data/")).text
    assert "You are in the sample data now." in inside
    assert "<form" not in inside.partition('id="main"')[2]


def test_the_portal_there_says_so_too(cast: Cast, sample: Organization) -> None:
    olga = visitor(cast.olga)
    customer = Invoice.objects.filter(organization=sample).latest("id").customer
    name = PortalName.objects.get(organization=sample).name
    answer = olga.post(url(sample, f"customers/{customer.id}/contacts/{_person(customer)}/viewing/"), follow=True)
    assert answer.redirect_chain[0][0].startswith(f"/portal/{name}/")
    assert BAR in answer.text


def _person(customer: Any) -> int:
    return ContactPerson.objects.get(customer=customer).id


def test_what_is_sent_there_is_said_to_reach_nobody(cast: Cast, sample: Organization) -> None:
    draft = Invoice.objects.get(organization=sample, state="draft")
    data = {"revision": draft.revision, "to": [_person(draft.customer)]}
    answer = visitor(cast.olga).post(url(sample, f"invoices/{draft.id}/sending/"), data, follow=True)
    draft.refresh_from_db()
    assert draft.state == "issued"
    assert "This is sample data: no mail goes out." in answer.text
    assert "Some mail could not be sent lately." not in visitor(cast.olga).get(url(sample)).text


def test_the_bar_asks_the_database_nothing(cast: Cast, sample: Organization) -> None:
    olga = visitor(cast.olga)
    assert _queries(olga, url(sample, "items/")) == _queries(olga, url(cast.studio, "items/"))


def _queries(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        client.get(address)
    return len(asked)


def test_it_says_what_goes_asks_once_and_then_it_is_gone(cast: Cast, sample: Organization) -> None:
    olga = visitor(cast.olga)
    there = olga.get(page(cast))
    assert dict(there.context["counts"]) == {
        "Customers": 5,
        "Items": 6,
        "Quotes": 3,
        "Invoices": 8,
        "Payments received": 3,
        "Credit notes": 1,
    }
    asked = olga.get(page(cast) + "?ask=remove").text
    assert "Sample Bakery is deleted with everything in it" in asked
    assert f"{cast.studio} stays as it is.".replace("&", "&amp;") in asked
    answer = olga.post(page(cast, "remove/"), follow=True)
    assert answer.redirect_chain == [(url(cast.studio), 303)]
    assert "The sample data is gone. Nothing of it is left." in answer.text
    for path in ("", "invoices/", "settings/sample-data/"):
        gone = olga.get(url(sample, path))
        assert gone.status_code == 404
    assert "Add sample data" in olga.get(page(cast)).text
    assert olga.post(page(cast, "remove/")).status_code == 303  # twice is harmless


def test_who_looks_at_the_portal_of_what_is_gone_finds_nothing(cast: Cast, sample: Organization) -> None:
    olga = visitor(cast.olga)
    customer = Invoice.objects.filter(organization=sample).latest("id").customer
    looked = olga.post(url(sample, f"customers/{customer.id}/contacts/{_person(customer)}/viewing/"))
    assert olga.get(looked["Location"]).status_code == 200
    olga.post(page(cast, "remove/"))
    assert olga.get(looked["Location"]).status_code == 404


def test_a_second_press_on_add_is_answered_in_words(cast: Cast, sample: Organization) -> None:
    before = everything()
    answer = visitor(cast.olga).post(page(cast, "add/"), follow=True)
    assert "There is sample data already. Remove it before you add it anew." in answer.text
    answer = visitor(cast.olga).post(url(sample, "settings/sample-data/add/"), follow=True)
    assert "This is sample data already." in answer.text
    assert everything() == before


def test_another_owner_reads_who_added_it_and_can_remove_it(cast: Cast, sample: Organization) -> None:
    ole = visitor(colleague(cast.studio, "Ole Berg", "ole@studio.test", "owner", by=cast.by_olga))
    text = ole.get(page(cast)).text
    assert "Olga Lindqvist added this sample data and works in it." in text
    assert "Open sample data" not in text
    assert ole.get(url(sample)).status_code == 404
    ole.post(page(cast, "remove/"))
    assert not Organization.objects.filter(id=sample.id).exists()


@pytest.mark.parametrize("change", [{"role": "staff"}, {"removed_at": datetime(2026, 1, 1, tzinfo=UTC)}], ids=str)
def test_who_is_no_owner_of_the_real_one_any_more_comes_no_more_there(
    cast: Cast, sample: Organization, change: dict[str, Any]
) -> None:
    ole = visitor(colleague(cast.studio, "Ole Berg", "ole@studio.test", "owner", by=cast.by_olga))
    olga, watching = visitor(cast.olga), visitor(cast.olga)
    customer = Invoice.objects.filter(organization=sample).latest("id").customer
    looked = watching.post(url(sample, f"customers/{customer.id}/contacts/{_person(customer)}/viewing/"))
    StaffMember.objects.filter(id=cast.olga.id).update(**change)
    assert olga.get(url(sample)).status_code == 404
    assert watching.get(looked["Location"]).status_code == 404
    assert ole.post(page(cast, "remove/")).status_code == 303


def test_the_audit_trail_keeps_that_it_was_there(cast: Cast, sample: Organization) -> None:
    olga = visitor(cast.olga)
    olga.post(page(cast, "remove/"))
    trail = olga.get(url(cast.studio, "settings/audit-trail/")).text
    assert "Olga Lindqvist added sample data." in trail
    assert "Olga Lindqvist removed the sample data." in trail
