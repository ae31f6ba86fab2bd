"""A document whole, as plain values: what a revision keeps, and what page and PDF are made from.

A draft is shown from a fresh snapshot; an issued document from the one that was kept when it was issued, so that a new
address of the business does not change what was sent.
"""

from typing import Any

from counterfoil.books.customers.models import Customer
from counterfoil.books.organizations.models import Organization

from .models import Invoice

Snapshot = dict[str, Any]


def snapshot(invoice: Invoice) -> Snapshot:
    """The invoice as it stands: parties, dates, lines, taxes and totals. Amounts in minor units, rates as text."""
    return {
        "kind": "opening" if invoice.is_opening else "invoice",
        "id": str(invoice.id),
        "number": invoice.number,
        "revision": invoice.revision,
        "currency": invoice.currency,
        "dated": invoice.dated.isoformat(),
        "due_on": invoice.due_on.isoformat(),
        "payment_days": invoice.payment_days,
        "order_number": invoice.order_number,
        "is_inclusive": invoice.is_inclusive,
        "notes": invoice.notes,
        "terms": invoice.terms,
        "organization": organization_party(Organization.objects.get(id=invoice.organization_id)),
        "customer": customer_party(Customer.objects.get(id=invoice.customer_id)),
        "lines": [_line(line) for line in invoice.lines.all()],
        "subtotal_minor": invoice.subtotal_minor,
        "discount_kind": invoice.discount_kind,
        "discount_value": f"{invoice.discount_value.normalize():f}",
        "discount_minor": invoice.discount_minor,
        "shipping_minor": invoice.shipping_minor,
        "adjustment_minor": invoice.adjustment_minor,
        "adjustment_label": invoice.adjustment_label,
        "taxes": invoice.taxes,
        "tax_minor": invoice.tax_minor,
        "total_minor": invoice.total_minor,
    }


def organization_party(organization: Organization) -> dict[str, Any]:
    """The business as its documents name it."""
    return {
        "name": organization.name,
        "address": organization.address,
        "tax_id": organization.tax_id,
        "phone": organization.phone,
        "email": organization.email,
        "website": organization.website,
        "country": organization.country,
        "date_format": organization.date_format,
    }


def customer_party(customer: Customer) -> dict[str, Any]:
    """The customer as documents name them."""
    return {
        "name": customer.company_name or customer.display_name,
        "address": customer.billing_address,
        "shipping_address": customer.shipping_address,
        "tax_id": customer.tax_id,
        "is_tax_exempt": customer.is_tax_exempt,
        "exemption_reason": customer.exemption_reason,
    }


def _line(line: Any) -> dict[str, Any]:
    return {
        "name": line.name,
        "description": line.description,
        "quantity": f"{line.quantity.normalize():f}",
        "unit": line.unit,
        "rate": f"{line.rate.normalize():f}",
        "discount_kind": line.discount_kind,
        "discount_value": f"{line.discount_value.normalize():f}",
        "net_minor": line.net_minor,
    }
