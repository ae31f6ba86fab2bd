"""One credit note: what every document's page has, what it was used for, what was given back of it and what is left."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from counterfoil.books.payments import allocations
from counterfoil.foundation.refusal import Refused
from counterfoil.office.answers import done, refused
from counterfoil.office.documents import pages
from counterfoil.office.locked import acting
from counterfoil.office.pages import page
from counterfoil.office.words import day, written
from counterfoil.paper.receipts import uses_of
from counterfoil.reach.doors import needs
from counterfoil.reach.office import OfficeReach
from counterfoil.reach.requests import OfficeRequest

from .kind import CREDIT_NOTES


@needs("credit_notes.read")
@require_safe
def show(request: OfficeRequest, credit_note_id: int) -> HttpResponse:
    """The document with everything that can be done with it. A dialog that the address asks for stands open."""
    reach = request.reach
    note = pages.find(CREDIT_NOTES, reach, credit_note_id)
    uses, refunds = _uses(reach, note), _refunds(reach, note)
    return page(
        request,
        "office/credit_notes/show.html",
        **pages.shown(CREDIT_NOTES, request, note),
        left=written(reach, note.balance_minor, note.currency),
        uses=uses,
        refunds=refunds,
        can_be_voided=note.state == "issued" and not uses and not refunds,
        may_correct=reach.may("payments.record"),
        unpaid_url=f"{reach.url('customer_transactions', note.customer_id)}?kind=invoices",
        refund_url=_refund_url(reach, note),
    )


def _uses(reach: OfficeReach, note: Any) -> list[dict[str, Any]]:
    """The invoices that it is used for."""
    if note.state != "issued" or note.balance_minor == note.total_minor:
        return []
    return [
        {
            "number": invoice.name,
            "url": reach.url("invoice", invoice.id),
            "amount": written(reach, minor, note.currency),
            "take_off_url": reach.url("credit_note_take_off", note.id, invoice.id),
        }
        for invoice, minor in uses_of(note)
    ]


def _refunds(reach: OfficeReach, note: Any) -> list[dict[str, Any]]:
    """What was given back of it, the newest first."""
    if note.state != "issued" or note.balance_minor == note.total_minor:
        return []
    return [
        {
            "mode": back.get_mode_display(),
            "reference": back.reference,
            "day": day(reach, back.refunded_on),
            "amount": written(reach, back.amount_minor, note.currency),
        }
        for back in note.refunds.order_by("-id")
    ]


def _refund_url(reach: OfficeReach, note: Any) -> str:
    if note.state != "issued" or not note.balance_minor or not reach.may("payments.record"):
        return ""
    return reach.url("credit_note_refund", note.id)


@needs("payments.record")
@require_POST
def take_off(request: OfficeRequest, credit_note_id: int, invoice_id: int) -> HttpResponse:
    """Use the credit note no longer for that invoice."""
    note = get_object_or_404(request.reach.credit_notes, id=credit_note_id)
    invoice = get_object_or_404(request.reach.invoices, id=invoice_id, customer=note.customer_id)
    here = request.reach.url("credit_note", note.id)
    try:
        allocations.take_off(note, invoice, by=acting(request))
    except Refused as refusal:
        return refused(request, here, refusal)
    sentence = _("It is no longer used for %(number)s, which owes it again. It can be applied anew there.")
    return done(request, here, sentence % {"number": invoice.name})
