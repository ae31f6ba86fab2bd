"""All of one's own data as a ZIP: what belongs to it, what doesn't, and that it is made in the background."""

import csv
import io
import zipfile
from typing import Any

import pytest

from counterfoil.books.conversations import comments
from counterfoil.books.customers import portal_access
from counterfoil.books.projects import billing, projects
from counterfoil.books.projects.billing import Wish
from counterfoil.foundation import clock
from counterfoil.outbound import batches, own_data
from counterfoil.outbound.models import Batch
from tests.support import projects as work
from tests.support.books import draft_invoice, invoice, pay, quote
from tests.support.cast import Cast, visitor
from tests.support.switches import switch
from tests.support.uploads import PDF, put


def at(cast: Cast, path: str = "data/") -> str:
    return f"/portal/lindqvist-zhou/{cast.bakery.id}/details/{path}"


def asked(client: Any, cast: Cast, key: str = "k" * 22) -> str:
    answer = client.post(at(cast), {"data_key": key})
    assert answer.status_code == 303
    return str(answer.headers["Location"])


def fetched(client: Any, page: str) -> zipfile.ZipFile:
    answer = client.get(f"{page}file/")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/zip")
    assert "details.zip" in answer.headers["Content-Disposition"]
    return zipfile.ZipFile(io.BytesIO(answer.content))


def test_everything_that_is_seen_is_in_it_and_nothing_else(cast: Cast) -> None:
    one = invoice(cast, amount="100")
    payment = pay(cast, cast.bakery, 10_000, {one.id: 10_000})
    offer = quote(cast, amount="40")
    comments.add(one, "Thank you for the =SUM", by=cast.by_ana)
    comments.add(one, "Never to be seen", by=cast.by_olga, shown=False)
    put(cast.bakery, ("plan.pdf", PDF), ("plan.pdf", PDF), by=cast.by_ana)
    put(cast.bakery, ("internal.pdf", PDF), by=cast.by_olga, shown=False)
    invoice(cast, cast.tidewater, amount="7")
    draft_invoice(cast, cast.bakery, amount="8")
    client = visitor(cast.ana)
    page = asked(client, cast)
    assert "Putting your data together" in client.get(page).text
    while batches.run_due():
        pass
    assert "Your data is ready" in client.get(page).text
    whole = fetched(client, page)
    assert sorted(whole.namelist()) == [
        "Conversations.csv",
        "Documents/plan-2.pdf",
        "Documents/plan.pdf",
        f"Invoices/{one.number}.pdf",
        "My details.csv",
        f"Payments made/{payment.number}.pdf",
        f"Quotes/{offer.number}.pdf",
    ]
    assert whole.read(f"Invoices/{one.number}.pdf").startswith(b"%PDF")
    assert "ana@harbour.test" in whole.read("My details.csv").decode()
    said = whole.read("Conversations.csv").decode()
    assert "Thank you for the =SUM" in said
    assert "Never to be seen" not in said


def test_billable_time_is_in_it_as_the_customer_sees_it_where_the_portal_has_timesheets(cast: Cast) -> None:
    one, hidden = work.project(cast), work.project(cast, name="Not any more")
    drawing = work.task(cast, one)
    work.time(cast, drawing, 90, days_ago=9, notes="=First draft")
    billing.bill(one, Wish(until=clock.today("Europe/London")), by=cast.by_olga, revision=1)
    work.time(cast, drawing, 15, days_ago=3)
    work.time(cast, drawing, 600, is_billable=False, notes="For ourselves")
    work.time(cast, work.task(cast, hidden), 7, notes="Of an inactive project")
    projects.deactivate(hidden, by=cast.by_olga, revision=1)
    theirs = work.project(cast, cast.tidewater)
    work.time(cast, work.task(cast, theirs), 8, notes="Of somebody else")
    client = visitor(cast.ana)
    before = asked(client, cast)
    switch(cast, projects=True)
    work.approval(cast, one)
    work.time(cast, drawing, 20)
    work.draft_approval(cast, one)
    after = asked(client, cast, "another" * 4)
    while batches.run_due():
        pass
    assert "Timesheets.csv" not in fetched(client, before).namelist()
    text = fetched(client, after).read("Timesheets.csv").decode("utf-8-sig")
    rows = [
        (row["Hours"], row["Notes"], row["Billing status"], row["Timesheet"])
        for row in csv.DictReader(text.splitlines())
    ]
    assert rows == [
        ("1.5", "'=First draft", "Billed", ""),
        ("0.25", "", "Unbilled", "TS-000001"),
        ("0.3333", "", "Unbilled", ""),
    ]


def test_it_is_nobody_elses_and_the_same_form_is_one(cast: Cast) -> None:
    client = visitor(cast.ana)
    page = asked(client, cast)
    assert asked(client, cast) == page
    assert asked(client, cast, "another" * 4) != page
    batches.run_due()
    assert visitor(cast.sam).get(page).status_code == 404
    assert visitor(cast.sam).get(f"{page}file/").status_code == 404
    assert Batch.objects.count() == 2


def test_who_lost_access_meanwhile_gets_nothing(cast: Cast) -> None:
    asked(visitor(cast.ana), cast)
    portal_access.configure(cast.bakery, {cast.sam.id}, by=cast.by_olga)
    while batches.run_due():
        pass
    batch = Batch.objects.get()
    assert batch.finished_at is not None
    assert not hasattr(batch, "file")


def test_what_is_not_theirs_is_left_out_whatever_was_asked_for(cast: Cast) -> None:
    """The door asks for what it shows alone; the worker looks again."""
    strange = invoice(cast, cast.tidewater, amount="7")
    things = [f"invoice:{strange.id}", "payment:1", "file:1"]
    begun = own_data.begin(cast.ana, things, by=cast.by_ana, making_key="k" * 64, language="en")
    while batches.run_due():
        pass
    whole = zipfile.ZipFile(io.BytesIO(bytes(Batch.objects.get(id=begun.id).file.content)))
    assert sorted(whole.namelist()) == ["Conversations.csv", "My details.csv"]


def test_more_than_fits_is_counted_and_said(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_data, "LARGEST", 10)
    invoice(cast, amount="100")
    client = visitor(cast.ana)
    page = asked(client, cast)
    while batches.run_due():
        pass
    assert "The file would be too large." in client.get(page).text
    assert fetched(client, page).namelist() == ["My details.csv"]
