"""Whether a tax rate is still needed: what is yet to come would charge it."""

from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from counterfoil.books.organizations import taxes
from counterfoil.books.organizations.models import TaxRate
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.refusal import Refused

from .models import Item, RecurringInvoice
from .origins import MODELS


@transaction.atomic
def retire(rate: TaxRate, *, by: Actor) -> TaxRate:
    """Retire a rate that no item, draft or recurring invoice charges; on what was issued it stays.

    Raises Refused: TAX_IN_USE, and as `taxes.retire`.
    """
    by.must_be_staff_of(rate.organization_id, "owner")
    if used := _uses(rate):
        told = {"uses": _(", ").join(used)}
        raise Refused("TAX_IN_USE", _("It is still used: %(uses)s. Choose another tax there first.") % told)
    return taxes.retire(rate, by=by)


def _uses(rate: TaxRate) -> list[str]:
    """How many of what would still charge it, in words."""
    charged = Q(lines__tax_rate=rate) | Q(shipping_tax_rate=rate)
    items = Item.objects.filter(tax_rate=rate, retired_at__isnull=True).count()
    recurring = RecurringInvoice.objects.present().filter(charged, next_on__isnull=False).distinct().count()
    written: list[Any] = [model for model in MODELS.values() if model is not RecurringInvoice]
    drafts = sum(model._default_manager.filter(charged, state="draft").distinct().count() for model in written)
    told = (
        (items, ngettext("%(count)d item", "%(count)d items", items)),
        (drafts, ngettext("%(count)d draft", "%(count)d drafts", drafts)),
        (recurring, ngettext("%(count)d recurring invoice", "%(count)d recurring invoices", recurring)),
    )
    return [words % {"count": count} for count, words in told if count]
