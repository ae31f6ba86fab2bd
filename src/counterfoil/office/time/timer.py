"""The timer of whoever looks: how long it runs by now, and starting, stopping and discarding it."""

from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from counterfoil.books.projects import timers
from counterfoil.books.projects.time_entries import LONGEST_NOTES
from counterfoil.foundation import clock
from counterfoil.foundation.formats import filled, format_moment
from counterfoil.foundation.hours import format_hours
from counterfoil.foundation.ids import whole_number
from counterfoil.foundation.refusal import Refused
from counterfoil.office.answers import done, refused, status_of, succeeded
from counterfoil.office.pages import page
from counterfoil.reach.doors import needs
from counterfoil.reach.office import OfficeReach
from counterfoil.reach.requests import OfficeRequest

from .tasks import Choices, choices, own_tasks

MOST = 20


class TimerForm(forms.Form):
    """On what to work now."""

    task = forms.TypedChoiceField(
        label=gettext_lazy("Task"),
        coerce=int,
        error_messages={"invalid_choice": gettext_lazy("No time can be logged on this task any more. Choose another.")},
    )
    notes = forms.CharField(label=gettext_lazy("Notes"), max_length=LONGEST_NOTES, required=False)

    def __init__(self, *args: Any, tasks: Choices, chosen: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.chosen = chosen
        self.fields["task"].choices = tasks  # type: ignore[attr-defined]


def form_for(request: OfficeRequest) -> TimerForm | None:
    """The form to start it with, empty or as it was sent; None for who is on no project that takes time."""
    sent = request.POST if request.method == "POST" else None
    tasks = own_tasks(request.reach)
    named = whole_number(sent.get("task", "")) if sent else None
    chosen = tasks.filter(id=named).select_related("project__customer").first() if named else None
    offered = choices(tasks, also=chosen)
    return TimerForm(sent, tasks=offered, chosen=chosen, auto_id="timer_%s") if len(offered) > 1 else None


def told(reach: OfficeReach, timer: Any) -> dict[str, Any]:
    """One that runs, as of now."""
    organization, started = reach.organization, timer.started_at
    minutes = max(0, int((clock.now() - started).total_seconds()) // 60)
    return {
        "task": timer.task.name,
        "project": timer.task.project.name,
        "who": timer.member.name,
        "is_own": timer.is_own,
        "notes": timer.notes,
        "elapsed": format_hours(minutes),
        "since": format_moment(started, reach.language, organization.time_zone, organization.date_format),
        "stop_url": reach.url("timer_stop", timer.id),
        "discard_url": reach.url("timer_discard", timer.id),
    }


def running(request: OfficeRequest) -> list[dict[str, Any]]:
    """The timers that run, this person's own first."""
    reach = request.reach
    timers = reach.timers.select_related("task__project", "member").annotate(is_own=Q(member=reach.member))
    return [told(reach, one) for one in timers.order_by("-is_own", "started_at")[:MOST]]


@needs("time.log")
@require_POST
def start(request: OfficeRequest) -> HttpResponse:
    """Begin to work on a task. What is wrong is read beside the form, on a page of its own."""
    reach, form = request.reach, form_for(request)
    url = reach.url("time_entries")
    if form is None:
        refusal = Refused("NOT_ON_PROJECT", _("You are on no project that takes time now."))
        return refused(request, url, refusal)

    def begin(data: dict[str, Any]) -> None:
        timers.start(form.chosen, by=reach.actor, notes=data["notes"])

    if succeeded(form, begin):
        return done(request, url, _("The timer runs."))
    return page(
        request,
        "office/time/timer.html",
        status=status_of(form),
        form=form,
        back_url=url,
        here=reach.url("timer_start"),
    )


@needs("time.log")
@require_POST
def stop(request: OfficeRequest, timer_id: int) -> HttpResponse:
    """Log what was worked since it was started."""
    reach = request.reach
    timer = get_object_or_404(reach.timers.select_related("task"), id=timer_id)
    try:
        entry = timers.stop(timer, by=reach.actor)
    except Refused as refusal:
        return refused(request, reach.url("time_entries"), refusal)
    words = {"hours": format_hours(entry.minutes), "task": timer.task.name}
    return done(request, reach.url("time_entries"), filled(_("%(hours)s was logged on %(task)s."), words))


@needs("time.log")
@require_POST
def discard(request: OfficeRequest, timer_id: int) -> HttpResponse:
    """Stop it and log nothing."""
    reach = request.reach
    timer = get_object_or_404(reach.timers, id=timer_id)
    try:
        timers.discard(timer, by=reach.actor)
    except Refused as refusal:
        return refused(request, reach.url("time_entries"), refusal)
    return done(request, reach.url("time_entries"), _("The timer was discarded. Nothing was logged."))
