"""A customer's invoices, payments, credit notes and retainer invoices as one list."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from counterfoil.foundation.formats import format_date
from counterfoil.foundation.money import Money, format_money
from counterfoil.foundation.pages import Page, Sort, read_merged
from counterfoil.foundation.transactions import snapshot
from counterfoil.reach.doors import needs
from counterfoil.reach.requests import OfficeRequest

from .shell import customer_page, find, people_of

FEW = 5
KINDS = ("invoices", "payments", "credit-notes", "retainers")


@needs("invoices.read")
@require_safe
def index(request: OfficeRequest, customer_id: int) -> HttpResponse:
    """Newest first, of all kinds or of one."""
    with snapshot():
        customer = find(request, customer_id)
        people = people_of(request, customer)
        kind = request.GET.get("kind", "")
        shown = _read(request, customer, kind=kind, cursor=request.GET.get("page"), size=50)
    url = request.reach.url("customer_transactions", customer.id)
    return customer_page(
        request,
        "transactions.html",
        customer,
        people=people,
        rows=[_row(request, one) for one in shown.rows],
        newer=_beside(kind, shown.newer),
        older=_beside(kind, shown.older),
        kinds=_kinds(url, kind),
        is_narrowed=bool(kind),
        all_url=url,
    )


def newest(request: OfficeRequest, customer: Any) -> list[dict[str, Any]]:
    """The rows of the newest few."""
    return [_row(request, one) for one in request.reach.newest_transactions(customer, FEW)]


def _read(request: OfficeRequest, customer: Any, *, kind: str, cursor: str | None, size: int) -> Page[Any]:
    sources = {
        "invoices": (request.reach.invoices.of(customer), Sort("dated", date.fromisoformat)),
        "payments": (request.reach.payments.filter(customer=customer), Sort("paid_on", date.fromisoformat)),
        "credit-notes": (request.reach.credit_notes.of(customer), Sort("dated", date.fromisoformat)),
        "retainers": (request.reach.retainer_invoices.of(customer), Sort("dated", date.fromisoformat)),
    }
    return read_merged([sources[kind]] if kind in sources else list(sources.values()), cursor=cursor, size=size)


def _kinds(url: str, kind: str) -> list[dict[str, Any]]:
    labels = {
        "": _("All"),
        "invoices": _("Invoices"),
        "payments": _("Payments"),
        "credit-notes": _("Credit notes"),
        "retainers": _("Retainer invoices"),
    }
    here = kind if kind in labels else ""
    return [
        {"label": label, "url": f"{url}?kind={key}" if key else url, "current": key == here}
        for key, label in labels.items()
    ]


def _beside(kind: str, cursor: str | None) -> str | None:
    if not cursor:
        return None
    return f"?kind={kind}&page={cursor}" if kind in KINDS else f"?page={cursor}"


def _row(request: OfficeRequest, document: Any) -> dict[str, Any]:
    reach = request.reach

    def written(minor: int) -> str:
        return format_money(Money(minor, document.currency), reach.language)

    def day(value: date) -> str:
        return format_date(value, reach.language, reach.organization.date_format)

    if document.ledger_kind() == "invoice":
        status = document.status(reach.today)
        return {
            "kind": "" if document.is_opening else _("Invoice"),
            "number": document.name or _("Draft"),
            "url": request.reach.url("invoice", document.id),
            "dated": day(document.dated),
            "status": status.value,
            "status_label": status.label,
            "amount": written(document.total_minor),
            "balance": "" if status == "draft" else written(document.balance_minor),
        }
    if document.ledger_kind() == "retainer_invoice":
        status = document.status(reach.today)
        return {
            "kind": _("Retainer invoice"),
            "number": document.name or _("Draft"),
            "url": request.reach.url("retainer_invoice", document.id),
            "dated": day(document.dated),
            "status": status.value,
            "status_label": status.label,
            "amount": written(document.total_minor),
            "balance": _("%(amount)s held") % {"amount": written(document.balance_minor)}
            if document.balance_minor
            else "",
        }
    if document.ledger_kind() == "credit_note":
        status = document.status(reach.today)
        return {
            "kind": _("Credit note"),
            "number": document.name or _("Draft"),
            "url": request.reach.url("credit_note", document.id),
            "dated": day(document.dated),
            "status": status.value,
            "status_label": status.label,
            "amount": written(document.total_minor),
            "balance": _("%(amount)s unused") % {"amount": written(document.balance_minor)}
            if document.balance_minor
            else "",
        }
    return {
        "kind": _("Payment"),
        "number": document.number,
        "url": request.reach.url("payment", document.id),
        "dated": day(document.paid_on),
        "status": "",
        "status_label": document.method_label or document.get_mode_display(),
        "amount": written(document.amount_minor),
        "balance": _("%(amount)s unused") % {"amount": written(document.balance_minor)}
        if document.balance_minor
        else "",
    }
