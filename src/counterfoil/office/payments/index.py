"""**Payments received**: the list."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from counterfoil.books.sales.search import matching
from counterfoil.design.lists import read
from counterfoil.foundation.pages import Sort
from counterfoil.office.pages import page
from counterfoil.office.words import day, written
from counterfoil.reach.doors import needs
from counterfoil.reach.office import OfficeReach
from counterfoil.reach.requests import OfficeRequest

SORTS = {
    "date": Sort("paid_on", date.fromisoformat),
    "number": Sort("number_key"),
    "amount": Sort("amount_minor"),
}


@needs("payments.read")
@require_safe
def index(request: OfficeRequest) -> HttpResponse:
    """Every payment, online or recorded here, newest first, filtered and searched as the address says."""
    reach = request.reach
    kind, text = request.GET.get("kind", ""), request.GET.get("q", "").strip()
    rows = _filters(reach).get(kind, reach.payments).select_related("customer")
    listing = read(request, matching(rows, text, also="reference_key"), SORTS, first="-date")
    return page(
        request,
        "office/payments/index.html",
        rows=[_row(reach, payment) for payment in listing.page.rows],
        listing=listing,
        decide_url=_decide_url(reach, kind),
        filters=_filter_menu(reach, kind),
        is_narrowed=bool(text or kind),
        text=text,
        kind_asked=kind,
        failed_url=reach.url("payments_failed"),
        new_url=reach.url("payment_new") if reach.may("payments.record") else "",
    )


def _filters(reach: OfficeReach) -> dict[str, Any]:
    return {
        "online": reach.payments.filter(gateway__isnull=False),
        "recorded": reach.payments.filter(gateway__isnull=True),
        "credit": reach.payments.filter(balance_minor__gt=0),
        "decide": reach.payments.filter(id__in=reach.returns.filter(must_decide=True).values("payment_id")),
    }


def _filter_menu(reach: OfficeReach, kind: str) -> list[dict[str, Any]]:
    labels = {"": _("All"), "online": _("Online"), "recorded": _("Recorded here"), "credit": _("With credit left")}
    labels["decide"] = _("To be decided")
    here, url = kind if kind in labels else "", reach.url("payments")
    return [
        {"label": label, "url": f"{url}?kind={key}" if key else url, "current": key == here}
        for key, label in labels.items()
    ]


def _decide_url(reach: OfficeReach, kind: str) -> str:
    """Where payments are of which money went back without us, while the office has not said what becomes of it."""
    waiting = kind != "decide" and reach.returns.filter(must_decide=True).exists()
    return f"{reach.url('payments')}?kind=decide" if waiting else ""


def _row(reach: OfficeReach, payment: Any) -> dict[str, Any]:
    return {
        "number": payment.number,
        "url": reach.url("payment", payment.id),
        "customer": payment.customer.display_name,
        "day": day(reach, payment.paid_on),
        "method": payment.method_label or payment.get_mode_display(),
        "reference": payment.reference,
        "amount": written(reach, payment.amount_minor, payment.currency),
        "left": written(reach, payment.balance_minor, payment.currency) if payment.balance_minor else "",
    }
