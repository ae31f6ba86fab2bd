"""What is between the business and a customer as one list: documents of every kind, and payments."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from counterfoil.foundation.formats import format_day_of
from counterfoil.foundation.hours import format_hours
from counterfoil.foundation.pages import Page, Sort, read_merged
from counterfoil.foundation.transactions import snapshot
from counterfoil.office.words import day, written
from counterfoil.reach.doors import needs
from counterfoil.reach.office import OfficeReach
from counterfoil.reach.requests import OfficeRequest

from .shell import customer_page, find, people_of

FEW = 5
DATED = Sort("dated", date.fromisoformat)


@dataclass(frozen=True)
class Kind:
    """A kind of row: its name in the menu, which there are of a customer, and by which day they are sorted.

    What goes on for long and has no day of its own is not among all documents (`is_dated`).
    """

    label: Any
    of: Callable[[OfficeReach, Any], Any]
    sort: Sort = DATED
    is_dated: bool = True


# By what the address calls them.
KINDS = {
    "quotes": Kind(gettext_lazy("Quotes"), lambda reach, customer: reach.quotes.of(customer)),
    "orders": Kind(gettext_lazy("Sales orders"), lambda reach, customer: reach.sales_orders.of(customer)),
    "invoices": Kind(gettext_lazy("Invoices"), lambda reach, customer: reach.invoices.of(customer)),
    "payments": Kind(
        gettext_lazy("Payments"),
        lambda reach, customer: reach.payments.filter(customer=customer),
        Sort("paid_on", date.fromisoformat),
    ),
    "retainers": Kind(gettext_lazy("Retainer invoices"), lambda reach, customer: reach.retainer_invoices.of(customer)),
    "credit-notes": Kind(gettext_lazy("Credit notes"), lambda reach, customer: reach.credit_notes.of(customer)),
    "timesheets": Kind(
        gettext_lazy("Timesheets"),
        lambda reach, customer: reach.approvals.filter(customer=customer),
        Sort("last", date.fromisoformat),
    ),
    "recurring": Kind(
        gettext_lazy("Recurring invoices"),
        lambda reach, customer: reach.recurring_invoices.of(customer),
        is_dated=False,
    ),
    "projects": Kind(
        gettext_lazy("Projects"),
        lambda reach, customer: reach.projects_for_list.of(customer),
        Sort("made_at", datetime.fromisoformat),
        is_dated=False,
    ),
}


TYPES = {
    "quote": gettext_lazy("Quote"),
    "sales_order": gettext_lazy("Sales order"),
    "invoice": gettext_lazy("Invoice"),
    "retainer_invoice": gettext_lazy("Retainer invoice"),
    "credit_note": gettext_lazy("Credit note"),
    "recurring_invoice": gettext_lazy("Recurring invoice"),
}
LEFT = {"retainer_invoice": gettext_lazy("%(amount)s held"), "credit_note": gettext_lazy("%(amount)s unused")}


@needs("invoices.read")
@require_safe
def index(request: OfficeRequest, customer_id: int) -> HttpResponse:
    """Newest first, all that have a date or those of one kind."""
    with snapshot():
        customer = find(request, customer_id)
        people = people_of(request, customer)
        asked = request.GET.get("kind", "")
        kind = asked if asked in KINDS else ""
        shown = _read(request.reach, customer, kind, request.GET.get("page"))
    url = request.reach.url("customer_transactions", customer.id)
    return customer_page(
        request,
        "transactions.html",
        customer,
        people=people,
        rows=[_row(request.reach, one) for one in shown.rows],
        newer=_beside(kind, shown.newer),
        older=_beside(kind, shown.older),
        kinds=_menu(url, kind),
        is_narrowed=bool(kind),
        all_url=url,
    )


def newest(request: OfficeRequest, customer: Any) -> list[dict[str, Any]]:
    """The rows of the newest few of those that move money."""
    return [_row(request.reach, one) for one in request.reach.newest_transactions(customer, FEW)]


def _read(reach: OfficeReach, customer: Any, kind: str, cursor: str | None) -> Page[Any]:
    asked = [KINDS[kind]] if kind else [one for one in KINDS.values() if one.is_dated]
    return read_merged([(one.of(reach, customer), one.sort) for one in asked], cursor=cursor)


def _menu(url: str, kind: str) -> list[dict[str, Any]]:
    everything = {"label": _("All documents"), "url": url, "current": not kind}
    return [
        everything,
        *({"label": one.label, "url": f"{url}?kind={key}", "current": key == kind} for key, one in KINDS.items()),
    ]


def _beside(kind: str, cursor: str | None) -> str | None:
    if not cursor:
        return None
    return f"?kind={kind}&page={cursor}" if kind else f"?page={cursor}"


def _row(reach: OfficeReach, one: Any) -> dict[str, Any]:
    kind = one.kind() if hasattr(one, "kind") else one.ledger_kind()
    own = {"payment": _payment, "approval": _timesheet, "project": _project}.get(kind, _document)
    return {"url": reach.url(kind, one.id), "status": "", "balance": "", **own(reach, one)}


def _document(reach: OfficeReach, document: Any) -> dict[str, Any]:
    status = document.status(reach.today)
    return {
        "kind": "" if getattr(document, "is_opening", False) else TYPES[document.kind()],  # it is called so already
        "number": document.name or _("Draft"),
        "dated": day(reach, document.dated),
        "status": status.value,
        "status_label": status.label,
        "amount": written(reach, document.total_minor, document.currency),
        "balance": _rest(reach, document),
    }


def _rest(reach: OfficeReach, document: Any) -> str:
    """What is owed, held or unused of it; nothing is of what moves no money."""
    kind, minor = document.kind(), getattr(document, "balance_minor", 0)
    if kind == "invoice":
        return "" if document.state == "draft" else written(reach, minor, document.currency)
    return str(LEFT[kind]) % {"amount": written(reach, minor, document.currency)} if minor else ""


def _payment(reach: OfficeReach, payment: Any) -> dict[str, Any]:
    unused = payment.balance_minor and written(reach, payment.balance_minor, payment.currency)
    return {
        "kind": _("Payment"),
        "number": payment.number,
        "dated": day(reach, payment.paid_on),
        "status_label": payment.method_label or payment.get_mode_display(),
        "amount": written(reach, payment.amount_minor, payment.currency),
        "balance": _("%(amount)s unused") % {"amount": unused} if unused else "",
    }


def _timesheet(reach: OfficeReach, approval: Any) -> dict[str, Any]:
    return {
        "kind": _("Timesheet"),
        "number": approval.number or _("Draft"),
        "dated": day(reach, approval.last),
        "status": approval.state,
        "status_label": approval.get_state_display(),
        "amount": _("%(hours)s hours") % {"hours": format_hours(approval.minutes)},
    }


def _project(reach: OfficeReach, project: Any) -> dict[str, Any]:
    where = (reach.language, reach.organization.time_zone, reach.organization.date_format)
    return {
        "kind": _("Project"),
        "number": project.name,
        "dated": format_day_of(project.made_at, *where),
        "status": project.state,
        "status_label": project.get_state_display(),
        "amount": _("%(hours)s hours") % {"hours": format_hours(project.logged_minutes)},
        "balance": _("%(hours)s unbilled") % {"hours": format_hours(project.unbilled_minutes)},
    }
