"""Rates of tax and groups of them. What a rate charges never changes: another percentage is another rate.

So drafts and items keep meaning what they said, and what was issued carries its own copy anyway. The first rate is the
default until another one is, or until somebody says that none is to be: then nobody can pay online.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from counterfoil.foundation import clock
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.events import record
from counterfoil.foundation.refusal import Refused

from .models import Organization, TaxComponent, TaxRate

MOST_COMPONENTS = 10
SMALLEST_STEP = Decimal("0.0001")


@dataclass(frozen=True)
class Component:
    """A rate inside a new group; a compound one is charged on the taxes before it too."""

    rate_id: int
    is_compound: bool = False


@transaction.atomic
def add_rate(
    organization: Organization, *, name: str, percent: Decimal, by: Actor, is_default: bool = False
) -> TaxRate:
    """Add a rate. The first one becomes the default. Raises Refused: NAME_MISSING, NAME_TAKEN, PERCENT."""
    organization = _lock(organization, by)
    if not (percent.is_finite() and 0 <= percent <= 100):
        raise Refused("PERCENT", _("Choose a percentage from 0 to 100."), field="percent")
    if percent != percent.quantize(SMALLEST_STEP):
        raise Refused("PERCENT", _("Write at most four decimals."), field="percent")
    rate = TaxRate(organization=organization, name=_free_name(organization, name), percent=percent)
    rate.save()
    record("tax.added", rate, by=by, audience="office", name=rate.name, percent=str(percent))
    return _settle_default(rate, by=by, is_default=is_default)


@transaction.atomic
def add_group(
    organization: Organization, *, name: str, components: Sequence[Component], by: Actor, is_default: bool = False
) -> TaxRate:
    """Add a group: rates charged together, in this order.

    Raises Refused: NAME_MISSING, NAME_TAKEN, COMPONENTS (fewer than two, too many, twice the same, or not a rate here).
    """
    organization = _lock(organization, by)
    ids = [component.rate_id for component in components]
    if len(ids) < 2 or len(ids) > MOST_COMPONENTS or len(set(ids)) != len(ids):
        raise Refused("COMPONENTS", _("Choose from 2 to 10 different rates."), field="components")
    rates = TaxRate.objects.filter(organization=organization, id__in=ids, is_group=False, retired_at__isnull=True)
    if rates.count() != len(ids):
        raise Refused("COMPONENTS", _("One of these rates is no longer there. Choose again."), field="components")
    group = TaxRate(organization=organization, name=_free_name(organization, name), is_group=True)
    group.save()
    TaxComponent.objects.bulk_create(
        TaxComponent(group=group, rate_id=component.rate_id, position=position, is_compound=component.is_compound)
        for position, component in enumerate(components)
    )
    record("tax.added", group, by=by, audience="office", name=group.name, rate_ids=[str(one) for one in ids])
    return _settle_default(group, by=by, is_default=is_default)


@transaction.atomic
def rename(rate: TaxRate, *, name: str, revision: int, by: Actor) -> TaxRate:
    """Call a rate or group otherwise. Raises Refused: TAX_CHANGED, TAX_RETIRED, NAME_MISSING, NAME_TAKEN."""
    rate = _lock_rate(rate, by)
    if rate.revision != revision:
        raise Refused("TAX_CHANGED", _("This was changed after you opened it. Please look at it again first."))
    was, new = rate.name, _free_name(rate.organization, name, but=rate)
    if new != was:
        rate.name = new
        rate.revision += 1
        rate.save(update_fields=["name", "revision"])
        record("tax.renamed", rate, by=by, audience="office", was=was, now=new)
    return rate


@transaction.atomic
def make_default(rate: TaxRate, *, by: Actor) -> TaxRate:
    """Offer this rate or group first on every line. Raises Refused: TAX_RETIRED."""
    return _settle_default(_lock_rate(rate, by), by=by, is_default=True)


@transaction.atomic
def stop_default(rate: TaxRate, *, by: Actor) -> TaxRate:
    """Offer no rate first any more. Twice is once. Raises Refused: TAX_RETIRED."""
    rate = _lock_rate(rate, by)
    if rate.is_default:
        rate.is_default = False
        rate.save(update_fields=["is_default"])
        record("tax.stopped_default", rate, by=by, audience="office", name=rate.name)
    return rate


@transaction.atomic
def retire(rate: TaxRate, *, by: Actor) -> TaxRate:
    """Offer it no more; what it was used on stays. Twice is once.

    Raises Refused: TAX_DEFAULT (another must be the default first), TAX_IN_GROUP.
    """
    _lock(rate.organization, by)
    rate = TaxRate.objects.select_for_update().get(id=rate.id)
    if rate.retired_at is not None:
        return rate
    current = TaxRate.objects.filter(organization_id=rate.organization_id, retired_at__isnull=True)
    if rate.is_default and current.exclude(id=rate.id).exists():
        raise Refused("TAX_DEFAULT", _("This is the default. Make another one the default first."))
    group = TaxComponent.objects.filter(rate=rate, group__retired_at__isnull=True).select_related("group").first()
    if group is not None:
        raise Refused(
            "TAX_IN_GROUP", _("It is part of the group %(name)s. Retire that first.") % {"name": group.group.name}
        )
    rate.retired_at, rate.is_default = clock.now(), False
    rate.save(update_fields=["retired_at", "is_default"])
    record("tax.retired", rate, by=by, audience="office", name=rate.name)
    return rate


def lack_default(organization_id: int) -> bool:
    """Whether the organization charges tax and none of its rates is the default."""
    rates = TaxRate.objects.filter(organization_id=organization_id, retired_at__isnull=True)
    found = set(rates.values_list("is_default", flat=True).distinct())
    return bool(found) and True not in found


def effective_percent(rate: TaxRate) -> Decimal:
    """What a rate or group adds to an amount, in percent; of a group, with its compound rates on top of the others."""
    if not rate.is_group:
        return rate.percent
    total = Decimal(0)
    for component in rate.components.all():
        base = 100 + total if component.is_compound else Decimal(100)
        total += base * component.rate.percent / 100
    return total


def _lock(organization: Organization, by: Actor) -> Organization:
    """Tax settings of one organization change one after the other, so that there is one default at every moment."""
    organization = Organization.objects.select_for_update().defer("logo").get(id=organization.id)
    by.must_be_staff_of(organization.id, "owner")
    return organization


def _lock_rate(rate: TaxRate, by: Actor) -> TaxRate:
    _lock(rate.organization, by)
    rate = TaxRate.objects.select_for_update().get(id=rate.id)
    if rate.retired_at is not None:
        raise Refused("TAX_RETIRED", _("This one was retired."))
    return rate


def _free_name(organization: Organization, name: str, *, but: TaxRate | None = None) -> str:
    name = name.strip()
    if not name:
        raise Refused("NAME_MISSING", _("Write a name."), field="name")
    others = TaxRate.objects.filter(organization=organization, name__iexact=name, retired_at__isnull=True)
    if (others.exclude(id=but.id) if but else others).exists():
        raise Refused("NAME_TAKEN", _("There is already one with this name."), field="name")
    return name


def _settle_default(rate: TaxRate, *, by: Actor, is_default: bool) -> TaxRate:
    """Make it the default if it was asked for or there is none."""
    current = TaxRate.objects.filter(organization_id=rate.organization_id, is_default=True, retired_at__isnull=True)
    if rate.is_default or (current.exists() and not is_default):
        return rate
    current.update(is_default=False)
    rate.is_default = True
    rate.save(update_fields=["is_default"])
    record("tax.made_default", rate, by=by, audience="office", name=rate.name)
    return rate
