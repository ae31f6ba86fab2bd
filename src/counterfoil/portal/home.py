"""The portal's home: what is owed, what is in credit, what was paid last, and who is who."""

from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from counterfoil.books.organizations.modules import is_on
from counterfoil.books.sales import ages
from counterfoil.foundation.formats import address_lines, country_names, format_month
from counterfoil.foundation.money import exponent
from counterfoil.foundation.transactions import snapshot
from counterfoil.reach.doors import needs
from counterfoil.reach.portal import PortalReach
from counterfoil.reach.requests import PortalRequest

from . import cards, details
from .amounts import day, written
from .pages import page
from .paying.desk import MOST

MONTHS = 12


@needs("home.read")
@require_safe
def show(request: PortalRequest) -> HttpResponse:
    """Every figure of the page is read as of one moment, from the same sums as the lists behind it."""
    reach = request.reach
    with snapshot():
        balance: Any = reach.standing
        owing = _owing(reach, balance.held_minor or 0)
        months = _months(reach)
        contacts, reviews = reach.contacts_and_reviews()
    return page(
        request,
        "portal/home/show.html",
        greeting=_("Hello, %(name)s") % {"name": reach.contact.first_name or reach.contact.full_name},
        owing=owing,
        credit=written(reach, balance.credit_minor),
        has_credit=balance.credit_minor > 0,
        retained=written(reach, balance.retained_minor),
        asked_ahead=balance.asked or 0,
        to_pay_ahead=written(reach, balance.asked_minor or 0),
        retainers_url=reach.url("retainer_invoices"),
        last=_last(reach, balance),
        quotes_waiting=balance.waiting or 0,
        quotes_offered=written(reach, balance.offered_minor or 0),
        quotes_url=reach.url("quotes"),
        timesheets_url=reach.url("approvals") if reach.shows_projects else "",
        timesheets_waiting=balance.timesheets or 0,
        shows_payments=is_on(reach.organization, "payments"),
        months=months,
        has_history=any(month[3] or month[4] for month in months),
        exponent=exponent(reach.customer.currency),
        contacts=contacts,
        details=details.known(reach),
        cards=cards.rows(reach),
        organization=reach.organization,
        organization_lines=address_lines(reach.organization.address, country_names=country_names(reach.language)),
        invoices_url=reach.url("invoices"),
        payments_url=reach.url("payments"),
        statements_url=reach.url("statements") if is_on(reach.organization, "statements") else "",
        credits_url=f"{reach.url('credit_notes')}?status=open",
        details_url=reach.url("details"),
        review_url=reach.url("review") if reach.takes_reviews else "",
        reviews=reviews,
        message_url=reach.url("message") if reach.organization.email else "",
    )


def _owing(reach: PortalReach, held: int) -> dict[str, Any]:
    """What is outstanding, by age, added up by the database."""
    owed = reach.owed()
    minors = ages.owed_of(owed)
    total, late = sum(minors), owed["count"] - owed["current_count"]
    return {
        "total": written(reach, total),
        "is_owing": total > 0,
        "count": owed["count"],
        "late_count": late,
        "oldest": day(reach, owed["oldest"]) if late else "",
        "ageing": [(label, written(reach, minor), minor) for label, minor in zip(ages.labels(), minors, strict=True)],
        "pay_url": reach.url("pay", owed["only_id"]) if owed["count"] == 1 else reach.url("pay_several"),
        "processing": written(reach, held) if held else "",
        "is_payable": total > held,
        "is_cut": owed["count"] > MOST,
    }


def _last(reach: PortalReach, balance: Any) -> dict[str, Any] | None:
    """The last payment, where the customer has a list of them."""
    if balance.last_id is None or not is_on(reach.organization, "payments"):
        return None
    return {
        "amount": written(reach, balance.last_minor),
        "day": day(reach, balance.last_on),
        "id": balance.last_id,
    }


def _months(reach: PortalReach) -> list[tuple[str, str, str, int, int]]:
    """Invoiced and paid in each of the last twelve months: label, both amounts in words, both in minor units."""
    first = reach.today.replace(day=1)
    starts = [first]
    while len(starts) < MONTHS:
        starts.append((starts[-1] - timedelta(days=1)).replace(day=1))
    sums = {(month, account): minor for month, account, minor in reach.months_since(starts[-1])}

    def figure(month: date, accounts: tuple[str, ...], sign: int) -> int:
        return max(0, sign * sum(sums.get((month, account), 0) for account in accounts))

    months = []
    for month in reversed(starts):
        invoiced, paid = figure(month, ("revenue", "tax"), -1), figure(month, ("cash", "bank_charges"), 1)
        label = format_month(month, reach.language)
        months.append((label, written(reach, invoiced), written(reach, paid), invoiced, paid))
    return months
