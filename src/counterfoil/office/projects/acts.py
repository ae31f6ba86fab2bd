"""Putting a project to rest, and waking it up."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from counterfoil.books.projects import projects
from counterfoil.foundation.ids import whole_number
from counterfoil.foundation.refusal import Refused
from counterfoil.office.answers import done, refused
from counterfoil.reach.doors import needs
from counterfoil.reach.requests import OfficeRequest


@needs("projects.edit")
@require_POST
def activate(request: OfficeRequest, project_id: int) -> HttpResponse:
    return _move(request, project_id, projects.activate, _("The project is active."))


@needs("projects.edit")
@require_POST
def deactivate(request: OfficeRequest, project_id: int) -> HttpResponse:
    return _move(request, project_id, projects.deactivate, _("The project is inactive."))


def _move(request: OfficeRequest, project_id: int, verb: Callable[..., Any], said: str) -> HttpResponse:
    """Do it to the revision that the page showed; what was refused is read on the project's page."""
    reach = request.reach
    project = get_object_or_404(reach.projects, id=project_id)
    here, revision = reach.url("project", project.id), whole_number(request.POST.get("revision", "")) or 0
    try:
        verb(project, by=reach.actor, revision=revision)
    except Refused as refusal:
        return refused(request, here, refusal)
    return done(request, here, said)
