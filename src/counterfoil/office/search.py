"""Search over everything, from any page of the office: customers, documents of every type, and payments."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from counterfoil.books.customers import finding
from counterfoil.books.sales.search import matching
from counterfoil.design.marks import pill
from counterfoil.reach.doors import needs
from counterfoil.reach.office import OfficeReach
from counterfoil.reach.requests import OfficeRequest

from .credit_notes.kind import CREDIT_NOTES
from .documents.kinds import Kind
from .documents.lists import MOST_CUSTOMERS
from .invoices.kind import INVOICES
from .pages import page
from .projects.finding import named as named_so
from .projects.words import mark
from .quotes.kind import QUOTES
from .recurring_invoices.kind import RECURRING
from .retainer_invoices.kind import RETAINER_INVOICES
from .sales_orders.kind import SALES_ORDERS
from .words import day, written

SHOWN = 5  # of each group
LONGEST = 60  # characters
KINDS = (INVOICES, QUOTES, SALES_ORDERS, RETAINER_INVOICES, CREDIT_NOTES, RECURRING)


@dataclass(frozen=True)
class Group:
    """What was found of one kind: its first rows, and where all of them are if there are more."""

    name: str
    heading: Any
    rows: Sequence[dict[str, Any]]
    all_url: str


@needs("customers.read")
@require_safe
def show(request: OfficeRequest) -> HttpResponse:
    """What fits the address's `q`, in groups, as each list would find it. Only what this person may read."""
    reach, text = request.reach, request.GET.get("q", "").strip()[:LONGEST]
    groups = [group for group in _groups(reach, text) if group.rows] if text else []
    return page(request, "office/search/show.html", search_text=text, groups=groups)


def _groups(reach: OfficeReach, text: str) -> Iterator[Group]:
    named = list(
        finding.named(reach.customers_with_balances, text, organization_id=reach.organization.id).order_by(
            "name_key", "id"
        )[: MOST_CUSTOMERS + 1]
    )
    # So many that the name says too little: then their documents are not what was looked for.
    ids = [customer.id for customer in named] if len(named) <= MOST_CUSTOMERS else []
    if reach.may("customers.read"):
        yield _group(reach, "customers", _("Customers"), [_customer(reach, one) for one in named[: SHOWN + 1]], text)
    for kind in KINDS:
        if reach.may(kind.reads):
            rows = kind.search(kind.all(reach).select_related("customer"), text, ids)
            newest = rows.order_by("-dated", "-id")[: SHOWN + 1]
            yield _group(reach, kind.plural, kind.words.many, [_document(kind, reach, one) for one in newest], text)
    if reach.may("payments.read"):
        rows = matching(reach.payments, text, also="reference_key", amount="amount_minor", of=ids)
        newest = rows.select_related("customer").order_by("-paid_on", "-id")[: SHOWN + 1]
        yield _group(reach, "payments", _("Payments received"), [_payment(reach, one) for one in newest], text)
    if reach.may("projects.read"):
        found = reach.projects.filter(named_so(text, ids))
        newest = found.select_related("customer").order_by("name_key", "id")[: SHOWN + 1]
        yield _group(reach, "projects", _("Projects"), [_project(reach, one) for one in newest], text)


def _group(reach: OfficeReach, route: str, heading: Any, rows: list[dict[str, Any]], text: str) -> Group:
    more = f"{reach.url(route)}?{urlencode({'q': text})}" if len(rows) > SHOWN else ""
    return Group(route, heading, rows[:SHOWN], more)


def _customer(reach: OfficeReach, customer: Any) -> dict[str, Any]:
    return {
        "url": reach.url("customer", customer.id),
        "name": customer.display_name,
        "about": customer.company_name if customer.company_name != customer.display_name else "",
        "amount": written(reach, customer.receivable_minor, customer.currency),
    }


def _document(kind: Kind, reach: OfficeReach, document: Any) -> dict[str, Any]:
    status = document.status(reach.today)
    return {
        "url": reach.url(kind.name, document.id),
        "name": document.name or _("Draft"),
        "about": document.customer.display_name,
        "day": day(reach, document.dated),
        "pill": pill(status.value, str(status.label)),
        "amount": written(reach, document.total_minor, document.currency),
    }


def _payment(reach: OfficeReach, payment: Any) -> dict[str, Any]:
    return {
        "url": reach.url("payment", payment.id),
        "name": payment.number,
        "about": payment.customer.display_name,
        "day": day(reach, payment.paid_on),
        "amount": written(reach, payment.amount_minor, payment.currency),
    }


def _project(reach: OfficeReach, project: Any) -> dict[str, Any]:
    return {
        "url": reach.url("project", project.id),
        "name": project.name,
        "about": project.customer.display_name,
        "pill": mark(project),
    }
