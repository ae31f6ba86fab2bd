"""An organization: founded by the installation alone, changed by its owners, one change after the other."""

from dataclasses import replace

import pytest

from counterfoil.books.accounts import passwords
from counterfoil.books.accounts.models import User
from counterfoil.books.organizations import modules, numbering, organizations
from counterfoil.books.organizations.models import (
    DocumentKind,
    NumberSeries,
    Organization,
    PortalName,
    Role,
    StaffMember,
)
from counterfoil.books.organizations.organizations import BankDetails, Details, Founder, Logo
from counterfoil.foundation.events import Event
from tests.support.cast import PASSWORD, actor
from tests.support.races import at_once
from tests.support.refusals import refused

DETAILS = Details(name="Northgate Books", email="hello@northgate.test", currency="GBP", time_zone="Europe/London")
OFF_AT_FIRST = {"sales_orders": False, "projects": False, "own_credits": False}
ON_AT_FIRST = ("payments", "forwarding", "statements", "details", "documents", "uploads", "reviews")
MIRA = Founder(name="Mira Vale", email="Mira@Northgate.test")


def fresh(organization):
    return Organization.objects.get(id=organization.id)


def details(organization, **changes):
    known = {name: getattr(organization, name) for name in organizations.DETAIL_FIELDS}
    return Details(**(known | changes))


def change(cast, by=None, revision=None, **changes):
    return organizations.change_details(
        cast.studio,
        details(cast.studio, **changes),
        revision=cast.studio.revision if revision is None else revision,
        by=by or cast.by_olga,
    )


def test_founding_makes_owner_portal_name_and_number_series(db):
    made = organizations.found(DETAILS, replace(MIRA, password_hash=passwords.encoded(PASSWORD, email=MIRA.email)))
    owner = StaffMember.objects.get(organization=made)
    assert (owner.role, owner.email, owner.joined_at is not None) == (Role.OWNER, "mira@northgate.test", True)
    assert owner.user.check_password(PASSWORD)
    assert PortalName.objects.get(organization=made, is_current=True).name == "northgate-books"
    assert {series.kind for series in NumberSeries.objects.filter(organization=made)} == set(DocumentKind.values)
    assert made.modules == OFF_AT_FIRST | dict.fromkeys(ON_AT_FIRST, True)
    assert Event.objects.get(name="organization.founded").organization_id == made.id


def test_whoever_has_an_account_keeps_its_password(cast):
    before = cast.olga.user.password
    olga = Founder(name="Olga", email="OLGA@studio.test", account_id=cast.olga.user_id)
    made = organizations.found(DETAILS, olga)
    assert StaffMember.objects.get(organization=made).user_id == cast.olga.user_id
    assert User.objects.get(id=cast.olga.user_id).password == before


def test_nobody_founds_with_the_account_of_somebody_else(cast):
    for account_id in (None, cast.otto.user_id):
        with refused("ACCOUNT_EXISTS", field="password"):
            organizations.found(DETAILS, Founder(name="Olga", email="olga@studio.test", account_id=account_id))


def test_only_the_installation_founds(cast):
    for person in (cast.olga, cast.ana):
        with refused("NOT_ALLOWED"):
            organizations.found(DETAILS, MIRA, by=actor(person))


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        ({"name": "  "}, "NAME_MISSING", "name"),
        ({"currency": "GBX"}, "CURRENCY", "currency"),
        ({"time_zone": "Europe/Atlantis"}, "TIME_ZONE", "time_zone"),
        ({"language": "fr"}, "LANGUAGE", "language"),
        ({"date_format": "stardate"}, "DATE_FORMAT", "date_format"),
        ({"fiscal_year_start": 13}, "FISCAL_YEAR", "fiscal_year_start"),
    ],
)
def test_what_makes_no_sense_is_refused_at_founding_and_later(cast, wrong, code, field):
    with refused(code, field=field):
        organizations.found(replace(DETAILS, **wrong), MIRA)
    with refused(code, field=field):
        change(cast, **wrong)


def test_a_change_is_recorded_with_its_fields(cast):
    changed = change(cast, phone="+44 117 496 0123", city="Bristol")
    assert (changed.phone, changed.revision) == ("+44 117 496 0123", 2)
    event = Event.objects.get(name="organization.details_changed")
    assert event.data["changed"] == {
        "phone": {"was": "", "now": "+44 117 496 0123"},
        "city": {"was": "", "now": "Bristol"},
    }
    assert (event.for_office, event.for_customer) == (True, False)


def test_the_same_again_is_no_change(cast):
    assert change(cast).revision == 1
    assert not Event.objects.filter(name="organization.details_changed").exists()


def test_only_an_owner_of_this_organization_changes_it(cast):
    for person in (cast.stig, cast.vera, cast.otto, cast.ana):
        with refused("NOT_ALLOWED"):
            change(cast, by=actor(person), name="Mine")


def test_a_form_that_is_out_of_date_is_refused(cast):
    change(cast, phone="1")
    with refused("ORGANIZATION_CHANGED"):
        change(cast, revision=1, phone="2")


def test_two_owners_saving_at_once_do_not_overwrite_each_other(both_databases, cast):
    outcomes = at_once(4, lambda place: change(cast, phone=str(place)))
    assert [outcome.error for outcome in outcomes].count(None) == 1
    assert {outcome.error.code for outcome in outcomes if outcome.error} == {"ORGANIZATION_CHANGED"}
    assert fresh(cast.studio).revision == 2


def test_the_base_currency_is_fixed_by_the_first_number(cast):
    assert change(cast, currency="EUR").currency == "EUR"
    cast.studio = fresh(cast.studio)
    numbering_without_a_document(cast.studio)
    with refused("CURRENCY_FIXED", field="currency"):
        change(cast, currency="GBP")


def numbering_without_a_document(organization):
    from django.db import transaction

    with transaction.atomic():
        numbering.take(organization.id, DocumentKind.PAYMENT)


def look(cast, colour="d2691e", logo=None, by=None, revision=1):
    return organizations.change_look(
        cast.studio, brand_colour=colour, logo=logo, revision=revision, by=by or cast.by_olga
    )


def test_the_colour_is_six_digits_however_it_is_typed(cast):
    assert look(cast, " #D2691E ").brand_colour == "d2691e"
    for wrong in ("d2691", "d2691e0", "tomato", "#12345g", "", "url(x)"):
        with refused("COLOUR", field="brand_colour"):
            look(cast, wrong, revision=2)


def test_a_logo_is_kept_with_a_digest_and_taken_away_again(cast):
    with_logo = look(cast, logo=Logo(b"\x89PNG picture", "image/png"))
    assert bytes(fresh(cast.studio).logo) == b"\x89PNG picture"
    assert len(with_logo.logo_digest) == 32
    assert "logo" not in Event.objects.get(name="organization.details_changed").data["changed"]
    kept = look(cast, "112233", revision=2)
    assert kept.logo_digest == with_logo.logo_digest
    assert look(cast, logo=Logo(), revision=3).logo_digest == ""


def test_only_an_owner_changes_the_look(cast):
    with refused("NOT_ALLOWED"):
        look(cast, by=actor(cast.stig))


def test_bank_details_need_a_holder_and_an_account_or_nothing(cast):
    def save(revision=1, by=None, **parts):
        return organizations.change_bank_details(
            cast.studio, BankDetails(**parts), revision=revision, by=by or cast.by_olga
        )

    with refused("HOLDER_MISSING", field="holder"):
        save(account="12345678")
    with refused("ACCOUNT_MISSING", field="account"):
        save(holder="Lindqvist & Zhou")
    with refused("NOT_ALLOWED"):
        save(by=actor(cast.stig), holder="Mallory", account="666")
    with refused("IBAN_WRONG", field="account"):
        save(holder="Lindqvist & Zhou", account="GB33 BUKB 2020 1555 5555 56")
    assert fresh(cast.studio).bank_account == ""
    assert not Event.objects.filter(name="organization.details_changed").exists()
    saved = save(holder="Lindqvist & Zhou", account="GB33BUKB20201555555555", code="BUKBGB22")
    assert saved.bank_account == "GB33 BUKB 2020 1555 5555 55"
    assert (saved.bank_holder, saved.bank_code) == ("Lindqvist & Zhou", "BUKBGB22")
    assert save(revision=2).bank_account == ""
    assert save(revision=3, holder="Lindqvist & Zhou", account="20-00-00 12345678").bank_account == "20-00-00 12345678"


def test_a_module_is_on_as_chosen_and_invoices_always(cast):
    assert modules.is_on(cast.studio, "payments")
    organizations.change_portal(
        cast.studio,
        portal_name="lindqvist-zhou",
        banner="",
        switches={"payments": False, "invoices": False, "timesheets": True},
        revision=1,
        by=cast.by_olga,
    )
    changed = fresh(cast.studio)
    assert changed.modules == OFF_AT_FIRST | dict.fromkeys(ON_AT_FIRST, True) | {"payments": False}
    assert not modules.is_on(changed, "payments")
    assert modules.is_on(changed, "invoices")
