"""**Payments received**: the list."""

from datetime import date
from typing import Any

from django.http import FileResponse, HttpResponse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from counterfoil.books.sales.search import matching
from counterfoil.design import columns
from counterfoil.design.lists import ALL, Filter, Listed, asks_for_file, list_file, read_list
from counterfoil.foundation.pages import Sort
from counterfoil.office.documents.lists import customers_named
from counterfoil.office.pages import page
from counterfoil.office.words import day, written
from counterfoil.reach.doors import needs
from counterfoil.reach.office import OfficeReach
from counterfoil.reach.requests import OfficeRequest


def _to_be_decided(payments: Any, _today: date) -> Any:
    """Those of which money went back without us, while nobody has said what becomes of the invoice."""
    return payments.filter(id__in=payments.filter(returns__must_decide=True).values("id"))


LISTED = Listed(
    sorts={
        "date": Sort("paid_on", date.fromisoformat),
        "number": Sort("number_key"),
        "amount": Sort("amount_minor"),
    },
    filters=(
        ALL,
        Filter("online", gettext_lazy("Online"), lambda rows, _today: rows.filter(gateway__isnull=False)),
        Filter("recorded", gettext_lazy("Recorded here"), lambda rows, _today: rows.filter(gateway__isnull=True)),
        Filter("credit", gettext_lazy("With credit left"), lambda rows, _today: rows.filter(balance_minor__gt=0)),
        Filter("decide", gettext_lazy("To be decided"), _to_be_decided),
    ),
    columns=(*columns.PAYMENT[:2], columns.CUSTOMER, *columns.PAYMENT[2:]),
    asked_by="kind",
)


@needs("payments.read")
@require_safe
def index(request: OfficeRequest) -> HttpResponse | FileResponse:
    """Every payment, online or recorded here, newest first, filtered and searched as the address says."""
    reach = request.reach

    def search(rows: Any, text: str) -> Any:
        return matching(rows, text, also="reference_key", amount="amount_minor", of=customers_named(reach, text))

    rows = reach.payments.select_related("customer")
    if asks_for_file(request):
        return list_file(request, rows, LISTED, search=search, today=reach.today, name="payments")
    listing = read_list(request, rows, LISTED, search=search, today=reach.today)
    return page(
        request,
        "office/payments/index.html",
        rows=[_row(reach, payment) for payment in listing.rows],
        listing=listing,
        decide_url=_decide_url(reach, listing.asked),
        failed_url=reach.url("payments_failed"),
        new_url=reach.url("payment_new") if reach.may("payments.record") else "",
    )


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
