"""The audit trail: who did what, when, from which address, to which document, with the changed fields."""

import ast
import csv
import io
from dataclasses import fields, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

import counterfoil
from counterfoil.books.customers import customers
from counterfoil.books.customers.contacts import ContactContent
from counterfoil.books.customers.customers import CustomerContent
from counterfoil.books.customers.models import Customer
from counterfoil.books.organizations import organizations
from counterfoil.books.organizations.models import Organization
from counterfoil.books.projects import approvals, projects, time_entries
from counterfoil.books.projects.tasks import TaskContent
from counterfoil.books.projects.time_entries import EntryContent
from counterfoil.books.sales import invoices
from counterfoil.books.sales.items import ItemContent
from counterfoil.foundation.events import Event
from counterfoil.foundation.formats import format_date
from counterfoil.office import activity, changes
from counterfoil.office.settings import audit
from tests.support import projects as work
from tests.support.books import draft_invoice, invoice, quote
from tests.support.cast import Cast, actor, visitor
from tests.support.world import World


def page(cast: Cast, **asked: str) -> Any:
    return visitor(cast.olga).get(f"/office/{cast.studio.id}/settings/audit-trail/", asked)


def sentences(cast: Cast, **asked: str) -> list[str]:
    return [row.sentence for row in page(cast, **asked).context["rows"]]


def rename(cast: Cast, customer: Any, **content: Any) -> Any:
    kept = {one.name: getattr(customer, one.name) for one in fields(CustomerContent)}
    by = replace(cast.by_olga, address="203.0.113.9")
    return customers.edit(customer, CustomerContent(**kept | content), by=by, revision=customer.revision)


def test_it_says_who_did_what_from_where_and_what_it_was_before(cast: Cast) -> None:
    rename(
        cast,
        cast.bakery,
        notes="Pays late",
        is_tax_exempt=True,
        billing_address={"city": "Hull", "street": "3 Fish Quay"},
    )
    first = page(cast).context["rows"][0]
    assert (first.who, first.address) == ("Olga Lindqvist", "203.0.113.9")
    assert first.sentence == "Olga Lindqvist changed the details of Harbour Bakery Ltd."
    assert [(one.label, one.was, one.now) for one in first.changes] == [
        ("Exempt from tax", "No", "Yes"),
        ("Billing address: Street", "nothing", "3 Fish Quay"),
        ("Billing address: Town or city", "nothing", "Hull"),
        ("Notes", "nothing", "Pays late"),
    ]
    assert visitor(cast.olga).get(first.url).context["customer"] == cast.bakery


def test_what_is_past_the_first_page_is_on_the_next(cast: Cast) -> None:
    for number in range(60):
        rename(cast, Customer.objects.get(id=cast.bakery.id), notes=f"note {number}")
    first = page(cast)
    assert len(first.context["rows"]) == 50
    second = visitor(cast.olga).get(f"/office/{cast.studio.id}/settings/audit-trail/{first.context['listing'].older}")
    assert len(second.context["rows"]) >= 10


def test_it_is_searched_by_person_customer_number_and_day(cast: Cast) -> None:
    bill = invoice(cast)
    offer = quote(cast, cast.tidewater)
    draft = draft_invoice(cast, cast.tidewater)
    invoices.mark_as_sent(draft, by=actor(cast.stig), revision=1)
    assert {row.who for row in page(cast, who=f"staff:{cast.stig.id}").context["rows"]} == {"Stig Holm"}
    assert all("Tidewater" in one for one in sentences(cast, q="tidew"))
    assert f"Olga Lindqvist issued {bill.number} to Harbour Bakery Ltd for £100.00." in sentences(cast, q=bill.number)
    assert all(offer.number in one or "draft" in one for one in sentences(cast, q=offer.number.lower()))
    assert sentences(cast, q="nobody") == []
    assert "Nothing fits" in page(cast, q="nobody").text
    today = audit.datetime.now(audit.ZoneInfo("Europe/London")).date()
    assert sentences(cast, first=today.isoformat(), last=today.isoformat())
    for asked in ({"first": today + timedelta(days=1)}, {"last": today - timedelta(days=1)}):
        assert sentences(cast, **{name: day.isoformat() for name, day in asked.items()}) == []


def test_who_came_from_the_portal_and_what_happens_by_itself_are_told_apart(world: World) -> None:
    who = {row.who for row in page(world.cast, who="customers").context["rows"]}
    assert who
    assert not who & {"Olga Lindqvist", "Counterfoil"}
    assert {row.who for row in page(world.cast, who="system").context["rows"]} == {"Counterfoil"}


def test_all_of_it_comes_as_a_file_in_which_no_cell_is_a_formula(cast: Cast) -> None:
    rename(cast, cast.bakery, notes="=cmd|' /C calc'!A0")
    answer = page(cast, format="csv", q="harbour")
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert rows[0]["Event"] == "customer.edited"
    assert rows[0]["Changes"].startswith("Notes: nothing")
    assert len(rows) == Event.objects.filter(customer_id=cast.bakery.id).count()


def test_another_organizations_is_not_in_it_and_no_mistake_loses_the_page(cast: Cast) -> None:
    invoice(cast, cast.foyle)
    assert not any("Foyle" in one for one in sentences(cast))
    for asked in ({"first": "31/31/2026"}, {"who": "staff:1"}, {"q": "\x00"}, {"page": "zzz"}):
        assert page(cast, **asked).status_code == 200


def test_it_takes_no_more_queries_than_any_page(world: World) -> None:
    browser = visitor(world.cast.olga)
    with CaptureQueriesContext(connection) as asked:
        browser.get(f"/office/{world.cast.studio.id}/settings/audit-trail/", {"q": "INV-1", "who": "customers"})
    assert len(asked) <= 12


def recorded() -> set[str]:
    """The names of events that stand in the program as they are."""
    found = set()
    for file in Path(counterfoil.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("record", "record_past") and node.args:
                told = ast.walk(node.args[0]) if not isinstance(node.args[0], ast.JoinedStr) else ()
                found |= {
                    one.value
                    for one in told
                    if isinstance(one, ast.Constant) and isinstance(one.value, str) and "." in one.value
                }
    return found


def test_whatever_is_recorded_is_told_in_words(world: World) -> None:
    names = recorded() | set(Event.objects.values_list("name", flat=True))
    assert len(names) > 100
    assert sorted(names - set(activity.SENTENCES) - set(audit.SENTENCES)) == []


@pytest.mark.parametrize("content", [CustomerContent, ContactContent, ItemContent, TaskContent, organizations.Details])
def test_every_field_that_can_be_changed_has_a_label(content: Any) -> None:
    assert {one.name for one in fields(content)} <= set(changes.LABELS)


def test_so_has_what_is_changed_of_projects_and_time(cast: Cast) -> None:
    one = work.project(cast)
    entry = work.time(cast, work.task(cast, one))
    assert {*projects.WRITTEN, *time_entries.told(entry, one)} <= set(changes.LABELS)


def test_projects_and_time_are_told_with_their_figures_days_and_choices_in_words(cast: Cast) -> None:
    one = work.project(cast, budget_minutes=600)
    content = replace(projects.content_of(one), billing="fixed", fixed_minor=250_000, budget_minutes=90)
    projects.edit(one, content, by=cast.by_olga, revision=1)
    entry = work.time(cast, work.task(cast, one), 90)
    later = EntryContent(
        task_id=entry.task_id,
        member_id=entry.member_id,
        worked_on=entry.worked_on - timedelta(days=1),
        minutes=75,
        is_billable=False,
    )
    time_entries.edit(entry, later, by=cast.by_olga, revision=1)
    told = {row.sentence: {one.label: (one.was, one.now) for one in row.changes} for row in page(cast).context["rows"]}
    assert told["Olga Lindqvist changed the project Shop window of Harbour Bakery Ltd."] == {
        "Rate": ("60", "0"),
        "How it is billed": ("By project hours", "Fixed cost"),
        "Cost": ("£0.00", "£2,500.00"),
        "Budget in hours": ("10:00", "1:30"),
    }
    days = [format_date(day, "en", cast.studio.date_format) for day in (entry.worked_on, later.worked_on)]
    assert told[f"Olga Lindqvist changed time of Olga Lindqvist on {days[1]}: Shop window, Drawing."] == {
        "Day": (format_date(entry.worked_on, "en"), format_date(later.worked_on, "en")),
        "Hours": ("1:30", "1:15"),
        "Billable": ("Yes", "No"),
    }
    assert f"Olga Lindqvist logged 1:30 hours of Olga Lindqvist on {days[0]}: Shop window, Drawing." in told
    assert "Olga Lindqvist added the task Drawing to the project Shop window." in told


def test_what_became_of_a_timesheet_is_told_with_why(cast: Cast) -> None:
    work.show_projects(cast.studio, by=cast.by_olga)
    one = work.project(cast)
    work.time(cast, work.task(cast, one))
    sheet = work.approval(cast, one)
    approvals.reject(sheet, by=cast.by_ana, revision=sheet.revision, reason="One hour less")
    first, *others = page(cast).context["rows"]
    assert first.sentence == f"Ana Moreau of Harbour Bakery Ltd rejected {sheet.number} with 1:30 hours."
    assert first.reason == "One hour less"
    told = [row.sentence for row in others]
    assert f"Olga Lindqvist asked Harbour Bakery Ltd to approve {sheet.number} with 1:30 hours." in told
    assert "Olga Lindqvist wrote a draft timesheet for Harbour Bakery Ltd with 1:30 hours." in told
    home = visitor(cast.olga).get(f"/office/{cast.studio.id}/").text
    assert first.sentence in home
    assert "Reason: One hour less" in home


def test_so_has_every_setting_of_the_organization() -> None:
    kept_by_itself = {"id", "logo", "logo_kind", "locked_until", "sample_of", "revision", "made_at"}
    assert {one.name for one in Organization._meta.concrete_fields} - kept_by_itself <= set(changes.LABELS)
