"""One invoice: what every document's page has, and what was paid of it, can be paid and was mailed."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from counterfoil.books.payments import unused_credit
from counterfoil.design.marks import pill
from counterfoil.foundation.formats import relative_due
from counterfoil.office.documents import pages
from counterfoil.office.pages import page
from counterfoil.office.payments import failed
from counterfoil.office.words import day, written
from counterfoil.reach.doors import needs
from counterfoil.reach.office import OfficeReach
from counterfoil.reach.requests import OfficeRequest

from .kind import INVOICES


@needs("invoices.read")
@require_safe
def show(request: OfficeRequest, invoice_id: int) -> HttpResponse:
    """The document with everything that can be done with it. A dialog that the address asks for stands open."""
    reach = request.reach
    invoice = pages.find(INVOICES, reach, invoice_id)
    context, notes = pages.shown(INVOICES, request, invoice), _credit_notes(reach, invoice)
    return page(
        request,
        "office/invoices/show.html",
        **context
        | {
            "owed": written(
                reach, invoice.total_minor if invoice.state == "draft" else invoice.balance_minor, invoice.currency
            ),
            "due": relative_due(invoice.due_on, reach.today) if invoice.balance_minor else "",
            "payments": _payments(reach, invoice),
            "credits": [note for note in notes if note["used"]],
            "made": [note for note in notes if note["is_of_it"]],
            "can_be_credited": invoice.state == "issued" and not invoice.is_opening and _is_left(invoice, notes),
            "failed": failed.of_invoice(reach, invoice) if invoice.state == "issued" else [],
            "can_be_reminded": context["status_word"] == "overdue" and not invoice.reopened_at,
            "send_heading": _("Send the opening balance") if invoice.is_opening else _("Send this invoice"),
            "record_url": _record_url(reach, invoice),
            "credits_url": _credits_url(reach, invoice),
            "edit_url": _edit_url(reach, invoice),
        },
    )


def _edit_url(reach: OfficeReach, invoice: Any) -> str:
    """The editor; an opening balance is changed where the rest of its customer is."""
    if invoice.is_opening:
        return f"{reach.url('customer_edit', invoice.customer_id)}#opening"
    return reach.url("invoice_edit", invoice.id)


def _credit_notes(reach: OfficeReach, invoice: Any) -> list[dict[str, Any]]:
    """The credit notes that are used for it or were made of it, the newest first."""
    if not invoice.has_credits:
        return []
    return [
        {
            "number": note.name or _("Draft"),
            "url": reach.url("credit_note", note.id),
            "day": day(reach, note.dated),
            "pill": pill(note.status(reach.today).value, str(note.status(reach.today).label)),
            "used": written(reach, note.used_minor, note.currency) if note.used_minor else "",
            "amount": written(reach, note.total_minor, note.currency),
            "is_of_it": note.came_from_id == invoice.id,
            "credited_minor": note.total_minor if note.state == "issued" else 0,
        }
        for note in unused_credit.notes_about(reach.credit_notes, invoice)
    ]


def _is_left(invoice: Any, notes: list[dict[str, Any]]) -> bool:
    """Whether some of it was not credited yet by a credit note that was made of it."""
    return bool(invoice.total_minor > sum(note["credited_minor"] for note in notes if note["is_of_it"]))


def _payments(reach: OfficeReach, invoice: Any) -> list[dict[str, Any]]:
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
            "amount": written(reach, one.minor, invoice.currency),
        }
        for one in reach.payments_of(invoice)
    ]


def _record_url(reach: OfficeReach, invoice: Any) -> str:
    """Where a payment of this invoice is written down, while something is owed."""
    if not (invoice.state == "issued" and invoice.balance_minor and reach.may("payments.record")):
        return ""
    return f"{reach.url('payment_new')}?customer={invoice.customer_id}&invoice={invoice.id}"


def _credits_url(reach: OfficeReach, invoice: Any) -> str:
    """Where the customer's credit and retainers are used for this invoice, while there are some and it is owed."""
    if not (invoice.state == "issued" and invoice.balance_minor and reach.may("payments.record")):
        return ""
    return reach.url("invoice_credits", invoice.id) if invoice.customer_has_credit else ""
