"""What contact persons change of their own details and their customer's, and how the office takes it back."""

from dataclasses import replace

import pytest

from counterfoil.books.accounts.models import User
from counterfoil.books.customers import contacts, customers, own_details, portal_access, versions
from counterfoil.books.customers.models import ContactPerson, Customer
from counterfoil.books.organizations import locked_details, organizations
from counterfoil.foundation.events import Event
from tests.support.cast import actor
from tests.support.races import at_once
from tests.support.refusals import refused

HOME = {"street": "2 Harbour Wall", "city": "Whitby", "postal_code": "YO21 1AA", "country": "GB"}


def fresh(row):
    return type(row).objects.get(id=row.id)


def change(cast, revision=1, by=None, **values):
    return own_details.change_person(cast.ana, values, by=by or cast.by_ana, revision=revision)


def change_company(cast, revision=1, by=None, **values):
    return own_details.change_customer(cast.bakery, values, by=by or cast.by_ana, revision=revision)


def lock(cast, *keys):
    revision = fresh(cast.studio).revision
    return organizations.lock_details(cast.studio, keys, revision=revision, by=cast.by_olga)


def switch_off(cast):
    organization = fresh(cast.studio)
    organizations.change_portal(
        organization,
        portal_name="lindqvist-zhou",
        banner="",
        switches={locked_details.MODULE: False},
        revision=organization.revision,
        by=cast.by_olga,
    )


def latest(name="details.updated"):
    return Event.objects.filter(name=name).latest("id")


def test_what_a_person_changes_is_changed_in_the_office_and_told_with_old_and_new(cast):
    changed = change(cast, phone="01947 1", email="Ana@New.test")
    assert (fresh(cast.ana).phone, fresh(cast.ana).email, changed.revision) == ("01947 1", "ana@new.test", 2)
    event = latest()
    assert event.data["changed"] == {
        "email": {"was": "ana@harbour.test", "now": "ana@new.test"},
        "phone": {"was": "", "now": "01947 1"},
    }
    assert (event.by.id, event.subject_id, event.customer_id) == (cast.ana.id, cast.ana.id, cast.bakery.id)
    assert (event.for_office, event.for_customer) == (True, False)


def test_an_address_is_the_customers(cast):
    change_company(cast, billing_address=HOME | {"street2": " "}, company_name="Harbour Bakery Limited")
    assert fresh(cast.bakery).billing_address == HOME
    assert fresh(cast.bakery).company_name == "Harbour Bakery Limited"
    assert set(latest().data["changed"]) == {"billing_address", "company_name"}


def test_the_same_again_is_no_change(cast):
    for _ in range(2):
        change(cast, phone="1")
        change_company(cast, billing_address=HOME)
    assert Event.objects.filter(name="details.updated").count() == 2


def test_another_address_never_changes_an_account(cast):
    accounts = list(User.objects.order_by("id").values())
    change(cast, email="olga@studio.test")
    assert list(User.objects.order_by("id").values()) == accounts
    assert (fresh(cast.ana).access, fresh(cast.ana).user_id) == ("enabled", cast.ana.user_id)
    own_details.undo(latest(), by=cast.by_olga)
    assert list(User.objects.order_by("id").values()) == accounts


def test_nobody_changes_a_colleagues_or_a_strangers_details(cast):
    for by in (actor(cast.sam), actor(cast.bruno), cast.by_olga, actor(cast.fia)):
        with refused("NOT_YOURS"):
            change(cast, by=by, phone="1")
    for by in (actor(cast.bruno), cast.by_olga, actor(cast.fia)):
        with refused("NOT_YOURS"):
            change_company(cast, by=by, company_name="Mine")


def test_who_lost_access_meanwhile_changes_nothing(cast):
    portal_access.configure(cast.bakery, {cast.sam.id}, by=cast.by_olga)
    with refused("ACCESS_ENDED"):
        change(cast, phone="1")
    with refused("ACCESS_ENDED"):
        change_company(cast, company_name="x")


def test_what_is_locked_is_refused_and_the_rest_is_not(cast):
    lock(cast, "email", "billing_address")
    with refused("LOCKED_DETAIL", field="email"):
        change(cast, email="ana@new.test", phone="1")
    with refused("LOCKED_DETAIL", field="billing_address"):
        change_company(cast, billing_address=HOME)
    change(cast, email="ana@harbour.test", phone="1")
    change_company(cast, shipping_address=HOME)
    assert fresh(cast.ana).phone == "1"


def test_where_customers_may_change_nothing_all_is_refused(cast):
    switch_off(cast)
    with refused("LOCKED_DETAIL"):
        change(cast, phone="1")
    with refused("LOCKED_DETAIL"):
        change_company(cast, tax_id="x")


def test_each_detail_can_be_locked(cast):
    values = dict.fromkeys(own_details.PERSON, "new") | dict.fromkeys(own_details.COMPANY, "new")
    values |= dict.fromkeys(own_details.ADDRESSES, HOME)
    for detail in locked_details.DETAILS:
        lock(cast, detail.key)
        for column in detail.columns:
            with refused("LOCKED_DETAIL", field=column):
                act = change if column in own_details.PERSON else change_company
                act(cast, **{column: values[column]})
    assert {one for detail in locked_details.DETAILS for one in detail.columns} == set(values)


def test_only_an_owner_locks_and_only_what_there_is(cast):
    with refused("NOT_ALLOWED"):
        organizations.lock_details(cast.studio, ["email"], revision=1, by=actor(cast.stig))
    with refused("DETAIL", field="locked"):
        lock(cast, "notes")


def test_what_is_none_of_theirs_is_no_detail(cast):
    with pytest.raises(KeyError):
        change(cast, language="zh-Hans")
    with pytest.raises(KeyError):
        change_company(cast, display_name="Mine", notes="x")


def test_a_person_keeps_an_address_that_nobody_else_has(cast):
    with refused("EMAIL_MISSING", field="email"):
        change(cast, email=" ")
    with refused("EMAIL_TAKEN", field="email"):
        change(cast, email="sam@harbour.test")


def test_of_two_who_change_the_same_the_second_sees_both(cast):
    contacts.edit(cast.ana, replace(contacts.content_of(cast.ana), phone="office"), by=cast.by_olga, revision=1)
    with refused("DETAILS_CHANGED") as refusal:
        change(cast, phone="mine")
    meanwhile = refusal.value.details["meanwhile"]
    assert (meanwhile.then.phone, meanwhile.now.phone, meanwhile.by.name) == ("", "office", "Olga Lindqvist")
    assert change(cast, revision=2, phone="mine").phone == "mine"


def test_what_is_changed_beside_it_stands_in_nobodys_way(cast):
    """A customer isn't told of what only the office sees, nor made to wait for it."""
    content = replace(customers.content_of(cast.bakery), notes="Pays late", payment_days=14)
    customers.edit(cast.bakery, content, by=cast.by_olga, revision=1)
    change_company(cast, company_name="Harbour")
    assert (fresh(cast.bakery).notes, fresh(cast.bakery).company_name) == ("Pays late", "Harbour")


def test_choosing_a_language_doesnt_get_lost_in_the_office(cast):
    contacts.change_language(cast.ana, language="zh-Hans", by=cast.by_ana)
    with refused("CONTACT_CHANGED") as refusal:
        contacts.edit(cast.ana, replace(contacts.content_of(cast.ana), phone="1"), by=cast.by_olga, revision=1)
    assert refusal.value.details["meanwhile"].then.language == "en"


def test_everybody_at_once_changes_one_thing_after_the_other(both_databases, cast):
    outcomes = at_once(6, lambda place: change(cast, phone=str(place)))
    assert [one.error.code for one in outcomes if one.error] == ["DETAILS_CHANGED"] * 5
    assert Event.objects.filter(name="details.updated").count() == 1


def test_what_was_seen_is_found_again_over_several_changes(cast):
    for place, by in enumerate(("1", "2", "3"), start=1):
        change(cast, revision=place, phone=by, designation=f"Baker {by}")
    seen = versions.since(fresh(cast.ana), 2)
    assert (seen.then.phone, seen.then.designation, seen.now.phone) == ("1", "Baker 1", "3")
    assert versions.since(fresh(cast.ana), 4).then is None
    assert versions.since(fresh(cast.ana), 0).then is None
    assert versions.since(fresh(cast.ana), -(10**20)).then is None


def test_undoing_puts_back_what_was_and_says_so(cast):
    change(cast, phone="1", email="ana@new.test")
    own_details.undo(latest(), by=cast.by_olga)
    assert (fresh(cast.ana).phone, fresh(cast.ana).email) == ("", "ana@harbour.test")
    told = latest("details.undone")
    assert told.by.name == "Olga Lindqvist"
    assert told.data["changed"]["phone"] == {"was": "1", "now": ""}


def test_undoing_twice_is_once(cast):
    change_company(cast, billing_address=HOME)
    for _ in range(2):
        own_details.undo(latest(), by=cast.by_olga)
    assert Event.objects.filter(name="details.undone").count() == 1
    assert fresh(cast.bakery).billing_address == cast.bakery.billing_address


def test_what_was_changed_again_since_is_not_undone(cast):
    change(cast, phone="1", mobile="2")
    first = latest()
    change(cast, revision=2, phone="3")
    with refused("CHANGED_AGAIN"):
        own_details.undo(first, by=cast.by_olga)
    assert own_details.standing(first.data["changed"], fresh(cast.ana)) == "changed_again"


def test_what_was_changed_beside_it_stays_when_it_is_undone(cast):
    change(cast, phone="1")
    first = latest()
    change(cast, revision=2, mobile="2")
    own_details.undo(first, by=cast.by_olga)
    assert (fresh(cast.ana).phone, fresh(cast.ana).mobile) == ("", "2")


def test_what_the_office_changed_is_undone_too_and_so_is_an_undoing(cast):
    content = replace(customers.content_of(cast.bakery), display_name="Harbour Cakes", notes="x")
    customers.edit(cast.bakery, content, by=cast.by_olga, revision=1)
    own_details.undo(latest("customer.edited"), by=cast.by_olga)
    assert fresh(cast.bakery).display_name == "Harbour Bakery Ltd"
    own_details.undo(latest("details.undone"), by=cast.by_olga)
    assert (fresh(cast.bakery).display_name, fresh(cast.bakery).notes) == ("Harbour Cakes", "x")


def test_undoing_keeps_to_the_rules_of_editing(cast):
    change(cast, email="ana@new.test")
    contacts.edit(
        cast.sam, replace(contacts.content_of(cast.sam), email="ana@harbour.test"), by=cast.by_olga, revision=1
    )
    with refused("EMAIL_TAKEN"):
        own_details.undo(latest(), by=cast.by_olga)
    contacts.retire(cast.ana, by=cast.by_olga)
    with refused("CONTACT_RETIRED"):
        own_details.undo(latest(), by=cast.by_olga)


def test_only_owner_and_staff_undo(cast):
    change(cast, phone="1")
    for somebody in (cast.vera, cast.otto, cast.ana):
        with refused("NOT_ALLOWED"):
            own_details.undo(latest(), by=actor(somebody))
    assert ContactPerson.objects.get(id=cast.ana.id).phone == "1"
    assert Customer.objects.get(id=cast.bakery.id).revision == 1
