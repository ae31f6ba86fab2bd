"""One project: what it is, how it stands, its tasks, staff, time, invoices and approvals, and what is said about it."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from counterfoil.books.projects import worked
from counterfoil.books.projects.worked import Standing, Worked
from counterfoil.foundation.hours import format_hours
from counterfoil.office.pages import page
from counterfoil.office.words import written
from counterfoil.reach.doors import needs
from counterfoil.reach.office import OfficeReach
from counterfoil.reach.requests import OfficeRequest

from . import comments, parts, words


@needs("projects.read")
@require_safe
def show(request: OfficeRequest, project_id: int) -> HttpResponse:
    """Everything about it. A dialog that the address asks for stands open."""
    reach = request.reach
    project = get_object_or_404(reach.projects.select_related("customer"), id=project_id)
    currency = project.customer.currency
    tasks = list(project.tasks.order_by("name_key", "id"))
    people: list[Any] = list(reach.staff_and_rates(project))
    rates = {one.id: one.rate for one in people if one.rate is not None}
    standing = worked.standing(project, tasks, rates, currency)
    made: list[Any] = list(reach.invoices_of(project).order_by("-dated", "-id")[: parts.SHOWN])
    return page(
        request,
        "office/projects/show.html",
        document=project,
        pill=words.mark(project),
        facts=_facts(request, project, standing, made[0].invoiced_minor if made else 0),
        figures=_figures(standing.worked),
        unbilled=format_hours(standing.worked.unbilled),
        unbilled_amount=written(reach, standing.unbilled_minor, currency) if project.billing != "fixed" else "",
        has_unbilled=bool(standing.worked.unbilled),
        tasks=[parts.task(reach, project, one, standing.tasks.get(one.id, Worked())) for one in tasks],
        staff=[parts.member(reach, project, one) for one in people if one.id in rates],
        entries=parts.newest_entries(reach, project),
        invoices=[parts.invoice(reach, one) for one in made],
        approvals=parts.approvals(reach, project),
        conversation=comments.of(
            request, project, colleagues=[one for one in people if one.is_told and one != reach.member]
        ),
        asks={request.GET.get("ask", ""): True},
        customer=project.customer,
        back_url=reach.url("projects"),
        **_ways(reach, project),
    )


def _facts(request: OfficeRequest, project: Any, standing: Standing, invoiced_minor: int) -> list[tuple[str, str]]:
    reach, currency = request.reach, project.customer.currency
    facts = [(_("Billing"), words.billing(reach, project, currency))]
    if project.budget_minutes:
        facts.append((_("Budget of hours"), words.used_hours(standing.worked.logged, project.budget_minutes)))
    if project.budget_minor:
        used = invoiced_minor if project.billing == "fixed" else standing.worth_minor
        facts.append((_("Budget"), words.used_money(reach, used, project.budget_minor, currency)))
    seen = _("The customer sees it.") if comments.is_seen(request, project) else _("The customer doesn't see it.")
    return [*facts, (_("Customer portal"), seen)]


def _figures(sums: Worked) -> list[dict[str, str]]:
    told = (
        (_("Logged"), sums.logged, _("%(hours)s of it billable") % {"hours": format_hours(sums.billable)}),
        (_("Billed"), sums.billed, _("on an invoice")),
        (_("Approved"), sums.approved, _("by the customer")),
    )
    return [{"label": label, "hours": format_hours(minutes), "note": note} for label, minutes, note in told]


def _ways(reach: OfficeReach, project: Any) -> dict[str, Any]:
    """Where the buttons lead, as far as this person may go there and the project can be so."""
    about = f"?project={project.id}"
    may_edit = reach.may("projects.edit")
    return {
        "customer_url": reach.url("customer", project.customer_id),
        "invoice_url": reach.url("project_invoice", project.id) if reach.may("invoices.edit") else "",
        "log_url": reach.url("time_entry_new") + about if reach.may("time.log") and project.is_active else "",
        "approval_url": reach.url("approval_new") + about if reach.may("approvals.edit") else "",
        "edit_url": reach.url("project_edit", project.id) if may_edit else "",
        "task_new_url": reach.url("task_new", project.id) if may_edit and project.is_active else "",
        "activate_url": reach.url("project_activate", project.id) if may_edit and not project.is_active else "",
        "deactivate_url": reach.url("project_deactivate", project.id) if may_edit and project.is_active else "",
        "time_url": reach.url("time_entries") + about,
    }
