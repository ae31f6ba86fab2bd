"""How much was worked on projects, and what of it is billed: in minutes, and in money at the rates of now."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from counterfoil.foundation.money import LARGEST, exponent

from .models import Project, ProjectMember, TimeEntry

NOTHING = Decimal(0)


@dataclass(frozen=True)
class Worked:
    """Minutes that were logged, and of them those that are billable, on an invoice, to be billed, and approved."""

    logged: int = 0
    billable: int = 0
    billed: int = 0
    unbilled: int = 0
    approved: int = 0

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "Worked":
        """From a row of `TimeEntryQuerySet.summed`."""
        return cls(*(row[name] for name in ("logged", "billable", "billed", "unbilled", "approved")))

    def __add__(self, other: "Worked") -> "Worked":
        return Worked(
            self.logged + other.logged,
            self.billable + other.billable,
            self.billed + other.billed,
            self.unbilled + other.unbilled,
            self.approved + other.approved,
        )


@dataclass(frozen=True)
class Standing:
    """How a project stands: its time, that of each task (by id), and what its billable and unbilled time comes to."""

    worked: Worked
    tasks: Mapping[int, Worked]
    worth_minor: int
    unbilled_minor: int


@dataclass(frozen=True)
class OfProject:
    """A project's time over a period, and what is unbilled of it comes to; None where the cost is fixed."""

    project_id: int
    project: str
    customer: str
    currency: str
    worked: Worked
    unbilled_minor: int | None


def standing(project: Project, tasks: Sequence[Any], rates: Mapping[int, Decimal], currency: str) -> Standing:
    """How it stands now, in one query. `tasks` are all of the project's, `rates` those of its staff by their ids."""
    task_rates = {one.id: one.rate for one in tasks}
    whole, of_tasks, worth, unbilled = Worked(), defaultdict[int, Worked](Worked), NOTHING, NOTHING
    for row in TimeEntry.objects.filter(project=project).summed("task_id", "member_id"):
        worked = Worked.of(row)
        whole += worked
        of_tasks[row["task_id"]] += worked
        of_task = task_rates.get(row["task_id"], NOTHING)
        of_hour = rate(project.billing, project.rate, of_task, rates.get(row["member_id"], NOTHING))
        worth += worked.billable * of_hour / 60
        unbilled += worked.unbilled * of_hour / 60
    return Standing(whole, of_tasks, minor(worth, currency), minor(unbilled, currency))


def by_project(organization_id: int, first: date, last: date) -> list[OfProject]:
    """The projects on which time was logged from a day to a day, each with how much, in no order."""
    entries = TimeEntry.objects.filter(organization_id=organization_id, worked_on__range=(first, last))
    names = ("project__name", "customer__display_name", "customer__currency")
    rates = ("project__billing", "project__rate", "task__rate")
    members = ProjectMember.objects.filter(
        project__organization_id=organization_id, project__billing=Project.Billing.STAFF
    )
    of_members = {(one, member): rate for one, member, rate in members.values_list("project_id", "member_id", "rate")}
    told: dict[int, tuple[str, str, str, bool]] = {}
    sums, unbilled = defaultdict[int, Worked](Worked), defaultdict[int, Decimal](Decimal)
    for row in entries.summed("project_id", "member_id", *names, *rates):
        one, worked = row["project_id"], Worked.of(row)
        told[one] = (row[names[0]], row[names[1]], row[names[2]], row[rates[0]] == Project.Billing.FIXED)
        sums[one] += worked
        of_member = of_members.get((one, row["member_id"]), NOTHING)
        of_hour = rate(row[rates[0]], row[rates[1]], row[rates[2]], of_member)
        unbilled[one] += worked.unbilled * of_hour / 60
    return list(_of_projects(told, sums, unbilled))


def _of_projects(
    told: Mapping[int, tuple[str, str, str, bool]], sums: Mapping[int, Worked], unbilled: Mapping[int, Decimal]
) -> Iterator[OfProject]:
    for one, (project, customer, currency, is_fixed) in told.items():
        comes_to = None if is_fixed else minor(unbilled[one], currency)
        yield OfProject(one, project, customer, currency, sums[one], comes_to)


def rate(billing: str, of_project: Decimal, of_task: Decimal, of_member: Decimal) -> Decimal:
    """What an hour costs; nothing where the cost is fixed."""
    rates = {Project.Billing.PROJECT: of_project, Project.Billing.TASK: of_task, Project.Billing.STAFF: of_member}
    return rates.get(Project.Billing(billing), NOTHING)


def minor(amount: Decimal, currency: str) -> int:
    """An amount in major units as whole minor units, rounded half up; never more than a document may come to."""
    return min(LARGEST, int(amount.scaleb(exponent(currency)).to_integral_value(rounding=ROUND_HALF_UP)))
