"""From a timer to an invoice that is paid: hours that are logged, sent, rejected, mended, approved and billed."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from counterfoil.books.projects.models import Approval, Project, TimeEntry
from counterfoil.books.sales.models import Invoice
from tests.support import projects as make
from tests.support.cast import Cast
from tests.support.switches import switch

from . import looking

pytestmark = pytest.mark.browser


def test_hours_are_logged_approved_and_billed(cast: Cast, sign_in: Callable[..., Page]) -> None:
    switch(cast, projects=True)
    tess, olga = make.timekeeper(cast), sign_in(cast.olga)
    found = _begin_a_project(cast, olga)

    keeper = sign_in(tess)
    keeper.goto("/office/")
    expect(keeper.locator("h1")).to_have_text("Timesheets")
    keeper.get_by_label("Task").select_option(label="Drawing")
    keeper.get_by_role("button", name="Start timer").click()
    keeper.get_by_role("button", name="Stop").click()
    expect(keeper.locator("main")).to_contain_text("0:01")
    keeper.get_by_role("link", name="Log time").first.click()
    keeper.get_by_label("Task").select_option(label="Drawing")
    keeper.get_by_label("Hours").fill("1:29")
    found += looking.accessibility(keeper, "logging time")
    keeper.get_by_role("button", name="Save").click()
    expect(keeper.locator("main")).to_contain_text("1:29")
    assert sorted(TimeEntry.objects.values_list("minutes", flat=True)) == [1, 89]

    _ask(olga)
    ana = sign_in(cast.ana)
    found += _reject(cast, ana)
    olga.reload()
    expect(olga.locator("main")).to_contain_text("The minute was a test.")
    olga.get_by_role("link", name="Edit", exact=True).click()
    olga.get_by_role("checkbox", name=re.compile("0:01")).uncheck()
    expect(olga.locator("#sums")).to_contain_text("1:29")
    olga.get_by_role("button", name="Save and send").click()
    olga.get_by_role("dialog").get_by_role("button", name="Send").click()
    expect(olga.locator("h1 + .pill")).to_have_text("Awaiting approval")

    ana.goto(f"/portal/lindqvist-zhou/{cast.bakery.id}/")
    ana.get_by_role("link", name=re.compile("^Timesheets")).last.click()
    ana.get_by_role("link", name="TS-000001").click()
    ana.get_by_role("button", name="Approve").click()
    expect(ana.locator("main")).to_contain_text("You approved this timesheet.")
    assert (Approval.objects.get().state, Approval.objects.get().minutes) == ("approved", 89)
    _bill(cast, olga)
    ana.get_by_role("link", name="Projects").click()
    ana.get_by_role("link", name="Shop window").click()
    expect(ana.locator("main")).to_contain_text("Billed")
    found += looking.accessibility(ana, "the project in the portal")
    assert not found, "\n".join(found)


def _begin_a_project(cast: Cast, olga: Page) -> list[str]:
    """By project hours at 60, with Tess on it and one task."""
    olga.goto(f"/office/{cast.studio.id}/")
    olga.get_by_role("link", name="Projects").click()
    olga.get_by_role("link", name="New project").first.click()
    olga.get_by_role("link", name=cast.bakery.display_name).click()
    olga.get_by_label("Name").first.fill("Shop window")
    olga.get_by_label("Rate of an hour").first.fill("60")
    olga.get_by_role("checkbox", name="Tess Timely").check()
    found = looking.accessibility(olga, "a new project")
    olga.get_by_role("button", name="Save").click()
    expect(olga.locator("h1")).to_contain_text("Shop window")
    olga.get_by_role("link", name="New task").click()
    olga.get_by_label("Name").fill("Drawing")
    olga.get_by_role("button", name="Save").click()
    expect(olga.locator("main")).to_contain_text("Drawing")
    return [*found, *looking.accessibility(olga, "the project")]


def _ask(olga: Page) -> None:
    """All the time of the project goes to the customer."""
    olga.get_by_role("link", name="New customer approval").click()
    olga.get_by_role("button", name="Show its time").click()
    olga.get_by_role("button", name="Save and send").click()
    olga.get_by_role("dialog").get_by_role("button", name="Send").click()
    expect(olga.locator("h1 + .pill")).to_have_text("Awaiting approval")


def _reject(cast: Cast, ana: Page) -> list[str]:
    """First without a reason, which is asked for; then with one."""
    ana.goto(f"/portal/lindqvist-zhou/{cast.bakery.id}/approvals/")
    ana.get_by_role("link", name="TS-000001").click()
    found = looking.accessibility(ana, "a timesheet that waits")
    ana.get_by_role("link", name="Reject").click()
    dialog = ana.get_by_role("dialog")
    dialog.get_by_role("button", name="Reject").click()
    expect(ana.get_by_role("dialog")).to_contain_text("Please say why")
    ana.get_by_label("Reason").fill("The minute was a test.")
    ana.get_by_role("dialog").get_by_role("button", name="Reject").click()
    expect(ana.locator("main")).to_contain_text("You rejected this timesheet.")
    return found


def _bill(cast: Cast, olga: Page) -> None:
    """What was approved, and what was left out of it, become lines of one draft."""
    project = Project.objects.get()
    olga.goto(f"/office/{cast.studio.id}/projects/{project.id}/")
    olga.get_by_role("link", name="Invoice unbilled time").click()
    expect(olga.locator("main")).to_contain_text("1:30")
    olga.get_by_role("button", name="Make an invoice").click()
    olga.get_by_role("button", name="Mark as sent").click()
    expect(olga.locator("h1 + .pill")).to_have_text("Sent")
    invoice = Invoice.objects.get()
    assert (invoice.state, invoice.total_minor) == ("issued", 9_000)
