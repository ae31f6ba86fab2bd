"""The office's invoices: the list, one invoice and what can be done with it."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from counterfoil.books.ledger import ledger
from counterfoil.books.sales import invoices as books
from counterfoil.books.sales.search import matching
from counterfoil.books.sales.snapshots import snapshot
from counterfoil.design.answers import pdf_answer
from counterfoil.design.lists import read
from counterfoil.foundation import clock
from counterfoil.foundation.formats import format_moment, relative_due
from counterfoil.foundation.pages import Sort
from counterfoil.foundation.refusal import Refused
from counterfoil.paper.invoices import invoice_pdf, invoice_sheet
from counterfoil.reach.doors import needs
from counterfoil.reach.office import OfficeReach
from counterfoil.reach.requests import OfficeRequest

from .answers import done, refused
from .pages import page
from .words import day, written

SORTS = {
    "date": Sort("dated", date.fromisoformat),
    "number": Sort("number_key"),
    "due": Sort("due_on", date.fromisoformat),
    "amount": Sort("total_minor"),
    "balance": Sort("balance_minor"),
}
STAMPS = {"void": "void", "paid": "paid"}
ACTS = ("send", "mark_as_sent", "void", "reinstate", "delete")


@needs("invoices.read")
@require_safe
def index(request: OfficeRequest) -> HttpResponse:
    """The list, newest first, filtered and searched as its address says."""
    reach = request.reach
    status, text = request.GET.get("status", ""), request.GET.get("q", "").strip()
    rows = _filters(reach).get(status, reach.invoices).select_related("customer", "viewed_by")
    listing = read(request, matching(rows, text), SORTS, first="-date")
    return page(
        request,
        "office/invoices/index.html",
        rows=[_row(reach, invoice) for invoice in listing.page.rows],
        listing=listing,
        filters=_filter_menu(reach, status),
        is_narrowed=bool(text or status),
        text=text,
        status_asked=status,
    )


def _filters(reach: OfficeReach) -> dict[str, Any]:
    everything = reach.invoices
    return {
        "draft": everything.filter(state="draft"),
        "unpaid": everything.unpaid(),
        "overdue": everything.overdue(reach.today),
        "partially-paid": everything.partially_paid(),
        "paid": everything.paid(),
        "void": everything.filter(state="void"),
    }


def _filter_menu(reach: OfficeReach, status: str) -> list[dict[str, Any]]:
    labels = {
        "": _("All"),
        "draft": _("Draft"),
        "unpaid": _("Unpaid"),
        "overdue": _("Overdue"),
        "partially-paid": _("Partially paid"),
        "paid": _("Paid"),
        "void": _("Void"),
    }
    here, url = status if status in labels else "", reach.url("invoices")
    return [
        {"label": label, "url": f"{url}?status={key}" if key else url, "current": key == here}
        for key, label in labels.items()
    ]


def _row(reach: OfficeReach, invoice: Any) -> dict[str, Any]:
    status = invoice.status(reach.today)
    return {
        "number": invoice.number or _("Draft"),
        "url": reach.url("invoice", invoice.id),
        "customer": invoice.customer.display_name,
        "dated": day(reach, invoice.dated),
        "due_on": day(reach, invoice.due_on),
        "how_late": relative_due(invoice.due_on, reach.today) if status == "overdue" else "",
        "status": status.value,
        "label": str(status.label),
        "seen": _seen(reach, invoice),
        "amount": written(reach, invoice.total_minor, invoice.currency),
        "balance": written(reach, invoice.balance_minor, invoice.currency),
    }


def _seen(reach: OfficeReach, invoice: Any) -> str:
    """Who of the customer opened it first, and when."""
    if invoice.viewed_at is None:
        return ""
    moment = format_moment(
        invoice.viewed_at, reach.language, reach.organization.time_zone, reach.organization.date_format
    )
    return _("%(who)s, %(when)s") % {"who": invoice.viewed_by.full_name, "when": moment}


@needs("invoices.read")
@require_safe
def show(request: OfficeRequest, invoice_id: int) -> HttpResponse:
    """One invoice as it would print, what was paid of it, and what can be done."""
    reach = request.reach
    invoice = get_object_or_404(reach.invoices.select_related("customer", "viewed_by"), id=invoice_id)
    status = invoice.status(reach.today)
    sheet = _sheet(reach, invoice, invoice.customer.language)
    asked = request.GET.get("ask", "")
    people = reach.contacts.filter(customer=invoice.customer_id, retired_at__isnull=True).exclude(email="")
    return page(
        request,
        "office/invoices/show.html",
        invoice=invoice,
        number=invoice.number or _("Draft"),
        status_word=status.value,
        label=str(status.label),
        seen=_seen(reach, invoice),
        sheet=sheet,
        has_discount=any(line.discount for line in sheet.lines),
        balance=written(reach, invoice.balance_minor, invoice.currency),
        due=relative_due(invoice.due_on, reach.today) if invoice.balance_minor else "",
        payments=_payments(reach, invoice),
        people=list(people.order_by("-is_primary", "id")),
        may_edit=reach.may("invoices.edit"),
        asks_send=asked == "send",
        asks_void=asked == "void",
        asks_delete=asked == "delete",
        urls={act: reach.url(f"invoice_{act}", invoice.id) for act in ACTS},
        pdf_url=reach.url("invoice_pdf", invoice.id),
        customer_url=reach.url("customer", invoice.customer_id),
        back_url=reach.url("invoices"),
    )


def _content(invoice: Any) -> Any:
    """What was issued, as it was kept; a draft as it stands."""
    if invoice.state == "draft":
        return snapshot(invoice)
    return invoice.revisions.get(revision=invoice.revision).content


def _sheet(reach: OfficeReach, invoice: Any, language: str) -> Any:
    return invoice_sheet(
        _content(invoice),
        reach.organization,
        language,
        balance_minor=None if invoice.state == "draft" else invoice.balance_minor,
        status=STAMPS.get(invoice.status(reach.today), ""),
    )


def _payments(reach: OfficeReach, invoice: Any) -> list[dict[str, Any]]:
    applied = {id: minor for (kind, id), minor in ledger.applied_to(invoice).items() if kind == "payment"}
    found = reach.payments.filter(id__in=applied).order_by("-paid_on", "-id") if applied else []
    return [
        {
            "number": payment.number,
            "url": reach.url("payment", payment.id),
            "day": day(reach, payment.paid_on),
            "method": payment.method_label or payment.get_mode_display(),
            "amount": written(reach, applied[payment.id], payment.currency),
        }
        for payment in found
    ]


@needs("invoices.read")
@require_safe
def pdf(request: OfficeRequest, invoice_id: int) -> HttpResponse:
    """The invoice as PDF, in the customer's language, as the customer gets it."""
    reach = request.reach
    invoice = get_object_or_404(reach.invoices.select_related("customer"), id=invoice_id)
    content = invoice_pdf(
        _content(invoice),
        reach.organization,
        invoice.customer.language,
        at=clock.now(),
        balance_minor=None if invoice.state == "draft" else invoice.balance_minor,
        status=STAMPS.get(invoice.status(reach.today), ""),
    )
    return pdf_answer(content, f"{invoice.number or 'draft'}.pdf")


@needs("invoices.edit")
@require_POST
def send(request: OfficeRequest, invoice_id: int) -> HttpResponse:
    """Mail it to the contact persons that were ticked, issuing a draft first."""
    to = [int(one) for one in request.POST.getlist("to") if one.isdigit()]
    return _act(request, invoice_id, partial(books.send, to=to), _("The invoice is on its way."))


@needs("invoices.edit")
@require_POST
def mark_as_sent(request: OfficeRequest, invoice_id: int) -> HttpResponse:
    """Issue a draft without mailing it."""
    return _act(request, invoice_id, books.mark_as_sent, _("The invoice is issued."))


@needs("invoices.edit")
@require_POST
def void(request: OfficeRequest, invoice_id: int) -> HttpResponse:
    """Declare that it isn't owed."""
    return _act(request, invoice_id, books.void, _("The invoice is void. What was paid of it is now credit."))


@needs("invoices.edit")
@require_POST
def reinstate(request: OfficeRequest, invoice_id: int) -> HttpResponse:
    """Undo voiding."""
    return _act(request, invoice_id, books.reinstate, _("The invoice is valid again."))


@needs("invoices.edit")
@require_POST
def delete(request: OfficeRequest, invoice_id: int) -> HttpResponse:
    """Throw a draft away."""
    return _act(request, invoice_id, books.delete, _("The draft was deleted."), then="invoices")


def _act(request: OfficeRequest, invoice_id: int, verb: Callable[..., Any], said: str, then: str = "") -> HttpResponse:
    """Do what a button says to the revision that its page showed; what was refused is read on the invoice's page."""
    invoice = get_object_or_404(request.reach.invoices, id=invoice_id)
    here, revision = request.reach.url("invoice", invoice_id), request.POST.get("revision", "")
    try:
        verb(invoice, by=request.reach.actor, revision=int(revision) if revision.isdecimal() else 0)
    except Refused as refusal:
        return refused(request, here, refusal)
    return done(request, request.reach.url(then) if then else here, said)
