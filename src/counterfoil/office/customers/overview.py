"""A customer at one glance: what they owe, who is there, what happened."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from counterfoil.books.customers.portal_access import status_of
from counterfoil.foundation.languages import LANGUAGES
from counterfoil.foundation.money import Money, format_money
from counterfoil.foundation.transactions import snapshot
from counterfoil.office import activity
from counterfoil.office.words import day
from counterfoil.outbound import changes
from counterfoil.reach.doors import needs
from counterfoil.reach.requests import OfficeRequest

from . import reviews
from .shell import customer_page, people_of
from .transactions import newest


@needs("customers.read")
@require_safe
def show(request: OfficeRequest, customer_id: int) -> HttpResponse:
    with snapshot():
        customer: Any = request.reach.customer_with_reviews(customer_id)
        people = people_of(request, customer)
        status = status_of([person.status for person in people])
        balance = request.reach.balance_of(customer)
        context: dict[str, Any] = {
            "figures": _figures(request, customer, balance),
            "details": _details(request, customer, balance),
            "portal_status": status,
            "portal_status_label": status.label,
            "newest": newest(request, customer),
            "transactions_url": request.reach.url("customer_transactions", customer.id),
            "activity": _activity(request, customer),
            **reviews.newest(request, customer),
        }
    return customer_page(request, "overview.html", customer, people=people, **context)


def _figures(request: OfficeRequest, customer: Any, balance: Any) -> list[dict[str, str]]:
    receivable, credit, retained = (
        (balance.receivable_minor, balance.credit_minor, balance.retained_minor) if balance else (0, 0, 0)
    )
    return [
        {
            "label": _("Outstanding receivables"),
            "amount": _written(request, customer, receivable),
            "note": _overdue(balance.late) if receivable else "",
        },
        {"label": _("Unused credits"), "amount": _written(request, customer, credit), "note": ""},
        {"label": _("Retainers held"), "amount": _written(request, customer, retained), "note": ""},
    ]


def _overdue(late: int | None) -> str:
    return ngettext("%(count)s overdue", "%(count)s overdue", late) % {"count": late} if late else ""


def _written(request: OfficeRequest, customer: Any, minor: int) -> str:
    return format_money(Money(minor, customer.currency), request.reach.language)


def _details(request: OfficeRequest, customer: Any, balance: Any) -> list[tuple[str, list[str]]]:
    """Label and lines of everything that was said of the customer."""
    terms = _("Net %(days)s") % {"days": customer.payment_days} if customer.payment_days else _("Due on receipt")
    exemption = customer.exemption_reason or _("Yes")
    shipping = {} if customer.shipping_address == customer.billing_address else customer.shipping_address
    rows = [
        (_("Customer type"), [customer.get_kind_display()]),
        (_("Company name"), [customer.company_name]),
        (_("Currency"), [customer.currency]),
        (_("Language"), [LANGUAGES[customer.language]]),
        (_("Payment terms"), [terms]),
        (_("Opening balance"), _opening(request, customer, balance)),
        (_("Tax ID"), [customer.tax_id]),
        (_("Exempt from tax"), [exemption if customer.is_tax_exempt else ""]),
        (_("Saved for payments"), [_saved(method) for method in request.reach.saved_by(customer)]),
        (_("Bank account"), [_("May pay with it") if customer.may_pay_by_bank else ""]),
        (_("Reminders"), [_("Stopped") if customer.stops_reminders else ""]),
        (_("Billing address"), changes.lines("billing_address", customer.billing_address)),
        (_("Shipping address"), changes.lines("shipping_address", shipping)),
    ]
    return [(label, lines) for label, lines in rows if any(lines)]


def _saved(method: Any) -> str:
    """ "Visa •••• 4242, 08/30" """
    return (
        f"{method.label}, {method.exp_month:02}/{method.exp_year % 100:02}" if method.kind == "card" else method.label
    )


def _opening(request: OfficeRequest, customer: Any, balance: Any) -> list[str]:
    if balance is None or balance.opened_on is None:
        return []
    as_of = _("As of %(day)s") % {"day": day(request.reach, balance.opened_on)}
    return [_written(request, customer, balance.opening_minor), as_of]


def _activity(request: OfficeRequest, customer: Any) -> list[activity.Line]:
    events = request.reach.latest_events_of(customer, activity.TOLD)
    return activity.tell(request, events, names={one.customer_id or 0: customer.display_name for one in events})
