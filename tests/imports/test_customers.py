"""Customers and contact persons from a file: who is new, who is changed, and what is refused in words."""

import time
from typing import Any

import pytest

from counterfoil.books.customers import contacts, customers
from counterfoil.books.customers.finding import named
from counterfoil.books.customers.models import ContactPerson, Customer
from counterfoil.books.organizations.models import ExternalId
from counterfoil.foundation.events import Event, Unspread
from counterfoil.imports.models import Import, ImportFile
from counterfoil.outbound.models import Mail, Notification
from counterfoil.outbound.worker import run_once
from tests.support.books import invoice
from tests.support.cast import Cast
from tests.support.imports import CONTACTS, bring, contact, csv_of, read_otherwise, sentences, start, upload

MILL = contact(
    "Mill Lane Pottery",
    **{
        "Contact ID": "460000000001",
        "Company Name": "Mill Lane Pottery Ltd",
        "Salutation": "Ms",
        "First Name": "Mo",
        "Last Name": "Hale",
        "EmailID": "Mo@Mill.test",
        "Phone": "+44 20 7946 0958",
        "MobilePhone": "=1+1",
        "Billing Address": "1 Mill Lane",
        "Billing City": "Stroud",
        "Billing Country": "United Kingdom",
        "Billing Code": "GL5 1AA",
        "Shipping Country": "France",
        "Payment Terms": "14",
        "Notes": "Rings twice",
        "Customer Sub Type": "business",
    },
)


def everything() -> list[Any]:
    return [list(model.objects.order_by("pk").values()) for model in (Customer, ContactPerson, ExternalId)]


def test_a_customer_comes_over_with_their_primary_contact(cast: Cast) -> None:
    made = bring(cast, "contacts", csv_of([MILL, contact("Rye Holidays", **{"Contact Type": "vendor"})], CONTACTS))
    assert (made.state, made.found["new"], made.found["left_out"]) == ("done", 1, 1)
    mill = Customer.objects.get(display_name="Mill Lane Pottery")
    assert (mill.company_name, mill.currency, mill.payment_days, mill.kind) == (
        "Mill Lane Pottery Ltd",
        "GBP",
        14,
        "company",
    )
    assert mill.billing_address == {
        "street": "1 Mill Lane",
        "city": "Stroud",
        "postal_code": "GL5 1AA",
        "country": "GB",
    }
    assert mill.shipping_address == {"country": "FR"}
    person = ContactPerson.objects.get(customer=mill)
    assert (person.full_name, person.email, person.is_primary, person.access) == (
        "Mo Hale",
        "mo@mill.test",
        True,
        "disabled",
    )
    assert (person.phone, person.mobile) == ("+44 20 7946 0958", "=1+1")
    assert list(named(Customer.objects.all(), "mill pott", organization_id=cast.studio.id)) == [mill]
    assert not Customer.objects.filter(display_name="Rye Holidays").exists()


def test_it_is_told_once_and_nobody_is_mailed(cast: Cast) -> None:
    run_once()
    before = Mail.objects.count(), Notification.objects.count()
    bring(cast, "contacts", csv_of([MILL]))
    mill = Customer.objects.get(display_name="Mill Lane Pottery")
    assert [one.name for one in Event.objects.filter(customer_id=mill.id).order_by("id")] == [
        "customer.imported",
        "contact.imported",
    ]
    assert Event.objects.filter(name="import.finished").get().by.name == cast.olga.name
    assert Unspread.objects.count() <= 1
    run_once()
    assert (Mail.objects.count(), Notification.objects.count()) == before


def test_the_same_file_again_changes_nothing_and_says_so(cast: Cast) -> None:
    file = csv_of([MILL, contact("竹溪茶业", **{"Currency Code": "CNY", "EmailID": "li@zhuxi.test"})])
    bring(cast, "contacts", file)
    before = everything()
    again = bring(cast, "contacts", file)
    assert (again.state, again.found["new"], again.found["changed"], again.found["same"]) == ("checked", 0, 0, 2)
    assert not again.found["can_start"]
    assert everything() == before


def test_what_was_typed_before_is_known_by_name_and_then_by_its_id(cast: Cast) -> None:
    row = contact("harbour  BAKERY ltd", **{"Contact ID": "9"})
    made = bring(cast, "contacts", csv_of([row]))
    assert made.found["new"] == 0
    assert ExternalId.objects.get(kind="customer").row_id == cast.bakery.id
    bring(cast, "contacts", csv_of([row | {"Display Name": "Harbour Bakery & Café"}]))
    cast.bakery.refresh_from_db()
    assert cast.bakery.display_name == "Harbour Bakery & Café"


def test_details_that_differ_are_reported_and_changed_and_empty_cells_say_nothing(cast: Cast) -> None:
    bring(cast, "contacts", csv_of([MILL]))
    changed = MILL | {
        "Notes": "",
        "Company Name": "",
        "Billing City": "Nailsworth",
        "Phone": "1",
        "Payment Terms": "30",
    }
    made = upload(cast, "contacts", csv_of([changed]))
    assert [what for _line, _name, what in made.found["changes"]] == ["Billing address, Payment terms", "Phone"]
    start(cast, made)
    mill = Customer.objects.get(display_name="Mill Lane Pottery")
    assert (mill.notes, mill.company_name, mill.payment_days) == ("Rings twice", "Mill Lane Pottery Ltd", 30)
    assert (mill.billing_address["city"], mill.billing_address["street"]) == ("Nailsworth", "1 Mill Lane")
    assert ContactPerson.objects.get(customer=mill).phone == "1"
    told = Event.objects.get(name="customer.edited", customer_id=mill.id)
    assert told.data["changed"]["payment_days"] == {"was": 14, "now": 30}


def test_several_rows_of_one_customer_are_its_people(cast: Cast) -> None:
    rows = [
        MILL,
        MILL | {"First Name": "Lou", "Last Name": "Hale", "EmailID": "lou@mill.test"},
        MILL,
        contact("Rye Holidays", **{"Contact ID": "2"}),
    ]
    bring(cast, "contacts", csv_of(rows, CONTACTS))
    people = ContactPerson.objects.filter(customer__display_name="Mill Lane Pottery").order_by("id")
    assert [(one.first_name, one.is_primary) for one in people] == [("Mo", True), ("Lou", False)]
    assert not ContactPerson.objects.filter(customer__display_name="Rye Holidays").exists()


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"Display Name": ""}, "Write the name that this customer is listed by."),
        ({"Display Name": "x" * 201}, "This has 201 characters, and at most 200 can be kept."),
        ({"Currency Code": "XYZ"}, "“XYZ” is no currency that is known here."),
        ({"EmailID": "not an address"}, "“not an address” is no e-mail address."),
        ({"Billing Country": "Atlantis"}, "“Atlantis” is no country that is known here."),
        ({"Payment Terms": "", "Payment Terms Label": "Due end of the month"}, "Payment terms are a number of days"),
        ({"Payment Terms": "9999"}, "Write a number of days from 0 to 3650."),
        ({"Display Name": "Rye Holidays", "Contact ID": "8"}, "Line 2 has another customer of this name."),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_written(cast: Cast, more: dict[str, str], sentence: str) -> None:
    before = everything()
    made = bring(cast, "contacts", csv_of([contact("Rye Holidays", **{"Contact ID": "7"}), MILL | more], CONTACTS))
    (told,) = sentences(made)
    assert told.startswith(f"3: {sentence}")
    assert (made.state, made.found["can_start"], made.found["problem_lines"]) == ("checked", False, 1)
    assert everything() == before


def test_another_currency_is_refused_once_there_are_transactions(cast: Cast) -> None:
    made = bring(cast, "contacts", csv_of([contact("Tidewater Ceramics", **{"Currency Code": "EUR"})]))
    assert made.state == "done"
    invoice(cast, cast.bakery)
    made = bring(cast, "contacts", csv_of([contact("Harbour Bakery Ltd", **{"Currency Code": "EUR"})]))
    assert sentences(made) == ["2: The currency stays GBP: this customer has transactions in it."]


def test_a_name_that_another_customer_has_is_refused(cast: Cast) -> None:
    bring(cast, "contacts", csv_of([MILL]))
    made = bring(cast, "contacts", csv_of([MILL | {"Display Name": "Harbour Bakery Ltd"}]))
    assert sentences(made) == ["2: Another customer has this name already."]
    made = bring(cast, "contacts", csv_of([MILL | {"Contact ID": "another"}]))
    assert sentences(made) == ["2: Another customer has this name already."]


def test_customers_of_another_organization_are_another_matter(cast: Cast) -> None:
    made = bring(cast, "contacts", csv_of([contact("Foyle Kitchens")]))
    assert made.found["new"] == 1
    assert Customer.objects.filter(display_name="Foyle Kitchens").count() == 2
    assert bring(cast, "contacts", csv_of([MILL]), person=cast.otto).found["new"] == 1
    assert Customer.objects.filter(display_name="Mill Lane Pottery").get().organization == cast.quay


def test_a_column_that_is_not_known_is_chosen_and_another_is_left_out(cast: Cast) -> None:
    made = upload(cast, "contacts", csv_of([{"Who": "Mill Lane Pottery", "Billing Country": "Atlantis"}]))
    assert "Display name" in made.found["refused"]
    made = read_otherwise(cast, made, {"display_name": 0})
    assert made.found["can_start"]
    start(cast, made)
    assert Customer.objects.get(display_name="Mill Lane Pottery").billing_address == {}


def test_contact_persons_are_added_to_their_customers(cast: Cast) -> None:
    bring(cast, "contacts", csv_of([MILL]))
    rows = [
        {"Contact ID": "460000000001", "Customer Name": "x", "First Name": "Lou", "Last Name": "", "Email": ""},
        {
            "Contact ID": "",
            "Customer Name": "Harbour Bakery Ltd",
            "First Name": "",
            "Last Name": "",
            "Email": "a@b.test",
        },
        {"Contact ID": "", "Customer Name": "Harbour Bakery Ltd", "First Name": "Ana", "Last Name": "Moreau"}
        | {"Email": "ANA@harbour.test"},
        {"Contact ID": "", "Customer Name": "Harbour Bakery Ltd", "First Name": "Samuel", "Last Name": ""}
        | {"Email": "sam@harbour.test"},
    ]
    made = bring(cast, "contact_persons", csv_of(rows))
    assert [made.found[name] for name in ("new", "changed", "same")] == [2, 1, 1]
    mill = ContactPerson.objects.filter(customer__display_name="Mill Lane Pottery").order_by("id")
    assert [(one.first_name, one.is_primary) for one in mill] == [("Mo", True), ("Lou", False)]
    cast.sam.refresh_from_db()
    assert (cast.sam.full_name, cast.sam.access) == ("Samuel Okafor", "enabled")
    again = bring(cast, "contact_persons", csv_of(rows))
    assert (again.state, again.found["same"]) == ("checked", 4)


def test_whose_person_it_is_must_be_here(cast: Cast) -> None:
    rows = [
        {"Customer Name": "Foyle Kitchens", "First Name": "Fi"},
        {"Customer Name": "Tidewater Ceramics", "First Name": ""},
    ]
    made = bring(cast, "contact_persons", csv_of(rows))
    assert sentences(made) == [
        "2: There is no customer “Foyle Kitchens” here. Import the customers first.",
        "3: Write a name or an e-mail address.",
    ]


def test_whoever_was_removed_is_not_who_comes_over(cast: Cast) -> None:
    contacts.retire(cast.sam, by=cast.by_olga)
    row = {"Customer Name": "Harbour Bakery Ltd", "First Name": "Sam", "Email": "sam@harbour.test"}
    assert bring(cast, "contact_persons", csv_of([row])).found["new"] == 1
    assert ContactPerson.objects.filter(email="sam@harbour.test").count() == 2


def test_the_first_person_of_a_customer_without_any_is_the_primary_one(cast: Cast) -> None:
    bring(cast, "contacts", csv_of([contact("Rye Holidays")]))
    rows = [{"Customer Name": "Rye Holidays", "First Name": name} for name in ("Una", "Val")]
    bring(cast, "contact_persons", csv_of(rows))
    people = ContactPerson.objects.filter(customer__display_name="Rye Holidays").order_by("id")
    assert [one.is_primary for one in people] == [True, False]


def test_the_file_is_forgotten_when_it_is_imported(cast: Cast) -> None:
    made = upload(cast, "contacts", csv_of([MILL]))
    assert ImportFile.objects.filter(import_of=made).exists()
    start(cast, made)
    assert not ImportFile.objects.exists()
    assert Import.objects.get().state == "done"


@pytest.mark.long
def test_ten_thousand_customers_come_over_within_ten_seconds(cast: Cast) -> None:
    rows = [
        MILL | {"Display Name": f"Customer {place}", "Contact ID": str(place), "EmailID": f"c{place}@mill.test"}
        for place in range(10_000)
    ]
    made = upload(cast, "contacts", csv_of(rows, CONTACTS))
    begun = time.process_time()
    made = start(cast, made)
    assert made.state == "done"
    assert Customer.objects.filter(organization=cast.studio).count() == 10_003
    assert time.process_time() - begun < 10


def test_a_customer_who_was_edited_meanwhile_keeps_what_the_file_does_not_say(cast: Cast) -> None:
    bring(cast, "contacts", csv_of([MILL]))
    mill = Customer.objects.get(display_name="Mill Lane Pottery")
    content = customers.CustomerContent(
        display_name="Mill Lane Pottery", currency="GBP", language="zh-Hans", tax_id="GB 1"
    )
    customers.edit(mill, content, by=cast.by_olga, revision=mill.revision)
    bring(cast, "contacts", csv_of([contact("Mill Lane Pottery", **{"Contact ID": "460000000001", "Notes": "New"})]))
    mill.refresh_from_db()
    assert (mill.language, mill.tax_id, mill.notes) == ("zh-Hans", "GB 1", "New")
