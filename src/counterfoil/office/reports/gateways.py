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
    differences = reach.differences.select_related("gateway", "payment__customer").order_by("-id")
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
    advice = {
        "paid_there": _("Look at the payment at the gateway. If it was meant for you, record it or refund it there."),
        "paid_here": _("Look at the payment at the gateway. If it was never paid there, refund it here otherwise."),
        "returned_here": _("Look whether the refund failed at the gateway."),
        "returned_there": _("Look at the refunds at the gateway, and at what the payment's page here says."),
    }
    return {
        "what": one.get_kind_display(),
        "there": written(reach, one.there_minor, one.currency),
        "here": written(reach, one.here_minor, one.currency),
        "gateway": one.gateway.get_kind_display(),
        "provider_id": one.provider_id,
        "found": _moment(reach, one.found_at),
        "advice": advice.get(one.kind, _("Look at the payment at the gateway and here.")),
        "payment": one.payment.number if one.payment else "",
        "customer": one.payment.customer.display_name if one.payment else "",
        "url": reach.url("payment", one.payment_id) if one.payment_id else "",
        "settle_url": reach.url("report_gateways_settle", one.id) if reach.may("payments.record") else "",
    }


def _run(reach: OfficeReach, one: Any) -> dict[str, Any]:
    return {
        "gateway": one.gateway.get_kind_display(),
        "when": _moment(reach, one.started_at),
        "is_whole": one.finished_at is not None,
        "compared": one.compared,
    }


def _moment(reach: OfficeReach, at: Any) -> str:
    organization = reach.organization
    return format_moment(at, reach.language, organization.time_zone, organization.date_format)
