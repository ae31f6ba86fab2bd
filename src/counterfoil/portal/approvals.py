"""**Timesheets**: what the customer is asked to approve, the list and one with its entries, and deciding it."""

from collections.abc import Callable
from datetime import date
from functools import partial
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from counterfoil.books.projects import approvals
from counterfoil.design import columns, files
from counterfoil.design.lists import ALL, Column, Filter, Listed, asks_for_file, list_file, read_list
from counterfoil.design.marks import pill
from counterfoil.foundation.formats import address_lines, country_names, format_day_of, format_period
from counterfoil.foundation.hours import format_hours, in_hours
from counterfoil.foundation.ids import whole_number
from counterfoil.foundation.pages import Sort, starts_with
from counterfoil.foundation.refusal import Refused
from counterfoil.reach.doors import needs
from counterfoil.reach.portal import PortalReach
from counterfoil.reach.requests import PortalRequest

from . import attachments, conversation
from .amounts import day
from .documents import is_looked_at
from .kinds import Subject
from .pages import page

APPROVALS = Subject("approval", "approvals")
LISTED = Listed(
    sorts={"period": Sort("last", date.fromisoformat), "number": Sort("number_key")},
    filters=(
        ALL,
        Filter("awaiting", gettext_lazy("Awaiting approval"), lambda rows, _today: rows.awaiting()),
        Filter("approved", gettext_lazy("Approved"), lambda rows, _today: rows.filter(state="approved")),
        Filter("rejected", gettext_lazy("Rejected"), lambda rows, _today: rows.filter(state="rejected")),
    ),
    columns=(
        columns.NUMBER,
        Column(gettext_lazy("Project"), lambda row, _today: row.project.name),
        Column(gettext_lazy("First day"), lambda row, _today: row.first),
        Column(gettext_lazy("Last day"), lambda row, _today: row.last),
        Column(gettext_lazy("Hours"), lambda row, _today: f"{in_hours(row.minutes).normalize():f}"),
        Column(gettext_lazy("Status"), lambda row, _today: row.get_state_display()),
    ),
    first="-period",
)


@needs("approvals.read")
@require_safe
def index(request: PortalRequest) -> HttpResponse | FileResponse:
    """The list, the latest period first, filtered and searched as its address says."""
    reach = request.reach
    if not reach.shows_projects:
        raise Http404
    rows = reach.approvals_for_list
    if asks_for_file(request):
        return list_file(request, rows, LISTED, search=_search, today=reach.today, name="timesheets")
    listing = read_list(request, rows, LISTED, search=_search, today=reach.today)
    return page(
        request,
        "portal/approvals/index.html",
        rows=[
            {
                "number": one.number,
                "url": reach.url("approval", one.id),
                "project": one.project.name,
                "period": _period(reach, one),
                "hours": format_hours(one.minutes),
                "pill": pill(one.state, one.get_state_display()),
            }
            for one in listing.rows
        ],
        listing=listing,
    )


@needs("approvals.read")
@require_safe
def show(request: PortalRequest, approval_id: int) -> HttpResponse:
    """One of them with its time, day by day. Opening it is noticed."""
    approval = _find(request.reach, approval_id)
    if is_looked_at(request) and not approvals.was_just_seen(approval, actor=request.reach.actor):
        approvals.view(approval, by=request.reach.actor)
    return _show(request, approval)


@needs("approvals.decide")
@require_POST
def approve(request: PortalRequest, approval_id: int) -> HttpResponse:
    """**Approve** what was read."""
    return _decide(request, approval_id, approvals.approve, _("You approved this timesheet."))


@needs("approvals.decide")
@require_POST
def reject(request: PortalRequest, approval_id: int) -> HttpResponse:
    """**Reject** what was read, and say why."""
    verb = partial(approvals.reject, reason=request.POST.get("reason", ""))
    return _decide(
        request, approval_id, verb, _("You rejected this timesheet. They can put it right and send it again.")
    )


def _find(reach: PortalReach, approval_id: int) -> Any:
    """One that was sent, with its project. Raises Http404."""
    return get_object_or_404(reach.approvals_for_list, id=approval_id)


def _search(rows: Any, text: str) -> Any:
    return rows.filter(starts_with("number_key", text.casefold()))


def _decide(request: PortalRequest, approval_id: int, verb: Callable[..., Any], said: str) -> HttpResponse:
    approval = _find(request.reach, approval_id)
    revision = whole_number(request.POST.get("revision", "")) or 0
    try:
        verb(approval, by=request.reach.actor, revision=revision)
    except Refused as refusal:
        again = _find(request.reach, approval_id)
        return _show(request, again, refusal=refusal, status=422 if refusal.field else 409)
    messages.success(request, said)
    return HttpResponseRedirect(request.reach.url("approval", approval_id), status=303)


def _show(request: PortalRequest, approval: Any, *, refusal: Refused | None = None, status: int = 200) -> HttpResponse:
    reach = request.reach
    is_of_reason = refusal is not None and refusal.field == "reason"
    return page(
        request,
        "portal/approvals/show.html",
        status=status,
        approval=approval,
        status_word=approval.state,
        label=approval.get_state_display(),
        business=address_lines(reach.organization.address, country_names=country_names(reach.language)),
        organization=reach.organization,
        period=_period(reach, approval),
        sent_on=_day_of(reach, approval.sent_at),
        days=_days(reach, approval),
        hours=format_hours(approval.minutes),
        decided=_decided(reach, approval),
        can_be_decided=approval.state == "awaiting" and reach.may("approvals.decide"),
        refusal=refusal,
        reason=request.POST.get("reason", ""),
        reason_refused=str(refusal.sentence) if refusal and is_of_reason else "",
        longest_reason=approvals.LONGEST_REASON,
        rejecting=request.GET.get("ask") == "reject" or is_of_reason,
        approve_url=reach.url("approval_approve", approval.id),
        reject_url=reach.url("approval_reject", approval.id),
        project_url=reach.url("project", approval.project_id) if approval.project.is_active else "",
        conversation=conversation.of(
            APPROVALS, request, approval, files.by_comment(attachments.read(request, approval))
        ),
        back_url=reach.url("approvals"),
    )


def _days(reach: PortalReach, approval: Any) -> list[dict[str, Any]]:
    """Its time by the day on which it was worked, each with its sum."""
    days = []
    for worked_on, found in groupby(reach.time_in(approval), key=lambda entry: entry.worked_on):
        entries = list(found)
        days.append(
            {
                "day": day(reach, worked_on),
                "hours": format_hours(sum(one.minutes for one in entries)),
                "entries": [
                    {
                        "task": one.task_name,
                        "who": one.member_name,
                        "notes": one.notes,
                        "hours": format_hours(one.minutes),
                    }
                    for one in entries
                ],
            }
        )
    return days


def _period(reach: PortalReach, approval: Any) -> str:
    return format_period(approval.first, approval.last, reach.language, reach.organization.date_format)


def _day_of(reach: PortalReach, moment: Any) -> str:
    organization = reach.organization
    return format_day_of(moment, reach.language, organization.time_zone, organization.date_format)


def _decided(reach: PortalReach, approval: Any) -> str:
    """Who decided it, how, and when; empty while nobody did."""
    actor = approvals.decided_by(approval)
    if actor is None:
        return ""
    told = {"who": actor.name, "day": _day_of(reach, approval.decided_at)}
    if approval.state == "rejected":
        return _("Rejected by %(who)s on %(day)s.") % told
    return _("Approved by %(who)s on %(day)s.") % told
