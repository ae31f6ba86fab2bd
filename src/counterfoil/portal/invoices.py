"""The customer's invoices: the list, one invoice, its PDF."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from counterfoil.books.payments import offering, unused_credit
from counterfoil.books.sales import invoices
from counterfoil.design import columns
from counterfoil.design.batches import ticked
from counterfoil.design.lists import ALL, Filter, Listed
from counterfoil.design.marks import pill
from counterfoil.foundation.languages import label, once
from counterfoil.foundation.money import exponent, symbol
from counterfoil.foundation.pages import Sort
from counterfoil.paper.documents import standing_of
from counterfoil.reach.doors import needs
from counterfoil.reach.portal import PortalReach
from counterfoil.reach.requests import PortalRequest

from . import documents
from .amounts import day, due, written
from .kinds import Kind, Words, file_columns
from .pages import page

_unpaid = once(gettext_lazy("Unpaid"))


def status_for_customer(invoice: Any, today: date) -> tuple[str, str]:
    """The status as a word for the style sheet and a label. What the office calls sent or viewed is unpaid here."""
    status = invoice.status(today)
    if status in ("sent", "viewed"):
        return "unpaid", _unpaid()
    return status.value, label(status)


INVOICES = Kind(
    name="invoice",
    plural="invoices",
    icon="invoice",
    words=Words(
        many=gettext_lazy("Invoices"),
        caption=gettext_lazy("Your invoices"),
        titled=gettext_lazy("Invoice %(number)s"),
        nothing_found=gettext_lazy("No invoice found"),
        nothing_found_text=gettext_lazy("Try another number, or look at all invoices."),
        none_yet=gettext_lazy("No invoices yet"),
        none_yet_text=gettext_lazy(
            "Invoices appear here as soon as you are sent one. You can read, print and pay them."
        ),
    ),
    listed=Listed(
        sorts={
            "date": Sort("dated", date.fromisoformat),
            "number": Sort("number_key"),
            "due": Sort("due_on", date.fromisoformat),
            "amount": Sort("total_minor"),
            "balance": Sort("balance_minor"),
        },
        filters=(
            ALL,
            Filter("unpaid", gettext_lazy("Unpaid"), lambda rows, _today: rows.unpaid()),
            Filter("overdue", gettext_lazy("Overdue"), lambda rows, today: rows.overdue(today)),
            Filter("partially-paid", gettext_lazy("Partially paid"), lambda rows, _today: rows.partially_paid()),
            Filter("paid", gettext_lazy("Paid"), lambda rows, _today: rows.paid()),
        ),
        columns=(*file_columns(status_for_customer, columns.DUE_DATE), columns.BALANCE),
    ),
    view=invoices.view,
    paper=standing_of,
    status=status_for_customer,
    list_template="portal/invoices/index.html",
)


@needs("invoices.read")
@require_safe
def index(request: PortalRequest) -> HttpResponse | FileResponse:
    """The list, newest first, filtered and searched as its address says."""
    reach = request.reach
    return documents.show_list(
        INVOICES,
        request,
        _rows,
        tabs=documents.tabs_of_invoices(reach, "invoices"),
        pay_url=reach.url("invoices_pay"),
        exponent=exponent(reach.customer.currency),
        sign=symbol(reach.customer.currency, reach.language),
    )


@needs("invoices.pay")
@require_POST
def pay_ticked(request: PortalRequest) -> HttpResponse:
    """Go on to the payment page of what is ticked."""
    ids = ticked(request)
    if not ids:
        messages.error(request, _("Tick at least one document first."))
    there = f"{request.reach.url('pay_several')}?{urlencode([('invoice', one) for one in ids])}"
    return HttpResponseRedirect(there if ids else request.reach.url("invoices"), status=303)


def _rows(reach: PortalReach, invoices: Sequence[Any]) -> list[dict[str, Any]]:
    held = reach.held() if any(invoice.balance_minor for invoice in invoices) else {}
    return [_row(reach, invoice, held.get(invoice.id, 0)) for invoice in invoices]


def _row(reach: PortalReach, invoice: Any, held: int) -> dict[str, Any]:
    """One line of the list; `held` is what is being processed of it, in minor units."""
    payable = invoice.balance_minor - held if invoice.state == "issued" else 0
    row = documents.row(INVOICES, reach, invoice) | {
        "payable": max(0, payable),
        "balance": written(reach, invoice.balance_minor),
        **due(reach, invoice),
    }
    if invoice.balance_minor and payable <= 0 < held:
        row["pill"] = pill("processing", _("Processing"))
    return row


@needs("invoices.read", by_link=True)
@require_safe
def show(request: PortalRequest, invoice_id: int) -> HttpResponse:
    """One invoice as it would print, with what was paid of it and what can be paid now. Opening it is noticed once."""
    reach = request.reach
    invoice = documents.find(INVOICES, reach, invoice_id)
    documents.notice(INVOICES, request, invoice)
    return page(
        request,
        "portal/invoices/show.html",
        **documents.shown(INVOICES, request, invoice),
        balance=written(reach, invoice.balance_minor),
        due=due(reach, invoice),
        payments=_payments(reach, invoice),
        credits=_credits(reach, invoice),
        under_way=_under_way(reach, invoice),
        can_pay=_can_pay(reach, invoice),
        pay_url=reach.url("pay", invoice.id),
    )


def _credits(reach: PortalReach, invoice: Any) -> list[dict[str, Any]]:
    """What of credit notes is used for it."""
    if not invoice.has_credits:
        return []
    return [
        {
            "number": note.number,
            "url": reach.url("credit_note", note.id),
            "day": day(reach, note.dated),
            "amount": written(reach, note.used_minor),
        }
        for note in unused_credit.notes_about(reach.credit_notes, invoice)
        if note.used_minor
    ]


def _payments(reach: PortalReach, invoice: Any) -> list[dict[str, Any]]:
    """What was paid of it, also from what was paid ahead."""
    if invoice.balance_minor == invoice.total_minor:
        return []
    return [
        {
            "number": one.number,
            "icon": "payment" if one.kind == "payment" else "coins",
            "url": reach.url(one.kind, one.id),
            "day": day(reach, one.day),
            "method": one.method,
            "amount": written(reach, one.minor),
        }
        for one in reach.payments_of(invoice)
    ]


def _under_way(reach: PortalReach, invoice: Any) -> list[dict[str, Any]]:
    """Payments of this invoice whose outcome isn't known yet."""
    if invoice.balance_minor == 0:
        return []
    return [
        {"amount": written(reach, share.minor), "url": reach.attempt_url(share.attempt)}
        for share in reach.held_of(invoice)
    ]


def _can_pay(reach: PortalReach, invoice: Any) -> bool:
    """Whether anything is owed and there is a way to pay it."""
    if invoice.state != "issued" or invoice.balance_minor == 0:
        return False
    return bool(reach.organization.bank_account) or offering.is_paid_online(invoice)


@needs("invoices.read", by_link=True)
@require_safe
def pdf(request: PortalRequest, invoice_id: int) -> HttpResponse:
    """The invoice as PDF, in the customer's language."""
    return documents.pdf(INVOICES, request, documents.find(INVOICES, request.reach, invoice_id))
