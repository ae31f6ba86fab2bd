"""What the office knows of projects and time, as a part of what one staff member may see.

Who only logs time sees the projects that they work on, and their own time.
"""

from typing import Any

from django.db.models import F, QuerySet

from counterfoil.books.organizations.models import Organization, Role, StaffMember
from counterfoil.books.projects.models import (
    Approval,
    ApprovalQuerySet,
    Project,
    ProjectQuerySet,
    ProjectTask,
    TimeEntry,
    TimeEntryQuerySet,
    Timer,
)


class TimeOfOffice:
    """Everything here is already narrowed to the organization, and to what this person may see of it."""

    organization: Organization
    member: StaffMember

    @property
    def logs_only(self) -> bool:
        """Whether this person sees their own time and nothing else."""
        return self.member.role == Role.TIMESHEET

    @property
    def projects(self) -> ProjectQuerySet:
        projects = Project.objects.filter(organization=self.organization)
        return projects.worked_on_by(self.member.id) if self.logs_only else projects

    @property
    def tasks(self) -> QuerySet[ProjectTask]:
        return ProjectTask.objects.filter(project__in=self.projects.order_by().values("id"))

    @property
    def time_entries(self) -> TimeEntryQuerySet:
        entries = TimeEntry.objects.filter(organization=self.organization)
        return entries.filter(member=self.member) if self.logs_only else entries

    @property
    def time_for_list(self) -> TimeEntryQuerySet:
        """The same with what lists show: names of everything, `is_billed`, and the `approval_state`."""
        return self.time_entries.with_billing().annotate(
            project_name=F("project__name"),
            customer_name=F("customer__display_name"),
            task_name=F("task__name"),
            member_name=F("member__name"),
            approval_state=F("approval__state"),
        )

    @property
    def approvals(self) -> ApprovalQuerySet:
        approvals = Approval.objects.filter(organization=self.organization)
        return approvals.none() if self.logs_only else approvals

    @property
    def timers(self) -> QuerySet[Timer]:
        """Everybody's that runs; of who only logs time, their own."""
        timers = Timer.objects.filter(member__organization=self.organization)
        return timers.filter(member=self.member) if self.logs_only else timers

    def own_timer(self) -> Any:
        """The one that runs for this person, with its task and project; None while there is none."""
        return Timer.objects.filter(member=self.member).select_related("task__project").first()
