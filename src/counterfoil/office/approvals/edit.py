"""Drawing up what a customer is to approve: a project, a period, and which time of it."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from counterfoil.books.projects import approvals
from counterfoil.books.projects.approvals import LONGEST_NOTES, MOST_ENTRIES, ApprovalContent
from counterfoil.foundation.hours import format_hours
from counterfoil.foundation.ids import whole_number
from counterfoil.foundation.refusal import Refused
from counterfoil.office.answers import done, refused, status_of, succeeded
from counterfoil.office.making import MadeOnce, fresh_key
from counterfoil.office.pages import page
from counterfoil.reach.doors import needs
from counterfoil.reach.requests import OfficeRequest

from .choosing import PeriodForm, chosen
from .entries import by_day


class ApprovalForm(MadeOnce):
    """What is written besides the time, which is ticked one by one as `entries`."""

    notes = forms.CharField(
        label=gettext_lazy("Notes for the customer"),
        max_length=LONGEST_NOTES,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@needs("approvals.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: OfficeRequest) -> HttpResponse:
    """Of the project and the days in the address; without them, first the choice."""
    choosing, project = chosen(request)
    context = {"heading": _("New customer approval"), "back_url": request.reach.url("approvals")}
    context["back_label"] = _("Customer approvals")
    if project is None:
        status = 422 if choosing.is_bound else 200
        return page(request, "office/approvals/edit.html", choosing=choosing, status=status, **context)
    found = list(request.reach.free_time(project, *_days(choosing))[: MOST_ENTRIES + 1])
    form = ApprovalForm(_sent(request), initial={"making_key": fresh_key()})

    def make(data: dict[str, Any]) -> None:
        content = _content(request, choosing, data)
        form.made = approvals.create(project, content, by=request.reach.actor, making_key=data["making_key"])  # type: ignore[attr-defined]

    return _answer(request, form, make, choosing, found, ticked={one.id for one in found}, **context)


@needs("approvals.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: OfficeRequest, approval_id: int) -> HttpResponse:
    """The same of one that can be changed; the address may name other days."""
    reach = request.reach
    approval = get_object_or_404(reach.approvals.select_related("project", "customer"), id=approval_id)
    here = reach.url("approval", approval.id)
    if request.method != "POST" and approval.state not in ("draft", "rejected"):
        words = gettext_lazy("This waits for the customer, or is approved. Take it back to change it.")
        return refused(request, here, Refused("WRONG_STATE", words))
    now = {name: getattr(approval, name).isoformat() for name in ("first", "last")}
    days = {name: request.GET.get(name) or value for name, value in now.items()}
    choosing = PeriodForm(days, auto_id="choose_%s")
    context = {"approval": approval, "heading": _("Edit customer approval"), "back_url": here}
    context["back_label"] = approval.number or _("Draft")
    if not choosing.is_valid():
        return page(request, "office/approvals/edit.html", choosing=choosing, status=422, **context)
    first, last = _days(choosing)
    found = list(reach.free_time(approval.project, first, last, approval)[: MOST_ENTRIES + 1])
    fresh = {one.id for one in found if not approval.first <= one.worked_on <= approval.last}
    form = ApprovalForm(_sent(request), initial={"notes": approval.notes, "revision": approval.revision})

    def change(data: dict[str, Any]) -> None:
        content, revision = _content(request, choosing, data), data["revision"] or 0
        form.made = approvals.edit(approval, content, by=reach.actor, revision=revision)  # type: ignore[attr-defined]

    ticked = fresh | {one.id for one in found if one.approval_id == approval.id}
    return _answer(request, form, change, choosing, found, ticked=ticked, **context)


def _sent(request: OfficeRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _days(choosing: PeriodForm) -> tuple[Any, Any]:
    return choosing.cleaned_data["first"], choosing.cleaned_data["last"]


def _ids(request: OfficeRequest) -> set[int]:
    """What was ticked."""
    return {found for one in request.POST.getlist("entries") if (found := whole_number(one))}


def _content(request: OfficeRequest, choosing: PeriodForm, data: dict[str, Any]) -> ApprovalContent:
    first, last = _days(choosing)
    return ApprovalContent(first=first, last=last, entry_ids=_ids(request), notes=data["notes"])


def _answer(
    request: OfficeRequest,
    form: Any,
    verb: Any,
    choosing: PeriodForm,
    found: list[Any],
    *,
    ticked: Collection[int],
    **context: Any,
) -> HttpResponse:
    """What was sent is done, added up, or shown again with what is wrong."""
    adds_up = request.POST.get("do") == "update"
    if request.method == "POST":
        ticked = _ids(request)
        if not adds_up and succeeded(form, verb):
            url = request.reach.url("approval", form.made.id)
            if request.POST.get("do") == "send":
                return done(request, f"{url}?ask=send")
            return done(request, url, _("The customer approval is saved."))
    shown = found[:MOST_ENTRIES]
    return page(
        request,
        "office/approvals/edit.html",
        status=200 if adds_up else status_of(form),
        choosing=choosing,
        form=form,
        days=by_day(request.reach, shown, ticked=ticked),
        is_cut=len(found) > MOST_ENTRIES,
        total=format_hours(sum(one.minutes for one in shown if one.id in ticked)),
        here=request.get_full_path(),
        **context,
    )
