"""What an import survives: a worker that dies, two people with one file, a role that was taken away, a huge file."""

import codecs
import secrets
from datetime import timedelta
from typing import Any

import pytest

from counterfoil.books.customers import customers
from counterfoil.books.customers.models import Customer
from counterfoil.books.ledger.verify import differences
from counterfoil.books.organizations import staff
from counterfoil.books.organizations.models import ExternalId
from counterfoil.books.sales.models import Invoice
from counterfoil.foundation import clock
from counterfoil.foundation.events import Event
from counterfoil.imports import imports, running
from counterfoil.imports.models import Import, ImportFile
from counterfoil.outbound import batches
from tests.support.cast import Cast, actor, colleague, make
from tests.support.imports import bring, contact, csv_of, invoice, read_otherwise, sentences, start, upload, worked
from tests.support.races import at_once
from tests.support.refusals import refused

BAKERY = "Harbour Bakery Ltd"


def three_invoices() -> bytes:
    return csv_of([invoice(f"INV-{place}", BAKERY, "10.00") for place in range(3)])


def begin(cast: Cast, person: Any, key: str) -> Import:
    return imports.begin(
        cast.studio,
        "contacts",
        "contacts.csv",
        csv_of([contact("Rye Holidays")]),
        by=actor(person),
        owner=person,
        language="en",
        making_key=key,
    )


def test_what_died_in_the_middle_leaves_nothing_and_is_done_whole_afterwards(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = upload(cast, "invoices", three_invoices())
    with monkeypatch.context() as dying:
        dying.setattr(running, "_finish", lambda *_told: (_ for _ in ()).throw(MemoryError))
        made = start(cast, made)
    assert (made.state, Invoice.objects.count(), ExternalId.objects.count()) == ("importing", 0, 0)
    assert not Event.objects.filter(name="invoice.imported").exists()
    with clock.travel(by=batches.LEASE + timedelta(seconds=1)):
        made = worked(made)
    assert (made.state, Invoice.objects.count()) == ("done", 3)
    assert not differences()


def test_what_fails_each_time_ends_and_says_that_nothing_was_imported(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = upload(cast, "invoices", three_invoices())
    monkeypatch.setattr(running, "_finish", lambda *_told: 1 / 0)
    imports.start(made, by=cast.by_olga, owner=cast.olga, checks=made.checks)
    for tried in range(batches.MOST_TRIES):
        with clock.travel(by=tried * (batches.LEASE + timedelta(seconds=1))):
            made = worked(made)
    assert (made.state, Invoice.objects.count()) == ("failed", 0)
    assert made.found["refused"] == "Something went wrong, and nothing was imported. Please try again."


def test_two_people_importing_the_same_file_at_once_bring_it_once(both_databases: str) -> None:
    cast = make()
    other = colleague(cast.studio, "Odile Second", "odile@studio.test", "owner", by=cast.by_olga)
    file = three_invoices()
    both = [upload(cast, "invoices", file), upload(cast, "invoices", file, person=other)]
    for one, person in zip(both, (cast.olga, other), strict=True):
        imports.start(one, by=actor(person), owner=person, checks=one.checks)
    outcomes = at_once(4, lambda _place: batches.run_due())
    assert not [outcome.error for outcome in outcomes if outcome.error]
    both = [worked(one) for one in both]
    assert Invoice.objects.count() == 3
    assert sorted((one.state, one.found["new"], one.found["same"]) for one in both) == [("done", 0, 3), ("done", 3, 0)]
    assert not differences()


def test_the_same_form_sent_twice_is_one_import(cast: Cast) -> None:
    first, second = begin(cast, cast.olga, "key"), begin(cast, cast.olga, "key")
    assert first == second
    assert ImportFile.objects.count() == 1
    made = worked(first)
    for _time in range(2):
        made = imports.start(made, by=cast.by_olga, owner=cast.olga, checks=made.checks)
    assert worked(made).state == "done"
    assert imports.start(made, by=cast.by_olga, owner=cast.olga, checks=made.checks).state == "done"
    assert Customer.objects.filter(display_name="Rye Holidays").count() == 1


def test_only_an_owner_of_the_organization_imports(cast: Cast) -> None:
    made = upload(cast, "contacts", csv_of([contact("Rye Holidays")]))
    for person in (cast.stig, cast.vera, cast.otto):
        with refused("NOT_ALLOWED"):
            begin(cast, person, secrets.token_hex(8))
        with refused("NOT_ALLOWED"):
            imports.start(made, by=actor(person), owner=person, checks=made.checks)
        with refused("NOT_ALLOWED"):
            imports.read_otherwise(made, {}, {}, by=actor(person), owner=person, checks=made.checks)
    with refused("NOT_ALLOWED"):
        imports.start(made, by=cast.by_ana, owner=cast.olga, checks=made.checks)


def test_whoever_is_no_owner_any_more_imports_nothing(cast: Cast) -> None:
    other = colleague(cast.studio, "Odile Second", "odile@studio.test", "owner", by=cast.by_olga)
    made = upload(cast, "contacts", csv_of([contact("Rye Holidays")]), person=other)
    imports.start(made, by=actor(other), owner=other, checks=made.checks)
    staff.change_role(other, role="viewer", by=cast.by_olga)
    made = worked(made)
    assert (made.state, made.found["refused"]) == ("failed", "Your role doesn't allow this. Ask an owner.")
    assert not Customer.objects.filter(display_name="Rye Holidays").exists()


def test_what_changed_since_it_was_checked_is_checked_again_and_nothing_is_written(cast: Cast) -> None:
    made = upload(cast, "contacts", csv_of([contact("Rye Holidays", **{"Contact ID": "1"}), contact("Quay Vets")]))
    content = customers.CustomerContent(display_name="Rye Holidays", currency="EUR")
    mine = customers.create(cast.studio, content, by=cast.by_olga)
    Customer.objects.filter(id=mine.id).update(currency_fixed=True)
    made = start(cast, made)
    assert (made.state, sentences(made)) == (
        "checked",
        ["2: The currency stays EUR: this customer has transactions in it."],
    )
    assert not Customer.objects.filter(display_name="Quay Vets").exists()


def test_an_import_that_goes_on_is_not_read_otherwise(cast: Cast) -> None:
    made = begin(cast, cast.olga, "key")
    with refused("IMPORT_CHANGED"):
        imports.read_otherwise(made, {}, {}, by=cast.by_olga, owner=cast.olga, checks=made.checks)
    with refused("IMPORT_CHANGED"):
        imports.start(made, by=cast.by_olga, owner=cast.olga, checks=made.checks)
    made = worked(made)
    with refused("COLUMN_TWICE", field="display_name"):
        imports.read_otherwise(
            made, {"display_name": 0, "notes": 0}, {}, by=cast.by_olga, owner=cast.olga, checks=made.checks
        )
    with refused("OPTION", field="encoding"):
        imports.read_otherwise(made, {}, {"encoding": "utf-7"}, by=cast.by_olga, owner=cast.olga, checks=made.checks)
    with refused("IMPORT_CHANGED"):
        imports.start(made, by=cast.by_olga, owner=cast.olga, checks=made.checks - 1)
    with refused("IMPORT_CHANGED"):
        imports.read_otherwise(made, {}, {}, by=cast.by_olga, owner=cast.olga, checks=made.checks - 1)
    made = read_otherwise(cast, made, {})
    with refused("HAS_PROBLEMS"):
        imports.start(made, by=cast.by_olga, owner=cast.olga, checks=made.checks)
    with refused("KIND"):
        imports.begin(
            cast.studio, "x", "x", b"Name\n1", by=cast.by_olga, owner=cast.olga, language="en", making_key="x"
        )


def test_other_letters_are_read_when_they_are_chosen(cast: Cast) -> None:
    made = upload(cast, "contacts", csv_of([contact("Müller")], encoding="cp1252"))
    assert made.found["sample"][0][0] == "Müller"
    made = read_otherwise(cast, made, made.columns, encoding="gb18030")
    assert made.found["sample"][0][0] != "Müller"


def test_files_that_nobody_went_on_with_are_thrown_away(cast: Cast) -> None:
    upload(cast, "contacts", csv_of([contact("Rye Holidays")]))
    bring(cast, "contacts", csv_of([contact("Quay Vets")]))
    with clock.travel(by=running.KEPT + timedelta(minutes=1)):
        running.throw_old_away()
    assert [one.state for one in Import.objects.all()] == ["done"]
    assert not ImportFile.objects.exists()


@pytest.mark.long
def test_a_hundred_thousand_rows_in_gbk_with_a_mark_and_formulas_and_one_bad_row_twice(cast: Cast) -> None:
    """Right or refused in words, never half: once with a bad row at the end, and once without it, each twice."""
    rows = [contact(f"竹溪茶业 {place}", Notes="=1+1", EmailID=f"c{place}@zhuxi.test") for place in range(99_999)]
    good = [*rows, contact("竹溪茶业 99999", Notes="=1+1", EmailID="last@zhuxi.test")]
    bad = [*rows, contact("竹溪茶业 99999", Notes="=1+1", EmailID="no address")]
    before = Customer.objects.count()
    for encoding, mark in (("gbk", b""), ("utf-8", codecs.BOM_UTF8)):
        made = bring(cast, "contacts", mark + csv_of(bad, encoding=encoding))
        assert sentences(made) == ["100001: “no address” is no e-mail address."]
        assert Customer.objects.count() == before
    assert bring(cast, "contacts", csv_of(good, encoding="gbk")).state == "done"
    assert Customer.objects.count() == before + 100_000
    again = bring(cast, "contacts", codecs.BOM_UTF8 + csv_of(good))
    assert (again.state, again.found["same"], again.found["new"]) == ("checked", 100_000, 0)
    assert Customer.objects.get(display_name="竹溪茶业 99999").notes == "=1+1"
    more = bring(cast, "contacts", csv_of([*good, contact("One more")]))
    assert more.found["refused"].startswith("This file has more than 100,000 rows.")
