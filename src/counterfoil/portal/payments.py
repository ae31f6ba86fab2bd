"""**Payments made**: the list, and each payment's receipt."""

from datetime import date, timedelta
from typing import Any

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from counterfoil.books.organizations.modules import is_on
from counterfoil.books.payments import payments
from counterfoil.books.sales.search import matching
from counterfoil.design import columns
from counterfoil.design.answers import pdf_answer
from counterfoil.design.lists import ALL, Filter, Listed, asks_for_file, list_file, read_list
from counterfoil.foundation import clock
from counterfoil.foundation.pages import Sort
from counterfoil.paper.receipts import receipt_pdf, receipt_sheet, uses_of
from counterfoil.reach.doors import needs
from counterfoil.reach.mailed_links import LinkReach
from counterfoil.reach.portal import PortalReach
from counterfoil.reach.requests import PortalRequest

from .amounts import day, written
from .pages import page

LISTED = Listed(
    sorts={"date": Sort("paid_on", date.fromisoformat), "amount": Sort("amount_minor")},
    filters=(
        ALL,
        Filter("invoices", gettext_lazy("Invoice payments"), lambda rows, _today: payments.of_invoices(rows)),
        Filter("retainers", gettext_lazy("Retainer payments"), lambda rows, _today: payments.of_retainers(rows)),
    ),
    asked_by="kind",
    columns=columns.PAYMENT,
)
JUST_NOW = timedelta(minutes=10)


@needs("payments.read")
@require_safe
def index(request: PortalRequest) -> HttpResponse | FileResponse:
    """Every payment, online or recorded by the business, newest first, searched as the address says.

    What is still on its way stands above.
    """
    reach = request.reach
    if not is_on(reach.organization, "payments"):
        raise Http404
    if asks_for_file(request):
        return list_file(request, reach.payments, LISTED, search=_search, today=reach.today, name="payments")
    listing = read_list(request, reach.payments, LISTED, search=_search, today=reach.today)
    return page(
        request,
        "portal/payments/index.html",
        rows=[_row(reach, payment) for payment in listing.page.rows],
        listing=listing,
        under_way=[
            {"amount": written(reach, attempt.amount_minor), "url": reach.url("attempt", attempt.id)}
            for attempt in reach.attempts.open().order_by("id")
        ],
        invoices_url=f"{reach.url('invoices')}?status=unpaid",
    )


def _search(payments: Any, text: str) -> Any:
    return matching(payments, text, also="reference_key", amount="amount_minor")


def _row(reach: PortalReach, payment: Any) -> dict[str, Any]:
    return {
        "number": payment.number,
        "url": reach.url("payment", payment.id),
        "day": day(reach, payment.paid_on),
        "method": payment.method_label or payment.get_mode_display(),
        "reference": payment.reference,
        "amount": written(reach, payment.amount_minor),
        "left": written(reach, payment.balance_minor) if payment.balance_minor else "",
    }


@needs("payments.read", by_link=True)
@require_safe
def show(request: PortalRequest, payment_id: int) -> HttpResponse:
    """The receipt. Who paid online lands here, also where the list of payments is switched off."""
    reach = request.reach
    payment = get_object_or_404(reach.payments, id=payment_id)
    uses = uses_of(payment)
    sheet = receipt_sheet(payment, uses, reach.customer, reach.organization, reach.language)
    return page(
        request,
        "portal/payments/show.html",
        payment=payment,
        sheet=sheet,
        thanks=_thanks(reach, payment),
        uses=[
            {"paid": paid, "url": reach.url(document.kind(), document.id)}
            for (document, _minor), paid in zip(uses, sheet.receipt.paid if sheet.receipt else (), strict=True)
        ],
        mailed_to=_mailed_to(reach, payment),
        pdf_url=reach.url("payment_pdf", payment.id),
        back=_back(reach),
    )


def _back(reach: PortalReach) -> tuple[str, str]:
    """Where one goes back to and what that is called: the list, if there is one; by a link, what it opened."""
    if isinstance(reach, LinkReach):
        document = reach.opened()
        return reach.url(document.kind(), document.id), document.name
    if is_on(reach.organization, "payments"):
        return reach.url("payments"), _("Payments made")
    return reach.url("home"), _("Home")


def _thanks(reach: PortalReach, payment: Any) -> str:
    words = {"day": day(reach, payment.paid_on), "name": reach.contact.first_name or reach.contact.full_name}
    if payment.made_by.get("kind") == "contact" and payment.made_by.get("id") == reach.contact.id:
        return _("Thank you, %(name)s. Paid on %(day)s") % words
    return _("Paid on %(day)s") % words


def _mailed_to(reach: PortalReach, payment: Any) -> str:
    """Where the receipt of a payment that was just made goes. A link's bearer reads whose it is, but no address."""
    is_theirs = payment.made_by.get("id") == reach.contact.id and clock.now() - payment.made_at < JUST_NOW
    if not is_theirs:
        return ""
    return reach.contact.full_name if reach.is_by_link else reach.contact.email


@needs("payments.read", by_link=True)
@require_safe
def pdf(request: PortalRequest, payment_id: int) -> HttpResponse:
    """The receipt as PDF, in the customer's language."""
    reach = request.reach
    payment = get_object_or_404(reach.payments, id=payment_id)
    content = receipt_pdf(
        payment, uses_of(payment), reach.customer, reach.organization, reach.language, at=payment.made_at
    )
    return pdf_answer(content, f"{payment.number}.pdf")
