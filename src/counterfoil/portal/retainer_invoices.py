"""The customer's retainer invoices, what is paid ahead: the list, one of them, its PDF."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import FileResponse, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from counterfoil.books.payments import offering
from counterfoil.books.sales import retainer_invoices
from counterfoil.design import columns
from counterfoil.design.lists import ALL, Filter, Listed
from counterfoil.design.marks import pill
from counterfoil.foundation.languages import label
from counterfoil.foundation.pages import Sort
from counterfoil.paper.documents import standing_of_retainer
from counterfoil.paper.receipts import uses_of
from counterfoil.reach.doors import needs
from counterfoil.reach.portal import PortalReach
from counterfoil.reach.requests import PortalRequest

from . import documents
from .amounts import day, due, written
from .kinds import Kind, Words, file_columns
from .pages import page


def status_for_customer(retainer: Any, today: date) -> tuple[str, str]:
    """The status as a word for the style sheet and a label. What the office calls sent or viewed is unpaid here."""
    status = retainer.status(today)
    if status in ("sent", "viewed"):
        return "unpaid", _("Unpaid")
    return status.value, label(status)


RETAINER_INVOICES = Kind(
    name="retainer_invoice",
    plural="retainer_invoices",
    icon="coins",
    words=Words(
        many=gettext_lazy("Retainer invoices"),
        caption=gettext_lazy("Your retainer invoices"),
        titled=gettext_lazy("Retainer invoice %(number)s"),
        nothing_found=gettext_lazy("No retainer invoice found"),
        nothing_found_text=gettext_lazy("Try another number, or look at all retainer invoices."),
        none_yet=gettext_lazy("No retainer invoices yet"),
        none_yet_text=gettext_lazy(
            "What you are asked to pay ahead appears here, and what of it is held for your later invoices."
        ),
    ),
    listed=Listed(
        sorts={
            "date": Sort("dated", date.fromisoformat),
            "number": Sort("number_key"),
            "due": Sort("due_on", date.fromisoformat),
            "amount": Sort("total_minor"),
            "balance": Sort("unpaid_minor"),
            "held": Sort("balance_minor"),
        },
        filters=(
            ALL,
            Filter("unpaid", gettext_lazy("Unpaid"), lambda rows, _today: rows.unpaid()),
            Filter("overdue", gettext_lazy("Overdue"), lambda rows, today: rows.overdue(today)),
            Filter("paid", gettext_lazy("Paid"), lambda rows, _today: rows.paid()),
            Filter("available", gettext_lazy("Available"), lambda rows, _today: rows.available()),
        ),
        columns=(
            *file_columns(status_for_customer, columns.WHEN_DUE),
            columns.money(gettext_lazy("To pay"), "unpaid_minor"),
            columns.money(gettext_lazy("Held"), "balance_minor"),
        ),
    ),
    view=retainer_invoices.view,
    paper=standing_of_retainer,
    status=status_for_customer,
    list_template="portal/retainer_invoices/index.html",
)


@needs("retainer_invoices.read")
@require_safe
def index(request: PortalRequest) -> HttpResponse | FileResponse:
    """The list, newest first, filtered and searched as its address says."""
    tabs = documents.tabs_of_invoices(request.reach, "retainer_invoices")
    return documents.show_list(RETAINER_INVOICES, request, _rows, tabs=tabs)


def _rows(reach: PortalReach, retainers: Sequence[Any]) -> list[dict[str, Any]]:
    under_way = reach.held() if any(retainer.unpaid_minor for retainer in retainers) else {}
    return [_row(reach, retainer, is_under_way=retainer.id in under_way) for retainer in retainers]


def _row(reach: PortalReach, retainer: Any, *, is_under_way: bool) -> dict[str, Any]:
    """One line of the list."""
    row = documents.row(RETAINER_INVOICES, reach, retainer) | {
        "balance": written(reach, retainer.unpaid_minor),
        "held": written(reach, retainer.balance_minor),
        **due(reach, retainer),
    }
    if retainer.unpaid_minor and is_under_way:
        row["pill"] = pill("processing", _("Processing"))
    return row


@needs("retainer_invoices.read", by_link=True)
@require_safe
def show(request: PortalRequest, retainer_invoice_id: int) -> HttpResponse:
    """One retainer invoice as it would print, with what is to be paid or is held. Opening it is noticed once."""
    reach = request.reach
    retainer = documents.find(RETAINER_INVOICES, reach, retainer_invoice_id)
    documents.notice(RETAINER_INVOICES, request, retainer)
    is_drawn = retainer.paid_minor > retainer.balance_minor
    return page(
        request,
        "portal/retainer_invoices/show.html",
        **documents.shown(RETAINER_INVOICES, request, retainer),
        balance=written(reach, retainer.unpaid_minor),
        held=written(reach, retainer.balance_minor),
        due=due(reach, retainer),
        payments=_payments(reach, retainer) if retainer.paid_minor else [],
        uses=[
            {"number": invoice.name, "url": reach.url("invoice", invoice.id), "amount": written(reach, minor)}
            for invoice, minor in (uses_of(retainer) if is_drawn and not reach.is_by_link else ())
        ],
        under_way=_under_way(reach, retainer) if retainer.unpaid_minor else [],
        can_pay=_can_pay(reach, retainer),
        pay_url=reach.url("pay_retainer", retainer.id),
    )


def _payments(reach: PortalReach, retainer: Any) -> list[dict[str, Any]]:
    return [
        {
            "number": payment.number,
            "url": reach.url("payment", payment.id),
            "day": day(reach, payment.day),
            "method": payment.method,
            "amount": written(reach, payment.minor),
        }
        for payment in reach.payments_of(retainer)
    ]


def _under_way(reach: PortalReach, retainer: Any) -> list[dict[str, Any]]:
    """Payments of it whose outcome isn't known yet."""
    return [
        {"amount": written(reach, share.minor), "url": reach.attempt_url(share.attempt)}
        for share in reach.held_of(retainer)
    ]


def _can_pay(reach: PortalReach, retainer: Any) -> bool:
    """Whether anything is to be paid and there is a way to pay it."""
    if retainer.unpaid_minor == 0:
        return False
    return bool(reach.organization.bank_account) or offering.is_paid_online(retainer)


@needs("retainer_invoices.read", by_link=True)
@require_safe
def pdf(request: PortalRequest, retainer_invoice_id: int) -> HttpResponse:
    """The retainer invoice as PDF, in the reader's language."""
    found = documents.find(RETAINER_INVOICES, request.reach, retainer_invoice_id)
    return documents.pdf(RETAINER_INVOICES, request, found)
