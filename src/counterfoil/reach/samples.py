"""Something real of an organization for each kind of mail, by which whoever writes its text sees what it says."""

from datetime import date
from typing import Any

from counterfoil.books.customers.models import ContactPerson, Customer
from counterfoil.books.organizations.models import Organization
from counterfoil.books.payments.models import Payment
from counterfoil.books.projects.models import Approval
from counterfoil.books.sales.models import CreditNote, Invoice, Quote, RetainerInvoice, SalesOrder

from . import office_questions

_DOCUMENTS = {
    "quote": Quote,
    "sales_order": SalesOrder,
    "retainer_invoice": RetainerInvoice,
    "credit_note": CreditNote,
    "approval_request": Approval,
}


def newest(organization: Organization, kind: str, today: date) -> tuple[Any, ContactPerson] | None:
    """What a mail of this kind could be about, the newest first, and who would get it; None where there is nothing."""
    about = _found(organization, kind, today).order_by("-id").first()
    if about is None:
        return None
    customer = about if isinstance(about, Customer) else about.customer
    people = office_questions.recipients(organization.id, customer.id)
    nobody = ContactPerson(organization=organization, customer=customer, first_name=customer.display_name)
    return about, next(iter(people), nobody)


def _found(organization: Organization, kind: str, today: date) -> Any:
    if kind in ("portal_invitation", "statement"):
        return Customer.objects.of(organization)
    if kind == "receipt":
        return Payment.objects.filter(organization=organization).select_related("customer")
    if kind in _DOCUMENTS:
        documents: Any = _DOCUMENTS[kind]._default_manager
        return documents.filter(organization=organization).exclude(state="draft").select_related("customer")
    invoices = Invoice.objects.filter(organization=organization, is_opening=False).select_related("customer")
    if kind == "reminder":
        return invoices.overdue(today)
    return invoices.unpaid().filter(due_on__gte=today) if kind == "reminder_ahead" else invoices.visible_to_customer()
