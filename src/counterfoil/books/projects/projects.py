"""What can be done with a project: write it down, change it, put it to rest and wake it up."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from counterfoil.books.customers.models import Customer
from counterfoil.books.ledger import ledger
from counterfoil.books.organizations.models import StaffMember
from counterfoil.foundation import clock
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.events import record
from counterfoil.foundation.money import LARGEST
from counterfoil.foundation.refusal import Refused

from .models import Project, ProjectMember, TimeEntry, Timer
from .taking import LOGGING, take

LONGEST_NAME = 200
BILLINGS = Project.Billing.choices
MOST_MINUTES = 60_000_000  # a million hours
LARGEST_RATE = Decimal(10) ** 12
WRITTEN = ("name", "description", "billing", "rate", "fixed_minor", "budget_minutes", "budget_minor")


@dataclass(frozen=True, kw_only=True)
class ProjectContent:
    """Everything about a project that a person writes.

    Rates are of an hour, in major units of the customer's currency; amounts in its minor units. `members` are the ids
    of the staff who work on it, each with their rate, which counts where it is billed by staff hours.
    """

    name: str
    billing: str = Project.Billing.PROJECT
    rate: Decimal = Decimal(0)
    fixed_minor: int = 0
    budget_minutes: int | None = None
    budget_minor: int | None = None
    description: str = ""
    members: Mapping[int, Decimal] = field(default_factory=dict)

    def columns(self) -> dict[str, Any]:
        """As the row stores it. What belongs to another way of billing is not kept."""
        values = {name: getattr(self, name) for name in WRITTEN}
        values["name"], values["description"] = self.name.strip(), self.description.strip()
        if self.billing != Project.Billing.PROJECT:
            values["rate"] = Decimal(0)
        if self.billing != Project.Billing.FIXED:
            values["fixed_minor"] = 0
        return values


@transaction.atomic
def create(customer: Customer, content: ProjectContent, *, by: Actor, making_key: str = "") -> Project:
    """Write a project down. The same form sent again (by its `making_key`) gives the project that it made.

    Raises Refused: NOT_ALLOWED, NAME_MISSING, NAME_TOO_LONG, NAME_TAKEN, BILLING, RATE, COST, BUDGET, NOT_A_COLLEAGUE.
    """
    ledger.lock(customer.id)
    by.must_be_staff_of(customer.organization_id)
    made = Project.objects.filter(organization_id=customer.organization_id, making_key=making_key)
    if making_key and (earlier := made.first()):
        return earlier
    project = Project(
        organization_id=customer.organization_id,
        customer=customer,
        making_key=making_key,
        made_at=clock.now(),
        made_by=by.as_json(),
    )
    _write(project, content)
    record("project.created", project, by=by, audience="office", name=project.name)
    return project


@transaction.atomic
def edit(project: Project, content: ProjectContent, *, by: Actor, revision: int) -> Project:
    """Change what is known of a project. What was invoiced stays as it is; the rest is billed as it says now.

    Raises Refused: PROJECT_CHANGED, STAFF_HAS_TIMER (who is taken off it), STAFF_HAS_TIME (at a rate that would be
    gone), and as `create`.
    """
    project = take(project, staff=by, revision=revision)
    was = {name: getattr(project, name) for name in WRITTEN}
    project.revision += 1
    _write(project, content)
    changed = {
        name: {"was": _plain(before), "now": _plain(getattr(project, name))}
        for name, before in was.items()
        if before != getattr(project, name)
    }
    record(
        "project.edited",
        project,
        by=by,
        audience="office",
        name=project.name,
        currency=project.customer.currency,
        changed=changed,
    )
    return project


@transaction.atomic
def deactivate(project: Project, *, by: Actor, revision: int) -> Project:
    """Put it to rest: no time is logged any more, and the customer no longer sees it. Its time can still be billed.

    Raises Refused: PROJECT_CHANGED, STAFF_HAS_TIMER. Twice is once.
    """
    project = take(project, staff=by, revision=revision)
    if project.is_active:
        _must_have_no_timer(project)
        _move(project, Project.State.INACTIVE, by)
    return project


@transaction.atomic
def activate(project: Project, *, by: Actor, revision: int) -> Project:
    """Wake it up again. Raises Refused: PROJECT_CHANGED. Twice is once."""
    project = take(project, staff=by, revision=revision)
    if not project.is_active:
        _move(project, Project.State.ACTIVE, by)
    return project


def content_of(project: Project) -> ProjectContent:
    """What is written of a project now."""
    members = dict(project.members.values_list("member_id", "rate"))
    return ProjectContent(**{name: getattr(project, name) for name in WRITTEN}, members=members)


def must_be_a_rate(rate: Decimal, field: str) -> None:
    """Refuse (RATE) what no hour can cost."""
    if not (rate.is_finite() and 0 <= rate < LARGEST_RATE):
        raise Refused("RATE", _("Write a rate of zero or more."), field=field)


def must_be_minutes(minutes: int | None) -> None:
    """Refuse (BUDGET) a budget of hours that nobody means."""
    if minutes is not None and not 0 < minutes <= MOST_MINUTES:
        raise Refused("BUDGET", _("Write a budget of at most a million hours."), field="budget_minutes")


def sound_name(name: str, field: str = "name") -> str:
    """The name as it is kept. Raises Refused: NAME_MISSING, NAME_TOO_LONG."""
    name = name.strip()
    if not name:
        raise Refused("NAME_MISSING", _("Write a name."), field=field)
    if max(len(name), len(name.casefold())) > LONGEST_NAME:
        raise Refused("NAME_TOO_LONG", _("This name is too long. Shorten it."), field=field)
    return name


def _write(project: Project, content: ProjectContent) -> None:
    """Into the rows; refuses before anything is written."""
    name = sound_name(content.name)
    if content.billing not in Project.Billing.values:
        raise Refused("BILLING", _("Choose how the project is billed."), field="billing")
    must_be_a_rate(content.rate, "rate")
    for rate in content.members.values():
        must_be_a_rate(rate, "members")
    must_be_minutes(content.budget_minutes)
    _must_be_amounts(content)
    if name.casefold() != project.name_key:  # of customers that were merged, both may have had one of this name
        theirs = Project.objects.filter(customer_id=project.customer_id, name_key=name.casefold())
        if theirs.exists():
            raise Refused("NAME_TAKEN", _("This customer has a project with this name already."), field="name")
    gone = _must_be_able(project, content)
    for column, value in content.columns().items():
        setattr(project, column, value)
    project.name_key = name.casefold()
    project.save()
    _fix_currency(project)
    ProjectMember.objects.filter(project=project, member_id__in=gone).delete()
    for member_id, rate in content.members.items():
        ProjectMember.objects.update_or_create(project=project, member_id=member_id, defaults={"rate": rate})


def _fix_currency(project: Project) -> None:
    """Its rates and its cost are in its customer's currency, which is chosen no more from now on."""
    Customer.objects.filter(id=project.customer_id, currency_fixed=False).update(currency_fixed=True)


def _must_be_amounts(content: ProjectContent) -> None:
    if not 0 <= content.fixed_minor <= LARGEST:
        raise Refused("COST", _("Write what the project costs."), field="fixed")
    if content.billing == Project.Billing.FIXED and not content.fixed_minor:
        raise Refused("COST", _("Write what the project costs."), field="fixed")
    if content.budget_minor is not None and not 0 < content.budget_minor <= LARGEST:
        raise Refused("BUDGET", _("Write a budget of more than zero, or leave it empty."), field="budget")


def _must_be_able(project: Project, content: ProjectContent) -> Collection[int]:
    """Who is taken off it. Refuses (NOT_A_COLLEAGUE, STAFF_HAS_TIMER, STAFF_HAS_TIME) whom it can't have or spare.

    Who was on it before and left the business may stay, or come back for the time that they have on it.
    """
    now = set(project.members.values_list("member_id", flat=True))
    fresh, gone = content.members.keys() - now, now - content.members.keys()
    here = Q(removed_at__isnull=True, joined_at__isnull=False, role__in=LOGGING)
    worked = Q(id__in=TimeEntry.objects.filter(project=project).values("member_id"))
    able = StaffMember.objects.filter(here | worked, organization_id=project.organization_id, id__in=fresh)
    if able.count() != len(fresh):
        raise Refused("NOT_A_COLLEAGUE", _("One of them doesn't work here any more. Choose again."), field="members")
    _must_have_no_timer(project, gone)
    if content.billing == Project.Billing.STAFF:
        _must_have_no_time(project, content.members.keys())
    return gone


def _must_have_no_time(project: Project, but: Collection[int]) -> None:
    """Refuse (STAFF_HAS_TIME) to bill by rates of the staff while others have time that is to be billed."""
    unbilled = TimeEntry.objects.filter(project=project).unbilled().exclude(member_id__in=but).select_related("member")
    if entry := unbilled.first():
        raise Refused(
            "STAFF_HAS_TIME",
            _("%(name)s has unbilled time on this project, which is billed at their rate. Bill it first.")
            % {"name": entry.member.name},
            field="members",
        )


def _must_have_no_timer(project: Project, members: Any = None) -> None:
    """Refuse (STAFF_HAS_TIMER) while somebody's timer runs on it."""
    running = Timer.objects.filter(task__project=project).select_related("member")
    if members is not None:
        running = running.filter(member_id__in=members)
    if timer := running.first():
        raise Refused(
            "STAFF_HAS_TIMER",
            _("A timer of %(name)s runs on this project. Have it stopped first.") % {"name": timer.member.name},
        )


def _move(project: Project, to: Project.State, by: Actor) -> None:
    project.state = to
    project.revision += 1
    project.save(update_fields=["state", "revision"])
    name = "project.activated" if to == Project.State.ACTIVE else "project.deactivated"
    record(name, project, by=by, audience="office", name=project.name)


def _plain(value: Any) -> Any:
    return f"{value.normalize():f}" if isinstance(value, Decimal) else value
