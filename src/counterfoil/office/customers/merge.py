"""**Merge customers**: a duplicate becomes one with the customer that stays. What will move is read before it does."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from counterfoil.books.customers import finding
from counterfoil.books.merging import foreseeing, merging
from counterfoil.books.merging.foreseeing import Foreseen
from counterfoil.foundation.money import Money, format_money
from counterfoil.foundation.refusal import Refused
from counterfoil.foundation.transactions import snapshot
from counterfoil.office.answers import done
from counterfoil.office.customer_choice import OFFERED
from counterfoil.office.pages import page
from counterfoil.reach.doors import needs
from counterfoil.reach.requests import OfficeRequest

from .shell import find

KINDS = {
    "quote": gettext_lazy("Quotes"),
    "sales_order": gettext_lazy("Sales orders"),
    "invoice": gettext_lazy("Invoices"),
    "recurring_invoice": gettext_lazy("Recurring invoices"),
    "retainer_invoice": gettext_lazy("Retainer invoices"),
    "credit_note": gettext_lazy("Credit notes"),
    "project": gettext_lazy("Projects"),
    "time_entry": gettext_lazy("Timesheets"),
    "approval": gettext_lazy("Customer approvals"),
    "payment": gettext_lazy("Payments received"),
    "attempt": gettext_lazy("Payments in progress"),
    "saved_method": gettext_lazy("Saved cards and bank accounts"),
    "comment": gettext_lazy("Comments"),
    "file": gettext_lazy("Documents"),
    "message": gettext_lazy("Messages to you"),
    "review": gettext_lazy("Customer reviews"),
}


@needs("customers.merge")
@require_safe
def choose(request: OfficeRequest, customer_id: int) -> HttpResponse:
    """Which customer stays: those of the same currency, narrowed by words of a name."""
    reach, customer = request.reach, find(request, customer_id)
    search = request.GET.get("q", "").strip()
    others = reach.customers.filter(currency=customer.currency).exclude(id=customer.id)
    found = finding.named(others, search, organization_id=reach.organization.id).order_by("name_key", "id")
    return page(
        request,
        "office/customers/merge_choose.html",
        customer=customer,
        search=search,
        customers=[
            {"name": one.display_name, "url": reach.url("customer_merge_into", customer.id, one.id)}
            for one in found[:OFFERED]
        ],
        customer_url=reach.url("customer", customer.id),
    )


@needs("customers.merge")
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: OfficeRequest, customer_id: int, into_id: int) -> HttpResponse:
    """What exactly moves, and the one button that does it."""
    reach, gone = request.reach, find(request, customer_id)
    into = get_object_or_404(reach.customers, id=into_id)
    if request.method != "POST":
        return _show(request, gone, into)
    try:
        merging.merge(gone, into, by=reach.actor, seen=request.POST.get("seen", ""))
    except Refused as refusal:
        return _show(request, gone, into, status=409, refusal=refusal)
    words = _("%(name)s is merged into this customer. Its old addresses lead here.")
    return done(request, reach.url("customer", into.id), words % {"name": gone.display_name})


def _show(
    request: OfficeRequest, gone: Any, into: Any, *, status: int = 200, refusal: Refused | None = None
) -> HttpResponse:
    """With what is in the way, if anything is, instead of the button."""
    reach, foreseen = request.reach, None
    try:
        with snapshot():
            foreseen = foreseeing.foresee(gone, into)
    except Refused as found:
        status, refusal = 409, found
    return page(
        request,
        "office/customers/merge.html",
        status=status,
        refusal=refusal,
        customer=gone,
        into=into,
        foreseen=foreseen,
        parts=_parts(request, gone, foreseen) if foreseen else [],
        standings=_standings(request, gone, foreseen) if foreseen else [],
        customer_url=reach.url("customer", gone.id),
        other_url=reach.url("customer_merge", gone.id),
        swapped_url=reach.url("customer_merge_into", into.id, gone.id) if gone.id != into.id else "",
    )


def _parts(request: OfficeRequest, customer: Any, foreseen: Foreseen) -> list[dict[str, Any]]:
    written = _writer(request, customer)
    return [
        {"label": KINDS[one.kind], "count": one.count, "sum": "" if one.minor is None else written(one.minor)}
        for one in foreseen.parts
    ]


def _standings(request: OfficeRequest, customer: Any, foreseen: Foreseen) -> list[dict[str, Any]]:
    """What each owes and has, and what it comes to: no amount changes."""
    written, both = _writer(request, customer), foreseen.gone + foreseen.into
    labels = {"owed": _("Outstanding receivables"), "credit": _("Unused credits"), "held": _("Retainers held")}
    return [
        {
            "label": label,
            "gone": written(getattr(foreseen.gone, name)),
            "into": written(getattr(foreseen.into, name)),
            "both": written(getattr(both, name)),
        }
        for name, label in labels.items()
    ]


def _writer(request: OfficeRequest, customer: Any) -> Callable[[int], str]:
    return lambda minor: format_money(Money(minor, customer.currency), request.reach.language)
