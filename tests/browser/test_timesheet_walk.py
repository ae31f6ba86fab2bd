"""Hours as a customer meets them: a project, a timesheet that is rejected with a reason, and one that is approved."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from counterfoil.books.projects import approvals, billing
from counterfoil.books.projects.billing import Wish
from counterfoil.foundation import clock
from tests.support import projects as make
from tests.support.cast import Cast
from tests.support.switches import switch

from . import looking

pytestmark = pytest.mark.browser


def test_a_project_is_read_and_its_hours_are_rejected_and_approved(cast: Cast, sign_in: Callable[..., Page]) -> None:
    switch(cast, projects=True)
    one = make.project(cast, description="Drawn by hand, in two rounds.")
    drawing, printing = make.task(cast, one, description="Two drafts"), make.task(cast, one, "Printing")
    make.time(cast, drawing, 90, days_ago=40, notes="First draft, with the lettering that was asked for")
    billing.bill(one, Wish(until=clock.today("Europe/London")), by=cast.by_olga, revision=1)
    make.time(cast, drawing, 45, days_ago=2, notes="Second draft")
    make.time(cast, printing, 30, days_ago=2)
    make.time(cast, printing, 125)
    sheet = make.approval(cast, one, notes="As agreed on the phone.")
    ana = sign_in(cast.ana)
    ana.goto(f"/portal/lindqvist-zhou/{cast.bakery.id}/")
    found = looking.accessibility(ana, "home")
    ana.get_by_role("link", name="Projects").click()
    found += looking.accessibility(ana, "projects") + looking.scrolling(ana, "projects", 390, 320)
    ana.get_by_role("link", name="Shop window").click()
    expect(ana.get_by_role("heading", name="Time entries")).to_be_visible()
    found += looking.accessibility(ana, "the project") + looking.scrolling(ana, "the project", 390, 320)
    ana.get_by_role("link", name="Timesheets").click()
    found += looking.accessibility(ana, "timesheets") + looking.scrolling(ana, "timesheets", 390, 320)
    ana.get_by_role("link", name=sheet.number).click()
    found += looking.accessibility(ana, "the timesheet") + looking.scrolling(ana, "the timesheet", 390, 320)

    ana.get_by_role("link", name="Reject").click()
    dialog = ana.get_by_role("dialog")
    dialog.get_by_role("button", name="Reject").click()
    expect(dialog.get_by_label("Reason")).to_have_accessible_description("Please say why, so that it can be put right.")
    found += looking.accessibility(ana, "the missing reason")
    dialog.get_by_label("Reason").fill("Printing took an hour")
    dialog.get_by_role("button", name="Reject").click()
    expect(ana.locator("h1 + .pill")).to_have_text("Rejected")
    sheet.refresh_from_db()
    assert (sheet.state, sheet.reason) == ("rejected", "Printing took an hour")

    approvals.send(sheet, to=[cast.ana.id], by=cast.by_olga, revision=sheet.revision)
    ana.reload()
    ana.get_by_role("button", name="Approve").click()
    expect(ana.locator("h1 + .pill")).to_have_text("Approved")
    found += looking.accessibility(ana, "approved")
    sheet.refresh_from_db()
    assert sheet.state == "approved"
    assert not found, "\n".join(found)
