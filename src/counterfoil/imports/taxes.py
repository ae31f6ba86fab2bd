"""Which of the organization's rates of tax a file means by a name and a percentage."""

from decimal import Decimal

from django.utils.translation import gettext as _

from counterfoil.books.organizations.models import Organization, TaxRate
from counterfoil.books.sales.arithmetic import Tax
from counterfoil.books.sales.pricing import tax_of
from counterfoil.foundation.refusal import Refused

from .records import Record


class Taxes:
    """The rates and groups of an organization, the newest first where two are alike; retired ones are found last."""

    def __init__(self, organization: Organization) -> None:
        rates = TaxRate.objects.filter(organization=organization).prefetch_related("components__rate")
        in_order = sorted(rates, key=lambda rate: (rate.retired_at is not None, rate.is_group, -rate.id))
        self.all: dict[int | None, Tax] = {rate.id: tax_of(rate) for rate in in_order}

    def named(self, record: Record, *, name: str = "tax_name", percent: str = "tax_percent") -> int | None:
        """The id of the rate of a row, or None where it has none. Raises Refused: UNKNOWN_TAX."""
        called, rate = record.text(name).casefold(), record.number(percent)
        if not called and not rate:
            return None
        found = [id for id, tax in self.all.items() if rate is None or tax.percent == rate]
        same = [id for id in found if self.all[id].name.casefold() == called]
        if same or (found and rate is not None):
            return (same or found)[0]
        if rate == 0:
            return None
        raise Refused("UNKNOWN_TAX", _unknown(record.text(name), rate), field=name if called else percent)


def _unknown(name: str, rate: Decimal | None) -> str:
    if rate is None:
        said = _("There is no rate of tax named “%(name)s” here. Add it under Settings > Taxes first.")
        return said % {"name": name[:60]}
    said = _("There is no rate of tax of %(percent)s here. Add it under Settings > Taxes first.")
    return said % {"percent": f"{rate.normalize():f} %"}
