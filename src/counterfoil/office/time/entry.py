"""One piece of time: writing it down, putting it right, taking it back; what is fixed is only read."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from counterfoil.books.projects import time_entries
from counterfoil.foundation.formats import filled
from counterfoil.foundation.ids import whole_number
from counterfoil.foundation.refusal import Refused
from counterfoil.office.answers import done, refused, status_of, succeeded
from counterfoil.office.customer_choice import asked_number
from counterfoil.office.pages import page
from counterfoil.office.words import day
from counterfoil.reach.doors import needs
from counterfoil.reach.requests import OfficeRequest

from .forms import TimeForm, edit_form, new_form
from .reading import facts, open_approval, reasons_of
from .standing import mark
from .tasks import MOST


@needs("time.log")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: OfficeRequest) -> HttpResponse:
    """Time on a task; the address may name it, or its project."""
    reach, project_id = request.reach, asked_number(request, "project")
    form = new_form(request, project_id=project_id)

    def log(data: dict[str, Any]) -> None:
        content = form.content(reach.member.id)
        time_entries.log(form.chosen.project, content, by=reach.actor, making_key=data["making_key"])

    if request.method == "POST" and succeeded(form, log):
        return done(request, reach.url("time_entries"), _("The time was logged."))
    return page(
        request,
        "office/time/edit.html",
        status=status_of(form),
        form=form,
        heading=_("Log time"),
        is_cut=form.offered >= MOST,
        has_tasks=form.offered > 0,
        here=request.get_full_path(),
        back_url=reach.url("time_entries"),
    )


@needs("time.read")
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: OfficeRequest, entry_id: int) -> HttpResponse:
    """The form to put it right; for who may only read, and of what is fixed, what it says."""
    reach = request.reach
    rows = reach.time_for_list.select_related("task", "member", "project__customer", "approval")
    entry = get_object_or_404(rows, id=entry_id)
    if request.method == "POST":
        if not reach.may("time.log"):
            raise PermissionDenied
        return _edit(request, entry)
    return _show(request, entry)


def _edit(request: OfficeRequest, entry: Any) -> HttpResponse:
    reach, form = request.reach, edit_form(request, entry)

    def change(data: dict[str, Any]) -> None:
        time_entries.edit(entry, form.content(entry.member_id), by=reach.actor, revision=data["revision"] or 0)

    if succeeded(form, change):
        return done(request, reach.url("time_entries"), _("The time was saved."))
    return _show(request, entry, form, status=status_of(form))


def _show(request: OfficeRequest, entry: Any, form: TimeForm | None = None, *, status: int = 200) -> HttpResponse:
    reach = request.reach
    titled = {"who": entry.member_name, "day": day(reach, entry.worked_on)}
    reasons, may_log = reasons_of(reach, entry), reach.may("time.log")
    can_change = may_log and not reasons and entry.project.is_active
    return page(
        request,
        "office/time/edit.html",
        status=status,
        form=form or (edit_form(request, entry) if can_change else None),
        heading=filled(_("Time of %(who)s, %(day)s"), titled),
        entry=entry,
        pill=mark(entry),
        facts=facts(reach, entry),
        reasons=reasons,
        is_at_rest=may_log and not reasons and not entry.project.is_active,
        open_approval=open_approval(reach, entry),
        can_delete=may_log and not reasons,
        asks_delete=request.GET.get("ask") == "delete",
        delete_url=reach.url("time_entry_delete", entry.id),
        has_tasks=True,
        here=request.path,
        back_url=reach.url("time_entries"),
    )


@needs("time.log")
@require_POST
def delete(request: OfficeRequest, entry_id: int) -> HttpResponse:
    """Take back what was logged."""
    reach = request.reach
    entry = get_object_or_404(reach.time_entries, id=entry_id)
    try:
        time_entries.delete(entry, by=reach.actor, revision=whole_number(request.POST.get("revision", "")) or 0)
    except Refused as refusal:
        return refused(request, reach.url("time_entry", entry_id), refusal)
    return done(request, reach.url("time_entries"), _("The time was deleted."))
