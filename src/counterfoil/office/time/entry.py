"""One piece of time: writing it down, putting it right, taking it back; what is fixed is only read."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from counterfoil.books.projects import time_entries
from counterfoil.foundation.formats import filled
from counterfoil.foundation.ids import whole_number
from counterfoil.foundation.refusal import Refused
from counterfoil.office.answers import done, refused, status_of, succeeded
from counterfoil.office.customer_choice import asked_number
from counterfoil.office.pages import page
from counterfoil.office.words import day
from counterfoil.reach.doors import needs
from counterfoil.reach.office import OfficeReach
from counterfoil.reach.requests import OfficeRequest

from .forms import edit_form, new_form
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
        has_tasks=form.is_bound or form.offered > 0,
        here=request.get_full_path(),
        back_url=reach.url("time_entries"),
    )


@needs("time.read")
@require_safe
def show(request: OfficeRequest, entry_id: int) -> HttpResponse:
    """What it says, how it stands, and why it can't be changed, if it can't."""
    reach, entry = request.reach, _find(request, entry_id)
    reasons = reasons_of(reach, entry)
    is_free = reach.may("time.log") and not reasons
    return page(
        request,
        "office/time/show.html",
        heading=_heading(reach, entry),
        entry=entry,
        pill=mark(entry),
        facts=facts(reach, entry),
        reasons=reasons,
        open_approval=open_approval(reach, entry),
        is_at_rest=is_free and not entry.project.is_active,
        edit_url=reach.url("time_entry_edit", entry.id) if is_free and entry.project.is_active else "",
        delete_url=reach.url("time_entry_delete", entry.id) if is_free else "",
        asks_delete=request.GET.get("ask") == "delete",
        back_url=reach.url("time_entries"),
    )


@needs("time.log")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: OfficeRequest, entry_id: int) -> HttpResponse:
    """Put it right. What nobody changes any more is only read."""
    reach, entry = request.reach, _find(request, entry_id)
    here = reach.url("time_entry", entry.id)
    if request.method != "POST" and (reasons_of(reach, entry) or not entry.project.is_active):
        return HttpResponseRedirect(here)
    form = edit_form(request, entry)

    def change(data: dict[str, Any]) -> None:
        time_entries.edit(entry, form.content(entry.member_id), by=reach.actor, revision=data["revision"] or 0)

    if request.method == "POST" and succeeded(form, change):
        return done(request, here, _("The time was saved."))
    return page(
        request,
        "office/time/edit.html",
        status=status_of(form),
        form=form,
        heading=_("Edit time"),
        about=_heading(reach, entry),
        has_tasks=True,
        here=request.path,
        back_url=here,
    )


def _find(request: OfficeRequest, entry_id: int) -> Any:
    rows = request.reach.time_for_list.select_related("task", "member", "project__customer", "approval")
    return get_object_or_404(rows, id=entry_id)


def _heading(reach: OfficeReach, entry: Any) -> str:
    return filled(_("Time of %(who)s, %(day)s"), {"who": entry.member_name, "day": day(reach, entry.worked_on)})


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
