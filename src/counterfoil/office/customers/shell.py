"""What every page of one customer shows around its own part: name, menus, tabs, and the dialog for the portal."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from counterfoil.foundation.formats import format_day_of
from counterfoil.office.pages import page
from counterfoil.reach.requests import OfficeRequest

TABS = (
    ("customer", gettext_lazy("Overview"), "customers.read"),
    ("customer_transactions", gettext_lazy("Transactions"), "invoices.read"),
    ("customer_statement", gettext_lazy("Statement"), "statements.read"),
    ("customer_comments", gettext_lazy("Comments"), "customers.read"),
    ("customer_files", gettext_lazy("Documents"), "files.read"),
    ("customer_mails", gettext_lazy("Mails"), "mails.read"),
    ("customer_changes", gettext_lazy("Changes"), "customers.read"),
)


@dataclass(frozen=True)
class Person:
    """A contact person as the pages of their customer list them. Addresses are empty where they may not be used."""

    id: int
    name: str
    email: str
    designation: str
    is_primary: bool
    status: str
    status_label: str
    invited_on: str
    invitation_id: int | None
    url: str
    reinvite_url: str
    view_as_url: str

    @property
    def is_checked(self) -> bool:
        return self.status != "disabled"

    @property
    def can_be_checked(self) -> bool:
        """Whoever has access can lose it; only who has an address can be given it."""
        return self.is_checked or bool(self.email)


def find(request: OfficeRequest, customer_id: int) -> Any:
    """The customer, or 404."""
    return get_object_or_404(request.reach.customers_with_past, id=customer_id)


def people_of(request: OfficeRequest, customer: Any) -> list[Person]:
    """The contact persons, the primary one first, in one query."""
    return [_person(request, contact) for contact in request.reach.people_of(customer)]


def _person(request: OfficeRequest, contact: Any) -> Person:
    reach, place = request.reach, (contact.customer_id, contact.id)
    where = (reach.language, reach.organization.time_zone, reach.organization.date_format)
    invited = contact.invited_at and format_day_of(contact.invited_at, *where)
    may_invite = reach.may("customers.invite") and contact.access == "invited"
    return Person(
        id=contact.id,
        name=contact.full_name,
        email=contact.email,
        designation=contact.designation,
        is_primary=contact.is_primary,
        status=contact.access,
        status_label=contact.get_access_display(),
        invited_on=invited or "",
        invitation_id=contact.invitation_id,
        url=reach.url("contact", *place) if reach.may("customers.edit") else "",
        reinvite_url=reach.url("contact_reinvite", *place) if may_invite else "",
        view_as_url=reach.url("contact_view_as", *place) if reach.may("customers.view_as") else "",
    )


def customer_page(
    request: OfficeRequest, template: str, customer: Any, *, people: list[Person], status: int = 200, **context: Any
) -> HttpResponse:
    """Render a template that extends `office/customers/_customer.html`."""
    return page(
        request,
        f"office/customers/{template}",
        status=status,
        customer=customer,
        people=people,
        tabs=_tabs(request, customer),
        back_url=request.reach.url("customers"),
        asks_access=request.GET.get("ask") == "portal",
        **_ways(request, customer),
        **context,
    )


def _tabs(request: OfficeRequest, customer: Any) -> list[dict[str, Any]]:
    entries = []
    for route, label, capability in TABS:
        if request.reach.may(capability):
            url = request.reach.url(route, customer.id)
            here = request.path == url or (route != "customer" and request.path.startswith(url))
            entries.append({"label": label, "url": url, "current": here})
    return entries


def _ways(request: OfficeRequest, customer: Any) -> dict[str, Any]:
    """Where the buttons at the top lead, as far as this person may go there."""
    may, url = request.reach.may, request.reach.url
    about = "?" + urlencode({"customer": customer.id})
    transactions = [
        ("quote", _("New quote"), "quote_new", "quotes.edit"),
        ("order", _("New sales order"), "sales_order_new", "sales_orders.edit"),
        ("invoice", _("New invoice"), "invoice_new", "invoices.edit"),
        ("recurring", _("New recurring invoice"), "recurring_invoice_new", "recurring_invoices.edit"),
        ("coins", _("New retainer invoice"), "retainer_invoice_new", "retainer_invoices.edit"),
        ("payment", _("Record payment"), "payment_new", "payments.record"),
        ("credit", _("New credit note"), "credit_note_new", "credit_notes.edit"),
        ("project", _("New project"), "project_new", "projects.edit"),
    ]
    return {
        "edit_url": url("customer_edit", customer.id) if may("customers.edit") else "",
        "contact_new_url": url("contact_new", customer.id) if may("customers.edit") else "",
        "access_url": url("portal_access", customer.id) if may("customers.invite") else "",
        "merge_url": url("customer_merge", customer.id) if may("customers.merge") else "",
        "new_transaction": [
            {"icon": icon, "label": label, "url": url(route) + about}
            for icon, label, route, capability in transactions
            if may(capability)
        ],
    }
