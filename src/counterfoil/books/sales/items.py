"""Products and services that are offered when a line is typed. A line is a copy: it doesn't follow its item."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from counterfoil.books.organizations.models import Organization, TaxRate
from counterfoil.foundation import clock
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.copying import values, write_rows
from counterfoil.foundation.events import record, record_past
from counterfoil.foundation.refusal import Refused

from .models import Item

LARGEST_RATE = Decimal(10) ** 12
SMALLEST_STEP = Decimal("0.000001")


@dataclass(frozen=True, kw_only=True)
class ItemContent:
    """What an item says. `rate` is the price of one unit in the organization's base currency, before tax."""

    name: str
    rate: Decimal
    description: str = ""
    unit: str = ""
    tax_rate_id: int | None = None


@transaction.atomic
def create(organization: Organization, content: ItemContent, *, by: Actor) -> Item:
    """Add an item. Raises Refused: NAME_MISSING, NAME_TAKEN, RATE, TAX_UNKNOWN."""
    by.must_be_staff_of(organization.id)
    item = Item(organization=organization)
    _write(item, content)
    record("item.created", item, by=by, audience="office", name=item.name, rate=str(item.rate))
    return item


@transaction.atomic
def create_all(organization: Organization, contents: Sequence[ItemContent], *, by: Actor) -> list[Item]:
    """Add items that are brought over from elsewhere. The caller has made sure that their names are free.

    Raises Refused as `create`; the database refuses a name that is there already.
    """
    by.must_be_staff_of(organization.id)
    made = []
    for content in contents:
        must_make_sense(content)
        made.append(_filled(Item(organization=organization), content))
    write_rows(Item, [values(one) for one in made])
    told = ((one, {"name": one.name, "rate": str(one.rate)}) for one in made)
    record_past("item.imported", told, by=by, audience="office")
    return made


@transaction.atomic
def edit(item: Item, content: ItemContent, *, revision: int, by: Actor) -> Item:
    """Change what is offered from now on. Raises Refused: ITEM_CHANGED, ITEM_RETIRED, and as `create`."""
    item = Item.objects.select_for_update().get(id=item.id)
    by.must_be_staff_of(item.organization_id)
    if item.retired_at is not None:
        raise Refused("ITEM_RETIRED", _("This item was retired."))
    if item.revision != revision:
        raise Refused(
            "ITEM_CHANGED", _("Somebody changed this item after you opened it. Please look at it again first.")
        )
    before = {name: getattr(item, name) for name in asdict(content)}
    item.revision += 1
    _write(item, content)
    changed = {
        name: {"was": _plain(was), "now": _plain(getattr(item, name))}
        for name, was in before.items()
        if was != getattr(item, name)
    }
    record("item.edited", item, by=by, audience="office", name=item.name, changed=changed)
    return item


@transaction.atomic
def retire(item: Item, *, by: Actor) -> Item:
    """Offer it no more. Documents keep their lines. Twice is once."""
    item = Item.objects.select_for_update().get(id=item.id)
    by.must_be_staff_of(item.organization_id)
    if item.retired_at is None:
        item.retired_at = clock.now()
        item.save(update_fields=["retired_at"])
        record("item.retired", item, by=by, audience="office", name=item.name)
    return item


def must_make_sense(content: ItemContent) -> None:
    """Refuse what no item can be. Reads nothing. Raises Refused: NAME_MISSING, RATE."""
    if not content.name.strip():
        raise Refused("NAME_MISSING", _("Write a name."), field="name")
    if not (content.rate.is_finite() and 0 <= content.rate < LARGEST_RATE):
        raise Refused("RATE", _("Write a rate of zero or more."), field="rate")
    if content.rate != content.rate.quantize(SMALLEST_STEP):
        raise Refused("RATE", _("Write at most six decimals."), field="rate")


def _filled(item: Item, content: ItemContent) -> Item:
    """With what it says, not yet saved."""
    item.name = content.name.strip()
    item.name_key = item.name.casefold()
    item.description, item.unit = content.description.strip(), content.unit.strip()
    item.rate, item.tax_rate_id = content.rate, content.tax_rate_id
    return item


def _write(item: Item, content: ItemContent) -> None:
    must_make_sense(content)
    if content.tax_rate_id and content.tax_rate_id != item.tax_rate_id and not _is_offered(item, content.tax_rate_id):
        raise Refused("TAX_UNKNOWN", _("This tax rate is no longer there. Choose another."), field="tax_rate")
    _filled(item, content)
    try:
        with transaction.atomic():
            item.save()
    except IntegrityError as taken:
        raise Refused("NAME_TAKEN", _("There is already an item with this name."), field="name") from taken


def _is_offered(item: Item, tax_rate_id: int) -> bool:
    rates = TaxRate.objects.filter(organization_id=item.organization_id, retired_at__isnull=True)
    return rates.filter(id=tax_rate_id).exists()


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal) else value
