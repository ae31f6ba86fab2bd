"""A payment on its way: the page that knows how it stands, the way back from the gateway, and giving up."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from counterfoil.books.payments import collecting
from counterfoil.foundation.refusal import Refused
from counterfoil.portal.amounts import day, written
from counterfoil.portal.pages import plain_page
from counterfoil.reach.doors import needs
from counterfoil.reach.portal import PortalReach
from counterfoil.reach.requests import PortalRequest

from .desk import url_of


@needs("invoices.pay", by_link=True)
@never_cache
@require_safe
def show(request: PortalRequest, attempt_id: int) -> HttpResponse:
    """While the outcome is unknown, a page that asks again by itself; after that, the receipt or the payment page."""
    attempt = get_object_or_404(request.reach.attempts, id=attempt_id)
    end = _end(request.reach, attempt)
    if request.htmx:
        return HttpResponseClientRedirect(end) if end else HttpResponse(status=204)
    return HttpResponseRedirect(end) if end else _waiting(request, attempt)


@needs("invoices.pay", by_link=True)
@never_cache
@require_safe
def came_back(request: PortalRequest, attempt_id: int) -> HttpResponse:
    """The gateway sent the payer back. What its address says is only a hint: the gateway itself is asked."""
    attempt = get_object_or_404(request.reach.attempts.select_related("gateway"), id=attempt_id)
    request.under_way_url = request.reach.url("attempt", attempt_id)
    if request.method == "GET":
        collecting.look(attempt)
    return HttpResponseRedirect(request.under_way_url)


@needs("invoices.pay", by_link=True)
@require_POST
def cancel(request: PortalRequest, attempt_id: int) -> HttpResponse:
    """Give up a payment that nobody has confirmed. If it was confirmed after all, it counts."""
    attempt = get_object_or_404(request.reach.attempts.select_related("gateway"), id=attempt_id)
    request.under_way_url = request.reach.url("attempt", attempt_id)
    try:
        collecting.abandon(attempt)
    except Refused as refusal:
        return _waiting(request, attempt, refusal=refusal, status=409)
    return HttpResponseRedirect(request.under_way_url, status=303)


def _end(reach: PortalReach, attempt: Any) -> str:
    """Where it leads once it is over; nothing while it isn't."""
    if attempt.state == "paid":
        return reach.url("payment", attempt.payment_id)
    if attempt.state in ("failed", "cancelled"):
        shares = list(attempt.shares.select_related("invoice", "retainer").order_by("invoice_id", "retainer_id"))
        used = attempt.used_credits
        ids = dict.fromkeys([share.document_id for share in shares] + [invoice_id for _id, invoice_id, _minor in used])
        again = {"attempt": attempt.id, "use": dict.fromkeys(credit_id for credit_id, _id, _minor in used)}
        if len(ids) == 1:
            return f"{url_of(reach, shares[0].document)}?{urlencode(again, doseq=True)}"
        return f"{reach.url('pay_several')}?{urlencode({'invoice': ids} | again, doseq=True)}"
    return ""


def _takes_days(attempt: Any) -> bool:
    """A bank says only after days how it ended: nobody waits for that."""
    return attempt.method_kind == "bank" and attempt.state == "processing"


def _heading(attempt: Any) -> str:
    if attempt.state == "action":
        return _("Finish your payment")
    return _("Your bank payment is processing") if _takes_days(attempt) else _("We are checking with your bank")


def _waiting(
    request: PortalRequest, attempt: Any, *, refusal: Refused | None = None, status: int = 200
) -> HttpResponse:
    reach = request.reach
    shares = list(attempt.shares.select_related("invoice", "retainer"))
    return plain_page(
        request,
        "portal/pay/waiting.html",
        status=status,
        heading=_heading(attempt),
        takes_days=_takes_days(attempt),
        expected_on=day(reach, attempt.expected_on) if attempt.expected_on else "",
        amount=written(reach, attempt.amount_minor),
        invoices=[
            (share.document.name, reach.url(share.document.kind(), share.document_id), written(reach, share.minor))
            for share in shares
        ],
        home_url="" if reach.is_by_link else reach.url("home"),
        must_act=attempt.state == "action",
        next_url=attempt.next_url,
        refusal=refusal,
        cancel_url=reach.url("attempt_cancel", attempt.id),
        here=reach.url("attempt", attempt.id),
    )
