"""The office's first page: what is owed, what was seen and not paid, what came in, and what to do first."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from counterfoil.books.sales import ages
from counterfoil.foundation import clock
from counterfoil.foundation.formats import format_date, relative_due
from counterfoil.foundation.money import Money, format_money
from counterfoil.foundation.transactions import snapshot
from counterfoil.reach.doors import needs
from counterfoil.reach.requests import OfficeRequest

from . import activity
from .pages import page

STUCK_AFTER = timedelta(minutes=15)  # a mail that waits for so long has been tried more than once
TOLD_FOR = timedelta(days=7)


@needs("home.read")
@require_safe
def show(request: OfficeRequest) -> HttpResponse:
    """For who only logs their time, that is the first page."""
    if not request.reach.may("invoices.read"):
        return HttpResponseRedirect(request.reach.url("time_entries"))
    with snapshot():
        context: dict[str, Any] = _figures(request) if request.reach.has_issued() else {"is_new": True}
        if not context.get("payments"):
            context["steps"] = _first_steps(request, is_new="is_new" in context)
            context["samples_url"] = request.reach.url("settings_sample_data") if _may_try_out(request) else ""
        events = request.reach.latest_events(activity.TOLD)
        context["activity"] = activity.tell(request, events, names={one.customer_id: one.customer for one in events})
        context["mail_trouble_url"] = _mail_trouble(request)
    return page(request, "office/home/show.html", **context)


def _may_try_out(request: OfficeRequest) -> bool:
    return request.reach.may("settings.edit") and not request.reach.organization.is_sample


def _mail_trouble(request: OfficeRequest) -> str:
    """Where to look when mail lately could not go out, for whoever can mend it."""
    if request.reach.organization.is_sample or not request.reach.may("settings.read"):
        return ""
    now = clock.now()
    stuck = Q(state="waiting", made_at__lt=now - STUCK_AFTER) | Q(state="failed", made_at__gt=now - TOLD_FOR)
    is_stuck = request.reach.mails.exclude(state="sent").filter(stuck).exists()
    return request.reach.url("settings_mails") if is_stuck else ""


def _figures(request: OfficeRequest) -> dict[str, Any]:
    return {
        "today": format_date(request.reach.today, request.reach.language, request.reach.organization.date_format),
        "receivables": _receivables(request),
        "waiting": _waiting(request),
        "seen": _seen_but_unpaid(request),
        "payments": _latest_payments(request),
        "invoices_url": request.reach.url("invoices"),
        "payments_url": request.reach.url("payments"),
    }


def _receivables(request: OfficeRequest) -> list[dict[str, Any]]:
    """What is owed by age, one line for each currency, the organization's own first."""
    base = request.reach.organization.currency
    in_order = sorted(request.reach.owed_by_currency().items(), key=lambda one: (one[0] != base, one[0]))
    return [_receivable(currency, minors, request.reach.language) for currency, minors in in_order]


def _receivable(currency: str, minors: Sequence[int], language: str) -> dict[str, Any]:
    amounts = [format_money(Money(minor, currency), language) for minor in minors]
    return {
        "total": format_money(Money(sum(minors), currency), language),
        "buckets": list(zip(ages.labels(), amounts, minors, strict=True)),
    }


def _waiting(request: OfficeRequest) -> list[dict[str, Any]]:
    """What somebody must do next, here or at a customer: a line for each kind of which there is any."""
    reach, counts = request.reach, request.reach.waiting()
    lines = (
        (
            counts.failed,
            "alert",
            ngettext("%(n)d payment failed this week", "%(n)d payments failed this week", counts.failed),
            reach.url("payments_failed"),
        ),
        (
            counts.to_decide,
            "alert",
            ngettext(
                "%(n)d refund or chargeback to decide on", "%(n)d refunds or chargebacks to decide on", counts.to_decide
            ),
            f"{reach.url('payments')}?kind=decide",
        ),
        (
            counts.accepted,
            "quote",
            ngettext("%(n)d accepted quote to invoice", "%(n)d accepted quotes to invoice", counts.accepted),
            f"{reach.url('quotes')}?status=accepted",
        ),
        (
            counts.drafts,
            "invoice",
            ngettext("%(n)d draft invoice to send", "%(n)d draft invoices to send", counts.drafts),
            f"{reach.url('invoices')}?status=draft",
        ),
        (
            counts.undecided,
            "clock",
            ngettext("%(n)d quote waits for its customer", "%(n)d quotes wait for their customers", counts.undecided),
            f"{reach.url('quotes')}?status=awaiting",
        ),
        (
            counts.timesheets,
            "clock",
            ngettext(
                "%(n)d timesheet waits for its customer",
                "%(n)d timesheets wait for their customers",
                counts.timesheets,
            ),
            f"{reach.url('approvals')}?status=awaiting",
        ),
    )
    return [
        {"icon": icon, "label": words % {"n": count}, "url": url, "is_bad": icon == "alert"}
        for count, icon, words, url in lines
        if count
    ]


def _seen_but_unpaid(request: OfficeRequest) -> list[dict[str, Any]]:
    reach = request.reach
    return [
        {
            "url": request.reach.url("invoice", invoice.id),
            "customer": invoice.customer.display_name,
            "number": invoice.name,
            "due": relative_due(invoice.due_on, reach.today),
            "is_late": invoice.due_on < reach.today,
            "balance": format_money(Money(invoice.balance_minor, invoice.currency), reach.language),
        }
        for invoice in reach.first_seen_but_unpaid()
    ]


def _latest_payments(request: OfficeRequest) -> list[dict[str, Any]]:
    reach = request.reach
    return [
        {
            "url": request.reach.url("payment", payment.id),
            "customer": payment.customer.display_name,
            "number": payment.number,
            "paid_on": format_date(payment.paid_on, reach.language, reach.organization.date_format),
            "mode": payment.method_label or payment.get_mode_display(),
            "amount": format_money(Money(payment.amount_minor, payment.currency), reach.language),
        }
        for payment in reach.latest_payments()
    ]


def _first_steps(request: OfficeRequest, *, is_new: bool) -> list[dict[str, Any]]:
    """What a new organization does until its first payment, each with whether it is done; what this person may do."""
    reach, begun = request.reach, request.reach.begun()
    steps = []
    if reach.may("settings.edit"):
        can_be_paid = bool(reach.organization.bank_account) or begun.has_gateway
        steps += [
            (_("Write your address and add your logo"), "settings_organization", bool(reach.organization.city)),
            (_("Add the tax rates that you charge"), "settings_taxes", begun.has_taxes),
            (_("Set up the mail server"), "settings_mail_server", reach.is_mailed_by_all or begun.has_mail_server),
            (_("Choose how customers pay you"), "settings_gateways", can_be_paid),
        ]
    if reach.may("customers.edit"):
        steps += [
            (_("Add your first customer"), "customer_new", begun.has_customer),
            (_("Send your first invoice"), "invoice_new", not is_new),
            (
                _("Invite a customer to the portal"),
                "customers" if begun.has_customer else "customer_new",
                begun.has_invited,
            ),
            (_("Receive your first payment"), "payments", False),
        ]
    return [{"label": label, "url": request.reach.url(route), "is_done": done} for label, route, done in steps]
