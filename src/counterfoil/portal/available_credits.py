"""**Available credits**: what is left of credit notes and of what was paid too much, and each credit note."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from counterfoil.books.sales import credit_notes
from counterfoil.design.lists import ALL, Listed
from counterfoil.design.marks import pill
from counterfoil.foundation.languages import label
from counterfoil.foundation.pages import Sort, read_merged
from counterfoil.foundation.transactions import snapshot
from counterfoil.paper.documents import standing_of_credit_note
from counterfoil.paper.receipts import uses_of
from counterfoil.reach.doors import needs
from counterfoil.reach.portal import PortalReach
from counterfoil.reach.requests import PortalRequest

from . import documents
from .amounts import day, written
from .kinds import Kind, Words
from .pages import page

NOTES, PAYMENTS = Sort("dated", date.fromisoformat), Sort("paid_on", date.fromisoformat)


def status_for_customer(note: Any, today: date) -> tuple[str, str]:
    """The status as a word for the style sheet and a label."""
    status = note.status(today)
    return status.value, label(status)


CREDIT_NOTES = Kind(
    name="credit_note",
    plural="credit_notes",
    icon="credit",
    words=Words(
        many=gettext_lazy("Credits"),
        caption=gettext_lazy("Your credits"),
        titled=gettext_lazy("Credit note %(number)s"),
        nothing_found=gettext_lazy("No credit is left"),
        nothing_found_text=gettext_lazy("All of it is used or was given back to you."),
        none_yet=gettext_lazy("No credits yet"),
        none_yet_text=gettext_lazy("Credit notes, and what you pay beyond an invoice, appear here."),
    ),
    listed=Listed(sorts={"date": NOTES}, filters=(ALL,)),
    view=credit_notes.view,
    paper=standing_of_credit_note,
    status=status_for_customer,
)


@needs("credit_notes.read")
@require_safe
def index(request: PortalRequest) -> HttpResponse:
    """Credit notes, and payments of which something is left, newest first; `?status=open` has only what is left."""
    reach, is_open = request.reach, request.GET.get("status") == "open"
    notes, payments = reach.credit_notes, reach.payments.filter(balance_minor__gt=0)
    with snapshot():
        left = reach.balance.credit_minor
        found = read_merged(
            [(notes.open() if is_open else notes, NOTES), (payments, PAYMENTS)], cursor=request.GET.get("page")
        )
    here = reach.url("credit_notes")
    return page(
        request,
        "portal/credit_notes/index.html",
        words=CREDIT_NOTES.words,
        rows=[_row(reach, one) for one in found.rows],
        newer=_beside(is_open, found.newer),
        older=_beside(is_open, found.older),
        left=written(reach, left),
        uses_url=f"{reach.url('invoices')}?status=unpaid" if left and reach.uses_credits else "",
        is_narrowed=is_open,
        all_url=here,
        kinds=[
            {"label": _("All"), "url": here, "current": not is_open},
            {"label": _("Available"), "url": f"{here}?status=open", "current": is_open},
        ],
        home_url=reach.url("home"),
    )


def _beside(is_open: bool, cursor: str | None) -> str | None:
    if not cursor:
        return None
    return f"?status=open&page={cursor}" if is_open else f"?page={cursor}"


def _row(reach: PortalReach, credit: Any) -> dict[str, Any]:
    is_note = credit.ledger_kind() == "credit_note"
    return {
        "number": credit.number,
        "url": reach.url("credit_note" if is_note else "payment", credit.id),
        "what": _("Credit note") if is_note else _("Payment"),
        "day": day(reach, credit.dated if is_note else credit.paid_on),
        "pill": pill(*status_for_customer(credit, reach.today)) if is_note else "",
        "amount": written(reach, credit.total_minor if is_note else credit.amount_minor),
        "left": written(reach, credit.balance_minor),
    }


@needs("credit_notes.read")
@require_safe
def show(request: PortalRequest, credit_note_id: int) -> HttpResponse:
    """One credit note as it would print, with what it was used for and what is left. Opening it is noticed once."""
    reach = request.reach
    note = documents.find(CREDIT_NOTES, reach, credit_note_id)
    documents.notice(CREDIT_NOTES, request, note)
    is_touched = note.state == "issued" and note.balance_minor != note.total_minor
    return page(
        request,
        "portal/credit_notes/show.html",
        **documents.shown(CREDIT_NOTES, request, note),
        left=written(reach, note.balance_minor),
        uses=[
            {"number": invoice.name, "url": reach.url("invoice", invoice.id), "amount": written(reach, minor)}
            for invoice, minor in (uses_of(note) if is_touched else ())
        ],
        refunds=[
            {"mode": back.get_mode_display(), "reference": back.reference, "day": day(reach, back.refunded_on)}
            | {"amount": written(reach, back.amount_minor)}
            for back in (note.refunds.order_by("-id") if is_touched else ())
        ],
    )


@needs("credit_notes.read")
@require_safe
def pdf(request: PortalRequest, credit_note_id: int) -> HttpResponse:
    """The credit note as PDF, in the reader's language."""
    return documents.pdf(CREDIT_NOTES, request, documents.find(CREDIT_NOTES, request.reach, credit_note_id))
