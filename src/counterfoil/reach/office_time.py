"""What the office knows of projects and time, as a part of what one staff member may see.

Who only logs time sees the projects that they work on, and their own time.
"""

from datetime import date
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, QuerySet, Subquery, Sum, When, Window

from counterfoil.books.organizations.models import Organization, Role, StaffMember, StaffQuerySet
from counterfoil.books.projects import approvals
from counterfoil.books.projects.models import (
    Approval,
    ApprovalQuerySet,
    Project,
    ProjectMember,
    ProjectQuerySet,
    ProjectTask,
    TimeEntry,
    TimeEntryQuerySet,
    Timer,
)
from counterfoil.books.projects.taking import LOGGING
from counterfoil.books.sales import billed_time
from counterfoil.books.sales.models import BilledTime, Invoice, InvoiceQuerySet


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
    def projects_for_list(self) -> ProjectQuerySet:
        """The same with what their list shows: the customer's name, and hours."""
        return self.projects.with_hours().annotate(customer_name=F("customer__display_name"))

    @property
    def who_can_log(self) -> StaffQuerySet:
        """The staff who can be put on a project: who joined, works here still, and may log time."""
        here = StaffMember.objects.filter(organization=self.organization, removed_at__isnull=True)
        return here.filter(joined_at__isnull=False, role__in=LOGGING)

    def staff_and_rates(self, project: Project) -> QuerySet[StaffMember]:
        """Everybody who works or worked here, by name: with their `rate` on a project, which is None for who isn't on
        it, and whether colleagues can tell them something (`is_told`).
        """
        on_it = ProjectMember.objects.filter(project=project, member=OuterRef("id"))
        told = StaffMember.objects.told_of_business().filter(id=OuterRef("id"))
        everybody = StaffMember.objects.filter(organization=self.organization).order_by("name", "id")
        return everybody.annotate(rate=Subquery(on_it.values("rate")), is_told=Exists(told))

    def invoices_of(self, project: Project) -> InvoiceQuerySet:
        """Those that came from a project, each with the `invoiced_minor` of all that aren't void: before tax."""
        made = Invoice.objects.filter(came_from_kind=billed_time.ORIGIN, came_from_id=project.id)
        net = Case(When(state=Invoice.State.VOID, then=0), default=F("subtotal_minor") - F("discount_minor"))
        whole = made.filter(organization=self.organization).listed()
        return whole.annotate(invoiced_minor=Window(Sum(net)))

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

    def staff_of(self, projects: ProjectQuerySet) -> QuerySet[StaffMember]:
        """Who works on any of these projects, by name."""
        on_them = ProjectMember.objects.filter(project__in=projects.order_by().values("id"))
        staff = StaffMember.objects.filter(organization=self.organization, id__in=on_them.values("member_id"))
        return staff.order_by("name", "id")

    def invoice_with(self, entry: TimeEntry) -> Any:
        """The invoice with which a piece of time is billed, if one stands."""
        billed = BilledTime.objects.filter(entry_id=entry.id, stands=True).select_related("invoice").first()
        return billed and billed.invoice

    @property
    def approvals(self) -> ApprovalQuerySet:
        approvals = Approval.objects.filter(organization=self.organization)
        return approvals.none() if self.logs_only else approvals

    @property
    def approvals_for_list(self) -> ApprovalQuerySet:
        """The same with what lists show: the names of the project and the customer, and of who opened it first."""
        viewer = {f"viewer_{name}": F(f"viewed_by__{name}") for name in ("first_name", "last_name", "email")}
        names = {"project_name": F("project__name"), "customer_name": F("customer__display_name")}
        return self.approvals.annotate(**names, **viewer)

    def time_in(self, approval: Approval) -> list[TimeEntry]:
        """What is to be approved, in the order in which it was worked."""
        return list(_named(approvals.entries_of(approval)))

    def free_time(self, project: Project, first: date, last: date, approval: Approval | None = None) -> QuerySet[Any]:
        """What could be approved of a project and these days, in the same order; what an approval has already, too."""
        return _named(approvals.could_have(project, first, last, approval)).order_by("worked_on", "id")

    @property
    def timers(self) -> QuerySet[Timer]:
        """Everybody's that runs; of who only logs time, their own."""
        timers = Timer.objects.filter(member__organization=self.organization)
        return timers.filter(member=self.member) if self.logs_only else timers

    def own_timer(self) -> Any:
        """The one that runs for this person, with its task and project; None while there is none."""
        return Timer.objects.filter(member=self.member).select_related("task__project").first()


def _named(entries: TimeEntryQuerySet) -> TimeEntryQuerySet:
    return entries.annotate(task_name=F("task__name"), member_name=F("member__name"))
