"""One customer approval: its time day by day, how it stands, and what can be done with it."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from counterfoil.books.organizations.modules import is_on
from counterfoil.books.projects import approvals
from counterfoil.foundation.formats import format_period
from counterfoil.foundation.hours import format_hours
from counterfoil.office import activity
from counterfoil.office.documents.pages import moment
from counterfoil.office.pages import page
from counterfoil.reach.doors import needs
from counterfoil.reach.office import OfficeReach
from counterfoil.reach.requests import OfficeRequest

from . import conversation
from .entries import by_day

MODULE = "projects"  # of what the portal shows


@needs("approvals.read")
@require_safe
def show(request: OfficeRequest, approval_id: int) -> HttpResponse:
    """A dialog that the address asks for stands open."""
    reach = request.reach
    rows = reach.approvals.select_related("project", "customer", "viewed_by")
    approval = get_object_or_404(rows, id=approval_id)
    number = approval.number or _("Draft")
    history = reach.events_about(approval, activity.TOLD)
    return page(
        request,
        "office/approvals/show.html",
        document=approval,
        number=number,
        title=_("Customer approval %(number)s") % {"number": number},
        label=approval.get_state_display(),
        seen=_seen_by(reach, approval),
        hours=format_hours(approval.minutes),
        days=by_day(reach, reach.time_in(approval)),
        facts=_facts(reach, approval),
        decision=_decision(reach, approval),
        conversation=conversation.of(request, approval),
        activity=activity.tell(request, history, names={approval.customer_id: approval.customer.display_name}),
        customer_url=reach.url("customer", approval.customer_id),
        back_url=reach.url("approvals"),
        **(_acts(request, approval) if reach.may("approvals.edit") else {}),
    )


def _seen_by(reach: OfficeReach, approval: Any) -> str:
    """Who of the customer opened it first, and when."""
    if approval.viewed_at is None:
        return ""
    return _("%(who)s, %(when)s") % {"who": approval.viewed_by.full_name, "when": moment(reach, approval.viewed_at)}


def _facts(reach: OfficeReach, approval: Any) -> list[tuple[str, str, str]]:
    """Labels, values, and where they lead."""
    period = format_period(approval.first, approval.last, reach.language, reach.organization.date_format)
    facts = [
        (_("Project"), approval.project.name, reach.url("project", approval.project_id)),
        (_("Period"), period, ""),
    ]
    return [*facts, (_("Sent"), moment(reach, approval.sent_at), "")] if approval.sent_at else facts


def _decision(reach: OfficeReach, approval: Any) -> dict[str, Any] | None:
    """What the customer said, who, when and why."""
    actor = approvals.decided_by(approval)
    if actor is None:
        return None
    told = {"who": actor.name, "when": moment(reach, approval.decided_at)}
    is_approved = approval.state == "approved"
    words = _("%(who)s approved it, %(when)s.") if is_approved else _("%(who)s rejected it, %(when)s.")
    return {"words": words % told, "reason": approval.reason, "is_approved": is_approved}


def _acts(request: OfficeRequest, approval: Any) -> dict[str, Any]:
    """What this person can do with it, and what stands in the way of asking the customer."""
    reach, state = request.reach, approval.state
    people = [] if state == "approved" else _people(reach, approval)
    is_shown = is_on(reach.organization, MODULE)
    asked = request.GET.get("ask", "")
    return {
        "people": people,
        "asks": {asked: True},
        "is_hidden": state != "approved" and not is_shown,
        "has_nobody": state != "approved" and is_shown and not people,
        "mend_url": reach.url("settings_portal") if reach.may("settings.edit") else "",
        "access_url": reach.url("portal_access", approval.customer_id),
        "can_send": state != "approved" and is_shown and bool(people),
        "can_edit": state in ("draft", "rejected"),
        "can_recall": state == "awaiting",
        "can_delete": state == "draft",
        "edit_url": reach.url("approval_edit", approval.id),
        "urls": {act: reach.url(f"approval_{act}", approval.id) for act in ("send", "recall", "delete")},
    }


def _people(reach: OfficeReach, approval: Any) -> list[dict[str, Any]]:
    """Who can decide: contact persons with an e-mail address who may open the portal."""
    found = [one for one in reach.recipients_of(approval) if one.access == one.Access.ENABLED]
    return [
        {
            "id": one.id,
            "full_name": one.full_name,
            "email": one.email,
            "is_primary": one.is_primary or len(found) == 1,
        }
        for one in found
    ]
