"""The sample data of an organization as its owners see it, and the bar on every page inside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from counterfoil.books.customers.models import Customer
from counterfoil.books.organizations.models import Organization, StaffMember
from counterfoil.books.payments.models import Payment
from counterfoil.books.sales.models import CreditNote, Invoice, Item, Quote
from counterfoil.foundation.addresses import address

_COUNTED = {
    "customers": Customer,
    "items": Item,
    "quotes": Quote,
    "invoices": Invoice,
    "payments": Payment,
    "credit_notes": CreditNote,
}


@dataclass(frozen=True)
class SampleData:
    """What it is called, who added it, where it is for who works there, and how much of each kind is in it."""

    name: str
    owner: str
    url: str
    counts: dict[str, int]


def of(organization: Organization, places: Sequence[StaffMember]) -> SampleData | None:
    """For somebody who works at these places. None where nobody added any."""
    found = Organization.objects.filter(sample_of=organization).defer("logo").first()
    if found is None:
        return None
    owner = StaffMember.objects.filter(organization=found).earliest("id").name
    models: dict[str, Any] = _COUNTED
    counts = {name: model._default_manager.filter(organization=found).count() for name, model in models.items()}
    is_there = any(one.organization_id == found.id for one in places)
    return SampleData(found.name, owner, address("office:home", found.id) if is_there else "", counts)


def bar(request: HttpRequest) -> dict[str, Any]:
    """Says on every page of sample data that nothing of it is real; who added it finds the way back there."""
    reach: Any = getattr(request, "reach", None)
    if reach is None or not reach.organization.is_sample:
        return {}
    own = next((one for one in _offices(reach) if one.organization_id == reach.organization.sample_of_id), None)
    if own is None:
        return {"sample_bar": {}}
    found = {
        "name": own.organization.name,
        "url": address("office:home", own.organization_id),
        "remove_url": address("office:settings_sample_data", own.organization_id) + "?ask=remove",
    }
    return {"sample_bar": found}


def _offices(reach: Any) -> Sequence[StaffMember]:
    return reach.places if reach.door == "office" else ()
