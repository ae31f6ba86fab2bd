"""What the page of a piece of time says besides its form: how it stands, and why it can't be changed."""

from typing import Any

from django.utils.translation import gettext as _

from counterfoil.foundation.hours import format_hours
from counterfoil.office.words import day
from counterfoil.reach.office import OfficeReach

Line = dict[str, Any]


def facts(reach: OfficeReach, entry: Any) -> list[tuple[str, str, str]]:
    """What it says: labels, values, and where they lead for whom they do."""
    project = reach.url("project", entry.project_id) if reach.may("projects.read") else ""
    customer = reach.url("customer", entry.customer_id) if reach.may("customers.read") else ""
    told = [
        (_("Project"), entry.project_name, project),
        (_("Customer"), entry.customer_name, customer),
        (_("Task"), entry.task_name, ""),
        (_("Who worked"), entry.member_name, ""),
        (_("Date"), day(reach, entry.worked_on), ""),
        (_("Hours"), format_hours(entry.minutes), ""),
        (_("Billable"), _("Yes") if entry.is_billable else _("No"), ""),
        (_("Notes"), entry.notes, ""),
    ]
    return [line for line in told if line[1]]


def reasons_of(reach: OfficeReach, entry: Any) -> list[Line]:
    """Why nobody changes it now, each with where to see more; nothing for what is free."""
    told = []
    if entry.approval_state == "awaiting":
        told.append(_in_approval(reach, entry, _("It is part of a timesheet that waits for the customer.")))
    elif entry.approval_state == "approved":
        told.append(_in_approval(reach, entry, _("It is part of a timesheet that the customer approved.")))
    if entry.is_billed:
        invoice = reach.invoice_with(entry) if reach.may("invoices.read") else None
        about = {"label": invoice.name or _("Draft"), "url": reach.url("invoice", invoice.id)} if invoice else {}
        told.append({"words": _("It is billed with an invoice."), **about})
    return told


def open_approval(reach: OfficeReach, entry: Any) -> Line | None:
    """What it is part of while it can still be changed."""
    if entry.approval_state == "draft":
        return _in_approval(reach, entry, _("It is part of a timesheet that was not sent yet."))
    if entry.approval_state == "rejected":
        return _in_approval(reach, entry, _("It is part of a timesheet that the customer rejected."))
    return None


def _in_approval(reach: OfficeReach, entry: Any, words: str) -> Line:
    if not reach.may("approvals.read"):
        return {"words": words}
    return {
        "words": words,
        "label": entry.approval.number or _("Draft"),
        "url": reach.url("approval", entry.approval_id),
    }
