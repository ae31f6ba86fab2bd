"""**My details**: what a customer reads and changes of themselves, what is locked, and two people at once."""

from dataclasses import replace
from typing import Any

import pytest

from counterfoil.books.customers import contacts, customers
from counterfoil.books.customers.models import ContactPerson, Customer
from counterfoil.books.organizations import organizations
from tests.support.cast import Cast, customer, visitor

NOTES = "Pays late, ask Stig"
PERSON = {"first_name": "Ana", "last_name": "Moreau", "email": "ana@harbour.test", "phone": "", "mobile": ""}


def at(cast: Cast, section: str = "") -> str:
    return f"/portal/lindqvist-zhou/{cast.bakery.id}/details/" + (f"{section}/" if section else "")


def save(cast: Cast, section: str, client: Any = None, revision: str = "1", **typed: str) -> Any:
    return (client or visitor(cast.ana)).post(at(cast, section), {"revision": revision} | typed)


def lock(cast: Cast, *keys: str) -> None:
    organizations.lock_details(cast.studio, keys, revision=cast.studio.revision, by=cast.by_olga)


def ana(cast: Cast) -> ContactPerson:
    return ContactPerson.objects.get(id=cast.ana.id)


def bakery(cast: Cast) -> Customer:
    return Customer.objects.get(id=cast.bakery.id)


def test_each_section_has_a_way_to_edit_it(cast: Cast) -> None:
    page = visitor(cast.ana).get(at(cast)).text
    for section in ("personal", "company", "addresses"):
        assert f'href="{at(cast, section)}"' in page
    assert 'aria-label="Edit personal details"' in page


def test_saving_changes_the_person_in_the_office(cast: Cast) -> None:
    client = visitor(cast.ana)
    answer = save(cast, "personal", client, **PERSON | {"phone": "01947 600 100", "email": "ana@new.test"})
    assert (answer.status_code, answer.headers["Location"]) == (303, at(cast))
    assert (ana(cast).phone, ana(cast).email) == ("01947 600 100", "ana@new.test")
    assert "Saved." in client.get(at(cast)).text
    office = visitor(cast.stig).get(f"/office/{cast.studio.id}/customers/{cast.bakery.id}/").text
    assert "Ana Moreau of Harbour Bakery Ltd changed their details." in office


def test_who_signs_in_is_said_and_stays(cast: Cast) -> None:
    client = visitor(cast.ana)
    assert "You go on signing in with ana@harbour.test." in client.get(at(cast, "personal")).text
    save(cast, "personal", client, **PERSON | {"email": "ana@new.test"})
    assert "You go on signing in with ana@harbour.test." in client.get(at(cast, "personal")).text


def test_the_company_and_its_addresses_are_changed(cast: Cast) -> None:
    assert save(cast, "company", company_name="Harbour Bakery Limited", tax_id="GB1").status_code == 303
    typed = {"billing_street": "2 Harbour Wall", "billing_city": "Whitby", "billing_country": "GB"}
    assert save(cast, "addresses", revision="2", **typed).status_code == 303
    assert bakery(cast).tax_id == "GB1"
    assert bakery(cast).billing_address == {"street": "2 Harbour Wall", "city": "Whitby", "country": "GB"}
    assert bakery(cast).shipping_address == {}
    save(cast, "addresses", revision="3", **typed, shipping_city="Leeds")
    assert bakery(cast).shipping_address == {"city": "Leeds"}


def test_a_shipping_address_that_was_the_billing_address_stays_it(cast: Cast) -> None:
    both = {"city": "Whitby"}
    content = replace(customers.content_of(cast.bakery), billing_address=both, shipping_address=both)
    customers.edit(cast.bakery, content, by=cast.by_olga, revision=1)
    page = visitor(cast.ana).get(at(cast, "addresses"))
    assert page.context["form"]["shipping_city"].value() == ""
    save(cast, "addresses", revision="2", billing_city="Leeds")
    assert bakery(cast).billing_address == bakery(cast).shipping_address == {"city": "Leeds"}


def test_a_mistake_is_said_beside_its_field_and_keeps_what_was_typed(cast: Cast) -> None:
    answer = save(cast, "personal", **PERSON | {"email": "not an address", "phone": "01947"})
    assert answer.status_code == 422
    assert 'id="id_email-error"' in answer.text
    assert 'value="01947"' in answer.text
    answer = save(cast, "personal", **PERSON | {"email": "sam@harbour.test"})
    assert answer.status_code == 422
    assert "Another contact person here has this e-mail address." in answer.text
    assert ana(cast).revision == 1


def test_a_locked_field_is_read_and_refused_if_it_is_sent(cast: Cast) -> None:
    lock(cast, "email", "billing_address")
    page = visitor(cast.ana).get(at(cast, "personal")).text
    assert 'name="email"' not in page
    assert "ana@harbour.test" in page
    assert save(cast, "personal", **PERSON | {"email": "ana@new.test", "phone": "1"}).status_code == 422
    assert (ana(cast).email, ana(cast).phone) == ("ana@harbour.test", "")
    assert save(cast, "addresses", billing_city="Leeds", shipping_city="York").status_code == 422
    assert save(cast, "addresses", shipping_city="York").status_code == 303
    assert bakery(cast).billing_address == cast.bakery.billing_address


def test_where_nothing_may_be_changed_there_is_no_way_to(cast: Cast) -> None:
    lock(cast, "company_name", "tax_id")
    page = visitor(cast.ana).get(at(cast)).text
    assert at(cast, "company") not in page
    assert "Tell Lindqvist &amp; Zhou Studio, and they will correct it." in page
    assert "Save" not in visitor(cast.ana).get(at(cast, "company")).text
    assert save(cast, "company", tax_id="GB1").status_code == 422
    assert bakery(cast).tax_id == ""


def test_when_the_office_was_faster_both_are_shown_and_nothing_is_lost(cast: Cast) -> None:
    content = replace(contacts.content_of(cast.ana), phone="0800 office", mobile="0700 office")
    contacts.edit(cast.ana, content, by=cast.by_olga, revision=1)
    client = visitor(cast.ana)
    answer = save(cast, "personal", client, **PERSON | {"phone": "0800 mine", "designation": "Baker"})
    assert answer.status_code == 409
    assert "Stored now: 0800 office" in answer.text
    assert "Yours: 0800 mine" in answer.text
    assert "Lindqvist &amp; Zhou Studio saved this on" in answer.text
    form = answer.context["form"]
    assert {name: form[name].value() for name in ("phone", "mobile", "designation", "revision")} == {
        "phone": "0800 mine",
        "mobile": "0700 office",
        "designation": "Baker",
        "revision": "2",
    }
    assert ana(cast).phone == "0800 office"
    again = save(cast, "personal", client, **{name: form[name].value() or "" for name in form.fields})
    assert again.status_code == 303
    assert (ana(cast).phone, ana(cast).mobile, ana(cast).designation) == ("0800 mine", "0700 office", "Baker")


def test_what_only_the_office_sees_is_never_shown(cast: Cast) -> None:
    content = replace(customers.content_of(cast.bakery), notes=NOTES, company_name="Theirs")
    customers.edit(cast.bakery, content, by=cast.by_olga, revision=1)
    answer = save(cast, "company", company_name="Mine", tax_id="")
    assert answer.status_code == 409
    assert "Stored now: Theirs" in answer.text
    assert NOTES not in answer.text
    assert NOTES not in visitor(cast.ana).get(at(cast)).text


def test_nobody_comes_to_somebody_elses(cast: Cast) -> None:
    other = customer(cast.studio, "Northgate Books", "GBP", by=cast.by_olga)
    for somebody in (cast.bruno, cast.fia):
        assert save(cast, "personal", visitor(somebody), **PERSON).status_code == 404
    path = f"/portal/lindqvist-zhou/{other.id}/details/personal/"
    assert visitor(cast.ana).post(path, PERSON).status_code == 404
    assert visitor().post(at(cast, "personal"), PERSON).status_code == 302
    assert ana(cast).revision == 1


@pytest.mark.parametrize("section", ["", "personal", "company", "addresses"])
def test_the_pages_take_eight_queries(cast: Cast, section: str, django_assert_max_num_queries: Any) -> None:
    client = visitor(cast.ana)
    client.get(at(cast))
    with django_assert_max_num_queries(8):
        assert client.get(at(cast, section)).status_code == 200


def test_in_chinese_the_family_name_comes_first(cast: Cast) -> None:
    page = visitor(cast.wei).get(f"/portal/lindqvist-zhou/{cast.yunshan.id}/details/personal/").text
    assert page.index('name="last_name"') < page.index('name="first_name"')
