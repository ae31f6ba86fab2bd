"""One invoice as it would print, what was paid of it, its history, and its earlier revisions."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from counterfoil.books.ledger import ledger
from counterfoil.books.sales.snapshots import snapshot
from counterfoil.design.answers import pdf_answer
from counterfoil.foundation import clock
from counterfoil.foundation.actors import actor_from
from counterfoil.foundation.formats import format_moment, relative_due
from counterfoil.office import activity
from counterfoil.office.pages import page
from counterfoil.office.payments import failed
from counterfoil.office.words import day, written
from counterfoil.outbound import links
from counterfoil.paper.documents import document_pdf, document_sheet, standing_of
from counterfoil.reach.doors import needs
from counterfoil.reach.office import OfficeReach
from counterfoil.reach.requests import OfficeRequest

from .links import of_invoice as links_of

ACTS = ("send", "mark_as_sent", "void", "reinstate", "write_off", "undo_write_off", "collect_again", "delete")
LINES_OF_HISTORY = 20


@needs("invoices.read")
@require_safe
def show(request: OfficeRequest, invoice_id: int) -> HttpResponse:
    """The document with everything that can be done with it. A dialog that the address asks for stands open."""
    reach = request.reach
    invoice = get_object_or_404(reach.invoices.with_content().select_related("customer", "viewed_by"), id=invoice_id)
    status = invoice.status(reach.today)
    sheet = _sheet(reach, invoice, reach.language)
    asked = request.GET.get("ask", "")
    return page(
        request,
        "office/invoices/show.html",
        invoice=invoice,
        number=invoice.name or _("Draft"),
        status_word=status.value,
        label=str(status.label),
        seen=seen_by(reach, invoice),
        sheet=sheet,
        has_discount=any(line.discount for line in sheet.lines),
        owed=written(
            reach, invoice.total_minor if invoice.state == "draft" else invoice.balance_minor, invoice.currency
        ),
        due=relative_due(invoice.due_on, reach.today) if invoice.balance_minor else "",
        payments=_payments(reach, invoice),
        failed=failed.of_invoice(reach, invoice) if invoice.state == "issued" else [],
        people=_people(reach, invoice) if reach.may("invoices.edit") else [],
        may_edit=reach.may("invoices.edit"),
        send_heading=_("Send the opening balance") if invoice.is_opening else _("Send this invoice"),
        send_is_asked=asked == "send",
        void_is_asked=asked == "void",
        write_off_is_asked=asked == "write-off",
        delete_is_asked=asked == "delete",
        activity=_history(request, invoice),
        revisions=_revisions(reach, invoice),
        links=links_of(reach, invoice, asked=asked),
        record_url=_record_url(reach, invoice),
        credits_url=_credits_url(reach, invoice),
        urls={act: reach.url(f"invoice_{act}", invoice.id) for act in ACTS},
        edit_url=_edit_url(reach, invoice),
        copy_url=f"{reach.url('invoice_new')}?customer={invoice.customer_id}&copy={invoice.id}",
        pdf_url=reach.url("invoice_pdf", invoice.id),
        customer_url=reach.url("customer", invoice.customer_id),
        back_url=reach.url("invoices"),
    )


def _edit_url(reach: OfficeReach, invoice: Any) -> str:
    """The editor; an opening balance is changed where the rest of its customer is."""
    if invoice.is_opening:
        return f"{reach.url('customer_edit', invoice.customer_id)}#opening"
    return reach.url("invoice_edit", invoice.id)


def _content(invoice: Any) -> Any:
    """What was issued, as it was kept; a draft as it stands."""
    if invoice.state == "draft":
        return snapshot(invoice)
    return invoice.content


def _sheet(reach: OfficeReach, invoice: Any, language: str) -> Any:
    return document_sheet(_content(invoice), reach.organization, language, standing_of(invoice, reach.today))


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


def _people(reach: OfficeReach, invoice: Any) -> list[Any]:
    """To whom it can be sent."""
    people = reach.contacts.filter(customer=invoice.customer_id, retired_at__isnull=True).exclude(email="")
    return list(people.order_by("-is_primary", "id"))


def _record_url(reach: OfficeReach, invoice: Any) -> str:
    """Where a payment of this invoice is written down, while something is owed."""
    if not (invoice.state == "issued" and invoice.balance_minor and reach.may("payments.record")):
        return ""
    return f"{reach.url('payment_new')}?customer={invoice.customer_id}&invoice={invoice.id}"


def _credits_url(reach: OfficeReach, invoice: Any) -> str:
    """Where the customer's credit is used for this invoice, while there is some and something is owed."""
    if not (invoice.state == "issued" and invoice.balance_minor and reach.may("payments.record")):
        return ""
    has_credit = reach.balances.filter(customer=invoice.customer_id, credit_minor__gt=0).exists()
    return reach.url("invoice_credits", invoice.id) if has_credit else ""


def _history(request: OfficeRequest, invoice: Any) -> list[activity.Line]:
    """What happened to it, newest first."""
    events = request.reach.events.filter(subject_kind="invoice", subject_id=invoice.id, name__in=activity.TOLD)
    names = {invoice.customer_id: invoice.customer.display_name}
    return activity.tell(request, events.order_by("-id")[:LINES_OF_HISTORY], names=names)


def _revisions(reach: OfficeReach, invoice: Any) -> list[dict[str, Any]]:
    """What was issued before, if it was edited since; the newest first."""
    if invoice.state == "draft":
        return []
    kept = invoice.revisions.order_by("-revision").values_list("revision", "made_at", "made_by")
    lines = [
        {
            "revision": revision,
            "when": _moment(reach, made_at),
            "who": actor_from(made_by).name,
            "url": "" if revision == invoice.revision else reach.url("invoice_revision", invoice.id, revision),
        }
        for revision, made_at, made_by in kept
    ]
    return lines if len(lines) > 1 else []


def seen_by(reach: OfficeReach, invoice: Any) -> str:
    """Who of the customer opened it first, and when."""
    if invoice.viewed_at is None:
        return ""
    seen = {"who": invoice.viewed_by.full_name, "when": _moment(reach, invoice.viewed_at)}
    return _("by link, %(who)s, %(when)s") % seen if invoice.viewed_by_link else _("%(who)s, %(when)s") % seen


def _moment(reach: OfficeReach, at: Any) -> str:
    return format_moment(at, reach.language, reach.organization.time_zone, reach.organization.date_format)


@needs("invoices.read")
@require_safe
def revision(request: OfficeRequest, invoice_id: int, number: int) -> HttpResponse:
    """The invoice as it was sent at an earlier time. The present one is on its own page."""
    reach = request.reach
    invoice = get_object_or_404(reach.invoices.select_related("customer"), id=invoice_id)
    kept = invoice.revisions.filter(revision=number).first()
    if kept is None or number == invoice.revision:
        raise Http404
    sheet = document_sheet(kept.content, reach.organization, reach.language)
    return page(
        request,
        "office/invoices/revision.html",
        sheet=sheet,
        has_discount=any(line.discount for line in sheet.lines),
        number=invoice.name,
        revision=number,
        when=_moment(reach, kept.made_at),
        who=actor_from(kept.made_by).name,
        back_url=reach.url("invoice", invoice.id),
    )


@needs("invoices.read")
@require_safe
def pdf(request: OfficeRequest, invoice_id: int) -> HttpResponse:
    """The invoice as PDF, in the customer's language, as the customer gets it."""
    reach = request.reach
    invoice = get_object_or_404(reach.invoices.with_content().select_related("customer"), id=invoice_id)
    content = document_pdf(
        _content(invoice),
        reach.organization,
        invoice.customer.language,
        standing_of(invoice, reach.today),
        at=clock.now(),
        pay_url=links.payment(invoice),
    )
    return pdf_answer(content, f"{invoice.number or ('opening-balance' if invoice.is_opening else 'draft')}.pdf")
