"""One payment: its receipt, what it was used for, and what the office wrote down about it."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from counterfoil.books.payments import allocations, returning
from counterfoil.design.answers import pdf_answer
from counterfoil.foundation.actors import actor_from
from counterfoil.foundation.formats import format_moment
from counterfoil.foundation.refusal import Refused
from counterfoil.office.answers import done, refused
from counterfoil.office.locked import acting
from counterfoil.office.pages import page
from counterfoil.office.words import day, written
from counterfoil.outbound.words import named
from counterfoil.paper.receipts import receipt_pdf, receipt_sheet, uses_of
from counterfoil.reach.doors import needs
from counterfoil.reach.office import OfficeReach
from counterfoil.reach.requests import OfficeRequest

RETURNS = ("returns__shares__invoice", "returns__shares__retainer")


@needs("payments.read")
@require_safe
def show(request: OfficeRequest, payment_id: int) -> HttpResponse:
    """One payment as its receipt."""
    reach = request.reach
    found = reach.payments.select_related("customer", "gateway", "attempt").prefetch_related(*RETURNS)
    payment = get_object_or_404(found, id=payment_id)
    uses = uses_of(payment)
    sheet = receipt_sheet(payment, uses, payment.customer, reach.organization, reach.language)
    paid = sheet.receipt.paid if sheet.receipt else ()
    return page(
        request,
        "office/payments/show.html",
        payment=payment,
        sheet=sheet,
        uses=[
            {
                "paid": one,
                "url": reach.url(document.kind(), document.id),
                "number": document.name,
                "take_off_url": _take_off_url(reach, payment, document),
            }
            for (document, _minor), one in zip(uses, paid, strict=True)
        ],
        thanks=sheet.receipt.paid_on if sheet.receipt else "",
        facts=_facts(reach, payment),
        returns=_returns(reach, payment),
        refund_url=_refund_url(reach, payment),
        may_correct=reach.may("payments.record"),
        left=written(reach, payment.balance_minor, payment.currency) if payment.balance_minor else "",
        customer=payment.customer,
        customer_url=reach.url("customer", payment.customer_id),
        pdf_url=reach.url("payment_pdf", payment.id),
        back_url=reach.url("payments"),
    )


def _returns(reach: OfficeReach, payment: Any) -> list[dict[str, Any]]:
    """What went back of it, with whether the office is still asked what becomes of the invoice."""
    return [
        {
            "amount": written(reach, back.amount_minor, back.currency),
            "day": day(reach, back.returned_on),
            "title": _title(back),
            "state": back.state,
            "label": back.get_state_display(),
            "detail": back.reference or back.reason,
            "invoices": [
                {"number": one.name, "url": reach.url(one.kind(), one.id)}
                for one in {share.document_id: share.document for share in back.shares.all()}.values()
            ],
            "effect": back.get_effect_display() if any(one.invoice_id for one in back.shares.all()) else "",
            "lost": written(reach, back.excess_minor, back.currency) if back.excess_minor else "",
            "failure": back.failure_reason,
            "asked": written(reach, _undecided(back), back.currency),
            "must_decide": back.must_decide and reach.may("payments.record"),
            "decide_url": reach.url("payment_return_decide", payment.id, back.id),
        }
        for back in sorted(payment.returns.all(), key=lambda one: -one.id)
    ]


def _take_off_url(reach: OfficeReach, payment: Any, document: Any) -> str:
    """Of an invoice; a retainer is given back instead."""
    return reach.url("payment_take_off", payment.id, document.id) if document.kind() == "invoice" else ""


def _undecided(back: Any) -> int:
    """What went back of invoices of which nobody said yet what becomes of them."""
    return sum(one.minor for one in back.shares.all() if one.grant_id is None and one.invoice_id)


def _title(back: Any) -> str:
    return back.get_kind_display() if back.kind == "chargeback" else back.get_way_display()


def _refund_url(reach: OfficeReach, payment: Any) -> str:
    if not reach.may("payments.record") or not returning.returnable_minor(payment):
        return ""
    return reach.url("payment_refund", payment.id)


def _facts(reach: OfficeReach, payment: Any) -> list[tuple[str, str]]:
    """What the customer's receipt doesn't say."""
    made = format_moment(payment.made_at, reach.language, reach.organization.time_zone, reach.organization.date_format)
    charges, attempt = payment.bank_charges_minor, getattr(payment, "attempt", None)
    started = attempt.started_on if attempt and attempt.started_on != payment.paid_on else None
    facts = [
        (_("Bank charges"), written(reach, charges, payment.currency) if charges else ""),
        (_("Started"), day(reach, started) if started else ""),
        (_("Deposit date"), day(reach, payment.deposited_on) if payment.deposited_on else ""),
        (_("Gateway"), payment.gateway.get_kind_display() if payment.gateway else ""),
        (_("Reference at the gateway"), payment.provider_id),
        (_("Notes"), payment.notes),
        (
            _("Entered"),
            _("%(when)s, %(who)s") % {"when": made, "who": named(actor_from(payment.made_by), reach.language)},
        ),
    ]
    return [(label, value) for label, value in facts if value]


@needs("payments.record")
@require_POST
def take_off(request: OfficeRequest, payment_id: int, invoice_id: int) -> HttpResponse:
    """Use the payment no longer for that invoice."""
    payment = get_object_or_404(request.reach.payments, id=payment_id)
    invoice = get_object_or_404(request.reach.invoices, id=invoice_id, customer=payment.customer_id)
    here = request.reach.url("payment", payment.id)
    try:
        allocations.take_off(payment, invoice, by=acting(request))
    except Refused as refusal:
        return refused(request, here, refusal)
    sentence = _("It is no longer used for %(number)s, which owes it again. It can be applied anew there.")
    return done(request, here, sentence % {"number": invoice.name})


@needs("payments.read")
@require_safe
def pdf(request: OfficeRequest, payment_id: int) -> HttpResponse:
    """The receipt as PDF, in the customer's language."""
    reach = request.reach
    payment = get_object_or_404(reach.payments.select_related("customer"), id=payment_id)
    content = receipt_pdf(
        payment,
        uses_of(payment),
        payment.customer,
        reach.organization,
        payment.customer.language,
        at=payment.made_at,
    )
    return pdf_answer(content, f"{payment.number}.pdf")
