"""The tasks of a project: adding one, changing it, retiring it."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from counterfoil.books.projects import tasks
from counterfoil.foundation import money
from counterfoil.foundation.refusal import Refused
from counterfoil.office.answers import done, refused, status_of, succeeded
from counterfoil.office.pages import page
from counterfoil.reach.doors import needs
from counterfoil.reach.requests import OfficeRequest

from .forms import TaskForm

WRITTEN = ("revision", "name", "description", "is_billable", "budget_minutes")


@needs("projects.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: OfficeRequest, project_id: int) -> HttpResponse:
    project = get_object_or_404(request.reach.projects.select_related("customer"), id=project_id)
    form = TaskForm(request.POST if request.method == "POST" else None)

    def add(_data: dict[str, Any]) -> None:
        tasks.add(project, form.content(), by=request.reach.actor)

    if request.method == "POST" and succeeded(form, add):
        return done(request, request.reach.url("project", project.id), _("%(name)s was added.") % form.cleaned_data)
    return _show(request, form, project)


@needs("projects.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: OfficeRequest, project_id: int, task_id: int) -> HttpResponse:
    """Change it. One that was retired meanwhile can be read, and no more."""
    task = _find(request, project_id, task_id)
    initial = {name: getattr(task, name) for name in WRITTEN} | {"rate": task.rate or None}
    form = TaskForm(request.POST if request.method == "POST" else None, initial=initial)

    def change(data: dict[str, Any]) -> None:
        tasks.edit(task, form.content(), by=request.reach.actor, revision=data["revision"] or 0)

    if request.method == "POST" and succeeded(form, change):
        saved = _("%(name)s was saved.") % form.cleaned_data
        return done(request, request.reach.url("project", project_id), saved)
    return _show(request, form, task.project, task)


@needs("projects.edit")
@require_POST
def retire(request: OfficeRequest, project_id: int, task_id: int) -> HttpResponse:
    task = _find(request, project_id, task_id)
    here = request.reach.url("project", project_id)
    try:
        tasks.retire(task, by=request.reach.actor)
    except Refused as refusal:
        return refused(request, here, refusal)
    return done(request, here, _("%(name)s was retired.") % {"name": task.name})


def _find(request: OfficeRequest, project_id: int, task_id: int) -> Any:
    found = request.reach.tasks.select_related("project__customer")
    return get_object_or_404(found, id=task_id, project_id=project_id)


def _show(request: OfficeRequest, form: TaskForm, project: Any, task: Any = None) -> HttpResponse:
    reach = request.reach
    return page(
        request,
        "office/projects/task.html",
        status=status_of(form),
        form=form,
        project=project.name,
        currency=money.symbol(project.customer.currency, reach.language),
        name=task.name if task else "",
        is_retired=task is not None and task.retired_at is not None,
        retire_url=reach.url("task_retire", project.id, task.id) if task else "",
        asks=request.GET.get("ask") == "retire",
        back_url=reach.url("project", project.id),
    )
