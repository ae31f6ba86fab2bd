"""What a customer sees of projects and time, as a part of what one person may see: only what is billable."""

from typing import Any

from django.db.models import F, QuerySet

from counterfoil.books.customers.models import Customer
from counterfoil.books.organizations.models import Organization
from counterfoil.books.organizations.modules import is_on
from counterfoil.books.projects import approvals
from counterfoil.books.projects.models import (
    MODULE,
    Approval,
    ApprovalQuerySet,
    Project,
    ProjectQuerySet,
    ProjectTask,
    TimeEntry,
    TimeEntryQuerySet,
    billable_minutes,
)


class TimeOfPortal:
    """Everything here is already narrowed to the customer."""

    customer: Customer
    organization: Organization

    @property
    def shows_projects(self) -> bool:
        """Whether the organization shows them, and timesheets, to its customers."""
        return is_on(self.organization, MODULE)

    @property
    def projects(self) -> ProjectQuerySet:
        return Project.objects.of(self.customer).visible_to_customer()

    @property
    def projects_for_list(self) -> ProjectQuerySet:
        """The same with their `logged_minutes` and `unbilled_minutes`, of billable time."""
        return self.projects.with_billable_time()

    def tasks_of(self, project: Project) -> QuerySet[ProjectTask]:
        """Those of a project's that are billable, also those on which nothing more is logged, with the same sums."""
        tasks = ProjectTask.objects.filter(project=project, is_billable=True)
        return tasks.annotate(**billable_minutes("task")).order_by("id")

    def time_of(self, project: Project) -> TimeEntryQuerySet:
        """The billable time of a project, with `is_billed`, the `task_name` and the `member_name`."""
        entries = TimeEntry.objects.filter(project=project, customer=self.customer).billable()
        return _named(entries.with_billing())

    @property
    def approvals(self) -> ApprovalQuerySet:
        return Approval.objects.of(self.customer).visible_to_customer()

    @property
    def approvals_for_list(self) -> ApprovalQuerySet:
        """The same with their `project`."""
        return self.approvals.select_related("project")

    def time_in(self, approval: Approval) -> list[Any]:
        """What is to be approved, in the order in which it was worked."""
        return list(_named(approvals.entries_of(approval)))


def _named(entries: TimeEntryQuerySet) -> TimeEntryQuerySet:
    return entries.annotate(task_name=F("task__name"), member_name=F("member__name"))
