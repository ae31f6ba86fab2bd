"""Logging time and drawing up an approval of it, in a real browser, with scripts and without."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from counterfoil.books.projects.models import Approval, TimeEntry
from tests.support import projects as make
from tests.support.cast import PASSWORD

pytestmark = pytest.mark.browser


def sign_in(page: Any, site: Any, email: str) -> None:
    page.goto(f"{site.url}/office/account/login/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(re.compile(r"/\d+/(timesheets/)?$"))


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without"])
def test_time_is_logged_and_drawn_up(running_site: Any, browse: Any, cast: Any, javascript: bool) -> None:
    one = make.project(cast)
    make.task(cast, one)
    make.task(cast, one, "Cleaning", is_billable=False)
    make.time(cast, make.task(cast, one, "Printing"), 30)
    office, home = browse(javascript=javascript), f"{running_site.url}/office/{cast.studio.id}"
    sign_in(office, running_site, "olga@studio.test")
    office.goto(f"{home}/timesheets/new/")
    office.get_by_label("Task").select_option("Cleaning")
    if javascript:
        expect(office.get_by_label("Billable")).not_to_be_checked()
        office.get_by_label("Task").select_option("Drawing")
        expect(office.get_by_label("Billable")).to_be_checked()
        office.get_by_label("Task").select_option("Cleaning")
        expect(office.get_by_label("Billable")).not_to_be_checked()
    office.get_by_label("Hours").fill("1h 30m")
    office.get_by_role("button", name="Save").click()
    expect(office.get_by_text("The time was logged.")).to_be_visible()
    assert (TimeEntry.objects.latest("id").minutes, TimeEntry.objects.latest("id").is_billable) == (90, False)

    make.time(cast, TimeEntry.objects.earliest("id").task, 45)
    office.goto(f"{home}/approvals/new/")
    office.get_by_label("Project").select_option(index=1)
    office.get_by_role("button", name="Show its time").click()
    total = office.locator("#sums dd")
    expect(total).to_have_text("1:15")
    office.get_by_role("checkbox", name=re.compile("0:30")).uncheck()
    if not javascript:
        office.get_by_role("button", name="Work out the totals").click()
    expect(total).to_have_text("0:45")
    office.get_by_role("button", name="Save as draft").click()
    expect(office.get_by_text("The customer approval is saved.")).to_be_visible()
    assert Approval.objects.get().minutes == 45
