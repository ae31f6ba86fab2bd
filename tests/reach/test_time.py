"""Who sees which projects and whose time: customers what was sent to them, timesheet staff their own."""

from dataclasses import replace
from typing import Any

import pytest

from counterfoil.books.organizations import organizations, staff
from counterfoil.books.organizations.models import PortalName, StaffMember
from counterfoil.books.projects import approvals, billing, projects, timers
from counterfoil.books.projects.billing import Wish
from counterfoil.books.projects.models import TimeEntry
from counterfoil.books.projects.projects import content_of
from counterfoil.books.sales import invoices
from counterfoil.outbound import batches
from counterfoil.outbound.models import Batch, Notification
from counterfoil.reach.capabilities import ROLES, contact_may, link_may, role_may
from counterfoil.reach.office import OfficeReach
from counterfoil.reach.portal import PortalReach
from tests.support import projects as make
from tests.support.books import invoice
from tests.support.cast import Cast, actor
from tests.support.locking import today
from tests.support.telling import readers, spread
from tests.support.uploads import PDF, put


def portal(contact: Any) -> PortalReach:
    contact.refresh_from_db()
    contact.organization.refresh_from_db()
    return PortalReach(contact, "portal", "", ())


def office(member: Any) -> OfficeReach:
    return OfficeReach(StaffMember.objects.get(id=member.id), "")


@pytest.fixture
def tess(cast: Cast) -> Any:
    return make.timekeeper(cast)


@pytest.fixture
def one(cast: Cast, tess: Any) -> Any:
    """A project of the bakery, whose portal shows it, with time of Olga and Tess."""
    make.show_projects(cast.studio, by=cast.by_olga)
    made = make.project(cast, members=[cast.olga, tess])
    drawing = make.task(cast, made)
    make.time(cast, drawing, 60)
    make.time(cast, drawing, 30, by=actor(tess))
    make.time(cast, make.task(cast, made, "Talking", is_billable=False), 10)
    return made


def test_a_customer_sees_their_own_active_projects_and_what_is_billable_of_them(cast: Cast, one: Any) -> None:
    make.project(cast, cast.tidewater)
    idle = make.project(cast, name="Archive")
    projects.deactivate(idle, by=cast.by_olga, revision=1)
    reach = portal(cast.ana)
    assert reach.shows_projects
    assert list(reach.projects) == [one]
    assert [task.name for task in reach.tasks_of(one)] == ["Drawing"]
    assert sorted((entry.minutes, entry.is_billed) for entry in reach.time_of(one)) == [(30, False), (60, False)]
    billing.bill(one, Wish(until=today()), by=cast.by_olga, revision=1)
    assert {(entry.task_name, entry.is_billed) for entry in reach.time_of(one)} == {("Drawing", True)}
    assert list(portal(cast.bruno).time_of(one)) == []


def test_a_customer_sees_what_was_sent_to_them_and_no_draft(cast: Cast, one: Any) -> None:
    draft = make.draft_approval(cast, one)
    assert list(portal(cast.ana).approvals) == []
    sent = approvals.send(draft, to=[cast.ana.id], by=cast.by_olga, revision=1)
    reach = portal(cast.ana)
    assert list(reach.approvals) == [sent]
    assert sorted(entry.member_name for entry in reach.time_in(sent)) == ["Olga Lindqvist", "Tess Timely"]
    for stranger in (cast.bruno, cast.fia):
        assert list(portal(stranger).approvals) == []
    approvals.recall(sent, by=cast.by_olga, revision=2)
    assert list(portal(cast.ana).approvals) == []


def test_what_waits_is_counted_on_their_home(cast: Cast, one: Any) -> None:
    invoice(cast)
    asked = make.approval(cast, one)
    assert portal(cast.ana).standing.timesheets == 1
    approvals.approve(asked, by=cast.by_ana, revision=2)
    assert not portal(cast.ana).standing.timesheets


def test_nothing_of_it_is_there_where_the_business_does_not_show_it(cast: Cast, one: Any) -> None:
    asked = make.approval(cast, one)
    file = put(asked, ("Plan.pdf", PDF), by=cast.by_olga, shown=True)
    assert file in portal(cast.ana).files
    cast.studio.refresh_from_db()
    organizations.change_portal(
        cast.studio,
        portal_name=PortalName.objects.get(organization=cast.studio, is_current=True).name,
        banner="",
        switches={**cast.studio.modules, "projects": False},
        revision=cast.studio.revision,
        by=cast.by_olga,
    )
    reach = portal(cast.ana)
    assert not reach.shows_projects
    assert (list(reach.projects), list(reach.approvals)) == ([], [])
    assert not reach.standing.timesheets
    assert file not in reach.files


def test_timesheet_staff_see_the_projects_that_they_work_on_and_their_own_time(cast: Cast, one: Any, tess: Any) -> None:
    make.task(cast, make.project(cast, name="Menu"))
    make.approval(cast, one)
    running = timers.start(one.tasks.get(name="Drawing"), by=actor(tess))
    timers.start(one.tasks.get(name="Drawing"), by=cast.by_olga)
    hers, olgas = office(tess), office(cast.olga)
    assert list(hers.projects) == [one]
    assert {task.project_id for task in hers.tasks} == {one.id}
    assert [entry.minutes for entry in hers.time_entries] == [30]
    assert [(entry.member_name, entry.approval_state) for entry in hers.time_for_list] == [("Tess Timely", "awaiting")]
    assert list(hers.timers) == [hers.own_timer()] == [running]
    assert list(hers.approvals) == []
    assert (olgas.projects.count(), olgas.tasks.count(), olgas.timers.count(), olgas.approvals.count()) == (2, 3, 2, 1)
    assert olgas.time_entries.count() == TimeEntry.objects.count() == 3


def test_a_project_at_rest_and_one_that_they_are_not_on_are_none_of_theirs(cast: Cast, one: Any, tess: Any) -> None:
    off = replace(content_of(one), members={cast.olga.id: one.rate})
    projects.edit(one, off, by=cast.by_olga, revision=1)
    assert (list(office(tess).projects), office(tess).time_entries.count()) == ([], 1)
    projects.edit(one, replace(off, members={tess.id: one.rate}), by=cast.by_olga, revision=2)
    assert list(office(tess).projects) == [one]
    projects.deactivate(one, by=cast.by_olga, revision=3)
    assert list(office(tess).projects) == []


def test_nobody_sees_another_businesss_time(cast: Cast, one: Any) -> None:
    reach = office(cast.otto)
    for rows in (reach.projects, reach.tasks, reach.time_entries, reach.approvals, reach.timers):
        assert not rows.exists()


def test_timesheet_staff_hear_of_nothing_else(cast: Cast, one: Any, tess: Any) -> None:
    asked = make.approval(cast, one)
    approvals.view(asked, by=cast.by_ana)
    bill = invoice(cast)
    invoices.view(bill, by=cast.by_ana)
    spread()
    assert readers("invoice.viewed") == {"Olga Lindqvist", "Stig Holm", "Vera Zhou"}
    assert not Notification.objects.filter(staff=tess).exists()


def test_whoever_logs_time_only_from_now_on_does_not_keep_what_they_were_told(cast: Cast) -> None:
    bill = invoice(cast)
    invoices.view(bill, by=cast.by_ana)
    spread()
    about: dict[str, Any] = {"making_key": "k" * 20, "language": "en", "owner": cast.stig}
    batches.begin(Batch.Act.PDF, "invoice", [bill.id], by=actor(cast.stig), **about)
    assert office(cast.stig).notifications.exists()
    assert office(cast.stig).batches.exists()
    staff.change_role(cast.stig, role="timesheet", by=cast.by_olga)
    reach = office(cast.stig)
    assert (reach.notifications.count(), reach.batches.count(), reach.unread) == (0, 0, 0)


@pytest.mark.parametrize(
    "capability",
    [
        "customers.read",
        "invoices.read",
        "invoices.edit",
        "projects.read",
        "projects.edit",
        "approvals.read",
        "approvals.edit",
        "comments.add",
        "payments.read",
        "settings.read",
        "staff.edit",
        "reports.read",
        "files.read",
        "mails.read",
    ],
)
def test_timesheet_staff_may_log_their_time_and_nothing_else(capability: str) -> None:
    assert role_may("timesheet", "time.log")
    assert role_may("timesheet", "time.read")
    assert not role_may("timesheet", capability)


def test_who_reads_only_logs_no_time_and_no_link_opens_any() -> None:
    assert not role_may("viewer", "time.log")
    assert not role_may("viewer", "approvals.edit")
    assert role_may("viewer", "time.read")
    assert contact_may("approvals.decide")
    assert not any(link_may(f"{noun}.read") for noun in ("projects", "approvals", "time"))
    assert "timesheet" in ROLES
