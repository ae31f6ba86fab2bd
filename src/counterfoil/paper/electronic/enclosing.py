"""When a PDF carries the invoice for machines, and what of today goes into it."""

from collections.abc import Mapping
from typing import Any

from counterfoil.books.organizations.models import Organization
from counterfoil.books.sales.models import CreditNote, Invoice
from counterfoil.foundation.languages import speaking

from .cii import Now, xml_of
from .embedding import embedded
from .missing import is_meant, missing


def with_invoice(
    pdf: bytes, snapshot: Mapping[str, Any], organization: Organization, language: str, *, title: str, paid_minor: int
) -> bytes:
    """The PDF with the invoice or credit note in it, as far as the organization wants that and nothing is missing.

    `paid_minor` is what was paid, credited or used of it.
    """
    if not organization.issues_electronic or not is_meant(snapshot) or missing(snapshot):
        return pdf
    now = Now(paid_minor=paid_minor, refers_to=_credited(snapshot))
    with speaking(language):
        xml = xml_of(snapshot, organization, now)
    return embedded(pdf, xml, title=title, author=snapshot["organization"]["name"], language=language)


def _credited(snapshot: Mapping[str, Any]) -> str:
    """The number of the invoice that a credit note was made of."""
    if snapshot["kind"] != CreditNote.kind():
        return ""
    notes = CreditNote.objects.filter(id=int(snapshot["id"]), came_from_kind=Invoice.kind())
    numbers = Invoice.objects.filter(id__in=notes.values("came_from_id")).values_list("number", flat=True)
    return numbers.first() or ""
