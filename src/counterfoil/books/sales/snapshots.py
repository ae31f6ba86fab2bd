"""A document whole, as plain values: what a revision keeps, and what page and PDF are made from.

A draft is shown from a fresh snapshot; an issued document from the one that was kept when it was issued, so that a new
address of the business does not change what was sent.
"""

from collections.abc import Iterable
from typing import Any

from counterfoil.books.customers.models import Customer
from counterfoil.books.organizations.models import Organization

from .models import SalesDocument
from .models.documents import DocumentLine

Snapshot = dict[str, Any]


def snapshot(document: SalesDocument) -> Snapshot:
    """The document as it stands: parties, dates, lines, taxes and totals. Amounts in minor units, rates as text."""
    return composed(
        document,
        document.lines.all(),
        organization=organization_party(Organization.objects.get(id=document.organization_id)),
        customer=customer_party(Customer.objects.get(id=document.customer_id)),
    )


def composed(
    document: SalesDocument, lines: Iterable[DocumentLine], *, organization: Snapshot, customer: Snapshot
) -> Snapshot:
    """The same of lines and parties that are at hand."""
    return {
        "kind": document.kind(),
        "id": str(document.id),
        "number": document.number,
        "revision": document.revision,
        "currency": document.currency,
        "dated": document.dated.isoformat(),
        "order_number": document.order_number,
        "is_inclusive": document.is_inclusive,
        "notes": document.notes,
        "terms": document.terms,
        "organization": organization,
        "customer": customer,
        "lines": [line.as_kept() for line in lines],
        "subtotal_minor": document.subtotal_minor,
        "discount_kind": document.discount_kind,
        "discount_value": f"{document.discount_value.normalize():f}",
        "discount_minor": document.discount_minor,
        "shipping_minor": document.shipping_minor,
        "shipping_tax_id": document.shipping_tax_rate_id,
        "adjustment_minor": document.adjustment_minor,
        "adjustment_label": document.adjustment_label,
        "taxes": document.taxes,
        "tax_minor": document.tax_minor,
        "total_minor": document.total_minor,
        **document.own_content(),
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
