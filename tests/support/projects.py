"""Projects and time of the cast, made through verbs."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from .books import staff_of
from .cast import Cast


def timekeeper(cast: Cast) -> Any:
    """Tess, of whom the studio wants nothing but her time."""
    from .cast import colleague

    return colleague(cast.studio, "Tess Timely", "tess@studio.test", "timesheet", by=cast.by_olga)


def project(cast: Cast, customer: Any = None, *, members: Any = None, **content: Any) -> Any:
    """A project by project hours at 60, with Olga (or whoever owns it) on its staff."""
    from counterfoil.books.projects import projects
    from counterfoil.books.projects.projects import ProjectContent

    customer = customer or cast.bakery
    by = staff_of(cast, customer)
    full: dict[str, Any] = {"name": "Shop window", "rate": Decimal(60)} | content
    on_it = {one.id: Decimal(50) for one in members} if members else {by.id: Decimal(50)}
    return projects.create(customer, ProjectContent(**full, members=on_it), by=by)


def task(cast: Cast, one: Any, name: str = "Drawing", **content: Any) -> Any:
    from counterfoil.books.projects import tasks
    from counterfoil.books.projects.tasks import TaskContent

    full: dict[str, Any] = {"rate": Decimal(40)} | content
    return tasks.add(one, TaskContent(name=name, **full), by=staff_of(cast, one.customer))


def time(
    cast: Cast, of: Any, minutes: int = 90, *, days_ago: int = 0, by: Any = None, member: Any = None, **more: Any
) -> Any:
    """Time that was logged on a task, by its own worker."""
    from counterfoil.books.projects import time_entries
    from counterfoil.books.projects.time_entries import EntryContent

    by = by or staff_of(cast, of.project.customer)
    content = EntryContent(
        task_id=of.id,
        member_id=(member or by).id,
        worked_on=_today() - timedelta(days=days_ago),
        minutes=minutes,
        **more,
    )
    return time_entries.log(of.project, content, by=by)


def draft_approval(cast: Cast, one: Any, *, days: int = 30, **more: Any) -> Any:
    """Of everything in the last days that can be approved."""
    from counterfoil.books.projects import approvals
    from counterfoil.books.projects.approvals import ApprovalContent

    content = ApprovalContent(first=_today() - timedelta(days=days), last=_today(), **more)
    return approvals.create(one, content, by=staff_of(cast, one.customer))


def approval(cast: Cast, one: Any, *, to: Any = None, **more: Any) -> Any:
    """One that waits for its customer."""
    from counterfoil.books.projects import approvals

    draft = draft_approval(cast, one, **more)
    who = to or people_of(one)
    return approvals.send(draft, to=who, by=staff_of(cast, one.customer), revision=draft.revision)


def people_of(one: Any) -> list[int]:
    from counterfoil.books.customers.models import ContactPerson

    return list(ContactPerson.objects.with_access().filter(customer=one.customer).values_list("id", flat=True))


def show_projects(organization: Any, *, by: Any) -> Any:
    """Let customers see projects and timesheets."""
    from counterfoil.books.organizations import organizations
    from counterfoil.books.organizations.models import PortalName

    organization.refresh_from_db()
    return organizations.change_portal(
        organization,
        portal_name=PortalName.objects.get(organization=organization, is_current=True).name,
        banner=organization.banner,
        switches={**organization.modules, "projects": True},
        revision=organization.revision,
        by=by,
    )


def _today() -> date:
    from counterfoil.foundation import clock

    return clock.today("Europe/London")
