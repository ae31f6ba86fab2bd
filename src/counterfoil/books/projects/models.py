"""Work for customers: projects with tasks and staff, the time that was spent, and what customers approve of it."""

from typing import Any, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from counterfoil.books.customers.models import ContactPerson, Customer
from counterfoil.books.organizations.models import DocumentKind, Organization, StaffMember
from counterfoil.books.sales.models import BilledTime
from counterfoil.foundation.hours import DAY
from counterfoil.foundation.ids import Row

MODULE = "projects"  # of `organizations.modules`


class ProjectQuerySet(models.QuerySet["Project"]):
    """Questions about projects."""

    def of(self, customer: Customer) -> Self:
        return self.filter(customer=customer)

    def active(self) -> Self:
        return self.filter(state=Project.State.ACTIVE)

    def visible_to_customer(self) -> Self:
        """The active ones, of organizations that show them in their portal."""
        return self.active().filter(**{f"organization__modules__{MODULE}": True})

    def with_billable_time(self) -> Self:
        """With the minutes that are billable: `logged_minutes`, and of them the `unbilled_minutes`."""
        return self.annotate(**billable_minutes("project"))

    def worked_on_by(self, member_id: int) -> Self:
        """The active ones of which somebody is on the staff."""
        return self.active().filter(members__member_id=member_id)

    def with_hours(self) -> Self:
        """With the minutes that were logged on each, and those that can still be billed."""
        entries = TimeEntry.objects.filter(project=OuterRef("id")).order_by()
        return self.annotate(logged_minutes=_minutes_of(entries), unbilled_minutes=_minutes_of(entries.unbilled()))


def _minutes_of(entries: Any) -> Any:
    """The sum of a project's entries."""
    sums = entries.values("project").annotate(sum=Sum("minutes")).values("sum")
    return Coalesce(Subquery(sums), 0)


class Project(Row):
    """A piece of work for a customer, in whose currency its rates and its cost are."""

    class State(models.TextChoices):
        """What a person decided."""

        ACTIVE = "active", _("Active")
        INACTIVE = "inactive", _("Inactive")

    class Billing(models.TextChoices):
        """How its time becomes money."""

        FIXED = "fixed", _("Fixed cost")
        PROJECT = "project", _("By project hours")
        TASK = "task", _("By task hours")
        STAFF = "staff", _("By staff hours")

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    name_key = models.CharField(max_length=200)  # case-folded, for search by prefix
    description = models.TextField(blank=True)
    billing = models.CharField(max_length=20, choices=Billing.choices)
    rate = models.DecimalField(max_digits=19, decimal_places=6, default=0)  # of an hour, by project hours; major units
    fixed_minor = models.BigIntegerField(default=0)  # the cost, where that is fixed
    budget_minutes = models.PositiveIntegerField(null=True)
    budget_minor = models.BigIntegerField(null=True)
    state = models.CharField(max_length=20, choices=State.choices, default=State.ACTIVE)
    revision = models.PositiveIntegerField(default=1)
    making_key = models.CharField(max_length=43, blank=True)  # of the form that made it, so that sending twice is once
    made_at = models.DateTimeField()
    made_by = models.JSONField()

    objects = ProjectQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "making_key"], condition=~Q(making_key=""), name="project_made_once"
            ),
            models.CheckConstraint(
                condition=Q(fixed_minor__gte=0, rate__gte=0), name="project_costs_something_or_nothing"
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "name_key", "id"], name="project_o_name"),
            models.Index(fields=["organization", "-id"], name="project_o_newest"),
            models.Index(fields=["customer", "name_key", "id"], name="project_c_name"),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def kind(cls) -> str:
        """What events, links and routes call it."""
        return "project"

    @property
    def number(self) -> str:
        """What it goes by, where documents have numbers."""
        return self.name

    @property
    def is_active(self) -> bool:
        return self.state == self.State.ACTIVE


class ProjectTask(Row):
    """A part of a project that time is logged on. One that was retired keeps its time, and takes no more."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="tasks")
    name = models.CharField(max_length=200)
    name_key = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    is_billable = models.BooleanField(default=True)
    rate = models.DecimalField(max_digits=19, decimal_places=6, default=0)  # of an hour, by task hours
    budget_minutes = models.PositiveIntegerField(null=True)
    revision = models.PositiveIntegerField(default=1)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "name_key"], condition=Q(retired_at__isnull=True), name="task_name_once"
            ),
            models.CheckConstraint(condition=Q(rate__gte=0), name="task_rate_not_negative"),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def told_as(cls) -> str:
        return "task"

    @property
    def organization_id(self) -> int:
        return self.project.organization_id

    @property
    def customer_id(self) -> int:
        return self.project.customer_id


class ProjectMember(Row):
    """One of the staff who works on a project, and logs time on it."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="members")
    member = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    rate = models.DecimalField(max_digits=19, decimal_places=6, default=0)  # of an hour, by staff hours

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "member"], name="project_member_once"),
            models.CheckConstraint(condition=Q(rate__gte=0), name="project_member_rate_not_negative"),
        ]


class ApprovalQuerySet(models.QuerySet["Approval"]):
    """Questions about what customers approve."""

    def of(self, customer: Customer) -> Self:
        return self.filter(customer=customer)

    def visible_to_customer(self) -> Self:
        """Those that were sent, of organizations that show projects in their portal."""
        return self.exclude(state=Approval.State.DRAFT).filter(**{f"organization__modules__{MODULE}": True})

    def awaiting(self) -> Self:
        return self.filter(state=Approval.State.AWAITING)


class Approval(Row):
    """Time of a project over a period, which the customer is asked to approve.

    What it says are its entries, which nobody changes while it waits, nor once it is approved. `minutes` is their sum.
    """

    class State(models.TextChoices):
        """What a person decided."""

        DRAFT = "draft", _("Draft")
        AWAITING = "awaiting", _("Awaiting approval")
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Rejected")

    TRANSITIONS = {
        State.DRAFT: {State.AWAITING},
        State.AWAITING: {State.APPROVED, State.REJECTED, State.DRAFT},
        State.REJECTED: {State.AWAITING},
        State.APPROVED: set[Any](),
    }
    numbered_as = DocumentKind.APPROVAL

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=40, blank=True)
    number_key = models.CharField(max_length=40, blank=True)
    first = models.DateField()
    last = models.DateField()
    notes = models.TextField(blank=True)
    minutes = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=20, choices=State.choices, default=State.DRAFT)
    revision = models.PositiveIntegerField(default=1)
    sent_at = models.DateTimeField(null=True)
    viewed_at = models.DateTimeField(null=True)
    viewed_by = models.ForeignKey(ContactPerson, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.JSONField(null=True)
    reason = models.TextField(blank=True)  # why it was rejected
    making_key = models.CharField(max_length=43, blank=True)
    made_at = models.DateTimeField()
    made_by = models.JSONField()

    objects = ApprovalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "number"], condition=~Q(number=""), name="approval_number"),
            models.UniqueConstraint(
                fields=["organization", "making_key"], condition=~Q(making_key=""), name="approval_made_once"
            ),
            models.CheckConstraint(condition=Q(first__lte=F("last")), name="approval_period"),
            models.CheckConstraint(
                condition=Q(state="draft") | (~Q(number="") & Q(sent_at__isnull=False)),
                name="approval_sent_has_number_and_when",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("approved", "rejected"), decided_at__isnull=False, decided_by__isnull=False)
                | Q(state__in=("draft", "awaiting"), decided_at__isnull=True, decided_by__isnull=True),
                name="approval_decided_has_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(state="rejected") & ~Q(reason="") | ~Q(state="rejected") & Q(reason=""),
                name="approval_rejected_has_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "-last", "-id"], name="approval_o_newest"),
            models.Index(fields=["customer", "-last", "-id"], name="approval_c_newest"),
            models.Index(fields=["organization", "number_key", "id"], name="approval_o_number"),
            models.Index(fields=["customer", "number_key", "id"], name="approval_c_number"),
        ]

    def __str__(self) -> str:
        return self.name or str(self.id)

    @classmethod
    def kind(cls) -> str:
        """What events, links and routes call it."""
        return "approval"

    @property
    def is_sent(self) -> bool:
        """Whether its customer sees it."""
        return self.state != self.State.DRAFT

    @property
    def name(self) -> str:
        """What it is called among others. Empty for a draft that was never sent."""
        return self.number


class TimeEntryQuerySet(models.QuerySet["TimeEntry"]):
    """Questions about time. An entry that the customer approved or is asked about is fixed."""

    def with_billing(self) -> Self:
        """With `is_billed`: whether an invoice stands that it is on."""
        return self.annotate(is_billed=Exists(_billed()))

    def billed(self) -> Self:
        return self.filter(Exists(_billed()))

    def unbilled(self) -> Self:
        """What can still be billed."""
        return self.filter(~Exists(_billed()), is_billable=True)

    def approved(self) -> Self:
        return self.filter(approval__state=Approval.State.APPROVED)

    def billable(self) -> Self:
        """What the customer sees."""
        return self.filter(is_billable=True)

    def seen_by_customer(self) -> Self:
        """What is billable, of active projects and of what they were asked to approve."""
        asked = Q(approval__isnull=False) & ~Q(approval__state=Approval.State.DRAFT)
        return self.billable().filter(Q(project__state=Project.State.ACTIVE) | asked)

    def summed(self, *by: str) -> Any:
        """Minutes by something: `logged`, and of these `billable`, `billed`, `unbilled` and `approved` ones."""
        billable, billed = Q(is_billable=True), Q(Exists(_billed()))
        approved = Q(approval__state=Approval.State.APPROVED)
        parts = {"billable": billable, "billed": billed, "unbilled": billable & ~billed, "approved": approved}
        sums = {name: Sum("minutes", filter=part, default=0) for name, part in parts.items()}
        return self.order_by().values(*by).annotate(logged=Sum("minutes"), **sums)


def _billed() -> Any:
    return BilledTime.objects.filter(entry_id=OuterRef("id"), stands=True)


def billable_minutes(of: str) -> dict[str, Coalesce]:
    """What a query about projects or tasks (`of` is "project" or "task") is annotated with.

    The minutes that are billable, `logged_minutes`, and those of them that can still be billed, `unbilled_minutes`.
    """
    time = TimeEntry.objects.billable().filter(**{of: OuterRef("id")}).order_by()
    kinds = {"logged_minutes": time, "unbilled_minutes": time.unbilled()}
    return {
        name: Coalesce(Subquery(rows.values(of).annotate(sum=Sum("minutes")).values("sum")), 0)
        for name, rows in kinds.items()
    }


class TimeEntry(Row):
    """Time that one of the staff worked on a task on a day, in whole minutes."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+")
    task = models.ForeignKey(ProjectTask, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    worked_on = models.DateField()
    minutes = models.PositiveSmallIntegerField()
    notes = models.CharField(max_length=500, blank=True)
    is_billable = models.BooleanField(default=True)
    approval = models.ForeignKey(Approval, null=True, on_delete=models.PROTECT, related_name="+")
    revision = models.PositiveIntegerField(default=1)
    making_key = models.CharField(max_length=43, blank=True)
    made_at = models.DateTimeField()
    made_by = models.JSONField()

    objects = TimeEntryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "making_key"], condition=~Q(making_key=""), name="time_made_once"
            ),
            models.CheckConstraint(condition=Q(minutes__gt=0, minutes__lte=DAY), name="time_within_a_day"),
            models.CheckConstraint(
                condition=Q(approval__isnull=True) | Q(is_billable=True), name="time_approved_is_billable"
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "-worked_on", "-id"], name="time_o_newest"),
            models.Index(fields=["member", "-worked_on", "-id"], name="time_m_newest"),
            models.Index(fields=["project", "-worked_on", "-id"], name="time_p_newest"),
        ]

    @classmethod
    def told_as(cls) -> str:
        return "time_entry"


class Timer(Row):
    """That one of the staff works on a task right now. Everybody has one at most."""

    member = models.OneToOneField(StaffMember, on_delete=models.PROTECT, related_name="+")
    task = models.ForeignKey(ProjectTask, on_delete=models.PROTECT, related_name="+")
    notes = models.CharField(max_length=500, blank=True)
    started_at = models.DateTimeField()

    @property
    def organization_id(self) -> int:
        return self.member.organization_id
