"""The form of a piece of time, and what it starts with."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from counterfoil.books.projects.time_entries import LONGEST_NOTES, EntryContent
from counterfoil.design.forms import HoursField
from counterfoil.foundation.ids import whole_number
from counterfoil.office.customer_choice import asked_number
from counterfoil.office.documents.forms import date_input
from counterfoil.office.making import MadeOnce, fresh_key
from counterfoil.reach.office import OfficeReach
from counterfoil.reach.requests import OfficeRequest

from .tasks import Choices, choices, open_tasks


class TimeForm(MadeOnce):
    """What was worked. Its box starts as the task says for which it was drawn.

    `box_of` is that task and `box_was` how the box stood: where another task is chosen and the box was left alone, the
    task decides.
    """

    task = forms.TypedChoiceField(
        label=_("Task"),
        coerce=int,
        error_messages={"invalid_choice": _("No time can be logged on this task any more. Choose another.")},
    )
    member = forms.TypedChoiceField(label=_("Who worked"), coerce=int)
    worked_on = forms.DateField(label=_("Date"), widget=date_input())
    minutes = HoursField(label=_("Hours"), help_text=_("Such as 1:30 or 1.5."))
    notes = forms.CharField(
        label=_("Notes"), max_length=LONGEST_NOTES, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    is_billable = forms.BooleanField(label=_("Billable"), required=False, help_text=_("Starts as the task says."))
    box_of = forms.IntegerField(required=False, widget=forms.HiddenInput)
    box_was = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, tasks: Choices, members: Choices | None, chosen: Any = None, **kwargs: Any) -> None:
        """`chosen` is the task that the address or what was sent names, with its project."""
        super().__init__(*args, **kwargs)
        self.chosen = chosen
        fields: dict[str, Any] = self.fields
        fields["task"].choices = tasks
        if members is None:
            del fields["member"]
        else:
            fields["member"].choices = members

    @property
    def offered(self) -> int:
        """How many tasks there are to choose from."""
        groups = self.fields["task"].choices  # type: ignore[attr-defined]
        return sum(len(group) for _name, group in groups if isinstance(group, list))

    def content(self, own_id: int) -> EntryContent:
        """What the verbs take; of who logs only their own time, it is theirs."""
        data = self.cleaned_data
        was_left = data["task"] != data["box_of"] and data["is_billable"] == data["box_was"]
        return EntryContent(
            task_id=data["task"],
            member_id=data.get("member", own_id),
            worked_on=data["worked_on"],
            minutes=data["minutes"],
            notes=data["notes"],
            is_billable=None if was_left else data["is_billable"],
        )


def new_form(request: OfficeRequest, *, project_id: int | None) -> TimeForm:
    """Of time that is written down, on whatever project or on one."""
    reach = request.reach
    task, tasks = _named_task(request), open_tasks(reach)
    return TimeForm(
        request.POST if request.method == "POST" else None,
        initial=_at_first(request, task),
        chosen=task,
        tasks=choices(tasks.filter(project_id=project_id) if project_id else tasks, also=task),
        members=_members(reach, task.project_id if task else project_id),
    )


def edit_form(request: OfficeRequest, entry: Any) -> TimeForm:
    """What it says now; the address may name another task, whose box it then shows."""
    reach = request.reach
    tasks = open_tasks(reach).filter(project_id=entry.project_id)
    other = asked_number(request, "task")
    task = (tasks.filter(id=other).first() if other and other != entry.task_id else None) or entry.task
    is_billable = entry.is_billable if task == entry.task else task.is_billable
    initial = {name: getattr(entry, name) for name in ("revision", "worked_on", "minutes", "notes")}
    initial |= {"task": task.id, "member": asked_number(request, "member") or entry.member_id}
    initial |= {"is_billable": is_billable, "box_of": task.id, "box_was": is_billable}
    return TimeForm(
        request.POST if request.method == "POST" else None,
        initial=initial,
        tasks=choices(tasks, also=entry.task),
        members=_members(reach, entry.project_id, also=entry.member),
    )


def _named_task(request: OfficeRequest) -> Any:
    """What the form or the address names, if time can be logged on it."""
    sent = request.POST.get("task") if request.method == "POST" else request.GET.get("task")
    named = whole_number(sent or "")
    return open_tasks(request.reach).filter(id=named).select_related("project__customer").first() if named else None


def _at_first(request: OfficeRequest, task: Any) -> dict[str, Any]:
    """Today, by whoever writes it; billable as the task says."""
    is_billable = task.is_billable if task else True
    return {
        "task": task.id if task else None,
        "member": asked_number(request, "member") or request.reach.member.id,
        "worked_on": request.reach.today,
        "making_key": fresh_key(),
        "is_billable": is_billable,
        "box_of": task.id if task else None,
        "box_was": is_billable,
    }


def _members(reach: OfficeReach, project_id: int | None, also: Any = None) -> Choices | None:
    """Of whom time can be written down, on a project or on any; None for who logs only their own."""
    if not reach.may("projects.read"):
        return None
    projects = reach.projects.filter(id=project_id) if project_id else reach.projects.active()
    found: Choices = [(one.id, one.name) for one in reach.staff_of(projects)]
    if also and all(also.id != member_id for member_id, _name in found):
        found.append((also.id, also.name))
    return [("", _("Choose a person")), *found]
