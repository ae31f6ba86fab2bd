"""The customer's invoices: the list, one invoice, its PDF."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from counterfoil.books.ledger import ledger
from counterfoil.books.payments import attempts, offering
from counterfoil.books.sales import invoices
from counterfoil.books.sales.search import matching
from counterfoil.design.answers import pdf_answer
from counterfoil.design.lists import read
from counterfoil.design.marks import pill
from counterfoil.foundation import clock
from counterfoil.foundation.money import exponent, symbol
from counterfoil.foundation.pages import Sort
from counterfoil.outbound import links
from counterfoil.paper.documents import document_pdf, document_sheet, standing_of
from counterfoil.reach.doors import needs
from counterfoil.reach.portal import PortalReach
from counterfoil.reach.requests import PortalRequest

from .amounts import day, due, written
from .pages import page

SORTS = {
    "date": Sort("dated", date.fromisoformat),
    "number": Sort("number_key"),
    "due": Sort("due_on", date.fromisoformat),
    "amount": Sort("total_minor"),
    "balance": Sort("balance_minor"),
}


@needs("invoices.read")
@require_safe
def index(request: PortalRequest) -> HttpResponse:
    """The list, newest first, filtered and searched as its address says."""
    reach = request.reach
    status, text = request.GET.get("status", ""), request.GET.get("q", "").strip()
    rows = _filtered(reach, status)
    listing = read(request, matching(rows.for_list(), text), SORTS, first="-date")
    held = attempts.held_minor(listing.page.rows)
    return page(
        request,
        "portal/invoices/index.html",
        rows=[_row(reach, invoice, held.get(invoice.id, 0)) for invoice in listing.page.rows],
        pay_url=reach.url("pay_several"),
        exponent=exponent(reach.customer.currency),
        sign=symbol(reach.customer.currency, reach.language),
        listing=listing,
        filters=_filter_menu(reach, status),
        is_narrowed=bool(text or status),
        text=text,
        status_asked=status,
    )


def _filtered(reach: PortalReach, status: str) -> Any:
    """All of them where the status is none that is known."""
    everything = reach.invoices
    filters: dict[str, Callable[[], Any]] = {
        "unpaid": everything.unpaid,
        "overdue": partial(everything.overdue, reach.today),
        "partially-paid": everything.partially_paid,
        "paid": everything.paid,
    }
    return filters.get(status, everything.all)()


def _filter_menu(reach: PortalReach, status: str) -> list[dict[str, Any]]:
    labels = {
        "": _("All"),
        "unpaid": _("Unpaid"),
        "overdue": _("Overdue"),
        "partially-paid": _("Partially paid"),
        "paid": _("Paid"),
    }
    here = status if status in labels else ""
    url = reach.url("invoices")
    return [
        {"label": label, "url": f"{url}?status={key}" if key else url, "current": key == here}
        for key, label in labels.items()
    ]


def status_for_customer(invoice: Any, today: date) -> tuple[str, str]:
    """The status as a word for the style sheet and a label. What the office calls sent or viewed is unpaid here."""
    status = invoice.status(today)
    if status in ("sent", "viewed"):
        return "unpaid", _("Unpaid")
    return status.value, str(status.label)


def _row(reach: PortalReach, invoice: Any, held: int) -> dict[str, Any]:
    """One line of the list; `held` is what is being processed of it, in minor units."""
    status, label = status_for_customer(invoice, reach.today)
    payable = invoice.balance_minor - held if invoice.state == "issued" else 0
    if invoice.balance_minor and payable <= 0 < held:
        status, label = "processing", _("Processing")
    return {
        "id": invoice.id,
        "payable": max(0, payable),
        "tick": _("Select %(number)s") % {"number": invoice.name},
        "number": invoice.name,
        "url": reach.url("invoice", invoice.id),
        "dated": day(reach, invoice.dated),
        "pill": pill(status, label),
        "amount": written(reach, invoice.total_minor),
        "balance": written(reach, invoice.balance_minor),
        **due(reach, invoice),
    }


@needs("invoices.read", by_link=True)
@require_safe
def show(request: PortalRequest, invoice_id: int) -> HttpResponse:
    """One invoice as it would print, with what was paid of it and what can be paid now. Opening it is noticed once.

    What a link opened was noticed when its button was pressed, or is not to be.
    """
    reach = request.reach
    invoice: Any = reach.invoice(invoice_id)
    is_looked_at = request.method == "GET" and not reach.is_by_link and not _is_prefetch(request)
    if invoice.viewed_at is None and is_looked_at:
        invoices.view(invoice, by=reach.actor)
    status, label = status_for_customer(invoice, reach.today)
    sheet = _sheet(reach, invoice)
    return page(
        request,
        "portal/invoices/show.html",
        invoice=invoice,
        status_word=status,
        label=label,
        sheet=sheet,
        has_discount=any(line.discount for line in sheet.lines),
        balance=written(reach, invoice.balance_minor),
        due=due(reach, invoice),
        payments=_payments(reach, invoice),
        under_way=_under_way(reach, invoice),
        can_pay=_can_pay(reach, invoice),
        pay_url=reach.url("pay", invoice.id),
        pdf_url=reach.url("invoice_pdf", invoice.id),
        back_url="" if reach.is_by_link else reach.url("invoices"),
    )


def _is_prefetch(request: PortalRequest) -> bool:
    """Whether a browser fetches the page only in case somebody opens it."""
    purposes = (request.headers.get("Sec-Purpose", ""), request.headers.get("Purpose", ""))
    return any("prefetch" in purpose or "preview" in purpose for purpose in purposes)


def _sheet(reach: PortalReach, invoice: Any) -> Any:
    return document_sheet(invoice.content, reach.organization, reach.language, standing_of(invoice, reach.today))


def _payments(reach: PortalReach, invoice: Any) -> list[dict[str, Any]]:
    applied = {id: minor for (kind, id), minor in ledger.applied_to(invoice).items() if kind == "payment"}
    return [
        {
            "number": payment.number,
            "url": reach.url("payment", payment.id),
            "day": day(reach, payment.paid_on),
            "method": payment.method_label or payment.get_mode_display(),
            "amount": written(reach, applied[payment.id]),
        }
        for payment in reach.payments.filter(id__in=applied).order_by("-paid_on", "-id")
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
    reach = request.reach
    invoice: Any = reach.invoice(invoice_id)
    content = document_pdf(
        invoice.content,
        reach.organization,
        reach.language,
        standing_of(invoice, reach.today),
        at=clock.now(),
        pay_url=links.payment(invoice),
    )
    return pdf_answer(content, f"{invoice.number or 'opening-balance'}.pdf")
