"""**Changes** on a customer's page: what was and is, by whom, undone at one click; two people at once."""

from dataclasses import replace
from datetime import date
from typing import Any

from counterfoil.books.customers import contacts, customers, own_details
from counterfoil.books.customers.models import ContactPerson, Customer
from counterfoil.books.sales import opening
from counterfoil.foundation.events import Event
from counterfoil.foundation.money import Money
from tests.support.cast import Cast, person, visitor
from tests.support.merging import duplicate, merge


def at(cast: Cast, path: str = "changes/") -> str:
    return f"/office/{cast.studio.id}/customers/{cast.bakery.id}/{path}"


def typed(cast: Cast, **more: str) -> dict[str, str]:
    return {
        "display_name": cast.bakery.display_name,
        "kind": "company",
        "currency": "GBP",
        "language": "en",
        "payment_days": "30",
        "shipping_same": "on",
        "revision": "1",
        "opening_revision": "0",
    } | more


def from_afar(cast: Cast) -> Any:
    return replace(cast.by_ana, address="203.0.113.9")


def test_what_the_customer_changed_is_told_with_old_new_who_and_where(cast: Cast) -> None:
    own_details.change_person(cast.ana, {"email": "ana@new.test"}, by=from_afar(cast), revision=1)
    own_details.change_customer(cast.bakery, {"billing_address": {"city": "Leeds"}}, by=from_afar(cast), revision=1)
    page = visitor(cast.stig).get(at(cast)).text
    for words in (
        "Ana Moreau of Harbour Bakery Ltd changed their details.",
        "Before: ana@harbour.test",
        "After: ana@new.test",
        "After: Leeds",
        "from 203.0.113.9",
    ):
        assert words in page


def test_one_click_undoes_it(cast: Cast) -> None:
    own_details.change_person(cast.ana, {"phone": "1"}, by=cast.by_ana, revision=1)
    client, event = visitor(cast.stig), Event.objects.latest("id")
    undo = at(cast, f"changes/{event.id}/undoing/")
    assert undo in client.get(at(cast)).text
    answer = client.post(undo)
    assert (answer.status_code, answer.headers["Location"]) == (303, at(cast))
    page = client.get(at(cast)).text
    assert "It is as it was before." in page
    assert "Undone: everything is as it was before." in page
    assert undo not in page
    assert ContactPerson.objects.get(id=cast.ana.id).phone == ""


def test_what_was_changed_again_is_shown_with_what_stands_there_now(cast: Cast) -> None:
    own_details.change_person(cast.ana, {"phone": "1"}, by=cast.by_ana, revision=1)
    event = Event.objects.latest("id")
    own_details.change_person(cast.ana, {"phone": "2"}, by=cast.by_ana, revision=2)
    client = visitor(cast.stig)
    page = client.get(at(cast)).text
    assert "Now: 2" in page
    assert at(cast, f"changes/{event.id}/undoing/") not in page
    client.post(at(cast, f"changes/{event.id}/undoing/"))
    assert "Some of this was changed again since" in client.get(at(cast)).text
    assert ContactPerson.objects.get(id=cast.ana.id).phone == "2"


def test_a_viewer_reads_and_undoes_nothing(cast: Cast) -> None:
    own_details.change_person(cast.ana, {"phone": "1"}, by=cast.by_ana, revision=1)
    client, event = visitor(cast.vera), Event.objects.latest("id")
    assert "Undo" not in client.get(at(cast)).text
    assert client.post(at(cast, f"changes/{event.id}/undoing/")).status_code == 403
    other = f"/office/{cast.studio.id}/customers/{cast.tidewater.id}/changes/{event.id}/undoing/"
    assert visitor(cast.stig).post(other).status_code == 404
    assert visitor(cast.stig).post(at(cast, f"changes/{Event.objects.earliest('id').id}/undoing/")).status_code == 404


def test_the_page_takes_twelve_queries_however_many_changes(cast: Cast, django_assert_max_num_queries: Any) -> None:
    client = visitor(cast.stig)
    assert "No changes yet" in client.get(at(cast)).text
    for place in range(1, 25):
        own_details.change_person(cast.ana, {"phone": str(place)}, by=cast.by_ana, revision=place)
    with django_assert_max_num_queries(12):
        assert client.get(at(cast)).status_code == 200


def test_of_two_in_the_office_the_second_sees_both_versions_of_a_customer(cast: Cast) -> None:
    content = replace(customers.content_of(cast.bakery), notes="From Olga", tax_id="GB-OLGA", stops_reminders=True)
    customers.edit(cast.bakery, content, by=cast.by_olga, revision=1)
    client = visitor(cast.stig)
    answer = client.post(at(cast, "edit/"), typed(cast, tax_id="GB-STIG", company_name="Stig's"))
    assert answer.status_code == 409
    for words in ("Olga Lindqvist saved this on", "Stored now: GB-OLGA", "Yours: GB-STIG", "Stored now: From Olga"):
        assert words in answer.text
    form = answer.context["form"]
    assert (form["notes"].value(), form["stops_reminders"].value()) == ("From Olga", True)
    assert (form["tax_id"].value(), form["company_name"].value()) == ("GB-STIG", "Stig's")
    assert Customer.objects.get(id=cast.bakery.id).tax_id == "GB-OLGA"
    sent = typed(cast, tax_id="GB-STIG", company_name="Stig's", notes="From Olga", stops_reminders="on", revision="2")
    assert client.post(at(cast, "edit/"), sent).status_code == 303
    assert Customer.objects.get(id=cast.bakery.id).tax_id == "GB-STIG"


def test_and_of_what_they_owed_at_first(cast: Cast) -> None:
    opening.set_balance(cast.bakery, Money(1_000, "GBP"), date(2026, 1, 31), by=cast.by_olga)
    client = visitor(cast.stig)
    mine = typed(cast, opening_balance="20", opening_date="2026-01-31")
    answer = client.post(at(cast, "edit/"), mine)
    assert answer.status_code == 409
    assert "Stored now: 10.00" in answer.text
    assert answer.context["form"]["opening_balance"].value() == "20"
    again = mine | {"opening_revision": answer.context["form"]["opening_revision"].value()}
    assert client.post(at(cast, "edit/"), again).status_code == 303


def test_and_of_a_contact_person_that_the_customer_changed(cast: Cast) -> None:
    own_details.change_person(cast.ana, {"phone": "from Ana"}, by=cast.by_ana, revision=1)
    known = {name: str(value) for name, value in vars(contacts.content_of(cast.ana)).items()}
    client = visitor(cast.stig)
    answer = client.post(at(cast, f"contacts/{cast.ana.id}/"), known | {"designation": "Owner", "revision": "1"})
    assert answer.status_code == 409
    assert "Ana Moreau saved this on" in answer.text
    assert answer.context["form"]["phone"].value() == "from Ana"
    assert answer.context["form"]["designation"].value() == "Owner"


def test_what_was_changed_before_a_merge_is_told_after_it_and_what_still_stands_is_undone(cast: Cast) -> None:
    twin = duplicate(cast, "Harbour Bakery (old)")
    mia = person(twin, "Mia", "Brandt", "mia@harbour.test", by=cast.by_olga)
    content = replace(contacts.content_of(mia), phone="020 7946 0000")
    contacts.edit(mia, content, by=cast.by_olga, revision=mia.revision)
    customers.edit(
        twin, replace(customers.content_of(twin), company_name="Old Ltd"), by=cast.by_olga, revision=twin.revision
    )
    of_customer, of_person = Event.objects.order_by("-id")[:2]
    merge(cast, twin, cast.bakery)
    client = visitor(cast.stig)
    page = client.get(at(cast)).text
    assert "After: 020 7946 0000" in page
    assert "After: Old Ltd" in page
    assert "changed the details of Harbour Bakery (old)" in page
    assert "This was changed before that customer was merged into this one." in page
    assert at(cast, f"changes/{of_customer.id}/undoing/") not in page
    client.post(at(cast, f"changes/{of_customer.id}/undoing/"))
    assert Customer.objects.get(id=twin.id).company_name == "Old Ltd"
    client.post(at(cast, f"changes/{of_person.id}/undoing/"))
    assert ContactPerson.objects.get(id=mia.id).phone == ""
