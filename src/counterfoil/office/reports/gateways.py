"""**Gateways and books compared**: what differs, what to do about it, and when it was looked at last."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from counterfoil.books.payments import reconciling
from counterfoil.foundation.formats import format_moment
from counterfoil.office.answers import done
from counterfoil.office.pages import page
from counterfoil.office.words import written
from counterfoil.reach.doors import needs
from counterfoil.reach.office import OfficeReach
from counterfoil.reach.requests import OfficeRequest

RUNS, SHOWN = 10, 100


@needs("reports.read")
@require_safe
def show(request: OfficeRequest) -> HttpResponse:
    """Open differences first, then those that are over, then the latest comparisons."""
    reach = request.reach
    differences = reach.differences.select_related("gateway", "payment__customer", "attempt__customer").order_by("-id")
    return page(
        request,
        "office/reports/gateways.html",
        rows=[_row(reach, one) for one in differences.filter(resolved_at__isnull=True)[:SHOWN]],
        over=[_row(reach, one) for one in differences.filter(resolved_at__isnull=False)[:RUNS]],
        runs=[_run(reach, one) for one in reach.comparisons.select_related("gateway").order_by("-id")[:RUNS]],
        back_url=reach.url("reports"),
    )


@needs("payments.record")
@require_POST
def settle(request: OfficeRequest, difference_id: int) -> HttpResponse:
    """Somebody looked, and it is as it should be."""
    difference = get_object_or_404(request.reach.differences, id=difference_id)
    reconciling.settle_by_hand(difference, by=request.reach.actor)
    return done(request, request.reach.url("report_gateways"), _("It is not listed any more."))


def _row(reach: OfficeReach, one: Any) -> dict[str, Any]:
    return {
        "what": one.get_kind_display(),
        "said": _said(reach, one),
        "gateway": one.gateway.get_kind_display(),
        "provider_id": one.child_id or one.provider_id,
        "found": _moment(reach, one.found_at),
        "advice": _advice(one.kind),
        "settle_url": reach.url("report_gateways_settle", one.id) if reach.may("payments.record") else "",
    } | _whose(reach, one)


def _said(reach: OfficeReach, one: Any) -> str:
    """What each side says of it, in words."""
    there, here = written(reach, one.there_minor, one.there_currency), written(reach, one.here_minor, one.currency)
    if one.attempt:
        words = {"amount": here, "day": _moment(reach, one.attempt.confirm_started_at or one.attempt.made_at)}
        return _("%(amount)s has been under way since %(day)s.") % words
    return _("At the gateway %(there)s, in the books %(here)s.") % {"there": there, "here": here}


def _advice(kind: str) -> str:
    known = {
        "paid_there": _("Look at the payment at the gateway. If it was meant for you, record it or refund it there."),
        "paid_here": _("Look at the payment at the gateway. If it was never paid there, refund it here otherwise."),
        "returned_here": _("Look whether the refund failed at the gateway."),
        "returned_there": _("Look at the refunds at the gateway, and at what the payment's page here says."),
        "open_too_long": _("Ask the gateway what became of it. Until it says so, this much can't be paid otherwise."),
    }
    return known.get(kind, _("Look at the payment at the gateway and here."))


def _whose(reach: OfficeReach, one: Any) -> dict[str, str]:
    """Where to look at it here: the payment, or while there is none, the customer who is paying."""
    if one.payment:
        name, customer = one.payment.number, one.payment.customer.display_name
        return {"payment": name, "customer": customer, "url": reach.url("payment", one.payment_id)}
    if one.attempt:
        return {"payment": one.attempt.customer.display_name, "url": reach.url("customer", one.attempt.customer_id)}
    return {}


def _run(reach: OfficeReach, one: Any) -> dict[str, Any]:
    return {
        "gateway": one.gateway.get_kind_display(),
        "when": _moment(reach, one.started_at),
        "is_whole": one.finished_at is not None,
        "is_silent": one.silent_at is not None,
        "compared": one.compared,
    }


def _moment(reach: OfficeReach, at: Any) -> str:
    organization = reach.organization
    return format_moment(at, reach.language, organization.time_zone, organization.date_format)
