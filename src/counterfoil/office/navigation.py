"""What the office's side bar and its settings list: a table each. A later place joins by adding its row."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from counterfoil.reach.requests import OfficeRequest


@dataclass(frozen=True)
class Place:
    """A page that a menu leads to, for whoever has the capability."""

    route: str
    icon: str
    label: Any
    capability: str
    group: Any = ""


SALES = _("Sales")
TIME = _("Time tracking")
MAIN = (
    Place("home", "home", _("Home"), "invoices.read"),  # who may not read these is led on from there
    Place("customers", "users", _("Customers"), "customers.read", SALES),
    Place("items", "item", _("Items"), "items.read", SALES),
    Place("quotes", "quote", _("Quotes"), "quotes.read", SALES),
    Place("retainer_invoices", "coins", _("Retainer invoices"), "retainer_invoices.read", SALES),
    Place("sales_orders", "order", _("Sales orders"), "sales_orders.read", SALES),
    Place("invoices", "invoice", _("Invoices"), "invoices.read", SALES),
    Place("recurring_invoices", "recurring", _("Recurring invoices"), "recurring_invoices.read", SALES),
    Place("payments", "payment", _("Payments received"), "payments.read", SALES),
    Place("credit_notes", "credit", _("Credit notes"), "credit_notes.read", SALES),
    Place("projects", "project", _("Projects"), "projects.read", TIME),
    Place("time_entries", "clock", _("Timesheets"), "time.read", TIME),
    Place("approvals", "check-circle", _("Customer approvals"), "approvals.read", TIME),
    Place("files", "file", _("Documents"), "files.read"),
    Place("reports", "report", _("Reports"), "reports.read"),
    Place("settings", "settings", _("Settings"), "settings.read"),
)

ORGANIZATION = _("Organization")
PREFERENCES = _("Preferences")
TAXES = _("Taxes & compliance")
ONLINE_PAYMENTS = _("Online payments")
COMING_OVER = _("Coming over")
TRYING_OUT = _("Trying things out")
SETTINGS = (
    Place("settings_organization", "building", _("Profile"), "settings.read", ORGANIZATION),
    Place("settings_staff", "users", _("Staff"), "settings.read", ORGANIZATION),
    Place("settings_mail_server", "mail", _("Mail server"), "settings.read", ORGANIZATION),
    Place("settings_mails", "mail", _("Mails"), "settings.read", ORGANIZATION),
    Place("settings_audit", "history", _("Audit trail"), "settings.read", ORGANIZATION),
    Place("settings_portal", "globe", _("Customer portal"), "settings.read", PREFERENCES),
    Place("settings_quotes", "quote", _("Quotes"), "settings.read", PREFERENCES),
    Place("settings_projects", "project", _("Projects"), "settings.read", PREFERENCES),
    Place("settings_reminders", "clock", _("Reminders"), "settings.read", PREFERENCES),
    Place("settings_mail_templates", "edit", _("E-mail templates"), "settings.read", PREFERENCES),
    Place("settings_numbering", "hash", _("Numbering"), "settings.read", PREFERENCES),
    Place("settings_lock_date", "lock", _("Lock date"), "settings.read", PREFERENCES),
    Place("settings_taxes", "percent", _("Taxes"), "settings.read", TAXES),
    Place("settings_electronic", "file", _("Electronic invoices"), "settings.read", TAXES),
    Place("settings_gateways", "card", _("Payment gateways"), "settings.read", ONLINE_PAYMENTS),
    Place("settings_imports", "upload", _("Import"), "settings.read", COMING_OVER),
    Place("settings_sample_data", "eye", _("Sample data"), "settings.edit", TRYING_OUT),
)

NEW = (
    Place("customer_new", "users", _("Customer"), "customers.edit"),
    Place("item_new", "item", pgettext_lazy("to make a new one", "Item"), "items.edit"),
    Place("quote_new", "quote", _("Quote"), "quotes.edit"),
    Place("retainer_invoice_new", "coins", _("Retainer invoice"), "retainer_invoices.edit"),
    Place("sales_order_new", "order", _("Sales order"), "sales_orders.edit"),
    Place("invoice_new", "invoice", _("Invoice"), "invoices.edit"),
    Place("recurring_invoice_new", "recurring", _("Recurring invoice"), "recurring_invoices.edit"),
    Place("payment_new", "payment", pgettext_lazy("to write down", "Payment"), "payments.record"),
    Place("credit_note_new", "credit", _("Credit note"), "credit_notes.edit"),
    Place("project_new", "project", _("Project"), "projects.edit"),
    Place("time_entry_new", "clock", pgettext_lazy("to write down", "Time"), "time.log"),
)


def menu(request: OfficeRequest, places: Sequence[Place]) -> list[dict[str, Any]]:
    """The places that this person may open, as the menus take them; the one they are in is the current one."""
    home = request.reach.url("home")
    entries = []
    for place in places:
        if not request.reach.may(place.capability):
            continue
        url = request.reach.url(place.route)
        is_here = request.path == url or (url != home and request.path.startswith(url))
        entries.append({"url": url, "icon": place.icon, "label": place.label, "group": place.group, "current": is_here})
    return entries
