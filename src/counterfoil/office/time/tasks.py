"""What time is logged on: a list of tasks, grouped by their projects."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from counterfoil.reach.office import OfficeReach

MOST = 500  # of a longer list, the address names what is wanted
COLUMNS = ("id", "name", "project_id", "project__name", "project__customer__display_name")

Choices = list[tuple[Any, Any]]


def open_tasks(reach: OfficeReach) -> Any:
    """Those that take time now, of what this person sees."""
    return reach.tasks.filter(retired_at__isnull=True, project__state="active")


def own_tasks(reach: OfficeReach) -> Any:
    """Those of them on which this person can log time of their own."""
    return open_tasks(reach).filter(project__members__member=reach.member)


def choices(tasks: Any, *, also: Any = None) -> Choices:
    """These tasks by project, and one more (with its project and customer) in any case."""
    in_order = tasks.order_by("project__name_key", "project_id", "name_key", "id")
    found = list(in_order.values_list(*COLUMNS)[:MOST])
    if also and also.id not in {row[0] for row in found}:
        project = also.project
        found.append((also.id, also.name, project.id, project.name, project.customer.display_name))
    return [("", gettext_lazy("Choose a task")), *_groups(found)]


def _groups(found: list[Any]) -> Iterator[tuple[str, Choices]]:
    groups: dict[int, tuple[str, Choices]] = {}
    for task_id, name, project_id, project, customer in found:
        label = _("%(project)s, %(customer)s") % {"project": project, "customer": customer}
        groups.setdefault(project_id, (label, []))[1].append((task_id, name))
    yield from groups.values()
